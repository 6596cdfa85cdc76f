//! Search, list, show and the marketplace file.

use reqwest::Method;
use serde_json::json;
use skillzdrive_drive::Publishing;

use crate::fixture::Server;
use crate::fixture::skill;
use crate::fixture::skill_of;

#[tokio::test]
async fn search_ranks_quotes_and_counts() {
    let server = Server::with(|config| config.limits.anonymous_per_minute = 1_000).await;
    server.publish("pdf", "fill forms").await;
    server.publish("pdf-merge", "merge several documents").await;
    server.publish("letters", "write a pdf letter").await;
    let found = server.anonymous("/api/v1/skills?q=pdf").await.data(200);
    let slugs: Vec<&str> = found["skills"].as_array().unwrap().iter().map(|s| s["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["pdf", "pdf-merge", "letters"]);
    assert_eq!(found["total"], 3);

    let one = server.anonymous("/api/v1/skills?q=pdf&limit=1").await.data(200);
    assert_eq!((one["skills"].as_array().unwrap().len(), &one["total"]), (1, &json!(3)));
    for (query, hits) in [("docum", 1), ("zzz", 0), ("%22%20OR%20*", 0), ("pdf%20letter", 1), ("*%22(", 0), ("NEAR", 0)]
    {
        let found = server.anonymous(&format!("/api/v1/skills?q={query}")).await.data(200);
        assert_eq!(found["total"], hits, "{query}");
        assert_eq!(found["skills"].as_array().unwrap().len(), hits, "{query}");
    }
    let first = &server.anonymous("/api/v1/skills?q=pdf&limit=1000").await.data(200)["skills"][0];
    assert_eq!(first["github_url"], json!(null));
    assert_eq!(first["category"], "public");
    assert_eq!(first["version"], 1);
    assert_eq!(first["tags"], json!([]));
    assert_eq!(first["scripts"], json!(["run.sh"]));
    assert_eq!(first["has_scripts"], true);
    assert!(first["id"].is_string() && first["content_sha"].is_string());
}

#[tokio::test]
async fn the_limit_is_capped_and_checked() {
    let server = Server::start().await;
    for number in 0..55 {
        server.publish(&format!("skill-{number}"), "a common word").await;
    }
    let all = server.get("/api/v1/skills?q=common&limit=1000").await.data(200);
    assert_eq!((all["skills"].as_array().unwrap().len(), &all["total"]), (50, &json!(55)));
    let all = server.get("/api/v1/skills").await.data(200);
    assert_eq!((all["skills"].as_array().unwrap().len(), &all["total"]), (20, &json!(55)));
    for bad in ["0", "-1", "x", "1.5", "", "99999999999999999999999"] {
        server.get(&format!("/api/v1/skills?q=a&limit={bad}")).await.refused(400, "invalid_request");
    }
    server.get("/api/v1/skills?collection=none").await.refused(404, "collection_not_found");
}

#[tokio::test]
async fn anonymous_callers_get_one_a_minute() {
    let server = Server::start().await;
    server.publish("pdf", "forms").await;
    server.anonymous("/api/v1/skills").await.refused(400, "invalid_request");
    let limited = server.anonymous("/api/v1/skills/pdf").await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.header("retry-after"), "60");
    server.advance(59_000);
    assert_eq!(server.anonymous("/api/v1/skills?q=pdf").await.header("retry-after"), "1");
    // Neither a key nor the marketplace is limited by it.
    server.get("/api/v1/skills?q=pdf").await.data(200);
    assert_eq!(server.anonymous("/marketplace.json").await.status, 200);
    server.advance(1_000);
    server.anonymous("/api/v1/skills?q=").await.refused(400, "invalid_request");
    server.advance(60_000);
    server.anonymous("/api/v1/skills/nothing").await.refused(404, "skill_not_found");
    server.anonymous("/api/v1/skills?q=pdf").await.refused(429, "rate_limited");
    let wrong = server.request(Method::GET, "/api/v1/skills?q=pdf").bearer_auth("sk_live_wrong");
    server.send(wrong).await.refused(401, "access_denied");
}

#[tokio::test]
async fn forwarded_addresses_count_only_behind_a_proxy() {
    let server = Server::with(|config| config.behind_proxy = true).await;
    let from = |address: &str| server.request(Method::GET, "/api/v1/skills?q=a").header("X-Forwarded-For", address);
    assert_eq!(server.send(from("9.9.9.9, 10.0.0.1")).await.status, 200);
    assert_eq!(server.send(from("8.8.8.8, 10.0.0.1")).await.status, 429);
    assert_eq!(server.send(from("10.0.0.2")).await.status, 200);
    let bare = Server::start().await;
    let from = |address: &str| bare.request(Method::GET, "/api/v1/skills?q=a").header("X-Forwarded-For", address);
    assert_eq!(bare.send(from("10.0.0.1")).await.status, 200);
    assert_eq!(bare.send(from("10.0.0.2")).await.status, 429);
}

#[tokio::test]
async fn a_skill_is_shown_with_its_versions() {
    let server = Server::with(|config| config.limits.anonymous_per_minute = 1_000).await;
    let one = server.publish("pdf", "first").await;
    server.advance(5_000);
    let packed = skill("pdf", "second");
    let two = packed.content_sha.to_string();
    let published = server
        .drive
        .publish(packed, Publishing { comment: Some("better".into()), cost_per_use: Some(3), ..Publishing::default() })
        .await
        .unwrap();
    assert_eq!((published.version, published.changed), (2, true));
    assert!(!server.drive.publish(skill("pdf", "second"), Publishing::default()).await.unwrap().changed);

    let shown = server.anonymous("/api/v1/skills/pdf").await.data(200);
    assert_eq!(shown["skill"]["version"], 2);
    assert_eq!(shown["skill"]["credit_cost_per_use"], 3);
    assert_eq!(shown["download"]["content_sha"], two);
    assert_eq!(shown["download"]["url"], format!("/api/v1/downloads/public/pdf/{two}.zip"));
    let versions = shown["versions"].as_array().unwrap();
    assert_eq!(versions[0]["version"], 2);
    assert_eq!(versions[0]["change_comment"], "better");
    assert_eq!(versions[0]["published_at"], "2026-11-24T05:39:43Z");
    assert_eq!(versions[1]["content_sha"], one);
    assert_eq!(versions[1]["change_comment"], json!(null));
    assert_eq!(versions[1]["security_grade"], "A");

    for query in ["version=1".to_owned(), format!("content_sha={one}")] {
        let old = server.anonymous(&format!("/api/v1/skills/pdf?{query}")).await.data(200);
        assert_eq!(old["download"]["content_sha"], one);
        assert_eq!(old["download"]["version"], 1);
        assert_eq!(old["versions"].as_array().unwrap().len(), 2);
    }
    server.anonymous("/api/v1/skills/pdf?version=3").await.refused(404, "artifact_not_found");
    let none = format!("/api/v1/skills/pdf?content_sha={}", "a".repeat(64));
    server.anonymous(&none).await.refused(404, "artifact_not_found");
    server.anonymous("/api/v1/skills/pdf?version=x").await.refused(400, "invalid_request");
    server.anonymous("/api/v1/skills/pdf?content_sha=x").await.refused(400, "invalid_request");
    let slip = server.anonymous("/api/v1/skills/pfd").await;
    slip.refused(404, "skill_not_found");
    assert_eq!(slip.json()["error"]["suggestions"], json!(["pdf"]));
    server.anonymous("/api/v1/skills/No%20Slug%00").await.refused(404, "skill_not_found");
}

#[tokio::test]
async fn the_marketplace_is_a_plugin_marketplace_with_an_etag() {
    let server = Server::start().await;
    let empty = server.anonymous("/marketplace.json").await;
    assert_eq!(empty.json(), json!({ "name": "skillzdrive", "owner": { "name": "skillzdrive" }, "plugins": [] }));
    let first = server.publish("pdf", "one").await;
    let tagged = skill_of(&[("SKILL.md", "---\nname: pdf\ndescription: forms\nmetadata:\n  tags: \"a, b\"\n---\n")]);
    let (sha, size) = (tagged.content_sha.to_string(), tagged.zip.len());
    server.drive.publish(tagged, Publishing::default()).await.unwrap();
    let reply = server.anonymous("/marketplace.json").await;
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    let url = format!("{}/api/v1/downloads/public/pdf/{sha}.zip", server.url);
    assert_eq!(
        reply.json()["plugins"],
        json!([{
            "name": "pdf", "description": "forms", "version": "2", "category": "public", "tags": ["a", "b"],
            "source": { "source": "archive", "url": url, "sha256": sha },
            "metadata": { "skillzdrive": {
                "slug": "pdf", "content_sha": sha, "content_size": size, "version": 2, "url": url,
                "published_at": "2026-11-24T05:39:38Z",
                "versions": [{ "version": 2, "content_sha": sha }, { "version": 1, "content_sha": first }]
            } }
        }])
    );
    let etag = reply.header("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'));
    let again = server.request(Method::GET, "/marketplace.json").header("If-None-Match", &etag);
    let again = server.send(again).await;
    assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, etag.as_str()));
    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    let changed = server.request(Method::GET, "/marketplace.json").header("If-None-Match", &etag);
    assert_eq!(server.send(changed).await.json()["plugins"], json!([]));
}

