//! Any bytes as a marketplace; what must hold is said where it is read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| skillzdrive::fuzzing::marketplace(bytes));
