//! Writes plainly what code writes in a roundabout way, so that it is judged by what it does: texts put together from
//! letters, turned around or taken from numbers, and functions that are reached by their name.

use crate::code::At;
use crate::code::Token;

/// The name under which a text stands that code had hidden.
pub(crate) const HIDDEN: &str = "__decoded__";

/// The tokens, plainly.
pub(crate) fn plain(mut tokens: Vec<At>) -> Vec<At> {
    let mut out: Vec<At> = Vec::with_capacity(tokens.len());
    // Whether each open bracket belongs to a call that joins the parts of a path.
    let mut joins: Vec<bool> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        if let Some((made, used)) = plainly(&tokens[index..]) {
            out.extend(made.into_iter().map(|token| At::new(token, tokens[index].at)));
            index += used;
            continue;
        }
        let token = &tokens[index].token;
        match token {
            Token::Mark('(') => {
                joins.push(matches!(out.last(), Some(At { token: Token::Name(name), .. }) if is_path_join(name)))
            }
            Token::Mark(')') => drop(joins.pop()),
            _ => {}
        }
        let part = matches!(token, Token::Text(_)) && joins.last() == Some(&true);
        let slash = matches!(token, Token::Text(_)) && matches!(out.last(), Some(At { token: Token::Mark('/'), .. }));
        let comma = part && matches!(out.last(), Some(At { token: Token::Mark(','), .. }));
        if (slash || comma)
            && let [.., At { token: Token::Text(before), .. }, _] = out.as_mut_slice()
            && let Token::Text(text) = token
        {
            before.push('/');
            before.push_str(text);
            out.pop();
        } else {
            let at = tokens[index].at;
            // Nothing looks back at a token that was passed.
            let token = std::mem::replace(&mut tokens[index].token, Token::End);
            out.push(At::new(token, at));
        }
        index += 1;
    }
    out
}

fn is_path_join(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "join"
        || ["path.join", "path.resolve", "joinpath", "file.join", "join-path"].iter().any(|end| name.ends_with(end))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() < 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.@/-".contains(&b))
}

