//! Measures the rules on a folder of skills: how many are flagged, by which rules, and how long it takes.
//!
//! ```text
//! cargo run -p skillzdrive-scan --example measure -- DIR --label malicious|benign [--names]
//! ```
//!
//! Each entry of DIR is a skill: a folder, or a single document. Skills whose SKILL.md has the same bytes are counted once. A
//! skill is flagged when something critical or high was found. Intervals are Wilson's, at 95 %. Nothing of a skill is run.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

use skillzdrive_scan::Grade;
use skillzdrive_scan::Severity;
use skillzdrive_scan::Source;
use skillzdrive_scan::SourceFile;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut folders = Vec::new();
    let (mut malicious, mut names) = (None, false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--label" => malicious = rest.next().map(|label| label == "malicious"),
            "--names" => names = true,
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let (Some(malicious), false) = (malicious, folders.is_empty()) else {
        println!("measure DIR… --label malicious|benign [--names]");
        return ExitCode::from(2);
    };
    let mut measured = Measured::default();
    for folder in &folders {
        measured.folder(folder, malicious, names);
    }
    measured.print(malicious);
    ExitCode::SUCCESS
}

#[derive(Default)]
struct Measured {
    seen: HashSet<u64>,
    twins: usize,
    flagged: usize,
    medium: usize,
    grades: BTreeMap<&'static str, usize>,
    /// Skills by the rules that flag them, and by those alone.
    rules: BTreeMap<String, (usize, usize)>,
    times: Vec<Duration>,
    unread: usize,
}

impl Measured {
    fn folder(&mut self, folder: &Path, malicious: bool, names: bool) {
        let Ok(entries) = std::fs::read_dir(folder) else { return println!("{}: cannot be read", folder.display()) };
        let mut entries: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        entries.sort();
        for path in entries {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let source = if path.is_dir() {
                Source::from_dir(&name, &path)
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let bytes = std::fs::read(&path).unwrap_or_default();
                Source::new(&name, vec![SourceFile::new("SKILL.md", bytes)])
            } else {
                continue;
            };
            self.skill(&name, &source, malicious, names);
        }
    }

    fn skill(&mut self, name: &str, source: &Source, malicious: bool, names: bool) {
        let document = source.files.iter().find(|file| file.path == "SKILL.md").or(source.files.first());
        let mut hasher = DefaultHasher::new();
        document.map(|file| &file.bytes).hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            self.twins += 1;
            return;
        }
        let start = Instant::now();
        let report = scan(source, Suppressions::Ignored);
        self.times.push(start.elapsed());
        *self.grades.entry(Grade::of(&report).as_str()).or_default() += 1;
        self.unread += usize::from(!report.not_analysed.is_empty());
        let grave: HashSet<&str> = report
            .findings
            .iter()
            .filter(|finding| finding.severity >= Severity::High)
            .map(|finding| finding.rule.as_str())
            .collect();
        for rule in &grave {
            let counts = self.rules.entry((*rule).to_owned()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(grave.len() == 1);
        }
        let flagged = !grave.is_empty();
        self.flagged += usize::from(flagged);
        self.medium += usize::from(report.worst() >= Some(Severity::Medium));
        if names && flagged != malicious {
            println!("{} {name}", if flagged { "flagged" } else { "missed " });
            for finding in report.findings.iter().filter(|finding| finding.severity >= Severity::High) {
                let place = format!("{}:{}", finding.path, finding.line.unwrap_or_default());
                println!("    {} {place}: {}", finding.rule, finding.excerpt.as_deref().unwrap_or_default());
            }
        }
    }

    fn print(&mut self, malicious: bool) {
        let count = self.times.len();
        let share = |n: usize| {
            let (low, high) = wilson(n, count);
            format!(
                "{n} of {count} ({:.1} %, {:.1} to {:.1})",
                100.0 * n as f64 / count.max(1) as f64,
                100.0 * low,
                100.0 * high
            )
        };
        let what = if malicious { "found" } else { "false alarms" };
        println!("{what}, critical or high: {}", share(self.flagged));
        println!("medium or worse: {}", share(self.medium));
        println!("twins left out: {}; not read whole: {}; grades: {:?}", self.twins, self.unread, self.grades);
        self.times.sort();
        let total: Duration = self.times.iter().sum();
        let at = |part: usize| self.times.get(count * part / 100).or(self.times.last()).copied().unwrap_or_default();
        println!("time: median {:?}, 95 % {:?}, most {:?}, all {total:?}", at(50), at(95), at(100));
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by_key(|(_, (all, _))| std::cmp::Reverse(*all));
        for (rule, (all, alone)) in rules {
            println!("{all:5} {alone:5} alone  {rule}");
        }
    }
}

/// Wilson's interval for a share, at 95 %.
fn wilson(hits: usize, count: usize) -> (f64, f64) {
    if count == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (count as f64, 1.96);
    let share = hits as f64 / n;
    let middle = share + z * z / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - spread) / (1.0 + z * z / n), (middle + spread) / (1.0 + z * z / n))
}
