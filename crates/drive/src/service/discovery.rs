//! Discover and the leaderboard: what there is beyond the own drive, and what others use of it.

use skillzdrive_wire::skills::Discovered;
use skillzdrive_wire::skills::FoundIn;
use skillzdrive_wire::skills::FoundSkill;
use skillzdrive_wire::skills::Leaderboard;
use skillzdrive_wire::skills::Skill;
use skillzdrive_wire::skills::SortBy;

use super::accounts::Caller;
use super::standing;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::github::Github;
use crate::repo::github::GithubRow;
use crate::repo::search::Search;
use crate::repo::standings::Order;
use crate::repo::standings::Standings;

/// How many skills a page and the leaderboard hold.
const PAGE: u64 = 10;

/// So many of the trees that were fetched last are looked through.
const MOST_TREES: u64 = 5_000;

/// `GET skills/discover`: the marketplace's hits, then those in fetched GitHub trees. Any of the words is enough. A
/// scoped key discovers nothing outside its slice, and no tree is in a slice.
pub(crate) async fn discover(
    drive: &Drive,
    caller: &Caller,
    keywords: &str,
    offset: u64,
) -> Result<Discovered, ApiError> {
    let mut tx = drive.repo.read().await?;
    let (editions, in_marketplace) = tx.discover(keywords, &caller.view(), offset, PAGE).await?;
    let mut page: Vec<Skill> = editions.iter().map(view::skill).collect();
    standing::fill(&mut tx, &mut page, drive.now()).await?;
    let mut skills: Vec<FoundSkill> =
        page.into_iter().map(|skill| FoundSkill { skill, found_in: FoundIn::Marketplace }).collect();
    let trees = match caller.slice() {
        None => matching(tx.github_skills(MOST_TREES).await?, keywords),
        Some(_) => Vec::new(),
    };
    let total = in_marketplace + trees.len() as u64;
    let skipped = usize::try_from(offset.saturating_sub(in_marketplace)).unwrap_or(usize::MAX);
    let room = usize::try_from(PAGE).unwrap_or_default() - skills.len();
    skills.extend(
        trees
            .iter()
            .skip(skipped)
            .take(room)
            .filter_map(found)
            .map(|skill| FoundSkill { skill, found_in: FoundIn::Github }),
    );
    let next = offset.saturating_add(skills.len() as u64);
    Ok(Discovered { skills, offset, next_offset: (next < total).then_some(next) })
}

/// The trees that have a slug and in which a word begins with a keyword, those first in which most do, and of those the ones whose name does.
fn matching(trees: Vec<GithubRow>, keywords: &str) -> Vec<GithubRow> {
    let wanted = words(keywords);
    let mut hits: Vec<(usize, usize, GithubRow)> = trees
        .into_iter()
        .filter(|tree| tree.slug.is_some())
        .filter_map(|tree| {
            let name = words(&format!("{} {}", tree.tree, tree.name));
            let all = words(&format!("{} {} {} {}", tree.tree, tree.name, tree.description, tree.tags.join(" ")));
            let among = |words: &[String]| {
                wanted.iter().filter(|wanted| words.iter().any(|word| word.starts_with(wanted.as_str()))).count()
            };
            let (hits, named) = (among(&all), among(&name));
            (hits > 0).then_some((hits, named, tree))
        })
        .collect();
    hits.sort_by(|(a, m, x), (b, n, y)| b.cmp(a).then(n.cmp(m)).then(x.tree.cmp(&y.tree)));
    hits.into_iter().map(|(_, _, tree)| tree).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(2_000).map(str::to_lowercase).collect()
}

/// A tree as a skill: its address is what `drive/import` takes. It has one version, that of the commit.
fn found(tree: &GithubRow) -> Option<Skill> {
    Some(Skill {
        id: tree.tree.clone(),
        slug: tree.slug.clone()?,
        name: tree.name.clone(),
        description: tree.description.clone(),
        tags: tree.tags.clone(),
        version: 1,
        github_url: Some(tree.github_url.clone()),
        category: "github".to_owned(),
        owner: tree.tree.split('/').next().map(str::to_owned),
        credit_cost_per_use: None,
        executions: None,
        installs: None,
        rating: None,
        security_grade: tree.security_grade.clone(),
        has_scripts: Some(!tree.scripts.is_empty()),
        scripts: Some(tree.scripts.clone()),
        content_sha: Some(tree.content_sha.clone()),
        content_size: Some(tree.content_size),
    })
}

