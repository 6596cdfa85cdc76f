//! Skills that come with a team or from somebody: who reaches them, and who changes them.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use skillzdrive_drive::DriveError;
use skillzdrive_drive::ShareWith;

use crate::fixture::INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::of;
use crate::fixture::sha;
use crate::fixture::skill;

/// Another account and its key.
struct Person<'a> {
    server: &'a Server,
    key: String,
}

impl<'a> Person<'a> {
    async fn new(server: &'a Server, name: &str) -> Self {
        Self { server, key: server.drive.create_account(name).await.unwrap().expose().to_owned() }
    }

    async fn get(&self, path: &str) -> Reply {
        self.server.get_as(&self.key, path).await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        self.server.post_as(&self.key, path, body).await
    }

    async fn upload(&self, slug: &str, body: &str) -> Reply {
        let ticket = self.post("/api/v1/uploads/ticket", json!({})).await.data(201);
        self.server.process(ticket["uploadToken"].as_str().unwrap(), skill(slug, body).zip).await
    }

    async fn drive(&self) -> Vec<(String, String)> {
        let list = self.get("/api/v1/drive").await.data(200);
        let entry =
            |skill: &Value| (skill["slug"].as_str().unwrap().to_owned(), skill["source"].as_str().unwrap().to_owned());
        list["skills"].as_array().unwrap().iter().map(entry).collect()
    }

    async fn preview(&self, local: Value) -> Value {
        let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "local": local });
        self.post("/api/v1/drive/sync/preview", body).await.data(200)["classifications"].clone()
    }

    async fn execute(&self, sent: Value) -> Value {
        let body = json!({ "install_id": INSTALL, "kind": "manual", "mode": "all", "classifications": sent });
        self.post("/api/v1/drive/sync/execute", body).await.data(200)["results"][0].clone()
    }
}

fn entries(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(slug, source)| ((*slug).to_owned(), (*source).to_owned())).collect()
}

fn slug(text: &str) -> skillzdrive_wire::Slug {
    text.parse().unwrap()
}

/// `ada` shares `plans` with the team `crew`, of which `bob` is, and `notes` with `bob`.
async fn people(server: &Server) -> (Person<'_>, Person<'_>) {
    let (ada, bob) = (Person::new(server, "ada").await, Person::new(server, "bob").await);
    for name in ["plans", "notes", "secret"] {
        assert_eq!(ada.upload(name, "of ada").await.status, 201);
    }
    server.drive.add_team("crew", &["ada".to_owned(), "bob".to_owned()]).await.unwrap();
    assert!(server.drive.share(&slug("plans"), "ada", &ShareWith::Team("crew".to_owned())).await.unwrap());
    assert!(server.drive.share(&slug("notes"), "ada", &ShareWith::User("bob".to_owned())).await.unwrap());
    (ada, bob)
}

#[tokio::test]
async fn what_others_share_is_read_and_found_and_not_changed() {
    let server = Server::start().await;
    let (ada, bob) = people(&server).await;
    assert_eq!(bob.upload("own", "of bob").await.status, 201);
    assert_eq!(bob.drive().await, entries(&[("notes", "shared"), ("own", "drive"), ("plans", "team")]));
    assert_eq!(ada.drive().await, entries(&[("notes", "drive"), ("plans", "drive"), ("secret", "drive")]));
    let listed = bob.get("/api/v1/drive").await.data(200);
    let plans = of(&listed["skills"], "plans");
    assert_eq!(
        (&plans["owner"], &plans["origin"], &plans["pending_update"]),
        (&json!("ada"), &json!("private"), &json!(false))
    );
    let shown = bob.get("/api/v1/skills/plans").await.data(200);
    let url = shown["download"]["url"].as_str().unwrap();
    assert_eq!(server.anonymous(url).await.bytes, skill("plans", "of ada").zip);
    assert_eq!(bob.get("/api/v1/skills?q=ada").await.data(200)["total"], 2);
    bob.get("/api/v1/skills/secret").await.refused(404, "skill_not_found");
    assert_eq!(server.get("/api/v1/drive").await.data(200)["skills"], json!([]), "the operator is nobody special");

    for name in ["plans", "notes"] {
        let request = server.request(Method::DELETE, &format!("/api/v1/drive/{name}")).bearer_auth(&bob.key);
        server.send(request).await.refused(403, "forbidden");
        for step in ["accept", "dismiss"] {
            let path = format!("/api/v1/drive/updates/{name}/{step}");
            bob.post(&path, json!(null)).await.refused(403, "forbidden");
        }
    }
    // A switch is for one account alone.
    let off = bob.post("/api/v1/drive/plans/toggle", json!({})).await.data(200);
    assert_eq!(off, json!({ "slug": "plans", "enabled": false }));
    assert_eq!(bob.get("/api/v1/skills?q=plans").await.data(200)["total"], 0);
    assert_eq!(of(&bob.get("/api/v1/drive").await.data(200)["skills"], "plans")["enabled"], false);
    assert_eq!(of(&ada.get("/api/v1/drive").await.data(200)["skills"], "plans")["enabled"], true);
    bob.post("/api/v1/drive/plans/toggle", json!({})).await.data(200);
    assert_eq!(bob.get("/api/v1/skills?q=plans").await.data(200)["total"], 1);

    // What the sharer changes is changed at once; what the sharer removes or no longer shares is gone.
    assert_eq!(ada.upload("plans", "of ada, better").await.status, 200);
    assert_eq!(of(&bob.get("/api/v1/drive").await.data(200)["skills"], "plans")["version"], 2);
    server.drive.unshare(&slug("notes"), "ada", &ShareWith::User("bob".to_owned())).await.unwrap();
    let request = server.request(Method::DELETE, "/api/v1/drive/plans").bearer_auth(&ada.key);
    server.send(request).await.data(200);
    assert_eq!(bob.drive().await, entries(&[("own", "drive")]));
}

