//! The one way in which the drive speaks to others: what somebody wrote into a request must not make it speak to what
//! only it can reach.
//!
//! A name is resolved here, every one of its addresses is checked, and the connection goes to exactly those; there is no
//! second look-up in between. No proxy, no redirect, no cookie, no key of ours; `https` alone, and a bounded body. A
//! connection is not kept: the next request checks again.

mod address;

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Once;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use futures_util::future::BoxFuture;
use reqwest::Certificate;
use reqwest::Client;
use reqwest::Response;
use reqwest::Url;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use reqwest::header::HeaderMap;

pub use address::is_public;

/// The longest address that is kept or called, in bytes.
const MOST_ADDRESS: usize = 2_048;

static PROVIDER: Once = Once::new();

/// Why an address is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("it is no address")]
    NoAddress,
    #[error("it is longer than {MOST_ADDRESS} characters")]
    TooLong,
    #[error("it does not begin with https://")]
    NotHttps,
    #[error("it holds a user name or a password")]
    Credentials,
    #[error("it is an address that is not on the public internet")]
    NotPublic,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("it took too long")]
    TimedOut,
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// For the log alone: a cause may tell what lies where the drive stands.
    #[error("it could not be reached: {0}")]
    Unreachable(String),
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Looks up the addresses of a name.
type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// The guarded client. Making one costs nothing; certificates are read when they are first needed.
pub(crate) struct Outbound {
    allow_private: bool,
    ca: Option<PathBuf>,
    lookup: Lookup,
    https: OnceLock<Client>,
    plain: OnceLock<Client>,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Outbound {
    /// A client that also believes the certificate authorities of a file. With `allow_private` it calls every address,
    /// and plain `http` too.
    pub(crate) fn new(allow_private: bool, ca: Option<PathBuf>) -> Self {
        Self::with_lookup(allow_private, ca, Arc::new(|name| Box::pin(system_lookup(name))))
    }

    fn with_lookup(allow_private: bool, ca: Option<PathBuf>, lookup: Lookup) -> Self {
        Self { allow_private, ca, lookup, https: OnceLock::new(), plain: OnceLock::new() }
    }

    /// Reads an address that could be called as far as the text tells. What a name resolves to is seen when it is called.
    pub(crate) fn check(&self, text: &str) -> Result<Url, Refused> {
        if text.len() > MOST_ADDRESS {
            return Err(Refused::TooLong);
        }
        let mut url = Url::parse(text).map_err(|_| Refused::NoAddress)?;
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            _ => return Err(Refused::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        // The parser has brought every spelling of an IPv4 address to its usual form.
        let host = url.host_str().ok_or(Refused::NoAddress)?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if literal.is_ok_and(|address| !self.may_call(address)) {
            return Err(Refused::NotPublic);
        }
        url.set_fragment(None);
        Ok(url)
    }

    fn may_call(&self, address: IpAddr) -> bool {
        self.allow_private || address::is_public(address)
    }

    /// A GET, of which at most so much is read.
    pub(crate) async fn get(
        &self,
        url: &str,
        headers: HeaderMap,
        patience: Duration,
        most: usize,
    ) -> Result<Reply, Failed> {
        let url = self.check(url)?;
        in_time(patience, async {
            let response = self.client(&url)?.get(url).headers(headers).send().await.map_err(failed)?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok(Reply { status, headers, body: read(response, most).await? })
        })
        .await
    }

    /// A POST, of whose answer only the status counts; the rest is not read.
    pub(crate) async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: String,
        patience: Duration,
    ) -> Result<u16, Failed> {
        let url = self.check(url)?;
        in_time(patience, async {
            let response = self.client(&url)?.post(url).headers(headers).body(body).send().await.map_err(failed)?;
            Ok(response.status().as_u16())
        })
        .await
    }

    fn client(&self, url: &Url) -> Result<&Client, Failed> {
        let tls = url.scheme() == "https";
        let cell = if tls { &self.https } else { &self.plain };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        provide_tls();
        let guard = Guard { allow_private: self.allow_private, lookup: Arc::clone(&self.lookup) };
        let builder = Client::builder()
            .user_agent(concat!("skillzdrive-drive/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .pool_max_idle_per_host(0)
            .dns_resolver(guard);
        let builder = match &self.ca {
            // Reading the system's certificates takes longer than a request without them.
            _ if !tls => builder.tls_certs_only(Vec::new()),
            None => builder,
            Some(path) => builder.tls_certs_merge(certificates(path)?),
        };
        let client = builder.build().map_err(|error| Failed::Unreachable(causes(&error.without_url())))?;
        Ok(cell.get_or_init(|| client))
    }
}

fn provide_tls() {
    PROVIDER.call_once(|| {
        // An error means that a provider is there already, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client for an address that the operator chose and nobody else can: nothing is checked but the certificate.
#[cfg(feature = "otel")]
pub(crate) fn plain_client(ca: Option<&PathBuf>, patience: Duration) -> Result<Client, Failed> {
    provide_tls();
    let builder = Client::builder()
        .user_agent(concat!("skillzdrive-drive/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(patience);
    let builder = match ca {
        None => builder,
        Some(path) => builder.tls_certs_merge(certificates(path)?),
    };
    builder.build().map_err(|error| Failed::Unreachable(causes(&error.without_url())))
}

async fn in_time<T>(patience: Duration, work: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    tokio::time::timeout(patience, work).await.unwrap_or(Err(Failed::TimedOut))
}

async fn read(mut response: Response, most: usize) -> Result<Bytes, Failed> {
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(Failed::TooLarge(most));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > most {
            return Err(Failed::TooLarge(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn certificates(path: &PathBuf) -> Result<Vec<Certificate>, Failed> {
    let unreadable = |error: String| Failed::Unreachable(format!("{}: {error}", path.display()));
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    Certificate::from_pem_bundle(&pem).map_err(|error| unreadable(error.without_url().to_string()))
}

fn failed(error: reqwest::Error) -> Failed {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(cause) = next {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return Failed::Refused(refused.clone());
        }
        next = cause.source();
    }
    Failed::Unreachable(causes(&error.without_url()))
}

/// An error with what it came of.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

async fn system_lookup(name: String) -> io::Result<Vec<IpAddr>> {
    Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
}

/// The resolver that the client connects by.
struct Guard {
    allow_private: bool,
    lookup: Lookup,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (allow_private, found) = (self.allow_private, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let addresses = found.await?;
            // One bad address refuses them all: which of them is tried is not in our hand.
            if !allow_private && !addresses.iter().copied().all(address::is_public) {
                return Err(Refused::NotPublic.into());
            }
            // The port 0 is replaced by that of the address.
            let addresses: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use tokio::io::AsyncReadExt as _;
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    /// A client whose names resolve to one list after the other; the last one stays.
    fn client(allow_private: bool, answers: &[&[&str]]) -> (Outbound, Arc<AtomicUsize>) {
        let answers: Vec<Vec<IpAddr>> =
            answers.iter().map(|list| list.iter().map(|text| text.parse().unwrap()).collect()).collect();
        let (answers, asked) = (Arc::new(Mutex::new(answers)), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&asked);
        let lookup: Lookup = Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut answers = answers.lock().unwrap();
            let next = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Box::pin(async move { Ok(next) })
        });
        (Outbound::with_lookup(allow_private, None, lookup), asked)
    }

    /// A receiver that answers everything with these bytes, and how often it was called.
    async fn receiver(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut request = [0; 4_096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    if answer.is_empty() {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        (port, calls)
    }

    fn post<'a>(outbound: &'a Outbound, url: &'a str) -> impl Future<Output = Result<u16, Failed>> + 'a {
        outbound.post(url, HeaderMap::new(), "{}".to_owned(), LONG)
    }

    #[test]
    fn what_is_no_public_address_of_https_is_refused_by_its_text() {
        let outbound = Outbound::new(false, None);
        for (text, why) in [
            ("http://a.example/", Refused::NotHttps),
            ("ftp://a.example/", Refused::NotHttps),
            ("file:///etc/passwd", Refused::NotHttps),
            ("a.example", Refused::NoAddress),
            ("https://", Refused::NoAddress),
            ("https://u@a.example/", Refused::Credentials),
            ("https://u:p@a.example/", Refused::Credentials),
            ("https://127.0.0.1/", Refused::NotPublic),
            ("https://127.0.0.1./", Refused::NotPublic),
            ("https://127.1/", Refused::NotPublic),
            ("https://2130706433/", Refused::NotPublic),
            ("https://0x7f.1/", Refused::NotPublic),
            ("https://0177.0.0.1/", Refused::NotPublic),
            ("https://0/", Refused::NotPublic),
            ("https://１２７.0.0.1/", Refused::NotPublic),
            ("https://169.254.169.254/latest/", Refused::NotPublic),
            ("https://[::1]/", Refused::NotPublic),
            ("https://[::ffff:10.0.0.1]:8443/", Refused::NotPublic),
            ("https://[fd00:ec2::254]/", Refused::NotPublic),
            ("https://[64:ff9b::127.0.0.1]/", Refused::NotPublic),
        ] {
            assert_eq!(outbound.check(text), Err(why), "{text}");
        }
        assert_eq!(outbound.check(&format!("https://a.example/{}", "x".repeat(2_048))), Err(Refused::TooLong));
        for text in
            ["https://a.example", "https://8.8.8.8:8443/x?y", "https://localhost/", "https://[2606:4700::1111]/"]
        {
            assert!(outbound.check(text).is_ok(), "{text}");
        }
        let open = Outbound::new(true, None);
        assert!(open.check("http://127.0.0.1:1/").is_ok());
        assert_eq!(open.check("file:///etc/passwd"), Err(Refused::NotHttps));
    }

    #[tokio::test]
    async fn a_name_with_one_private_address_is_not_called() {
        let (port, calls) = receiver("HTTP/1.1 200 OK\r\n\r\n").await;
        for list in [&["127.0.0.1"][..], &["8.8.8.8", "127.0.0.1"], &["::ffff:127.0.0.1"], &["169.254.169.254"]] {
            let (outbound, asked) = client(false, &[list]);
            let error = post(&outbound, &format!("https://rebind.example:{port}/")).await.unwrap_err();
            assert!(matches!(error, Failed::Refused(Refused::NotPublic)), "{list:?}: {error}");
            assert_eq!(asked.load(Ordering::SeqCst), 1);
        }
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_for_each_request_and_checked_each_time() {
        // What was public at the first look is no leave for the second.
        let (outbound, asked) = client(false, &[&["8.8.8.8"], &["127.0.0.1"]]);
        let guard = Guard { allow_private: false, lookup: Arc::clone(&outbound.lookup) };
        let found: Vec<_> = guard.resolve("rebind.example".parse().unwrap()).await.unwrap().collect();
        assert_eq!(found, ["8.8.8.8:0".parse().unwrap()], "exactly what was checked is called");
        assert!(guard.resolve("rebind.example".parse().unwrap()).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 2);

        // One request, one look-up: there is no other one between the check and the connection.
        let (port, calls) = receiver("HTTP/1.1 204 No Content\r\n\r\n").await;
        let (outbound, asked) = client(true, &[&["127.0.0.1"], &["127.0.0.2"]]);
        assert_eq!(post(&outbound, &format!("http://rebind.example:{port}/")).await.unwrap(), 204);
        assert_eq!((asked.load(Ordering::SeqCst), calls.load(Ordering::SeqCst)), (1, 1));
        // And no kept connection: the next request looks again, and is refused by nobody's listening there.
        assert!(post(&outbound, &format!("http://rebind.example:{port}/")).await.is_err());
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let (port, calls) = receiver("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n").await;
        let outbound = Outbound::new(true, None);
        let url = format!("http://127.0.0.1:{port}/");
        assert_eq!(post(&outbound, &url).await.unwrap(), 302);
        assert_eq!(outbound.get(&url, HeaderMap::new(), LONG, 100).await.unwrap().status, 302);
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn an_answer_is_bounded_in_size_and_time() {
        let (port, _) = receiver("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789").await;
        let outbound = Outbound::new(true, None);
        let url = format!("http://127.0.0.1:{port}/");
        let get = |most| outbound.get(&url, HeaderMap::new(), LONG, most);
        assert_eq!(get(10).await.unwrap().body, "0123456789");
        assert!(matches!(get(9).await.unwrap_err(), Failed::TooLarge(9)));
        let (port, _) = receiver("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789").await;
        let announced = format!("http://127.0.0.1:{port}/");
        assert!(matches!(outbound.get(&announced, HeaderMap::new(), LONG, 9).await, Err(Failed::TooLarge(9))));
        let (port, calls) = receiver("").await;
        let silent = format!("http://127.0.0.1:{port}/");
        let short = Duration::from_millis(50);
        let error = outbound.post(&silent, HeaderMap::new(), String::new(), short).await.unwrap_err();
        assert!(matches!(error, Failed::TimedOut), "{error}");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }
}
