//! What the rules share: collecting findings, and the questions that are asked of many fields.

use serde_json::Map;
use serde_json::Value;

use crate::manifest::BOTH;
use crate::manifest::CLAUDE_CODE;
use crate::manifest::COPILOT;
use crate::manifest::Finding;
use crate::manifest::Level;
use crate::manifest::Reader;
use crate::manifest::lines::below;

/// How long a name may be.
const MOST_NAME: usize = 64;

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) findings: Vec<Finding>,
}

impl Form {
    /// Something that a reader refuses.
    pub(super) fn error(
        &mut self,
        rule: &'static str,
        readers: &'static [Reader],
        place: &str,
        message: impl Into<String>,
    ) {
        self.add(Level::Error, rule, readers, place, message.into());
    }

    /// Something that some versions refuse, or that goes unnoticed.
    pub(super) fn warning(
        &mut self,
        rule: &'static str,
        readers: &'static [Reader],
        place: &str,
        message: impl Into<String>,
    ) {
        self.add(Level::Warning, rule, readers, place, message.into());
    }

    fn add(&mut self, level: Level, rule: &'static str, readers: &'static [Reader], place: &str, message: String) {
        self.findings.push(Finding { rule, level, readers, place: place.to_owned(), line: 0, message });
    }

    /// `name` of the file or of an entry: kebab-case of at most 64 is what all readers take.
    pub(super) fn name<'a>(&mut self, fields: &'a Map<String, Value>, place: &str) -> Option<&'a str> {
        let at = below(place, "name");
        let name = match fields.get("name") {
            Some(Value::String(name)) if !name.is_empty() => name.as_str(),
            None => {
                self.error("name-missing", BOTH, place, "`name` is missing");
                return None;
            }
            Some(_) => {
                self.error("name-missing", BOTH, &at, "this is not a text with a name in it");
                return None;
            }
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(|c| plain(c) || c == '_') {
            self.error("name-form", BOTH, &at, "a name is kebab-case: `a-z`, `0-9` and single hyphens");
        } else if name.contains('_') {
            self.error("name-form", COPILOT, &at, "a name has no underscore: use a hyphen");
        } else if !is_kebab(name) {
            self.warning("name-form", BOTH, &at, "readers document kebab-case: `a-z`, `0-9` and single hyphens");
        }
        if name.chars().count() > MOST_NAME {
            self.error("name-long", COPILOT, &at, format!("a name has at most {MOST_NAME} characters"));
        }
        Some(name)
    }

    /// Fields that are texts where they are there.
    pub(super) fn texts(&mut self, fields: &Map<String, Value>, place: &str, names: &[&str]) {
        for name in names {
            if fields.get(*name).is_some_and(|value| !value.is_string()) {
                self.error("not-text", BOTH, &below(place, name), "this is not a text: put it in quotes");
            }
        }
    }

    /// Fields that are lists of texts where they are there.
    pub(super) fn lists(&mut self, fields: &Map<String, Value>, place: &str, names: &[&str]) {
        for name in names {
            let at = below(place, name);
            match fields.get(*name) {
                None => {}
                Some(Value::Array(items)) => {
                    for (index, _) in items.iter().enumerate().filter(|(_, item)| !item.is_string()) {
                        self.error("not-text", BOTH, &format!("{at}[{index}]"), "this is not a text");
                    }
                }
                Some(_) => self.error("not-a-list", BOTH, &at, "this is not a list of texts"),
            }
        }
    }

    /// Fields that no reader looks at.
    pub(super) fn unknown(&mut self, fields: &Map<String, Value>, place: &str, known: &[&str]) {
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            self.warning("unknown-field", CLAUDE_CODE, &below(place, name), "no reader knows this field");
        }
    }
}

/// Lower case, digits, single hyphens between them.
fn is_kebab(name: &str) -> bool {
    name.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// Whether a path that a reader joins to a folder stays inside it.
pub(super) fn stays_inside(path: &str) -> bool {
    !path.contains('\\') && !path.split('/').any(|part| part == "..")
}
