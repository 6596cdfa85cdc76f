//! A conflict made into two skills: the local folder is copied under a new name before the drive's version takes its
//! place.

use std::fs;
use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::staging::Staging;
use crate::store::swap;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::trash::TrashRun;
use crate::store::tree;
use crate::sync::Session;
use crate::sync::look::Here;

impl Session<'_> {
    /// Copies each folder under its new name into the canonical folder. The copy is a home-made skill from then on.
    ///
    /// # Errors
    /// Exit 8 when the new name's place is taken; an io error. What was copied stays: it is a copy.
    pub(crate) fn make_forks(&self, here: &Here, forks: &[(Slug, Slug)], tell: Tell<'_>) -> Result<()> {
        let lock = ScopeLock::acquire(self.scope, |holder| tell(Event::Waiting(holder.to_owned())))?;
        let staging = Staging::new(self.scope)?;
        let mut trash = TrashRun::begin(self.scope, "sync")?;
        for (original, fork) in forks {
            let Some(found) = here.inventory.skills.get(original) else { continue };
            let copy = staging.place(fork.as_str())?;
            tree::copy_tree(&found.path, &copy)?;
            rename_in_front_matter(&copy.join(SKILL_FILE), fork)?;
            // The name must be the only difference: a copy that was made while the folder changed is not one.
            let now = digest_dir(&found.path, &crate::sync::look::options_of(found))?;
            if now.sha != found.tree_sha {
                return Err(Error::new(Kind::Conflict, format!("`{original}` changed while it was copied"))
                    .code("changed_meanwhile")
                    .hint("run the same command again"));
            }
            let target = self.scope.skills().join(fork.as_str());
            let placed = swap::place(fork, &copy, &target, &Expected::Absent, &PackOptions::own(), None, &mut trash)?;
            if let Placed::Changed { .. } = placed {
                return Err(Error::new(Kind::Conflict, format!("`{}` is in the way of the copy", target.display()))
                    .code("occupied")
                    .hint("move it away, or choose another way to settle the conflict with --on-conflict"));
            }
            self.linking.link(fork, &target, None, &mut trash)?;
        }
        trash.finish()?;
        let copied: Vec<_> = forks
            .iter()
            .filter_map(|(original, _)| {
                Some((original.clone(), here.inventory.skills.get(original)?.content_sha.clone()))
            })
            .collect();
        Library::update(self.paths, self.scope, |library| library.copies.extend(copied))?;
        drop(lock);
        Ok(())
    }
}

/// Gives the front matter's `name` the new slug. A skill without one is called by its folder already.
pub(crate) fn rename_in_front_matter(file: &Path, slug: &Slug) -> Result<()> {
    let text = fs::read_to_string(file).map_err(|e| Error::io("read", file, e))?;
    let renamed = with_name(&text, slug);
    if renamed != text {
        crate::store::atomic::write(file, renamed.as_bytes(), crate::store::atomic::Privacy::Shared)?;
    }
    Ok(())
}

fn with_name(text: &str, slug: &Slug) -> String {
    let mut inside = false;
    let mut done = false;
    let mut out = String::with_capacity(text.len() + 16);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim_start_matches('\u{feff}').trim_end();
        if bare == "---" {
            inside = index == 0;
        }
        if inside && !done && bare.starts_with("name:") {
            let end = &line[line.trim_end_matches(['\r', '\n']).len()..];
            out.push_str(&format!("name: {slug}{end}"));
            done = true;
        } else {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_in_the_front_matter_changes() {
        let slug = Slug::new("pdf-local").unwrap();
        let text = "---\r\nname: pdf\r\ndescription: d\r\n---\r\nname: pdf\r\n";
        assert_eq!(with_name(text, &slug), "---\r\nname: pdf-local\r\ndescription: d\r\n---\r\nname: pdf\r\n");
        let none = "---\ndescription: d\n---\nname: x\n";
        assert_eq!(with_name(none, &slug), none);
    }
}
