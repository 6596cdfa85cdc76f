//! What a client does: one action after the other, each a request or a few that belong together, as the program makes them.
//!
//! Nothing that is done here changes what the next client finds: what is imported is removed again, and what is uploaded is
//! new each time. So an hour can be replayed as often as one likes.

use std::io;
use std::time::Instant;

use crate::http::Answer;
use crate::http::Connection;
use crate::http::find;
use crate::tally::Tally;
use crate::world::Chance;
use crate::world::Item;
use crate::world::User;
use crate::world::World;

/// A client. Each has people of its own, so that no two act for the same person at once.
pub(crate) struct Client<'a> {
    world: &'a World,
    host: &'a str,
    connection: Connection,
    pub(crate) chance: Chance,
    pub(crate) tally: Tally,
    /// Which client this is, of how many.
    number: usize,
    clients: usize,
    /// When the action that is under way should have begun: what its first request waited counts.
    due: Option<Instant>,
}

/// An action that broke off: its answer was not the expected one, which is noted.
struct BrokenOff;

type Done = Result<(), BrokenOff>;

/// What is sent besides the method and the path.
#[derive(Default)]
struct Sent<'a> {
    user: Option<&'a User>,
    /// With the key, and not as an anonymous caller from their address.
    signed: bool,
    headers: String,
    body: Option<&'a [u8]>,
}

type Act = for<'c, 'a> fn(&'c mut Client<'a>) -> Done;

/// Every action, by the name that a mix calls it.
const ACTIONS: [(&str, Act); 14] = [
    ("search", |client| client.search()),
    ("show", |client| client.show()),
    ("discover", |client| client.discover()),
    ("leaderboard", |client| client.leaderboard()),
    ("manifest-unchanged", |client| client.manifest_unchanged()),
    ("manifest", |client| client.manifest()),
    ("download", |client| client.download()),
    ("preview", |client| client.preview()),
    ("diff", |client| client.diff()),
    ("sync", |client| client.sync()),
    ("upload", |client| client.upload()),
    ("telemetry", |client| client.telemetry()),
    ("account", |client| client.account()),
    ("import", |client| client.import()),
];

/// The action of a name.
pub(crate) fn action(name: &str) -> Option<Action> {
    ACTIONS.iter().find(|(known, _)| *known == name).map(|(_, act)| Action(*act))
}

/// An action.
#[derive(Clone, Copy)]
pub(crate) struct Action(Act);

