//! Every route of the endpoint reference, asked twice: as the reference's own `curl` line asks, by bytes on a socket, and
//! through the program. The drive's own document says whether a route is missing here.

mod socket;
mod table;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use self::socket::Reply;
use self::table::Body;
use self::table::Program;
use self::table::ROWS;
use self::table::Row;
use crate::harness::Home;
use crate::harness::TestDrive;

/// Routes of the drive that the reference does not have: storage behind signed addresses, discovery, the browser's login.
const OURS: &[&str] = &["/storage/", "/api/mcp/oauth/", "/openapi.json", "/authorize", "/sign-", "/drive"];

/// A drive, a home that is logged in to it, and what earlier answers said.
pub(crate) struct World {
    drive: TestDrive,
    home: Home,
    said: BTreeMap<String, String>,
}

impl World {
    fn new() -> Self {
        let drive = TestDrive::start();
        for slug in ["pdf", "docx", "csv", "extra"] {
            drive.publish(slug, "one");
        }
        let home = Home::logged_in(&drive.url, &drive.key);
        home.mkdir(".claude");
        home.skill("work", "notes", "Notes");
        home.skill("work", "letters", "Letters");
        home.write("key.txt", &drive.key);
        // What is told of telemetry is told once, on a run that can say it.
        home.run(&["install", "extra"]).exits(0);
        let said = BTreeMap::from([("key".to_owned(), drive.key.clone())]);
        Self { drive, home, said }
    }

    /// Puts what earlier answers said in the place of `<name>`.
    fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.said {
            filled = filled.replace(&format!("<{name}>"), value);
        }
        assert!(!filled.contains('<'), "nothing was said for {filled}");
        filled
    }

    fn keep(&mut self, keep: &[(&str, &str)], json: &Value, what: &str) {
        for (name, pointer) in keep {
            let value = json.pointer(pointer).unwrap_or_else(|| panic!("{what}: no {pointer} in {json:#}"));
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.said.insert((*name).to_owned(), text);
        }
    }

    /// Asks as the reference's `curl` line does.
    fn curl(&mut self, row: &Row) {
        let (method, path) = (row.method(), self.fill(row.curl.path));
        let mut headers: Vec<String> = row.curl.headers.iter().map(|header| self.fill(header)).collect();
        let body = match row.curl.body {
            Body::None => Vec::new(),
            Body::Json(text) => {
                headers.push("Content-Type: application/json".to_owned());
                self.fill(text).into_bytes()
            }
            Body::Package(folder) => {
                let (kind, body) = socket::form(&self.home.path(folder));
                headers.push(kind);
                body
            }
        };
        let mut reply = socket::ask(&self.drive.url, method, &path, &headers, &body);
        let what = format!("{method} {path}");
        assert_eq!(reply.status, row.curl.status(), "{what}: {}", reply.text());
        assert!(reply.header("x-request-id").is_some(), "{what} has no request id");
        if let Some(location) = reply.header("location") {
            // `curl -L`, without any header of ours.
            reply = socket::ask(&self.drive.url, "GET", socket::path_of(&location), &[], b"");
            let sha = skillzdrive_skill::sha256(&reply.body).to_string();
            assert_eq!((reply.status, Some(&sha)), (200, self.said.get("sha")), "{what}");
            return;
        }
        let json = json_of(&reply, &what);
        for pointer in row.curl.fields {
            assert!(json.pointer(pointer).is_some(), "{what}: no {pointer} in {json:#}");
        }
        self.keep(row.curl.keep, &json, &what);
    }

    /// Asks through the program, and looks whether it asked this route.
    fn program(&mut self, row: &Row) {
        self.drive.forget();
        let what = row.route;
        match &row.program {
            Program::Run { args, exit, keep } => {
                let args: Vec<String> = args.iter().map(|arg| self.fill(arg)).collect();
                let args: Vec<&str> = ["--json"].into_iter().chain(args.iter().map(String::as_str)).collect();
                let run = self.home.run(&args).exits(exit());
                if run.code == Some(0) {
                    let json = run.json();
                    self.keep(keep, &json, what);
                }
            }
            #[cfg(unix)]
            Program::OnceADay => {
                let _ = std::fs::remove_file(self.home.path(".local/state/skillzdrive/daily-look"));
                let (seen, code) = self.home.terminal(&["credits"]).end();
                assert_eq!(code, 0, "{seen}");
            }
        }
        let asked: Vec<String> = self.drive.asked().iter().map(ToString::to_string).collect();
        assert!(asked.iter().any(|line| row.is(line)), "{what} is not among {asked:#?}");
    }
}

fn json_of(reply: &Reply, what: &str) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|e| panic!("{what}: {e}: {}", reply.text()))
}

#[test]
fn every_route_of_the_reference_answers_curl_and_the_program() {
    let mut world = World::new();
    for row in ROWS {
        (row.before)(&world);
        world.curl(row);
        world.program(row);
    }
}

#[test]
fn no_route_is_missing_in_the_table() {
    let drive = TestDrive::start();
    let (status, document) = drive.ask("GET", "/openapi.json", None);
    assert_eq!(status, 200);
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        if OURS.iter().any(|ours| path.starts_with(ours)) || path.contains("/.well-known/") || path == "/" {
            continue;
        }
        for method in operations.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            described.insert(format!("{} {}", method.to_uppercase(), nameless(path)));
        }
    }
    let listed: BTreeSet<String> = ROWS.iter().map(|row| nameless(row.route)).collect();
    assert_eq!(listed.len(), ROWS.len(), "a route is listed twice");
    assert_eq!(listed, described);
    assert_eq!(ROWS.len(), 35, "the reference has so many");
}

/// A path with `*` for what varies: `:slug`, `{slug}`, `:sha.zip`, `{file}`.
fn nameless(path: &str) -> String {
    let varies = |part: &&str| part.starts_with([':', '{']);
    path.split('/').map(|part| if varies(&part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}
