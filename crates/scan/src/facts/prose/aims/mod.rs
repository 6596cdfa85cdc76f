//! What a text is after, told by what is done to what, and not by the words that dress it up.
//!
//! Much of it is harmless by itself: what is taken in one sentence and handed on in another is put together by the rules.

mod power;
mod taking;
mod work;

use super::gates::Gate;
use crate::facts::What;
use crate::lexicon::*;
use crate::prose::Sentence;

/// A question to a sentence and its text, and the gate before it.
pub(super) type Aim = (&'static Gate, fn(&Sentence<'_>, &str) -> Option<What>);

const TAKES: Gate = Gate(&[&[TAKE.or(SEND), PLACE.or(ALL_OF).or(KNOWN).or(MAKES).or(PRECIOUS)]]);
const PASSES: Gate = Gate(&[&[SEND], &[HAND, ADDRESS.or(AWAY)]]);
const READS_PAGE: Gate = Gate(&[&[LOOK_UP, ADDRESS]]);
const HEEDS: Gate = Gate(&[&[HEED, HEEDED]]);
const REVEALS: Gate = Gate(&[&[SECRETS.or(AUTHORIZATION).or(RULES)]]);
const UPDATES: Gate = Gate(&[&[LOOK_UP, SKILL.or(RULES).or(UPDATED)]]);
const PAYS: Gate = Gate(&[&[PAYEE]]);
const REFERS: Gate = Gate(&[&[REFERRAL, EVERY.or(WHEN).or(FREEING)]]);
const BACKDOORS: Gate = Gate(&[&[MAKES]]);
const LOWERS: Gate = Gate(&[&[WATCH]]);
const PUBLISHES: Gate = Gate(&[&[PUBLIC, PUT.or(FREEING).or(HAND)]]);
const OBEYS_PASTE: Gate = Gate(&[&[ADDRESS, RULES]]);
const JOINS: Gate = Gate(&[&[ADDRESS, PLACE]]);
const HURRIES: Gate = Gate(&[&[ADDRESS]]);
const FAVOURS: Gate = Gate(&[&[FREEING]]);
const WEAKENS: Gate = Gate(&[&[WEAK.or(GUARDS), MAKES]]);
const PLANTS: Gate = Gate(&[&[ADDRESS, MAKES]]);
const LOOKS_AWAY: Gate = Gate(&[&[REVIEWED]]);
const LAYS_DOWN: Gate = Gate(&[&[LAYS, START]]);
const GRANTS: Gate = Gate(&[&[ROLES]]);
const REROUTES: Gate = Gate(&[&[ROUTED, ADDRESS]]);
const SPREADS: Gate = Gate(&[&[ITSELF, EVERY.or(REMOVE).or(WHEN)]]);
const PHISHES: Gate = Gate(&[&[PASSCODES]]);
const WRECKS: Gate = Gate(&[&[WIPES, PRECIOUS]]);
const EVADES: Gate = Gate(&[&[WATCHED]]);
const FREES: Gate = Gate(&[&[GUARDS.or(DIALOG).or(CONFIRM), OFF.or(SKIP).or(FREEING)]]);

/// Ways of passing over something.
const SKIP: Words = BYPASS.or(REMOVE);

pub(super) static AIMS: [Aim; 26] = [
    (&JOINS, taking::joins),
    (&HURRIES, power::hurries),
    (&FAVOURS, power::favours),
    (&PAYS, power::pays),
    (&REFERS, power::refers),
    (&BACKDOORS, work::backdoors),
    (&LOWERS, work::lowers),
    (&PUBLISHES, taking::publishes),
    (&OBEYS_PASTE, taking::obeys_paste),
    (&REVEALS, taking::reveals),
    (&UPDATES, taking::updates_itself),
    (&TAKES, taking::takes),
    (&PASSES, taking::passes),
    (&READS_PAGE, taking::reads_page),
    (&HEEDS, taking::heeds),
    (&WEAKENS, work::weakens),
    (&PLANTS, work::plants),
    (&LOOKS_AWAY, work::looks_away),
    (&EVADES, work::evades),
    (&LAYS_DOWN, power::lays_down),
    (&GRANTS, power::grants),
    (&REROUTES, power::reroutes),
    (&SPREADS, power::spreads),
    (&PHISHES, power::phishes),
    (&WRECKS, power::wrecks),
    (&FREES, power::frees),
];
