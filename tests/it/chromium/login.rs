//! The whole login in a browser, from the program's prompt to `whoami`, with and without scripts.

use crate::harness::Chromium;
use crate::harness::Home;
use crate::harness::TestDrive;

const ALLOW: &str = "button[value=allow]";
const DENY: &str = "button[value=deny]";

/// Opens the login's address and signs in.
fn sign_in(browser: &Chromium, drive: &TestDrive, address: &str) {
    browser.open(address);
    browser.sees("Sign in");
    browser.types("#key", &drive.key);
    browser.click("form button");
    browser.sees("use your drive?");
}

fn no_complaints(browser: &Chromium) {
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:?}");
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn from_the_prompt_to_whoami() {
    for scripts in [true, false] {
        let drive = TestDrive::start();
        let home = Home::on(&drive.url).with_browser();
        let browser = Chromium::start(scripts);
        let terminal = home.terminal(&["login"]);
        sign_in(&browser, &drive, home.opened().as_str());
        assert!(browser.text().contains("cli@"), "{}", browser.text());
        browser.click(ALLOW);
        browser.sees("You can close this window.");
        assert!(browser.url().starts_with("http://127.0.0.1:") && browser.url().contains("/callback?code="));
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        no_complaints(&browser);
        let run = home.run(&["whoami"]).exits(0);
        assert!(run.stdout.contains("scope       all_skills"), "{run}");
        // The browser is signed in: the next login asks for consent alone, and replaces the key.
        let before = home.read(".config/skillzdrive/credentials.toml");
        let terminal = home.terminal(&["login"]);
        browser.open(home.opened().as_str());
        browser.sees("use your drive?");
        browser.click(ALLOW);
        browser.sees("You can close this window.");
        assert_eq!(terminal.end().1, 0);
        assert_ne!(home.read(".config/skillzdrive/credentials.toml"), before);
        // The drive page shows the key, and takes it away.
        browser.open(&format!("{}/", drive.url));
        browser.sees("The drive of owner");
        browser.click("#keys ~ table tbody tr:last-child .act a");
        browser.sees("stops working at once");
        browser.click("button.danger");
        browser.sees("no longer work");
        home.run(&["whoami"]).exits(4);
        browser.click("header button");
        browser.sees("Sign in to see your drive.");
        browser.open(&format!("{}/drive", drive.url));
        browser.sees("Sign in to see your drive.");
        no_complaints(&browser);
    }
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_refused_consent_ends_the_login() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let browser = Chromium::start(true);
    let terminal = home.terminal(&["login"]);
    sign_in(&browser, &drive, home.opened().as_str());
    browser.click(DENY);
    browser.sees("The program gets no key.");
    let (seen, code) = terminal.end();
    assert_eq!(code, 4, "{seen}");
    assert!(seen.contains("the login was not allowed in the browser"), "{seen}");
    home.run(&["whoami"]).exits(4);
    no_complaints(&browser);
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_wrong_state_is_refused_and_the_right_one_still_works() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let browser = Chromium::start(true);
    let mut terminal = home.terminal(&["login"]);
    let address = home.opened();
    let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    sign_in(&browser, &drive, &address.as_str().replace(&state, "0000"));
    browser.click(ALLOW);
    browser.sees("It belongs to another login.");
    terminal.sees("it belongs to another login (its state differs)");
    browser.open(address.as_str());
    browser.sees("use your drive?");
    browser.click(ALLOW);
    browser.sees("You can close this window.");
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert_eq!(drive.count("POST /api/mcp/oauth/token"), 1);
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_code_that_is_used_again_ends_its_key() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let browser = Chromium::start(true);
    let terminal = home.terminal(&["login"]);
    sign_in(&browser, &drive, home.opened().as_str());
    browser.click(ALLOW);
    browser.sees("You can close this window.");
    assert_eq!(terminal.end().1, 0);
    home.run(&["whoami"]).exits(0);
    // Whoever has the code from the browser's history, and even the verifier.
    let first = drive.asked().into_iter().find(|asked| asked.path == "/api/mcp/oauth/token").unwrap();
    let (status, body) = drive.post_form("/api/mcp/oauth/token", &first.body);
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_grant")), "{body}");
    home.run(&["whoami"]).exits(4);
}

#[test]
#[ignore = "needs chromium: tests/browser.sh"]
fn a_wrong_key_is_told_and_elements_have_their_names() {
    let drive = TestDrive::start();
    drive.turn_forward(std::time::Duration::from_secs(24 * 60 * 60));
    let browser = Chromium::start(false);
    browser.open(&format!("{}/drive", drive.url));
    assert_eq!(browser.spoken("#key").1, "API key");
    assert_eq!(browser.spoken("form button"), ("button".to_owned(), "Sign in".to_owned()));
    browser.types("#key", "sk_live_wrong");
    browser.click("form button");
    browser.sees("does not know that key");
    assert_eq!(browser.spoken("#refused").0, "alert");
    browser.types("#key", &drive.key);
    browser.click("form button");
    browser.sees("The drive of owner");
    assert_eq!(browser.spoken(".chart svg").0, "image");
    assert!(browser.spoken(".chart svg").1.starts_with("Balance by day from "));
    assert_eq!(browser.spoken("section:nth-of-type(2)"), ("region".to_owned(), "Skills".to_owned()));
    assert_eq!(browser.spoken(".act a"), ("link".to_owned(), "Revoke first".to_owned()));
    let complaints = browser.complaints();
    // Chromium itself notes an answer of 403.
    assert!(complaints.iter().all(|line| line.contains("403")), "{complaints:?}");
}
