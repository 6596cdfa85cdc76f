//! What a release is made of: its configuration, the crates' own data, and the file for a container's image.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use toml::Table;

use crate::harness::Home;

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(at(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn toml(path: &str) -> Table {
    text(path).parse().unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The text of a value, or nothing.
fn word(table: &Table, key: &str) -> String {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn the_workflow_of_a_release_is_that_of_its_configuration() {
    let config = toml("dist-workspace.toml");
    let dist = config["dist"].as_table().unwrap();
    let workflow = text(".github/workflows/release.yml");
    assert!(workflow.contains(&format!("/v{}/cargo-dist-installer.sh", word(dist, "cargo-dist-version"))));
    for job in dist["publish-jobs"].as_array().unwrap() {
        let job = job.as_str().unwrap();
        match job.strip_prefix("./") {
            // One of our own, in a file that the workflow calls.
            Some(own) => {
                let file = format!(".github/workflows/{own}.yml");
                assert!(at(&file).is_file() && workflow.contains(&file), "{job}");
            }
            None => assert!(workflow.contains(&format!("publish-{job}")), "{job}"),
        }
    }
    assert!(workflow.contains("actions/attest@"));
    let tap = format!("repository: {}\n", word(dist, "tap"));
    assert!(text(".github/workflows/publish-homebrew.yml").contains(&tap), "{tap}");
    for folder in dist["include"].as_array().unwrap() {
        assert!(at(folder.as_str().unwrap()).is_dir(), "{folder}");
    }
    for extra in dist["extra-artifacts"].as_array().unwrap() {
        let build = extra["build"].as_array().unwrap();
        assert!(at(build[1].as_str().unwrap()).is_file(), "{extra}");
        // `self update` names it.
        let name = extra["artifacts"][0].as_str().unwrap();
        assert!(text("src/installed/mod.rs").contains(&format!("/download/{name}")), "{name}");
    }
    for os in ["apple-darwin", "windows-msvc", "linux-gnu", "linux-musl"] {
        assert!(dist["targets"].to_string().contains(os), "{os}");
    }
    assert!(toml("Cargo.toml")["profile"].get("dist").is_some());
}

#[test]
fn every_crate_can_be_published() {
    let workspace = toml("Cargo.toml");
    let common = workspace["workspace"]["package"].as_table().unwrap();
    for (name, said) in workspace["workspace"]["dependencies"].as_table().unwrap() {
        if said.get("path").is_some() {
            assert_eq!(said.get("version"), common.get("version"), "{name}");
        }
    }
    let mut folders: Vec<String> = fs::read_dir(at("crates"))
        .unwrap()
        .map(|entry| format!("crates/{}/", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    folders.push(String::new());
    assert!(folders.len() > 5);
    for folder in folders {
        let manifest = toml(&format!("{folder}Cargo.toml"));
        let package = manifest["package"].as_table().unwrap();
        for key in ["license", "repository", "homepage", "rust-version", "keywords"] {
            assert!(package.get(key).is_some() && common.get(key).is_some(), "{folder}{key}");
        }
        let description = word(package, "description");
        assert!(description.len() > 20 && !description.ends_with('.'), "{folder}: {description}");
        assert!(at(&format!("{folder}{}", word(package, "readme"))).is_file(), "{folder}");
        for one in package["include"].as_array().unwrap() {
            assert!(
                at(&format!("{folder}{}", one.as_str().unwrap().trim_start_matches('/'))).exists(),
                "{folder}{one}"
            );
        }
    }
}

/// An instruction of the container's file that is written as a list of words, joined over its lines.
fn instruction(file: &str, name: &str) -> Vec<String> {
    let file = file.replace("\\\n", " ");
    let line = file.lines().rev().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}"));
    serde_json::from_str(&line[line.find('[').unwrap()..]).unwrap()
}

#[test]
fn a_container_is_nobodys_and_has_what_it_copies() {
    let file = text("Containerfile");
    assert!(file.lines().any(|line| line == "USER 65532:65532"));
    let last = file.rsplit("\nFROM ").next().unwrap();
    assert!(last.starts_with("scratch\n") && !last.contains("\nRUN "), "nothing but the program is in it");
    let copied: Vec<&str> = last.lines().filter_map(|line| line.strip_prefix("COPY ")).collect();
    let sources: BTreeSet<&str> = copied.iter().filter_map(|line| line.split(' ').rev().nth(1)).collect();
    for source in sources.iter().filter(|source| **source != "/out/") {
        assert!(at(source).exists(), "{source}");
    }
    // What the build reads is not left out of what it is given.
    let given = text(".containerignore");
    for needed in ["Cargo.lock", "Cargo.toml", "crates", "src", "schemas", "packaging"] {
        assert!(given.lines().any(|line| line == format!("!{needed}")), "{needed}");
    }
    for member in toml("Cargo.toml")["workspace"]["members"].as_array().unwrap() {
        let folder = member.as_str().unwrap().trim_end_matches("/*");
        assert!(given.lines().any(|line| line == format!("!{folder}")), "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn a_containers_drive_starts_as_written_and_is_found_healthy() {
    let file = text("Containerfile");
    let home = Home::new();
    let words = instruction(&file, "CMD");
    let address = words.iter().find(|word| word.starts_with("0.0.0.0:")).unwrap();
    let port = address.trim_start_matches("0.0.0.0:");
    assert!(file.contains(&format!("\nEXPOSE {port}\n")));
    // On a port that is free, with a folder that is here.
    let words: Vec<String> =
        words.iter().map(|word| word.replace(address, "127.0.0.1:0").replace("/data/", "data/")).collect();
    let mut drive = home.start(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let url = drive.line();
    let check = instruction(&file, "HEALTHCHECK");
    assert_eq!(check[0], "/usr/local/bin/skillzdrive");
    assert_eq!(instruction(&file, "ENTRYPOINT"), [check[0].clone()]);
    let check: Vec<String> =
        check[1..].iter().map(|word| word.replace(&format!("http://127.0.0.1:{port}"), url.trim())).collect();
    let check: Vec<&str> = check.iter().map(String::as_str).collect();
    let asks = Home::new();
    asks.run(&check).exits(0);
    assert!(asks.tree("").is_empty(), "{:?}", asks.tree(""));
    drive.signal(rustix::process::Signal::TERM);
    drive.end().exits(0);
    asks.run(&check).exits(6);
}
