//! Discover, the leaderboard, and how skills stand.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fixture::DAY;
use crate::fixture::INSTALL;
use crate::fixture::OTHER_INSTALL;
use crate::fixture::Server;
use crate::fixture::local;

fn slugs(list: &Value) -> Vec<String> {
    list["skills"].as_array().unwrap().iter().map(|skill| skill["slug"].as_str().unwrap().to_owned()).collect()
}

async fn installed(server: &Server, install_id: &str, slugs: &[&str]) {
    let event = json!({
        "install_id": install_id, "event_type": "install", "cli_version": "0.1.0", "os": "linux/amd64",
        "skill_slugs": slugs, "source_types": ["skillzdrive"], "metadata": {}
    });
    server.send(server.request(Method::POST, "/api/v1/telemetry/anonymous").json(&event)).await.data(202);
}

#[tokio::test]
async fn a_word_is_enough_and_pages_have_ten() {
    let server = Server::start().await;
    for number in 0..23 {
        server.publish(&format!("pdf-{number:02}"), "reads documents").await;
    }
    server.publish("letters", "write letters").await;
    server.upload(json!({}), crate::fixture::skill("mine", "pdf documents of my own").zip).await;
    let page = |offset: u64| format!("/api/v1/skills/discover?keywords=pdf%20nonsense&offset={offset}");
    let mut seen = Vec::new();
    let mut next = Some(0);
    while let Some(offset) = next {
        let found = server.get(&page(offset)).await.data(200);
        assert_eq!(found["offset"], offset);
        assert!(found["skills"].as_array().unwrap().iter().all(|skill| skill["found_in"] == "marketplace"));
        seen.extend(slugs(&found));
        next = found["next_offset"].as_u64();
        assert!(found.as_object().unwrap().contains_key("next_offset"));
    }
    let expected: Vec<String> = (0..23).map(|number| format!("pdf-{number:02}")).collect();
    seen.sort_unstable();
    assert_eq!(seen, expected, "each once, and nothing private");
    assert_eq!(slugs(&server.get("/api/v1/skills/discover?keywords=letters").await.data(200)), ["letters"]);

    server.get("/api/v1/skills/discover").await.refused(400, "invalid_request");
    server.get("/api/v1/skills/discover?keywords=%20").await.refused(400, "invalid_request");
    for bad in ["-1", "x", "", "18446744073709551615"] {
        server.get(&format!("/api/v1/skills/discover?keywords=a&offset={bad}")).await.refused(400, "invalid_request");
    }
    server.anonymous(&page(0)).await.refused(401, "access_denied");
}

#[tokio::test]
async fn installs_count_once_for_each_installation_and_day_and_few_for_an_address() {
    let server = Server::start().await;
    for slug in ["pdf", "csv", "xls"] {
        server.publish(slug, "one").await;
    }
    let board = async || server.get("/api/v1/skills/leaderboard?sort_by=installs").await.data(200);
    assert_eq!(board().await, json!({ "sort_by": "installs", "skills": [] }), "nobody comes nowhere");
    for _ in 0..3 {
        installed(&server, INSTALL, &["pdf", "csv", "no-such-skill"]).await;
    }
    installed(&server, OTHER_INSTALL, &["pdf"]).await;
    let first = board().await;
    assert_eq!(slugs(&first), ["pdf", "csv"]);
    assert_eq!((&first["skills"][0]["installs"], &first["skills"][0]["executions"]), (&json!(2), &json!(0)));
    server.advance(DAY);
    installed(&server, INSTALL, &["pdf"]).await;
    for number in 0..50 {
        installed(&server, &format!("00000000-0000-4000-8000-0000000000{number:02}"), &["csv"]).await;
    }
    let now = board().await;
    assert_eq!((slugs(&now)[0].as_str(), &now["skills"][0]["installs"]), ("csv", &json!(4)), "made-up numbers");
    assert_eq!(now["skills"][1]["installs"], 3);

    // Imports and claims are an account's installs.
    server.post("/api/v1/drive/import", json!({ "skillSlug": "xls" })).await.data(201);
    let sha = server.get("/api/v1/skills/pdf").await.data(200)["download"]["content_sha"].as_str().unwrap().to_owned();
    let plan = server.preview("manual", "all", json!([local("pdf", &sha, None)])).await;
    assert_eq!(plan["classifications"][0]["action"], "claim_public", "{plan}");
    server.execute("manual", "all", &plan["classifications"]).await.data(200);
    let pdf = server.get("/api/v1/skills/pdf").await.data(200);
    assert_eq!(pdf["skill"]["installs"], 4);
    assert_eq!(slugs(&board().await), ["csv", "pdf", "xls"]);
    // Months later nothing of it counts.
    server.advance(31 * DAY);
    assert_eq!(slugs(&board().await), Vec::<String>::new());
    assert_eq!(server.get("/api/v1/skills?q=pdf").await.data(200)["skills"][0]["installs"], 0);
}

#[tokio::test]
async fn ratings_are_a_mean_of_accounts() {
    let server = Server::start().await;
    for slug in ["pdf", "csv"] {
        server.publish(slug, "one").await;
    }
    server.drive.create_account("other").await.unwrap();
    let rate = async |slug: &str, stars: u8, user: Option<&str>| {
        server.drive.rate(&slug.parse().unwrap(), stars, user).await.map_err(|error| error.to_string())
    };
    assert_eq!(rate("pdf", 2, None).await, Ok(2.0));
    assert_eq!(rate("pdf", 4, None).await, Ok(4.0), "in place of the one before");
    assert_eq!(rate("pdf", 5, Some("other")).await, Ok(4.5));
    assert_eq!(rate("csv", 5, Some("other")).await, Ok(5.0));
    assert!(rate("pdf", 0, None).await.is_err() && rate("pdf", 6, None).await.is_err());
    assert_eq!(rate("none", 1, None).await, Err("there is no public skill `none`".to_owned()));
    assert_eq!(rate("pdf", 1, Some("nobody")).await, Err("there is no account `nobody`".to_owned()));
    let board = server.get("/api/v1/skills/leaderboard?sort_by=rating").await.data(200);
    assert_eq!((slugs(&board), &board["skills"][1]["rating"]), (vec!["csv".into(), "pdf".into()], &json!(4.5)));
    assert!(server.get("/api/v1/skills/leaderboard").await.data(200)["skills"].as_array().unwrap().is_empty());
    server.get("/api/v1/skills/leaderboard?sort_by=stars").await.refused(400, "invalid_request");
    server.anonymous("/api/v1/skills/leaderboard").await.refused(401, "access_denied");
    server.drive.withdraw(&"csv".parse().unwrap()).await.unwrap();
    assert_eq!(slugs(&server.get("/api/v1/skills/leaderboard?sort_by=rating").await.data(200)), ["pdf"]);
}
