//! One file for each command: its arguments, whose doc comments are the help text, and its `run`.
//!
//! A command parses, calls an engine and shows the result in a form of its own. It never calls another command: shared
//! work moves down into an engine.

pub(crate) mod agents;
pub(crate) mod list;
pub(crate) mod status;