/// `GET skills/leaderboard`: at most ten, over the last 30 days.
pub(crate) async fn leaderboard(drive: &Drive, caller: &Caller, sort_by: SortBy) -> Result<Leaderboard, ApiError> {
    let order = match &sort_by {
        SortBy::Executions => Order::Executions,
        SortBy::Installs => Order::Installs,
        SortBy::Rating => Order::Rating,
        SortBy::Other(word) => {
            let known = SortBy::KNOWN.join("`, `");
            let message = format!("`sort_by` is one of `{known}`, not `{}`", word.escape_debug());
            return Err(ApiError::invalid(message));
        }
    };
    let now = drive.now();
    let mut tx = drive.repo.read().await?;
    let first = tx.top(order, &caller.view(), standing::since(now), PAGE).await?;
    let mut skills: Vec<Skill> = first.iter().map(view::skill).collect();
    standing::fill(&mut tx, &mut skills, now).await?;
    Ok(Leaderboard { sort_by, skills })
}

#[cfg(test)]
mod tests {
    use skillzdrive_wire::ContentSha;
    use skillzdrive_wire::Slug;

    use super::*;
    use crate::config::Config;
    use crate::repo::Transaction;
    use crate::service::accounts::authenticate;

    fn tree(path: &str, slug: Option<&str>, description: &str) -> GithubRow {
        GithubRow {
            tree: path.to_owned(),
            github_url: format!("https://github.com/{path}"),
            commit: "c".repeat(40),
            slug: slug.map(|slug| Slug::new(slug).unwrap()),
            name: "a name".to_owned(),
            description: description.to_owned(),
            tags: vec!["documents".to_owned()],
            scripts: vec!["run.sh".to_owned()],
            content_sha: ContentSha::new(&"a".repeat(64)).unwrap(),
            content_size: 9,
            security_grade: None,
            graded_by: 0,
            fetched_at: 1,
        }
    }

    #[tokio::test]
    async fn trees_come_after_the_marketplace_and_pages_go_through_both() {
        let home = tempfile::tempdir().unwrap();
        let drive = Drive::open(Config::local(home.path())).await.unwrap();
        let key = drive.local_owner_key().await.unwrap();
        let caller = authenticate(&drive, key.expose(), None).await.unwrap();
        let mut tx = drive.repo.write().await.unwrap();
        for number in 0..14 {
            let path = format!("acme/skills/pdf-{number:02}");
            tx.put_github_skill(&tree(&path, Some(&format!("pdf-{number:02}")), "forms")).await.unwrap();
        }
        tx.put_github_skill(&tree("acme/skills/other", Some("other"), "fills a CSV form")).await.unwrap();
        tx.put_github_skill(&tree("acme/nameless-csv", None, "has no slug")).await.unwrap();
        tx.commit().await.unwrap();

        let first = discover(&drive, &caller, "csv pdf", 0).await.unwrap();
        let slugs: Vec<&str> = first.skills.iter().map(|found| found.skill.slug.as_str()).collect();
        assert_eq!((slugs[0], slugs.len(), first.next_offset), ("csv-profiler", 10, Some(10)));
        assert_eq!(first.skills[0].found_in, FoundIn::Marketplace);
        assert_eq!(
            slugs[1..],
            ["pdf-00", "pdf-01", "pdf-02", "pdf-03", "pdf-04", "pdf-05", "pdf-06", "pdf-07", "pdf-08"]
        );
        let tree = &first.skills[1];
        assert_eq!((&tree.found_in, tree.skill.category.as_str()), (&FoundIn::Github, "github"));
        assert_eq!(tree.skill.github_url.as_deref(), Some("https://github.com/acme/skills/pdf-00"));
        let rest = discover(&drive, &caller, "csv pdf", 10).await.unwrap();
        assert_eq!((rest.skills.len(), rest.offset, rest.next_offset), (6, 10, None));
        assert_eq!(rest.skills[5].skill.slug.as_str(), "other", "named after it comes before told of");
        let beyond = discover(&drive, &caller, "csv pdf", u64::MAX >> 1).await.unwrap();
        assert_eq!((beyond.skills.len(), beyond.next_offset), (0, None));
        assert_eq!(discover(&drive, &caller, "\u{7} -- *", 0).await.unwrap().skills.len(), 0);
    }

    #[test]
    fn a_word_is_found_by_its_beginning() {
        let rows = || vec![tree("a/b/c", Some("c"), "Straße, reads forms"), tree("a/b/d", Some("d"), "nothing")];
        let found = |words: &str| matching(rows(), words).into_iter().map(|row| row.tree).collect::<Vec<_>>();
        assert_eq!(found("STRASS forms"), ["a/b/c"]);
        assert_eq!(found("docu"), ["a/b/c", "a/b/d"], "tags are words too");
        assert!(found("orms").is_empty() && found("").is_empty());
    }
}
