//! What an operator does with a drive as a whole. A backup of one drive and a backup of what became of it elsewhere have the
//! same bytes, whatever database and store each is on; with `tests/services.sh` the first one is on PostgreSQL and S3.

mod moving;

use std::fs;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::UNIX_EPOCH;

use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use skillzdrive_drive::Checked;
use skillzdrive_drive::Checking;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::DriveError;
use skillzdrive_drive::SigningKey;
use skillzdrive_drive::cancel_move;
use skillzdrive_drive::migrate;
use skillzdrive_drive::move_drive;
use skillzdrive_drive::need_drive;
use skillzdrive_drive::restore;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::backends;
use crate::fixture::INSTALL;
use crate::fixture::MINUTE;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::skill;

/// A drive in which there is something of most things.
async fn full() -> Server {
    full_of(Server::start().await).await
}

async fn full_of(server: Server) -> Server {
    server.publish("pdf", "forms and letters").await;
    server.publish("pdf", "forms, letters and 'quotes' \u{1F600} \"two\" \\").await;
    server.publish("csv", "tables").await;
    server.publish("old", "nobody wants it").await;
    server.drive.withdraw(&Slug::new("old").unwrap()).await.unwrap();
    server.drive.create_account("ann").await.unwrap();
    server.drive.add_team("crew", &["ann".to_owned()]).await.unwrap();
    first_run(&server).await;
    server.advance(MINUTE);
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    server.post("/api/v1/drive/import", json!({ "skillSlug": "csv" })).await.data(201);
    server.post("/api/v1/drive/pdf/toggle", json!({})).await.data(200);
    server.delete("/api/v1/drive/csv").await.data(200);
    server.collection("acme", &["mine"]).await;
    let hook = json!({ "event_type": "credits.exhausted", "target_url": "https://partner.example/hook" });
    server.post("/api/v1/account/webhooks", hook).await.data(201);
    server.post("/api/v1/uploads/ticket", json!({})).await.data(201);
    let event = json!({ "install_id": INSTALL, "event_type": "install", "cli_version": "1", "os": "linux/amd64",
        "skill_slugs": ["csv"], "source_types": ["skillzdrive"], "metadata": {} });
    let event = server.request(Method::POST, "/api/v1/telemetry/anonymous").json(&event);
    assert_eq!(server.send(event).await.status, 202);
    server
}

/// A folder that is not there yet.
/// The first sync of a machine with one skill of its own.
async fn first_run(server: &Server) {
    let mine = skill("mine", "one");
    let machine = json!([local("mine", mine.content_sha.as_str(), None)]);
    let plan = server.preview("first_run", "all", machine).await;
    let run = server.execute("first_run", "all", &plan["classifications"]).await.data(200);
    let ticket = json!({ "slug": "mine", "runId": run["run_id"], "contentSha": mine.content_sha, "baseSha": null });
    server.upload(ticket, mine.zip).await;
    server.advance(MINUTE);
    let done =
        json!([{ "slug": "mine", "action": "upload_private", "status": "done", "content_sha": mine.content_sha }]);
    assert_eq!(server.finalize(&run["run_id"], done).await.data(200)["drive_count"], 1);
}

fn beside(server: &Server, name: &str) -> PathBuf {
    server.home.path().join(name)
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// What a backup says of its contents, without when and with what it was made.
fn contents(folder: &Path) -> Value {
    let manifest = manifest(folder);
    json!([manifest["schema"], manifest["signing_key"], manifest["tables"], manifest["artifacts"]])
}

fn kinds(checked: &Checked) -> Vec<&'static str> {
    checked.problems.iter().map(|problem| problem.kind).collect()
}

async fn check(drive: &Drive) -> Checked {
    drive.check(Checking::default()).await.unwrap()
}

/// Where a package lies in a folder of packages.
fn package(folder: &Path, sha: &str) -> PathBuf {
    folder.join("artifacts").join(&sha[..2]).join(format!("{sha}.zip"))
}

