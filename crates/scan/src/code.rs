//! Reads the code of scripting languages as tokens: names, strings, calls and assignments.
//!
//! One lexer serves Python, JavaScript, TypeScript, Ruby and PowerShell, whose names, strings and comments are alike
//! enough for judging. Strings that are put together are read as one, so that `"cu" + "rl"` is `curl`. It never fails
//! and is bounded.

use std::cell::Cell;
use std::collections::HashMap;

use crate::decode;
use crate::fold;
use crate::span::Lang;

/// Tokens of one text that are read.
const TOKENS: usize = 200_000;
/// Tokens that are handed out as arguments and values, besides some for each token that there is.
const ROOM: usize = 50_000;
/// Bytes that are put in for names, in one text.
const PUT_IN: usize = 1 << 20;
/// Bytes that strings are joined to.
const JOINED: usize = 64 << 10;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name with its path: `os.environ.get`.
    Name(String),
    /// A string, its escapes read and its parts joined.
    Text(String),
    /// A number.
    Number(String),
    /// Any other character.
    Mark(char),
    /// The end of a statement.
    End,
}

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) token: Token,
    pub(crate) at: usize,
    /// Its number among all tokens, so that a part of them knows where it is.
    pub(crate) number: usize,
}

impl At {
    pub(crate) fn new(token: Token, at: usize) -> Self {
        Self { token, at, number: 0 }
    }
}

/// A comment and where its text begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// Code, read.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub(crate) tokens: Vec<At>,
    pub(crate) comments: Vec<Comment>,
    /// For each opening bracket the token that closes it, for every other token the end of its statement.
    ends: Vec<usize>,
    /// Tokens that may still be handed out as arguments and values: brackets inside of brackets are handed out again.
    room: Cell<usize>,
    /// Whether some of it was not read, or handed out in part.
    pub(crate) cut: Cell<bool>,
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call<'a> {
    /// Its name with its path, in lower case.
    pub(crate) name: String,
    pub(crate) at: usize,
    /// What stands between the brackets.
    pub(crate) arguments: &'a [At],
    /// Its number among the tokens.
    pub(crate) index: usize,
}

impl Call<'_> {
    /// The strings among the arguments.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.arguments.iter().filter_map(|at| match &at.token {
            Token::Text(text) => Some((text.as_str(), at.at)),
            _ => None,
        })
    }

    /// Whether an argument is the name of something, or begins with it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().filter_map(|at| match &at.token {
            Token::Name(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// Reads a text as code.
pub(crate) fn read(text: &str, lang: Lang) -> Code {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, lang, code: Code::default(), depth: 0 };
    lexer.run();
    let all = lexer.at >= text.trim_end().len();
    let mut code = lexer.code;
    code.tokens = fold::plain(folded(code.tokens));
    code.tokens.iter_mut().enumerate().for_each(|(number, at)| at.number = number);
    code.ends = ends(&code.tokens);
    code.room = Cell::new(ROOM + 4 * code.tokens.len());
    code.cut = Cell::new(!all);
    code
}

