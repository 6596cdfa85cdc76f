//! What must be in a sentence for it to say something, told by the sets of its words.
//!
//! Nearly all sentences ask for nothing. What a rule wants at the least is put down here, and the rule is asked only
//! where that is there: a gate that is too narrow would blind the rule behind it, so debug builds, the tests among them,
//! ask the rule behind each closed gate as well.

use crate::lexicon::*;

/// Where one of these is there in all its parts, a rule is asked.
pub(super) struct Gate(pub(super) &'static [&'static [Words]]);

impl Gate {
    /// Whether it is open for a sentence whose words are in these sets.
    pub(super) fn opens(&self, sets: u128) -> bool {
        self.0.iter().any(|parts| parts.iter().all(|part| part.is_in(sets)))
    }

    /// The first parts of whatever opens it: without any of them it is closed.
    pub(super) fn firsts(&self) -> u128 {
        self.0.iter().filter_map(|parts| parts.first()).fold(0, |firsts, part| firsts | part.bits())
    }
}

/// Words of a file's content that go into something.
const HANDED: &[Words] = &[CONTENTS, PLACE, PUT];
/// Mails that are copied.
const COPIED: &[Words] = &[SEND, EVERY, NOT.or(UNSEEN)];

pub(super) const OVERRIDES: Gate = Gate(&[
    &[MODES, PERSONA],
    &[SET_ABOVE],
    &[TREAT, ORDER],
    &[LAX, RULES],
    &[RANK],
    &[FREE, NOT.or(LIFTED)],
    &[GRANT],
]);
pub(super) const CONCEALS: Gate =
    Gate(&[&[SUMMARY, LEFT], &[DARK, NOT.or(HIDDEN)], &[UNSEEN], &[LISTED, NOT, SUMMARY], &[TELL, NOT]]);
pub(super) const UNASKED: Gate = Gate(&[
    &[BYPASS, CONFIRM.or(SHOWN)],
    &[ASK, NOT],
    &[REGARDLESS],
    &[TOLD],
    &[CONFIRM, NOT],
    &[CHECK, NOT],
    &[APPROVE, DIALOG],
]);
pub(super) const TRIGGERS: Gate = Gate(&[&[SAYS], &[FOUND, MARKED, ORDER.or(OBEY)], &[WHEN, CONTAINS]]);
pub(super) const DECEIVES: Gate =
    Gate(&[&[ASKED, SAY.or(REFUSE)], &[THOUGH, SAY.or(REFUSE).or(TELL)], &[FAIL, SUCCESS]]);
pub(super) const ASKS_AND_SENDS: Gate = Gate(&[&[WALLET]]);
pub(super) const CARRIES: Gate = Gate(&[&[CARRIED.or(AUTHORIZATION).or(CONTENTS), PICTURED]]);
pub(super) const COLLECTS: Gate = Gate(&[
    &[WALLET],
    &[ENTER, SECRETS, PERSON],
    HANDED,
    COPIED,
    &[VARIABLES],
    &[SEND, SECRETS.or(PLACE).or(NAME).or(KNOWN)],
]);
pub(super) const FOLLOWS_REMOTE: Gate = Gate(&[&[ADDRESS, FOLLOW]]);
pub(super) const SHADOWS: Gate = Gate(&[&[SKILL, REMOVE]]);
pub(super) const REMEMBERS: Gate = Gate(&[&[OBEYED]]);
pub(super) const PROTECTION_OFF: Gate = Gate(&[&[OFF, PROTECTIONS]]);
pub(super) const GATES: Gate = Gate(&[&[OTHERWISE], &[INSTALLED, UNTIL, NOT.or(FAIL)], &[NEED, THING, WORKS]]);
pub(super) const ARCHIVE_PASSWORD: Gate = Gate(&[&[WORD, ARCHIVE]]);
pub(super) const PASTES: Gate = Gate(&[&[TERMINAL], &[PAGE, VISIT, COMMAND]]);
pub(super) const DECODES: Gate = Gate(&[&[HOW, WHAT]]);
pub(super) const PROMOTES: Gate = Gate(&[&[SUBTLY]]);
pub(super) const SABOTAGES: Gate = Gate(&[&[SUBTLE, FLAW], &[LOGIN, EVERY]]);
pub(super) const NO_WAY_OUT: Gate = Gate(&[&[WAIVED, NOT], &[RESTORED]]);
pub(super) const NAMES_SECRET: Gate = Gate(&[&[PLACE]]);
pub(super) const ASKS_FOR_KEY: Gate = Gate(&[&[CARRIER], HANDED, COPIED, &[WALLET]]);
pub(super) const DIVERTS: Gate = Gate(&[&[SWAP, OURS], &[PAY, SHARE]]);
