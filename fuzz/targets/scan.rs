//! Any bytes as a file of a skill, in each language that is read: scanned to an end, in time, with places that exist and
//! excerpts that a terminal can be shown.
#![no_main]

use std::time::Duration;
use std::time::Instant;

use libfuzzer_sys::fuzz_target;
use skillzdrive_scan::Source;
use skillzdrive_scan::SourceFile;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;

const PATHS: [&str; 8] = [
    "SKILL.md",
    "scripts/x.sh",
    "scripts/x.py",
    "scripts/x.js",
    "scripts/x.ps1",
    "scripts/x.rb",
    "data.json",
    ".skillscanignore",
];
/// What no small file may take.
const MOST: Duration = Duration::from_secs(2);

/// The time that this thread was on a processor, where the system tells: others may be busy too.
fn busy(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fuzz_target!(|input: (u8, &[u8], u8)| {
    let (path, bytes, times) = input;
    let path = PATHS[usize::from(path) % PATHS.len()];
    // What is repeated shows what grows faster than the text.
    let bytes = bytes.repeat(usize::from(times).pow(2).max(1).min((128 << 10) / bytes.len().max(1)).max(1));
    let source = Source::new("x", vec![SourceFile::new(path, bytes)]);
    let start = Instant::now();
    let before = busy(start);
    let report = scan(&source, Suppressions::Honoured);
    let took = busy(start).saturating_sub(before);
    assert!(took < MOST, "{path} took {took:?}");
    assert_eq!(report, scan(&source, Suppressions::Honoured), "a scan says the same twice");
    for finding in report.findings.iter().chain(&report.suppressed) {
        assert!(finding.path.is_empty() || finding.path == path, "{finding:?}");
        assert!(finding.line != Some(0) && finding.column != Some(0), "{finding:?}");
        let excerpt = finding.excerpt.as_deref().unwrap_or_default();
        assert!(!excerpt.contains(|c: char| c.is_control() || c == '\u{202e}'), "{finding:?}");
        assert!(excerpt.chars().count() <= 1_500, "{finding:?}");
    }
});
