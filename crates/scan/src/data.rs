//! What a file of data says in words, and what code it carries: an agent reads the values of JSON, YAML and tables, the
//! comments and texts of HTML and SVG, and the cells of a notebook like everything else.
//!
//! It tells only where they are; it does not judge them.

use crate::decode;

/// What is read in a file of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A text that stands there openly.
    Text,
    /// A text that nobody sees who looks at the page.
    Unseen,
    /// A script of a page.
    Script,
    /// The code of a notebook.
    Cells,
    /// The text of a notebook.
    Notes,
}

/// A text of a file of data and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) sort: Sort,
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// Texts of one file; more are not read.
pub(crate) const PIECES: usize = 5_000;

/// Blanks that a text has at the least; what has fewer is a name or a number.
const WORDS: usize = 3;

/// The texts of a file of data.
pub(crate) fn pieces(path: &str, text: &str) -> Vec<Piece> {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut found = Vec::new();
    match ending.as_str() {
        // Each row of a table stands for itself.
        "csv" | "tsv" => {
            let mut at = 0;
            for row in text.split_inclusive('\n') {
                add(&mut found, Sort::Text, row, at);
                at += row.len();
            }
        }
        "ipynb" => notebook(text, &mut found),
        "html" | "htm" | "svg" | "xml" | "vue" | "svelte" | "xsl" => markup(text, &mut found),
        "json" | "jsonc" | "map" => strings(text, &mut found),
        "css" | "lock" | "proto" | "sql" | "graphql" | "xsd" => comments(text, &mut found),
        _ => lines(text, &mut found),
    }
    found
}

fn add(found: &mut Vec<Piece>, sort: Sort, text: &str, at: usize) {
    let words = text.bytes().filter(|byte| *byte == b' ').take(WORDS).count();
    // An expression that looks for phrases says none.
    let searches = ["(?i)", "\\s", "\\b", ".*"].iter().any(|mark| text.contains(mark));
    if words == WORDS && !searches && found.len() < PIECES {
        found.push(Piece { sort, text: text.to_owned(), at });
    }
}

/// The strings of JSON, each with where it begins.
fn each_string<'a>(text: &'a str, mut each: impl FnMut(&'a str, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'"', &bytes[at..]).map(|start| at + start + 1) {
        let mut end = start;
        while let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[end..]).map(|found| end + found) {
            end = found;
            if bytes[end] != b'\\' {
                break;
            }
            end += 2;
            if end >= bytes.len() {
                break;
            }
        }
        let end = if end <= start { bytes.len().min(start) } else { end.min(bytes.len()) };
        each(text.get(start..end).unwrap_or_default(), start);
        at = (end + 1).min(bytes.len());
    }
}

fn strings(text: &str, found: &mut Vec<Piece>) {
    each_string(text, |string, at| {
        if string.contains('\\') {
            add(found, Sort::Text, &decode::escapes(string), at);
        } else {
            add(found, Sort::Text, string, at);
        }
    });
}

/// YAML, TOML, tables and settings: a value with the lines that go on with it.
fn lines(text: &str, found: &mut Vec<Piece>) {
    let mut at = 0;
    let mut open = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let begins = trimmed.starts_with(['-', '#', '[', '{', '|'])
            || trimmed.is_empty()
            || trimmed
                .split_once([':', '='])
                .is_some_and(|(key, _)| !key.is_empty() && key.len() < 40 && !key.trim().contains(' '));
        if begins {
            add(found, Sort::Text, &open.0, open.1);
            open.0.clear();
        }
        if open.0.is_empty() {
            open.1 = at;
        }
        if open.0.len() < 8_192 {
            open.0.push_str(line);
        }
        at += line.len();
    }
    add(found, Sort::Text, &open.0, open.1);
}

/// The comments of CSS, SQL and the like.
fn comments(text: &str, found: &mut Vec<Piece>) {
    for (open, close) in [("/*", "*/"), ("--", "\n"), ("#", "\n"), ("//", "\n")] {
        let mut at = 0;
        while let Some(start) = text[at..].find(open).map(|start| at + start + open.len()) {
            let end = text[start..].find(close).map_or(text.len(), |end| start + end);
            add(found, Sort::Text, &text[start..end], start);
            at = end.max(start);
        }
    }
}