/// What some tokens say plainly, and how many they are.
fn plainly(tokens: &[At]) -> Option<(Vec<Token>, usize)> {
    let name = |n: usize| match tokens.get(n).map(|at| &at.token) {
        Some(Token::Name(name)) => Some(name.as_str()),
        _ => None,
    };
    let text = |n: usize| match tokens.get(n).map(|at| &at.token) {
        Some(Token::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let mark = |n: usize, mark: char| matches!(tokens.get(n).map(|at| &at.token), Some(Token::Mark(c)) if *c == mark);
    if let Some(first) = name(0) {
        // `__import__("os").system`, `require("x")["exec"]`: the function by its usual name.
        let module = matches!(first, "__import__" | "require" | "import" | "importlib.import_module" | "import_module");
        if module && mark(1, '(') && mark(3, ')') {
            let module = text(2).map(|module| module.trim_start_matches("node:")).filter(|module| is_word(module))?;
            return Some(match (name(5), text(5)) {
                (Some(member), _) if mark(4, '.') => (vec![Token::Name(format!("{module}.{member}"))], 6),
                (_, Some(member)) if mark(4, '[') && mark(6, ']') => {
                    (vec![Token::Name(format!("{module}.{member}"))], 7)
                }
                _ => (vec![Token::Name(module.to_owned())], 4),
            });
        }
        if first == "getattr" && mark(1, '(') && mark(3, ',') && mark(5, ')') {
            let (object, member) = (name(2)?, text(4).filter(|member| is_word(member))?);
            return Some((vec![Token::Name(member_of(object, member))], 6));
        }
        if mark(1, '[') && mark(3, ']') && mark(4, '(') {
            let member = text(2).filter(|member| is_word(member))?;
            return Some((vec![Token::Name(member_of(first, member))], 4));
        }
        return from_numbers(tokens);
    }
    if let Some(first) = text(0) {
        let backwards = || first.chars().rev().collect::<String>();
        if mark(1, '[') && mark(2, ':') && mark(3, ':') && mark(4, '-') && mark(6, ']') {
            return Some((hidden(backwards()), 7));
        }
        if mark(1, '.') && name(2) == Some("join") && mark(3, '(') && mark(4, '[') {
            let (parts, end) = list(tokens, 4)?;
            return mark(end + 1, ')').then(|| (vec![Token::Text(parts.join(first))], end + 2));
        }
        if mark(1, '.') && name(2) == Some("reverse") && !mark(3, '(') {
            return Some((hidden(backwards()), 3));
        }
        let turned = name(2) == Some("split") && name(7) == Some("reverse") && name(11) == Some("join");
        if turned && mark(1, '.') && mark(12, '(') && mark(14, ')') {
            return Some((hidden(backwards()), 15));
        }
        return None;
    }
    if mark(0, '[') {
        let (parts, end) = list(tokens, 0)?;
        let glue =
            text(end + 4).filter(|_| name(end + 2) == Some("join") && mark(end + 1, '.') && mark(end + 3, '('))?;
        return mark(end + 5, ')').then(|| (vec![Token::Text(parts.join(glue))], end + 6));
    }
    None
}

fn member_of(object: &str, member: &str) -> String {
    match object {
        "__builtins__" | "builtins" | "global" | "globalThis" | "window" | "self" => member.to_owned(),
        _ => format!("{object}.{member}"),
    }
}

fn hidden(text: String) -> Vec<Token> {
    vec![Token::Name(HIDDEN.to_owned()), Token::Mark('('), Token::Text(text), Token::Mark(')')]
}

/// The texts of a list that opens at a token, and where it closes.
fn list(tokens: &[At], open: usize) -> Option<(Vec<String>, usize)> {
    let mut parts = Vec::new();
    let mut index = open + 1;
    loop {
        match &tokens.get(index)?.token {
            Token::Text(text) => parts.push(text.clone()),
            Token::Mark(',') => {}
            Token::Mark(']') if parts.len() >= 2 => return Some((parts, index)),
            _ => return None,
        }
        index += 1;
    }
}

/// Text made of numbers: `String.fromCharCode(99, …)`, `bytes([99, …])`, `chr(c) for c in [99, …]`.
fn from_numbers(tokens: &[At]) -> Option<(Vec<Token>, usize)> {
    let Some(Token::Name(name)) = tokens.first().map(|at| &at.token) else { return None };
    let mark = |n: usize, mark: char| matches!(tokens.get(n).map(|at| &at.token), Some(Token::Mark(c)) if *c == mark);
    let word =
        |n: usize, word: &str| matches!(tokens.get(n).map(|at| &at.token), Some(Token::Name(name)) if name == word);
    let (open, after) = match name.as_str() {
        "String.fromCharCode" | "String.fromCodePoint" if mark(1, '(') => (1, 1),
        "bytes" | "bytearray" if mark(1, '(') && mark(2, '[') => (2, 2),
        "chr" if mark(1, '(') && mark(3, ')') && word(4, "for") && word(6, "in") && mark(7, '[') => (7, 1),
        _ => return None,
    };
    let mut said = String::new();
    let mut index = open + 1;
    loop {
        match &tokens.get(index)?.token {
            Token::Number(number) => {
                let number = number.to_ascii_lowercase();
                let value = number
                    .strip_prefix("0x")
                    .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
                said.push(char::from_u32(value?)?);
            }
            Token::Mark(',') => {}
            Token::Mark(')' | ']') if said.chars().count() >= 3 => return Some((hidden(said), index + after)),
            _ => return None,
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use crate::code;
    use crate::code::Token;
    use crate::span::Lang;

    fn said(text: &str, lang: Lang) -> String {
        let tokens = code::read(text, lang).tokens.into_iter().filter_map(|at| match at.token {
            Token::Name(name) => Some(name),
            Token::Text(text) => Some(format!("'{text}'")),
            Token::Mark(mark) => Some(mark.to_string()),
            _ => None,
        });
        tokens.collect()
    }

    #[test]
    fn functions_reached_by_their_name_are_named() {
        assert_eq!(said("__import__('o' + 's').system(x)", Lang::Python), "os.system(x)");
        assert_eq!(said("getattr(__builtins__, 'ex' + 'ec')(x)", Lang::Python), "exec(x)");
        assert_eq!(said("require('node:child_process')['exec'](x)", Lang::JavaScript), "child_process.exec(x)");
        assert_eq!(said("cp['ex' + 'ec'](x)", Lang::JavaScript), "cp.exec(x)");
    }

    #[test]
    fn texts_in_pieces_and_numbers_are_written_out() {
        assert_eq!(said("''.join(['c', 'u', 'r', 'l'])", Lang::Python), "'curl'");
        assert_eq!(said("['c', 'at'].join('')", Lang::JavaScript), "'cat'");
        assert_eq!(said("exec('so'[::-1])", Lang::Python), "exec(__decoded__('os'))");
        assert_eq!(said("String.fromCharCode(99, 0x61, 116)", Lang::JavaScript), "__decoded__('cat')");
        assert_eq!(said("bytes([99, 97, 116])", Lang::Python), "__decoded__('cat')");
        assert_eq!(said("''.join(chr(c) for c in [99, 97, 116])", Lang::Python), "''.join(__decoded__('cat'))");
    }

    #[test]
    fn parts_of_paths_are_joined() {
        assert_eq!(said("Path.home() / '.ssh' / 'id_rsa'", Lang::Python), "Path.home()/'.ssh/id_rsa'");
        assert_eq!(said("path.join(home, '.ssh', 'id_rsa')", Lang::JavaScript), "path.join(home,'.ssh/id_rsa')");
        assert_eq!(said("f('a', 'b')", Lang::Python), "f('a','b')");
    }
}
