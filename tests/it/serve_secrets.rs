//! What is secret about a drive comes from files and from the environment, and is shown by nothing.

use crate::harness::Home;

const SIGNING: &str = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
const CANARY: &str = "canary0canary0canary0canary0";

#[test]
fn no_secret_is_taken_from_the_command_line_or_shown() {
    let home = Home::new();
    let token = format!("ghp_{CANARY}");
    let variable = format!("AWS_SECRET_ACCESS_KEY={CANARY}");
    let database = format!("postgres://drive:{CANARY}@db.example/drive");
    let query = format!("postgres://drive@db.example/drive?password={CANARY}");
    let store = format!("s3://key:{CANARY}@bucket/prefix");
    let github = format!("https://user:{CANARY}@github.example");
    for args in [
        &["--signing-key", SIGNING][..],
        &["--github-token-file", &token],
        &["--env-file", &variable],
        &["--env-file", &database],
        &["--database", &database],
        &["--database", &query],
        &["--artifacts", &store],
        &["--public-url", &github],
        // Flags that there are not.
        &["--github-token", &token],
        &["--password", CANARY],
        &["--owner-key", CANARY],
        &["--database-password", CANARY],
    ] {
        let all = [&["serve", "--data", "drive", "--listen", "127.0.0.1:0"], args].concat();
        for more in [&[][..], &["--verbose"], &["--json"]] {
            let run = home.run(&[&all[..], more].concat()).exits(2);
            for secret in [SIGNING, CANARY] {
                assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{args:?}\n{run}");
            }
        }
    }
    assert!(home.tree("").is_empty(), "nothing was made: {:?}", home.tree(""));
    // A file that is only missing is named.
    let run = home.run(&["serve", "--data", "drive", "--signing-key", "keys/signing.key"]).exits(1);
    assert!(run.stderr.contains("keys/signing.key"), "{run}");
}

#[test]
fn a_password_that_did_not_help_is_not_repeated() {
    let home = Home::new();
    home.write(
        "drive.env",
        format!("SKILLZDRIVE_DATABASE=postgres://drive:{CANARY}@127.0.0.1:1/drive?sslmode=disable\n"),
    );
    for args in [&["serve", "--env-file", "drive.env"][..], &["serve", "--env-file", "drive.env", "key", "list"]] {
        for flag in ["--verbose", "--json"] {
            let run = home.run(&[args, &[flag]].concat());
            assert_ne!(run.code, Some(0));
            assert!(!run.stdout.contains(CANARY) && !run.stderr.contains(CANARY), "{run}");
        }
    }
    assert_eq!(home.files_with(CANARY), [home.path("drive.env")]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_runs_shows_its_secrets_to_nobody_who_looks_at_processes() {
    let home = Home::new();
    home.write("drive.env", format!("SKILLZDRIVE_SIGNING_KEY={SIGNING}\nAWS_SECRET_ACCESS_KEY={CANARY}\n"));
    home.write("token", format!("ghp_{CANARY}\n"));
    let (running, address, key) = crate::serve::started_with(
        &home,
        &["--data", "drive", "--env-file", "drive.env", "--github-token-file", "token", "--verbose"],
    );
    let key = key.unwrap();
    let person = Home::on(&address);
    person.run_with_input(&["login", "--with-token"], &key).exits(0);
    person.run(&["drive", "list"]).exits(0);
    let seen = std::fs::read(format!("/proc/{}/cmdline", running.id())).unwrap();
    let seen = String::from_utf8_lossy(&seen).into_owned();
    assert!(seen.contains("--env-file"), "{seen}");
    running.signal(rustix::process::Signal::TERM);
    let run = running.end().exits(0);
    for secret in [SIGNING, CANARY, &key] {
        assert!(!seen.contains(secret) && !run.stderr.contains(secret), "{secret}\n{run}");
    }
    // The key was told as data, once, and is in no file.
    assert_eq!(home.files_with(&key), Vec::<std::path::PathBuf>::new());
    assert_eq!(home.files_with(SIGNING), [home.path("drive.env")]);
}
