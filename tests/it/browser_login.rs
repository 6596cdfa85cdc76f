//! `login` by browser, with a person who has no browser: the real program, the real drive, and the pages between them.
//! What a real browser makes of them is in `chromium`.

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::CTRL_C;
use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::Person;
use crate::harness::RETURN;
use crate::harness::TestDrive;

/// Where the keys lie without a keyring.
const KEYS: &str = ".config/skillzdrive/credentials.toml";
const METADATA: &str = "/.well-known/oauth-authorization-server";
const TOKEN: &str = "POST /api/mcp/oauth/token";

/// Logs a home in by browser; what the terminal showed.
fn log_in(home: &Home, drive: &TestDrive, args: &[&str]) -> String {
    let terminal = home.terminal(args);
    let mut person = Person::new();
    let answer = person.decides(&home.opened(), &drive.key, "allow");
    let page = person.open(&answer);
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You can close this window."), "{}", page.text);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    seen
}

fn kept_key(home: &Home) -> String {
    let text = home.read(KEYS);
    text.split('"').find(|text| text.starts_with("sk_live_")).unwrap().to_owned()
}

fn works(drive: &TestDrive, key: &str) -> bool {
    drive.ask_as(key, "GET", "/api/v1/account/credits", None).0 == 200
}

#[test]
fn a_person_logs_in_by_browser_and_out_again() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let seen = log_in(&home, &drive, &["login"]);
    assert!(
        seen.contains(&format!("To log in to {}, open this address", drive.url.trim_start_matches("http://"))),
        "{seen}"
    );
    assert!(seen.contains("/authorize?response_type=code&client_id=oc_"), "the address is always said: {seen}");
    assert!(seen.contains("logged in to") && !seen.contains("sk_live_") && !seen.contains("ac_live_"), "{seen}");
    let key = kept_key(&home);
    assert_ne!(key, drive.key);
    assert_eq!(home.files_with(&key), [home.path(KEYS)]);
    home.run(&["whoami"]).exits(0);
    assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt"), 1);
    // The key is named by this machine.
    let registered = drive.asked().into_iter().find(|asked| asked.path.ends_with("/register")).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&registered.body).unwrap();
    assert!(body["client_name"].as_str().unwrap().starts_with("cli@"), "{body}");
    let status = home.run(&["login", "--status"]).exits(0);
    assert_snapshot!(status.to_string().replace(&key[..12], "[PREFIX]"), @"http://127.0.0.1:[PORT]	[PREFIX]…	`[HOME]/.config/skillzdrive/credentials.toml`	browser	works");
    assert_snapshot!(home.run(&["logout"]), @r"
    ------- stderr -------
    the key for http://127.0.0.1:[PORT] was removed from this machine
    it was revoked on the drive too
    ");
    assert!(!works(&drive, &key) && works(&drive, &drive.key));
    assert_snapshot!(home.run(&["login", "--status"]), @r"
    ------- stderr -------
    warning: you are not logged in to http://127.0.0.1:[PORT]
    hint: skillzdrive login
    [exit status: 4]
    ");
}

#[test]
fn a_person_who_does_not_allow_it_gives_no_key() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let terminal = home.terminal(&["login"]);
    let mut person = Person::new();
    let answer = person.decides(&home.opened(), &drive.key, "deny");
    assert!(person.open(&answer).text.contains("The program gets no key."));
    let (seen, code) = terminal.end();
    assert_eq!(code, 4, "{seen}");
    assert!(seen.contains("the login was not allowed in the browser; nothing was kept"), "{seen}");
    assert!(!home.path(KEYS).exists());
    assert_eq!(drive.count(TOKEN), 0);
}

