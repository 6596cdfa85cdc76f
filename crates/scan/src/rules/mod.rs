//! The rules: one file each. A rule looks at a skill that was read and says what its owner should know.
//!
//! A rule is written from an understanding of the harm, never from a sample's words. Its examples, of both kinds, are
//! its tests and stand on its page in `docs/rules/`.

use skillzdrive_skill::SKILL_FILE;

use crate::facts::Fact;
use crate::finding::Category;
use crate::finding::Confidence;
use crate::finding::Severity;
use crate::model::Model;

/// Files of an example: path and content.
pub type Example = &'static [(&'static str, &'static str)];

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its identity, kebab-case; it never changes its meaning.
    pub id: &'static str,
    /// What sort of harm it is about.
    pub category: Category,
    /// The worst it says.
    pub severity: Severity,
    /// The surest it says it.
    pub confidence: Confidence,
    /// What it finds, as a sentence without a full stop.
    pub title: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do about it.
    pub help: &'static str,
    /// Skills that it must find something in.
    pub bad: &'static [Example],
    /// Skills that look alike and that it must say nothing about.
    pub good: &'static [Example],
    pub(crate) check: fn(&Model<'_>, &mut Hits),
}

/// Something that a rule found.
#[derive(Debug)]
pub(crate) struct Hit {
    /// The file and its byte; `None`: the skill as a whole.
    pub(crate) at: Option<(usize, usize)>,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) message: String,
}

/// What a rule found in a skill.
#[derive(Debug, Default)]
pub(crate) struct Hits(pub(crate) Vec<Hit>);

/// Findings of one rule in one skill; more say nothing new.
const MOST: usize = 50;

impl Hits {
    /// At a fact.
    pub(crate) fn fact(&mut self, fact: &Fact, severity: Severity, confidence: Confidence, message: impl Into<String>) {
        self.place(fact.file, fact.at, severity, confidence, message);
    }

    /// At a byte of a file.
    pub(crate) fn place(
        &mut self,
        file: usize,
        at: usize,
        severity: Severity,
        confidence: Confidence,
        message: impl Into<String>,
    ) {
        if self.0.len() < MOST {
            self.0.push(Hit { at: Some((file, at)), severity, confidence, message: message.into() });
        }
    }

    /// The SKILL.md, or the skill as a whole where it has none.
    pub(crate) fn skill_file(&mut self, model: &Model<'_>, severity: Severity, message: &str) {
        let file = model.files.iter().position(|file| file.path() == SKILL_FILE);
        let (at, confidence) = (file.map(|file| (file, 0)), Confidence::High);
        self.0.push(Hit { at, severity, confidence, message: message.to_owned() });
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes stale pages anew")]
mod page;

/// A SKILL.md with a front matter in order, for examples.
macro_rules! skill {
    ($body:expr) => {
        &[(
            "SKILL.md",
            concat!("---\nname: example\ndescription: Makes reports from data. Use it for reports.\n---\n\n", $body),
        )]
    };
}

/// Lists the modules of the rules and the table of them, so that none can be forgotten.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every rule, by category.
        pub static RULES: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![
    override_instructions,
    conceal_from_user,
    act_without_consent,
    trigger_phrase,
    deceive_user,
    hidden_instructions,
    covert_promotion,
    sabotage,
    plants_code,
    biased_review,
    diverts_payment,
    secret_leak,
    send_to_catcher,
    collect_and_send,
    secret_read,
    password_prompt,
    asks_for_password,
    spies_on_person,
    tells_who,
    reroutes_traffic,
    remote_run,
    remote_orders,
    reverse_shell,
    lifecycle_script,
    code_in_data,
    decoded_run,
    opaque_run,
    self_decoding,
    encoded_command,
    invisible_text,
    bidirectional_text,
    zero_width_text,
    mixed_script_word,
    destroys_files,
    wrecks_work,
    time_bomb,
    mines_coins,
    persists,
    escalates,
    grants_access,
    wide_tools,
    agent_files,
    shipped_settings,
    steer_memory,
    shadows_skills,
    spreads_itself,
    checks_off,
    protection_off,
    covers_traces,
    unpinned_software,
    foreign_index,
    password_archive,
    gated_program,
    paste_site,
    paste_command,
    binary_program,
    disguised_program,
    left_secret,
    adds_up,
    format,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::Source;
    use crate::source::SourceFile;

    fn found(rule: &Rule, example: Example) -> Vec<Hit> {
        let files = example.iter().map(|(path, text)| SourceFile::new(*path, text.as_bytes())).collect();
        let source = Source::new("example", files);
        let mut hits = Hits::default();
        (rule.check)(&Model::read(&source), &mut hits);
        hits.0
    }

    #[test]
    fn every_rule_finds_its_bad_examples_and_not_its_good_ones() {
        for rule in RULES {
            assert!(!rule.bad.is_empty() && !rule.good.is_empty(), "{} has no examples", rule.id);
            for example in rule.bad {
                assert!(!found(rule, example).is_empty(), "{} does not find {example:?}", rule.id);
            }
            for example in rule.good {
                let hits = found(rule, example);
                assert!(hits.is_empty(), "{} finds {hits:?} in {example:?}", rule.id);
            }
        }
    }

    #[test]
    fn a_rule_says_nothing_worse_than_it_announces() {
        for rule in RULES {
            for hit in rule.bad.iter().flat_map(|example| found(rule, example)) {
                assert!(hit.severity <= rule.severity && hit.confidence <= rule.confidence, "{}", rule.id);
            }
            let worst = rule.bad.iter().flat_map(|example| found(rule, example)).map(|hit| hit.severity).max();
            assert_eq!(worst, Some(rule.severity), "{}: no example shows its worst", rule.id);
        }
    }

    #[test]
    fn identities_are_unique_and_sentences_are_fragments() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", rule.id);
            assert!(!rule.title.ends_with('.') && !rule.help.ends_with('.'), "{}", rule.id);
        }
    }
}
