//! Several replicas of one drive, with many clients who do not know which one they reach: whatever races, the books are
//! right. In a folder the replicas are as processes that have it open; with `tests/services.sh` they share PostgreSQL.

use std::sync::Arc;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::backends;
use crate::fixture::INSTALL;
use crate::fixture::Reply;
use crate::fixture::Server;
use crate::fixture::local;
use crate::fixture::skill;
use crate::webhooks::Receiver;

const REPLICAS: usize = 4;
const CLIENTS: usize = 64;

struct Replicas {
    first: Arc<Server>,
    urls: Vec<String>,
}

impl Replicas {
    async fn start(credits: u64) -> Self {
        let change = |config: &mut skillzdrive_drive::Config| {
            config.signup_credits = credits;
            config.allow_private_webhooks = true;
        };
        let first = Arc::new(Server::with(change).await);
        let mut urls = vec![first.url.clone()];
        for _ in 1..REPLICAS {
            urls.push(first.replica(change).await);
        }
        Self { first, urls }
    }

    /// A request of a client, to the replica that the balancer chose.
    async fn post(&self, turn: usize, key: &str, path: &str, body: &Value) -> Reply {
        let url = format!("{}{path}", self.urls[turn % REPLICAS]);
        self.first.send(self.first.request(Method::POST, &url).bearer_auth(key).json(body)).await
    }

    async fn number(&self, question: &str) -> i64 {
        backends::number(self.first.drive.data_dir(), question).await
    }
}

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|one| **one == status).count()
}

