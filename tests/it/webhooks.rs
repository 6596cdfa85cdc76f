//! Webhooks from the prompt: made, told, checked with the program's own `webhooks verify`, and deleted.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use insta::assert_snapshot;

#[cfg(target_os = "linux")]
use crate::harness::Front;
use crate::harness::Home;
use crate::harness::TestDrive;
#[cfg(target_os = "linux")]
use crate::harness::certificate;

/// What a receiver got.
struct Delivery {
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// Somebody else's server: it answers 204 to everything, and hands over what came.
fn receiver() -> (String, mpsc::Receiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut headers = BTreeMap::new();
            let mut line = String::new();
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some((name, value)) = line.trim_end().split_once(": ") {
                    headers.insert(name.to_ascii_lowercase(), value.to_owned());
                }
                line.clear();
            }
            let mut body = vec![0; headers["content-length"].parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            let _ = tell.send(Delivery { headers, body });
        }
    });
    (url, told)
}

#[test]
fn a_delivery_is_verified_by_the_program_itself() {
    let drive = TestDrive::with(|config| {
        config.allow_private_webhooks = true;
        config.signup_credits = 501;
    });
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    let (url, told) = receiver();
    let create = ["webhooks", "create", "--event", "credits.threshold_hit", "--threshold", "500", "--url", &url];
    let made = home.run(&create).exits(0);
    let secret = made.stdout.clone();
    assert!(secret.starts_with("whsec_") && secret.lines().count() == 1, "\n{made}");
    assert!(made.stderr.contains(&format!("{url} is told of credits.threshold_hit (webhook ")), "\n{made}");
    assert!(!made.stderr.contains("whsec_"), "\n{made}");
    // As a shell would keep it, newline and all.
    home.write("secret", &secret);

    home.run(&["drive", "import", "pdf"]).exits(0);
    let delivery = told.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(delivery.headers["x-skillzdrive-event"], "credits.threshold_hit");
    let signature = &delivery.headers["x-skillzdrive-signature"];
    let body = String::from_utf8(delivery.body).unwrap();
    let verify = |signature: &str, body: &str| {
        home.run_with_input(&["webhook", "verify", "--secret-file", "secret", "--signature", signature], body)
    };
    assert_snapshot!(verify(signature, &body), @"
    ------- stderr -------
    the signature is right
    ");
    assert_eq!(verify(signature.strip_prefix("sha256=").unwrap(), &body).code, Some(0));
    assert_snapshot!(verify(signature, &format!("{body}\n")), @"
    ------- stderr -------
    error: the signature is not that of this body with this secret

    hint: the body must be as it was received, byte for byte, and the secret that of this webhook
    [exit status: 1]
    ");
    let last = if signature.ends_with('0') { "1" } else { "0" };
    assert_eq!(verify(&format!("{}{last}", &signature[..signature.len() - 1]), &body).code, Some(1));
    let json = ["webhooks", "verify", "--json", "--secret-file", "secret", "--signature", signature];
    assert_eq!(home.run_with_input(&json, &body).exits(0).json(), serde_json::json!({ "valid": true }));
    home.write("other", "whsec_other");
    let other = ["webhooks", "verify", "--json", "--secret-file", "other", "--signature", signature];
    assert_eq!(home.run_with_input(&other, &body).exits(1).json_error()["code"], "signature_mismatch");
}

#[test]
fn webhooks_are_listed_and_deleted_by_their_id() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["webhooks", "list"]), @"
    ------- stderr -------
    there are no webhooks
    hint: skillzdrive webhooks create --event credits.threshold_hit --threshold 500 --url https://HOST
    ");
    let run = home.run(&[
        "webhooks",
        "create",
        "--event",
        "credits.exhausted",
        "--threshold",
        "5",
        "--url",
        "https://partner.example/hook",
    ]);
    assert!(run.exits(2).stderr.contains("credits.exhausted is told at 0 and takes no --threshold"));
    let create = ["webhooks", "create", "--event", "credits.exhausted", "--url", "https://partner.example/hook"];
    assert_snapshot!(home.run(&[&create[..], &["--dry-run"]].concat()), @"
    ------- stderr -------
    would tell https://partner.example/hook of credits.exhausted (--dry-run: nothing was changed)
    ");
    assert_eq!(home.run(&["webhooks", "list", "--json"]).json(), serde_json::json!({ "webhooks": [] }));
    let made = home.run(&[&create[..], &["--json"]].concat()).exits(0).json();
    let id = made["webhook"]["id"].as_str().unwrap();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let list = home.run(&["webhooks", "list"]).exits(0);
    assert_eq!(list.stdout, format!("{id}\tcredits.exhausted\t\tnone yet\thttps://partner.example/hook\n"));

    assert_snapshot!(home.run(&["webhooks", "delete", id]), @"
    ------- stderr -------
    error: an answer is needed and there is nobody to ask: Delete the webhook to https://partner.example/hook (credits.exhausted)?

    hint: add --yes to agree, or --dry-run to see what would happen
    [exit status: 2]
    ");
    assert_snapshot!(home.run(&["webhooks", "delete", id, "--dry-run"]), @"
    ------- stderr -------
    the webhook to https://partner.example/hook (credits.exhausted) would be deleted (--dry-run: it was not)
    ");
    assert_snapshot!(home.run(&["webhooks", "delete", "--yes", id]), @"
    ------- stderr -------
    deleted the webhook to https://partner.example/hook (credits.exhausted)
    ");
    assert_snapshot!(home.run(&["webhooks", "delete", "--yes", id]).stderr.replace(id, "ID"), @"
    error: there is no webhook `ID`

    hint: skillzdrive webhooks list
    ");
}

#[test]
fn what_is_wrong_with_a_webhook_is_said_before_or_by_the_drive() {
    let drive = TestDrive::start();
    let home = Home::logged_in(&drive.url, &drive.key);
    let create = |args: &[&str]| home.run(&[&["webhooks", "create"], args].concat());
    let event = ["--event", "credits.threshold_hit"];
    assert_eq!(create(&[&event[..], &["--url", "https://a.example"]].concat()).code, Some(2), "a threshold is missing");
    assert_eq!(create(&["--event", "credits.gone", "--url", "https://a.example"]).code, Some(2));
    assert_snapshot!(create(&[&event[..], &["--threshold", "5", "--url", "https://169.254.169.254/"]].concat()), @"
    ------- stderr -------
    error: `target_url` is refused: it is an address that is not on the public internet (400 invalid_request from 127.0.0.1:[PORT])
      request id: [UUID]
    [exit status: 1]
    ");
    assert_eq!(drive.count("POST /api/v1/account/webhooks"), 1);
    let bare = Home::on(&drive.url);
    assert_eq!(bare.run(&["webhooks", "list"]).code, Some(4));
    let bare = Home::on(&drive.url);
    let verify = |args: &[&str]| bare.run(&[&["webhooks", "verify", "--offline"], args].concat());
    bare.write("empty", "\n");
    let signature = "0".repeat(64);
    assert_eq!(verify(&["--secret-file", "empty", "--signature", &signature]).code, Some(2));
    assert_eq!(verify(&["--secret-file", "not-there", "--signature", &signature]).code, Some(1));
    bare.write("secret", "s");
    assert_eq!(verify(&["--secret-file", "secret", "--signature", "sha256=zz"]).code, Some(1));
    assert_eq!(verify(&["--secret-file", "secret", "--signature", &signature]).code, Some(1));
    let kept: Vec<String> = bare.tree("").into_keys().collect();
    assert_eq!(kept, ["empty", "secret"], "it keeps nothing");
}

/// On Linux alone: elsewhere the system has rules of its own, such as how long a certificate may last.
#[cfg(target_os = "linux")]
#[test]
fn a_receiver_is_known_by_its_certificate() {
    let (behind, told) = receiver();
    let behind = behind.trim_end_matches("/hook");
    let (known, unknown) = (Front::start("drive", behind), Front::start("self", behind));
    let drive = TestDrive::with(|config| {
        config.allow_private_webhooks = true;
        config.certificates = Some(certificate("ca"));
        config.signup_credits = 2;
    });
    drive.publish("pdf", "one");
    let home = Home::logged_in(&drive.url, &drive.key);
    let create = |front: &Front, threshold: &str| {
        let url = format!("{}/hook", front.url());
        let args = ["--event", "credits.threshold_hit", "--threshold", threshold, "--url", &url];
        home.run(&[&["webhooks", "create"], &args[..]].concat()).exits(0);
    };
    create(&unknown, "1");
    create(&known, "0");
    home.run(&["drive", "import", "pdf"]).exits(0);
    home.run(&["drive", "remove", "--yes", "pdf"]).exits(0);
    home.run(&["drive", "import", "pdf"]).exits(0);
    let delivery = told.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(String::from_utf8(delivery.body).unwrap().contains(r#""credits_remaining":0"#));
    let statuses = || {
        let list = home.run(&["webhooks", "list", "--json"]).exits(0).json();
        let of = |index: usize| list["webhooks"][index]["last_delivery_status"].as_str().unwrap_or_default().to_owned();
        [of(0), of(1)]
    };
    // Each asking of the list is a run of the program, so this waits no longer than it must.
    assert!((0..100).any(|_| statuses() == ["failed", "2xx"]), "{:?}", statuses());
    assert!(told.try_recv().is_err());
}
