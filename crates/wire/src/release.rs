//! A released version of the program, as a drive names the newest one that it knows of.

use std::fmt;
use std::str::FromStr;

/// The header of every answer of a drive that names the newest version of the program that the drive knows of. The
/// reference has no such header; it is ours.
pub const NEWEST: &str = "x-skillzdrive-newest";

/// A version as releases have them: three numbers. One before a release has more to its name and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u32,
    minor: u32,
    patch: u32,
}

/// The text is not three numbers with dots between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the version of a release")]
pub struct NoRelease;

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let number = |part: Option<&str>| {
            let part = part.filter(|part| part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse().ok()).ok_or(NoRelease)
        };
        let mut parts = text.split('.');
        let release = Self { major: number(parts.next())?, minor: number(parts.next())?, patch: number(parts.next())? };
        if parts.next().is_some() { Err(NoRelease) } else { Ok(release) }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_are_a_release_and_nothing_else_is() {
        for text in ["0.1.0", "1.22.333", "999999999.0.0"] {
            assert_eq!(text.parse::<Release>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.3-rc.1",
            "1.2.x",
            "v1.2.3",
            " 1.2.3",
            "1..3",
            "+1.2.3",
            "1.2.9999999999",
            "\u{1b}[1m",
        ] {
            assert_eq!(text.parse::<Release>(), Err(NoRelease), "{text}");
        }
    }

    #[test]
    fn they_are_in_the_order_in_which_they_came_out() {
        let mut releases: Vec<Release> =
            ["0.10.0", "1.0.0", "0.9.12", "0.9.2"].iter().map(|text| text.parse().unwrap()).collect();
        releases.sort();
        assert_eq!(releases.iter().map(Release::to_string).collect::<Vec<_>>(), ["0.9.2", "0.9.12", "0.10.0", "1.0.0"]);
    }
}
