//! Which names may stand in `Host`.
//!
//! A web page can make a browser call a drive on the person's own machine by giving its own name that machine's
//! address. Such a request carries the page's name in `Host`, so a name that is not ours is refused. The port does not
//! matter: it is the name that an attacker has to bring.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header::HOST;

use crate::drive::Inner;
use crate::error::ApiError;
use crate::extract::peer_of;
use crate::peer::Peer;

/// Refuses a request that calls us by a name that is not ours.
pub(crate) fn check(drive: &Inner, request: &Request) -> Result<(), ApiError> {
    if peer_of(request.extensions()) == Some(Peer::Local) {
        return Ok(());
    }
    match authority(request.headers(), request.uri()) {
        Some(host) if allowed(drive, &host) => Ok(()),
        _ => Err(ApiError::invalid("the Host header does not name this drive")),
    }
}

/// What a request calls us: the `Host` header, or the authority of an absolute address.
pub(crate) fn authority(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_ascii_lowercase),
        (None, _) => uri.authority().map(|authority| authority.as_str().to_ascii_lowercase()),
        (Some(_), Some(_)) => None,
    }
}

fn allowed(drive: &Inner, host: &str) -> bool {
    let Some(name) = name_of(host) else { return false };
    let config = &drive.config;
    let public = config.public_url.as_deref().and_then(|url| url.split_once("://")).map(|(_, rest)| rest);
    let public = public.and_then(|rest| rest.split('/').next()).and_then(name_of);
    if public.is_some_and(|public| public.eq_ignore_ascii_case(name)) {
        return true;
    }
    if config.allowed_hosts.iter().filter_map(|host| name_of(host)).any(|ours| ours.eq_ignore_ascii_case(name)) {
        return true;
    }
    let listening = drive.listening.get().map(std::net::SocketAddr::ip);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let this_machine = name == "localhost" || address.is_some_and(|address| address.is_loopback());
    match listening {
        // Not known where: a router that somebody else serves, in a test.
        None => this_machine,
        // An address in numbers is nothing that an attacker could give to a name of theirs.
        Some(ours) if ours.is_unspecified() => this_machine || address.is_some(),
        Some(ours) if ours.is_loopback() => this_machine,
        Some(ours) => address == Some(ours),
    }
}

/// The name in `name:port`; IPv6 addresses keep their brackets. `None` for what no authority looks like.
fn name_of(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at(end);
    let digits = port.strip_prefix(':').unwrap_or(port);
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'[' | b']' | b':'));
    (!name.is_empty() && plain && digits.bytes().all(|b| b.is_ascii_digit())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_ports() {
        for (host, name) in [
            ("localhost:80", Some("localhost")),
            ("[::1]:80", Some("[::1]")),
            ("a.example", Some("a.example")),
            ("a.example:", Some("a.example")),
            ("", None),
            (":80", None),
            ("a b", None),
            ("user@host", None),
            ("[::1", None),
            ("a:b", None),
        ] {
            assert_eq!(name_of(host), name, "{host:?}");
        }
    }
}
