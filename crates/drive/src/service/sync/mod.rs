//! The three sync routes: preview, execute, finalize.

pub(crate) mod execute;
pub(crate) mod finalize;
pub(crate) mod preview;
pub(crate) mod price;
pub(crate) mod snapshot;
