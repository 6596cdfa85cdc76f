//! A skill that was edited here, kept under a name of its own before another version takes its place.

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::here::Here;
use crate::installer::placing::Placing;
use crate::store::inventory::Found;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::store::swap;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::tree;
use crate::sync::fork::rename_in_front_matter;
use crate::sync::look::options_of;

/// A name that nothing has yet: `slug-local`, `slug-local-2` …
///
/// # Errors
/// A bug: all of them are taken.
pub(crate) fn free_name(scope: &Scope, here: &Here, slug: &Slug) -> Result<Slug> {
    let ends = std::iter::once("-local".to_owned()).chain((2..1000).map(|n| format!("-local-{n}")));
    let names = ends.filter_map(|end| {
        // A slug has 64 characters at most, all of one byte.
        let stem = &slug.as_str()[..slug.as_str().len().min(64 - end.len())];
        Slug::new(&format!("{stem}{end}")).ok()
    });
    let taken = |name: &Slug| {
        here.lockfile.skills.contains_key(name)
            || here.inventory.skills.contains_key(name)
            || tree::occupied(&scope.skills().join(name.as_str()))
    };
    let mut free = names.filter(|name| !taken(name));
    free.next().ok_or_else(|| Error::internal(format!("no name is free for a copy of {slug}")))
}

/// Copies a skill's folder under the new name into the canonical folder and links it. The copy is a home-made skill.
///
/// # Errors
/// Exit 8 when the folder changed meanwhile or the new name's place is taken; an io error.
pub(super) fn copy(
    placing: &mut Placing<'_>,
    staging: &Staging,
    scope: &Scope,
    found: &Found,
    name: &Slug,
) -> Result<()> {
    let copy = staging.place(name.as_str())?;
    tree::copy_tree(&found.path, &copy)?;
    rename_in_front_matter(&copy.join(SKILL_FILE), name)?;
    if digest_dir(&found.path, &options_of(found))?.sha != found.tree_sha {
        return Err(Error::new(Kind::Conflict, format!("`{}` changed while it was copied", found.slug))
            .code("changed_meanwhile")
            .hint("run the same command again"));
    }
    let target = scope.skills().join(name.as_str());
    let placed = swap::place(name, &copy, &target, &Expected::Absent, &PackOptions::own(), None, &mut placing.trash)?;
    if let Placed::Changed { .. } = placed {
        return Err(Error::new(Kind::Conflict, format!("`{}` is in the way of the copy", target.display()))
            .code("occupied")
            .hint("move it away, or choose another way to settle the conflict with --on-conflict"));
    }
    placing.link(name, &target, None)?;
    Ok(())
}