/// Where what begins at each token ends: a bracket where it is closed, a value with its statement, its argument or the
/// bracket that it stands in.
fn ends(tokens: &[At]) -> Vec<usize> {
    let mut ends = vec![tokens.len(); tokens.len()];
    // The brackets that are open, each with the values in it that have not ended.
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut outside = Vec::new();
    for (index, at) in tokens.iter().enumerate() {
        match at.token {
            Token::Mark('(' | '[' | '{') => open.push((index, Vec::new())),
            Token::Mark(')' | ']' | '}') => {
                if let Some((opened, values)) = open.pop() {
                    ends[opened] = index;
                    values.into_iter().for_each(|value| ends[value] = index);
                }
            }
            Token::Mark('=') => open.last_mut().map_or(&mut outside, |(_, values)| values).push(index),
            Token::Mark(',') => {
                if let Some((_, values)) = open.last_mut() {
                    values.drain(..).for_each(|value| ends[value] = index);
                }
            }
            Token::End => {
                let inside = open.iter_mut().rev().take(8).flat_map(|(_, values)| values.drain(..));
                inside.chain(outside.drain(..)).for_each(|value| ends[value] = index);
            }
            _ => {}
        }
    }
    ends
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    lang: Lang,
    code: Code,
    depth: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, token: Token, at: usize) {
        self.code.tokens.push(At::new(token, at));
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() && self.code.tokens.len() < TOKENS {
            let at = self.at;
            let byte = self.bytes[at];
            let hash = matches!(self.lang, Lang::Python | Lang::Ruby | Lang::PowerShell | Lang::Unknown);
            match byte {
                b'\n' => {
                    self.at += 1;
                    if self.depth == 0 {
                        self.push(Token::End, at);
                    }
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' if hash => self.comment(1, "\n", 0),
                b'/' if self.lang == Lang::JavaScript && self.peek(1) == b'/' => self.comment(2, "\n", 0),
                b'/' if self.lang == Lang::JavaScript && self.peek(1) == b'*' => self.comment(2, "*/", 2),
                b'<' if self.lang == Lang::PowerShell && self.peek(1) == b'#' => self.comment(2, "#>", 2),
                b'"' | b'\'' | b'`' => self.string(false),
                b'0'..=b'9' => {
                    while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'.' {
                        self.at += 1;
                    }
                    self.push(Token::Number(self.text[at..self.at].to_owned()), at);
                }
                _ if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'@') || byte >= 0x80 => self.name(),
                _ => {
                    self.at += 1;
                    match byte {
                        b'(' | b'[' | b'{' => self.depth += usize::from(byte != b'{'),
                        b')' | b']' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    self.push(if byte == b';' { Token::End } else { Token::Mark(char::from(byte)) }, at);
                }
            }
        }
    }

    fn comment(&mut self, open: usize, close: &str, closing: usize) {
        let start = self.at + open;
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest.find(close).unwrap_or(rest.len());
        self.code.comments.push(Comment { text: rest[..length].to_owned(), at: start });
        self.at = (start + length + closing).min(self.bytes.len());
    }

    fn name(&mut self) {
        let start = self.at;
        loop {
            let byte = self.peek(0);
            let joins = byte == b'.' && is_name(self.peek(1))
                || byte == b'?' && self.peek(1) == b'.' && is_name(self.peek(2))
                || byte == b':' && self.peek(1) == b':' && is_name(self.peek(2))
                || byte == b'-' && self.lang == Lang::PowerShell && self.peek(1).is_ascii_alphabetic();
            if !is_name(byte) && !joins && byte != b'$' && byte != b'@' {
                break;
            }
            self.at += 1;
        }
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let name = &self.text[start..self.at];
        let prefix =
            name.len() <= 2 && name.bytes().all(|b| matches!(b.to_ascii_lowercase(), b'r' | b'b' | b'f' | b'u'));
        if self.lang == Lang::Python && prefix && matches!(self.peek(0), b'"' | b'\'') {
            let raw = name.to_ascii_lowercase().contains('r');
            return self.string(raw);
        }
        let joined = name.contains(['?', ':']);
        let name = if joined { name.replace("?.", ".").replace("::", ".") } else { name.to_owned() };
        self.push(Token::Name(name), start);
    }

    fn string(&mut self, raw: bool) {
        let at = self.at;
        let quote = self.bytes[at];
        let long = quote != b'`' && self.peek(1) == quote && self.peek(2) == quote;
        let open = if long { 3 } else { 1 };
        let spans_lines = long || quote == b'`' && self.lang == Lang::JavaScript;
        let mut end = at + open;
        let closed = loop {
            match self.bytes.get(end) {
                None => break false,
                Some(b'\\') if !raw || self.bytes.get(end + 1) == Some(&quote) => end += 2,
                Some(b'\n') if !spans_lines => break false,
                Some(byte) if *byte == quote && (!long || self.bytes[end..].starts_with(&[quote; 3])) => break true,
                Some(_) => end += 1,
            }
        };
        let mut end = end.min(self.bytes.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let inside = self.text.get(at + open..end).unwrap_or_default();
        let value = if raw { inside.to_owned() } else { decode::escapes(inside) };
        self.push(Token::Text(value), at + open);
        self.at = if closed { (end + open).min(self.bytes.len()) } else { end.max(at + 1) };
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Joins strings that are added or stand side by side, character codes that are made a string, and lists of strings that
/// are joined.
fn folded(tokens: Vec<At>) -> Vec<At> {
    let mut out: Vec<At> = Vec::with_capacity(tokens.len());
    let mut known: HashMap<String, String> = HashMap::new();
    let mut room = PUT_IN;
    let is = |n: usize, mark: char| matches!(tokens.get(n).map(|at| &at.token), Some(Token::Mark(c)) if *c == mark);
    // `name += …` gives the name something new.
    let grows: Vec<bool> = (0..tokens.len()).map(|n| is(n + 1, '+') && is(n + 2, '=')).collect();
    let mut tokens = tokens.into_iter().enumerate().peekable();
    while let Some((index, At { token, at, .. })) = tokens.next() {
        let value = match &token {
            // A name that was given a string before, added to another one.
            Token::Name(name) if !grows[index] && added(&out, tokens.peek().map(|(_, at)| at)) => {
                known.get(name).filter(|value| value.len() <= room).cloned().map(Token::Text)
            }
            _ => None,
        };
        if let Some(Token::Text(value)) = &value {
            room -= value.len();
        }
        let token = value.unwrap_or(token);
        if let Token::Text(text) = &token {
            let plus = matches!(out.last(), Some(At { token: Token::Mark('+'), .. }));
            let before = if plus { out.len().checked_sub(2) } else { out.len().checked_sub(1) };
            if let Some(before) = before
                && matches!(&out[before].token, Token::Text(joined) if joined.len() + text.len() <= JOINED)
            {
                out.truncate(before + 1);
                if let Token::Text(joined) = &mut out[before].token {
                    joined.push_str(text);
                }
                continue;
            }
        }
        if token == Token::End {
            remember(&out, &mut known);
        }
        out.push(At::new(token, at));
    }
    out
}

fn added(before: &[At], after: Option<&At>) -> bool {
    let plus = |at: Option<&At>| matches!(at, Some(At { token: Token::Mark('+'), .. }));
    plus(before.last()) || plus(after)
}

/// Remembers `name = "text"`, the statement that has just ended.
fn remember(tokens: &[At], known: &mut HashMap<String, String>) {
    if let [
        ..,
        At { token: Token::Name(name), .. },
        At { token: Token::Mark('='), .. },
        At { token: Token::Text(text), .. },
    ] = tokens
        && text.len() < 4096
        && known.len() < 1000
    {
        known.insert(name.clone(), text.clone());
    }
}

impl Code {
    /// The calls, in the order of their names.
    pub(crate) fn calls(&self) -> Vec<Call<'_>> {
        let mut calls = Vec::new();
        for (index, pair) in self.tokens.windows(2).enumerate() {
            let (Token::Name(name), Token::Mark('(')) = (&pair[0].token, &pair[1].token) else { continue };
            let arguments = self.bracket(index + 1);
            let made = index > 0 && matches!(&self.tokens[index - 1].token, Token::Name(before) if before == "new");
            let mut name = name.to_lowercase();
            if made && name == "function" {
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
                    if let Some((list, _)) = put.filter(|_| mark_at(index + 1) == '(') {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, lang: Lang) -> Vec<String> {
        let texts = read(text, lang).tokens.into_iter().filter_map(|at| match at.token {
            Token::Text(text) => Some(text),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn strings_that_are_put_together_are_one() {
        assert_eq!(texts("x = 'cu' + \"rl\" 'x'", Lang::Python), ["curlx"]);
        assert_eq!(texts("a = 'cu'\nb = a + 'rl'", Lang::Python), ["cu", "curl"]);
        assert_eq!(texts("const s = `a\nb` // 'c'\n", Lang::JavaScript), ["a\nb"]);
        assert_eq!(texts("r'\\x41' '''a'b'''", Lang::Python), ["\\x41a'b"]);
    }

    #[test]
    fn calls_have_names_and_arguments() {
        let code = read("subprocess.run(['sh', '-c', cmd], shell=True)\nos.system(f'x {y}')", Lang::Python);
        let calls = code.calls();
        assert_eq!(calls[0].name, "subprocess.run");
        assert_eq!(calls[0].texts().map(|(text, _)| text).collect::<Vec<_>>(), ["sh", "-c"]);
        assert!(calls[0].names().any(|name| name == "cmd"));
        assert_eq!(calls[1].texts().next().unwrap().0, "x {y}");
    }

    #[test]
    fn comments_are_kept_apart_and_assignments_found() {
        let code = read("key = os.getenv('A') # secret\nif key == 1: pass", Lang::Python);
        assert_eq!(code.comments[0].text, " secret");
        assert_eq!(code.assignments().len(), 1);
    }

    #[test]
    fn what_is_nested_very_deeply_is_handed_out_in_part_and_that_is_told() {
        let code = read(&"a(".repeat(50_000), Lang::Python);
        let handed: usize = code.calls().iter().map(|call| call.arguments.len()).sum();
        assert!(code.cut.get() && handed < 5_000_000, "{handed}");
        let code = read("a(b(c(d)), e)\nf = g", Lang::Python);
        assert_eq!(code.calls().iter().map(|call| call.arguments.len()).collect::<Vec<_>>(), [9, 4, 1]);
        assert_eq!(code.assignments()[0].1.len(), 1);
        assert!(!code.cut.get());
    }

    #[test]
    fn anything_is_read_to_its_end() {
        for text in ["'", "\"\\", "'''", "`", "r'", "é", "(((", ")))", "a.b.", "<#", "/*"] {
            for lang in [Lang::Python, Lang::JavaScript, Lang::PowerShell] {
                read(text, lang).calls();
            }
        }
    }
}
