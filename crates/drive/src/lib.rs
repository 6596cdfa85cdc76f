//! placeholder

pub mod starter;
