//! Which address a request came from, where proxies stand in between.
//!
//! What a client writes into a header is a stranger's word. It counts as far as somebody who is trusted has added to it:
//! addresses are read from the right, where the nearest proxy wrote, and the first that is no trusted one is the client.
//! Only one of the two headers is read, for a proxy that writes the one hands on what a client wrote into the other.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::str::FromStr;

use axum::http::HeaderMap;
use ipnet::IpNet;

use crate::config::Config;
use crate::config::ForwardedBy;
use crate::config::Proxies;

/// A network, by its address and the length of what its addresses have in common; or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

/// Why a text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no network such as 10.0.0.0/8 or fd00::/8, and no address")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let one = || text.parse::<IpAddr>().ok().map(|address| IpNet::from(plain(address)));
        text.parse().ok().or_else(one).map(Self).ok_or(NotANetwork)
    }
}

/// More hops than this are not looked at: nobody has so many proxies.
const MOST_HOPS: usize = 32;

/// The address that a request came from, given the one at the other end of the connection.
pub(crate) fn client(config: &Config, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    found(&config.proxies, config.behind_proxy, headers, peer)
}

fn found(proxies: &Proxies, one: bool, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    let peer = peer.map(plain);
    if proxies.trusted.is_empty() {
        // One proxy, whoever it is: what it wrote is the last entry.
        let last = || hops(proxies.header, headers).into_iter().next_back().flatten();
        return one.then(last).flatten().or(peer);
    }
    let mut client = peer?;
    for hop in hops(proxies.header, headers).into_iter().rev().take(MOST_HOPS) {
        if !is_trusted(&proxies.trusted, client) {
            break;
        }
        // Where a trusted one wrote what is no address, nobody further away is known.
        let Some(hop) = hop else { break };
        client = hop;
    }
    Some(client)
}

fn is_trusted(trusted: &[Network], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.0.contains(&address))
}

/// An IPv4 address in IPv6 clothes is that address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// What the header says, from the client to the nearest proxy; `None` for an entry that is no address.
fn hops(header: ForwardedBy, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let mut hops = Vec::new();
    for value in headers.get_all(header.name()) {
        match (value.to_str(), header) {
            (Ok(text), ForwardedBy::XForwardedFor) => hops.extend(text.split(',').map(node)),
            (Ok(text), ForwardedBy::Forwarded) => hops.extend(split(text, ',').map(forwarded_for)),
            (Err(_), _) => hops.push(None),
        }
    }
    hops
}

/// The `for` of one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = split(element, ';').filter_map(|pair| pair.split_once('='));
    let (_, value) = found.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    node(value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value))
}

/// The parts of a text between a sign, where that does not stand in quotes.
fn split(text: &str, sign: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == sign && !quoted
    })
}

