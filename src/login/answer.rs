//! What a browser brings back, and whether it belongs to this login. Pure.

use reqwest::Url;
use skillzdrive_wire::Secret;

use crate::api::error::sentence;

/// By what an answer is known.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The text that only this run gave out.
    pub(crate) state: String,
    /// Who must have answered.
    pub(crate) issuer: String,
    /// Whether the answer must say so.
    pub(crate) names_itself: bool,
}

/// How a login was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The person agreed.
    Code(Secret),
    /// The person did not agree.
    Denied,
    /// The drive would not ask: its word and its sentence.
    Refused(String),
    /// Nobody will answer any more.
    Gone,
}

/// What came instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stray {
    /// The answer to another login: its state is not ours.
    State,
    /// The answer of another server: its name is not the drive's.
    Issuer,
    /// Something without a code.
    Nothing,
}

impl Stray {
    /// What a person is told.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::State => "it belongs to another login (its state differs)",
            Self::Issuer => "it does not come from this drive (its issuer differs)",
            Self::Nothing => "there is no code in it",
        }
    }
}

/// What was read.
pub(crate) type Answer = Result<Heard, Stray>;

impl Expected {
    /// Reads the query of a redirect.
    pub(crate) fn read(&self, url: &Url) -> Answer {
        let all = |name: &str| {
            let values = url.query_pairs().filter(|(given, _)| given == name);
            values.map(|(_, value)| value.into_owned()).collect::<Vec<String>>()
        };
        let (states, issuers) = (all("state"), all("iss"));
        if states != [self.state.as_str()] {
            return Err(Stray::State);
        }
        let named = issuers == [self.issuer.as_str()] || (issuers.is_empty() && !self.names_itself);
        if !named {
            return Err(Stray::Issuer);
        }
        match (&all("error")[..], &all("code")[..]) {
            ([error], []) if error == "access_denied" => Ok(Heard::Denied),
            ([error], []) => {
                let described = all("error_description").concat();
                Ok(Heard::Refused(sentence(&format!("{described} ({error})"))))
            }
            ([], [code]) if !code.is_empty() => Ok(Heard::Code(Secret::new(code.clone()))),
            _ => Err(Stray::Nothing),
        }
    }

    /// Reads what a person pasted: the whole address at which their browser ended, or the code alone.
    pub(crate) fn read_pasted(&self, text: &str) -> Answer {
        let text = text.trim();
        if let Ok(url) = Url::parse(text)
            && matches!(url.scheme(), "http" | "https")
        {
            return self.read(&url);
        }
        let is_code =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'=' | b'&' | b'?'));
        // A code alone says nothing of its login; that it fits is checked by the drive, against the verifier.
        if is_code { Ok(Heard::Code(Secret::new(text))) } else { Err(Stray::Nothing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names_itself: bool, query: &str) -> Answer {
        let expected = Expected { state: "s1".to_owned(), issuer: "https://a.example".to_owned(), names_itself };
        expected.read(&Url::parse(&format!("http://127.0.0.1:1/callback?{query}")).unwrap())
    }

    #[test]
    fn an_answer_is_known_by_its_state_and_issuer() {
        let code = || Ok(Heard::Code(Secret::new("c d")));
        assert_eq!(read(false, "code=c%20d&state=s1"), code());
        assert_eq!(read(true, "code=c+d&state=s1&iss=https%3A%2F%2Fa.example"), code());
        for query in ["code=c", "code=c&state=", "code=c&state=s2", "code=c&state=s1&state=s1", "error=x&state=s2", ""]
        {
            assert_eq!(read(false, query), Err(Stray::State), "{query}");
        }
        for query in ["code=c&state=s1&iss=https://b.example", "code=c&state=s1&iss=https://a.example/"] {
            assert_eq!(read(false, query), Err(Stray::Issuer), "{query}");
        }
        assert_eq!(read(true, "code=c&state=s1"), Err(Stray::Issuer));
        for query in ["state=s1", "state=s1&code=", "state=s1&code=a&code=b", "state=s1&code=a&error=x"] {
            assert_eq!(read(false, query), Err(Stray::Nothing), "{query}");
        }
    }

    #[test]
    fn a_refusal_is_an_answer_too() {
        assert_eq!(read(false, "error=access_denied&state=s1"), Ok(Heard::Denied));
        let refused = read(false, "error=server_error&error_description=no%0A%1Bluck&state=s1");
        assert_eq!(refused, Ok(Heard::Refused("no luck (server_error)".to_owned())));
    }

    #[test]
    fn what_is_pasted_is_an_address_or_a_code() {
        let expected = Expected { state: "s1".to_owned(), issuer: "i".to_owned(), names_itself: false };
        let code = Ok(Heard::Code(Secret::new("ac_1")));
        assert_eq!(expected.read_pasted(" http://127.0.0.1:5/callback?code=ac_1&state=s1\n"), code);
        assert_eq!(expected.read_pasted("ac_1\r\n"), code);
        assert_eq!(expected.read_pasted("http://127.0.0.1:5/callback?code=ac_1&state=s2"), Err(Stray::State));
        for text in ["", "two words", "code=ac_1", "127.0.0.1/?x"] {
            assert_eq!(expected.read_pasted(text), Err(Stray::Nothing), "{text}");
        }
    }
}