#[tokio::test]
async fn the_public_skills_are_listed_as_the_discovery_draft_says() {
    let server = Server::in_folder().await;
    let path = "/.well-known/agent-skills/index.json";
    let schema = "https://schemas.agentskills.io/discovery/0.2.0/schema.json";
    assert_eq!(server.anonymous(path).await.json(), json!({ "$schema": schema, "skills": [] }));
    let sha = server.publish("pdf", "one").await;
    let reply = server.anonymous(path).await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(
        reply.json(),
        json!({ "$schema": schema, "skills": [{
            "name": "pdf", "type": "archive", "description": "The pdf skill, one",
            "url": format!("../../api/v1/downloads/public/pdf/{sha}.zip"), "digest": format!("sha256:{sha}"),
        }] })
    );
    // Resolved as the draft says, it leads to exactly those bytes.
    let base = reqwest::Url::parse(&format!("{}{path}", server.url)).unwrap();
    let address = base.join(reply.json()["skills"][0]["url"].as_str().unwrap()).unwrap();
    let redirect = server.anonymous(address.as_str()).await;
    assert_eq!(redirect.status, 302);
    let zip = server.anonymous(redirect.header("location")).await;
    assert_eq!(zip.header("etag"), format!("\"{sha}\""));
    assert_eq!(zip.bytes, skill("pdf", "one").zip);

    let etag = reply.header("etag").to_owned();
    let again = server.send(server.request(Method::GET, path).header("If-None-Match", &etag)).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    let changed = server.send(server.request(Method::GET, path).header("If-None-Match", &etag)).await;
    assert_eq!(changed.json()["skills"], json!([]));
}

