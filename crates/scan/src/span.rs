//! A stretch of a file that is read in one way: a paragraph, a code block, a script, a decoded blob.

use std::borrow::Cow;
use std::ops::Range;

/// How a stretch is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The YAML at the top of a SKILL.md.
    FrontMatter,
    /// A heading.
    Heading,
    /// A paragraph, list item, quotation or table row.
    Prose,
    /// A code block of a document.
    Block,
    /// Code inside a paragraph.
    Inline,
    /// A comment in a document, which a reader of the rendered page does not see.
    Comment,
    /// A whole file of code.
    Script,
    /// A comment in code.
    CodeComment,
    /// Something that was encoded.
    Decoded,
}

/// The language of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lang {
    Shell,
    PowerShell,
    Python,
    JavaScript,
    Ruby,
    /// Go, Rust, PHP, Java and the like.
    Braces,
    /// Perl, Lua and the like.
    Hashes,
    /// JSON, YAML, TOML, CSS and the like: strings, but nothing that runs.
    Data,
    /// Not known.
    Unknown,
}

impl Lang {
    /// The language that the info text of a code block names.
    pub(crate) fn of_fence(info: &str) -> Self {
        let name: String = info
            .trim()
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '+' || *c == '#' || *c == '-')
            .collect();
        match name.to_ascii_lowercase().as_str() {
            "bash" | "sh" | "shell" | "zsh" | "console" | "terminal" | "shell-session" | "shellsession" | "fish"
            | "ksh" | "dash" | "makefile" | "make" | "dockerfile" | "docker" => Self::Shell,
            "powershell" | "ps1" | "ps" | "pwsh" | "cmd" | "bat" | "batch" | "dos" => Self::PowerShell,
            "python" | "py" | "python3" => Self::Python,
            "javascript" | "js" | "typescript" | "ts" | "jsx" | "tsx" | "node" | "mjs" | "cjs" => Self::JavaScript,
            "ruby" | "rb" => Self::Ruby,
            "go" | "golang" | "rust" | "rs" | "php" | "java" | "kotlin" | "kt" | "swift" | "csharp" | "cs" | "c#"
            | "c" | "cpp" | "c++" | "dart" | "scala" | "groovy" => Self::Braces,
            "perl" | "pl" | "lua" | "r" | "julia" | "elixir" | "tcl" | "applescript" | "vbscript" => Self::Hashes,
            "" | "text" | "txt" | "plaintext" | "plain" => Self::Unknown,
            _ => Self::Data,
        }
    }

    /// The language of a file by its name and first line. `None`: it is no code.
    pub(crate) fn of_file(path: &str, content: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let known = match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("sh" | "bash" | "zsh" | "command" | "ksh" | "fish" | "bats") => Some(Self::Shell),
            Some("ps1" | "psm1" | "bat" | "cmd") => Some(Self::PowerShell),
            Some("py" | "pyw" | "pyi") => Some(Self::Python),
            Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx") => Some(Self::JavaScript),
            Some("rb" | "rake" | "gemspec") => Some(Self::Ruby),
            Some("mk") => Some(Self::Shell),
            Some(
                "go" | "rs" | "php" | "java" | "kt" | "swift" | "cs" | "c" | "cc" | "cpp" | "h" | "hpp" | "dart"
                | "scala" | "groovy" | "gradle",
            ) => Some(Self::Braces),
            Some("pl" | "pm" | "lua" | "r" | "jl" | "ex" | "exs" | "tcl" | "applescript" | "vbs") => Some(Self::Hashes),
            Some(
                "json" | "yaml" | "yml" | "toml" | "xml" | "ini" | "cfg" | "conf" | "env" | "css" | "svg" | "html"
                | "htm" | "xsd" | "xsl" | "csv" | "tsv" | "lock" | "map" | "sql" | "graphql" | "proto" | "tf" | "vue"
                | "svelte" | "ipynb" | "jsonc" | "service" | "timer" | "desktop" | "plist" | "properties",
            ) => Some(Self::Data),
            _ => None,
        };
        let first = content.lines().next().unwrap_or_default();
        let shebang = first.strip_prefix("#!").map(|line| {
            let program = line.split(['/', ' ']).rfind(|word| !word.is_empty() && *word != "env");
            match program.unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
                "python" => Self::Python,
                "node" | "deno" | "bun" => Self::JavaScript,
                "ruby" => Self::Ruby,
                "pwsh" => Self::PowerShell,
                "perl" | "lua" | "Rscript" | "osascript" => Self::Hashes,
                "php" => Self::Braces,
                _ => Self::Shell,
            }
        });
        match (known, name.as_str()) {
            (Some(Self::Data), _) | (None, _) if shebang.is_some() => shebang,
            (Some(lang), _) => Some(lang),
            (None, "makefile" | "justfile" | "dockerfile" | "containerfile" | "gnumakefile" | ".envrc") => {
                Some(Self::Shell)
            }
            (None, name) if name.starts_with("dockerfile") => Some(Self::Shell),
            (None, "gemfile" | "rakefile" | "podfile") => Some(Self::Ruby),
            (None, _) => None,
        }
    }
}