#[test]
fn what_is_not_the_answer_to_this_login_does_not_end_it() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let mut terminal = home.terminal(&["login"]);
    let mut person = Person::new();
    let answer = person.decides(&home.opened(), &drive.key, "allow");
    for (path, status) in [("/favicon.ico", 404), ("/", 404), ("/callback", 400)] {
        assert_eq!(person.open(&answer.join(path).unwrap()).status, status, "{path}");
    }
    let mut wrong = answer.clone();
    let pairs: Vec<(String, String)> = answer.query_pairs().into_owned().collect();
    let turned = pairs.iter().map(|(n, v)| (n, if n == "state" { "0123" } else { v.as_str() }));
    wrong.query_pairs_mut().clear().extend_pairs(turned);
    let page = person.open(&wrong);
    assert_eq!(page.status, 400);
    assert!(page.text.contains("It belongs to another login."), "{}", page.text);
    terminal.sees("an answer came that is not for this login: it belongs to another login (its state differs)");
    assert_eq!(drive.count(TOKEN), 0, "its code went nowhere");
    assert_eq!(person.open(&answer).status, 200);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
}

#[test]
fn ctrl_c_ends_a_login_and_closes_its_port() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let mut terminal = home.terminal(&["login"]);
    let address = home.opened();
    terminal.sees("waiting for the browser");
    terminal.types(CTRL_C);
    let (seen, code) = terminal.end();
    assert_eq!(code, 130, "{seen}");
    let (_, redirect) = address.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap();
    let port = reqwest::Url::parse(&redirect).unwrap().port().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!home.path(KEYS).exists());
}

#[test]
fn without_a_browser_the_answer_is_pasted() {
    let drive = TestDrive::start();
    for whole in [true, false] {
        let home = Home::on(&drive.url);
        let mut terminal = home.terminal(&["login", "--no-browser", "--quiet"]);
        let address = terminal.sees_address(&format!("{}/authorize?", drive.url)).parse().unwrap();
        terminal.sees("Then paste here");
        let answer = Person::new().decides(&address, &drive.key, "allow");
        terminal.types(&format!("{RETURN}http://127.0.0.1:1/callback?code=x&state=y{RETURN}"));
        terminal.sees("that is not the answer to this login: it belongs to another login");
        let (_, code) = answer.query_pairs().find(|(name, _)| name == "code").unwrap();
        terminal.types(if whole { answer.as_str() } else { &code });
        terminal.types(RETURN);
        let (seen, code) = terminal.end();
        assert_eq!(code, 0, "{seen}");
        home.run(&["whoami"]).exits(0);
    }
    // The browser may be on this machine all the same.
    let home = Home::on(&drive.url);
    let mut terminal = home.terminal(&["login", "--no-browser"]);
    let address = terminal.sees_address(&format!("{}/authorize?", drive.url)).parse().unwrap();
    let mut person = Person::new();
    let answer = person.decides(&address, &drive.key, "allow");
    assert_eq!(person.open(&answer).status, 200);
    assert_eq!(terminal.end().1, 0);
    let mut terminal = home.terminal(&["login", "--no-browser"]);
    terminal.sees("Then paste here");
    terminal.types("\u{4}");
    let (seen, code) = terminal.end();
    assert_eq!(code, 130, "{seen}");
}

#[test]
fn a_browser_that_does_not_open_is_said_and_the_login_goes_on() {
    let drive = TestDrive::start();
    for browser in ["/not/there", "false"] {
        let home = Home::on(&drive.url).with("BROWSER", browser);
        let mut terminal = home.terminal(&["login"]);
        let address = terminal.sees_address(&format!("{}/authorize?", drive.url)).parse().unwrap();
        terminal.sees("no browser could be opened here");
        let mut person = Person::new();
        let answer = person.decides(&address, &drive.key, "allow");
        person.open(&answer);
        assert_eq!(terminal.end().1, 0);
    }
}

