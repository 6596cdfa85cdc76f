//! The only place that writes to stdout or stderr, and the only one that asks a person.
//!
//! stdout is data, stderr is talk. With `--json` stdout is exactly one document and the talk is silent, so that an
//! error is the one line on stderr.

mod bidi;
pub(crate) mod clean;
mod pager;
mod plain;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod table;
pub(crate) mod words;

use std::io::IsTerminal as _;
use std::io::Write as _;

use serde::Serialize;
use skillzdrive_wire::uploads::ScanFinding;

use crate::cli::ColorChoice;
use crate::cli::GlobalArgs;
use crate::env;
use crate::error::Error;
use crate::error::Result;
use crate::schema::Selection;
use crate::schema::Template;
use crate::store::settings::ColorSetting;

/// So many findings are shown with an error; they come worst first.
const SHOWN_FINDINGS: usize = 10;

/// How the program speaks in this run.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    json: bool,
    selection: Option<Selection>,
    /// Lines are made of the document instead of printing it.
    template: Option<Template>,
    quiet: bool,
    verbose: bool,
    yes: bool,
    interactive: bool,
    /// A coding agent reads it: nothing that passes, and no column that is only there for eyes.
    inside_agent: bool,
    stdout_terminal: bool,
    stderr_terminal: bool,
    /// Nothing is drawn anew and nothing stands in columns.
    plain: bool,
    /// What shows a long output page by page.
    pager: Option<String>,
    color: anstream::ColorChoice,
    slot: progress::Slot,
}

/// What a person set for good about how the program speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// When to use colour.
    pub(crate) color: ColorSetting,
    /// Whether it is plain.
    pub(crate) plain: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self { color: ColorSetting::Auto, plain: false }
    }
}

