//! What the operator does, the embedded drive, and two processes over one folder.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::Config;
use skillzdrive_drive::DriveError;
use skillzdrive_drive::Publishing;

use crate::backends;
use crate::backends::postgres;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::sha;
use crate::fixture::skill;
use crate::fixture::skill_of;

#[tokio::test]
async fn an_embedded_drive_starts_with_something() {
    let server =
        Server::with(|config| *config = Config { clock: config.clock.clone(), ..Config::local(&config.data_dir) })
            .await;
    let list = server.get("/api/v1/drive").await.data(200);
    let slugs: Vec<&str> = list["skills"].as_array().unwrap().iter().map(|s| s["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["use-skillzdrive", "write-a-skill"]);
    let manifest = server.anonymous("/marketplace.json").await.json();
    assert_eq!(manifest["plugins"].as_array().unwrap().len(), 5);
    // Nothing costs, and the balance is never a reason to stop.
    let machine: Vec<Value> = (0..1_200).map(|n| local(&format!("skill-{n}"), &sha('a'), None)).collect();
    let preview = server.preview("manual", "all", json!(machine)).await;
    assert_eq!(preview["credits"], json!({ "balance": 1000, "required": 0, "after": 1000 }));
    let run = server.execute("manual", "all", &preview["classifications"]).await.data(200);
    assert_eq!(run["credits"]["balance"], 1000);
    let done = server.post("/api/v1/drive/import", json!({ "skillSlug": "csv-profiler" })).await.data(201);
    assert_eq!((&done["credit_cost"], &done["credits_remaining"]), (&json!(0), &json!(1000)));
    // What the owner throws away stays away.
    server.delete("/api/v1/drive/write-a-skill").await.data(200);
    server.drive.withdraw(&"shell-reviewer".parse().unwrap()).await.unwrap();
    let again = backends::open(Config::local(server.drive.data_dir())).await.unwrap();
    assert_eq!(again.local_owner_key().await.unwrap().expose(), server.key);
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"].as_array().unwrap().len(), 2);
    assert_eq!(server.anonymous("/marketplace.json").await.json()["plugins"].as_array().unwrap().len(), 4);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(server.drive.data_dir()), 0o700);
        let database: &[&str] = if postgres().is_none() { &["drive.sqlite", "drive.sqlite-wal"] } else { &[] };
        for name in ["owner.key", "signing.key"].iter().chain(database) {
            assert_eq!(mode(&server.drive.data_dir().join(name)), 0o600);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_open_one_empty_folder_at_once() {
    let home = tempfile::tempdir().unwrap();
    let folder = Arc::new(home.path().join("data"));
    let open = |_| {
        let folder = folder.clone();
        async move {
            let opened = tokio::spawn(async move {
                let drive = backends::open(Config::local(&*folder)).await.unwrap();
                drive.local_owner_key().await.unwrap().expose().to_owned()
            });
            opened.await.unwrap()
        }
    };
    let keys = futures_util::future::join_all((0..8).map(open)).await;
    assert!(keys.iter().all(|key| *key == keys[0]));
    let drive = backends::open(Config::local(&*folder)).await.unwrap();
    assert_eq!(drive.list_keys().await.unwrap().len(), 1);
    assert_eq!(drive.grant_credits(1).await.unwrap(), 1_001, "one account, granted once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_drives_of_one_folder_keep_one_set_of_books() {
    let server = Server::with(|config| config.signup_credits = 0).await;
    let other = backends::open(Config::new(server.drive.data_dir())).await.unwrap();
    let grants = (0..60).map(|number| {
        let drive = if number % 2 == 0 { server.drive.clone() } else { other.clone() };
        async move { tokio::spawn(async move { drive.grant_credits(1).await }).await.unwrap() }
    });
    for granted in futures_util::future::join_all(grants).await {
        granted.unwrap();
    }
    assert_eq!(server.balance().await, 60);
}

#[tokio::test]
async fn another_process_publishes_and_the_server_knows() {
    let server = Server::start().await;
    assert_eq!(server.anonymous("/marketplace.json").await.json()["plugins"], json!([]));
    let other = backends::open(Config::new(server.drive.data_dir())).await.unwrap();
    other.publish(skill("pdf", "one"), Publishing::default()).await.unwrap();
    other.close().await;
    server.noticed().await;
    assert_eq!(server.anonymous("/marketplace.json").await.json()["plugins"].as_array().unwrap().len(), 1);
    assert_eq!(server.get("/api/v1/skills?q=pdf").await.data(200)["total"], 1);
    assert!(server.drive.ensure_owner().await.unwrap().is_none(), "the key is told once");
}

#[tokio::test]
async fn publishing_is_strict() {
    let server = Server::start().await;
    for text in ["---\nname: a\n---\n", "---\ndescription: d\n---\n", "---\nname: A B\ndescription: d\n---\n"] {
        let error = server.drive.publish(skill_of(&[("SKILL.md", text)]), Publishing::default()).await.unwrap_err();
        assert!(matches!(error, DriveError::Unpublishable(_)), "{error}");
        assert!(error.to_string().contains("SKILL.md"), "{error}");
    }
    let error = server.drive.withdraw(&"none".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no public skill `none`");
    // Withdrawn and published again, it is there again with its history.
    server.publish("pdf", "one").await;
    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    let back = server.drive.publish(skill("pdf", "two"), Publishing::default()).await.unwrap();
    assert_eq!(back.version, 2);
    assert_eq!(server.anonymous("/api/v1/skills/pdf").await.data(200)["versions"].as_array().unwrap().len(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_socket_file_has_no_limits_and_any_host() {
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("drive.sock");
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let config = Config::local(home.path().join("data"));
    let served = tokio::spawn(skillzdrive_drive::serve(listener, config, async move {
        let _ = stopped.await;
    }));
    for _ in 0..5 {
        let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
        let request = "GET /api/v1/skills?q=csv HTTP/1.1\r\nHost: skillzdrive.local\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("csv-profiler"), "{answer}");
    }
    drop(stop);
    served.await.unwrap().unwrap();
}
