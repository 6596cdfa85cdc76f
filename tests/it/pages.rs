//! A long output page by page: for a person on a terminal alone, by the program that they chose.

use crate::harness::CTRL_C;
use crate::harness::Home;
use crate::harness::TestDrive;

/// A list that is longer than a terminal.
const LONG: [&str; 3] = ["agents", "list", "--all"];
/// A pager that keeps what it got, and says so.
const KEEPS: &str = "cat > paged; echo PAGED";

#[test]
fn a_long_list_goes_through_the_pager_and_a_short_one_does_not() {
    let home = Home::new().with("SKILLZDRIVE_PAGER", KEEPS).with("PAGER", "echo WRONG");
    let (seen, code) = home.terminal(&LONG).end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("PAGED") && !seen.contains("claude-code"), "{seen}");
    let paged = home.read("paged");
    assert!(paged.starts_with("AGENT") && paged.lines().count() > 60, "{paged}");
    std::fs::remove_file(home.path("paged")).unwrap();
    let (seen, code) = home.terminal(&["config", "path"]).end();
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains("PAGED"), "{seen}");
    // What the system calls the pager serves as well.
    let home = home.without("SKILLZDRIVE_PAGER").with("PAGER", KEEPS);
    assert!(home.terminal(&LONG).end().0.contains("PAGED"));
}

#[test]
fn nobody_else_waits_for_a_pager() {
    let mut home = Home::new().with("SKILLZDRIVE_PAGER", KEEPS);
    for flag in ["--no-pager", "--json", "--no-input"] {
        let (seen, code) = home.terminal(&[&LONG[..], &[flag]].concat()).end();
        assert_eq!(code, 0, "{seen}");
        assert!(!seen.contains("PAGED") && seen.contains("claude-code"), "{flag}: {seen}");
    }
    for variable in ["CI", "CLAUDECODE", "SKILLZDRIVE_PLAIN"] {
        home = home.with(variable, "1");
        assert!(!home.terminal(&LONG).end().0.contains("PAGED"), "{variable}");
        home = home.without(variable);
    }
    let run = home.run(&LONG).exits(0);
    assert!(run.stdout.contains("claude-code") && !run.stdout.contains("PAGED"), "{run}");
    for none in ["", "cat", "no-such-pager-anywhere"] {
        let home = Home::new().with("SKILLZDRIVE_PAGER", none);
        let (seen, code) = home.terminal(&LONG).end();
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("claude-code"), "`{none}`: {seen}");
    }
}

#[test]
fn ctrl_c_is_the_pagers_own_matter() {
    let drive = TestDrive::start();
    for number in 0..30 {
        drive.publish(&format!("skill-{number}"), "one");
    }
    let waits =
        "cat >/dev/null; trap 'echo CAUGHT' INT; echo READY; read x </dev/tty; read x </dev/tty; echo \"OVER $x\"";
    let home = Home::on(&drive.url).with("SKILLZDRIVE_PAGER", waits);
    // One command that waits for a drive, and one that waits for nothing.
    for args in [&["marketplace", "show"][..], &LONG] {
        let mut terminal = home.terminal(args);
        terminal.sees("READY");
        terminal.types(CTRL_C);
        terminal.sees("CAUGHT");
        terminal.types("seen\r");
        terminal.sees("OVER seen");
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
    }
}

#[test]
fn a_key_is_not_handed_to_the_pager() {
    let home =
        Home::new().with("SKILLZDRIVE_API_KEY", "sk_live_canary").with("SKILLZDRIVE_PAGER", "env; cat >/dev/null");
    let (seen, code) = home.terminal(&LONG).end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("LESS=FRX") && !seen.contains("canary"), "{seen}");
}
