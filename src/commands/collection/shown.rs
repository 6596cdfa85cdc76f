//! A collection as it is shown: the frozen `--json` form and the words for it.

use serde::Serialize;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::Collection;
use skillzdrive_wire::collections::SkillCount;

use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::nearest;
use crate::ui::clean;
use crate::ui::words;

#[derive(Serialize)]
pub(super) struct CollectionJson {
    pub(super) name: String,
    scope: &'static str,
    /// `"all"` or a number.
    skill_count: SkillCount,
    skill_slugs: Vec<String>,
    include_team_skills: bool,
    include_shared_skills: bool,
    pub(super) is_public_marketplace: bool,
    created_at: String,
}

impl CollectionJson {
    pub(super) fn of(collection: &Collection) -> Self {
        Self {
            name: collection.name.to_string(),
            scope: KeyScope::of(collection).word(),
            skill_count: collection.skill_count,
            skill_slugs: collection.skill_slugs.iter().map(ToString::to_string).collect(),
            include_team_skills: collection.include_team_skills,
            include_shared_skills: collection.include_shared_skills,
            is_public_marketplace: collection.is_public_marketplace,
            created_at: collection.created_at.clone(),
        }
    }
}

/// The name, harmless.
pub(super) fn name(name: &CollectionName) -> String {
    clean::line(name.as_str())
}

/// What the key of a collection sees, in a few words: `2 skills: docx, pdf; without team skills; public`.
pub(super) fn sentence(collection: &Collection) -> String {
    let mut said = match KeyScope::of(collection) {
        KeyScope::AllSkills => "all skills".to_owned(),
        KeyScope::Scoped | KeyScope::Unknown if collection.skill_slugs.is_empty() => "no skill".to_owned(),
        KeyScope::Scoped | KeyScope::Unknown => {
            let names: Vec<&str> = collection.skill_slugs.iter().map(Slug::as_str).collect();
            format!("{}: {}", words::count(names.len(), "skill"), names.join(", "))
        }
    };
    for (off, what) in
        [(!collection.include_team_skills, "team skills"), (!collection.include_shared_skills, "shared skills")]
    {
        if off {
            said.push_str(&format!("; without {what}"));
        }
    }
    if collection.is_public_marketplace {
        said.push_str("; public");
    }
    said
}

/// One of the account's collections.
///
/// # Errors
/// Exit 5 with the nearest names when there is none of the name; as any call.
pub(super) async fn find(account: &Account<'_>, wanted: &CollectionName) -> Result<Collection> {
    let all = account.collections().await?;
    if let Some(found) = all.iter().find(|one| one.name == *wanted) {
        return Ok(found.clone());
    }
    let error =
        Error::new(Kind::NotFound, format!("there is no collection `{}`", name(wanted))).code("collection_not_found");
    let near = nearest::did_you_mean(wanted.as_str(), all.iter().map(|one| one.name.as_str()));
    Err(error.hint(near.unwrap_or_else(|| "skillzdrive collection list".to_owned())))
}

/// What to type next when a skill is not in the drive.
pub(super) fn import_hint(error: Error) -> Error {
    if error.code_str() != "skill_not_found" {
        return error;
    }
    error.hint("skillzdrive drive import SLUG brings a public skill into the drive")
}

/// Slugs in a sentence.
pub(super) fn names(slugs: &[&str]) -> String {
    if slugs.is_empty() { "nothing".to_owned() } else { slugs.join(", ") }
}

#[derive(Serialize)]
struct EachJson {
    collection: String,
    done: Vec<String>,
    failed: Vec<FailedJson>,
}

#[derive(Serialize)]
struct FailedJson {
    slug: String,
    kind: &'static str,
    code: String,
    message: String,
}

/// Shows what came of the same call for each of several skills. Some done and some not ends as partial, all failed alike
/// as their kind.
///
/// # Errors
/// The failure itself, where there is nothing else to tell; a bug.
pub(super) fn each(
    ctx: &Context,
    collection: &CollectionName,
    results: Vec<(Slug, Result<()>)>,
    (did, preposition): (&str, &str),
) -> Result<Outcome> {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (slug, result) in results {
        match result {
            Ok(()) => done.push(slug.to_string()),
            Err(error) => failed.push((slug, error)),
        }
    }
    let mut kinds: Vec<Kind> = failed.iter().map(|(_, error)| error.kind()).collect();
    kinds.dedup();
    let ending = match kinds[..] {
        [] => Outcome::Done,
        [kind] if done.is_empty() => Outcome::Ended(kind),
        _ if done.is_empty() => Outcome::Ended(Kind::Failure),
        _ => Outcome::Ended(Kind::Partial),
    };
    if done.is_empty()
        && failed.len() == 1
        && let Some((_, error)) = failed.pop()
    {
        return Err(error);
    }
    if ctx.ui.is_json() {
        let failed = failed.into_iter().map(|(slug, error)| FailedJson {
            slug: slug.to_string(),
            kind: error.kind().word(),
            code: error.code_str().to_owned(),
            message: error.one_line(),
        });
        ctx.ui.json(&EachJson { collection: collection.to_string(), done, failed: failed.collect() })?;
        return Ok(ending);
    }
    if !done.is_empty() {
        ctx.ui.status(format_args!("{did} {} {preposition} the collection {}", done.join(", "), name(collection)));
    }
    for (slug, error) in failed {
        ctx.ui.warn(error.about(slug.as_str()));
        error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    Ok(ending)
}
