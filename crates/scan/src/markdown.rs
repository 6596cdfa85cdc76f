//! A document of Markdown into stretches: front matter, headings, paragraphs, code and comments.
//!
//! It reads as forgivingly as the agents do that are shown such a document, so a fence that opens inside a quotation and
//! closes outside of it is still one block of code. It renders nothing and follows no link.

use crate::span::Kind;
use crate::span::Lang;
use crate::span::Span;

/// A heading of a document.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    level: usize,
    /// In lower case.
    title: String,
    /// The section that it stands in; the first stands in itself.
    parent: usize,
}

/// A document, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) spans: Vec<Span>,
    /// Number 0 is what stands before the first heading.
    sections: Vec<Section>,
}

impl Document {
    /// The titles of the sections, each with the number of the section that it stands in, which comes before it.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (&str, usize)> {
        self.sections.iter().map(|section| (section.title.as_str(), section.parent))
    }

    /// Takes a document apart.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader::default();
        reader.document.sections.push(Section { level: 0, title: String::new(), parent: 0 });
        let mut at = 0;
        let mut body = text;
        if let Some(end) = front_matter(text) {
            reader.document.spans.push(Span::plain(Kind::FrontMatter, Lang::Data, &text[..end], 0));
            at = end;
            body = &text[end..];
        }
        for line in body.split_inclusive('\n') {
            reader.line(line, at);
            at += line.len();
        }
        reader.finish();
        reader.document
    }
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

#[derive(Default)]
struct Reader {
    document: Document,
    open: Option<Span>,
    /// The mark that opened a code block.
    fence: Option<(char, usize)>,
    comment: bool,
    blocks: usize,
}

impl Reader {
    /// A line: what follows a comment that ends in it is read like a line of its own.
    fn line(&mut self, line: &str, at: usize) {
        let blank = line.len() - line.trim_end().len();
        let mut next = Some((line, at));
        while let Some((line, at)) = next {
            next = self.start_of(line, at, blank);
        }
    }

    /// Reads a line, which ends in so many blanks, or what of it comes before a comment's end; answers what is left.
    fn start_of<'a>(&mut self, line: &'a str, at: usize, blank: usize) -> Option<(&'a str, usize)> {
        let (rest, skipped) = unquoted(line);
        let here = at + skipped;
        let trimmed = rest[..rest.len().saturating_sub(blank)].trim_start();
        if let Some((mark, length)) = self.fence {
            let closes = trimmed.chars().all(|c| c == mark) && trimmed.chars().count() >= length;
            if closes {
                self.fence = None;
                self.finish();
            } else if let Some(open) = &mut self.open {
                open.push(rest, here);
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
            self.section(length, title);
            self.begin(Kind::Heading, Lang::Unknown);
            self.add(rest, here);
            self.finish();
        } else if let Some(start) = unseen(rest) {
            self.finish();
            self.begin(Kind::Comment, Lang::Unknown);
            self.add(&rest[start..], here + start);
            self.finish();
        } else if let Some(start) = rest.find("<!--") {
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

    fn section(&mut self, level: usize, title: String) {
        let sections = &self.document.sections;
        let mut parent = sections.len() - 1;
        while parent > 0 && sections[parent].level >= level {
            parent = sections[parent].parent;
        }
        self.document.sections.push(Section { level, title, parent });
    }

    fn comment_line<'a>(&mut self, line: &'a str, at: usize) -> Option<(&'a str, usize)> {
        let (inside, after) = line.split_once("-->").map_or((line, None), |(inside, after)| (inside, Some(after)));
        if let Some(open) = &mut self.open {
            open.push(inside, at);
        }
        let after = after?;
        self.finish();
        self.comment = false;
        (!after.trim_start().is_empty()).then_some((after, at + inside.len() + 3))
    }

    fn begin(&mut self, kind: Kind, lang: Lang) {
        self.blocks += 1;
        self.open = Some(Span::new(kind, lang, self.document.sections.len() - 1, self.blocks));
    }

    fn add(&mut self, piece: &str, at: usize) {
        if piece.trim().is_empty() {
            return;
        }
        if self.open.is_none() {
            self.begin(Kind::Prose, Lang::Unknown);
        }
        if let Some(open) = &mut self.open {
            open.push(piece, at);
        }
    }

    fn finish(&mut self) {
        let Some(span) = self.open.take() else { return };
        let inline = if matches!(span.kind, Kind::Prose | Kind::Heading) { inline_code(&span) } else { Vec::new() };
        self.document.spans.push(span);
        self.document.spans.extend(inline);
    }
}

/// Where a line begins that a reader of the rendered page does not see, though it is no comment of HTML: a label that
/// nothing refers to, or an element that is not shown.
fn unseen(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
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
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("+ ")
        || line.starts_with('|')
        || (digits > 0 && (line[digits..].starts_with(". ") || line[digits..].starts_with(") ")))
}

/// The code between back-ticks of a paragraph.
fn inline_code(span: &Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = span.text[at..].find('`').map(|start| at + start) {
        let ticks = span.text[start..].bytes().take_while(|byte| *byte == b'`').count();
        let from = start + ticks;
        let mark = &span.text[start..from];
        let Some(length) = span.text[from..].find(mark) else { break };
        found.push(span.part(Kind::Inline, Lang::Unknown, from..from + length));
        at = from + length + ticks;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        Document::read(text).spans.into_iter().map(|span| (span.kind, span.text.trim().to_owned())).collect()
    }

    #[test]
    fn a_document_is_taken_apart() {
        let text = "---\nname: a\n---\n# Title\nfirst `ls -l` line\nsecond\n- item\n\n```bash\nmake\n```\n<!-- not\nseen --> tail\n";
        assert_eq!(
            kinds(text),
            [
                (Kind::FrontMatter, "---\nname: a\n---".to_owned()),
                (Kind::Heading, "# Title".to_owned()),
                (Kind::Prose, "first `ls -l` line\nsecond".to_owned()),
                (Kind::Inline, "ls -l".to_owned()),
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
        let document = Document::read(text);
        assert_eq!(document.spans[0].text, "curl x\n");
        assert_eq!(&text[document.spans[0].origin(5)..][..1], "x");
        assert_eq!(document.spans[1].text, "after\n");
    }

    #[test]
    fn a_fence_that_never_closes_is_still_code() {
        assert_eq!(kinds("```python\nimport os"), [(Kind::Block, "import os".to_owned())]);
    }

    #[test]
    fn sections_stand_in_each_other() {
        let document = Document::read("# A\n## B\n### C\ntext\n## D\nmore\n# E\n");
        let sections: Vec<_> = document.sections().collect();
        assert_eq!(sections, [("", 0), ("a", 0), ("b", 1), ("c", 2), ("d", 1), ("e", 0)]);
        assert_eq!(document.spans[5].section, 4);
    }

    #[test]
    fn a_line_of_many_comments_is_read_without_going_deeper() {
        let document = Document::read(&"<!---->x".repeat(200_000));
        assert_eq!(document.spans.len(), 400_000);
    }
}
