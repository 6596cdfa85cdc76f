//! What the tests stand on: a sealed home and a drive that can be made to fail.

mod home;
mod scrub;

pub(crate) use home::Home;
pub(crate) use home::Run;
