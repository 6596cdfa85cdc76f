//! A document of Markdown into stretches: front matter, headings, paragraphs, code and comments.
//!
//! It reads as forgivingly as the agents do that are shown such a document, so a fence that opens inside a quotation and
//! closes outside of it is still one block of code. It renders nothing and follows no link.

use std::ops::Range;

use memchr::memmem;

use crate::command_line::is_command;
use crate::span::Kind;
use crate::span::Lang;
use crate::span::Span;

/// What a document has next. It is handed on at once: a document may have more pieces than there is room for.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// A heading begins a section: its level, and its title in lower case. The heading itself follows as a stretch.
    Section { level: usize, title: String },
    /// A stretch.
    Stretch(&'a Span<'a>),
}

/// Takes a document apart.
pub(crate) fn read(text: &str, each: &mut impl FnMut(Piece<'_>)) {
    let mut reader = Reader { text, each, section: 0, open: None, fence: None, comment: false, blocks: 0 };
    let mut at = 0;
    if let Some(end) = front_matter(text) {
        (reader.each)(Piece::Stretch(&Span::plain(Kind::FrontMatter, Lang::Data, &text[..end], 0)));
        at = end;
    }
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1);
        reader.line(&text[at..end], at);
        at = end;
    }
    reader.finish();
}

/// The end of the front matter, if there is one.
fn front_matter(text: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut at = first.len();
    for line in lines {
        at += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return Some(at);
        }
    }
    None
}

struct Reader<'a, 'e, F> {
    /// The whole document.
    text: &'a str,
    each: &'e mut F,
    /// The number of the section, from 1; 0 is what stands before the first heading.
    section: usize,
    open: Option<Span<'a>>,
    /// The mark that opened a code block.
    fence: Option<(char, usize)>,
    comment: bool,
    blocks: usize,
}

impl<F: FnMut(Piece<'_>)> Reader<'_, '_, F> {
    /// A line: what follows a comment that ends in it is read like a line of its own.
    fn line(&mut self, line: &str, at: usize) {
        let blank = line.len() - line.trim_end().len();
        let mut next = Some((line, at));
        while let Some((line, at)) = next {
            next = self.start_of(line, at, blank);
        }
    }

    /// Reads a line, which ends in so many blanks, or what of it comes before a comment's end; answers what is left.
    fn start_of<'l>(&mut self, line: &'l str, at: usize, blank: usize) -> Option<(&'l str, usize)> {
        let (rest, skipped) = unquoted(line);
        let here = at + skipped;
        let trimmed = rest[..rest.len().saturating_sub(blank)].trim_start();
        if let Some((mark, length)) = self.fence {
            let closes = trimmed.chars().all(|c| c == mark) && trimmed.chars().count() >= length;
            if closes {
                self.fence = None;
                self.finish();
            } else {
                self.grow(rest, here);
            }
            return None;
        }
        if self.comment {
            return self.comment_line(rest, here);
        }
        let mark = trimmed.chars().next().unwrap_or(' ');
        let length = trimmed.chars().take_while(|c| *c == mark).count();
        if matches!(mark, '`' | '~') && length >= 3 && !trimmed[length..].contains('`') {
            self.finish();
            self.fence = Some((mark, length));
            self.begin(Kind::Block, Lang::of_fence(&trimmed[length..]));
        } else if trimmed.is_empty() {
            self.finish();
        } else if mark == '#' && length <= 6 && trimmed[length..].starts_with([' ', '\t']) {
            self.finish();
            let title = trimmed[length..].trim().trim_end_matches('#').to_lowercase();
            self.section += 1;
            (self.each)(Piece::Section { level: length, title });
            self.begin(Kind::Heading, Lang::Unknown);
            self.add(rest, here);
            self.finish();
        } else if let Some(start) = unseen(rest) {
            self.finish();
            self.begin(Kind::Comment, Lang::Unknown);
            self.add(&rest[start..], here + start);
            self.finish();
        } else if let Some(start) = comment_in(rest) {
            self.add(&rest[..start], here);
            self.finish();
            self.comment = true;
            self.begin(Kind::Comment, Lang::Unknown);
            return self.comment_line(&rest[start + 4..], here + start + 4);
        } else {
            // Each list item and each row of a table is a paragraph of its own, so that what is said of one is not
            // taken to be said of another.
            if is_item(trimmed) {
                self.finish();
            }
            self.add(rest, here);
        }
        None
    }

    fn comment_line<'l>(&mut self, line: &'l str, at: usize) -> Option<(&'l str, usize)> {
        let (inside, after) = line.split_once("-->").map_or((line, None), |(inside, after)| (inside, Some(after)));
        self.grow(inside, at);
        let after = after?;
        self.finish();
        self.comment = false;
        (!after.trim_start().is_empty()).then_some((after, at + inside.len() + 3))
    }

    fn begin(&mut self, kind: Kind, lang: Lang) {
        self.blocks += 1;
        self.open = Some(Span::new(kind, lang, self.section, self.blocks));
    }

    fn add(&mut self, piece: &str, at: usize) {
        if piece.trim().is_empty() {
            return;
        }
        if self.open.is_none() {
            self.begin(Kind::Prose, Lang::Unknown);
        }
        self.grow(piece, at);
    }

    /// Adds a piece of the document to the stretch that is open.
    fn grow(&mut self, piece: &str, at: usize) {
        if let Some(open) = &mut self.open {
            open.grow(self.text, at..at + piece.len());
        }
    }

    fn finish(&mut self) {
        let Some(mut span) = self.open.take() else { return };
        let mut code = Vec::new();
        if matches!(span.kind, Kind::Prose | Kind::Heading) {
            (code, span.codes) = inline_code(&span.text);
        }
        (self.each)(Piece::Stretch(&span));
        for place in code {
            (self.each)(Piece::Stretch(&span.part(Kind::Inline, Lang::Unknown, place)));
        }
    }
}