/// Eight accounts with eight clients each want more than they can pay, all the same things at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_paid_twice_and_every_crossing_is_told_once() {
    const ACCOUNTS: usize = CLIENTS / 8;
    const SKILLS: usize = 24;
    const CREDITS: usize = 16;
    let receiver = Receiver::start().await;
    let replicas = Arc::new(Replicas::start(CREDITS as u64).await);
    for number in 0..SKILLS {
        replicas.first.publish(&format!("s-{number}"), "one").await;
    }
    let mut keys = Vec::new();
    for number in 0..ACCOUNTS {
        let key = replicas.first.drive.create_account(&format!("account-{number}")).await.unwrap().expose().to_owned();
        for (event, threshold) in
            [("credits.threshold_hit", Some(10)), ("credits.threshold_hit", Some(3)), ("credits.exhausted", None)]
        {
            let target_url = format!("{}/ok", receiver.url);
            let hook = json!({ "event_type": event, "threshold_value": threshold, "target_url": target_url });
            replicas.post(number, &key, "/api/v1/account/webhooks", &hook).await.data(201);
        }
        keys.push(key);
    }
    let clients = (0..CLIENTS).map(|client| {
        let (replicas, key) = (Arc::clone(&replicas), keys[client % ACCOUNTS].clone());
        tokio::spawn(async move {
            let mut statuses = Vec::new();
            for step in 0..6 {
                // The clients of an account overlap, so that each skill is wanted twice at least.
                let body = json!({ "skillSlug": format!("s-{}", (client / ACCOUNTS * 3 + step) % SKILLS) });
                let reply = replicas.post(client + step, &key, "/api/v1/drive/import", &body).await;
                statuses.push(reply.status);
            }
            (client % ACCOUNTS, statuses)
        })
    });
    let mut of_accounts = vec![Vec::new(); ACCOUNTS];
    for (account, statuses) in join_all(clients).await.into_iter().map(Result::unwrap) {
        of_accounts[account].extend(statuses);
    }
    for statuses in &of_accounts {
        assert_eq!(count(statuses, 201), CREDITS, "{statuses:?}");
        assert_eq!(count(statuses, 201) + count(statuses, 402) + count(statuses, 409), statuses.len(), "{statuses:?}");
    }
    for (turn, key) in keys.iter().enumerate() {
        let drive = replicas.first.get_as(key, &format!("{}/api/v1/drive", replicas.urls[turn % REPLICAS])).await;
        assert_eq!(drive.data(200)["skills"].as_array().unwrap().len(), CREDITS);
        let credits = replicas.first.get_as(key, "/api/v1/account/credits").await.data(200);
        assert_eq!(credits["balance"], 0);
    }
    let unequal = "select count(*) from users u where u.balance <>
        (select coalesce(sum(t.amount), 0) from credit_transactions t where t.user_id = u.id)";
    assert_eq!(replicas.number(unequal).await, 0, "the sum of the transactions is the balance");
    assert_eq!(replicas.number("select count(*) from users where balance < 0").await, 0);

    let told = receiver.wait(3 * ACCOUNTS).await;
    let mut marks: Vec<(String, i64)> = told
        .iter()
        .map(|one| {
            let body = one.json();
            (body["owner_user_id"].as_str().unwrap().to_owned(), body["credits_remaining"].as_i64().unwrap())
        })
        .collect();
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), 3 * ACCOUNTS, "each account at each of its marks");
    assert!(marks.iter().all(|(_, credits)| [0, 3, 10].contains(credits)), "{marks:?}");
    let waiting = "select count(*) from webhook_deliveries where done_at is null";
    let done = async {
        while replicas.number(waiting).await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), done).await.unwrap();
    assert_eq!(receiver.deliveries().len(), 3 * ACCOUNTS, "none is told twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ticket_is_used_once_whichever_replica_it_reaches() {
    let replicas = Arc::new(Replicas::start(100).await);
    let key = replicas.first.key.clone();
    let minted = join_all((0..CLIENTS).map(|client| {
        let (replicas, key) = (Arc::clone(&replicas), key.clone());
        async move { replicas.post(client, &key, "/api/v1/uploads/ticket", &json!({})).await }
    }))
    .await;
    let tokens: Vec<String> = minted
        .iter()
        .filter(|reply| reply.status == 201)
        .map(|reply| reply.json()["data"]["uploadToken"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(tokens.len(), 5, "five live at a time, in all replicas together");
    assert!(minted.iter().all(|reply| [201, 429].contains(&reply.status)));

    let zip = skill("mine", "one").zip;
    let sent = join_all((0..CLIENTS / 4).map(|client| {
        let url = format!("{}/api/uploads/process-skill", replicas.urls[client % REPLICAS]);
        let part = reqwest::multipart::Part::bytes(zip.clone()).file_name("skill.zip");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = replicas.first.request(Method::POST, &url).bearer_auth(&tokens[0]).multipart(form);
        let replicas = Arc::clone(&replicas);
        async move { replicas.first.send(request).await.status }
    }))
    .await;
    assert_eq!((count(&sent, 201), count(&sent, 401)), (1, CLIENTS / 4 - 1), "{sent:?}");
    assert_eq!(replicas.number("select count(*) from skill_versions").await, 1);
    assert_eq!(replicas.first.balance().await, 99);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_is_finalized_with_one_exact_count() {
    const SKILLS: usize = 20;
    let replicas = Arc::new(Replicas::start(100).await);
    let key = replicas.first.key.clone();
    let packed: Vec<_> = (0..SKILLS).map(|number| skill(&format!("mine-{number}"), "one")).collect();
    let machine: Vec<Value> = (packed.iter().enumerate())
        .map(|(number, packed)| local(&format!("mine-{number}"), packed.content_sha.as_str(), None))
        .collect();
    let preview = replicas.first.preview("first_run", "all", json!(machine)).await;
    let run = replicas.first.execute("first_run", "all", &preview["classifications"]).await.data(200);
    let run_id = run["run_id"].clone();
    let uploads = packed.into_iter().enumerate().map(|(number, packed)| {
        let (replicas, key, run_id) = (Arc::clone(&replicas), key.clone(), run_id.clone());
        async move {
            let slug = format!("mine-{number}");
            let ticket = json!({ "slug": slug, "runId": run_id, "contentSha": packed.content_sha, "baseSha": null });
            // Five tickets live at a time; whoever finds none free asks again.
            let token = loop {
                let reply = replicas.post(number, &key, "/api/v1/uploads/ticket", &ticket).await;
                if reply.status != 429 {
                    break reply.data(201)["uploadToken"].as_str().unwrap().to_owned();
                }
                tokio::task::yield_now().await;
            };
            let url = format!("{}/api/uploads/process-skill", replicas.urls[(number + 1) % REPLICAS]);
            let part = reqwest::multipart::Part::bytes(packed.zip).file_name("skill.zip");
            let form = reqwest::multipart::Form::new().part("file", part);
            let request = replicas.first.request(Method::POST, &url).bearer_auth(token).multipart(form);
            let reply = replicas.first.send(request).await;
            assert_eq!(reply.status, 201, "{}", reply.text());
            json!({ "slug": slug, "action": "upload_private", "status": "done", "content_sha": packed.content_sha })
        }
    });
    let results = join_all(uploads).await;
    let body = json!({ "run_id": run_id, "install_id": INSTALL, "results": results });
    let answers = join_all((0..CLIENTS).map(|client| {
        let (replicas, key, body) = (Arc::clone(&replicas), key.clone(), body.clone());
        async move { replicas.post(client, &key, "/api/v1/drive/sync/finalize", &body).await.data(200) }
    }))
    .await;
    let expected =
        json!({ "run_id": run_id, "status": "completed", "drive_count": SKILLS, "grandfather_high_water": SKILLS });
    assert!(answers.iter().all(|answer| *answer == expected), "{:?}", answers[0]);
    assert_eq!(replicas.first.balance().await, 100, "a first run is free");
    let held = "select count(*) from cli_sync_run_items where reservation = 'held'";
    assert_eq!(replicas.number(held).await, 0);
}

/// In a folder each process counts for itself, so this needs the database of many.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs PostgreSQL: tests/services.sh"]
async fn a_limit_holds_for_all_replicas_together() {
    const SMALL: usize = 5;
    const LARGE: usize = 200;
    let change = |config: &mut skillzdrive_drive::Config| {
        config.limits.anonymous_per_minute = SMALL as u32;
        config.limits.open_per_minute = LARGE as u32;
        config.behind_proxy = true;
    };
    let first = Arc::new(Server::with(change).await);
    assert!(backends::postgres().is_some(), "in memory this is not so");
    let mut urls = vec![first.url.clone()];
    for _ in 1..REPLICAS {
        urls.push(first.replica(change).await);
    }
    let urls = Arc::new(urls);
    let ask = |turn: usize, path: &str, from: &str| {
        let request = first.request(Method::GET, &format!("{}{path}", urls[turn % REPLICAS]));
        let request = request.header("x-forwarded-for", from.to_owned());
        let first = Arc::clone(&first);
        async move { first.send(request).await.status }
    };
    for address in ["203.0.113.1", "203.0.113.2"] {
        let statuses = join_all((0..CLIENTS).map(|client| ask(client, "/api/v1/skills?q=a", address))).await;
        assert_eq!((count(&statuses, 200), count(&statuses, 429)), (SMALL, CLIENTS - SMALL), "exact, for each address");
    }
    // A large one is used up on one replica; then the others learn of it, without being asked anything.
    for _ in 0..LARGE {
        assert_eq!(ask(0, "/marketplace.json", "203.0.113.3").await, 200);
    }
    assert_eq!(ask(0, "/marketplace.json", "203.0.113.3").await, 429);
    for turn in 1..REPLICAS {
        let mut passed = 0;
        while ask(turn, "/marketplace.json", "203.0.113.3").await == 200 {
            passed += 1;
            assert!(passed < LARGE, "the replica has a limit of its own");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    let kept = "select count(*) from rate_windows";
    assert!(backends::number(first.drive.data_dir(), kept).await >= 3);
    let dump = backends::dump(first.drive.data_dir()).await.unwrap();
    assert!(!dump.contains("203.0.113"), "no address is in the database");
    // A minute later all is forgotten, and after another one it is gone.
    first.advance(3 * crate::fixture::MINUTE);
    assert_eq!(ask(1, "/api/v1/skills?q=a", "203.0.113.1").await, 200);
    let gone = async {
        while backends::number(first.drive.data_dir(), kept).await != 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.unwrap();
}
