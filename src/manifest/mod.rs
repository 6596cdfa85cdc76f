//! A plugin marketplace file, looked at with the eyes of the programs that read it: Claude Code and GitHub Copilot CLI.
//!
//! [`check`] is pure: a text in, findings out, each with its place. What is an error makes a reader refuse the file or an
//! entry; what is a warning is refused by some versions, or goes unnoticed. The rules are those of the two programs'
//! documentation, tried on Claude Code 2.1.197 and 2.1.331 and on Copilot CLI 1.0.102; both change, so a reader may be
//! stricter than this.

mod entry;
mod form;
mod lines;
mod source;

use serde_json::Value;

use crate::manifest::form::Form;

/// A program that reads marketplace files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Claude Code.
    ClaudeCode,
    /// GitHub Copilot CLI.
    Copilot,
}

/// Every reader.
pub(crate) const READERS: [Reader; 2] = [Reader::ClaudeCode, Reader::Copilot];

const BOTH: &[Reader] = &READERS;
const CLAUDE_CODE: &[Reader] = &[Reader::ClaudeCode];
const COPILOT: &[Reader] = &[Reader::Copilot];

impl Reader {
    /// The word for it in arguments and output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Copilot => "copilot-cli",
        }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The file or the entry is refused.
    Error,
    /// Some versions refuse it, or it goes unnoticed.
    Warning,
}

impl Level {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The rule, a stable word.
    pub(crate) rule: &'static str,
    /// How bad it is.
    pub(crate) level: Level,
    /// Whose rule it is.
    pub(crate) readers: &'static [Reader],
    /// Where: `plugins[2].source.sha`. The file as a whole is `.`.
    pub(crate) place: String,
    /// The line of that place, from 1.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) message: String,
}

/// Why a text is no marketplace file at all.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub(crate) struct NotJson {
    line: usize,
    column: usize,
    reason: String,
}

/// What a text says that readers would not take, worst first and from top to bottom.
///
/// # Errors
/// [`NotJson`].
pub(crate) fn check(text: &str) -> Result<Vec<Finding>, NotJson> {
    let manifest: Value = serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or_default().to_owned();
        NotJson { line: error.line(), column: error.column(), reason }
    })?;
    let places = lines::places(text);
    let mut form = Form::default();
    for place in &places.twice {
        form.error("field-twice", BOTH, place, "this field is there twice, and only the last one counts");
    }
    whole(&mut form, &manifest);
    let mut findings = form.findings;
    for finding in &mut findings {
        finding.line = places.line(&finding.place);
    }
    findings.sort_by_key(|finding| (finding.level, finding.line));
    Ok(findings)
}

/// Which readers can install each entry of a checked file, by the entry's name. Copilot CLI refuses a file for one bad
/// entry in it; Claude Code leaves the entry out.
pub(crate) fn installs(text: &str, findings: &[Finding]) -> Vec<(String, Vec<Reader>)> {
    let file: Value = serde_json::from_str(text).unwrap_or_default();
    let plugins = file.get("plugins").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let refused = |reader: Reader, index: usize| {
        let of_reader = findings.iter().filter(|finding| finding.readers.contains(&reader));
        of_reader.filter(|finding| finding.level == Level::Error || finding.rule == UNKNOWN_KIND).any(|finding| {
            let entry = finding.place.strip_prefix("plugins[").and_then(|rest| rest.split(']').next()?.parse().ok());
            reader == Reader::Copilot || finding.rule == "name-twice" || entry.is_none_or(|entry: usize| entry == index)
        })
    };
    let of = |(index, plugin): (usize, &Value)| {
        let name =
            plugin.get("name").and_then(Value::as_str).map_or_else(|| format!("plugins[{index}]"), str::to_owned);
        (name, READERS.into_iter().filter(|reader| !refused(*reader, index)).collect())
    };
    plugins.iter().enumerate().map(of).collect()
}

/// The rule about a kind of source that a reader does not have.
const UNKNOWN_KIND: &str = "source-unknown";

/// The fields of the file that readers know.
const KNOWN: &[&str] = &[
    "$schema",
    "allowCrossMarketplaceDependenciesOn",
    "description",
    "forceRemoveDeletedPlugins",
    "metadata",
    "name",
    "owner",
    "plugins",
    "renames",
    "version",
];

/// Names that Claude Code keeps for itself.
const RESERVED: &[&str] =
    &["agent-skills", "builtin", "claude-community", "claude-plugins-official", "github", "inline", "npm"];

fn whole(form: &mut Form, manifest: &Value) {
    let Some(fields) = manifest.as_object() else {
        return form.error("not-an-object", BOTH, ".", "a marketplace file is one object");
    };
    if let Some(name) = form.name(fields, ".")
        && (RESERVED.contains(&name) || name.starts_with("anthropic"))
    {
        form.error("name-reserved", CLAUDE_CODE, "name", format!("`{name}` is a name that nobody else may use"));
    }
    match fields.get("owner") {
        None => form.error("owner-missing", BOTH, ".", "`owner` is missing: {\"name\": …}"),
        Some(Value::Object(owner)) => match owner.get("name") {
            Some(Value::String(name)) if !name.trim().is_empty() => {}
            None => form.error("owner-name", BOTH, "owner", "`owner.name` is missing"),
            Some(_) => form.error("owner-name", BOTH, "owner.name", "this is not a text that says anything"),
        },
        Some(_) => form.error("owner-missing", BOTH, "owner", "this is not an object with a `name`"),
    }
    form.texts(fields, ".", &["description", "version"]);
    form.unknown(fields, ".", KNOWN);
    let plugins = match fields.get("plugins") {
        Some(Value::Array(plugins)) => plugins,
        None => return form.error("plugins-missing", BOTH, ".", "`plugins` is missing: a list"),
        Some(_) => return form.error("plugins-missing", BOTH, "plugins", "this is not a list"),
    };
    if plugins.is_empty() {
        form.warning("no-plugins", BOTH, "plugins", "there is nothing to install");
    }
    entry::all(form, plugins);
}

#[cfg(test)]
mod tests;
