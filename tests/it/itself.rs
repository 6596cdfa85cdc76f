//! `self update`, by where the program lies; and the line that there is a newer one.

use crate::harness::Fault;
use crate::harness::Home;
use crate::harness::TestDrive;

/// What `self update` of a program that lies there says.
fn said(home: &Home, place: &str) -> (String, Option<String>) {
    let name = if cfg!(windows) { format!("{place}.exe") } else { place.to_owned() };
    let args = ["self", "update", "--json"];
    let run = home.finish(&home.program_at(&name, &args).output().unwrap()).exits(0);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let data = &document["data"];
    assert!(data["program"].as_str().unwrap().ends_with("skillzdrive") || cfg!(windows), "{run}");
    (data["installed_by"].as_str().unwrap().to_owned(), data["command"].as_str().map(str::to_owned))
}

#[test]
fn the_command_is_that_of_the_installer() {
    let home = Home::new();
    let package = "node_modules/@skillzdrive/skillzdrive/node_modules/.bin_real/skillzdrive";
    let npm = said(&home, &format!("usr/lib/{package}"));
    assert_eq!(npm.1.as_deref(), Some("npm install --global @skillzdrive/skillzdrive@latest"));
    assert_eq!(
        said(&home, &format!("site/{package}")).1.as_deref(),
        Some("npm install @skillzdrive/skillzdrive@latest")
    );
    assert_eq!(
        said(&home, "brew/Cellar/skillzdrive/0.1.0/bin/skillzdrive").1.as_deref(),
        Some("brew upgrade skillzdrive")
    );
    // By hand there is no command, but a place to look.
    assert_eq!(said(&home, "opt/bin/skillzdrive"), ("unknown".to_owned(), None));
    home.write("opt/share/skillzdrive/installed-by", "container\n");
    std::fs::remove_file(home.path("opt/bin/skillzdrive")).ok();
    assert_eq!(said(&home, "opt/bin/skillzdrive"), ("container".to_owned(), None));
    home.write(
        ".cargo/.crates.toml",
        "[v1]\n\"skillzdrive 0.1.0 (registry+https://registry.example/index)\" = [\"skillzdrive\"]\n",
    );
    assert_eq!(said(&home, ".cargo/bin/skillzdrive").1.as_deref(), Some("cargo install --locked skillzdrive"));
    // Elsewhere than in the home, where the variable says.
    let elsewhere = Home::new();
    let elsewhere_cargo = elsewhere.path("rust").display().to_string();
    let elsewhere = elsewhere.with("CARGO_HOME", &elsewhere_cargo);
    elsewhere.write(
        "rust/.crates.toml",
        "[v1]\n\"skillzdrive 0.1.0 (git+https://git.example/x#abc)\" = [\"skillzdrive\"]\n",
    );
    let git = said(&elsewhere, "rust/bin/skillzdrive");
    assert_eq!(git.1.as_deref(), Some("cargo install --locked --git https://git.example/x skillzdrive"));
}

#[cfg(unix)]
#[test]
fn the_shell_installer_is_known_by_its_receipt() {
    let home = Home::new();
    let prefix = home.path(".cargo").display().to_string();
    home.write(
        ".config/skillzdrive/skillzdrive-receipt.json",
        serde_json::json!({ "install_prefix": prefix, "binaries": ["skillzdrive"], "version": "0.1.0" }).to_string(),
    );
    let (word, command) = said(&home, ".cargo/bin/skillzdrive");
    assert_eq!(word, "installer");
    let command = command.unwrap();
    assert!(command.starts_with("curl ") && command.ends_with("/download/skillzdrive-installer.sh | sh"), "{command}");
}

#[test]
fn people_get_the_command_alone_on_stdout() {
    let home = Home::new();
    home.write("bin/skillzdrive-there", "");
    home.write("share/skillzdrive/installed-by", "pacman\nsudo pacman -Syu skillzdrive\n");
    let name = if cfg!(windows) { "bin/skillzdrive.exe" } else { "bin/skillzdrive" };
    let run = home.finish(&home.program_at(name, &["self", "update"]).output().unwrap()).exits(0);
    assert_eq!(run.stdout, "sudo pacman -Syu skillzdrive\n", "{run}");
    assert!(run.stderr.contains("installed by pacman"), "{run}");
}

/// The next answer names this version of the program.
fn names(drive: &TestDrive, newest: &str) {
    let body = serde_json::json!({ "data": {
        "balance": 1, "tier": "free", "monthly_skill_calls": 0, "monthly_skill_call_limit": "unlimited", "transactions": [],
    }});
    let headers = vec![("content-type", "application/json".to_owned()), ("x-skillzdrive-newest", newest.to_owned())];
    drive.fail("GET", "/api/v1/account/credits", 1, Fault::Answer(200, headers, body.to_string()));
}

#[cfg(unix)]
#[test]
fn a_newer_version_is_said_once_a_day_on_a_terminal() {
    let drive = TestDrive::start();
    let mut home = Home::logged_in(&drive.url, &drive.key);
    let credits = |home: &Home, args: &[&str], newest: &str| {
        drive.heal();
        names(&drive, newest);
        let (seen, code) = home.terminal(&[&["credits"], args].concat()).end();
        assert_eq!(code, 0, "{seen}");
        seen.contains("self update")
    };
    // The drive's own version, an older one, and what is no version, are no news.
    for none in [env!("CARGO_PKG_VERSION"), "0.0.1", "v99.0.0", "99.0.0-rc.1", "99", "<script>"] {
        assert!(!credits(&home, &[], none), "{none}");
    }
    assert!(!home.path(".local/state/skillzdrive/newest").exists());
    for quiet in ["--json", "--quiet", "--dry-run"] {
        assert!(!credits(&home, &[quiet], "99.0.0"), "{quiet}");
    }
    for variable in ["CI", "SKILLZDRIVE_NO_UPDATE_NOTICE", "CLAUDECODE"] {
        home = home.with(variable, "1");
        assert!(!credits(&home, &[], "99.0.0"), "{variable}");
        home = home.without(variable);
    }
    drive.heal();
    names(&drive, "99.0.0");
    let run = home.run(&["credits"]).exits(0);
    assert!(!run.stderr.contains("99"), "{run}");
    home.run(&["config", "set", "update_notice", "false"]).exits(0);
    assert!(!credits(&home, &[], "99.0.0"));
    home.run(&["config", "unset", "update_notice"]).exits(0);
    assert!(credits(&home, &[], "99.0.0"));
    assert!(!credits(&home, &[], "99.0.0"), "once a day");
    // Nobody is asked for it, and what one drive said is not another's.
    drive.forget();
    assert_eq!(home.run(&["self", "update", "--json"]).exits(0).json()["newest"], "99.0.0");
    assert!(drive.asked().is_empty());
    let other = home.run(&["self", "update", "--json", "--server", "https://drive.example"]).exits(0).json();
    assert_eq!(other["newest"], serde_json::Value::Null);
}