impl<'a> Client<'a> {
    pub(crate) fn new(world: &'a World, host: &'a str, seed: u64, (number, clients): (usize, usize)) -> Self {
        let chance = Chance::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ number as u64);
        let connection = Connection::new(host);
        Self { world, host, connection, chance, tally: Tally::default(), number, clients, due: None }
    }

    /// Does something. An open client says when it should have been begun.
    pub(crate) fn act(&mut self, action: Action, due: Option<Instant>) {
        self.due = due;
        // What broke off is noted where it did.
        let _ = (action.0)(self);
    }

    fn user(&mut self) -> &'a User {
        let own = (self.world.users.len() - self.number).div_ceil(self.clients);
        &self.world.users[self.number + self.chance.below(own) * self.clients]
    }

    fn skill(&mut self) -> &'a (String, String) {
        let at = self.chance.popular(self.world.skills.len());
        &self.world.skills[at]
    }

    fn query(&mut self) -> &'a str {
        let at = self.chance.below(self.world.queries.len());
        &self.world.queries[at]
    }

    /// Sends a request, and notes its answer under a name.
    fn ask(
        &mut self,
        route: &'static str,
        expected: &[u16],
        (method, path): (&str, &str),
        sent: Sent<'_>,
    ) -> Result<Answer, BrokenOff> {
        let Sent { user, signed, headers, body } = sent;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}", self.host);
        if let Some(user) = user {
            head.push_str(&format!("X-Client: {}\r\nX-Skillzdrive-Install-Id: {}\r\n", user.address, user.install_id));
            if signed {
                head.push_str(&format!("Authorization: Bearer {}\r\n", user.key));
            }
        }
        if let Some(body) = body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut request = head.into_bytes();
        request.extend_from_slice(body.unwrap_or_default());
        let begun = self.due.take().unwrap_or_else(Instant::now);
        let answer: io::Result<Answer> = self.connection.ask(&request);
        let took = begun.elapsed();
        match answer {
            Ok(answer) => {
                let good = expected.contains(&answer.status);
                self.tally.note(route, took, answer.status, good, answer.body.len());
                if good { Ok(answer) } else { Err(BrokenOff) }
            }
            Err(_) => {
                self.tally.note(route, took, 0, false, 0);
                Err(BrokenOff)
            }
        }
    }

    fn get(&mut self, route: &'static str, user: &'a User, path: &str) -> Result<Answer, BrokenOff> {
        self.ask(route, &[200], ("GET", path), Sent { user: Some(user), signed: true, ..Sent::default() })
    }

    fn post(&mut self, route: &'static str, user: &'a User, path: &str, body: &str) -> Result<Answer, BrokenOff> {
        let headers = "Content-Type: application/json\r\n".to_owned();
        let sent = Sent { user: Some(user), signed: true, headers, body: Some(body.as_bytes()) };
        self.ask(route, &[200, 201], ("POST", path), sent)
    }

    fn search(&mut self) -> Done {
        let (user, query) = (self.user(), self.query());
        self.get("GET skills?q=", user, &format!("/api/v1/skills?limit=20&q={query}")).map(|_| ())
    }

    fn show(&mut self) -> Done {
        let (user, (slug, _)) = (self.user(), self.skill());
        self.get("GET skills/:slug", user, &format!("/api/v1/skills/{slug}")).map(|_| ())
    }

    fn discover(&mut self) -> Done {
        let (user, query) = (self.user(), self.query());
        self.get("GET skills/discover", user, &format!("/api/v1/skills/discover?keywords={query}")).map(|_| ())
    }

    fn leaderboard(&mut self) -> Done {
        let user = self.user();
        let by = ["executions", "installs", "rating"][self.chance.below(3)];
        self.get("GET skills/leaderboard", user, &format!("/api/v1/skills/leaderboard?sort_by={by}")).map(|_| ())
    }

    /// The program keeps the manifest and asks whether it has changed.
    fn manifest_unchanged(&mut self) -> Done {
        let user = self.user();
        let etag = self.world.manifest();
        if etag.is_empty() {
            return self.manifest();
        }
        let headers = format!("Accept-Encoding: gzip\r\nIf-None-Match: {etag}\r\n");
        let sent = Sent { user: Some(user), headers, ..Sent::default() };
        let answer = self.ask("GET marketplace.json, kept", &[200, 304], ("GET", "/marketplace.json"), sent)?;
        if let (200, Some(etag)) = (answer.status, answer.etag) {
            self.world.set_manifest(etag);
        }
        Ok(())
    }

    fn manifest(&mut self) -> Done {
        let user = self.user();
        let sent = Sent { user: Some(user), headers: "Accept-Encoding: gzip\r\n".to_owned(), ..Sent::default() };
        let answer = self.ask("GET marketplace.json, whole", &[200], ("GET", "/marketplace.json"), sent)?;
        if let Some(etag) = answer.etag {
            self.world.set_manifest(etag);
        }
        Ok(())
    }

    /// The redirect: where it leads is the store's, not the drive's.
    fn download(&mut self) -> Done {
        let (user, (slug, sha)) = (self.user(), self.skill());
        let path = format!("/api/v1/downloads/public/{slug}/{sha}.zip");
        let sent = Sent { user: Some(user), ..Sent::default() };
        self.ask("GET downloads/public/:slug/:sha", &[302], ("GET", &path), sent).map(|_| ())
    }

    /// A sync that finds nothing to do.
    fn preview(&mut self) -> Done {
        let user = self.user();
        let body = sync_body(user, &user.items, "daily");
        self.post("POST drive/sync/preview", user, "/api/v1/drive/sync/preview", &body).map(|_| ())
    }

    fn diff(&mut self) -> Done {
        let user = self.user();
        let local =
            user.items.iter().map(|item| format!("{{\"slug\":\"{}\",\"content_sha\":\"{}\"}}", item.slug, item.sha));
        let body = format!("{{\"local\":[{}]}}", local.collect::<Vec<_>>().join(","));
        self.post("POST drive/diff", user, "/api/v1/drive/diff", &body).map(|_| ())
    }

    /// A sync that brings one skill to the machine: what is downloaded there changes nothing in the drive.
    fn sync(&mut self) -> Done {
        let user = self.user();
        let body = sync_body(user, user.items.get(1..).unwrap_or_default(), "manual");
        let plan = self.post("POST drive/sync/preview", user, "/api/v1/drive/sync/preview", &body)?;
        let Some(classifications) = list(&plan.body, "\"classifications\":") else { return Err(BrokenOff) };
        let body = format!(
            "{{\"install_id\":\"{}\",\"kind\":\"manual\",\"mode\":\"all\",\"classifications\":{classifications}}}",
            user.install_id
        );
        let done = self.post("POST drive/sync/execute", user, "/api/v1/drive/sync/execute", &body)?;
        let Some(run_id) = text(&done.body, "run_id", 0).map(|(run_id, _)| run_id) else { return Err(BrokenOff) };
        let body = format!(
            "{{\"run_id\":\"{run_id}\",\"install_id\":\"{}\",\"results\":[{}]}}",
            user.install_id,
            steps(&done.body).join(",")
        );
        self.post("POST drive/sync/finalize", user, "/api/v1/drive/sync/finalize", &body).map(|_| ())
    }

    fn upload(&mut self) -> Done {
        const EDGE: &str = "edge-of-a-part-0f5c1d";
        let user = self.user();
        let Some(package) = self.world.package() else { return Err(BrokenOff) };
        let body = format!("{{\"filename\":\"{}.zip\",\"slug\":\"{}\"}}", package.slug, package.slug);
        let ticket = self.post("POST uploads/ticket", user, "/api/v1/uploads/ticket", &body)?;
        let Some((token, _)) = text(&ticket.body, "uploadToken", 0) else { return Err(BrokenOff) };
        let mut form = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}.zip\"\r\n\
             Content-Type: application/zip\r\n\r\n",
            package.slug
        )
        .into_bytes();
        form.extend_from_slice(&package.zip);
        form.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let headers =
            format!("Authorization: Bearer {token}\r\nContent-Type: multipart/form-data; boundary={EDGE}\r\n");
        let sent = Sent { user: Some(user), headers, body: Some(&form), ..Sent::default() };
        self.ask("POST process-skill", &[200, 201], ("POST", "/api/uploads/process-skill"), sent).map(|_| ())
    }

    fn telemetry(&mut self) -> Done {
        let user = self.user();
        let event = ["install", "install", "sync", "sync", "update", "audit", "scan"][self.chance.below(7)];
        let mut slugs = Vec::new();
        if event == "install" {
            for _ in 0..=self.chance.below(3) {
                slugs.push(format!("\"{}\"", self.skill().0));
            }
        }
        let body = format!(
            "{{\"install_id\":\"{}\",\"event_type\":\"{event}\",\"cli_version\":\"0.1.0\",\"os\":\"linux/amd64\",\
             \"skill_slugs\":[{}],\"source_types\":[\"skillzdrive\"],\"metadata\":{{\"installed\":{},\"failed\":0}}}}",
            user.install_id,
            slugs.join(","),
            slugs.len()
        );
        let headers = "Content-Type: application/json\r\n".to_owned();
        let sent = Sent { user: Some(user), headers, body: Some(body.as_bytes()), ..Sent::default() };
        self.ask("POST telemetry/anonymous", &[202], ("POST", "/api/v1/telemetry/anonymous"), sent).map(|_| ())
    }

    /// What `whoami`, `list --drive` and `outdated` ask.
    fn account(&mut self) -> Done {
        let user = self.user();
        let (route, path) = match self.chance.below(8) {
            0..3 => ("GET account/credits", "/api/v1/account/credits"),
            3..6 => ("GET drive", "/api/v1/drive"),
            _ => ("GET drive/updates", "/api/v1/drive/updates"),
        };
        self.get(route, user, path).map(|_| ())
    }

    /// An import, which is paid, and its removal.
    fn import(&mut self) -> Done {
        let user = self.user();
        let (slug, _) = self.skill();
        if user.items.iter().any(|item| item.slug == *slug) {
            return Ok(());
        }
        let body = format!("{{\"skillSlug\":\"{slug}\"}}");
        self.post("POST drive/import", user, "/api/v1/drive/import", &body)?;
        let sent = Sent { user: Some(user), signed: true, ..Sent::default() };
        self.ask("DELETE drive/:slug", &[200], ("DELETE", &format!("/api/v1/drive/{slug}")), sent).map(|_| ())
    }
}

