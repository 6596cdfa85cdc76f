//! Every document that a test looks at is held against the committed schema of its command, more strictly than a reader
//! would: a field that the schema does not know is an error here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;

/// A file below `schemas/v1`.
pub(crate) fn schema(path: &str) -> Value {
    let text = fs::read_to_string(folder().join(path)).unwrap_or_else(|e| panic!("schemas/v1/{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("schemas/v1/{path}: {e}"))
}

/// The names of the commands that have a schema.
pub(crate) fn commands() -> Vec<String> {
    let files = fs::read_dir(folder().join("output")).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| name.strip_suffix(".json").unwrap().to_owned()).collect()
}

/// What a validator says of a document; `None` when it is valid.
pub(crate) fn complaint(mut schema: Value, document: &Value) -> Option<String> {
    close(&mut schema);
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("schema.json", schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let compiled = compiler.compile("schema.json", &mut schemas).unwrap_or_else(|e| panic!("{e:#}"));
    schemas.validate(document, compiled).err().map(|error| format!("{error:#}"))
}

/// Holds what a command printed against its schema. What `--dry-run` says of a command that can say no more has a schema
/// for all.
#[track_caller]
pub(crate) fn check(args: &[String], document: &Value) {
    let is_chosen = |arg: &String| arg.starts_with("--json=");
    if args.is_empty() || args.iter().any(is_chosen) {
        return;
    }
    let would = document["data"].as_object().is_some_and(|data| data.contains_key("would"));
    let file = if would { "dry-run.json".to_owned() } else { format!("output/{}.json", name_of(args)) };
    if let Some(complaint) = complaint(schema(&file), document) {
        panic!("schemas/v1/{file} does not describe what {args:?} prints; say there what it prints:\n{complaint}");
    }
}

/// The command's words with `-` between them: the longest name that is a schema's.
fn name_of(args: &[String]) -> String {
    let aliases = BTreeMap::from([("webhook", "webhooks"), ("collections", "collection")]);
    let names = commands();
    let begins = |text: &str| names.iter().any(|name| name == text || name.starts_with(&format!("{text}-")));
    let mut found = String::new();
    for word in args.iter().filter(|arg| !arg.starts_with('-')) {
        let word = aliases.get(word.as_str()).copied().unwrap_or(word);
        let longer = if found.is_empty() { word.to_owned() } else { format!("{found}-{word}") };
        if begins(&longer) {
            found = longer;
        }
    }
    assert!(names.contains(&found), "{args:?} prints a document that has no schema in schemas/v1/output");
    found
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1")
}

/// Objects may hold what they name and nothing else.
fn close(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
