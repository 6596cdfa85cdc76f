//! `login`, `logout`, `whoami`, `credits`: keys are checked, kept for their owner alone, and forgotten.

use insta::assert_snapshot;

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

/// Where the keys lie without a keyring.
const KEYS: &str = ".config/skillzdrive/credentials.toml";
/// Where the installation's id lies.
const INSTALL_ID: &str = ".local/state/skillzdrive/install-id";

fn refusal(status: u16, code: &str) -> Fault {
    let body = serde_json::json!({ "error": { "code": code, "message": "not with this key" } });
    Fault::Answer(status, vec![("content-type", "application/json".to_owned())], body.to_string())
}

#[test]
fn a_key_is_checked_kept_used_and_forgotten() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    assert_snapshot!(home.run_with_input(&["login", "--with-token"], &format!("{}\n", drive.key)), @r"
    ------- stderr -------
    logged in to http://127.0.0.1:[PORT]; the key is in `[HOME]/.config/skillzdrive/credentials.toml`
    skillzdrive tells the drive which of its commands were used: command, version, system, names of public skills, counts, and a random number for this installation, never your files. `skillzdrive telemetry show` prints every event; DO_NOT_TRACK=1 counts without tracking.
    ");
    let whoami = home.run(&["whoami"]).exits(0);
    let prefix = &drive.key[..12];
    assert!(whoami.stdout.contains(&format!("key         {prefix}… in ")), "{whoami}");
    assert_snapshot!(whoami.to_string().replace(prefix, "[PREFIX]"), @r"
    server      http://127.0.0.1:[PORT]
    key         [PREFIX]… in `[HOME]/.config/skillzdrive/credentials.toml`
    scope       all_skills
    tier        free
    balance     1000
    install id  [UUID]
    ");
    let credits = home.run(&["credits"]).exits(0);
    let (words, table) = credits.stdout.split_at(credits.stdout.rfind("\n2").unwrap());
    assert_snapshot!(words, @r"
    balance  1000 credits
    tier     free
    runs     0 this month, no limit
    ");
    assert!(table.ends_with("Z\t+1000\tsignup_grant\t\n"), "{credits}");
    assert_snapshot!(home.run(&["logout"]), @r"
    ------- stderr -------
    the key for http://127.0.0.1:[PORT] was removed from this machine
    it stays valid: revoke it on the drive if others may have seen it
    ");
    assert!(!home.path(KEYS).exists());
    assert_snapshot!(home.run(&["whoami"]), @r"
    ------- stderr -------
    error: there is no key for http://127.0.0.1:[PORT]

    hint: skillzdrive login
    [exit status: 4]
    ");
    assert_snapshot!(home.run(&["logout"]), @r"
    ------- stderr -------
    there was no key for http://127.0.0.1:[PORT] on this machine
    ");
}

#[test]
fn a_key_comes_from_a_file_too() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    home.write("key.txt", &drive.key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(home.path("key.txt"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let run = home.run(&["login", "--key-file", "key.txt"]).exits(0);
        assert!(run.stderr.contains("others can read `key.txt` (mode 644)"), "{run}");
        std::fs::set_permissions(home.path("key.txt"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let run = home.run(&["login", "--key-file", "key.txt", "--json"]).exits(0);
    assert_eq!(run.stderr, "");
    let json = run.json();
    assert_eq!(json["server"], drive.url);
    assert_eq!(json["key_prefix"], drive.key[..12]);
    assert_eq!(json["adopted"], true);
    assert_eq!(json["install_id"], home.read(INSTALL_ID).trim());
    home.run(&["login", "--key-file", "none.txt"]).exits(1);
    home.run(&["login", "--key-file", "key.txt", "--with-token"]).exits(2);
}

#[test]
fn a_refused_key_is_not_kept() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    let wrong = "sk_live_canary0123456789";
    assert_snapshot!(home.run_with_input(&["login", "--with-token"], wrong), @r"
    ------- stderr -------
    error: 127.0.0.1:[PORT] refused the key; nothing was kept
      request id: [UUID]

    hint: check the key and --server; keys begin with sk_live_
    [exit status: 4]
    ");
    assert!(!home.path(KEYS).exists());
    assert!(home.files_with("canary0123456789").is_empty());
    let error = home.run_with_input(&["login", "--with-token", "--json"], wrong).exits(4).json_error();
    assert_eq!(error["kind"], "auth");
    assert_eq!(error["code"], "access_denied");
    // A page of HTML is no word on the key.
    let page = Fault::Answer(200, vec![("content-type", "text/html".to_owned())], "<h1>hello</h1>".to_owned());
    drive.fail("GET", "/api/v1/account/credits", 1, page);
    assert_snapshot!(home.run_with_input(&["login", "--with-token"], &drive.key), @r"
    ------- stderr -------
    error: the key could not be checked and was not kept: 127.0.0.1:[PORT] answered 200 with a web page (text/html) instead of JSON

    hint: is there a proxy or a network login between here and the drive?
    [exit status: 6]
    ");
    assert!(home.files_with(&drive.key).is_empty());
    // A dry run checks and keeps nothing.
    home.run_with_input(&["login", "--with-token", "--dry-run"], &drive.key).exits(0);
    assert!(home.files_with(&drive.key).is_empty());
    assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt"), 0);
}

#[test]
fn a_wrong_key_does_not_displace_a_right_one() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    home.run_with_input(&["login", "--with-token"], "sk_live_wrong").exits(4);
    home.run(&["whoami"]).exits(0);
}

#[test]
fn a_key_that_may_not_see_the_balance_is_logged_in() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    drive.fail("GET", "/api/v1/account/credits", usize::MAX, refusal(403, "forbidden"));
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(0);
    assert_eq!(home.files_with(&drive.key), [home.path(KEYS)]);
    let run = home.run(&["whoami"]).exits(0);
    assert!(run.stdout.contains("balance     not shown to this key"), "{run}");
    assert_eq!(home.run(&["whoami", "--json"]).json()["balance"], serde_json::Value::Null);
    home.run(&["credits"]).exits(4);
}

#[test]
fn without_a_key_and_without_a_person_there_is_no_login() {
    let home = Home::new();
    assert_snapshot!(home.run(&["login"]), @r"
    ------- stderr -------
    error: a login by browser needs a person at a terminal

    hint: skillzdrive login --with-token < FILE, or --key-file FILE, takes an API key
    hint: or set SKILLZDRIVE_API_KEY for this run
    [exit status: 2]
    ");
    assert_snapshot!(home.run(&["login", "--with-token"]), @r"
    ------- stderr -------
    error: there is no key in standard input

    hint: skillzdrive login --with-token < FILE, or --key-file FILE
    [exit status: 2]
    ");
    home.run_with_input(&["login", "--with-token"], " \n").exits(2);
    home.run_with_input(&["login", "--with-token"], "two words").exits(4);
    assert_snapshot!(home.run(&["login", "--server", "local"]), @r"
    ------- stderr -------
    error: the embedded drive needs no login: its owner is logged in by itself

    hint: for another drive: skillzdrive login --server https://HOST
    [exit status: 2]
    ");
}

#[cfg(unix)]
#[test]
fn the_file_of_keys_is_its_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    home.write("key.txt", &drive.key);
    let inner = home.command(&[]);
    let mut outer = std::process::Command::new("sh");
    outer.args(["-c", "umask 000; exec \"$0\" login --with-token < key.txt"]).arg(inner.get_program());
    outer.current_dir(home.root()).env_clear().envs(inner.get_envs().filter_map(|(k, v)| Some((k, v?))));
    home.finish(&outer.output().unwrap()).exits(0);
    let mode = |path: &str| std::fs::metadata(home.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(KEYS), 0o600);
    assert_eq!(mode(".config/skillzdrive"), 0o700);
    assert_eq!(mode(INSTALL_ID), 0o600);
    assert_eq!(mode(".local/state/skillzdrive"), 0o700);
    // One that others can read is not used, and a new login does not hide that it was open.
    std::fs::set_permissions(home.path(KEYS), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_snapshot!(home.run(&["whoami"]), @r"
    ------- stderr -------
    error: `[HOME]/.config/skillzdrive/credentials.toml` has mode 640: others can read the keys

    hint: chmod 600 '[HOME]/.config/skillzdrive/credentials.toml', and replace the keys if others use this machine
    [exit status: 4]
    ");
    home.run_with_input(&["login", "--with-token"], &drive.key).exits(4);
}

#[test]
fn the_key_of_the_environment_wins_and_is_never_kept() {
    let drive = TestDrive::start();
    let other = drive.another_key();
    let home = Home::logged_in(&drive.url, &drive.key).with("SKILLZDRIVE_API_KEY", &other);
    drive.forget();
    let json = home.run(&["whoami", "--json"]).exits(0).json();
    assert_eq!(json["key_prefix"], other[..12]);
    assert_eq!(json["key_source"], "the environment (SKILLZDRIVE_API_KEY)");
    home.run(&["sync", "--yes"]).exits(0);
    let bearers: Vec<_> =
        drive.asked().iter().filter_map(|asked| asked.headers.get("authorization").cloned()).collect();
    assert!(bearers.len() > 1 && bearers.iter().all(|bearer| *bearer == format!("Bearer {other}")));
    assert!(home.files_with(&other).is_empty());
    let run = home.run(&["logout"]).exits(0);
    assert!(run.stderr.contains("SKILLZDRIVE_API_KEY is set and still logs you in"), "{run}");
    let home = home.with("SKILLZDRIVE_API_KEY", "two words");
    let run = home.run(&["whoami"]).exits(4);
    assert!(run.stderr.contains("SKILLZDRIVE_API_KEY") && !run.stderr.contains("two words"), "{run}");
}

#[test]
fn keys_of_two_drives_lie_side_by_side() {
    let (one, two) = (TestDrive::start(), TestDrive::start());
    let home = Home::logged_in(&one.url, &one.key);
    home.run_with_input(&["login", "--with-token", "--server", &two.url], &two.key).exits(0);
    for drive in [&one, &two] {
        let json = home.run(&["whoami", "--json", "--server", &drive.url]).exits(0).json();
        assert_eq!(json["key_prefix"], drive.key[..12]);
    }
    for (drive, foreign) in [(&one, &two.key), (&two, &one.key)] {
        assert!(drive.asked().iter().all(|asked| !format!("{asked:?}").contains(foreign.as_str())));
    }
    home.run(&["logout", "--server", &two.url]).exits(0);
    home.run(&["whoami", "--server", &two.url]).exits(4);
    home.run(&["whoami"]).exits(0);
}

#[test]
fn a_login_adopts_the_installation_and_a_claimed_one_gets_a_new_id() {
    let drive = TestDrive::start();
    let first = Home::logged_in(&drive.url, &drive.key);
    let id = first.read(INSTALL_ID);
    // The same installation, copied with its home folder, and another account.
    let copy = Home::on(&drive.url);
    copy.write(INSTALL_ID, &id);
    let run = copy.run_with_input(&["login", "--with-token"], &drive.account("other")).exits(0);
    assert!(run.stderr.contains("another account has claimed this installation's id"), "{run}");
    let fresh = copy.read(INSTALL_ID);
    assert_ne!(fresh, id);
    drive.forget();
    copy.run(&["whoami"]).exits(0);
    assert!(drive.asked().iter().all(|asked| asked.headers["x-skillzdrive-install-id"] == fresh.trim()));
    assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt"), 0);
}

#[test]
fn an_adoption_that_failed_is_made_up_for_later() {
    let drive = TestDrive::start();
    let home = Home::on(&drive.url);
    drive.fail("POST", "/api/v1/migrations/anonymous-adopt", 1, refusal(404, "not_found"));
    let json = home.run_with_input(&["login", "--with-token", "--json"], &drive.key).exits(0).json();
    assert_eq!(json["adopted"], false);
    drive.forget();
    home.run(&["whoami"]).exits(0);
    home.run(&["whoami"]).exits(0);
    assert_eq!(drive.count("POST /api/v1/migrations/anonymous-adopt"), 1);
}