#[test]
fn without_a_person_nothing_is_opened() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    for args in [&["login"][..], &["login", "--no-browser"], &["login", "--json"]] {
        home.run(args).exits(2);
    }
    let (seen, code) = home.terminal(&["login", "--no-input"]).end();
    assert_eq!(code, 2, "{seen}");
    assert!(seen.contains("--with-token"), "{seen}");
    home.run(&["login", "--no-browser", "--with-token"]).exits(2);
    let run = home.run(&["login", "--dry-run"]).exits(0);
    assert!(run.stderr.starts_with("would ask "), "{run}");
    assert!(drive.asked().is_empty());
    let (seen, code) = home.terminal(&["login", "--offline"]).end();
    assert_eq!(code, 6, "{seen}");
}

#[test]
fn only_the_drives_own_origin_is_believed() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    let right = drive.ask("GET", METADATA, None).1;
    assert_eq!(right["error"]["code"], "not_found", "behind a socket there is none");
    let own = |path: &str| format!("{}{path}", drive.url);
    let metadata = json!({
        "issuer": drive.url, "authorization_endpoint": own("/authorize"), "token_endpoint": own("/token"),
        "registration_endpoint": own("/register"), "code_challenge_methods_supported": ["S256"]
    });
    let with = |name: &str, value: serde_json::Value| {
        let mut changed = metadata.clone();
        changed[name] = value;
        changed
    };
    for (wrong, code, said) in [
        (with("issuer", json!("https://evil.example")), 7, "its logins belong to another address"),
        (with("issuer", json!("")), 7, "its logins belong to another address"),
        (with("authorization_endpoint", json!("https://evil.example/a")), 7, "to another address, evil.example"),
        (with("token_endpoint", json!("http://127.0.0.1:9/t")), 7, "to another address, 127.0.0.1:9"),
        (with("registration_endpoint", json!("javascript:1")), 7, "to another address"),
        (with("revocation_endpoint", json!("//evil.example/r")), 7, "to another address, evil.example"),
        (with("code_challenge_methods_supported", json!(["plain"])), 1, "no login by browser"),
        (with("registration_endpoint", json!(null)), 1, "it registers no programs"),
        (json!({}), 1, "in a form that this program does not know"),
    ] {
        let headers = vec![("content-type", "application/json".to_owned())];
        drive.fail("GET", METADATA, 1, Fault::Answer(200, headers, wrong.to_string()));
        let (seen, ended) = home.terminal(&["login"]).end();
        assert_eq!(ended, code, "{wrong}\n{seen}");
        assert!(seen.contains(said), "{said}\n{seen}");
        drive.heal();
    }
    drive.fail("GET", METADATA, 1, Fault::Answer(404, Vec::new(), "nothing here".to_owned()));
    let (seen, code) = home.terminal(&["login"]).end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("has no login by browser") && seen.contains("--with-token"), "{seen}");
    assert_eq!(drive.count("POST /register"), 0);
    assert_eq!(drive.count("POST /api/mcp/oauth/register"), 0);
}

#[test]
fn a_code_is_brought_once_whatever_comes_of_it() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    for (fault, ended) in [(Fault::LoseAnswer, 6), (Fault::Answer(503, Vec::new(), "busy".to_owned()), 6)] {
        drive.fail("POST", "/api/mcp/oauth/token", usize::MAX, fault);
        let terminal = home.terminal(&["login"]);
        let mut person = Person::new();
        let answer = person.decides(&home.opened(), &drive.key, "allow");
        person.open(&answer);
        let (seen, code) = terminal.end();
        assert_eq!(code, ended, "{seen}");
        assert!(seen.contains("could not be exchanged for a key") && seen.contains("skillzdrive login"), "{seen}");
        assert!(!seen.contains("ac_live_"), "{seen}");
        assert_eq!(drive.count(TOKEN), 1, "{seen}");
        assert!(!home.path(KEYS).exists());
        drive.heal();
        drive.forget();
    }
    // A drive that says why.
    let words = json!({ "error": "invalid_grant", "error_description": "the code is too old" }).to_string();
    let headers = vec![("content-type", "application/json".to_owned())];
    drive.fail("POST", "/api/mcp/oauth/token", 1, Fault::Answer(400, headers, words));
    let terminal = home.terminal(&["login"]);
    let mut person = Person::new();
    let answer = person.decides(&home.opened(), &drive.key, "allow");
    person.open(&answer);
    let (seen, code) = terminal.end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("the code is too old (400 invalid_grant"), "{seen}");
}

