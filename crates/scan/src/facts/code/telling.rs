//! The tokens of code by which it is told what an expression holds.
//!
//! Most tokens say nothing, and expressions stand in each other, so that a token is looked at again and again. What it is
//! by itself is therefore asked once; and a name or a text that only later stands for something is marked then.

use std::collections::HashMap;

use super::names::DECODES;
use super::names::FETCHES;
use super::values::HEADERS;
use super::values::PARSES;
use super::values::READS;
use super::values::VARIABLES;
use super::values::is_constant;
use super::values::is_header;
use super::values::is_passive;
use super::values::is_variable;
use super::values::reads;
use crate::code::At;
use crate::code::Token;
use crate::facts::agent_files::agent_file;
use crate::facts::shell::start_up_file;
use crate::fold::HIDDEN;
use crate::needles::Glances;
use crate::needles::Set;
use crate::needles::glance;
use crate::secrets;
use crate::secrets::Secret;

/// Longer texts are no paths and no names.
pub(super) const LONGEST: usize = 300;

/// What a text may be by itself.
#[derive(Debug, Default, Clone)]
pub(super) struct Meant {
    /// The secret at the path that it is.
    pub(super) secret: Option<Secret>,
    /// Whether it is a file of an agent or of the start of the system.
    pub(super) file: bool,
    pub(super) passive: bool,
    /// The service whose key a variable of that name is.
    pub(super) service: Option<String>,
}

impl Meant {
    fn of(text: &str) -> Self {
        Self {
            secret: secrets::at_path(text),
            file: agent_file(text).is_some() || start_up_file(text).is_some(),
            passive: is_passive(text),
            service: if is_constant(text) { secrets::service(text) } else { None },
        }
    }

    fn tells(&self) -> bool {
        self.secret.is_some() || self.file || self.passive || self.service.is_some()
    }
}

/// The tokens that say something.
#[derive(Default)]
pub(super) struct Telling<'a> {
    tokens: &'a [At],
    /// A bit for each token.
    bits: Vec<u64>,
    /// How many tokens may still be looked at one after another to find those of a name.
    looks: usize,
    /// Where each name stands, as a whole or as the first part of a path, once looking was too much.
    names: Option<HashMap<&'a str, Vec<usize>>>,
    /// Where each text stands, once that was asked.
    texts: Option<HashMap<&'a str, Vec<usize>>>,
    /// What the texts are that say something, by their numbers, ascending.
    meant: Vec<(usize, Meant)>,
}

impl<'a> Telling<'a> {
    pub(super) fn of(tokens: &'a [At]) -> Self {
        let bits = vec![0; tokens.len() / 64 + 1];
        let mut telling = Self { tokens, bits, looks: 16 * tokens.len(), ..Self::default() };
        for at in tokens {
            let tells = match &at.token {
                Token::Name(name) => name_tells(name),
                Token::Text(text) => {
                    let meant = if text.len() <= LONGEST { Meant::of(text) } else { Meant::default() };
                    let tells = meant.tells();
                    if tells {
                        telling.meant.push((at.number, meant));
                    }
                    tells || is_header(text)
                }
                Token::Mark(mark) => matches!(mark, '^' | '{'),
                _ => false,
            };
            if tells {
                telling.mark(at.number);
            }
        }
        telling
    }

    fn mark(&mut self, number: usize) {
        self.bits[number / 64] |= 1 << (number % 64);
    }

    /// What the text with a number may be by itself.
    pub(super) fn meant(&self, number: usize) -> Option<&Meant> {
        let place = self.meant.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.meant.get(place).map(|(_, meant)| meant)
    }

    /// From now on a name says something.
    pub(super) fn name(&mut self, name: &str) {
        let left = self.looks.checked_sub(self.tokens.len()).filter(|_| self.names.is_none());
        if let Some(left) = left {
            self.looks = left;
            for at in self.tokens {
                if matches!(&at.token, Token::Name(one) if one == name || head(one) == Some(name)) {
                    self.mark(at.number);
                }
            }
            return;
        }
        let names = self.names.get_or_insert_with(|| {
            let mut names: HashMap<&str, Vec<usize>> = HashMap::new();
            for at in self.tokens {
                if let Token::Name(name) = &at.token {
                    for name in [Some(name.as_str()), head(name)].into_iter().flatten() {
                        names.entry(name).or_default().push(at.number);
                    }
                }
            }
            names
        });
        let places = names.remove(name);
        places.into_iter().flatten().for_each(|number| self.mark(number));
    }

