//! A browser of a few lines: it keeps cookies, follows redirects on the drive, and fills in forms as they stand in the page.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::COOKIE;
use reqwest::header::ORIGIN;
use reqwest::header::SET_COOKIE;

use crate::fixture::Reply;
use crate::fixture::Server;

pub(crate) struct Browser<'a> {
    server: &'a Server,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The path of the page that was loaded last.
    pub(crate) at: String,
}

/// A form of a page: where it goes, and what its hidden fields hold.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The one form of a page.
    pub(crate) fn of(page: &str) -> Self {
        Self::to(page, "")
    }

    /// The form of a page that goes to a path.
    pub(crate) fn to(page: &str, path: &str) -> Self {
        let forms = page.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap());
        let mut forms = forms.filter(|form| attribute(form, "action").unwrap().starts_with(path));
        let form = forms.next().unwrap_or_else(|| panic!("no form to `{path}`: {page}"));
        assert!(form.contains("method=\"post\""), "{form}");
        let inputs = form.split("<input ").skip(1).map(|input| input.split('>').next().unwrap());
        let fields = inputs
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap()))
            .collect();
        Self { action: attribute(form, "action").unwrap(), fields }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(given, _)| given != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(given, _)| given != name);
        self
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!("{name}=\""))?.1.split('"').next()?;
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

impl<'a> Browser<'a> {
    pub(crate) fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new(), at: String::new() }
    }

    async fn go(&mut self, mut method: Method, path: &str, mut form: Option<&Form>) -> Reply {
        let mut path = path.to_owned();
        for _ in 0..10 {
            let mut request = self.server.request(method.clone(), &path);
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            if !cookies.is_empty() {
                request = request.header(COOKIE, cookies.join("; "));
            }
            if let Some(form) = form {
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.fields).finish();
                request = request
                    .header(ORIGIN, &self.server.url)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body);
            }
            let reply = self.server.send(request).await;
            for cookie in reply.headers.get_all(SET_COOKIE) {
                let cookie = cookie.to_str().unwrap();
                assert!(cookie.contains("; HttpOnly; SameSite="), "{cookie}");
                let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
                if cookie.contains("Max-Age=0;") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            self.at.clone_from(&path);
            let to = reply.header("location").to_owned();
            if reply.status != 303 || !to.starts_with('/') {
                return reply;
            }
            (method, path, form) = (Method::GET, to, None);
        }
        panic!("redirected without end: {path}");
    }

    /// Loads a page.
    pub(crate) async fn open(&mut self, path: &str) -> Reply {
        self.go(Method::GET, path, None).await
    }

    /// Sends a form.
    pub(crate) async fn submit(&mut self, form: &Form) -> Reply {
        self.go(Method::POST, &form.action, Some(form)).await
    }

    /// Signs in with a key, from wherever the sign-in page was met.
    pub(crate) async fn sign_in(&mut self, page: &Reply, key: &str) -> Reply {
        self.submit(&Form::of(&page.text()).with("key", key)).await
    }

    /// The session's cookie.
    pub(crate) fn session(&self) -> Option<String> {
        self.cookies.iter().find(|(name, _)| name.contains("_session")).map(|(_, value)| value.clone())
    }
}