#[test]
fn the_next_login_replaces_the_key_of_the_one_before() {
    for do_not_track in ["", "1"] {
        let drive = TestDrive::start();
        let home = Home::on(&drive.url).with_browser().with("DO_NOT_TRACK", do_not_track);
        log_in(&home, &drive, &["login"]);
        let first = kept_key(&home);
        log_in(&home, &drive, &["login"]);
        let second = kept_key(&home);
        assert!(first != second && !works(&drive, &first) && works(&drive, &second));
        // A key of one's own in its place: the login's has no owner any more. One's own stays.
        home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
        assert!(!works(&drive, &second));
        log_in(&home, &drive, &["login"]);
        assert!(works(&drive, &drive.key));
        assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt") > 0, do_not_track.is_empty());
    }
}

#[test]
fn a_logout_that_the_drive_does_not_hear_is_one_all_the_same() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url).with_browser();
    log_in(&home, &drive, &["login"]);
    let key = kept_key(&home);
    assert_snapshot!(home.run(&["logout", "--offline"]), @r"
    ------- stderr -------
    the key for http://127.0.0.1:[PORT] was removed from this machine
    warning: it could not be revoked on the drive and stays valid there: GET /.well-known/oauth-authorization-server needs the network, and this is offline
    hint: revoke it on the drive's page: http://127.0.0.1:[PORT]/drive
    ");
    assert!(works(&drive, &key) && !home.path(KEYS).exists());
    log_in(&home, &drive, &["login"]);
    let json = home.run(&["logout", "--json", "--dry-run"]).exits(0).json();
    assert_eq!((&json["removed"], &json["revoked"]), (&json!(false), &json!(false)));
    let json = home.run(&["logout", "--json"]).exits(0).json();
    assert_eq!((&json["removed"], &json["revoked"]), (&json!(true), &json!(true)));
}

#[test]
fn every_login_is_listed_and_the_one_that_is_meant_is_asked() {
    let (one, two) = (TestDrive::start(), TestDrive::start());
    let home = Home::on(&one.url).with_browser();
    log_in(&home, &one, &["login"]);
    home.run_with_input(&["login", "--with-token", "--server", &two.url], &two.key).exits(0);
    for drive in [&one, &two] {
        drive.forget();
    }
    let json = home.run(&["login", "--status", "--json"]).exits(0).json();
    assert_eq!((&json["server"], &json["logged_in"]), (&json!(one.url), &json!(true)));
    let logins = json["logins"].as_array().unwrap();
    let told: Vec<_> =
        logins.iter().map(|l| (l["server"].as_str().unwrap(), &l["current"], &l["by_browser"])).collect();
    assert_eq!(
        told,
        [(one.url.as_str(), &json!(true), &json!(true)), (two.url.as_str(), &json!(false), &json!(false))]
    );
    assert_eq!((&logins[0]["works"], &logins[1]["works"]), (&json!(true), &json!(null)));
    assert!(one.count("GET /api/v1/account/credits") == 1 && two.asked().is_empty());
    assert!(!json.to_string().contains(&two.key[14..]));
    let offline = home.run(&["login", "--status", "--json", "--offline"]).exits(0).json();
    assert_eq!(offline["logins"][0]["works"], json!(null));
    two.revoke(&two.key);
    let run = home.run(&["login", "--status", "--server", &two.url]).exits(4);
    assert!(run.stdout.contains("\tkey\trefused\n"), "{run}");
    home.run(&["--server", "local", "login", "--status"]).exits(0);
}
