//! The pure core of sync: what each skill's state means, what will be done, and how far a run has come.
//!
//! [`classify()`] is the contract's table and is run by the drive and by the program alike. [`plan()`] turns a preview's
//! answer and what this machine knows into steps. [`Run`] is the content of the journal. This crate must not touch a
//! disk, a network, a clock or randomness: everything it decides can be replayed from its arguments.
//!
//! # The order of effects
//!
//! A client keeps this order, because a crash between any two lines must lose nothing and charge nothing twice:
//!
//! Before a run, in any order, for each of these is whole in itself and found again by the next preview: the base of
//! every [`Plan::in_sync`] is written and that of every [`Plan::forget`] dropped; [`Plan::removals`] go to the trash and
//! [`Plan::drive_removals`] leave the drive, each before its base is dropped. [`Plan::forks`] are copied, then previewed
//! again. Then, where [`Plan::to_send`] is not empty:
//!
//! 1. `journal(`[`Run::intent`]`)`
//! 2. `execute`, once: it is never retried, a lost answer is found out by a new preview
//! 3. `journal(`[`Run::executed`]`)`, then the base of every step that is already done
//! 4. for each of [`Run::pending`]: the effect, its base, then [`Run::record`] and the journal again
//! 5. `finalize` with [`Run::finalize_request`], which may be repeated, then the journal is deleted
//!
//! An effect on a local folder is done only while the folder still holds the step's `expected_local` bytes (or already
//! holds its `content_sha`, which means that it was done before the crash), and what it displaces goes to the trash.

mod classify;
mod decide;
mod input;
mod plan;
mod run;

pub use classify::Known;
pub use classify::Sides;
pub use classify::as_told_by_drive;
pub use classify::classify;
pub use classify::guard;
pub use classify::may_execute;
pub use input::Choice;
pub use input::Local;
pub use input::Machine;
pub use input::OnConflict;
pub use input::Options;
pub use input::RemovedHere;
pub use plan::Counts;
pub use plan::Decision;
pub use plan::Plan;
pub use plan::PlanError;
pub use plan::Step;
pub use plan::affordable;
pub use plan::plan;
pub use run::DialectError;
pub use run::Head;
pub use run::Intended;
pub use run::JOURNAL_VERSION;
pub use run::Phase;
pub use run::Resume;
pub use run::Run;
pub use run::RunStep;
pub use run::StepState;
