//! A drive that moves to another database and store while it is read.

use std::fs;

use serde_json::json;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::DriveError;
use skillzdrive_drive::MoveStep;
use skillzdrive_drive::SigningKey;
use skillzdrive_drive::cancel_move;
use skillzdrive_drive::migrate;
use skillzdrive_drive::move_drive;
use skillzdrive_drive::restore;

use super::beside;
use super::check;
use super::contents;
use super::full;
use crate::backends;
use crate::fixture::Server;
use crate::fixture::skill;

/// The settings with which the server's drive is where it is.
async fn source(server: &Server) -> Config {
    backends::there(server.config(server.drive.data_dir())).await
}

#[tokio::test]
async fn a_drive_moves_while_it_is_read_and_takes_no_changes_afterwards() {
    let server = full().await;
    let fresh = server.drive.create_key("never used", None).await.unwrap();
    let from = source(&server).await;
    let kept = beside(&server, "kept");
    server.drive.backup(&kept).await.unwrap();
    let to = server.config(&beside(&server, "moved"));
    let steps = std::sync::Mutex::new(Vec::new());
    let moved = move_drive(from.clone(), to.clone(), |step| steps.lock().unwrap().push(step)).await.unwrap();
    assert_eq!(*steps.lock().unwrap(), [MoveStep::Packages(5), MoveStep::NoChanges, MoveStep::Rows]);
    assert_eq!(moved.packages, 5);

    // Where it was it is read, with a key that nobody used before, and takes no changes.
    server.noticed().await;
    assert_eq!(server.get_as(fresh.expose(), "/api/v1/drive").await.data(200)["skills"].as_array().unwrap().len(), 2);
    for path in
        ["/api/v1/skills?q=letters", "/api/v1/account/credits", "/marketplace.json", "/readyz", "/api/v1/skills/pdf"]
    {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    for _ in 0..20 {
        let refused = server.post("/api/v1/drive/pdf/toggle", json!({})).await;
        refused.refused(503, "unavailable");
        assert_eq!(refused.header("retry-after"), "30");
    }
    assert!(server.drive.publish(skill("x", "y"), Default::default()).await.unwrap_err().is_read_only());
    assert!(server.drive.is_read_only().await.unwrap());
    // It is opened and served as before.
    let again = Drive::open(from.clone()).await.unwrap();
    assert_eq!(again.ensure_owner().await.unwrap(), None);
    assert_eq!(check(&again).await.problems, []);

    // Where it is now, it is the same and takes changes.
    let drive = Drive::open(to.clone()).await.unwrap();
    assert_eq!(check(&drive).await.problems, []);
    let there = beside(&server, "there");
    drive.backup(&there).await.unwrap();
    assert_eq!(contents(&there), contents(&kept));
    let url = server.serve(drive).await;
    server.post_as(&server.key, &format!("{url}/api/v1/drive/import"), json!({ "skillSlug": "csv" })).await.data(201);

    let error = move_drive(from.clone(), to.clone(), |_| {}).await.unwrap_err().to_string();
    assert!(error.contains("--cancel"), "{error}");
    assert!(cancel_move(&from).await.unwrap());
    assert!(!cancel_move(&from).await.unwrap());
    server.post("/api/v1/drive/pdf/toggle", json!({})).await.data(200);
    let error = move_drive(from.clone(), to, |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("is not empty") || matches!(error, DriveError::NotEmpty(_)), "{error}");
    server.post("/api/v1/drive/pdf/toggle", json!({})).await.data(200);
    let error = move_drive(from.clone(), from, |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("there already"), "{error}");
    server.post("/api/v1/drive/pdf/toggle", json!({})).await.data(200);
}

#[tokio::test]
async fn a_move_that_was_broken_off_is_begun_again() {
    let server = full().await;
    let (from, to) = (source(&server).await, server.config(&beside(&server, "moved")));
    let data = server.drive.data_dir().to_owned();
    // Broken off when the drive took no changes any more.
    backends::tamper(&data, "insert into facts (name, value) values ('read_only', 1)").await;
    server.post("/api/v1/drive/pdf/toggle", json!({})).await.refused(503, "unavailable");
    move_drive(from.clone(), to.clone(), |_| {}).await.unwrap();
    // Broken off after the rows were there.
    backends::tamper(&data, "update facts set value = 1 where name = 'read_only'").await;
    let moved = move_drive(from.clone(), to.clone(), |_| {}).await.unwrap();
    assert_eq!(moved.packages, 5);
    assert_eq!(check(&Drive::open(to).await.unwrap()).await.problems, []);
}

#[tokio::test]
async fn who_writes_while_a_drive_moves_is_moved_or_refused() {
    let server = std::sync::Arc::new(Server::with(|config| config.limits.live_tickets = 1_000_000).await);
    server.publish("pdf", "forms").await;
    let (from, to) = (source(&server).await, server.config(&beside(&server, "moved")));
    let writers = (0..4).map(|writer| {
        let server = std::sync::Arc::clone(&server);
        tokio::spawn(async move {
            let mut kept = Vec::new();
            for number in 0.. {
                let slug = format!("w-{writer}-{number}");
                let ticket = server.post("/api/v1/uploads/ticket", json!({})).await;
                if ticket.status == 503 {
                    break;
                }
                let token = ticket.data(201)["uploadToken"].as_str().unwrap().to_owned();
                let reply = server.process(&token, skill(&slug, "one").zip).await;
                if reply.status == 503 {
                    break;
                }
                assert_eq!(reply.status, 201, "{}", reply.text());
                kept.push(slug);
            }
            kept
        })
    });
    let writers: Vec<_> = writers.collect();
    while server.get("/api/v1/drive").await.data(200)["skills"].as_array().unwrap().len() < 4 {
        tokio::task::yield_now().await;
    }
    move_drive(from, to.clone(), |_| {}).await.unwrap();
    let mut kept = Vec::new();
    for writer in writers {
        kept.extend(writer.await.unwrap());
    }
    let drive = Drive::open(to).await.unwrap();
    assert_eq!(check(&drive).await.problems, []);
    let url = server.serve(drive).await;
    let list = server.get_as(&server.key, &format!("{url}/api/v1/drive")).await.data(200);
    let there: Vec<&str> = list["skills"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert!(kept.len() >= 4 && kept.iter().all(|slug| there.contains(&slug.as_str())), "{kept:?} {there:?}");
}

/// From a folder to PostgreSQL and S3 and back: each has the same rows and packages.
#[tokio::test]
#[ignore = "needs PostgreSQL and an object store: tests/services.sh"]
async fn a_drive_in_a_folder_moves_to_services_and_comes_back_by_a_backup() {
    let server = full().await;
    let first = beside(&server, "first");
    server.drive.backup(&first).await.unwrap();
    // The server is on the services already: what is in a folder is its copy.
    let folder = server.config(&beside(&server, "folder"));
    restore(folder.clone(), &first, false).await.unwrap();
    let key = fs::read(folder.data_dir.join("signing.key")).unwrap();

    let mut away = backends::there(server.config(&beside(&server, "away"))).await;
    assert!(away.database.is_some() && away.artifacts.is_some());
    assert_eq!(migrate(&away).await.unwrap().before, 0);
    assert_eq!(migrate(&away).await.unwrap().applied, Vec::<i64>::new());
    move_drive(folder.clone(), away.clone(), |_| {}).await.unwrap();
    let error = Drive::open(Config { signing_key: Some(SigningKey::new(&[1; 32]).unwrap()), ..away.clone() }).await;
    assert!(matches!(error, Err(DriveError::OtherKey)), "a replica with another key");
    away.signing_key = Some(SigningKey::new(&key).unwrap());
    let drive = Drive::open(away.clone()).await.unwrap();
    assert_eq!(check(&drive).await.problems, []);
    let second = beside(&server, "second");
    drive.backup(&second).await.unwrap();
    assert_eq!(contents(&second), contents(&first));
    // It goes on counting where the rows end.
    drive.publish(skill("new", "letters"), Default::default()).await.unwrap();
    assert_eq!(check(&drive).await.problems, []);
    drive.close().await;

    // Back into a folder, and from the backup onto other services.
    let mut other = backends::there(server.config(&beside(&server, "other"))).await;
    other.signing_key = away.signing_key;
    restore(other.clone(), &second, false).await.unwrap();
    let drive = Drive::open(other.clone()).await.unwrap();
    let third = beside(&server, "third");
    drive.backup(&third).await.unwrap();
    assert_eq!(contents(&third), contents(&first));
    drive.close().await;
    let back = server.config(&beside(&server, "back"));
    move_drive(other, back.clone(), |_| {}).await.unwrap();
    let drive = Drive::open(back).await.unwrap();
    assert_eq!(check(&drive).await.problems, []);
    let fourth = beside(&server, "fourth");
    drive.backup(&fourth).await.unwrap();
    assert_eq!(contents(&fourth), contents(&first));
}
