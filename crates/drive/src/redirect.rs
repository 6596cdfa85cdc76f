//! The addresses that answers of a login may go to: a port of the person's own machine, by plain http (RFC 8252, 7.3).
//!
//! An address is taken apart by its exact beginning and never by a general parser, so that nothing a browser might read
//! differently passes.

use form_urlencoded::byte_serialize;

/// The beginnings that mean this machine.
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

/// The longest address that is taken, in bytes.
const LONGEST: usize = 512;

/// An address on the person's own machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Loopback<'a> {
    /// Scheme and host.
    host: &'static str,
    /// Scheme, host and port.
    pub(crate) origin: &'a str,
    /// Path and query.
    rest: &'a str,
}

impl<'a> Loopback<'a> {
    /// Takes an address apart; `None` for what is not on this machine, has a fragment or is oddly written.
    pub(crate) fn parse(address: &'a str) -> Option<Self> {
        let odd =
            |b: u8| !b.is_ascii_graphic() || matches!(b, b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}');
        if address.len() > LONGEST || address.bytes().any(odd) {
            return None;
        }
        let host = LOOPBACK.into_iter().find(|host| address.starts_with(host))?;
        let after = &address[host.len()..];
        let digits = after.strip_prefix(':').map_or(0, |port| port.bytes().take_while(u8::is_ascii_digit).count());
        let length = if after.starts_with(':') { 1 + digits } else { 0 };
        let (port, rest) = after.split_at(length);
        let port_fits = port.is_empty() || port[1..].parse::<u16>().is_ok_and(|port| port > 0);
        let rest_fits = rest.is_empty() || rest.starts_with(['/', '?']);
        (port_fits && rest_fits).then(|| Self { host, origin: &address[..host.len() + length], rest })
    }

    /// Whether an address is a registered one but for its port, which a program chooses anew each time.
    pub(crate) fn fits(&self, registered: &str) -> bool {
        let path = |rest: &'a str| if rest.is_empty() { "/" } else { rest };
        Loopback::parse(registered).is_some_and(|r| r.host == self.host && path(self.rest) == r.path())
    }

    fn path(&self) -> &str {
        if self.rest.is_empty() { "/" } else { self.rest }
    }
}

/// An address with parameters added to its query.
pub(crate) fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    let mut text = address.to_owned();
    for (name, value) in parameters {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(name);
        text.push('=');
        text.extend(byte_serialize(value.as_bytes()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_redirected_to() {
        for (address, origin) in [
            ("http://127.0.0.1:4000/callback", "http://127.0.0.1:4000"),
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("http://[::1]:1/a?b=c", "http://[::1]:1"),
            ("http://localhost:65535?x", "http://localhost:65535"),
        ] {
            assert_eq!(Loopback::parse(address).unwrap().origin, origin);
        }
        for address in [
            "",
            "https://127.0.0.1/",
            "http://127.0.0.2/",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1:80@evil.example/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:65536/",
            "http://127.0.0.1:/",
            "http://127.0.0.1:+80/",
            "http://127.0.0.1\\evil.example",
            "http://127.0.0.1/#a",
            "http://127.0.0.1/ a",
            "http://127.0.0.1/\n",
            "http://127.0.0.1/ä",
            "http://localhost.evil.example/",
            "HTTP://127.0.0.1/",
            "http://[::1]evil/",
            "http://evil.example/http://127.0.0.1",
            "javascript:alert(1)",
            "myapp://127.0.0.1/",
        ] {
            assert_eq!(Loopback::parse(address), None, "{address}");
        }
        assert_eq!(Loopback::parse(&format!("http://127.0.0.1/{}", "a".repeat(512))), None);
    }

    #[test]
    fn the_port_alone_may_differ() {
        let asked = Loopback::parse("http://127.0.0.1:5000/callback").unwrap();
        assert!(asked.fits("http://127.0.0.1:4000/callback"));
        assert!(asked.fits("http://127.0.0.1/callback"));
        for other in ["http://localhost:5000/callback", "http://127.0.0.1:5000/", "http://127.0.0.1:5000/callback?a"] {
            assert!(!asked.fits(other), "{other}");
        }
        assert!(Loopback::parse("http://[::1]:3").unwrap().fits("http://[::1]:4/"));
    }

    #[test]
    fn parameters_are_written_so_that_they_stay_what_they_are() {
        let with = |address| with_parameters(address, &[("code", "a b&c=d#e/ä"), ("state", "")]);
        assert_eq!(with("http://127.0.0.1:1/x"), "http://127.0.0.1:1/x?code=a+b%26c%3Dd%23e%2F%C3%A4&state=");
        assert_eq!(with("http://127.0.0.1:1/x?y=z"), "http://127.0.0.1:1/x?y=z&code=a+b%26c%3Dd%23e%2F%C3%A4&state=");
    }
}
