//! What a text has the person do: install, unpack, paste, switch off.

use super::speaks_of_attacks;
use crate::lexicon::ARCHIVE;
use crate::lexicon::HOW;
use crate::lexicon::NEED;
use crate::lexicon::OFF;
use crate::lexicon::PROTECTIONS;
use crate::lexicon::THING;
use crate::lexicon::WHAT;
use crate::lexicon::WORD;
use crate::prose::Holds;
use crate::prose::Sentence;

pub(super) fn protection_off(sentence: &Sentence<'_>) -> bool {
    let Some(at) = sentence.near(&OFF, &PROTECTIONS, 6) else { return false };
    let turned = !matches!(sentence.tokens[at].word, "turn" | "switch") || sentence.find(at, &["off"]).is_some();
    let urged =
        sentence.has(&["must", "before", "first", "need", "required", "now", "temporarily", "please", "should"]);
    turned && urged && !sentence.negated(at) && !speaks_of_attacks(sentence)
}

/// Whether nothing is said to work before something else was installed or run.
pub(super) fn gates(sentence: &Sentence<'_>) -> bool {
    let will_not = sentence.near(&["without", "until"], &["not", "cannot", "won't", "fail"], 14);
    let need = sentence.near(
        &NEED,
        &["installed", "running", "function", "work", "install", "run", "operate", "properly", "using", "use"],
        14,
    );
    let otherwise = sentence.near(&["otherwise"], &["nothing", "not", "fails", "won't"], 3).is_some()
        && sentence.has(&["install", "run", "download", "start"]);
    let thing = sentence.tokens.iter().any(|token| THING.holds(token));
    otherwise
        || (will_not.is_some() && sentence.has(&["installed", "installing", "setup", "completing", "running"]))
        || need.is_some() && thing
}

pub(super) fn archive_password(sentence: &Sentence<'_>) -> bool {
    sentence.has(&WORD)
        && sentence.has(&ARCHIVE)
        && !sentence.has(&["pdf", "pdfs", "document", "documents", "workbook", "your"])
}

pub(super) fn pastes(sentence: &Sentence<'_>) -> bool {
    let paste = sentence.near(&["copy", "paste", "copied"], &["terminal", "powershell", "console", "shell", "cmd"], 16);
    let visit = sentence.near(&["visit", "open", "go"], &["execute", "run", "paste", "copy"], 12).filter(|at| {
        sentence.find(*at, &["terminal", "powershell", "command", "script"]).is_some()
            && sentence.find(*at, &["page", "link", "url", "website", "site"]).is_some()
    });
    let executes = sentence.near(&["execute", "run"], &["terminal", "powershell"], 8).filter(|at| {
        sentence.find(*at, &["following", "command", "script", "installation"]).is_some()
            && sentence.has(&["copy", "visit", "page", "macos", "windows", "mac"])
    });
    paste.or(visit).or(executes).is_some()
}

pub(super) fn decodes_by_hand(sentence: &Sentence<'_>) -> bool {
    sentence.near(&HOW, &WHAT, 6).is_some() && !speaks_of_attacks(sentence)
}
