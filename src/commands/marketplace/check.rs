//! `marketplace check`: would Claude Code and Copilot CLI take this file?

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;

use super::PLACES;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::manifest;
use crate::manifest::Finding;
use crate::manifest::Level;
use crate::manifest::Reader;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;

/// A file larger than this is none.
const MOST_BYTES: u64 = 16 << 20;

/// How many findings of one rule are shown to a person who does not ask for all.
const SHOWN: usize = 5;

/// How many entries are named in a sentence.
const NAMED: usize = 10;

/// Check a marketplace file for Claude Code and GitHub Copilot CLI
///
/// Ends with 7 when one of them would refuse the file or an entry. A warning is what some versions refuse, or what
/// nobody would notice. Says too how many of the entries each of them can install.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// The file, the repository that holds it, or `-` for standard input
    #[arg(value_name = "FILE", default_value = ".")]
    file: PathBuf,
    /// Check for this reader alone
    #[arg(long = "for", value_name = "READER", value_parser = ["claude-code", "copilot-cli"])]
    reader: Option<String>,
    /// Let warnings count as errors
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct CheckJson {
    file: String,
    valid: bool,
    errors: usize,
    warnings: usize,
    findings: Vec<FindingJson>,
    plugins: Vec<PluginJson>,
}

#[derive(Serialize)]
struct PluginJson {
    name: String,
    /// The readers that can install it from this file.
    readers: Vec<&'static str>,
}

#[derive(Serialize)]
struct FindingJson {
    rule: &'static str,
    level: &'static str,
    readers: Vec<&'static str>,
    place: String,
    line: usize,
    message: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 7 for a file that is no JSON; exit 1 for one that cannot be read.
pub(super) fn run(ctx: &Context, args: &CheckArgs) -> Result<Outcome> {
    let (name, text) = read(&args.file)?;
    let mut findings = manifest::check(&text).map_err(|bad| {
        Error::new(Kind::Integrity, format!("`{name}` is no marketplace file: {bad}")).code("invalid_manifest")
    })?;
    let plugins = manifest::installs(&text, &findings);
    let reader = manifest::READERS.into_iter().find(|reader| args.reader.as_deref() == Some(reader.word()));
    if let Some(reader) = reader {
        findings.retain(|finding| finding.readers.contains(&reader));
    }
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let warnings = findings.len() - errors;
    let valid = errors == 0 && (warnings == 0 || !args.strict);
    if ctx.ui.is_json() {
        ctx.ui.json(&CheckJson {
            file: name,
            valid,
            errors,
            warnings,
            findings: findings.into_iter().map(json).collect(),
            plugins: plugins
                .into_iter()
                .map(|(name, readers)| PluginJson {
                    name,
                    readers: readers.iter().map(|reader| reader.word()).collect(),
                })
                .collect(),
        })?;
    } else {
        show(ctx, &findings, reader);
        let verdict = match (errors, warnings) {
            (0, 0) => "nothing is wrong".to_owned(),
            _ => format!("{}, {}", words::count(errors, "error"), words::count(warnings, "warning")),
        };
        ctx.ui.status(format_args!("{name}: {verdict}"));
        let asked = manifest::READERS.into_iter().filter(|one| reader.is_none_or(|only| only == *one));
        for one in asked.filter(|_| !plugins.is_empty()) {
            ctx.ui.status(installable(one, &plugins));
        }
    }
    Ok(if valid { Outcome::Done } else { Outcome::Ended(Kind::Integrity) })
}

/// What a reader can install: `copilot-cli can install 1 of 3: csv`.
fn installable(reader: Reader, plugins: &[(String, Vec<Reader>)]) -> String {
    let can: Vec<String> =
        plugins.iter().filter(|(_, readers)| readers.contains(&reader)).map(|(name, _)| clean::line(name)).collect();
    let (count, all) = (can.len(), plugins.len());
    let names = if count == 0 || count == all {
        String::new()
    } else {
        let more = if count > NAMED { " …" } else { "" };
        format!(": {}{more}", can.into_iter().take(NAMED).collect::<Vec<_>>().join(", "))
    };
    format!("{} can install {count} of {all}{names}", reader.word())
}

fn json(finding: Finding) -> FindingJson {
    FindingJson {
        rule: finding.rule,
        level: finding.level.word(),
        readers: finding.readers.iter().map(|reader| reader.word()).collect(),
        place: finding.place,
        line: finding.line,
        message: finding.message,
    }
}

/// A long list of one thing hides the others, so the rest of it is counted.
fn show(ctx: &Context, findings: &[Finding], only: Option<Reader>) {
    let mut table = Table::new(["LEVEL", "LINE", "PLACE", "READER", "WHAT"]);
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings {
        let nth = seen.entry((finding.rule, &finding.message)).or_default();
        *nth += 1;
        if *nth > SHOWN {
            continue;
        }
        let readers: Vec<&str> = finding
            .readers
            .iter()
            .filter(|reader| only.is_none_or(|only| only == **reader))
            .map(|r| r.word())
            .collect();
        table.row([
            finding.level.word().to_owned(),
            finding.line.to_string(),
            finding.place.clone(),
            readers.join(", "),
            finding.message.clone(),
        ]);
    }
    ctx.ui.table(&table);
    for ((_, message), nth) in seen.iter().filter(|(_, nth)| **nth > SHOWN) {
        ctx.ui.status(format_args!("and {} more: {message}", nth - SHOWN));
    }
}

/// The file's name for people, and its text.
fn read(file: &Path) -> Result<(String, String)> {
    if file == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(MOST_BYTES + 1).read_to_string(&mut text);
        read.map_err(|e| Error::new(Kind::Failure, "could not read standard input").code("io").source(e))?;
        return within("standard input".to_owned(), text);
    }
    let path = if file.is_dir() { find(file)? } else { file.to_path_buf() };
    let name = path.display().to_string();
    let size = std::fs::metadata(&path).map_err(|e| Error::io("read", &path, e))?.len();
    if size > MOST_BYTES {
        return within(name, " ".repeat(usize::try_from(MOST_BYTES).unwrap_or(usize::MAX) + 1));
    }
    let bytes = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        Error::new(Kind::Integrity, format!("`{name}` is not UTF-8")).code("invalid_manifest").source(e)
    })?;
    within(name, text)
}

fn within(name: String, text: String) -> Result<(String, String)> {
    if text.len() as u64 > MOST_BYTES {
        return Err(Error::new(Kind::Integrity, format!("`{name}` is too large")).code("invalid_manifest"));
    }
    Ok((name, text))
}

/// The file of a repository.
fn find(folder: &Path) -> Result<PathBuf> {
    PLACES.iter().map(|place| folder.join(place)).find(|path| path.is_file()).ok_or_else(|| {
        Error::new(Kind::NotFound, format!("there is no marketplace file in `{}`", folder.display()))
            .code("no_manifest")
            .hint("skillzdrive marketplace write makes .claude-plugin/marketplace.json")
    })
}
