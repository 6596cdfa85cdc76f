//! The committed JSON schemas of what `--json` prints, and the choices of fields that are made with them.
//!
//! The schemas are part of the program so that a field that does not exist is refused before a command does anything, and
//! an empty list is no reason to doubt a field that does. Nothing here prints.

mod select;
mod template;

use serde_json::Value;

pub(crate) use crate::schema::select::Selection;
pub(crate) use crate::schema::template::Template;

/// Names of files without `.json`, made into names and texts.
macro_rules! outputs {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../schemas/v1/output/", $name, ".json")))),*]
    };
}

/// Every command that answers with a document, by its words with `-` between them.
const OUTPUTS: &[(&str, &str)] = outputs![
    "agents-list",
    "audit",
    "cache-clean",
    "cache-info",
    "cache-verify",
    "collection-add",
    "collection-create",
    "collection-delete",
    "collection-edit",
    "collection-list",
    "collection-remove",
    "collection-use",
    "completions",
    "config",
    "config-edit",
    "config-get",
    "config-list",
    "config-path",
    "config-set",
    "config-unset",
    "credits",
    "diff",
    "disable",
    "discover",
    "doctor",
    "drive-accept",
    "drive-dismiss",
    "drive-import",
    "drive-list",
    "drive-remove",
    "drive-toggle",
    "drive-updates",
    "enable",
    "export",
    "info",
    "init",
    "install",
    "leaderboard",
    "list",
    "lock-merge",
    "log",
    "login",
    "logout",
    "man",
    "marketplace-check",
    "marketplace-show",
    "marketplace-write",
    "new",
    "outdated",
    "pin",
    "remove",
    "run",
    "scan",
    "search",
    "self-update",
    "serve",
    "serve-backup",
    "serve-check",
    "serve-credits-grant",
    "serve-key-create",
    "serve-key-list",
    "serve-key-revoke",
    "serve-log",
    "serve-migrate",
    "serve-move",
    "serve-price",
    "serve-publish",
    "serve-rate",
    "serve-restore",
    "serve-role",
    "serve-share",
    "serve-shares",
    "serve-team-add",
    "serve-team-list",
    "serve-team-remove",
    "serve-tier-limit",
    "serve-tier-list",
    "serve-tier-set",
    "serve-unshare",
    "serve-user-add",
    "serve-user-list",
    "serve-withdraw",
    "status",
    "sync",
    "telemetry-show",
    "trash-empty",
    "trash-list",
    "trash-restore",
    "undo",
    "unpin",
    "update",
    "upload",
    "webhooks-create",
    "webhooks-delete",
    "webhooks-list",
    "webhooks-verify",
    "whoami",
    "why",
];

/// The schema of a command's document; `None` for a command that has none.
fn of(words: &[&str]) -> Option<Value> {
    let name = words.join("-");
    let (_, text) = OUTPUTS.iter().find(|(one, _)| *one == name)?;
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_committed_schema_is_part_of_the_program_and_says_whose_it_is() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1/output");
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        let files: BTreeSet<String> =
            files.map(|name| name.to_str().unwrap().strip_suffix(".json").unwrap().to_owned()).collect();
        let names: BTreeSet<String> = OUTPUTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names, files);
        assert!(OUTPUTS.is_sorted_by_key(|(name, _)| name));
        for (name, text) in OUTPUTS {
            let schema: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(schema["$id"], format!("urn:skillzdrive:schema:v1:output:{name}"), "{name}");
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
            assert_eq!(schema["properties"]["schema"]["const"], 1, "{name}");
            assert_eq!(schema["required"], serde_json::json!(["schema", "data"]), "{name}");
        }
    }
}
