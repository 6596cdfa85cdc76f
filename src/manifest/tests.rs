use serde_json::Value;
use serde_json::json;

use super::*;

fn good() -> Value {
    let sha = "b".repeat(40);
    json!({
        "$schema": "https://anthropic.com/claude-code/marketplace.schema.json",
        "name": "acme-skills",
        "owner": { "name": "Acme", "email": "skills@acme.example" },
        "metadata": { "description": "ours", "version": "1.0.0" },
        "plugins": [
            { "name": "pdf", "source": { "source": "github", "repo": "acme/pdf", "sha": sha }, "description": "d",
              "version": "1.0.0", "author": { "name": "A" }, "homepage": "https://acme.example", "license": "MIT",
              "repository": "https://github.com/acme/pdf", "keywords": ["pdf"], "category": "c", "tags": ["t"],
              "strict": false, "skills": ["./"], "commands": "./commands" },
            { "name": "csv", "source": { "source": "git-subdir", "url": "acme/skills", "path": "csv", "sha": sha } },
            { "name": "xls", "source": { "source": "url", "url": "git@github.com:acme/xls.git", "sha": sha } },
            { "name": "doc", "source": "./skills/doc" }
        ]
    })
}

/// The findings of the good file with one place changed, as `level rule place readers`.
fn with(pointer: &str, value: Value) -> Vec<String> {
    let mut manifest = good();
    *manifest.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    said(&manifest)
}

fn without(pointer: &str, field: &str) -> Vec<String> {
    let mut manifest = good();
    let parent = manifest.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap();
    assert!(parent.remove(field).is_some());
    said(&manifest)
}

