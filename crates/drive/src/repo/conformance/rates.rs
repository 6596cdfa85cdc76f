//! How often somebody asked.

use crate::repo::SqlRepository;
use crate::repo::rates::Window;

const MINUTE: i64 = 60_000;

pub(super) async fn rates(repo: &SqlRepository) {
    let add = |asked: Vec<(&str, u64)>, now| {
        let asked: Vec<_> = asked.into_iter().map(|(mark, number)| (mark.to_owned(), number)).collect();
        async move {
            let mut windows = repo.add_asked(&asked, now, MINUTE).await.unwrap();
            windows.sort_by(|one, other| one.mark.cmp(&other.mark));
            windows
        }
    };
    let window = |mark: &str, began, asked| Window { mark: mark.to_owned(), began, asked };
    assert_eq!(add(vec![("b", 2), ("a", 1)], 1_000).await, [window("a", 1_000, 1), window("b", 1_000, 2)]);
    assert_eq!(add(vec![("a", 4)], 60_999).await, [window("a", 1_000, 5)]);
    assert_eq!(
        add(vec![("a", 1), ("b", 1)], 500).await,
        [window("a", 1_000, 6), window("b", 1_000, 3)],
        "clocks differ"
    );
    assert_eq!(add(vec![("a", 3)], 61_000).await, [window("a", 61_000, 3)], "another minute");
    assert_eq!(add(vec![("a", 2)], 1_000).await, [window("a", 1_000, 2)], "a clock that was set back");
    let many: Vec<String> = (0..100).map(|number| format!("m{number:03}")).collect();
    let counted = add(many.iter().map(|mark| (mark.as_str(), 7)).collect(), 200_000).await;
    assert!(counted.len() == 100 && counted.iter().all(|one| (one.began, one.asked) == (200_000, 7)), "{counted:?}");
    assert_eq!(repo.forget_asked_before(1_000).await.unwrap(), 0);
    assert_eq!(repo.forget_asked_before(1_001).await.unwrap(), 2);
    assert_eq!(repo.forget_asked_before(i64::MAX).await.unwrap(), 100);
}
