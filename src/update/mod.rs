//! The engine of updates: what is newer upstream ([`look`]), what of it may come ([`plan`]), what it changes ([`diff`],
//! [`reach`]), and the placing of it ([`apply`]).
//!
//! A plan is only looked at; whoever carries it out was agreed with. A skill that was edited here is never overwritten
//! without a decision for exactly that skill. Nothing here prints, asks or reads the environment.

pub(crate) mod apply;
pub(crate) mod diff;
pub(crate) mod files;
pub(crate) mod fork;
pub(crate) mod history;
pub(crate) mod look;
pub(crate) mod merge;
pub(crate) mod pin;
pub(crate) mod plan;
pub(crate) mod reach;
pub(crate) mod sides;