#[tokio::test]
async fn a_name_of_several_owners_means_ones_own_then_the_teams_then_the_shared_one() {
    let server = Server::start().await;
    let (_ada, bob) = people(&server).await;
    let cleo = Person::new(&server, "cleo").await;
    cleo.upload("plans", "of cleo").await;
    server.drive.share(&slug("plans"), "cleo", &ShareWith::User("bob".to_owned())).await.unwrap();
    server.publish("plans", "public").await;
    let owner = async || bob.get("/api/v1/skills/plans").await.data(200)["skill"]["owner"].clone();
    assert_eq!(owner().await, "ada");
    // Search shows them all, each with its owner; the drive has one.
    assert_eq!(bob.get("/api/v1/skills?q=plans").await.data(200)["total"], 3);
    assert_eq!(bob.drive().await, entries(&[("notes", "shared"), ("plans", "team")]));
    bob.upload("plans", "of bob").await;
    assert_eq!(owner().await, "bob");
    assert_eq!(bob.drive().await, entries(&[("notes", "shared"), ("plans", "drive")]));
    let request = server.request(Method::DELETE, "/api/v1/drive/plans").bearer_auth(&bob.key);
    server.send(request).await.data(200);
    server.drive.unshare(&slug("plans"), "ada", &ShareWith::Team("crew".to_owned())).await.unwrap();
    assert_eq!(owner().await, "cleo");
    server.drive.unshare(&slug("plans"), "cleo", &ShareWith::User("bob".to_owned())).await.unwrap();
    assert_eq!(owner().await, "marketplace");
}

#[tokio::test]
async fn a_sync_forks_or_takes_what_belongs_to_others() {
    let server = Server::start().await;
    let (ada, bob) = people(&server).await;
    let first = skill("plans", "of ada").content_sha.to_string();
    let told = bob.preview(json!([])).await;
    assert_eq!(of(&told, "plans")["action"], "download_install");
    assert_eq!(of(&told, "plans")["credit_cost"], 0);
    let got = bob.execute(json!([of(&told, "plans")])).await;
    assert_eq!(server.anonymous(got["download"]["url"].as_str().unwrap()).await.bytes, skill("plans", "of ada").zip);

    // Edited here: nothing to send to, so it is to be decided, and an upload of it is refused.
    let told = bob.preview(json!([local("plans", &sha('e'), Some(&first))])).await;
    assert_eq!(of(&told, "plans")["action"], "conflict");
    let mut sent = of(&told, "plans").clone();
    sent["action"] = json!("upload_update");
    assert_eq!(bob.execute(json!([sent])).await["status"], "failed");
    sent["action"] = json!("download_update");
    assert_eq!(bob.execute(json!([sent])).await["status"], "deferred");
    let told = bob.preview(json!([local("plans-of-bob", &sha('e'), None)])).await;
    assert_eq!(of(&told, "plans-of-bob")["action"], "upload_private", "a fork is a new slug");
    assert_eq!(of(&told, "plans")["action"], "download_install");

    // Changed there.
    ada.upload("plans", "of ada, better").await;
    for base in [Some(first.as_str()), None] {
        let told = bob.preview(json!([local("plans", &first, base)])).await;
        assert_eq!(of(&told, "plans")["action"], "download_update", "{base:?}");
    }
    let diff = bob.post("/api/v1/drive/diff", json!({ "local": [{ "slug": "plans", "content_sha": first }] })).await;
    let diff = diff.data(200);
    assert_eq!((&diff["divergent"][0]["slug"], &diff["drive_only"][0]["slug"]), (&json!("plans"), &json!("notes")));
    // No longer shared is not removed by oneself.
    server.drive.remove_team("crew", &["bob".to_owned()]).await.unwrap();
    let told = bob.preview(json!([local("plans", &first, Some(&first))])).await;
    assert_eq!(of(&told, "plans")["action"], "conflict");
}