/// The body of a preview: what is on the machine is what was synced last.
fn sync_body(user: &User, items: &[Item], kind: &str) -> String {
    let local: Vec<String> = items
        .iter()
        .map(|Item { slug, sha, size }| {
            format!(
                "{{\"slug\":\"{slug}\",\"content_sha\":\"{sha}\",\"base_sha\":\"{sha}\",\"content_size\":{size},\
                 \"name\":\"{slug}\",\"description\":\"made up, as long as a description of a skill usually is\"}}"
            )
        })
        .collect();
    format!(
        "{{\"install_id\":\"{}\",\"kind\":\"{kind}\",\"mode\":\"all\",\"local\":[{}]}}",
        user.install_id,
        local.join(",")
    )
}

/// The list behind a name in a JSON text, as it stands there.
fn list<'t>(body: &'t [u8], name: &str) -> Option<&'t str> {
    let begin = find(body, name.as_bytes())? + name.len();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in body[begin..].iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return std::str::from_utf8(&body[begin..=begin + at]).ok();
                }
            }
            _ => {}
        }
    }
    None
}

/// The next text of a name in a JSON text, and where it ends. It is one without escapes: a slug, a word, a token.
fn text<'t>(body: &'t [u8], name: &str, from: usize) -> Option<(&'t str, usize)> {
    let mark = format!("\"{name}\":\"");
    let begin = from + find(body.get(from..)?, mark.as_bytes())? + mark.len();
    let end = begin + body[begin..].iter().position(|byte| *byte == b'"')?;
    Some((std::str::from_utf8(&body[begin..end]).ok()?, end))
}

