//! `.openskills.json`, which lies inside the skill it is about.

use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::short;
use crate::takeover::formats::Read;
use crate::takeover::formats::Unread;
use crate::takeover::formats::escaped;
use crate::takeover::formats::object;
use crate::takeover::formats::text;

pub(super) fn read(file: &str, within: &str) -> Result<Read, Unread> {
    let entry = object(file)?;
    let mut read = Read::default();
    let Some(slug) = read.slug(within) else { return Ok(read) };
    let source = text(&entry, "source").unwrap_or_default();
    let origin = match text(&entry, "sourceType").unwrap_or("unknown") {
        "local" => Origin::Local(short(text(&entry, "localPath").unwrap_or(source))),
        "git" | "github" => {
            // What was typed may name the folder too: the address of the repository goes first.
            let place = text(&entry, "repoUrl").unwrap_or(source);
            Origin::of(place, Some(text(&entry, "subpath").unwrap_or_default()), None, None)
        }
        other => {
            read.note(format!("the sort of source `{}` is not known", escaped(other)));
            Origin::Unknown
        }
    };
    read.claims.push(Claim { slug, tool: Tool::Openskills, origin, pinned: false });
    Ok(read)
}
