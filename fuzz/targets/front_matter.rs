//! Any text as front matter: read or refused in plain words, and what may be published is read by everybody alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skillzdrive_skill::parse_lenient;
use skillzdrive_skill::parse_strict;

fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == '\u{202e}')
}

fuzz_target!(|text: &str| {
    let strict = parse_strict(text, None);
    match parse_lenient(text) {
        Ok((front, warnings)) => {
            assert!(warnings.iter().all(|warning| is_plain(warning)), "{warnings:?}");
            if let Ok(strict) = strict {
                assert_eq!(strict, front);
                assert!(warnings.is_empty(), "{warnings:?}");
            }
        }
        Err(error) => {
            assert!(strict.is_err());
            assert!(is_plain(&error.to_string()), "{error:?}");
        }
    }
});
