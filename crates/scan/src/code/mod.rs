//! Reads the code of scripting languages as tokens: names, strings, calls and assignments.
//!
//! One lexer serves Python, JavaScript, Ruby, PowerShell, Go, Rust, PHP, Perl and more, whose names, strings and comments
//! are alike enough for judging. Strings that are put together are read as one, so that `"cu" + "rl"` is `curl`. It never fails
//! and is bounded.

mod handed;
mod lexer;

use std::cell::Cell;
use std::collections::HashMap;

use crate::fold;
use crate::span::Lang;

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
    let (mut code, end) = lexer::read(text, lang);
    let all = end >= text.trim_end().len();
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
            // PHP and Perl put a point between them.
            let plus = matches!(out.last(), Some(At { token: Token::Mark('+' | '.'), .. }));
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
