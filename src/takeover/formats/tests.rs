//! The shapes that the real programs write (skills 1.7, openskills 1, clawhub, skillfile 1.9, apm 0.35, gh 2.90), and
//! what a hostile hand could make of them.

use std::fmt::Write as _;

use super::*;
use crate::takeover::claim::Origin;

/// Each claim on a line, then the notes.
fn said(read: &Read) -> String {
    let mut text = String::new();
    for claim in &read.claims {
        let pin = if claim.pinned { " pinned" } else { "" };
        let source = match &claim.origin {
            Origin::Github(github) => github.pinned_source().map_or_else(String::new, |source| format!(" = {source}")),
            _ => String::new(),
        };
        writeln!(text, "{} {}: {}{source}{pin}", claim.tool.word(), claim.slug, claim.origin).unwrap();
    }
    read.notes.iter().for_each(|note| writeln!(text, "- {note}").unwrap());
    text
}

fn ok(format: Format, text: &str) -> String {
    said(&read(format, text.as_bytes(), "here").unwrap())
}

fn no(format: Format, text: &str) -> String {
    read(format, text.as_bytes(), "here").unwrap_err().to_string()
}

#[test]
fn the_project_file_of_skills() {
    let text = r#"{
      "version": 1,
      "skills": {
        "alpha": {"source": "/tmp/src", "sourceType": "local", "computedHash": "c58b"},
        "beta": {"source": "file:///tmp/src", "sourceUrl": "file:///tmp/src", "sourceType": "git", "skillPath": "beta/SKILL.md"},
        "pdf": {"source": "acme/tools", "sourceType": "github", "ref": "v2", "skillPath": "skills/pdf/SKILL.md", "computedHash": "00"},
        "top": {"source": "acme/top", "sourceType": "github"},
        "docs": {"source": "docs.example", "sourceType": "well-known", "sourceUrl": "https://docs.example/x", "wellKnownDigest": "sha256:0"},
        "Not A Slug": {"source": "acme/x", "sourceType": "github"},
        "odd": {"source": "x", "sourceType": "carrier-pigeon"},
        "wrong": {"source": "../../etc", "sourceType": "github"},
        "flat": 7
      }
    }"#;
    insta::assert_snapshot!(ok(Format::SkillsProject, text), @"
    skills alpha: /tmp/src
    skills beta: file:///tmp/src
    skills docs: https://docs.example/x
    skills odd: unknown
    skills pdf: https://github.com/acme/tools/tree/v2/skills/pdf
    skills top: https://github.com/acme/top
    skills wrong: ../../etc
    - `Not A Slug` has no name that a skill can have here
    - `flat`: its entry is no JSON object
    - `odd`: the sort of source `carrier-pigeon` is not known
    - `wrong`: `../../etc` is no repository on GitHub
    ");
    assert_eq!(no(Format::SkillsProject, r#"{"version": 2, "skills": {}}"#), "its version 2 is not known; 1 is");
    assert_eq!(no(Format::SkillsProject, r#"{"skills": {}}"#), "its version (none) is not known; 1 is");
    assert_eq!(
        no(Format::SkillsProject, r#"{"version": 1, "skills": []}"#),
        "it cannot be read: `skills` is no JSON object"
    );
    assert!(no(Format::SkillsProject, "<<<<<<< HEAD\n{}").starts_with("it cannot be read: "));
}

#[test]
fn the_global_file_of_skills_and_gh() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let text = format!(
        r#"{{"version": 3, "skills": {{
        "pdf": {{"source": "acme/tools", "sourceType": "github", "sourceUrl": "https://github.com/acme/tools.git",
            "skillPath": "skills/pdf/SKILL.md", "skillFolderHash": "{commit}", "installedAt": "2026-01-01T00:00:00Z",
            "updatedAt": "2026-01-01T00:00:00Z", "pluginName": "office"}},
        "csv": {{"source": "acme/tools", "sourceType": "github", "skillPath": "csv", "pinnedRef": "{commit}"}}}},
        "dismissed": {{}}, "lastSelectedAgents": ["codex"]}}"#
    );
    insta::assert_snapshot!(ok(Format::SkillsGlobal, &text), @"
    skills csv: https://github.com/acme/tools/tree/0123456789abcdef0123456789abcdef01234567/csv = github:acme/tools/csv@0123456789abcdef0123456789abcdef01234567 pinned
    skills pdf: https://github.com/acme/tools/tree/HEAD/skills/pdf
    ");
    assert_eq!(no(Format::SkillsGlobal, r#"{"version": 4}"#), "its version 4 is not known; 3 is");
}

#[test]
fn the_front_matter_of_gh() {
    let slug = Slug::new("pdf").unwrap();
    let claim = |pairs: &[(&str, &str)]| {
        let metadata = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let claims = front_matter(&slug, &metadata).into_iter().collect();
        said(&Read { claims, notes: Vec::new() })
    };
    let repo = ("github-repo", "https://github.com/acme/tools");
    let path = ("github-path", "skills/pdf");
    let commit = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(claim(&[("author", "x")]), "");
    assert_eq!(
        claim(&[repo, path, ("github-ref", "refs/tags/v1"), ("github-tree-sha", commit)]),
        "gh pdf: https://github.com/acme/tools/tree/v1/skills/pdf\n"
    );
    assert_eq!(
        claim(&[repo, path, ("github-ref", "refs/heads/main"), ("github-pinned", commit)]),
        format!(
            "gh pdf: https://github.com/acme/tools/tree/{commit}/skills/pdf = github:acme/tools/skills/pdf@{commit} pinned\n"
        )
    );
    assert_eq!(claim(&[("local-path", "/people/me/pdf")]), "gh pdf: /people/me/pdf\n");
}

#[test]
fn openskills_inside_a_skill() {
    let local = r#"{"source": "/tmp/src", "sourceType": "local", "localPath": "/tmp/src/here", "installedAt": "x"}"#;
    assert_eq!(ok(Format::Openskills, local), "openskills here: /tmp/src/here\n");
    let git = r#"{"source": "acme/tools/skills/here", "sourceType": "git", "repoUrl": "https://github.com/acme/tools",
        "subpath": "skills/here", "installedAt": "x"}"#;
    assert_eq!(ok(Format::Openskills, git), "openskills here: https://github.com/acme/tools/tree/HEAD/skills/here\n");
    assert_eq!(ok(Format::Openskills, "{}"), "openskills here: unknown\n- the sort of source `unknown` is not known\n");
    assert!(read(Format::Openskills, local.as_bytes(), "Not A Slug").unwrap().claims.is_empty());
}

#[test]
fn clawhub_in_both_places() {
    let lock = r#"{"version": 1, "skills": {
        "a": {"version": "1.0.0", "installedAt": 1},
        "b": {"version": null, "installedAt": 2, "pinned": true, "pinReason": "works"},
        "c": {"version": 3}}}"#;
    insta::assert_snapshot!(ok(Format::ClawhubLock, lock), @"
    clawhub a: clawhub:a@1.0.0
    clawhub b: clawhub:b pinned
    clawhub c: clawhub:c
    - `c`: its version is no text
    ");
    let origin = r#"{"version": 1, "registry": "https://r.example", "slug": "a", "installedVersion": "1.0.0", "installedAt": 1}"#;
    assert_eq!(ok(Format::ClawhubOrigin, origin), "clawhub a: clawhub:a@1.0.0\n");
    assert_eq!(no(Format::ClawhubOrigin, r#"{"version": "1"}"#), "its version \\\"1\\\" is not known; 1 is");
}

#[test]
fn a_skillfile_and_its_lock() {
    let text = "# ours\ninstall claude-code local\ngithub  skill  pdf  acme/tools@v2  skills/pdf\n\
                github skill acme/tools csv  # a comment\ngithub agent acme/tools agents/x.md\nlocal skill \"my skills/notes.md\"\n\
                gitlab skill team/sub/tools skills/x main\nurl skill browser https://example.com/b.md\nfuture skill y\n\
                github skill acme/tools\nlocal skill 'open\n";
    insta::assert_snapshot!(ok(Format::Skillfile, text), @"
    skillfile pdf: https://github.com/acme/tools/tree/v2/skills/pdf
    skillfile csv: https://github.com/acme/tools/tree/main/csv
    skillfile notes: my skills/notes.md
    skillfile x: gitlab:team/sub/tools/skills/x
    skillfile browser: https://example.com/b.md
    - line 5: an agent is no skill
    - line 9: `future` is not known
    - line 10: a field is missing
    - line 11: a quote is not closed
    ");
    let lock = r#"{
      "github/agent/x": {"owner_repo": "acme/tools", "path": "agents/x.md", "ref": "main", "sha": "0"},
      "github/skill/pdf": {"owner_repo": "acme/tools", "path": "skills/pdf", "ref": "v2",
        "sha": "0123456789abcdef0123456789abcdef01234567"},
      "github/skill/one-file": {"owner_repo": "acme/tools", "path": "one-file.md", "ref": "main",
        "sha": "0123456789abcdef0123456789abcdef01234567"},
      "local/skill/notes": {},
      "url/skill/browser": {"url": "https://example.com/b.md"},
      "nonsense": {}
    }"#;
    insta::assert_snapshot!(ok(Format::SkillfileLock, lock), @"
    skillfile one-file: https://github.com/acme/tools/tree/0123456789abcdef0123456789abcdef01234567
    skillfile pdf: https://github.com/acme/tools/tree/0123456789abcdef0123456789abcdef01234567/skills/pdf = github:acme/tools/skills/pdf@0123456789abcdef0123456789abcdef01234567
    skillfile notes: unknown
    skillfile browser: https://example.com/b.md
    - `github/agent/x` is no skill
    - `nonsense` is no key of such a file
    ");
}

#[test]
fn the_lockfile_of_apm() {
    let text = "lockfile_version: '1'\napm_version: 0.35.0\ndependencies:\n\
        - repo_url: _local/alpha\n  name: alpha\n  version: unknown\n  package_type: claude_skill\n  deployed_files:\n  \
          - .claude/skills/alpha\n  - .claude/skills/alpha/SKILL.md\n  source: local\n  local_path: /tmp/src/alpha\n\
        - repo_url: acme/tools\n  name: tools\n  virtual_path: skills/pdf\n  \
          resolved_commit: 0123456789abcdef0123456789abcdef01234567\n  resolved_ref: main\n  deployed_files:\n  \
          - .github/skills/pdf/\n\
        - repo_url: acme/many\n  name: many\n  deployed_files: [.claude/skills/a/SKILL.md, .claude/skills/b/SKILL.md]\n\
        - repo_url: acme/rules\n  name: rules\n  deployed_files: [.github/instructions/x.md]\n\
        deployments: []\n";
    insta::assert_snapshot!(ok(Format::Apm, text), @"
    apm alpha: /tmp/src/alpha
    apm pdf: https://github.com/acme/tools/tree/0123456789abcdef0123456789abcdef01234567/skills/pdf = github:acme/tools/skills/pdf@0123456789abcdef0123456789abcdef01234567
    apm a: https://github.com/acme/many
    apm b: https://github.com/acme/many
    - `rules` put no skill anywhere
    ");
    assert_eq!(no(Format::Apm, "lockfile_version: '9'\n"), "its version 9 is not known; 1 or 2 is");
    assert_eq!(no(Format::Apm, "dependencies: []\n"), "its version (none) is not known; 1 or 2 is");
}

#[test]
fn hostile_files_are_refused_or_cut() {
    let all = [
        Format::SkillsProject,
        Format::SkillsGlobal,
        Format::Openskills,
        Format::ClawhubLock,
        Format::ClawhubOrigin,
        Format::Skillfile,
        Format::SkillfileLock,
        Format::Apm,
    ];
    let deep = format!("{{\"version\": 1, \"skills\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let aliases = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
                   d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n";
    for format in all {
        assert_eq!(read(format, &vec![b' '; MOST_BYTES as usize + 1], "x"), Err(Unread::TooLarge));
        assert_eq!(read(format, b"\xff\xfe", "x"), Err(Unread::NotText));
        for text in [deep.as_str(), aliases, "", "[]", "null", "\u{0}", "{\"version\":1e999}"] {
            let told = match read(format, text.as_bytes(), "x") {
                Ok(read) => said(&read),
                Err(unread) => unread.to_string(),
            };
            assert!(!told.contains(['\u{0}', '\u{1b}', '\u{202e}']), "{format:?}: {told:?}");
            assert!(told.len() < 50_000, "{format:?}");
        }
    }
    let mut many = String::from("{\"version\": 1, \"skills\": {");
    for n in 0..MOST_SKILLS + 10 {
        write!(many, "\"s{n}\": {{\"sourceType\": \"local\", \"source\": \"x\"}},").unwrap();
    }
    for n in 0..MOST_NOTES + 10 {
        write!(many, "\"\\u001b[2J{n}\": {{}},").unwrap();
    }
    many.push_str("\"z\": {}}}");
    let read = read(Format::SkillsProject, many.as_bytes(), "x").unwrap();
    assert_eq!(read.claims.len(), MOST_SKILLS);
    assert!(read.notes.len() <= MOST_NOTES + 2);
    assert!(read.notes.iter().all(|note| !note.contains('\u{1b}')));
    assert!(read.notes.last().unwrap().starts_with("only the first"));
}
