//! HTTP/1.1 as `curl` speaks it, by hand: no library of the program stands between the test and the drive.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::pack_dir;

/// An answer, read whole.
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let wanted = |line: &&str| line.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(name));
        self.head.lines().find(wanted).and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()))
    }

    pub(super) fn text(&self) -> String {
        format!("{}\n\n{}", self.head, String::from_utf8_lossy(&self.body))
    }
}

/// Sends a request with these headers, besides those that `curl` sends by itself.
pub(super) fn ask(url: &str, method: &str, path: &str, headers: &[String], body: &[u8]) -> Reply {
    let host = url.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).unwrap();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\nConnection: close\r\n"
    );
    for header in headers {
        request.push_str(&format!("{header}\r\n"));
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    line.write_all(request.as_bytes()).unwrap();
    line.write_all(body).unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut reply = Reply { status, head, body: answer[end + 4..].to_vec() };
    if reply.header("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        reply.body = unchunked(&reply.body);
    }
    reply
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").expect("the length of a chunk");
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap().trim(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
}

/// Path and query of an address.
pub(super) fn path_of(address: &str) -> &str {
    match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => address,
    }
}

/// `-F file=@skill.zip`: the header and the body of the form.
pub(super) fn form(folder: &Path) -> (String, Vec<u8>) {
    let boundary = "------------------------d74496d66958873e";
    let packed = pack_dir(folder, &PackOptions::own()).unwrap();
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"skill.zip\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&packed.zip);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("Content-Type: multipart/form-data; boundary={boundary}"), body)
}