fn overwrite(path: &Path, bytes: &[u8]) {
    File::options().write(true).truncate(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn digest(bytes: &[u8]) -> String {
    ContentSha::from_digest(&Sha256::digest(bytes).into()).to_string()
}

#[tokio::test]
async fn a_backup_becomes_the_same_drive_again() {
    let server = full().await;
    let kept = beside(&server, "kept");
    let made = server.drive.backup(&kept).await.unwrap();
    assert_eq!((made.packages, made.has_key), (5, true));
    assert_eq!(made.manifest.to_string(), digest(&fs::read(kept.join("manifest.json")).unwrap()));
    for table in manifest(&kept)["tables"].as_array().unwrap() {
        let lines = fs::read_to_string(kept.join("rows").join(format!("{}.jsonl", table["name"].as_str().unwrap())));
        assert_eq!(lines.unwrap().lines().count() as u64, table["lines"].as_u64().unwrap(), "{table}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
        assert_eq!((mode(&kept), mode(&kept.join("signing.key"))), (0, 0), "it is its owner's alone");
    }

    let config = server.config(&beside(&server, "restored"));
    let restored = restore(config.clone(), &kept, false).await.unwrap();
    assert_eq!((restored.rows, restored.packages, restored.bytes), (made.rows, made.packages, made.bytes));
    let drive = Drive::open(config.clone()).await.unwrap();
    let checked = check(&drive).await;
    assert_eq!(checked.problems, []);
    assert_eq!((checked.packages, checked.bytes, checked.orphans.len()), (made.packages, made.bytes, 0));
    let again = beside(&server, "again");
    drive.backup(&again).await.unwrap();
    assert_eq!(contents(&again), contents(&kept), "every table, line by line");

    // It is a drive: the same key, the same search, and it goes on where the other one was.
    let url = server.serve(drive).await;
    let search =
        |url: &str| server.request(Method::GET, &format!("{url}/api/v1/skills?q=tables")).bearer_auth(&server.key);
    let (old, new) = (server.send(search(&server.url)).await.json(), server.send(search(&url)).await.json());
    assert_eq!(new["data"]["total"], 1);
    assert_eq!(new["data"], old["data"]);
    let made = server.post_as(&server.key, &format!("{url}/api/v1/drive/import"), json!({ "skillSlug": "csv" })).await;
    made.data(201);
    let other = Drive::open(config.clone()).await.unwrap();
    other.publish(skill("new", "tables"), skillzdrive_drive::Publishing::default()).await.unwrap();
    server.noticed().await;
    assert_eq!(server.send(search(&url)).await.json()["data"]["total"], 2);
    assert_eq!(check(&other).await.problems, []);

    let error = restore(config, &kept, false).await.unwrap_err();
    assert!(matches!(error, DriveError::NotEmpty(_)), "{error}");
    let error = server.drive.backup(&kept).await.unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
}

#[tokio::test]
async fn a_drive_that_was_given_its_key_needs_it_again() {
    let key = || SigningKey::new(&[7; 32]).unwrap();
    let server = Server::with(|config| config.signing_key = Some(key())).await;
    let kept = beside(&server, "kept");
    assert!(!server.drive.backup(&kept).await.unwrap().has_key);
    assert!(!kept.join("signing.key").exists());
    let mut config = server.config(&beside(&server, "restored"));
    let error = restore(config.clone(), &kept, false).await.unwrap_err().to_string();
    assert!(error.contains("--signing-key"), "{error}");
    config.signing_key = Some(SigningKey::new(&[8; 32]).unwrap());
    let error = restore(config.clone(), &kept, false).await.unwrap_err().to_string();
    assert!(error.contains("not that of the backup"), "{error}");
    config.signing_key = Some(key());
    restore(config, &kept, false).await.unwrap();
    let other = server.config(&beside(&server, "other"));
    restore(other.clone(), &kept, true).await.unwrap();
    assert_eq!(check(&Drive::open(other).await.unwrap()).await.problems, []);
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    let server = full_of(Server::in_folder().await).await;
    let data = server.drive.data_dir().to_owned();
    let checked = check(&server.drive).await;
    assert_eq!((kinds(&checked), checked.orphans.len(), checked.foreign.len()), (vec![], 0, 0), "{checked:?}");
    assert_eq!(checked.packages, 5);

    // A flipped byte is found by reading alone, a missing package by looking.
    let mine = skill("mine", "one").content_sha.to_string();
    let path = package(&data, &mine);
    let whole = fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    overwrite(&path, &flipped);
    assert_eq!(kinds(&check(&server.drive).await), ["wrong_package"]);
    let quick = Checking { quick: true, sweep: None };
    assert_eq!(kinds(&server.drive.check(quick).await.unwrap()), Vec::<&str>::new());
    overwrite(&path, &whole[..whole.len() - 1]);
    assert_eq!(kinds(&server.drive.check(quick).await.unwrap()), ["wrong_package"]);
    fs::remove_file(&path).unwrap();
    assert_eq!(kinds(&server.drive.check(quick).await.unwrap()), ["missing_package"]);
    let error = server.drive.backup(&beside(&server, "kept")).await.unwrap_err().to_string();
    assert!(error.contains(&mine) && error.contains("serve check"), "{error}");
    assert!(!beside(&server, "kept").join("manifest.json").exists(), "what was not made to its end is no backup");
    File::create_new(&path).unwrap().write_all(&whole).unwrap();
    File::create_new(data.join("artifacts").join("notes.txt")).unwrap();
    let checked = check(&server.drive).await;
    assert_eq!((kinds(&checked), checked.foreign), (vec![], vec!["notes.txt".to_owned()]));

    for (statement, kind, back) in [
        (
            "update users set balance = balance + 5 where name = 'owner'",
            "balance",
            "update users set balance = balance - 5 where name = 'owner'",
        ),
        (
            "update cli_sync_runs set drive_count = null where drive_count = 1",
            "run",
            "update cli_sync_runs set drive_count = 1 where sets_high_water = 1",
        ),
        (
            "update users set high_water = 7 where high_water = 1",
            "high_water",
            "update users set high_water = 1 where high_water = 7",
        ),
        (
            "update cli_sync_run_items set reservation = 'held' where reservation = 'captured'",
            "reservation",
            "update cli_sync_run_items set reservation = 'captured' where reservation = 'held'",
        ),
        (
            "update drive_items set version = 9 where slug = 'mine'",
            "version",
            "update drive_items set version = 1 where slug = 'mine'",
        ),
        (
            "update team_members set team_id = 'nothing'",
            "reference",
            "update team_members set team_id = (select t.id from teams t)",
        ),
        ("update searched set number = number + 1000", "search", "update searched set number = number - 1000"),
    ] {
        backends::tamper(&data, statement).await;
        let found = check(&server.drive).await;
        assert!(found.problems.iter().any(|problem| problem.kind == kind), "{statement}: {:?}", found.problems);
        backends::tamper(&data, back).await;
        let left = check(&server.drive).await;
        assert_eq!(left.problems, [], "{back}");
    }
}

#[tokio::test]
async fn a_count_that_a_run_got_wrong_is_found_until_something_comes_or_goes() {
    let server = Server::start().await;
    first_run(&server).await;
    assert_eq!(check(&server.drive).await.problems, []);
    let data = server.drive.data_dir().to_owned();
    backends::tamper(
        &data,
        "update cli_sync_runs set drive_count = 3; update users set high_water = 3 where name = 'owner'",
    )
    .await;
    assert_eq!(kinds(&check(&server.drive).await), ["drive_count"]);
    server.advance(MINUTE);
    server.upload(json!({}), skill("more", "one").zip).await;
    assert_eq!(check(&server.drive).await.problems, []);
}

#[tokio::test]
async fn only_what_is_old_and_named_by_nobody_is_swept() {
    let server = Server::in_folder().await;
    let data = server.drive.data_dir().to_owned();
    let named = server.publish("pdf", "forms").await;
    let set_age = |sha: &str, hours: u64| {
        let at = Duration::from_millis(server.now().try_into().unwrap()) - Duration::from_secs(hours * 3600);
        File::options().write(true).open(package(&data, sha)).unwrap().set_modified(UNIX_EPOCH + at).unwrap();
    };
    let orphan = skill("orphan", "one");
    let (old, young) = (orphan.content_sha.to_string(), digest(b"young"));
    for (sha, bytes) in [(&old, &orphan.zip[..]), (&young, b"young")] {
        fs::create_dir_all(package(&data, sha).parent().unwrap()).unwrap();
        File::create_new(package(&data, sha)).unwrap().write_all(bytes).unwrap();
    }
    for (sha, hours) in [(&named, 100), (&old, 2), (&young, 0)] {
        set_age(sha, hours);
    }
    let found = check(&server.drive).await;
    let told: Vec<_> = found.orphans.iter().map(|one| (one.content_sha.to_string(), one.removed)).collect();
    let mut expected = vec![(old.clone(), false), (young.clone(), false)];
    expected.sort();
    assert_eq!((told, kinds(&found)), (expected, vec![]));

    let sweep = Checking { quick: true, sweep: Some(Duration::from_secs(3600)) };
    let swept = server.drive.check(sweep).await.unwrap();
    assert!(swept.orphans.iter().all(|one| one.removed == (one.content_sha.as_str() == old)), "{swept:?}");
    assert!(package(&data, &named).is_file() && package(&data, &young).is_file() && !package(&data, &old).exists());
    // Its bytes come again, and are kept.
    assert_eq!(server.upload(json!({}), orphan.zip).await.status, 201);
    let checked = check(&server.drive).await;
    assert_eq!((checked.packages, kinds(&checked)), (2, vec![]));
}

#[tokio::test]
async fn a_hostile_backup_is_refused_and_nothing_is_written() {
    let server = full().await;
    let good = beside(&server, "good");
    server.drive.backup(&good).await.unwrap();
    let mine = skill("mine", "one").content_sha.to_string();
    let set = |folder: &Path, change: &dyn Fn(&mut Value)| {
        let mut changed = manifest(folder);
        change(&mut changed);
        overwrite(&folder.join("manifest.json"), changed.to_string().as_bytes());
    };
    let of = |changed: &mut Value, name: &str| {
        changed["tables"].as_array().unwrap().iter().position(|table| table["name"] == name).unwrap()
    };
    type Spoil<'a> = Box<dyn Fn(&Path) + 'a>;
    let spoils: Vec<(&str, Spoil<'_>)> = vec![
        ("no manifest.json", Box::new(|folder| fs::remove_file(folder.join("manifest.json")).unwrap())),
        ("it is no manifest", Box::new(|folder| overwrite(&folder.join("manifest.json"), b"{\"format\":3}"))),
        ("too large", Box::new(|folder| overwrite(&folder.join("manifest.json"), &vec![b' '; 2 << 20]))),
        ("another form", Box::new(|folder| set(folder, &|it| it["version"] = json!(2)))),
        ("(schema 99", Box::new(|folder| set(folder, &|it| it["schema"] = json!(99)))),
        (
            "users.jsonl: line",
            Box::new(|folder| {
                let path = folder.join("rows/users.jsonl");
                let text = fs::read(&path).unwrap();
                overwrite(&path, &text[..text.len() - 3]);
            }),
        ),
        (
            "users.jsonl: it is not what the manifest says",
            Box::new(|folder| {
                let path = folder.join("rows/users.jsonl");
                overwrite(&path, fs::read_to_string(&path).unwrap().replace("owner", "ownes").as_bytes());
            }),
        ),
        ("users.jsonl: it is not there", Box::new(|folder| fs::remove_file(folder.join("rows/users.jsonl")).unwrap())),
        (
            "is no row of `users`",
            Box::new(|folder| {
                let text = "[1,2]\n";
                overwrite(&folder.join("rows/users.jsonl"), text.as_bytes());
                set(folder, &|it| {
                    let users = of(it, "users");
                    it["tables"][users]["lines"] = json!(1);
                    it["tables"][users]["bytes"] = json!(text.len());
                    it["tables"][users]["sha256"] = json!(digest(text.as_bytes()));
                });
            }),
        ),
        (
            "`../../users`",
            Box::new(|folder| {
                set(folder, &|it| {
                    let users = of(it, "users");
                    it["tables"][users]["name"] = json!("../../users");
                });
            }),
        ),
        (
            "has no table `users`",
            Box::new(|folder| {
                set(folder, &|it| {
                    let users = of(it, "users");
                    it["tables"].as_array_mut().unwrap().remove(users);
                });
            }),
        ),
        (
            "other columns",
            Box::new(|folder| {
                set(folder, &|it| {
                    let users = of(it, "users");
                    it["tables"][users]["columns"][0] = json!("x");
                });
            }),
        ),
        (
            "names no package",
            Box::new(|folder| {
                let text = "../../../../etc/passwd 5\n";
                overwrite(&folder.join("artifacts.txt"), text.as_bytes());
                set(folder, &|it| {
                    it["artifacts"]["lines"] = json!(1);
                    it["artifacts"]["bytes"] = json!(text.len());
                    it["artifacts"]["sha256"] = json!(digest(text.as_bytes()));
                });
            }),
        ),
        ("is not in the backup", Box::new(|folder| fs::remove_file(package(folder, &mine)).unwrap())),
        (
            "has other bytes in the backup",
            Box::new(|folder| {
                let mut bytes = fs::read(package(folder, &mine)).unwrap();
                bytes[50] ^= 1;
                overwrite(&package(folder, &mine), &bytes);
            }),
        ),
        (
            "name other packages",
            Box::new(|folder| {
                let path = folder.join("artifacts.txt");
                let text = fs::read_to_string(&path).unwrap();
                let fewer = text.split_inclusive('\n').skip(1).collect::<String>();
                overwrite(&path, fewer.as_bytes());
                set(folder, &|it| {
                    it["artifacts"]["lines"] = json!(fewer.lines().count());
                    it["artifacts"]["bytes"] = json!(fewer.len());
                    it["artifacts"]["sha256"] = json!(digest(fewer.as_bytes()));
                });
            }),
        ),
        ("is not the key", Box::new(|folder| overwrite(&folder.join("signing.key"), &[3; 32]))),
    ];
    let target = beside(&server, "target");
    for (number, (why, spoil)) in spoils.into_iter().enumerate() {
        let folder = beside(&server, &format!("bad-{number}"));
        copy_tree(&good, &folder);
        spoil(&folder);
        let error = restore(server.config(&target), &folder, false).await.unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
    // Whatever was tried, the drive is empty, and the good one fits in.
    restore(server.config(&target), &good, false).await.unwrap();
    assert_eq!(check(&Drive::open(server.config(&target)).await.unwrap()).await.problems, []);
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

#[tokio::test]
async fn a_wrong_folder_is_no_drive_of_which_all_is_well() {
    let home = tempfile::tempdir().unwrap();
    let config = Config::new(home.path().join("typo"));
    assert!(matches!(need_drive(&config), Err(DriveError::NoDrive(_))));
    assert!(matches!(cancel_move(&config).await, Err(DriveError::NoDrive(_))));
    let other = Config::new(home.path().join("other"));
    assert!(matches!(move_drive(config.clone(), other, |_| {}).await, Err(DriveError::NoDrive(_))));
    assert!(!home.path().join("typo").exists());
    let migrated = migrate(&config).await.unwrap();
    assert!(migrated.before == 0 && migrated.applied.len() > 5, "{migrated:?}");
    assert_eq!(migrate(&config).await.unwrap().applied, Vec::<i64>::new());
    need_drive(&config).unwrap();
}