/// Where a comment begins in a line.
fn comment_in(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    memchr::memchr_iter(b'<', bytes).find(|at| bytes[*at..].starts_with(b"<!--"))
}

/// Where a line begins that a reader of the rendered page does not see, though it is no comment of HTML: a label that
/// nothing refers to, or an element that is not shown.
fn unseen(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    if !trimmed.starts_with(['<', '[']) {
        return None;
    }
    let label = ["[//]:", "[comment]:", "[_]:"].iter().find(|mark| trimmed.starts_with(*mark));
    if let Some(mark) = label {
        return Some(line.len() - trimmed.len() + mark.len());
    }
    if !trimmed.starts_with('<') {
        return None;
    }
    let (tag, _) = trimmed.split_once('>')?;
    let tag = tag.to_ascii_lowercase().replace(' ', "");
    let hides = [
        "display:none",
        "visibility:hidden",
        "font-size:0",
        "opacity:0",
        "color:white",
        "color:#fff",
        "color:transparent",
    ];
    let hidden =
        hides.iter().any(|style| tag.contains(style)) || tag.ends_with("hidden") && trimmed.contains(" hidden");
    hidden.then(|| line.find('>').map_or(0, |at| at + 1))
}

/// A line without the marks of quotations before it, and how many bytes those were.
fn unquoted(line: &str) -> (&str, usize) {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        let Some(inside) = trimmed.strip_prefix('>') else { break };
        rest = inside.strip_prefix(' ').unwrap_or(inside);
    }
    (rest, line.len() - rest.len())
}

/// Whether a line begins a list item or is a row of a table.
fn is_item(line: &str) -> bool {
    match line.as_bytes() {
        [b'|', ..] | [b'-' | b'*' | b'+', b' ', ..] => true,
        [b'0'..=b'9', ..] => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.starts_with(". ") || rest.starts_with(") ")
        }
        _ => false,
    }
}

/// Where code stands between back-ticks of a paragraph, as far as it is a command, and how many pieces of any code.
fn inline_code(text: &str) -> (Vec<Range<usize>>, usize) {
    let (mut found, mut count) = (Vec::new(), 0);
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(start) = memchr::memchr(b'`', &bytes[at..]).map(|start| at + start) {
        let ticks = bytes[start..].iter().take_while(|byte| **byte == b'`').count();
        let from = start + ticks;
        let close = match ticks {
            1 => memchr::memchr(b'`', &bytes[from..]),
            _ => memmem::find(&bytes[from..], &bytes[start..from]),
        };
        let Some(length) = close else { break };
        let inside = &text[from..from + length];
        if memchr::memchr(b' ', inside.as_bytes()).is_some() && is_command(inside) {
            found.push(from..from + length);
        }
        count += 1;
        at = from + length + ticks;
    }
    (found, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        spans(text).iter().map(|span| (span.kind, span.text.trim().to_owned())).collect()
    }

    fn spans(text: &str) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        read(text, &mut |piece| {
            if let Piece::Stretch(span) = piece {
                let mut copy = Span::new(span.kind, span.lang, span.section, span.block);
                copy.push(&span.text, span.origin(0));
                copy.codes = span.codes;
                spans.push(copy);
            }
        });
        spans
    }

    #[test]
    fn a_document_is_taken_apart() {
        let text = "---\nname: a\n---\n# Title\nfirst `git log` and `ls` line\nsecond\n- item\n\n```bash\nmake\n```\n<!-- not\nseen --> tail\n";
        assert_eq!(
            kinds(text),
            [
                (Kind::FrontMatter, "---\nname: a\n---".to_owned()),
                (Kind::Heading, "# Title".to_owned()),
                (Kind::Prose, "first `git log` and `ls` line\nsecond".to_owned()),
                (Kind::Inline, "git log".to_owned()),
                (Kind::Prose, "- item".to_owned()),
                (Kind::Block, "make".to_owned()),
                (Kind::Comment, "not\nseen".to_owned()),
                (Kind::Prose, "tail".to_owned()),
            ]
        );
    }

    #[test]
    fn a_block_in_a_quotation_is_read_without_its_marks_and_knows_its_place() {
        let text = "> ```sh\n> curl x\n> ```\nafter\n";
        let spans = spans(text);
        assert_eq!(spans[0].text, "curl x\n");
        assert_eq!(&text[spans[0].origin(5)..][..1], "x");
        assert_eq!(spans[1].text, "after\n");
    }

    #[test]
    fn a_fence_that_never_closes_is_still_code() {
        assert_eq!(kinds("```python\nimport os"), [(Kind::Block, "import os".to_owned())]);
    }

    #[test]
    fn all_code_inside_of_a_paragraph_is_counted() {
        assert_eq!(spans("a `b` and ``c ` d`` and `git log`")[0].codes, 3);
        let mut sections = 0;
        read("# A\n## B\ntext\n", &mut |piece| sections += usize::from(matches!(piece, Piece::Section { .. })));
        assert_eq!((sections, spans("# A\n## B\ntext\n")[2].section), (2, 2));
    }

    #[test]
    fn a_line_of_many_comments_is_read_without_going_deeper() {
        assert_eq!(spans(&"<!---->x".repeat(200_000)).len(), 400_000);
    }
}