fn said(manifest: &Value) -> Vec<String> {
    let findings = check(&manifest.to_string()).unwrap();
    let line = |finding: &Finding| {
        let readers = match finding.readers {
            [Reader::ClaudeCode] => " claude",
            [Reader::Copilot] => " copilot",
            _ => "",
        };
        format!("{} {} {}{readers}", finding.level.word(), finding.rule, finding.place)
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_file_that_all_readers_take_has_no_finding() {
    assert_eq!(said(&good()), Vec::<String>::new());
}

#[test]
fn the_rules_of_the_whole_file() {
    assert_eq!(said(&json!([])), ["error not-an-object ."]);
    assert_eq!(without("", "name"), ["error name-missing ."]);
    assert_eq!(with("/name", json!(1)), ["error name-missing name"]);
    assert_eq!(with("/name", json!("a b")), ["error name-form name"]);
    assert_eq!(with("/name", json!("Acme")), ["warning name-form name"]);
    assert_eq!(with("/name", json!("a_b")), ["error name-form name copilot"]);
    assert_eq!(with("/name", json!("x".repeat(65))), ["error name-long name copilot"]);
    for reserved in ["agent-skills", "github", "anthropic-tools"] {
        assert_eq!(with("/name", json!(reserved)), ["error name-reserved name claude"], "{reserved}");
    }
    assert_eq!(without("", "owner"), ["error owner-missing ."]);
    assert_eq!(with("/owner", json!("Acme")), ["error owner-missing owner"]);
    assert_eq!(without("/owner", "name"), ["error owner-name owner"]);
    assert_eq!(with("/owner/name", json!("")), ["error owner-name owner.name"]);
    assert_eq!(without("", "plugins"), ["error plugins-missing ."]);
    assert_eq!(with("/plugins", json!({})), ["error plugins-missing plugins"]);
    assert_eq!(with("/plugins", json!([])), ["warning no-plugins plugins"]);
    let mut typo = good();
    typo["plugin"] = json!([]);
    assert_eq!(said(&typo), ["warning unknown-field plugin claude"]);
}

#[test]
fn the_rules_of_an_entry() {
    let of = |field: &str, value: Value| with(&format!("/plugins/0/{field}"), value);
    assert_eq!(with("/plugins/1", json!("csv")), ["error not-an-object plugins[1]"]);
    assert_eq!(without("/plugins/0", "name"), ["error name-missing plugins[0]"]);
    assert_eq!(of("name", json!("a b")), ["error name-form plugins[0].name"]);
    assert_eq!(of("name", json!("a--b")), ["warning name-form plugins[0].name"]);
    assert_eq!(of("name", json!("x".repeat(65))), ["error name-long plugins[0].name copilot"]);
    assert_eq!(of("name", json!("csv")), ["error name-twice plugins[1].name"]);
    assert_eq!(of("description", json!("x".repeat(1_025))), ["error description-long plugins[0].description copilot"]);
    assert_eq!(of("description", json!("ü".repeat(1_024))), Vec::<String>::new());
    assert_eq!(of("version", json!(1)), ["error not-text plugins[0].version"]);
    assert_eq!(of("author", json!("me")), ["error author plugins[0].author"]);
    assert_eq!(of("homepage", json!("acme")), ["error homepage plugins[0].homepage"]);
    assert_eq!(of("keywords", json!([1])), ["error not-text plugins[0].keywords[0]"]);
    assert_eq!(of("tags", json!("t")), ["error not-a-list plugins[0].tags"]);
    assert_eq!(of("strict", json!("no")), ["error strict plugins[0].strict"]);
    assert_eq!(of("skills", json!(["/etc"])), ["error path-form plugins[0].skills[0] claude"]);
    assert_eq!(of("skills", json!("./../x")), ["error path-form plugins[0].skills claude"]);
    assert_eq!(of("commands", json!(7)), ["error not-text plugins[0].commands"]);
}

#[test]
fn the_rules_of_a_source() {
    let of = |value: Value| with("/plugins/0/source", value);
    let sha = "a".repeat(64);
    let at = "plugins[0].source";
    assert_eq!(without("/plugins/0", "source"), ["error source-missing plugins[0]"]);
    assert_eq!(of(json!(1)), [format!("error source-kind {at}")]);
    assert_eq!(of(json!("skills/pdf")), [format!("error source-path {at} claude")]);
    assert_eq!(of(json!("./../pdf")), [format!("error source-path {at} claude")]);
    assert_eq!(of(json!({})), [format!("error source-kind {at}")]);
    assert_eq!(of(json!({ "source": "ftp" })), [format!("error source-kind {at}.source")]);
    let unpinned = format!("warning source-unpinned {at}");
    assert_eq!(of(json!({ "source": "github", "repo": "a/b" })), std::slice::from_ref(&unpinned));
    assert_eq!(
        of(json!({ "source": "github", "repo": "nope", "sha": "b".repeat(40) })),
        [format!("error source-repo {at}.repo")]
    );
    assert_eq!(
        of(json!({ "source": "github", "repo": "a/b", "sha": "abc" })),
        [format!("error source-commit {at}.sha")]
    );
    assert_eq!(
        of(json!({ "source": "url", "url": "not an address", "sha": "b".repeat(40) })),
        [format!("error source-address {at}.url")]
    );
    assert_eq!(of(json!({ "source": "url", "url": "https://git.example/a.git" })), [unpinned]);
    assert_eq!(
        of(json!({ "source": "git-subdir", "url": "https://git.example/a", "path": "../x", "sha": "b".repeat(40) })),
        [format!("error source-path {at}.path")]
    );
    let copilot = format!("warning source-unknown {at}.source copilot");
    let archive = |url: &str| json!({ "source": "archive", "url": url, "sha256": sha });
    let new = format!("warning source-new {at}.source claude");
    assert_eq!(of(archive("https://drive.example/a.zip")), [copilot.clone(), new.clone()]);
    for local in
        ["http://drive.example/a.zip", "https://127.0.0.1/a.zip", "https://[::1]/a", "https://169.254.169.254/"]
    {
        let address = format!("error archive-address {at}.url claude");
        assert_eq!(of(archive(local)), [address, copilot.clone(), new.clone()], "{local}");
    }
    assert_eq!(
        of(json!({ "source": "archive", "url": "https://drive.example/a.zip", "sha256": "A" })),
        [format!("error source-digest {at}.sha256"), copilot, new]
    );
}

#[test]
fn a_finding_names_its_line_and_errors_come_first() {
    let text = "{\n  \"name\": \"a\",\n  \"owner\": { \"name\": \"o\" },\n  \"nmae\": 1,\n  \"plugins\": [\n    {\n      \
                \"name\": \"b\",\n      \"source\": 7\n    }\n  ],\n  \"name\": \"a\"\n}\n";
    let findings = check(text).unwrap();
    let lines: Vec<_> = findings.iter().map(|f| (f.level.word(), f.line, f.place.as_str())).collect();
    assert_eq!(lines, [("error", 8, "plugins[0].source"), ("error", 11, "name"), ("warning", 4, "nmae")]);
    assert_eq!(check("{\n \"name\": }").unwrap_err().to_string(), "line 2, column 10: expected value");
    assert!(check("").is_err() && check(&"[".repeat(10_000)).is_err());
}

#[test]
fn what_each_reader_can_install_is_told() {
    let told = |manifest: &Value| {
        let text = manifest.to_string();
        let told = installs(&text, &check(&text).unwrap());
        told.into_iter().map(|(_, readers)| readers.len()).collect::<Vec<_>>()
    };
    assert_eq!(told(&good()), [2, 2, 2, 2]);
    let mut manifest = good();
    let sha = "a".repeat(64);
    manifest["plugins"][3]["source"] =
        json!({ "source": "archive", "url": "https://drive.example/a.zip", "sha256": sha });
    // Copilot CLI takes nothing of a file that it does not understand.
    assert_eq!(told(&manifest), [1, 1, 1, 1]);
    manifest["plugins"][3]["source"] = json!(7);
    assert_eq!(told(&manifest), [1, 1, 1, 0]);
    manifest["name"] = json!("github");
    assert_eq!(told(&manifest), [0, 0, 0, 0]);
    assert_eq!(installs("{}", &check("{}").unwrap()), []);
}
