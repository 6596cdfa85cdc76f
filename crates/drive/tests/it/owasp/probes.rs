//! What scanners throw at a server, by hand: paths that climb, bytes that are no text, heads that two readers would read
//! differently. No probe may be answered with a server's error, with a file, or with a header that the client wrote.

use super::raw;
use super::status_of;
use crate::fixture::Server;

#[tokio::test]
async fn no_probe_gets_a_file_a_header_of_its_own_or_a_servers_error() {
    let server = Server::start().await;
    let sha = server.publish("pdf", "one").await;
    let host = server.url.trim_start_matches("http://").to_owned();
    let up = [
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%252f",
        "..%c0%af",
        "..%ef%bc%8f",
        "....//",
        "..;/",
        "..\\",
        "..%5c",
        "%00/",
    ];
    let mut paths: Vec<String> = Vec::new();
    for base in [
        "/",
        "/storage/",
        "/storage/exports/",
        "/api/v1/skills/",
        "/api/v1/downloads/public/pdf/",
        "/upload/",
        "/marketplace/collections/",
        "/page.css/",
    ] {
        for step in up {
            paths.push(format!("{base}{}etc/passwd", step.repeat(8)));
            paths.push(format!("{base}{}drive.sqlite", step.repeat(2)));
        }
        for odd in [
            "%",
            "%0",
            "%zz",
            "%00",
            "%0d%0aX-Canary:%20seen",
            "%E5%98%8A%E5%98%8DX-Canary:seen",
            "%ff%fe",
            "%c0%80",
            "%ed%a0%80",
            "%f4%90%80%80",
            "%e2%80%ae",
            "'",
            "\"",
            "<script>alert(1)</script>",
            "{{7*7}}",
            "${7*7}",
            "%24%7bjndi:ldap://127.0.0.1/x%7d",
            "';drop%20table%20users--",
            "a%20or%201=1",
            "*",
            "?",
            "#",
            ".",
            "..",
            "~",
            "%2e",
            "%2f",
            "%5c",
            "CON",
            "a.b.c.d.e",
            "-1",
            "99999999999999999999",
            "NaN",
            "null",
            "undefined",
            "true",
        ] {
            paths.push(format!("{base}{odd}"));
        }
    }
    for query in [
        "q=%00",
        "q=%ff",
        "q=%0d%0aX-Canary:%20seen",
        "q[]=x",
        "q=x&q=y",
        "q=%25s%25n",
        "limit=0x10",
        "=",
        "&&&",
        "q",
        "q=;&;",
        "%ff=%ff",
        "q=../../etc/passwd",
        "collection=../x",
        "q=%F0%9F%92%A9",
        "q='%20or%20'1'='1",
        "q=*",
        "q=%22%20OR%20*",
    ] {
        paths.push(format!("/api/v1/skills?{query}"));
        paths.push(format!("/sign-in?next={query}"));
        paths.push(format!("/authorize?{query}"));
        paths.push(format!("/storage/{sha}?{query}"));
    }
    let mut probes: Vec<Vec<u8>> = Vec::new();
    for path in &paths {
        probes.push(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes());
        let key = &server.key;
        let with =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n");
        probes.push(with.into_bytes());
    }
    let get = |headers: &str| {
        format!("GET /api/v1/drive HTTP/1.1\r\nHost: {host}\r\n{headers}\r\nConnection: close\r\n\r\n").into_bytes()
    };
    probes.extend([
        get("X-Request-Id: a\r\n X-Canary: folded"),
        get("Accept: ../../etc/passwd"),
        get("If-None-Match: \"\u{0}\""),
        get("Authorization: Bearer \u{ff}"),
        get("Authorization:"),
        get("Cookie: skillzdrive_session=\u{1}"),
        get("X-Forwarded-For: 127.0.0.1'; drop table users; --"),
        get("X-Skillzdrive-Install-Id: ../../x"),
        get("Range: bytes=0-,0-,0-"),
        get("Expect: 200-ok"),
        get("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
        get("Upgrade: websocket\r\nSec-WebSocket-Key: x"),
        get("Content-Length: -1"),
        get("Content-Length: 5\r\nContent-Length: 6"),
        get("Transfer-Encoding: chunked\r\nContent-Length: 3"),
        get("Transfer-Encoding: xchunked"),
        get("Transfer-Encoding : chunked"),
        get("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"GET / HTTP/1.0\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_vec(),
        b"GET /\r\n\r\n".to_vec(),
        b"\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x09\x00\x00\x00\x00\x00".to_vec(),
        format!("GET http://evil.example/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes(),
        format!("GET http://{host}/api/v1/drive HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            .into_bytes(),
        format!("GET * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes(),
        format!("OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\nHost: {host}\nConnection: close\n\n").into_bytes(),
        format!("GET /api\u{0}/v1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes(),
        format!("GET /a b HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes(),
    ]);
    // Bodies that are something else than they say.
    for kind in [
        "application/xml",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"",
        "application/json; charset=utf-16",
        "application/x-java-serialized-object",
        "application/json\u{0}",
        "*/*",
        "image/svg+xml",
        "application/zip",
    ] {
        for body in [
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
            "{\"skillSlug\":\"../../etc/passwd\"}",
            "--\r\n\r\n--",
            "\u{feff}{}",
            "PK\u{3}\u{4}",
            "a=b&a[]=c",
            "!!python/object:x",
        ] {
            for path in [
                "/api/v1/drive/import",
                "/api/uploads/process-skill",
                "/sign-in",
                "/authorize",
                "/upload",
                "/api/mcp/oauth/token",
                "/api/mcp/oauth/register",
                "/api/v1/telemetry/anonymous",
            ] {
                let length = body.len();
                let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n", server.key);
                let rest =
                    format!("Content-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                probes.push(format!("{head}{rest}").into_bytes());
            }
        }
    }
    assert!(probes.len() > 1_500, "{}", probes.len());
    // Some at a time: each has a connection of its own.
    for some in probes.chunks(32) {
        let answers = futures_util::future::join_all(some.iter().map(|probe| raw(&server, probe))).await;
        for (probe, answer) in some.iter().zip(answers) {
            let shown = String::from_utf8_lossy(&probe[..probe.len().min(300)]).into_owned();
            let status = status_of(&answer);
            assert!(status < 500, "{shown:?}\n{answer}");
            // What is after the first head and body would be a second answer to one request.
            assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{shown:?}\n{answer}");
            let head = answer.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
            assert!(!head.contains("x-canary:"), "{shown:?}\n{answer}");
            let location = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or("/");
            assert!(
                location.starts_with('/') && !location.starts_with("//") || location.starts_with(&server.url),
                "{shown:?}\n{answer}"
            );
            for file in ["root:x:0", "SQLite format", "-----BEGIN"] {
                assert!(!answer.contains(file), "{shown:?}\n{answer}");
            }
            if head.contains("text/html") {
                assert!(!answer.contains("<script>alert"), "{shown:?}\n{answer}");
            }
        }
    }
    assert_eq!(server.get("/api/v1/drive").await.status, 200, "and it is as well as before");
}
