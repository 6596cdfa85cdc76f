//! The gate before a person: what is serious is shown, all of it first; then each skill is asked about. `--yes` is not an
//! answer, because it agrees to what a command does and not to what a stranger wrote.

use serde::Serialize;
use skillzdrive_scan::Finding;
use skillzdrive_scan::NotAnalysed;
use skillzdrive_scan::Severity;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Result;
use crate::findings;
use crate::findings::json::FindingJson;
use crate::scanning::gate::Accepted;
use crate::scanning::gate::AtGate;
use crate::ui::Ui;
use crate::ui::clean;

/// What stands at the gate, and by what it is judged.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The skills that would come.
    pub(crate) skills: Vec<AtGate>,
    /// The mildest finding that has to be agreed to.
    pub(crate) fail_on: Severity,
}

/// What was decided at the gate.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What was accepted, for the lockfile.
    pub(crate) accepted: Accepted,
    /// The skills that do not come, and why.
    pub(crate) refused: Vec<(Slug, Error)>,
}

/// The part of a `--json` document that is about the gate.
#[derive(Debug, Default, Serialize)]
pub(crate) struct GateJson<'a> {
    /// Everything that was found in the skills that would come.
    findings: Vec<FindingJson<'a>>,
    not_analysed: Vec<&'a NotAnalysed>,
    /// Attempts of these skills to silence the scan, which did not count.
    ignored_suppressions: u32,
}

impl Gate {
    /// Shows what is serious, and asks where that has to be agreed to. `allowed` says that it was, by the flag; `again` is
    /// the command that says so for a skill.
    ///
    /// # Errors
    /// 130 on ctrl-c: nothing was changed.
    pub(crate) fn pass(&self, ui: &Ui, allowed: bool, again: impl Fn(&Slug) -> String) -> Result<Verdict> {
        self.show(ui);
        let mut verdict = Verdict::default();
        for one in self.skills.iter().filter(|one| one.needs_a_yes(self.fail_on)) {
            let slug = &one.slug;
            let asks = !allowed && ui.is_interactive() && !ui.says_yes();
            let question = format!("`{slug}` has {}. Take it all the same?", one.counted(self.fail_on));
            if allowed || asks && ui.confirm(&question, false)? {
                verdict.accepted.insert(one.content_sha.clone(), one.rules(self.fail_on));
                continue;
            }
            let mut error = one.refusal(self.fail_on);
            if !asks {
                error = error.hint(format!("{} takes it all the same", again(slug)));
            }
            verdict.refused.push((slug.clone(), error));
        }
        Ok(verdict)
    }

    /// Shows what is serious and says what would have to be agreed to.
    pub(crate) fn preview(&self, ui: &Ui, allowed: bool) {
        self.show(ui);
        for one in self.skills.iter().filter(|one| one.needs_a_yes(self.fail_on)) {
            let (slug, counted) = (&one.slug, one.counted(self.fail_on));
            if allowed {
                ui.status(format_args!("{slug}: --allow-findings accepts its {counted}"));
            } else {
                ui.status(format_args!(
                    "{slug}: you would be asked about its {counted}; --allow-findings accepts them"
                ));
            }
        }
    }

    fn show(&self, ui: &Ui) {
        let mut said = Vec::new();
        for one in &self.skills {
            let serious: Vec<Finding> = one.serious(self.fail_on).cloned().collect();
            if one.locked && !serious.is_empty() {
                // Who puts a lockfile back is told, and not stopped: these bytes were accepted before.
                ui.warn(format_args!(
                    "{}: the lockfile has it with {}: {}",
                    one.slug,
                    one.counted(self.fail_on),
                    one.rules(self.fail_on).join(", ")
                ));
            } else {
                serious.iter().for_each(|finding| ui.warn(findings::lines(finding)));
            }
            if one.report.ignored_suppressions > 0 {
                ui.status(format_args!("{}: it asks to be spared some rules, which is not heeded", one.slug));
            }
            for left in &one.report.not_analysed {
                ui.detail(format_args!("not analysed: {}", findings::unread(left)));
            }
        }
        for one in self.skills.iter().filter(|one| one.needs_a_yes(self.fail_on)) {
            findings::hints(ui, one.serious(self.fail_on), &mut said);
        }
        let locked = self.skills.iter().filter(|one| one.locked && one.serious(self.fail_on).next().is_some());
        if locked.count() > 0 {
            ui.hint("skillzdrive audit shows what it is");
        }
    }

    /// The part of the document.
    pub(crate) fn json(&self) -> GateJson<'_> {
        let reports = || self.skills.iter().map(|one| &one.report);
        GateJson {
            findings: reports().flat_map(|report| &report.findings).map(FindingJson::of).collect(),
            not_analysed: reports().flat_map(|report| &report.not_analysed).collect(),
            ignored_suppressions: reports().map(|report| report.ignored_suppressions).sum(),
        }
    }
}

/// A word of a command line, as it has to be typed.
pub(crate) fn typed(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@~+,=%".contains(c);
    let word = clean::line(word);
    if !word.is_empty() && word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
