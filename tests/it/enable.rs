//! Which agents see a skill: by link or copy, hidden and shown again, never more of them by an update.

use std::fs;

use serde_json::json;

use crate::harness::Home;
use crate::harness::TestDrive;

const MINE: &str = ".config/skillzdrive/config.toml";

fn is_link(home: &Home, path: &str) -> bool {
    fs::symlink_metadata(home.path(path)).is_ok_and(|meta| meta.file_type().is_symlink())
}

fn is_there(home: &Home, path: &str) -> bool {
    fs::symlink_metadata(home.path(path)).is_ok()
}

#[test]
fn a_skill_is_hidden_from_one_agent_and_shown_again() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.mkdir(".roo");
    home.mkdir(".codex");
    home.run(&["install", "pdf"]).exits(0);
    let skill = home.tree(".agents/skills");
    let (claude, roo) = (".claude/skills/pdf", ".roo/skills/pdf");
    assert!(is_link(&home, claude) && is_link(&home, roo));

    home.run(&["disable", "pdf", "-a", "claude-code", "--dry-run"]).exits(0);
    assert!(is_link(&home, claude));
    let run = home.run(&["disable", "pdf", "-a", "claude-code"]).exits(0);
    assert_eq!(run.stdout, "pdf is hidden from claude-code\n");
    assert!(!is_there(&home, claude) && is_link(&home, roo));
    // Nothing brings it back by itself, and nothing misses it.
    home.run(&["install"]).exits(0);
    home.run(&["audit"]).exits(0);
    drive.publish("pdf", "two");
    home.run(&["update", "--yes"]).exits(0);
    home.run(&["status"]).exits(0);
    assert!(!is_there(&home, claude) && is_link(&home, roo));

    let run = home.run(&["enable", "pdf"]).exits(0);
    assert_eq!(run.stdout, "pdf is shown to claude-code\n");
    assert!(is_link(&home, claude));
    home.run(&["audit"]).exits(0);

    // All of them: what reads the skills' own folder cannot be kept out, and is named.
    let json = home.run(&["disable", "pdf", "--json"]).exits(0).json();
    assert_eq!(json["skills"][0]["agents"], json!(["claude-code", "roo"]));
    assert_eq!(json["skills"][0]["not_changed"][0]["agent"], "codex");
    assert!(!is_there(&home, claude) && !is_there(&home, roo));
    assert_eq!(home.run(&["disable", "pdf", "-a", "codex"]).code, Some(1));
    // Who names an agent at an install means it.
    home.run(&["install", "pdf", "-a", "roo"]).exits(0);
    assert!(is_link(&home, roo) && !is_there(&home, claude));
    home.run(&["enable", "pdf", "-a", "claude-code"]).exits(0);
    assert!(is_link(&home, claude));
    assert_eq!(home.tree(".agents/skills").len(), skill.len());
    assert_eq!(home.run(&["disable", "nothing"]).code, Some(5));
    assert_eq!(home.run(&["enable", "pdf", "-a", "claud"]).code, Some(2));
}

#[test]
fn an_update_shows_a_skill_to_no_agent_that_did_not_see_it() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    drive.publish("csv", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.run(&["install", "csv"]).exits(0);
    home.run(&["install", "pdf", "-a", "claude-code"]).exits(0);
    // An agent that comes later.
    home.mkdir(".roo");
    drive.publish("pdf", "two");
    drive.publish("csv", "two");
    home.run(&["update", "--yes"]).exits(0);
    assert!(home.read(".claude/skills/csv/SKILL.md").contains("two"));
    assert!(!is_there(&home, ".roo/skills/csv") && !is_there(&home, ".roo/skills/pdf"));
    // An install makes the links of the skills for which nobody chose.
    home.run(&["install"]).exits(0);
    assert!(is_link(&home, ".roo/skills/csv") && !is_there(&home, ".roo/skills/pdf"));
}

#[test]
fn who_follows_no_links_gets_copies_and_an_update_refreshes_them() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.mkdir(".roo");
    home.mkdir(".gemini/antigravity");
    home.write(MINE, "[agent.roo]\nlink_mode = \"copy\"\n");
    home.run(&["install", "pdf"]).exits(0);
    let (claude, roo, antigravity) = (".claude/skills/pdf", ".roo/skills/pdf", ".gemini/antigravity/skills/pdf");
    assert!(is_link(&home, claude));
    for copy in [roo, antigravity] {
        assert!(!is_link(&home, copy), "{copy}");
        assert_eq!(home.tree(copy), home.tree(".agents/skills/pdf"));
    }
    home.run(&["audit"]).exits(0);
    drive.publish("pdf", "two");
    home.run(&["update", "--yes"]).exits(0);
    for path in [claude, roo, antigravity] {
        assert!(home.read(&format!("{path}/SKILL.md")).contains("two"), "{path}");
    }
    // Hidden, the copy goes to the trash; changed to links, copies of the same bytes do.
    home.run(&["disable", "pdf", "-a", "roo"]).exits(0);
    assert!(!is_there(&home, roo));
    home.run(&["enable", "pdf", "-a", "roo"]).exits(0);
    assert!(!is_link(&home, roo) && is_there(&home, roo));
    // From links to copies: an audit says what is missing, an install makes it so.
    home.run(&["config", "set", "agent.claude-code.link_mode", "copy"]).exits(0);
    home.run(&["audit"]).exits(10);
    home.run(&["install"]).exits(0);
    assert!(!is_link(&home, claude) && is_there(&home, claude));
    home.run(&["audit"]).exits(0);
    home.run(&["remove", "pdf", "--yes"]).exits(0);
    assert!([claude, roo, antigravity].iter().all(|path| !is_there(&home, path)));
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(home.tree(roo), home.tree(".agents/skills/pdf"));
}

