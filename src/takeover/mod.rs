//! Taking a person over from another tool: what its lockfile and its notes say of the skills that lie here.
//!
//! The parsers in [`formats`] are pure. [`survey()`] reads the files that are there, [`plan()`] says what would be taken
//! over, and [`carry_out()`] writes it into our lockfile. The other tools' files are only ever read: who wants to go back
//! finds them as they were. Nothing here prints, asks, or talks to a network.

mod carry_out;
pub(crate) mod claim;
pub(crate) mod formats;
mod plan;
mod survey;

pub(crate) use carry_out::TakenOver;
pub(crate) use carry_out::Work;
pub(crate) use carry_out::carry_out;
pub(crate) use plan::Step;
pub(crate) use plan::Verdict;
pub(crate) use plan::plan;
pub(crate) use survey::Survey;
pub(crate) use survey::survey;
