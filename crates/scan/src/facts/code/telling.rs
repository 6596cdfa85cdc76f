//! The tokens of code by which it is told what an expression holds.
//!
//! Most tokens say nothing, and expressions stand in each other, so that a token is looked at again and again. What it is
//! by itself is therefore asked once; and a name or a text that only later stands for something is marked then.

use std::collections::HashMap;

use super::names::DECODES;
use super::names::FETCHES;
use super::values::is_constant;
use super::values::is_header;
use super::values::is_passive;
use super::values::is_variable;
use super::values::parses;
use super::values::reads;
use crate::code::At;
use crate::code::Token;
use crate::facts::agent_files::agent_file;
use crate::facts::shell::start_up_file;
use crate::fold::HIDDEN;
use crate::secrets;

/// Longer texts are no paths and no names.
pub(super) const LONGEST: usize = 300;

/// The tokens that say something.
#[derive(Default)]
pub(super) struct Telling<'a> {
    /// A bit for each token.
    bits: Vec<u64>,
    /// Where each name stands, as a whole or as the first part of a path.
    names: HashMap<&'a str, Vec<usize>>,
    /// Where each text stands.
    texts: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Telling<'a> {
    pub(super) fn of(tokens: &'a [At]) -> Self {
        let mut telling = Self { bits: vec![0; tokens.len() / 64 + 1], ..Self::default() };
        let mut known: HashMap<&str, bool> = HashMap::new();
        for at in tokens {
            let tells = match &at.token {
                Token::Name(name) => {
                    telling.names.entry(name).or_default().push(at.number);
                    if let Some((head, _)) = name.split_once('.') {
                        telling.names.entry(head).or_default().push(at.number);
                    }
                    *known.entry(name).or_insert_with(|| name_tells(name))
                }
                Token::Text(text) => {
                    if text.len() <= LONGEST {
                        telling.texts.entry(text).or_default().push(at.number);
                    }
                    text_tells(text)
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

    /// From now on a name says something.
    pub(super) fn name(&mut self, name: &str) {
        self.names.remove(name).into_iter().flatten().for_each(|number| self.mark(number));
    }

    /// From now on a text says something.
    pub(super) fn text(&mut self, text: &str) {
        self.texts.remove(text).into_iter().flatten().for_each(|number| self.mark(number));
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

fn name_tells(name: &str) -> bool {
    let lower = name.to_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    lower == HIDDEN
        || lower == "buffer.from"
        || DECODES.contains(&lower.as_str())
        || FETCHES.contains(&lower.as_str())
        || lower.starts_with("browser_cookie3.")
        || lower.starts_with("browsercookie.")
        || matches!(last, "decrypt" | "input" | "getpass" | "prompt" | "question" | "pack" | "unpack" | "unpack1")
        || matches!(last, "recv" | "recvfrom" | "chr" | "fromcharcode" | "join")
        || is_variable(&lower, name)
        || reads(last)
        || parses(last)
        || is_header(name)
}

fn text_tells(text: &str) -> bool {
    is_header(text)
        || text.len() <= LONGEST
            && (secrets::at_path(text).is_some()
                || agent_file(text).is_some()
                || start_up_file(text).is_some()
                || is_passive(text)
                || is_constant(text) && secrets::is_secret_name(text))
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
