//! Unsafe consumption of APIs: a GitHub that lies, hangs up, redirects and never ends.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use skillzdrive_drive::GithubHosts;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::fixture::Server;

const COMMIT: &str = "1111111111111111111111111111111111111111";

/// What a GitHub of ours says next to a question about a commit and to one about an archive, and whether anything else
/// was asked.
#[derive(Clone, Default)]
struct Liar(Arc<Mutex<Said>>);

#[derive(Default)]
struct Said {
    commit: Vec<u8>,
    archive: Vec<u8>,
    others: Vec<String>,
}

impl Liar {
    async fn start() -> (Self, u16) {
        let liar = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = liar.clone();
        tokio::spawn(async move {
            while let Ok((mut line, _)) = listener.accept().await {
                let said = said.clone();
                tokio::spawn(async move {
                    let mut request = [0; 4_096];
                    let read = line.read(&mut request).await.unwrap_or(0);
                    let request = String::from_utf8_lossy(&request[..read]).into_owned();
                    let answer = said.answer(&request);
                    let _ = line.write_all(&answer).await;
                });
            }
        });
        (liar, port)
    }

    fn answer(&self, request: &str) -> Vec<u8> {
        let mut said = self.0.lock().unwrap();
        let path = request.split(' ').nth(1).unwrap_or_default();
        if path.starts_with("/api/repos/") {
            said.commit.clone()
        } else if path.starts_with("/archives/") {
            said.archive.clone()
        } else {
            said.others.push(path.to_owned());
            Vec::new()
        }
    }
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n").into_bytes();
    answer.extend(body);
    answer
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// An archive with these entries; a path may be what no honest archive has.
fn archive(entries: &[(&str, tar::EntryType, &[u8], &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, kind, bytes, link) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    packed(&tar.into_inner().unwrap())
}

#[tokio::test]
async fn whatever_github_says_the_drive_stays_whole_and_nothing_is_charged() {
    let (liar, port) = Liar::start().await;
    let server = Server::with(|config| {
        config.allow_private_webhooks = true;
        let url = |part: &str| format!("http://127.0.0.1:{port}/{part}");
        config.github = GithubHosts { api: url("api"), archives: url("archives") };
    })
    .await;
    let before = server.get("/api/v1/drive").await.data(200);
    let import = async || {
        let source = json!({ "skillSlug": "https://github.com/acme/skills/tree/main/pdf" });
        server.post("/api/v1/drive/import", source).await
    };
    let ok = |body: &[u8]| http("200 OK", "", body);
    let elsewhere = format!("Location: http://127.0.0.1:{port}/elsewhere\r\nContent-Length: 0\r\n");
    let commits = [
        ok(b""),
        ok(b"null"),
        ok(b"{}"),
        ok(b"[1,2]"),
        ok(b"<html>"),
        ok(&[0xff; 40]),
        ok(b"main"),
        ok(COMMIT.to_uppercase().replace('1', "G").as_bytes()),
        ok(&vec![b'1'; 1 << 20]),
        ok(format!("{COMMIT}/../../other").as_bytes()),
        ok(b"1111111111111111111111111111111111111111\r\nX: y"),
        http("200 OK", "Content-Length: 99999999999\r\n", b"1"),
        http("200 OK", "Content-Length: 40\r\n", b"11"),
        http("200 OK", "Transfer-Encoding: chunked\r\n", b"zz\r\n"),
        http("200 OK", "Content-Encoding: gzip\r\n", b"x"),
        http("204 No Content", "", b""),
        http("302 Found", &elsewhere, b""),
        http("301 Moved", &elsewhere, b""),
        http("401 Unauthorized", "", b""),
        http("418 Teapot", "", b""),
        http("500 Oops", "", b"secret of github"),
        http("429 Slow", "Retry-After: 99999999999999999999\r\n", b""),
        b"no http at all\r\n\r\n".to_vec(),
        Vec::new(),
        b"HTTP/1.1 200 OK\r\n".to_vec(),
    ];
    for answer in commits {
        liar.0.lock().unwrap().commit.clone_from(&answer);
        let reply = import().await;
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(90)]).into_owned();
        let fine = (400..500).contains(&reply.status) || reply.status == 503;
        assert!(fine, "{shown:?}: {} {}", reply.status, reply.text());
        assert!(reply.bytes.len() < 1_500 && !reply.text().contains("secret of github"), "{shown:?}: {}", reply.text());
    }
    use tar::EntryType as Kind;
    let md: &[u8] = b"---\nname: pdf\ndescription: d\n---\nx\n";
    let skill = ("skills-1/pdf/SKILL.md", Kind::Regular, md, "");
    let many: Vec<u8> = packed(&vec![0; 300 << 20]);
    let archives = [
        ok(b""),
        ok(b"<html>"),
        ok(&packed(b"not a tar at all")),
        ok(&many),
        ok(&packed(b"")[..10]),
        ok(&archive(&[skill, ("skills-1/pdf/../../evil", Kind::Regular, b"x", "")])),
        ok(&archive(&[skill, ("/etc/evil", Kind::Regular, b"x", "")])),
        ok(&archive(&[skill, ("skills-1/pdf/a", Kind::Symlink, b"", "/etc/passwd")])),
        ok(&archive(&[skill, ("skills-1/pdf/a", Kind::Link, b"", "../../../etc/passwd")])),
        ok(&archive(&[skill, ("skills-1/pdf/a", Kind::Char, b"", "")])),
        ok(&archive(&[("skills-1/pdf/SKILL.md", Kind::Symlink, b"", "SKILL.md")])),
        ok(&archive(&[("skills-1/other/x", Kind::Regular, b"x", "")])),
        http("200 OK", "Content-Length: 99999999999\r\n", b"x"),
        http("302 Found", &elsewhere, b""),
        http("500 Oops", "", b"secret of github"),
        http("200 OK", "Content-Length: 500\r\n", b"cut"),
        Vec::new(),
    ];
    let mut paid = 0;
    for (number, answer) in archives.iter().enumerate() {
        // Another commit each time: what was fetched before would be taken from the drive.
        liar.0.lock().unwrap().commit = ok(format!("{number:040x}").as_bytes());
        liar.0.lock().unwrap().archive.clone_from(answer);
        let reply = import().await;
        let text = reply.text();
        if reply.status == 201 {
            paid += 1;
            // An entry outside of the folder that was asked for is none of the skill's.
            let url = reply.data(201)["download"]["url"].as_str().unwrap().to_owned();
            let zip = server.anonymous(&url).await.bytes;
            let zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
            let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
            assert_eq!(names, ["SKILL.md"], "{number}");
            server.delete("/api/v1/drive/pdf").await.data(200);
            continue;
        }
        assert!((400..500).contains(&reply.status) || reply.status == 503, "{number}: {} {text}", reply.status);
        assert!(!text.contains("secret of github") && !text.contains("root:"), "{number}: {text}");
        assert_eq!(server.get("/api/v1/drive").await.data(200), before, "{number}");
    }
    assert_eq!(liar.0.lock().unwrap().others, Vec::<String>::new(), "no redirect is followed");
    // Each import that came to something was paid, and no other.
    let credits = server.get("/api/v1/account/credits").await.data(200);
    assert_eq!(credits["balance"], 1_000 - paid);
    assert!(paid <= 5, "{paid} of those archives hold a skill beside what is not one");
}