#[tokio::test]
async fn a_public_collection_has_a_list_of_its_own() {
    let server = Server::start().await;
    let sha = server.publish("pdf", "one").await;
    server.publish("csv", "one").await;
    server.post("/api/v1/drive/import", json!({ "skillSlug": "pdf" })).await.data(201);
    server.post("/api/v1/collections", json!({ "name": "a b", "skillSlugs": ["pdf"] })).await.data(201);
    let path = "/marketplace/collections/a%20b/.well-known/agent-skills/index.json";
    server.anonymous(path).await.refused(404, "collection_not_found");
    let patch = server.request(Method::PATCH, "/api/v1/collections/a%20b").bearer_auth(&server.key);
    server.send(patch.json(&json!({ "isPublicMarketplace": true }))).await.data(200);
    let reply = server.anonymous(path).await;
    let skills = reply.json()["skills"].clone();
    assert_eq!((skills.as_array().unwrap().len(), &skills[0]["name"]), (1, &json!("pdf")));
    assert_eq!(skills[0]["digest"], format!("sha256:{sha}"));
    let base = reqwest::Url::parse(&format!("{}{path}", server.url)).unwrap();
    let address = base.join(skills[0]["url"].as_str().unwrap()).unwrap();
    assert_eq!(address.path(), format!("/api/v1/downloads/public/pdf/{sha}.zip"));
    assert_eq!(server.anonymous(address.as_str()).await.status, 302);
    let etag = reply.header("etag").to_owned();
    let again = server.send(server.request(Method::GET, path).header("If-None-Match", &etag)).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
}
