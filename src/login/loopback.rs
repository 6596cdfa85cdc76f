//! The port of this machine to which a browser brings the answer: a server of one page, for one login.
//!
//! It takes what a browser sends on the way (a request for an icon, a connection that is opened and never used) without
//! losing the login over it, and answers nobody who calls it by another name.

use std::net::Ipv4Addr;
use std::time::Duration;

use reqwest::Url;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::answer::Answer;
use super::answer::Expected;
use super::answer::Heard;
use super::answer::Stray;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// The path of the redirect.
const PATH: &str = "/callback";
/// The longest head of a request, in bytes.
const LONGEST: usize = 16 << 10;
/// How long a browser may take to send it.
const PATIENCE: Duration = Duration::from_secs(15);
/// The most connections at once.
const MOST: usize = 64;

const PAGE: &str = include_str!("page.html");

/// A free port that listens.
#[derive(Debug)]
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// Takes a free port. Dropping it closes the port.
    ///
    /// # Errors
    /// Exit 1 when there is none.
    pub(crate) async fn open() -> Result<Self> {
        let fail = |e| {
            Error::new(Kind::Failure, "could not listen on a port of this machine for the browser's answer")
                .code("listen")
                .source(e)
                .hint("skillzdrive login --with-token takes an API key")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(fail)?;
        let port = listener.local_addr().map_err(fail)?.port();
        Ok(Self { listener, port })
    }

    /// Where the answer is to go.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Serves until the answer has come and its page was sent.
    pub(super) async fn hear(&self, expected: &Expected, stray: &mut impl FnMut(Stray)) -> Heard {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    // What fails here is the stranger's end.
                    if let Ok((stream, _)) = accepted
                        && connections.len() < MOST
                    {
                        connections.spawn(serve(stream, self.port, expected.clone()));
                    }
                }
                Some(served) = connections.join_next() => match served {
                    Ok(Some(Ok(heard))) => return heard,
                    Ok(Some(Err(what))) => stray(what),
                    Ok(None) | Err(_) => {}
                }
            }
        }
    }
}

/// Answers one request; `None` for one that has nothing to do with a login.
async fn serve(mut stream: TcpStream, port: u16, expected: Expected) -> Option<Answer> {
    let head = tokio::time::timeout(PATIENCE, head(&mut stream)).await.ok()??;
    let answer = read(&head, port, &expected);
    let (status, title, sentence) = match &answer {
        None => ("404 Not Found", "Nothing here", "This address is only for the end of a login."),
        Some(Err(what)) => ("400 Bad Request", "This is not the answer", refused(*what)),
        Some(Ok(Heard::Code(_))) => {
            ("200 OK", "Back to the terminal", "The program has its answer. You can close this window.")
        }
        Some(Ok(Heard::Denied)) => {
            ("200 OK", "Nothing was allowed", "The program gets no key. You can close this window.")
        }
        Some(Ok(_)) => ("200 OK", "The login failed", "The terminal says why. You can close this window."),
    };
    let page = PAGE.replace("{title}", title).replace("{sentence}", sentence);
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    // The answer is good even when its page is not read to the end.
    let _ = tokio::time::timeout(PATIENCE, async {
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
    answer
}

fn refused(what: Stray) -> &'static str {
    match what {
        Stray::State => "It belongs to another login. Use the address that the program printed last.",
        Stray::Issuer => "It does not come from the drive that the program asked.",
        Stray::Nothing => "There is no code in it.",
    }
}

/// Reads to the end of a request's head.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 2_048];
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 || bytes.len() + read > LONGEST {
            return None;
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8(bytes).ok()
}

/// What a request brings; `None` for another path, method or host.
fn read(head: &str, port: u16, expected: &Expected) -> Option<Answer> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    // A web page that gives its own name this machine's address calls us by that name.
    let host = lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("host"))?.1;
    if method != "GET" || !target.starts_with('/') || host.trim() != format!("127.0.0.1:{port}") {
        return None;
    }
    let url = Url::parse(&format!("http://127.0.0.1{target}")).ok()?;
    (url.path() == PATH).then(|| expected.read(&url))
}

#[cfg(test)]
mod tests {
    use skillzdrive_wire::Secret;

    use super::*;

    fn expected() -> Expected {
        Expected { state: "s1".to_owned(), issuer: "http://d".to_owned(), names_itself: false }
    }

