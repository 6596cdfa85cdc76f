//! Sync runs and what they hold, runs of scripts.

use super::samples::slug;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::runs::Held;
use crate::repo::runs::Run;
use crate::repo::runs::RunItem;
use crate::repo::runs::Runs;
use crate::repo::skill_runs::Ending;
use crate::repo::skill_runs::SkillRun;
use crate::repo::skill_runs::SkillRuns;

fn run(id: &str, expires_at: i64) -> Run {
    Run {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        install_id: "i".to_owned(),
        collection_id: None,
        kind: "manual".to_owned(),
        mode: "all".to_owned(),
        sets_high_water: true,
        status: "open".to_owned(),
        opened_at: 1,
        expires_at,
        drive_count: None,
        high_water: None,
    }
}

fn run_item(run_id: &str, name: &str, cost: u64) -> RunItem {
    RunItem {
        run_id: run_id.to_owned(),
        user_id: "u1".to_owned(),
        slug: slug(name),
        action: "upload_private".to_owned(),
        status: "deferred".to_owned(),
        credit_cost: cost,
        reservation: "held".to_owned(),
    }
}

pub(super) async fn runs<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    for (id, expires_at) in [("r1", 100), ("r2", 200)] {
        tx.add_run(&run(id, expires_at)).await.unwrap();
    }
    tx.add_run_items(&[]).await.unwrap();
    let items = [run_item("r1", "a", 1), run_item("r1", "b", 2), run_item("r2", "c", 4), run_item("r2", "d", 8)];
    tx.add_run_items(&items).await.unwrap();
    tx.add_run(&run("r3", 300)).await.unwrap();
    let many: Vec<RunItem> = (0..1_100).map(|n| run_item("r3", &format!("s-{n}"), 0)).collect();
    tx.add_run_items(&many).await.unwrap();
    assert_eq!(tx.run_items("r3").await.unwrap().len(), 1_100);
    assert_eq!(tx.run("r1").await.unwrap(), Some(run("r1", 100)));
    assert_eq!(tx.run("none").await.unwrap(), None);
    assert_eq!(tx.run_items("r1").await.unwrap(), [run_item("r1", "a", 1), run_item("r1", "b", 2)]);
    let sum = |held: Vec<Held>| held.iter().map(|held| held.credits).sum::<u64>();
    assert_eq!(tx.run_item("r1", &slug("b")).await.unwrap(), Some(run_item("r1", "b", 2)));
    assert_eq!(tx.run_item("r1", &slug("c")).await.unwrap(), None);
    assert_eq!(sum(tx.held("u1", 99).await.unwrap()), 15);
    assert_eq!(sum(tx.held("u1", 100).await.unwrap()), 12, "a run whose time is over holds nothing");
    tx.capture("r2", &slug("c"), 3).await.unwrap();
    let install_id = run("r1", 100).install_id;
    tx.release_held("u1", "another", &[slug("a")]).await.unwrap();
    tx.release_held("u2", &install_id, &[slug("a")]).await.unwrap();
    tx.release_held("u1", &install_id, &[]).await.unwrap();
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 11);
    tx.release_held("u1", &install_id, &[slug("a"), slug("c")]).await.unwrap();
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 10);
    let captured = tx.run_item("r2", &slug("c")).await.unwrap().unwrap();
    assert_eq!((captured.reservation.as_str(), captured.credit_cost), ("captured", 3));
    tx.abandon_runs("u2", 100).await.unwrap();
    assert_eq!(tx.run("r1").await.unwrap().unwrap().status, "open", "somebody else's");
    assert!(tx.has_overdue_runs(100).await.unwrap() && !tx.has_overdue_runs(99).await.unwrap());
    assert_eq!(tx.abandon_overdue_runs(99, 9).await.unwrap(), 0);
    tx.abandon_runs("u1", 100).await.unwrap();
    assert_eq!(tx.abandon_overdue_runs(100, 9).await.unwrap(), 0, "closed already");
    assert_eq!(tx.run("r1").await.unwrap().unwrap().status, "abandoned");
    assert_eq!(tx.run("r2").await.unwrap().unwrap().status, "open");
    assert_eq!(sum(tx.held("u1", 0).await.unwrap()), 8);
    tx.close_run("r2", "partial", 101, (3, Some(2))).await.unwrap();
    let closed = tx.run("r2").await.unwrap().unwrap();
    assert_eq!((closed.status.as_str(), closed.drive_count, closed.high_water), ("partial", Some(3), Some(2)));
    let kept: Vec<_> = tx.run_items("r2").await.unwrap().into_iter().map(|item| item.reservation).collect();
    assert_eq!(kept, ["captured", "released"]);
    tx.add_free_slug("u1", &slug("a"), 50).await.unwrap();
    tx.add_free_slug("u1", &slug("a"), 60).await.unwrap();
    assert_eq!(tx.free_slugs("u1", 59).await.unwrap(), [slug("a")]);
    assert_eq!(tx.free_slugs("u1", 60).await.unwrap(), []);
    tx.commit().await.unwrap();
}

pub(super) async fn skill_runs<R: Repository>(repo: &R) {
    let run = |id: &str, user_id: &str, skill_id: &str, credit_cost: u64, started_at: i64| SkillRun {
        id: id.to_owned(),
        user_id: user_id.to_owned(),
        skill_id: skill_id.to_owned(),
        slug: "pdf".to_owned(),
        version: 1,
        script: "a.sh".to_owned(),
        session_id: "x".to_owned(),
        credit_cost,
        started_at,
        expires_at: started_at + 100,
    };
    let mut tx = repo.write().await.unwrap();
    assert_eq!(tx.held_by_skill_runs("u1", 0).await.unwrap(), 0);
    for (id, user_id, skill_id, cost, at) in
        [("e1", "u1", "s1", 1, 10), ("e2", "u1", "s2", 2, 20), ("e3", "u1", "s2", 4, 30), ("e4", "u2", "s1", 8, 40)]
    {
        tx.add_skill_run(&run(id, user_id, skill_id, cost, at)).await.unwrap();
    }
    assert_eq!(
        (tx.held_by_skill_runs("u1", 109).await.unwrap(), tx.held_by_skill_runs("u2", 0).await.unwrap()),
        (7, 8)
    );
    assert_eq!(tx.held_by_skill_runs("u1", 110).await.unwrap(), 6, "one that was lost holds nothing for ever");
    let ending = Ending { finished_at: 50, exit_code: 137, duration_ms: 9, stopped: Some("memory".to_owned()) };
    assert!(tx.finish_skill_run("e2", &ending).await.unwrap());
    assert!(!tx.finish_skill_run("e2", &ending).await.unwrap(), "once");
    assert!(!tx.finish_skill_run("none", &ending).await.unwrap());
    assert_eq!(tx.held_by_skill_runs("u1", 0).await.unwrap(), 5);
    assert_eq!((tx.skill_calls_since("u1", 20).await.unwrap(), tx.skill_calls_since("u2", 41).await.unwrap()), (2, 0));
    tx.forget_skill_run("e1").await.unwrap();
    tx.forget_skill_run("e2").await.unwrap();
    assert_eq!(tx.skill_calls_since("u1", 0).await.unwrap(), 2, "one that never began is no call");
    tx.commit().await.unwrap();
}