/// An address as proxies write it: bare, with a port, in brackets.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(trusted: &[&str]) -> Proxies {
        let trusted = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Proxies { trusted, ..Proxies::default() }
    }

    fn asked(proxies: &Proxies, peer: &str, values: &[&str]) -> String {
        asked_behind(false, proxies, peer, values)
    }

    fn asked_behind(one: bool, proxies: &Proxies, peer: &str, values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(proxies.header.name(), value.parse().unwrap());
        }
        found(proxies, one, &headers, Some(peer.parse().unwrap())).unwrap().to_string()
    }

    #[test]
    fn a_network_is_read() {
        let read = |text: &str| text.parse::<Network>().map(|network| network.0.to_string());
        assert_eq!(read("10.0.0.0/8"), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(read("::ffff:10.1.2.3"), Ok("10.1.2.3/32".to_owned()));
        assert_eq!(read("2001:db8::1"), Ok("2001:db8::1/128".to_owned()));
        for bad in ["", "10.0.0.0/33", "proxy.example", "10.0.0.0/8,fd00::/8", "10.0.0.1:80", "*"] {
            assert_eq!(read(bad), Err(NotANetwork), "{bad}");
        }
    }

    #[test]
    fn without_a_proxy_nothing_that_is_written_counts() {
        assert_eq!(asked(&proxies(&[]), "10.0.0.9", &["1.1.1.1"]), "10.0.0.9");
        assert_eq!(asked(&proxies(&["10.0.0.0/8"]), "192.0.2.1", &["1.1.1.1"]), "192.0.2.1", "no trusted one");
        assert_eq!(found(&proxies(&["10.0.0.0/8"]), false, &HeaderMap::new(), None), None);
    }

    #[test]
    fn one_proxy_of_unknown_address_is_believed_for_its_own_entry() {
        let asked = |values: &[&str]| asked_behind(true, &proxies(&[]), "10.0.0.9", values);
        assert_eq!(asked(&["1.1.1.1, 2.2.2.2"]), "2.2.2.2");
        assert_eq!(asked(&["1.1.1.1, 2.2.2.2", "junk"]), "10.0.0.9");
        assert_eq!(asked(&[]), "10.0.0.9");
    }

    #[test]
    fn the_first_from_the_right_that_is_not_trusted_is_the_client() {
        let two = proxies(&["10.0.0.0/8", "192.168.7.1/32", "fd00::/8"]);
        for (peer, values, client) in [
            ("10.0.0.1", &["203.0.113.5"][..], "203.0.113.5"),
            // The client wrote the first two itself.
            ("10.0.0.1", &["1.1.1.1, 127.0.0.1, 203.0.113.5, 192.168.7.1"], "203.0.113.5"),
            // One header for each hop, and ports.
            ("10.0.0.1", &["6.6.6.6", "203.0.113.5:4711", "10.9.9.9"], "203.0.113.5"),
            // Everybody in between is trusted: the furthest one.
            ("10.0.0.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // What a trusted one could not tell is not guessed.
            ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.5, , 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", &["1.1.1.1; drop table"], "10.0.0.1"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.5"], "203.0.113.5"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("fd00::1", &["[2001:db8::7]:443, [fd00::2]"], "2001:db8::7"),
            ("2001:db8::1", &["2001:db8::7"], "2001:db8::1"),
        ] {
            assert_eq!(asked(&two, peer, values), client, "{peer} {values:?}");
        }
        let mut many = vec!["203.0.113.5".to_owned()];
        many.extend((0..MOST_HOPS).map(|number| format!("10.0.1.{number}")));
        assert_eq!(asked(&two, "10.0.0.1", &[&many.join(",")]), "10.0.1.0", "not without end");
    }

    #[test]
    fn a_header_that_is_no_text_is_no_address() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.5".parse().unwrap());
        headers.append("x-forwarded-for", axum::http::HeaderValue::from_bytes(b"\xff").unwrap());
        let found = super::found(&proxies(&["10.0.0.0/8"]), false, &headers, Some("10.0.0.1".parse().unwrap()));
        assert_eq!(found, Some("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn the_standard_header_is_read_where_the_proxy_writes_that() {
        let standard = Proxies { header: ForwardedBy::Forwarded, ..proxies(&["10.0.0.0/8", "fd00::/8"]) };
        for (values, client) in [
            (&["for=203.0.113.5"][..], "203.0.113.5"),
            (&["for=1.1.1.1, For=\"203.0.113.5:80\";proto=https;by=10.0.0.2, for=10.0.0.2"], "203.0.113.5"),
            (&["for=\"[2001:db8::7]:4711\""], "2001:db8::7"),
            // A comma and a semicolon in quotes part nothing.
            (&["for=203.0.113.5;host=\"a, for=6.6.6.6;\""], "203.0.113.5"),
            (&["for=_hidden"], "10.0.0.1"),
            (&["for=unknown, for=10.0.0.2"], "10.0.0.2"),
            (&["proto=https"], "10.0.0.1"),
            (&["for=\"203.0.113.5"], "10.0.0.1"),
        ] {
            assert_eq!(asked(&standard, "10.0.0.1", values), client, "{values:?}");
        }
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "6.6.6.6".parse().unwrap());
        let found = super::found(&standard, false, &headers, Some("10.0.0.1".parse().unwrap()));
        assert_eq!(found, Some("10.0.0.1".parse().unwrap()), "the other header is a client's word");
    }
}
