//! The script of a ticket, run as a person runs it. `tests/curl.sh` brings what it needs.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use serde_json::Value;
use serde_json::json;

use crate::fixture::Server;
use crate::fixture::skill;

struct Desk {
    server: Server,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        Self { server: Server::start().await, folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap();
        file.write_all(bytes).unwrap();
    }

    fn skill(&self, name: &str) {
        self.write(&format!("{name}/SKILL.md"), b"---\nname: mine\ndescription: A skill\n---\nText\n");
        self.write(&format!("{name}/scripts/run.sh"), b"#!/bin/sh\necho run\n");
    }

    /// Mints a ticket and runs its script, with a curl in front of the real one that notes its arguments.
    async fn run(&self, ticket: Value, args: &[&str]) -> (Output, String) {
        let ticket = self.server.post("/api/v1/uploads/ticket", ticket).await.data(201);
        let token = ticket["uploadToken"].as_str().unwrap().to_owned();
        self.write("upload.sh", ticket["scriptContent"].as_str().unwrap().as_bytes());
        let place = self.folder.path().join("bin/curl");
        self.write("bin/curl", b"#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$SEEN\"\nPATH=${PATH#*:} exec curl \"$@\"\n");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", place.parent().unwrap().display());
        let seen = self.folder.path().join("seen");
        let (folder, args) =
            (self.folder.path().to_owned(), args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        let run = tokio::task::spawn_blocking(move || {
            let mut command = Command::new("bash");
            command.arg("upload.sh").args(args).current_dir(&folder).env_clear().env("PATH", path).env("SEEN", &seen);
            let output = command.output().unwrap();
            (output, fs::read_to_string(seen).unwrap_or_default())
        });
        let (output, seen) = run.await.unwrap();
        assert!(!seen.contains(&token), "a list of processes shows the ticket: {seen}");
        (output, seen)
    }

    async fn drive(&self) -> Value {
        self.server.get("/api/v1/drive").await.data(200)["skills"].clone()
    }
}

fn text(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn stays_empty(folder: &Path) {
    assert!(!folder.join("pwned").exists());
}

#[tokio::test]
#[ignore = "needs bash, curl and zip: tests/curl.sh"]
async fn a_folder_is_packed_and_uploaded_without_its_secrets() {
    let desk = Desk::new().await;
    desk.skill("mine");
    desk.write("mine/.env", b"TOKEN=canary\n");
    desk.write("mine/keys/server.pem", b"canary");
    desk.write("mine/credentials/readme.md", b"a folder of that name is looked into\n");
    desk.write("mine/node_modules/x/index.js", b"canary");
    let (output, _) = desk.run(json!({}), &["mine"]).await;
    assert!(output.status.success(), "{}", text(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["success"], &answer["skill"]["slug"]), (&json!(true), &json!("mine")));
    assert_eq!((&answer["filesUploaded"], &answer["version"]), (&json!(3), &json!(1)));
    let url = desk.server.post("/api/v1/downloads", json!({ "scope": "drive" })).await.data(200);
    let zip = desk.server.anonymous(url["url"].as_str().unwrap()).await.bytes;
    assert!(!zip.windows(6).any(|part| part == b"canary"));
    // A ticket works once: the same script again is refused, and says so.
    let folder = desk.folder.path().to_owned();
    let again = move || Command::new("bash").args(["upload.sh", "mine"]).current_dir(folder).output().unwrap();
    let again = tokio::task::spawn_blocking(again).await.unwrap();
    assert!(!again.status.success() && text(&again).contains("invalid_ticket"), "{}", text(&again));
}

#[tokio::test]
#[ignore = "needs bash, curl and zip: tests/curl.sh"]
async fn names_that_want_to_be_commands_are_only_names() {
    let desk = Desk::new().await;
    let zip = skill("a", "x").zip;
    let names =
        ["it's; touch pwned;'.zip", "$(touch pwned).zip", "-o pwned.zip", "a;type=text/plain,\"b\\.zip", "%TOKEN%.zip"];
    for name in names {
        desk.write(name, &zip);
        // Named by the ticket, and by hand.
        for args in [&[][..], &[name]] {
            let (output, seen) = desk.run(json!({ "filename": name }), args).await;
            assert!(output.status.success(), "{name} {args:?}: {}\n{seen}", text(&output));
            stays_empty(desk.folder.path());
        }
    }
    assert_eq!(desk.drive().await.as_array().unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "needs bash, curl and zip: tests/curl.sh"]
async fn what_it_cannot_do_it_refuses() {
    let desk = Desk::new().await;
    desk.skill("ignoring");
    desk.write("ignoring/.skillignore", b"drafts/\n");
    desk.skill("linking");
    std::os::unix::fs::symlink("/etc/passwd", desk.folder.path().join("linking/notes")).unwrap();
    desk.write("empty/readme.md", b"x");
    desk.write("broken.zip", b"no zip");
    for (args, words) in [
        (&["ignoring"][..], ".skillignore"),
        (&["linking"], "symbolic links"),
        (&["empty"], "no SKILL.md"),
        (&["nothing-there"], "there is no nothing-there"),
        (&[], "usage"),
        (&["broken.zip"], "answered 422"),
    ] {
        // A name that is already in the ticket would be taken for what to send.
        desk.server.advance(11 * crate::fixture::MINUTE);
        let (output, _) = desk.run(json!({}), args).await;
        assert!(!output.status.success() && text(&output).contains(words), "{args:?}: {}", text(&output));
    }
    assert_eq!(desk.drive().await, json!([]));
}
