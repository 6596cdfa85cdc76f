//! `skills-lock.json` (version 1) and `.skill-lock.json` (version 3), a map of entries by name.

use serde_json::Value;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::is_commit;
use crate::takeover::claim::short;
use crate::takeover::formats::Read;
use crate::takeover::formats::Unread;
use crate::takeover::formats::escaped;
use crate::takeover::formats::skills_of;
use crate::takeover::formats::text;

pub(super) fn read(file: &str, version: u64, known: &'static str) -> Result<Read, Unread> {
    let mut read = Read::default();
    for (name, entry) in skills_of(file, version, known)? {
        if !read.has_room() {
            break;
        }
        let Some(slug) = read.slug(&name) else { continue };
        let Value::Object(entry) = entry else {
            read.note(format!("`{slug}`: its entry is no JSON object"));
            continue;
        };
        let kind = text(&entry, "sourceType").unwrap_or("unknown");
        let source = text(&entry, "source").unwrap_or_default();
        // `gh` writes the same file and notes a pin as a ref of its own.
        let pin = text(&entry, "pinnedRef");
        let at = pin.or_else(|| text(&entry, "ref"));
        let commit = at.filter(|at| is_commit(at));
        let path = text(&entry, "skillPath");
        let origin = match kind {
            "github" => {
                let origin = Origin::of(source, path, at, commit);
                match text(&entry, "sourceUrl") {
                    Some(url) if !matches!(origin, Origin::Github(_)) => Origin::of(url, path, at, commit),
                    _ => origin,
                }
            }
            "git" | "gitlab" => Origin::of(text(&entry, "sourceUrl").unwrap_or(source), path, at, commit),
            "local" | "node_modules" => Origin::Local(short(source)),
            "well-known" => Origin::Address(short(text(&entry, "sourceUrl").unwrap_or(source))),
            other => {
                read.note(format!("`{slug}`: the sort of source `{}` is not known", escaped(other)));
                Origin::Unknown
            }
        };
        if kind == "github" && !matches!(origin, Origin::Github(_)) {
            read.note(format!("`{slug}`: `{}` is no repository on GitHub", escaped(source)));
        }
        read.claims.push(Claim { slug, tool: Tool::Skills, origin, pinned: pin.is_some() });
    }
    Ok(read)
}
