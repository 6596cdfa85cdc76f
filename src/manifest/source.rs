//! The rules of an entry's `source`: where the plugin comes from, and whether what is there tomorrow is the same.

use std::net::IpAddr;

use reqwest::Url;
use serde_json::Map;
use serde_json::Value;

use crate::manifest::BOTH;
use crate::manifest::CLAUDE_CODE;
use crate::manifest::COPILOT;
use crate::manifest::UNKNOWN_KIND;
use crate::manifest::form::Form;
use crate::manifest::form::stays_inside;
use crate::manifest::lines::below;

/// Checks a source.
pub(super) fn check(form: &mut Form, source: &Value, place: &str) {
    match source {
        Value::String(path) => relative(form, path, place),
        Value::Object(fields) => match fields.get("source") {
            Some(Value::String(kind)) => of_kind(form, kind, fields, place),
            None => form.error("source-kind", BOTH, place, "`source.source` is missing: the kind of the source"),
            Some(_) => form.error("source-kind", BOTH, &below(place, "source"), "this is not the kind of a source"),
        },
        _ => form.error("source-kind", BOTH, place, "a source is a path that starts with `./`, or an object"),
    }
}

/// A folder of the repository that the file lies in.
fn relative(form: &mut Form, path: &str, place: &str) {
    if !path.starts_with("./") {
        form.error("source-path", CLAUDE_CODE, place, "a path starts with `./`, from the repository's root");
    } else if !stays_inside(path) {
        form.error("source-path", CLAUDE_CODE, place, "this path leads out of the repository");
    }
}

fn of_kind(form: &mut Form, kind: &str, fields: &Map<String, Value>, place: &str) {
    match kind {
        "github" => {
            if let Some(repo) = text(form, fields, place, "repo")
                && !is_repository(repo)
            {
                form.error("source-repo", BOTH, &below(place, "repo"), "a repository is `owner/name`");
            }
            commit(form, fields, place);
        }
        "url" => {
            git_address(form, fields, place);
            commit(form, fields, place);
        }
        "git-subdir" => {
            git_address(form, fields, place);
            if let Some(path) = text(form, fields, place, "path")
                && (!stays_inside(path) || path.starts_with('/'))
            {
                form.error("source-path", BOTH, &below(place, "path"), "this path leads out of the repository");
            }
            commit(form, fields, place);
        }
        "archive" => {
            archive(form, fields, place);
            unknown_to_copilot(form, kind, place);
            let message = "older versions of Claude Code (2.1.197) cannot install a source of the kind `archive`";
            form.warning("source-new", CLAUDE_CODE, &below(place, "source"), message);
        }
        "npm" => {
            text(form, fields, place, "package");
            if !fields.contains_key("version") {
                form.warning("source-unpinned", BOTH, place, "without `version` this is whatever is newest on the day");
            }
            unknown_to_copilot(form, kind, place);
        }
        "command" => unknown_to_copilot(form, kind, place),
        _ => {
            let kinds = "`github`, `url`, `git-subdir`, `archive`, `npm`, `command`";
            form.error("source-kind", BOTH, &below(place, "source"), format!("readers know {kinds}, not this"));
        }
    }
}

/// The whole file is refused for it, so it is worth a word even where only Claude Code is meant to read it.
fn unknown_to_copilot(form: &mut Form, kind: &str, place: &str) {
    let message = format!("Copilot CLI (1.0) refuses a file that has a source of the kind `{kind}`");
    form.warning(UNKNOWN_KIND, COPILOT, &below(place, "source"), message);
}

fn archive(form: &mut Form, fields: &Map<String, Value>, place: &str) {
    if let Some(address) = text(form, fields, place, "url")
        && !is_public(address)
    {
        let message = "an archive has an https:// address that is not on the reader's own machine or link";
        form.error("archive-address", CLAUDE_CODE, &below(place, "url"), message);
    }
    match fields.get("sha256") {
        Some(Value::String(sha)) if is_hex(sha, 64) => {}
        Some(_) => form.error("source-digest", BOTH, &below(place, "sha256"), "a digest is 64 lower-case hex digits"),
        None => {
            form.warning(
                "source-unpinned",
                CLAUDE_CODE,
                place,
                "without `sha256` this is whatever is there on the day",
            );
        }
    }
}

fn git_address(form: &mut Form, fields: &Map<String, Value>, place: &str) {
    let Some(address) = text(form, fields, place, "url") else { return };
    // `git@host:owner/name` is how Git writes an address over SSH.
    let short = address.split_once('@').is_some_and(|(_, rest)| rest.contains(':') && !rest.contains("://"));
    let shorthand = is_repository(address);
    let known = |url: &Url| matches!(url.scheme(), "https" | "http" | "ssh" | "git") && url.has_host();
    if !short && !shorthand && !Url::parse(address).is_ok_and(|url| known(&url)) {
        form.error("source-address", BOTH, &below(place, "url"), "this is not the address of a Git repository");
    }
}

/// `sha`: a branch or a tag may be moved, a commit may not.
fn commit(form: &mut Form, fields: &Map<String, Value>, place: &str) {
    match fields.get("sha") {
        Some(Value::String(sha)) if is_hex(sha, 40) => {}
        Some(_) => form.error("source-commit", BOTH, &below(place, "sha"), "a commit is 40 lower-case hex digits"),
        None => form.warning("source-unpinned", BOTH, place, "without `sha` this is whatever is there on the day"),
    }
    form.texts(fields, place, &["ref"]);
}

/// A text that the kind needs.
fn text<'a>(form: &mut Form, fields: &'a Map<String, Value>, place: &str, name: &str) -> Option<&'a str> {
    match fields.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        Some(_) => {
            form.error("source-field", BOTH, &below(place, name), "this is not a text that says anything");
            None
        }
        None => {
            form.error("source-field", BOTH, place, format!("`{name}` is missing"));
            None
        }
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_repository(text: &str) -> bool {
    let part = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    text.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}

fn is_public(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let local = host == "localhost" || host.ends_with(".localhost") || host == "metadata.google.internal";
    let local = local
        || match host.parse() {
            Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_link_local() || v4.is_unspecified(),
            Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unspecified(),
            Err(_) => false,
        };
    url.scheme() == "https" && !host.is_empty() && !local
}