    async fn ask(port: u16, text: String) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    fn get(port: u16, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
    }

    /// The page stands alone, so what it shares with the drive's pages is written twice; it must not drift apart.
    #[test]
    fn the_page_looks_like_the_drives_pages() {
        let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/drive/src/pages/");
        let sheet = std::fs::read_to_string(format!("{pages}style.css")).unwrap();
        let tokens = |text: &str, dark: bool| {
            let half = text.split("prefers-color-scheme: dark").nth(usize::from(dark)).unwrap();
            let half = half.split("box-sizing").next().unwrap();
            let lines = half.lines().map(str::trim).filter(|line| line.starts_with("--"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        for dark in [false, true] {
            let (own, drives) = (tokens(PAGE, dark), tokens(&sheet, dark));
            assert!(own.len() >= 4, "{own:?}");
            assert!(own.iter().all(|line| drives.contains(line)), "{own:?} {drives:?}");
        }
        let icon = std::fs::read_to_string(format!("{pages}icon.svg")).unwrap();
        let drawn = icon.trim().split_once('>').unwrap().1;
        assert!(PAGE.contains(drawn), "the icon is another one");
    }

    #[tokio::test]
    async fn strays_do_not_end_a_login_and_its_answer_does() {
        let loopback = Loopback::open().await.unwrap();
        let port = loopback.port;
        assert_eq!(loopback.address(), format!("http://127.0.0.1:{port}/callback"));
        let browser = tokio::spawn(async move {
            // A browser opens connections that it does not use.
            let _idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            for (text, status) in [
                (get(port, "/favicon.ico"), "404"),
                (get(port, "/"), "404"),
                (get(port, "/callback/?code=c&state=s1"), "404"),
                (get(port, "/callback"), "400"),
                (get(port, "/callback?code=c&state=s2"), "400"),
                (get(port, "/callback?error=access_denied&state=s2"), "400"),
                (get(port, "/callback?code=c&state=s1&iss=http%3A%2F%2Fe"), "400"),
                (get(port, "http://127.0.0.1/callback?code=c&state=s1"), "404"),
                (format!("POST /callback?code=c&state=s1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), "404"),
                (format!("GET /callback?code=c&state=s1 HTTP/1.1\r\nHost: evil.example:{port}\r\n\r\n"), "404"),
                ("GET /callback?code=c&state=s1 HTTP/1.0\r\n\r\n".to_owned(), "404"),
                ("nonsense\r\n\r\n".to_owned(), ""),
                (get(port, "/callback?code=c&state=s1"), "200"),
            ] {
                let answer = ask(port, text.clone()).await;
                let expected = if status.is_empty() { String::new() } else { format!("HTTP/1.1 {status} ") };
                assert!(answer.starts_with(&expected), "{text}{answer}");
                assert!(!answer.contains("{title}") && !answer.contains("{sentence}"));
            }
        });
        let mut strays = Vec::new();
        let heard = loopback.hear(&expected(), &mut |stray| strays.push(stray)).await;
        assert_eq!(heard, Heard::Code(Secret::new("c")));
        browser.await.unwrap();
        assert_eq!(strays, [Stray::State, Stray::State, Stray::State, Stray::Issuer]);
        drop(loopback);
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(), "the port is closed");
    }

    #[tokio::test]
    async fn patience_ends() {
        let loopback = Loopback::open().await.unwrap();
        let never = std::future::pending();
        assert_eq!(super::super::wait(&loopback, &expected(), never, async {}, |_| ()).await, None);
        let by_hand = async { Heard::Denied };
        let patience = std::future::pending();
        assert_eq!(super::super::wait(&loopback, &expected(), by_hand, patience, |_| ()).await, Some(Heard::Denied));
    }

    #[tokio::test]
    async fn a_head_has_its_limit() {
        let loopback = Loopback::open().await.unwrap();
        let port = loopback.port;
        let browser = tokio::spawn(async move {
            let long = get(port, &format!("/callback?code={}&state=s1", "c".repeat(LONGEST)));
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            let _ = stream.write_all(long.as_bytes()).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            assert!(answer.is_empty());
            ask(port, get(port, "/callback?error=access_denied&state=s1")).await
        });
        assert_eq!(loopback.hear(&expected(), &mut |_| ()).await, Heard::Denied);
        assert!(browser.await.unwrap().contains("Nothing was allowed"));
    }
}