impl Ui {
    /// Decides from flags, environment and terminals.
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        Self::with(global, Manner::default())
    }

    /// The same, with what the person set for good.
    pub(crate) fn with(global: &GlobalArgs, manner: Manner) -> Self {
        let stdout_terminal = std::io::stdout().is_terminal();
        let stderr_terminal = std::io::stderr().is_terminal();
        let inside_agent = env::inside_agent();
        let interactive = !global.no_input
            && global.json.is_none()
            && global.format.is_none()
            && !env::switch(env::CI)
            && !inside_agent
            && std::io::stdin().is_terminal()
            && stderr_terminal;
        let plain = match env::text(env::PLAIN) {
            Some(_) => env::switch(env::PLAIN),
            None => manner.plain || env::text(env::TERM).as_deref() == Some("dumb"),
        };
        let color = match global.color {
            ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
            ColorChoice::Never => anstream::ColorChoice::Never,
            ColorChoice::Auto if plain => anstream::ColorChoice::Never,
            ColorChoice::Auto => match (color_of_environment(), manner.color) {
                (Some((_, true)), _) | (None, ColorSetting::Always) => anstream::ColorChoice::AlwaysAnsi,
                (Some((_, false)), _) | (None, ColorSetting::Never) => anstream::ColorChoice::Never,
                (None, ColorSetting::Auto) => anstream::ColorChoice::Auto,
            },
        };
        let may_page = stdout_terminal
            && stderr_terminal
            && !(global.no_pager || global.no_input || plain || inside_agent)
            && global.json.is_none()
            && !env::switch(env::CI);
        Self {
            json: global.json.is_some() || global.template.is_some(),
            selection: global.selection.clone(),
            template: global.template.clone(),
            quiet: global.quiet,
            verbose: global.verbose,
            yes: global.yes,
            interactive,
            inside_agent,
            stdout_terminal,
            stderr_terminal,
            plain,
            pager: if may_page { pager::chosen() } else { None },
            color,
            slot: progress::Slot::default(),
        }
    }

    /// Whether stdout carries one JSON document, or lines that are made of it.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether errors are JSON too: a person reads the lines of a template.
    fn talks_json(&self) -> bool {
        self.json && self.template.is_none()
    }

    /// Whether a person can be asked.
    pub(crate) fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Whether `--yes` was given.
    pub(crate) fn says_yes(&self) -> bool {
        self.yes
    }

    /// Whether a passing line (a bar, the daily line) may be shown to a person.
    pub(crate) fn is_watched(&self) -> bool {
        self.stderr_terminal && !self.quiet && !self.json && !self.inside_agent && !env::switch(env::CI)
    }

    /// Writes a line of data to stdout.
    pub(crate) fn data(&self, line: impl std::fmt::Display) {
        let line = clean::lines(&line.to_string());
        self.out(if self.stdout_terminal { bidi::isolated(&line) } else { line });
    }

    /// Writes a text of data to stdout that may be long: page by page where a person watches and it is higher than the
    /// terminal.
    pub(crate) fn long(&self, text: impl std::fmt::Display) {
        let text = clean::lines(&text.to_string());
        self.paged(if self.stdout_terminal { bidi::isolated(&text) } else { text });
    }

    fn paged(&self, text: String) {
        let higher = |height: u16| text.lines().count() >= usize::from(height);
        if let Some(pager) = &self.pager
            && height().is_some_and(higher)
            && self.slot.suspend(|| pager::show(pager, &text))
        {
            return;
        }
        self.out(text);
    }

    /// A closed pipe is not an error: nobody wants the rest.
    fn out(&self, line: impl std::fmt::Display) {
        self.slot.suspend(|| {
            let mut out = anstream::AutoStream::new(std::io::stdout(), self.color).lock();
            let _ = writeln!(out, "{line}");
        });
    }

    /// Writes a table to stdout: fitted to the terminal's width, tab-separated in a pipe. An empty one is nothing.
    pub(crate) fn table(&self, table: &table::Table) {
        if table.is_empty() {
            return;
        }
        if self.inside_agent || !self.stdout_terminal {
            return self.out(table.tabbed());
        }
        let text = if self.plain { table.spoken() } else { table.fitted(width()) };
        self.paged(bidi::isolated(&text));
    }

    /// Starts a bar, or a spinner without a total; silent unless a person watches.
    pub(crate) fn progress(&self, message: &str, unit: progress::Unit, total: Option<u64>) -> progress::Progress {
        if self.is_watched() {
            progress::Progress::start(&self.slot, message, unit, total, self.plain)
        } else {
            progress::Progress::silent()
        }
    }

    /// Where the bar is, so that who writes can take it down for a moment.
    pub(crate) fn slot(&self) -> &progress::Slot {
        &self.slot
    }

    /// Writes bytes to stdout as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(bytes);
        let _ = out.flush();
    }

    /// Writes bytes to stderr as they are: what a script of another's wrote there is not talk of the program.
    pub(crate) fn error_bytes(&self, bytes: &[u8]) {
        let mut err = std::io::stderr().lock();
        let _ = err.write_all(bytes);
        let _ = err.flush();
    }

    /// Writes a line of a log to stderr, whatever else is silent. A closed pipe is not an error: nobody wants the rest.
    #[cfg(feature = "drive")]
    pub(crate) fn log(&self, line: &str) {
        self.slot.suspend(|| self.error_bytes(line.as_bytes()));
    }

    /// Whether details are wanted.
    #[cfg(feature = "drive")]
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Writes the one document of `--json`.
    ///
    /// # Errors
    /// A bug: the data cannot be written as JSON.
    pub(crate) fn json(&self, data: &impl Serialize) -> Result<()> {
        if self.selection.is_none() && self.template.is_none() {
            return self.whole(data);
        }
        let value = serde_json::to_value(data)
            .map_err(|e| Error::internal("the answer cannot be written as JSON").source(e))?;
        if let Some(template) = &self.template {
            template.lines(&value).iter().for_each(|line| self.data(line));
            return Ok(());
        }
        match &self.selection {
            Some(selection) => self.whole(&selection.of(value)),
            None => self.whole(&value),
        }
    }

    fn whole(&self, data: &impl Serialize) -> Result<()> {
        #[derive(Serialize)]
        struct Document<'a, T> {
            schema: u32,
            data: &'a T,
        }
        self.document(&Document { schema: 1, data })
    }

    /// Writes a JSON document that has a form of its own, as SARIF has.
    ///
    /// # Errors
    /// As [`Ui::json`].
    pub(crate) fn document(&self, document: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(document)
            .map_err(|e| Error::internal("the answer cannot be written as JSON").source(e))?;
        self.out(clean::json(&text));
        Ok(())
    }

    /// Says what would have been done without `--dry-run`, in either form.
    ///
    /// # Errors
    /// As [`Ui::json`].
    pub(crate) fn would(&self, what: impl std::fmt::Display) -> Result<()> {
        #[derive(Serialize)]
        struct WouldJson {
            dry_run: bool,
            would: String,
        }
        if self.talks_json() {
            return self.whole(&WouldJson { dry_run: true, would: what.to_string() });
        }
        if self.template.is_some() {
            self.warn(format_args!("would {what} (--dry-run: nothing was changed)"));
            return Ok(());
        }
        self.status(format_args!("would {what} (--dry-run: nothing was changed)"));
        Ok(())
    }

    /// Says how it goes; silent with `--quiet` and `--json`.
    pub(crate) fn status(&self, line: impl std::fmt::Display) {
        if !self.quiet && !self.json {
            self.say(clean::lines(&line.to_string()));
        }
    }

    /// Says details; only with `--verbose`.
    pub(crate) fn detail(&self, line: impl std::fmt::Display) {
        if self.verbose && !self.json {
            self.say(clean::lines(&line.to_string()));
        }
    }

    /// Says what a person should know even with `--quiet`.
    pub(crate) fn warn(&self, line: impl std::fmt::Display) {
        if !self.talks_json() {
            let style = anstyle::AnsiColor::Yellow.on_default().bold();
            self.say(format_args!("{style}warning:{style:#} {}", clean::lines(&line.to_string())));
        }
    }

    /// Says what a person must have been told, even with `--quiet`: broken between words to the terminal's width, one
    /// line in a pipe.
    pub(crate) fn notice(&self, line: impl std::fmt::Display) {
        if self.json {
            return;
        }
        let line = line.to_string();
        self.say(if self.stderr_terminal { words::wrapped(&line, usize::from(width())) } else { line });
    }

    /// Says what to type next.
    pub(crate) fn hint(&self, line: impl std::fmt::Display) {
        if !self.quiet && !self.json {
            let style = anstyle::AnsiColor::Cyan.on_default();
            self.say(format_args!("{style}hint:{style:#} {}", clean::lines(&line.to_string())));
        }
    }

    /// Renders the error that ended the program.
    pub(crate) fn error(&self, error: &Error) {
        if self.talks_json() {
            #[derive(Serialize)]
            struct Inner<'a> {
                kind: &'static str,
                code: &'a str,
                message: String,
                hints: &'a [String],
                #[serde(skip_serializing_if = "Option::is_none")]
                request_id: Option<&'a str>,
                #[serde(skip_serializing_if = "<[ScanFinding]>::is_empty")]
                findings: &'a [ScanFinding],
            }
            let inner = Inner {
                kind: error.kind().word(),
                code: error.code_str(),
                message: error.one_line(),
                hints: error.hints(),
                request_id: error.request(),
                findings: error.findings(),
            };
            if let Ok(text) = serde_json::to_string(&serde_json::json!({ "error": inner })) {
                self.say(clean::json(&text));
            }
            return;
        }
        let style = anstyle::AnsiColor::Red.on_default().bold();
        self.say(format_args!("{style}error:{style:#} {}", clean::lines(error.message())));
        for cause in error.causes() {
            self.say(format_args!("  caused by: {}", clean::lines(&cause)));
        }
        let findings = error.findings();
        for finding in findings.iter().take(SHOWN_FINDINGS) {
            self.say(words::indented(&words::finding(finding)));
        }
        if findings.len() > SHOWN_FINDINGS {
            self.say(format_args!("  and {} more", findings.len() - SHOWN_FINDINGS));
        }
        if let Some(id) = error.request() {
            self.say(format_args!("  request id: {}", clean::line(id)));
        }
        if !error.hints().is_empty() {
            self.say("");
            let style = anstyle::AnsiColor::Cyan.on_default();
            for hint in error.hints() {
                self.say(format_args!("{style}hint:{style:#} {}", clean::lines(hint)));
            }
        }
    }

    /// Asks yes or no. `--yes` answers; without a person to ask it is an error that names the flag.
    ///
    /// # Errors
    /// Exit 2 when there is nobody to ask, 130 on ctrl-c.
    pub(crate) fn confirm(&self, question: &str, default: bool) -> Result<bool> {
        if self.yes {
            return Ok(true);
        }
        if !self.interactive {
            return Err(Error::usage(format!("an answer is needed and there is nobody to ask: {question}"))
                .code("answer_needed")
                .hint("add --yes to agree, or --dry-run to see what would happen"));
        }
        let question = self.asked(question);
        self.undisturbed(|| {
            if self.plain {
                plain::confirm(&question, default)
            } else {
                inquire::Confirm::new(&question).with_render_config(self.look()).with_default(default).prompt()
            }
        })
    }

    /// Whether there is colour on stderr.
    fn is_coloured(&self) -> bool {
        match self.color {
            anstream::ColorChoice::Auto => {
                anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
            }
            choice => choice != anstream::ColorChoice::Never,
        }
    }

    /// A question as it is shown.
    fn asked(&self, question: &str) -> String {
        bidi::isolated(&clean::line(question))
    }

    fn say(&self, line: impl std::fmt::Display) {
        let line = if self.stderr_terminal { bidi::isolated(&line.to_string()) } else { line.to_string() };
        self.slot.suspend(|| {
            let mut err = anstream::AutoStream::new(std::io::stderr(), self.color).lock();
            let _ = writeln!(err, "{line}");
        });
    }
}

