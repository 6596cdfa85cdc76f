//! A person at a browser, without a browser: they open addresses, sign in, and press buttons.

use std::collections::BTreeMap;

use reqwest::Url;
use reqwest::header;

use super::Home;

/// What the program calls instead of a browser: it writes the address into a pipe.
const BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" > \"$HOME/address\"\n";

impl Home {
    /// A home whose browser tells [`Home::opened`] what it was to open.
    pub(crate) fn with_browser(self) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let browser = self.write("browser", BROWSER);
        std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
        let made = std::process::Command::new("mkfifo").arg(self.path("address")).status().unwrap();
        assert!(made.success());
        let browser = browser.display().to_string();
        self.with("BROWSER", &browser)
    }

    /// Waits until the program opens its browser; the address.
    pub(crate) fn opened(&self) -> Url {
        self.read("address").trim().parse().unwrap()
    }
}

/// A page, or a redirect to another origin.
pub(crate) struct Page {
    pub(crate) status: u16,
    /// Where it is, or where it sends the browser.
    pub(crate) url: Url,
    pub(crate) text: String,
}

/// A person at a browser.
pub(crate) struct Person {
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Person {
    pub(crate) fn new() -> Self {
        // The second test of a process finds a provider installed, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirect = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(redirect).no_proxy().tls_certs_only(Vec::new()).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, http, cookies: BTreeMap::new() }
    }

    fn go(&mut self, mut url: Url, mut form: Option<String>) -> Page {
        let origin = url.origin();
        loop {
            let request = match form.take() {
                Some(body) => self
                    .http
                    .post(url.clone())
                    .header(header::ORIGIN, origin.ascii_serialization())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body),
                None => self.http.get(url.clone()),
            };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = request.header(header::COOKIE, cookies.join("; "));
            let (status, headers, text) = self.runtime.block_on(async {
                let answer = request.send().await.unwrap();
                (answer.status().as_u16(), answer.headers().clone(), answer.text().await.unwrap())
            });
            for cookie in headers.get_all(header::SET_COOKIE) {
                let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(to) = headers.get(header::LOCATION) else { return Page { status, url, text } };
            url = url.join(to.to_str().unwrap()).unwrap();
            if url.origin() != origin {
                return Page { status, url, text };
            }
        }
    }

    /// Opens an address.
    pub(crate) fn open(&mut self, url: &Url) -> Page {
        self.go(url.clone(), None)
    }

    /// Fills in the one form of a page.
    pub(crate) fn submit(&mut self, page: &Page, name: &str, value: &str) -> Page {
        let attribute = |tag: &str, name: &str| {
            let value = tag.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap();
            value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
        };
        let form = page.text.split("<form ").nth(1).unwrap_or_else(|| panic!("no form: {}", page.text));
        let mut filled = page.url.join(&attribute(form, "action")).unwrap();
        let action = filled.clone();
        let inputs = form.split("</form>").next().unwrap().split("<input type=\"hidden\"").skip(1);
        let hidden = inputs.map(|input| (attribute(input, "name"), attribute(input, "value")));
        filled.query_pairs_mut().clear().extend_pairs(hidden).append_pair(name, value);
        self.go(action, Some(filled.query().unwrap().to_owned()))
    }

    /// Opens the address of a login, signs in with a key and decides; where the answer goes.
    pub(crate) fn decides(&mut self, url: &Url, key: &str, decision: &str) -> Url {
        let page = self.open(url);
        let page = if page.url.path() == "/sign-in" { self.submit(&page, "key", key) } else { page };
        assert!(page.text.contains("use your drive?"), "{} {}", page.status, page.text);
        let answer = self.submit(&page, "decision", decision);
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.url
    }
}
