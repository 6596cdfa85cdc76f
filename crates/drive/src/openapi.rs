//! `/openapi.json`: every route for programs, described by hand, one file for each section of the endpoint reference.
//!
//! What keeps it true is not here: a test below compares its paths with the router's table, and the program's tests
//! compare its shapes with the drive's real answers.

use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

use crate::error::ApiError;
use crate::marketplace::Manifest;

/// What stands around the sections.
const COMMON: &str = include_str!("openapi/common.json");

/// The sections, each with its `paths` and `schemas`.
const SECTIONS: &[&str] = &[
    include_str!("openapi/skills.json"),
    include_str!("openapi/drive.json"),
    include_str!("openapi/sync.json"),
    include_str!("openapi/collections.json"),
    include_str!("openapi/uploads.json"),
    include_str!("openapi/downloads.json"),
    include_str!("openapi/runs.json"),
    include_str!("openapi/account.json"),
    include_str!("openapi/marketplace.json"),
    include_str!("openapi/telemetry.json"),
    include_str!("openapi/oauth.json"),
];

/// The document, put together once.
pub(crate) fn document() -> Result<Manifest, ApiError> {
    static DOCUMENT: OnceLock<Manifest> = OnceLock::new();
    if let Some(manifest) = DOCUMENT.get() {
        return Ok(manifest.clone());
    }
    let document = assemble().map_err(|error| ApiError::internal(&error))?;
    let manifest = Manifest::of(&document)?;
    Ok(DOCUMENT.get_or_init(|| manifest).clone())
}

fn assemble() -> Result<Value, serde_json::Error> {
    let mut document: Map<String, Value> = serde_json::from_str(COMMON)?;
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for section in SECTIONS {
        let mut section: Map<String, Value> = serde_json::from_str(section)?;
        for (name, all) in [("paths", &mut paths), ("schemas", &mut schemas)] {
            if let Some(Value::Object(part)) = section.remove(name) {
                all.extend(part);
            }
        }
    }
    document.insert("paths".to_owned(), Value::Object(paths));
    if let Some(Value::Object(common)) = document.get_mut("components").and_then(|all| all.get_mut("schemas")) {
        common.extend(schemas);
    }
    Ok(Value::Object(document))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::ICON_PATH;
    use crate::pages::STYLE_PATH;
    use crate::service::oauth::AUTHORIZE;
    use crate::service::oauth::REGISTER;
    use crate::service::oauth::REVOKE;
    use crate::service::oauth::TOKEN;
    use crate::service::tickets::PROCESS_SKILL;
    use crate::service::upload_pages::UPLOAD;

    /// The constants that stand in the router's table.
    const NAMED: &[(&str, &str)] = &[
        ("PROCESS_SKILL", PROCESS_SKILL),
        ("METADATA_PATH", skillzdrive_wire::oauth::METADATA_PATH),
        ("REGISTER", REGISTER),
        ("TOKEN", TOKEN),
        ("REVOKE", REVOKE),
        ("AUTHORIZE", AUTHORIZE),
        ("UPLOAD", UPLOAD),
        ("STYLE_PATH", STYLE_PATH),
        ("ICON_PATH", ICON_PATH),
    ];

    /// What people look at with a browser, which is no interface for programs.
    const PAGES: &[&str] = &[
        "/",
        "/sign-in",
        "/sign-out",
        "/drive",
        "/drive/revoke",
        "/upload/{token}",
        AUTHORIZE,
        UPLOAD,
        STYLE_PATH,
        ICON_PATH,
    ];

    /// A path whose variable parts are not told apart by their names.
    fn shape(path: &str) -> String {
        path.split('/').map(|part| if part.contains('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    }

    /// `METHOD path` for everything in the router's table, read from its text.
    fn routes() -> BTreeSet<String> {
        let source = include_str!("router.rs");
        let code = source.split("#[cfg(test)]").next().unwrap();
        let mut found = BTreeSet::new();
        for call in code.split(".route(").skip(1) {
            let (path, rest) = call.split_once(',').unwrap();
            let path = match path.trim().strip_prefix('"') {
                Some(literal) => literal.trim_end_matches('"'),
                None => {
                    NAMED.iter().find(|(name, _)| *name == path.trim()).map(|(_, path)| *path).unwrap_or_else(|| {
                        panic!("the router names `{}`, which this test does not know", path.trim());
                    })
                }
            };
            if PAGES.contains(&path) {
                continue;
            }
            let methods = rest.split("\n            .").next().unwrap().split("\n        .").next().unwrap();
            for method in ["get", "post", "patch", "put", "delete"] {
                if methods.contains(&format!("{method}(")) {
                    found.insert(format!("{method} {}", shape(path)));
                }
            }
        }
        found
    }

    #[test]
    fn every_route_is_described_and_no_other() {
        let document = assemble().unwrap();
        let mut described = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                assert!(described.insert(format!("{method} {}", shape(path))), "{path} is there twice");
            }
        }
        let routes = routes();
        assert!(routes.len() > 30, "{routes:?}");
        assert_eq!(described, routes);
    }

    #[test]
    fn no_section_overwrites_another_and_every_reference_leads_somewhere() {
        let parts: Vec<Value> = SECTIONS.iter().map(|section| serde_json::from_str(section).unwrap()).collect();
        let count = |name: &str| parts.iter().map(|part| part[name].as_object().unwrap().len()).sum::<usize>();
        let common: Value = serde_json::from_str(COMMON).unwrap();
        let document = assemble().unwrap();
        assert_eq!(document["paths"].as_object().unwrap().len(), count("paths"));
        let shared = common["components"]["schemas"].as_object().unwrap().len();
        assert_eq!(document["components"]["schemas"].as_object().unwrap().len(), count("schemas") + shared);
        let mut open = vec![&document];
        let mut used = BTreeSet::new();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        let pointer = reference.trim_start_matches('#');
                        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                        used.insert(pointer.to_owned());
                    }
                    open.extend(fields.values());
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        for kind in ["schemas", "responses", "headers"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                let pointer = format!("/components/{kind}/{name}");
                assert!(used.contains(&pointer), "{pointer} is used nowhere");
            }
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_a_sentence_and_its_errors() {
        let document = assemble().unwrap();
        let mut names = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let place = format!("{method} {path}");
                assert!(names.insert(operation["operationId"].as_str().unwrap()), "{place}");
                let summary = operation["summary"].as_str().unwrap();
                assert!(summary.starts_with(char::is_uppercase) && !summary.ends_with('.'), "{place}");
                let responses = operation["responses"].as_object().unwrap();
                for status in ["400", "500", "503"] {
                    assert!(responses.contains_key(status), "{place} says nothing of {status}");
                }
                let needs_key = operation.get("security").is_none();
                assert!(!needs_key || responses.contains_key("401"), "{place}");
            }
        }
    }
}