#[test]
fn hiding_and_showing_are_runs_that_an_undo_takes_back_with_what_they_noted() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.mkdir(".roo");
    home.write(MINE, "[agent.roo]\nlink_mode = \"copy\"\n");
    home.run(&["install", "pdf"]).exits(0);
    let (claude, roo) = (".claude/skills/pdf", ".roo/skills/pdf");
    let shown = |home: &Home| {
        let all = home.tree("");
        (is_link(home, claude), all.keys().any(|path| path.starts_with(roo)))
    };
    home.run(&["disable", "pdf", "-a", "claude-code", "-a", "roo"]).exits(0);
    assert_eq!(shown(&home), (false, false));
    let dry = home.run(&["undo", "--dry-run"]).exits(0);
    assert!(dry.stderr.contains("pdf was hidden from claude-code, roo"), "{dry}");
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(shown(&home), (true, true));
    // It counts as shown: an install has nothing to do, a removal of the link is noticed, and enable says so.
    let again = home.run(&["enable", "pdf"]).exits(0);
    assert!(again.stderr.contains("pdf was enabled already"), "{again}");
    fs::remove_file(home.path(claude)).unwrap();
    home.run(&["install"]).exits(0);
    assert_eq!(shown(&home), (true, true));
    // The undo is a run too: taken back, the skill is hidden, and stays so.
    home.run(&["disable", "pdf", "-a", "claude-code"]).exits(0);
    home.run(&["undo", "--yes"]).exits(0);
    home.run(&["undo", "--yes"]).exits(0);
    assert_eq!(shown(&home), (false, true));
    home.run(&["install"]).exits(0);
    assert_eq!(shown(&home), (false, true));
    // And shown again, taken back.
    home.run(&["enable", "pdf"]).exits(0);
    assert_eq!(shown(&home), (true, true));
    home.run(&["undo", "--yes"]).exits(0);
    home.run(&["install"]).exits(0);
    assert_eq!(shown(&home), (false, true));
    // An agent that was never chosen is chosen no more.
    home.run(&["enable", "pdf", "-a", "bob"]).exits(0);
    assert!(is_link(&home, ".bob/skills/pdf"));
    home.run(&["undo", "--yes"]).exits(0);
    assert!(!is_there(&home, ".bob/skills/pdf"));
    // Its folder alone would make it one that is here.
    fs::remove_dir_all(home.path(".bob")).unwrap();
    home.run(&["install"]).exits(0);
    assert!(!is_there(&home, ".bob"));
    // What was hidden already is no run.
    let before = home.run(&["undo", "--list", "--json"]).exits(0).json();
    home.run(&["disable", "pdf", "-a", "claude-code"]).exits(0);
    assert_eq!(home.run(&["undo", "--list", "--json"]).exits(0).json(), before);
}

#[test]
fn a_person_knows_their_agents_better_than_the_table() {
    let drive = TestDrive::start();
    drive.publish("pdf", "one");
    let home = Home::on(&drive.url);
    home.mkdir(".claude");
    home.mkdir("work/mine");
    for (key, value) in [
        ("agent.claude-code.global", "~/claude/skills"),
        ("agent.mine.name", "Mine"),
        ("agent.mine.global", "~/work/mine/skills"),
        ("agent.mine.detect", "~/work/mine"),
    ] {
        home.run(&["config", "set", key, value]).exits(0);
    }
    home.run(&["install", "pdf"]).exits(0);
    assert!(is_link(&home, "claude/skills/pdf") && is_link(&home, "work/mine/skills/pdf"));
    assert!(!is_there(&home, ".claude/skills"));
    let list = home.run(&["agents", "list", "--json"]).exits(0).json();
    let agents = list["agents"].as_array().unwrap();
    let of = |id: &str| agents.iter().find(|agent| agent["id"] == id).unwrap();
    assert_eq!((&of("mine")["name"], &of("mine")["changed"]), (&json!("Mine"), &json!(true)));
    assert_eq!(of("claude-code")["folder"], home.path("claude/skills").display().to_string());
    let all = home.run(&["agents", "list", "--all", "--json"]).exits(0).json();
    let modes =
        |id: &str| all["agents"].as_array().unwrap().iter().find(|agent| agent["id"] == id).unwrap()["mode"].clone();
    assert_eq!((modes("codex"), modes("grok"), modes("antigravity")), (json!("direct"), json!("link"), json!("copy")));
}

#[test]
fn inside_a_coding_agent_nothing_is_asked_and_tables_are_terse() {
    let home = Home::new();
    let (seen, code) = home.terminal(&["agents", "list", "--all", "--no-pager"]).end();
    assert!(code == 0 && seen.starts_with("AGENT"), "{seen}");
    let home = home.with("CLAUDECODE", "1");
    let (seen, code) = home.terminal(&["agents", "list", "--all", "--no-pager"]).end();
    assert!(code == 0 && seen.starts_with("aider-desk\t"), "{seen}");
    home.skill(".agents/skills", "notes", "home-made");
    let (seen, code) = home.terminal(&["remove", "notes"]).end();
    assert!(code == 2 && seen.contains("there is nobody to ask"), "{seen}");
    let home = home.with("AI_AGENT", "0");
    let (seen, _) = home.terminal(&["agents", "list", "--all", "--no-pager"]).end();
    assert!(seen.starts_with("AGENT"), "{seen}");
}