#[tokio::test]
async fn the_toggles_of_a_collection_leave_teams_and_shared_skills_out() {
    let server = Server::start().await;
    let (_ada, bob) = people(&server).await;
    bob.upload("own", "of bob").await;
    let every = ["notes", "own", "plans"];
    for scoped in [true, false] {
        let mut body = json!({ "name": format!("scoped {scoped}") });
        if scoped {
            body["skillSlugs"] = json!(every);
        }
        let made = bob.post("/api/v1/collections", body).await.data(201);
        let key = made["apiKey"].as_str().unwrap();
        let path = format!("/api/v1/collections/scoped%20{scoped}");
        for (team, shared) in [(true, true), (true, false), (false, true), (false, false)] {
            let change = json!({ "includeTeamSkills": team, "includeSharedSkills": shared });
            let request = server.request(Method::PATCH, &path).bearer_auth(&bob.key).json(&change);
            let changed = server.send(request).await.data(200)["collection"].clone();
            if scoped {
                assert_eq!(changed["skillSlugs"], json!(every), "named, whatever the toggles say");
            }
            let expected: Vec<&str> = every
                .into_iter()
                .filter(|slug| match *slug {
                    "notes" => shared,
                    "plans" => team,
                    _ => true,
                })
                .collect();
            for path in ["/api/v1/drive", "/api/v1/skills", "/api/v1/skills?q=of"] {
                let list = server.get_as(key, path).await.data(200);
                let slugs: Vec<&str> =
                    list["skills"].as_array().unwrap().iter().map(|s| s["slug"].as_str().unwrap()).collect();
                let (mut slugs, mut expected) = (slugs, expected.clone());
                slugs.sort_unstable();
                expected.sort_unstable();
                assert_eq!(slugs, expected, "{path} {team} {shared}");
            }
            let status = if team { 200 } else { 404 };
            assert_eq!(server.get_as(key, "/api/v1/skills/plans").await.status, status);
        }
    }
    // What others share is not the collection's owner's to publish.
    let body = json!({ "isPublicMarketplace": true, "includeTeamSkills": true, "includeSharedSkills": true });
    let request = server.request(Method::PATCH, "/api/v1/collections/scoped%20true").bearer_auth(&bob.key).json(&body);
    server.send(request).await.data(200);
    let manifest = server.anonymous("/marketplace/collections/scoped%20true.json").await.json();
    let names: Vec<&str> =
        manifest["plugins"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["own"]);
    let theirs = skill("plans", "of ada").content_sha;
    server.anonymous(&format!("/api/v1/downloads/public/plans/{theirs}.zip")).await.refused(404, "artifact_not_found");
}

#[tokio::test]
async fn the_operator_names_people_who_are_there() {
    let server = Server::start().await;
    let (_ada, _bob) = people(&server).await;
    let drive = &server.drive;
    assert!(matches!(drive.create_account("ada").await, Err(DriveError::AccountTaken(_))));
    for bad in ["", " a", "a\n", "marketplace"] {
        assert!(drive.create_account(bad).await.is_err(), "{bad:?}");
    }
    assert!(matches!(drive.add_team("crew", &["nobody".to_owned()]).await, Err(DriveError::NoSuchAccount(_))));
    assert!(matches!(drive.add_team("other", &["marketplace".to_owned()]).await, Err(DriveError::NoSuchAccount(_))));
    assert_eq!(drive.list_teams().await.unwrap().len(), 1, "nothing was made on the way");
    let none = ShareWith::Team("none".to_owned());
    assert!(matches!(drive.share(&slug("plans"), "ada", &none).await, Err(DriveError::NoSuchTeam(_))));
    let crew = ShareWith::Team("crew".to_owned());
    let error = drive.share(&slug("plans"), "bob", &crew).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no skill `plans` in the drive of `bob`",
        "what came with a team is not shared on"
    );
    assert!(drive.share(&slug("plans"), "ada", &ShareWith::User("ada".to_owned())).await.is_err());
    assert!(!drive.share(&slug("plans"), "ada", &crew).await.unwrap(), "shared so already");
    assert!(drive.unshare(&slug("notes"), "ada", &crew).await.is_err());
    let shares = drive.list_shares().await.unwrap();
    assert_eq!((shares.len(), &shares[1].with, shares[1].from.as_str()), (2, &crew, "ada"));
    assert!(matches!(drive.remove_team("crew", &["owner".to_owned()]).await, Err(DriveError::NoSuchTeam(_))));
    let team = drive.remove_team("crew", &["bob".to_owned()]).await.unwrap();
    assert_eq!(team.members, ["ada"]);
    drive.remove_team("crew", &[]).await.unwrap();
    assert_eq!((drive.list_teams().await.unwrap().len(), drive.list_shares().await.unwrap().len()), (0, 1));
    let accounts = drive.list_accounts().await.unwrap();
    let shown: Vec<_> = accounts.iter().map(|one| (one.name.as_str(), one.skills)).collect();
    assert_eq!(shown, [("ada", 3), ("bob", 0), ("owner", 0)]);
}
