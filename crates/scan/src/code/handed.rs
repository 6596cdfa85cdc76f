//! What is handed out of code: calls with their arguments, and what is assigned to which name.

use super::At;
use super::Call;
use super::Code;
use super::Token;

impl Code {
    /// The calls, in the order of their names.
    pub(crate) fn calls(&self) -> Vec<Call<'_>> {
        let mut calls = Vec::new();
        for (index, pair) in self.tokens.windows(2).enumerate() {
            let (Token::Name(name), Token::Mark('(')) = (&pair[0].token, &pair[1].token) else { continue };
            let arguments = self.bracket(index + 1);
            let made = index > 0 && matches!(&self.tokens[index - 1].token, Token::Name(before) if before == "new");
            // `Function(…)` makes one, with or without `new`; `function (…)` is written out.
            let maker = name == "Function";
            let mut name = if name.is_ascii() { name.to_ascii_lowercase() } else { name.to_lowercase() };
            if (made || maker) && name == "function" {
                name = "new function".to_owned();
            }
            calls.push(Call { name, at: pair[0].at, arguments, index });
        }
        calls
    }

    /// What stands between the bracket at a number and the one that closes it.
    fn bracket(&self, open: usize) -> &[At] {
        let close = self.ends[open];
        self.handed(open + 1, if close >= open + 2_000 { (open + 1 + 2_000).min(self.tokens.len()) } else { close })
    }

    /// Tokens that are looked at as arguments or as a value. There is an end to that: what is nested very deeply is handed
    /// out with its beginning only, and the text counts as read in part.
    fn handed(&self, from: usize, to: usize) -> &[At] {
        /// Tokens that are handed out always.
        const LEAST: usize = 32;
        let room = self.room.get();
        self.room.set(room.saturating_sub(to - from));
        if to - from <= room.max(LEAST) {
            return &self.tokens[from..to];
        }
        self.cut.set(true);
        &self.tokens[from..from + LEAST]
    }

    /// What is assigned: the name and the tokens it is given. What a loop goes through, what `with … as` opens and what is
    /// put into a list or a table counts as assigned.
    pub(crate) fn assignments(&self) -> Vec<(&str, &[At])> {
        let mut found = self.indirect_assignments();
        for (index, pair) in self.tokens.windows(3).enumerate() {
            let (Token::Name(name), Token::Mark('='), next) = (&pair[0].token, &pair[1].token, &pair[2].token) else {
                continue;
            };
            if *next == Token::Mark('=') || *next == Token::Mark('>') {
                continue;
            }
            let typed = index > 0 && self.tokens[index - 1].token == Token::Mark(':');
            let name = match index.checked_sub(2).map(|before| &self.tokens[before].token) {
                // `name: type = value`
                Some(Token::Name(before)) if typed => before,
                _ => name,
            };
            // A table goes to its own end, over the lines that it has.
            let end = if *next == Token::Mark('{') { self.ends[index + 2] } else { self.ends[index + 1] };
            let end = end.clamp(index + 2, index + 2 + 2_000).min(self.tokens.len());
            found.push((own(name), self.handed(index + 2, end)));
        }
        found
    }

    fn indirect_assignments(&self) -> Vec<(&str, &[At])> {
        let mut found = Vec::new();
        let tokens = &self.tokens;
        let name_at = |index: usize| match tokens.get(index).map(|at| &at.token) {
            Some(Token::Name(name)) => Some(name.as_str()),
            _ => None,
        };
        let mark_at = |index: usize| match tokens.get(index).map(|at| &at.token) {
            Some(Token::Mark(mark)) => *mark,
            _ => ' ',
        };
        let end_of = |from: usize| {
            let end = |at: &At| matches!(at.token, Token::End | Token::Mark('{'));
            tokens[from..].iter().take(200).position(end).map_or(tokens.len().min(from + 200), |end| from + end)
        };
        for index in 0..tokens.len() {
            let Some(name) = name_at(index) else { continue };
            match name {
                "in" | "of" => {
                    let loops = (index.saturating_sub(6)..index).any(|before| name_at(before) == Some("for"));
                    if let Some(name) = index.checked_sub(1).and_then(name_at).filter(|_| loops) {
                        found.push((own(name), self.handed(index + 1, end_of(index + 1))));
                    }
                }
                // `const { NAME } = EXPRESSION`
                "const" | "let" | "var" if mark_at(index + 1) == '{' => {
                    let close = (index + 2..tokens.len().min(index + 30)).find(|n| mark_at(*n) == '}');
                    if let Some(close) = close.filter(|close| mark_at(close + 1) == '=') {
                        for name in (index + 2..close).filter_map(name_at) {
                            found.push((own(name), self.handed(close + 2, end_of(close + 2).max(close + 2))));
                        }
                    }
                }
                // `with EXPRESSION as NAME:`
                "with" => {
                    let end = end_of(index + 1);
                    if let Some(place) = (index + 1..end).find(|place| name_at(*place) == Some("as"))
                        && let Some(name) = name_at(place + 1)
                    {
                        found.push((own(name), self.handed(index + 1, place)));
                    }
                }
                _ => {
                    let put = name.rsplit_once('.').filter(|(_, last)| {
                        matches!(*last, "append" | "push" | "update" | "extend" | "add" | "set" | "assign")
                    });
                    if mark_at(index + 1) == ':' && mark_at(index + 2) == '=' {
                        // `NAME, NAME := EXPRESSION`, of Go.
                        let end = end_of(index + 3).max(index + 3);
                        let mut at = Some(index);
                        while let Some(name) = at.and_then(name_at) {
                            found.push((own(name), self.handed(index + 3, end)));
                            at = at.and_then(|at| at.checked_sub(2)).filter(|at| mark_at(at + 1) == ',');
                        }
                    } else if let Some((list, _)) = put.filter(|_| mark_at(index + 1) == '(') {
                        found.push((own(list), self.bracket(index + 1)));
                    } else if mark_at(index + 1) == '+' && mark_at(index + 2) == '=' {
                        found.push((own(name), self.handed(index + 3, end_of(index + 3).max(index + 3))));
                    } else if mark_at(index + 1) == '['
                        && let Some(close) = (index + 2..tokens.len().min(index + 8)).find(|n| mark_at(*n) == ']')
                        && mark_at(close + 1) == '='
                        && !matches!(mark_at(close + 2), '=' | '>')
                    {
                        found.push((own(name), self.handed(close + 2, end_of(close + 2).max(close + 2))));
                    }
                }
            }
        }
        found
    }
}

/// A name without the object that it belongs to.
fn own(name: &str) -> &str {
    name.trim_start_matches("self.").trim_start_matches("this.")
}