/// Says of every step of an execution that it was done.
fn steps(body: &[u8]) -> Vec<String> {
    let (mut steps, mut from) = (Vec::new(), 0);
    while let Some((slug, after)) = text(body, "slug", from) {
        let Some((action, after)) = text(body, "action", after) else { break };
        steps.push(format!(
            "{{\"slug\":\"{slug}\",\"action\":\"{action}\",\"status\":\"done\",\"content_sha\":null,\"error\":null}}"
        ));
        from = after;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXECUTED: &[u8] = br#"{"data":{"run_id":"r-1","results":[{"slug":"a","action":"in_sync","status":"committed",
        "reason":null},{"slug":"b","action":"download_install","status":"deferred","download":{"url":"/x]\"}"}}]}}"#;

    #[test]
    fn lists_and_texts_are_found_in_an_answer() {
        assert!(list(EXECUTED, "\"results\":").unwrap().ends_with(r#""download":{"url":"/x]\"}"}}]"#));
        assert_eq!(list(EXECUTED, "\"others\":"), None);
        assert_eq!(text(EXECUTED, "run_id", 0).unwrap().0, "r-1");
        let steps = steps(EXECUTED);
        assert_eq!(steps.len(), 2);
        assert!(steps[1].contains(r#""slug":"b","action":"download_install","status":"done""#));
    }

    #[test]
    fn every_action_of_a_mix_is_known() {
        assert!(action("search").is_some() && action("import").is_some());
        assert!(action("nothing").is_none());
    }
}
