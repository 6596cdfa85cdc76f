//! The architecture as a test: inside the program an arrow may only point down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Each room and the rooms that it may use, top to bottom.
const ROOMS: &[(&str, &[&str])] = &[
    (
        "commands",
        &[
            "agents",
            "api",
            "audit",
            "browser",
            "cli",
            "complete",
            "context",
            "daily",
            "doctor",
            "embedded",
            "env",
            "error",
            "findings",
            "git",
            "installed",
            "installer",
            "logging_in",
            "manifest",
            "nearest",
            "news",
            "projects",
            "remover",
            "scanning",
            "schema",
            "signals",
            "store",
            "sync",
            "takeover",
            "telemetry",
            "ui",
            "update",
            "uploader",
        ],
    ),
    ("farewell", &["api", "context", "daily", "news", "store", "telemetry"]),
    ("context", &["agents", "api", "cli", "embedded", "env", "error", "store", "telemetry", "ui"]),
    ("findings", &["error", "scanning", "ui"]),
    ("projects", &["context", "error", "store", "ui"]),
    ("logging_in", &["api", "browser", "context", "env", "error", "login", "store", "telemetry", "ui"]),
    ("ui", &["cli", "env", "error", "schema", "signals", "store"]),
    ("cli", &["commands", "schema"]),
    ("audit", &["agents", "api", "error", "installer", "scanning", "store"]),
    ("update", &["agents", "api", "error", "installer", "scanning", "store", "sync"]),
    ("sync", &["agents", "api", "error", "installer", "nearest", "remover", "scanning", "store", "uploader"]),
    ("takeover", &["agents", "error", "installer", "scanning", "signals", "store"]),
    ("uploader", &["api", "error"]),
    ("installer", &["agents", "api", "error", "scanning", "signals", "store"]),
    ("scanning", &["error", "store"]),
    ("remover", &["agents", "error", "nearest", "store"]),
    ("login", &["api", "error"]),
    ("manifest", &[]),
    ("telemetry", &["api", "error", "store"]),
    ("daily", &["api", "error", "store"]),
    ("news", &["env", "error", "store"]),
    ("installed", &["env"]),
    ("api", &["error", "nearest", "store"]),
    ("embedded", &["error", "store"]),
    ("agents", &["env", "error", "nearest", "store"]),
    ("store", &["env", "error", "signals"]),
    ("doctor", &["agents", "api", "error", "installer", "store"]),
    ("complete", &["agents", "api", "cli", "env", "store"]),
    ("schema", &["error"]),
    ("usage", &["cli", "error", "ui"]),
    ("signals", &["error"]),
    ("fuzzing", &["api", "store"]),
    ("damage", &[]),
    ("browser", &["env"]),
    ("git", &["env", "error"]),
    ("nearest", &[]),
    ("env", &[]),
    ("error", &[]),
];

#[test]
fn arrows_point_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = BTreeSet::new();
    let mut read = 0;
    for entry in walkdir::WalkDir::new(&source) {
        let path = entry.unwrap().into_path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let relative = path.strip_prefix(&source).unwrap();
        let room = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if matches!(room, "main" | "lib") {
            continue;
        }
        let Some((_, may_use)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            wrong.insert(format!("{}: the room `{room}` is not in the table", relative.display()));
            continue;
        };
        read += 1;
        for used in uses(&fs::read_to_string(&path).unwrap()) {
            let to = used.split("::").next().unwrap().to_owned();
            if to != room && !may_use.contains(&to.as_str()) {
                wrong.insert(format!("{}: `{room}` may not use `{to}`", relative.display()));
            }
            let is_command = room == "commands" && to == "commands";
            let own_group = relative.iter().nth(1).and_then(|name| name.to_str()).unwrap_or_default();
            if is_command && used.split("::").nth(1) != Some(own_group.trim_end_matches(".rs")) {
                wrong.insert(format!("{}: a command may not use another (`{used}`)", relative.display()));
            }
        }
    }
    assert!(read > 10, "only {read} files were read");
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// What stands behind `crate::` in the code above the unit tests.
fn uses(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut uses = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices("crate::") {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let path: String = line[at + "crate::".len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                .collect();
            uses.push(path);
        }
    }
    uses
}

#[test]
fn uses_are_found() {
    let text = "use crate::store::lock::ScopeLock;\n// crate::ui\nlet x = crate::api::Client::new();\n";
    assert_eq!(uses(text), ["store::lock::ScopeLock", "api::Client::new"]);
}