/// A stretch of a file, with the way back to the file.
#[derive(Debug, Clone)]
pub(crate) struct Span<'a> {
    pub(crate) kind: Kind,
    pub(crate) lang: Lang,
    /// What is read: the stretch without quotation marks of the document, or decoded. It is copied only where it does not
    /// stand in the file in one piece.
    pub(crate) text: Cow<'a, str>,
    /// Where its first piece begins in the file.
    start: usize,
    /// Starts of further pieces in `text` and in the file, ascending.
    map: Vec<(usize, usize)>,
    /// The heading it stands under, by its number in the document; 0 = before the first.
    pub(crate) section: usize,
    /// The number of the paragraph, list item or block in the document.
    pub(crate) block: usize,
    /// How many pieces of code stand inside of it, if it is a paragraph.
    pub(crate) codes: usize,
}

impl<'a> Span<'a> {
    pub(crate) fn new(kind: Kind, lang: Lang, section: usize, block: usize) -> Self {
        Self { kind, lang, text: Cow::Borrowed(""), start: 0, map: Vec::new(), section, block, codes: 0 }
    }

    /// A stretch that stands in the file as it is.
    pub(crate) fn plain(kind: Kind, lang: Lang, text: &'a str, at: usize) -> Self {
        Self { text: Cow::Borrowed(text), start: at, ..Self::new(kind, lang, 0, 0) }
    }

    /// Something that stands at a byte of this stretch, read in another way.
    pub(crate) fn within<'b>(&self, kind: Kind, lang: Lang, text: &'b str, at: usize) -> Span<'b> {
        Span { text: Cow::Borrowed(text), start: self.origin(at), ..Span::new(kind, lang, self.section, self.block) }
    }

    /// Adds a piece of the file, the whole of which is at hand.
    pub(crate) fn grow(&mut self, file: &'a str, piece: Range<usize>) {
        match &self.text {
            Cow::Borrowed("") => {
                self.start = piece.start;
                self.text = Cow::Borrowed(&file[piece]);
            }
            Cow::Borrowed(text) if self.start + text.len() == piece.start => {
                self.text = Cow::Borrowed(&file[self.start..piece.end]);
            }
            _ => self.push(&file[piece.clone()], piece.start),
        }
    }

    /// Adds a piece that begins at a byte of the file.
    pub(crate) fn push(&mut self, piece: &str, at: usize) {
        if self.text.is_empty() {
            self.start = at;
        } else {
            self.map.push((self.text.len(), at));
        }
        self.text.to_mut().push_str(piece);
    }

    /// The byte of the file where a byte of the text is.
    pub(crate) fn origin(&self, at: usize) -> usize {
        if self.kind == Kind::Decoded {
            return self.start;
        }
        let piece = self.map.partition_point(|(start, _)| *start <= at);
        let piece = piece.checked_sub(1).and_then(|piece| self.map.get(piece));
        piece.map_or(self.start + at, |(start, origin)| origin + (at - start))
    }

    /// A part of this stretch, read in another way.
    pub(crate) fn part(&self, kind: Kind, lang: Lang, range: Range<usize>) -> Span<'_> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if self.map.is_empty() {
            return self.within(kind, lang, text, range.start);
        }
        let mut part = Span::new(kind, lang, self.section, self.block);
        let mut at = range.start;
        for line in text.split_inclusive('\n') {
            part.push(line, self.origin(at));
            at += line.len();
        }
        part
    }

    /// What an encoded part of this stretch says.
    pub(crate) fn decoded(&self, lang: Lang, text: String, at: usize) -> Span<'static> {
        let start = self.origin(at);
        Span { text: Cow::Owned(text), start, ..Span::new(Kind::Decoded, lang, self.section, self.block) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_name_and_first_line() {
        assert_eq!(Lang::of_file("scripts/run", "#!/usr/bin/env python3\n"), Some(Lang::Python));
        assert_eq!(Lang::of_file("a/b.SH", ""), Some(Lang::Shell));
        assert_eq!(Lang::of_file("notes.txt", "hello"), None);
        assert_eq!(Lang::of_file("x.json", "#!/bin/sh\n"), Some(Lang::Shell));
        assert_eq!(Lang::of_fence("{bash title=x}"), Lang::Shell);
        assert_eq!(Lang::of_fence("mermaid"), Lang::Data);
    }

    #[test]
    fn a_part_knows_its_place_in_the_file() {
        let mut span = Span::new(Kind::Prose, Lang::Unknown, 0, 0);
        span.push("one\n", 10);
        span.push("two", 20);
        assert_eq!(span.origin(5), 21);
        let part = span.part(Kind::Inline, Lang::Shell, 4..7);
        assert_eq!((&*part.text, part.origin(1)), ("two", 21));
    }

    #[test]
    fn what_stands_in_one_piece_is_not_copied() {
        let file = "one two three";
        let mut span = Span::new(Kind::Prose, Lang::Unknown, 0, 0);
        span.grow(file, 4..7);
        span.grow(file, 7..8);
        assert!(matches!(span.text, Cow::Borrowed("two ")));
        assert_eq!(span.origin(1), 5);
        span.grow(file, 9..13);
        assert_eq!((&*span.text, span.origin(4)), ("two hree", 9));
    }
}
