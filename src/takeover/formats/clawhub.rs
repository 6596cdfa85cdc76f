//! `.clawhub/lock.json` and `.clawhub/origin.json`, both version 1. Its registry gives no address that others could ask.

use serde_json::Value;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::short;
use crate::takeover::formats::Read;
use crate::takeover::formats::Unread;
use crate::takeover::formats::escaped;
use crate::takeover::formats::object;
use crate::takeover::formats::skills_of;
use crate::takeover::formats::text;

pub(super) fn read_lock(file: &str) -> Result<Read, Unread> {
    let mut read = Read::default();
    for (name, entry) in skills_of(file, 1, "1")? {
        if !read.has_room() {
            break;
        }
        let Some(slug) = read.slug(&name) else { continue };
        let version = match entry.get("version") {
            Some(Value::String(version)) => format!("@{}", short(version)),
            Some(Value::Null) | None => String::new(),
            Some(_) => {
                read.note(format!("`{slug}`: its version is no text"));
                String::new()
            }
        };
        let pinned = entry.get("pinned").and_then(Value::as_bool).unwrap_or(false);
        let origin = Origin::Registry(format!("clawhub:{slug}{version}"));
        read.claims.push(Claim { slug, tool: Tool::Clawhub, origin, pinned });
    }
    Ok(read)
}

pub(super) fn read_origin(file: &str) -> Result<Read, Unread> {
    let entry = object(file)?;
    match entry.get("version") {
        Some(version) if version.as_u64() == Some(1) => {}
        Some(other) => return Err(Unread::Version(escaped(&other.to_string()), "1")),
        None => return Err(Unread::Version("(none)".to_owned(), "1")),
    }
    let mut read = Read::default();
    let Some(slug) = read.slug(text(&entry, "slug").unwrap_or_default()) else { return Ok(read) };
    let version = text(&entry, "installedVersion").map_or_else(String::new, |version| format!("@{}", short(version)));
    let origin = Origin::Registry(format!("clawhub:{slug}{version}"));
    read.claims.push(Claim { slug, tool: Tool::Clawhub, origin, pinned: false });
    Ok(read)
}