/// What the environment says about colour: the variable, and whether there shall be any.
pub(crate) fn color_of_environment() -> Option<(&'static str, bool)> {
    if env::text(env::NO_COLOR).is_some() {
        return Some((env::NO_COLOR, false));
    }
    if env::switch(env::CLICOLOR_FORCE) {
        return Some((env::CLICOLOR_FORCE, true));
    }
    (env::text(env::CLICOLOR).as_deref() == Some("0")).then_some((env::CLICOLOR, false))
}

/// How many columns the terminal has: what `COLUMNS` says, else what the system says, else 80.
fn width() -> u16 {
    let columns = env::text(env::COLUMNS).and_then(|text| text.parse().ok()).filter(|width| *width > 0);
    columns.or_else(|| comfy_table::Table::new().width()).unwrap_or(80)
}

/// How many lines the terminal has; `None` where the system does not say.
fn height() -> Option<u16> {
    crossterm::terminal::size().ok().map(|(_, rows)| rows).filter(|rows| *rows > 0)
}

/// What a prompt that ended without an answer means.
pub(crate) fn prompt_error(error: &inquire::InquireError) -> Error {
    use crate::error::Kind;
    match error {
        inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted => {
            Error::new(Kind::Interrupted, "cancelled: nothing was changed")
        }
        other => Error::usage(format!("could not ask: {other}")).hint("add --yes, or --no-input to never be asked"),
    }
}
