//! Attacks in many spellings, and what looks like them: the first must be found, the second must not raise an alarm.
//!
//! The texts were written for this table, from an understanding of each sort of attack, in `probes/*.txt`: `=== name`
//! begins a skill, `--- path` a file of it. Text before the first file stands in the SKILL.md.

use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_scan::Source;
use skillzdrive_scan::SourceFile;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;

const FRONT: &str = "---\nname: reports\ndescription: Makes reports from tables.\n---\n\n";

/// A skill of the table.
struct Probe<'a> {
    name: &'a str,
    files: Vec<(&'a str, String)>,
}

fn probes(table: &str) -> Vec<Probe<'_>> {
    let mut probes: Vec<Probe<'_>> = Vec::new();
    for line in table.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            probes.push(Probe { name, files: Vec::new() });
            continue;
        }
        let probe = probes.last_mut().expect("a table begins with a name");
        if let Some(path) = line.strip_prefix("--- ") {
            probe.files.push((path, String::new()));
            continue;
        }
        if probe.files.is_empty() {
            probe.files.push(("SKILL.md", FRONT.to_owned()));
        }
        let (_, text) = probe.files.last_mut().expect("there is a file");
        text.push_str(line);
        text.push('\n');
    }
    for probe in &mut probes {
        if !probe.files.iter().any(|(path, _)| *path == "SKILL.md") {
            probe.files.push(("SKILL.md", format!("{FRONT}Makes a report.\n")));
        }
    }
    probes
}

fn report(probe: &Probe<'_>) -> Report {
    let files = probe.files.iter().map(|(path, text)| SourceFile::new(*path, text.as_bytes())).collect();
    scan(&Source::new("reports", files), Suppressions::Ignored)
}

/// The probes that are not found, all of them named.
fn missed(table: &str) -> Vec<&str> {
    let grave = |probe: &&Probe<'_>| report(probe).worst() < Some(Severity::High);
    probes(table).iter().filter(grave).map(|probe| probe.name).collect()
}

#[test]
fn attacks_by_code_are_found() {
    let missed = missed(include_str!("probes/malicious_code.txt"));
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn attacks_by_words_are_found() {
    let missed = missed(include_str!("probes/malicious_prose.txt"));
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn attacks_in_several_steps_are_found() {
    let missed = missed(include_str!("probes/malicious_flows.txt"));
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn what_looks_like_an_attack_raises_no_alarm() {
    let mut alarms = Vec::new();
    let tables = [include_str!("probes/benign.txt"), include_str!("probes/benign_flows.txt")];
    for probe in tables.into_iter().flat_map(probes) {
        for finding in report(&probe).findings.iter().filter(|finding| finding.severity >= Severity::High) {
            alarms.push(format!("{}: {} at {}: {:?}", probe.name, finding.rule, finding.path, finding.excerpt));
        }
    }
    assert!(alarms.is_empty(), "{} alarms:\n{}", alarms.len(), alarms.join("\n"));
}
