//! A real browser without a window, spoken to by the WebDriver protocol. For tests that `tests/browser.sh` runs.

use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

/// The longest that a test waits for something that must happen.
const SURELY: Duration = Duration::from_secs(60);

/// What an element is called in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with a fresh profile. Dropping it ends it.
pub(crate) struct Chromium {
    driver: Child,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    session: String,
    /// Its home and its profile.
    _folder: tempfile::TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Ends the browser itself; the driver's end would leave it.
        let _ = self.runtime.block_on(async { self.http.delete(&self.session).timeout(SURELY).send().await });
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Chromium {
    /// Starts one; pages have scripts only where that is wanted.
    pub(crate) fn start(scripts: bool) -> Self {
        let folder = tempfile::Builder::new().prefix("chromium").tempdir().unwrap();
        let (driver, port) = start_driver(folder.path());
        // The second test of a process finds a provider installed, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only(Vec::new()).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut browser = Self { driver, runtime, http, session: format!("http://127.0.0.1:{port}"), _folder: folder };
        let profile = format!("--user-data-dir={}", browser._folder.path().join("profile").display());
        // 2 forbids.
        let preferences = json!({ "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "prefs": preferences,
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--no-default-browser-check", profile
                ]
            }
        } } });
        let made = browser.call("POST", "/session", capabilities);
        browser.session = format!("{}/session/{}", browser.session, made["sessionId"].as_str().unwrap());
        browser
    }

    #[track_caller]
    fn call(&self, method: &str, path: &str, body: Value) -> Value {
        self.try_call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn try_call(&self, method: &str, path: &str, body: Value) -> Result<Value, Value> {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.session)).timeout(SURELY);
        let request = if method == "POST" { request.json(&body) } else { request };
        let answer: Value = self.runtime.block_on(async { request.send().await?.json().await }).unwrap();
        let value = answer["value"].clone();
        if value["error"].is_string() { Err(value) } else { Ok(value) }
    }

    /// Opens an address and waits until it is loaded.
    #[track_caller]
    pub(crate) fn open(&self, url: &str) {
        self.call("POST", "/url", json!({ "url": url }));
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.call("GET", "/url", Value::Null).as_str().unwrap().to_owned()
    }

    /// Asks until it is so.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < SURELY, "{what} does not come; {} shows: {}", self.url(), self.text());
        }
    }

    /// Waits until a text stands in the page.
    #[track_caller]
    pub(crate) fn sees(&self, text: &str) {
        self.until(text, |browser| browser.text().contains(text));
    }

    /// The text that a person sees; nothing while a page is on its way.
    pub(crate) fn text(&self) -> String {
        let Ok(body) = self.find("body") else { return String::new() };
        let text = self.try_call("GET", &format!("/element/{body}/text"), Value::Null);
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    fn find(&self, css: &str) -> Result<String, Value> {
        let found = self.try_call("POST", "/element", json!({ "using": "css selector", "value": css }))?;
        Ok(found[ELEMENT].as_str().unwrap().to_owned())
    }

    #[track_caller]
    fn element(&self, css: &str) -> String {
        self.find(css).unwrap_or_else(|error| panic!("no `{css}` at {}: {error}\n{}", self.url(), self.text()))
    }

    /// Clicks.
    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        self.call("POST", &format!("/element/{}/click", self.element(css)), json!({}));
    }

    /// Types into a field.
    #[track_caller]
    pub(crate) fn types(&self, css: &str, text: &str) {
        self.call("POST", &format!("/element/{}/value", self.element(css)), json!({ "text": text }));
    }

    /// A property of an element, such as `scrollWidth`.
    #[track_caller]
    pub(crate) fn property(&self, css: &str, name: &str) -> Value {
        self.call("GET", &format!("/element/{}/property/{name}", self.element(css)), Value::Null)
    }

    /// The role and the name by which a screen reader calls an element.
    #[track_caller]
    pub(crate) fn spoken(&self, css: &str) -> (String, String) {
        let element = self.element(css);
        let ask = |what: &str| self.call("GET", &format!("/element/{element}/{what}"), Value::Null);
        (ask("computedrole").as_str().unwrap().to_owned(), ask("computedlabel").as_str().unwrap().to_owned())
    }

    /// What pages complained about, such as something that their policy forbids.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.call("POST", "/se/log", json!({ "type": "browser" }));
        entries.as_array().unwrap().iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.call("POST", "/goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    /// Makes the window so wide, and light or dark.
    pub(crate) fn looks(&self, width: u32, dark: bool) {
        let height = if width < 500 { 844 } else { 800 };
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features);
    }

    /// Writes a picture of the whole page.
    pub(crate) fn picture(&self, path: &Path) {
        let shot = self.devtools("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
        std::fs::write(path, unbase64(shot["data"].as_str().unwrap())).unwrap();
    }
}

/// Starts the driver, and says on which port it listens. It takes the same port of both protocols, and gives up where
/// somebody else has the one of the second: then another port is tried.
fn start_driver(home: &Path) -> (Child, u16) {
    for _ in 0..8 {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", home);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = command.spawn().expect("chromedriver starts: is chromium-driver installed?");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find_map(|line| line.split("started successfully on port ").nth(1).map(str::to_owned));
        if let Some(port) = said.and_then(|port| port.trim_end_matches('.').parse().ok()) {
            // Whoever stops reading ends a program that still writes.
            std::thread::spawn(move || lines.for_each(drop));
            return (driver, port);
        }
        driver.wait().unwrap();
    }
    panic!("chromedriver never says its port");
}

fn unbase64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for digit in text.bytes().filter(|b| *b != b'=') {
        let value = DIGITS.bytes().position(|known| known == digit).unwrap();
        bits = bits << 6 | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    bytes
}