    /// From now on a text says something.
    pub(super) fn text(&mut self, text: &str) {
        let texts = self.texts.get_or_insert_with(|| {
            let mut texts: HashMap<&str, Vec<usize>> = HashMap::new();
            for at in self.tokens {
                if let Token::Text(text) = &at.token {
                    texts.entry(text).or_default().push(at.number);
                }
            }
            texts
        });
        let places = texts.remove(text);
        places.into_iter().flatten().for_each(|number| self.mark(number));
    }

    /// The next token that says something, from one number on and before another.
    pub(super) fn next(&self, from: usize, to: usize) -> Option<usize> {
        let mut row = from / 64;
        let mut bits = self.bits.get(row)? & (u64::MAX << (from % 64));
        while bits == 0 {
            row += 1;
            if row * 64 >= to {
                return None;
            }
            bits = *self.bits.get(row)?;
        }
        let trailing = usize::try_from(bits.trailing_zeros()).unwrap_or(0);
        Some(row * 64 + trailing).filter(|number| *number < to)
    }
}

/// The first part of a path.
fn head(name: &str) -> Option<&str> {
    memchr::memchr(b'.', name.as_bytes()).map(|end| &name[..end])
}

/// Names that say something as a whole.
const WHOLES: Set<2> = Set::new([HIDDEN, "buffer.from"]);

/// Last parts of names that say something.
const LASTS: Set<13> = Set::new([
    "decrypt",
    "input",
    "getpass",
    "prompt",
    "question",
    "pack",
    "unpack",
    "unpack1",
    "recv",
    "recvfrom",
    "chr",
    "fromcharcode",
    "join",
]);

/// Whether a name may say something, told at a glance.
fn name_may_tell(name: &str) -> bool {
    const WHOLE: Glances =
        WHOLES.glances().or(DECODES.glances()).or(FETCHES.glances()).or(VARIABLES.glances()).or(HEADERS.glances());
    const LAST: Glances = LASTS.glances().or(READS.glances()).or(PARSES.glances());
    let bytes = name.as_bytes();
    let whole = glance(bytes);
    let last = memchr::memrchr(b'.', bytes).map_or(bytes, |dot| &bytes[dot + 1..]);
    WHOLE.may_have(whole)
        || LAST.may_have(if last.len() == bytes.len() { whole } else { glance(last) })
        || matches!(last, [b'r' | b'R', b'e' | b'E', b'a' | b'A', b'd' | b'D', ..])
        || last.len() < bytes.len() && matches!(bytes[0], b'b' | b'B' | b'p' | b'i' | b'e' | b'E')
        || !name.is_ascii()
}

/// Whether a name says something by itself.
fn name_tells(name: &str) -> bool {
    if !name_may_tell(name) {
        return false;
    }
    let lower = name.to_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    WHOLES.contains(&lower)
        || DECODES.contains(&lower)
        || FETCHES.contains(&lower)
        || lower.starts_with("browser_cookie3.")
        || lower.starts_with("browsercookie.")
        || LASTS.contains(last)
        || is_variable(&lower, name)
        || reads(last)
        || PARSES.contains(last)
        || is_header(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::span::Lang;

    #[test]
    fn tokens_are_found_once_they_say_something() {
        let code = code::read(&format!("{}x.y('a'); open(b)", "f(); ".repeat(40)), Lang::Python);
        let mut telling = Telling::of(&code.tokens);
        let all = |telling: &Telling<'_>| {
            let mut found = Vec::new();
            let mut from = 0;
            while let Some(number) = telling.next(from, code.tokens.len()) {
                found.push(code.tokens[number].token.clone());
                from = number + 1;
            }
            found
        };
        let name = |name: &str| Token::Name(name.to_owned());
        assert_eq!(all(&telling), [name("open")]);
        telling.name("x");
        telling.text("a");
        assert_eq!(all(&telling), [name("x.y"), Token::Text("a".to_owned()), name("open")]);
        assert_eq!(telling.next(0, 100), None);
    }
}