/// HTML and its like: comments, scripts, what is not shown, and what is.
fn markup(text: &str, found: &mut Vec<Piece>) {
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open) {
        add(found, Sort::Text, &text[at..open], at);
        if text[open..].starts_with("<!--") {
            let end = text[open..].find("-->").map_or(text.len(), |end| open + end);
            add(found, Sort::Unseen, text.get(open + 4..end).unwrap_or_default(), open + 4);
            at = (end + 3).min(text.len());
            continue;
        }
        let Some(close) = text[open..].find('>').map(|close| open + close) else { return };
        let tag = text[open..close].to_ascii_lowercase();
        at = close + 1;
        if tag.starts_with("<script") {
            let end = text[at..].find("</script").map_or(text.len(), |end| at + end);
            if found.len() < PIECES && !text[at..end].trim().is_empty() {
                found.push(Piece { sort: Sort::Script, text: text[at..end].to_owned(), at });
            }
            at = end;
        } else if tag.starts_with("<style") {
            at = text[at..].find("</style").map_or(text.len(), |end| at + end);
        } else if is_unseen(&tag) {
            let end = text[at..].find('<').map_or(text.len(), |end| at + end);
            add(found, Sort::Unseen, &text[at..end], at);
            at = end;
        } else if matches!(
            tag.split(['<', ' ', '\n', '>']).nth(1),
            Some("desc" | "metadata" | "title" | "template" | "noscript")
        ) {
            let end = text[at..].find('<').map_or(text.len(), |end| at + end);
            add(found, Sort::Unseen, &text[at..end], at);
            at = end;
        }
    }
    add(found, Sort::Text, &text[at..], at);
}

/// Whether what stands in an element is not shown.
fn is_unseen(tag: &str) -> bool {
    let tag = tag.replace(' ', "");
    let styles = [
        "display:none",
        "visibility:hidden",
        "font-size:0",
        "font-size:1px",
        "opacity:0",
        "color:transparent",
        "left:-9999",
    ];
    styles.iter().any(|style| tag.contains(style))
}

/// The cells of a notebook.
fn notebook(text: &str, found: &mut Vec<Piece>) {
    let mut at = 0;
    while let Some(source) = text[at..].find("\"source\"").map(|source| at + source) {
        let before = &text[at..source];
        let code =
            before.rfind("\"cell_type\"").is_none_or(|kind| !before[kind..].starts_with("\"cell_type\": \"markdown\""));
        let start = source + "\"source\"".len();
        // Until the list closes, which no string of it does.
        let mut said = String::new();
        let mut end = text.len();
        let mut last = start;
        each_string(&text[start..], |string, place| {
            let between = text.get(last..start + place - 1).unwrap_or_default();
            if end == text.len() && between.contains(['}', ']']) {
                end = last;
            }
            if end == text.len() {
                said.push_str(&decode::escapes(string));
                last = start + place + string.len() + 1;
            }
        });
        if found.len() < PIECES && !said.is_empty() {
            found.push(Piece { sort: if code { Sort::Cells } else { Sort::Notes }, text: said, at: start });
        }
        at = last.max(start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, text: &str) -> Vec<(Sort, String)> {
        pieces(path, text).into_iter().map(|piece| (piece.sort, piece.text.trim().to_owned())).collect()
    }

    #[test]
    fn values_are_told_as_they_read() {
        assert_eq!(
            said("a.json", r#"{"a": "one two three four\nfive", "b": "one"}"#),
            [(Sort::Text, "one two three four\nfive".to_owned())]
        );
        assert_eq!(
            said("a.yaml", "a: one two three four\n  five six\nb: x\n"),
            [(Sort::Text, "a: one two three four\n  five six".to_owned())]
        );
        assert_eq!(pieces("a.json", "\"\\"), []);
    }

    #[test]
    fn what_a_page_does_not_show_is_told_apart() {
        let page =
            "<p>one two three four</p><!-- a b c d --><script>f()</script><b style=\"display: none\">e f g h</b>";
        let sorts: Vec<Sort> = said("a.html", page).into_iter().map(|(sort, _)| sort).collect();
        assert_eq!(sorts, [Sort::Text, Sort::Unseen, Sort::Script, Sort::Unseen]);
    }

    #[test]
    fn cells_of_a_notebook_are_put_together() {
        let text = r##"{"cells": [{"cell_type": "code", "source": ["import os\n", "x = \"]\""]}, {"cell_type": "markdown", "source": ["# A b c"]}]}"##;
        assert_eq!(
            said("a.ipynb", text),
            [(Sort::Cells, "import os\nx = \"]\"".to_owned()), (Sort::Notes, "# A b c".to_owned())]
        );
    }
}
