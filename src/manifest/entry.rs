//! The rules of one entry of `plugins`.

use std::collections::BTreeMap;

use reqwest::Url;
use serde_json::Map;
use serde_json::Value;

use crate::manifest::BOTH;
use crate::manifest::CLAUDE_CODE;
use crate::manifest::COPILOT;
use crate::manifest::form::Form;
use crate::manifest::form::stays_inside;
use crate::manifest::lines::below;
use crate::manifest::source;

/// How long a description may be, in characters.
const MOST_DESCRIPTION: usize = 1_024;

/// The fields of an entry that readers know.
const KNOWN: &[&str] = &[
    "agents",
    "author",
    "category",
    "commands",
    "dependencies",
    "description",
    "displayName",
    "homepage",
    "hooks",
    "keywords",
    "license",
    "lspServers",
    "mcpServers",
    "metadata",
    "name",
    "outputStyles",
    "repository",
    "skills",
    "source",
    "strict",
    "tags",
    "version",
];

/// Checks every entry, and that no two have one name.
pub(super) fn all(form: &mut Form, plugins: &[Value]) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, plugin) in plugins.iter().enumerate() {
        let place = format!("plugins[{index}]");
        let Some(fields) = plugin.as_object() else {
            form.error("not-an-object", BOTH, &place, "an entry is an object");
            continue;
        };
        if let Some(name) = form.name(fields, &place)
            && let Some(first) = seen.insert(name, index)
        {
            seen.insert(name, first);
            let message = format!("plugins[{first}] has the name `{name}` already, and the file is refused");
            form.error("name-twice", BOTH, &below(&place, "name"), message);
        }
        one(form, fields, &place);
    }
}

fn one(form: &mut Form, fields: &Map<String, Value>, place: &str) {
    match fields.get("source") {
        None => form.error("source-missing", BOTH, place, "`source` is missing: where the plugin comes from"),
        Some(from) => source::check(form, from, &below(place, "source")),
    }
    form.texts(fields, place, &["description", "version", "homepage", "repository", "license", "category"]);
    form.lists(fields, place, &["keywords", "tags"]);
    form.unknown(fields, place, KNOWN);
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    if text("description").is_some_and(|description| description.chars().count() > MOST_DESCRIPTION) {
        let message = format!("a description has at most {MOST_DESCRIPTION} characters");
        form.error("description-long", COPILOT, &below(place, "description"), message);
    }
    if text("homepage").is_some_and(|homepage| Url::parse(homepage).is_err()) {
        form.error("homepage", BOTH, &below(place, "homepage"), "this is not a whole address: https://…");
    }
    match fields.get("author") {
        None => {}
        Some(Value::Object(author)) if author.get("name").is_some_and(Value::is_string) => {}
        Some(_) => form.error("author", BOTH, &below(place, "author"), "this is not an object with a `name`"),
    }
    if fields.get("strict").is_some_and(|strict| !strict.is_boolean()) {
        form.error("strict", BOTH, &below(place, "strict"), "this is neither true nor false");
    }
    if fields.get("dependencies").is_some_and(|dependencies| !dependencies.is_array()) {
        form.error("not-a-list", BOTH, &below(place, "dependencies"), "this is not a list");
    }
    for name in ["skills", "commands", "agents"] {
        paths(form, fields.get(name), &below(place, name));
    }
}

/// Where an entry's parts lie inside the plugin: one path or several.
fn paths(form: &mut Form, value: Option<&Value>, place: &str) {
    match value {
        Some(Value::String(path)) => inside(form, path, place),
        Some(Value::Array(paths)) => {
            for (index, path) in paths.iter().enumerate() {
                let at = format!("{place}[{index}]");
                match path {
                    Value::String(path) => inside(form, path, &at),
                    _ => form.error("not-text", BOTH, &at, "this is not a path"),
                }
            }
        }
        // Commands may be written out in place.
        None | Some(Value::Object(_)) => {}
        Some(_) => form.error("not-text", BOTH, place, "this is neither a path nor a list of paths"),
    }
}

fn inside(form: &mut Form, path: &str, place: &str) {
    if !path.starts_with("./") {
        form.error("path-form", CLAUDE_CODE, place, "a path inside the plugin starts with `./`");
    } else if !stays_inside(path) {
        form.error("path-form", CLAUDE_CODE, place, "this path leads out of the plugin");
    }
}
