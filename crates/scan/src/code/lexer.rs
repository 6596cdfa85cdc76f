//! The tokens of code, as they stand there.

use super::At;
use super::Code;
use super::Comment;
use super::Token;
use crate::decode;
use crate::span::Lang;

/// Tokens of one text that are read.
const TOKENS: usize = 200_000;

/// Reads a text as tokens and comments, and tells where that ended.
pub(super) fn read(text: &str, lang: Lang) -> (Code, usize) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, lang, code: Code::default(), depth: 0 };
    lexer.run();
    (lexer.code, lexer.at)
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
            let hash = matches!(self.lang, Lang::Python | Lang::Ruby | Lang::PowerShell | Lang::Hashes | Lang::Unknown);
            let slashes = matches!(self.lang, Lang::JavaScript | Lang::Braces);
            match byte {
                b'\n' => {
                    self.at += 1;
                    if self.depth == 0 {
                        self.push(Token::End, at);
                    }
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' if hash => self.comment(1, "\n", 0),
                b'/' if slashes && self.peek(1) == b'/' => self.comment(2, "\n", 0),
                b'/' if slashes && self.peek(1) == b'*' => self.comment(2, "*/", 2),
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
        let spans_lines = long || quote == b'`' && matches!(self.lang, Lang::JavaScript | Lang::Braces);
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
        // A lifetime of Rust opens no string.
        if !closed && quote == b'\'' && self.lang == Lang::Braces {
            self.at += 1;
            return self.push(Token::Mark('\''), at);
        }
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
