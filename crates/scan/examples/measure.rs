//! Measures the rules on folders of skills: how many are flagged, by which rules, and how long it takes.
//!
//! ```text
//! cargo run --release -p skillzdrive-scan --example measure -- DIR --label malicious|benign [--names]
//! cargo run --release -p skillzdrive-scan --example measure -- --label malicious DIR… --label benign DIR…
//! ```
//!
//! Each entry of DIR is a skill: a folder with a SKILL.md, folders of such, or a single document. A skill is flagged when
//! something critical or high was found. Copies that differ in names, numbers and addresses only are no further evidence, so
//! the shares are told for all skills and for one of each group of such twins. Intervals are Wilson's, at 95 %. Nothing of a
//! skill is run.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::collections::BTreeMap;
use std::collections::HashMap;
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
use skillzdrive_scan::RULES;
use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_scan::Source;
use skillzdrive_scan::SourceFile;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;

const USAGE: &str =
    "measure DIR… --label malicious|benign [--names]\nmeasure --label malicious DIR… --label benign DIR…";

fn main() -> ExitCode {
    let Some(asked) = Asked::read(std::env::args().skip(1)) else {
        println!("{USAGE}");
        return ExitCode::from(2);
    };
    for (label, folders) in &asked.sets {
        let mut measured = Measured::new(*label, asked.names);
        for folder in folders {
            measured.folder(folder);
        }
        measured.print();
    }
    ExitCode::SUCCESS
}

/// What the skills of a set are known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Malicious,
    Benign,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    sets: BTreeMap<Label, Vec<PathBuf>>,
    names: bool,
}

impl Asked {
    /// A label may stand before its folders or behind them.
    fn read(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self::default();
        let (mut label, mut waiting) = (None, Vec::new());
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--names" => asked.names = true,
                "--label" => {
                    let next = match arguments.next()?.as_str() {
                        "malicious" => Label::Malicious,
                        "benign" => Label::Benign,
                        _ => return None,
                    };
                    label = waiting.is_empty().then_some(next);
                    asked.sets.entry(next).or_default().append(&mut waiting);
                }
                flag if flag.starts_with("--") => return None,
                folder => label.map_or(&mut waiting, |label| asked.sets.entry(label).or_default()).push(folder.into()),
            }
        }
        let whole = waiting.is_empty() && !asked.sets.is_empty() && asked.sets.values().all(|set| !set.is_empty());
        whole.then_some(asked)
    }
}

/// How many of how many.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    hits: usize,
    count: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.count += 1;
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (low, high) = wilson(self.hits, self.count);
        let share = 100.0 * self.hits as f64 / self.count.max(1) as f64;
        let text =
            format!("{:>5} of {:<5} {share:5.1} %  ({:.1} to {:.1})", self.hits, self.count, 100.0 * low, 100.0 * high);
        f.pad(&text)
    }
}

/// How often a rule spoke.
#[derive(Debug, Default, Clone, Copy)]
struct Spoke {
    /// Skills in which it found something critical or high.
    grave: usize,
    /// Those that no other rule flags.
    alone: usize,
    /// Skills in which it found something milder only.
    milder: usize,
}

struct Measured {
    label: Label,
    names: bool,
    /// Groups of twins by the hash of their documents: how many skills are in each.
    twins: HashMap<u64, usize>,
    flagged: Share,
    flagged_groups: Share,
    medium: Share,
    unread: Share,
    grades: BTreeMap<&'static str, usize>,
    rules: BTreeMap<&'static str, Spoke>,
    times: Vec<(Duration, String)>,
}

impl Measured {
    fn new(label: Label, names: bool) -> Self {
        let rules = RULES.iter().map(|rule| (rule.id, Spoke::default())).collect();
        let share = Share::default();
        let (twins, grades, times) = (HashMap::new(), BTreeMap::new(), Vec::new());
        Self {
            label,
            names,
            twins,
            flagged: share,
            flagged_groups: share,
            medium: share,
            unread: share,
            grades,
            rules,
            times,
        }
    }

    fn folder(&mut self, folder: &Path) {
        let Some(entries) = entries(folder) else { return println!("{}: cannot be read", folder.display()) };
        for path in entries {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            if path.is_dir() {
                let mut roots = Vec::new();
                roots_below(&path, 0, &mut roots);
                // Something without any SKILL.md may still be meant as a skill.
                if roots.is_empty() {
                    roots.push(path.clone());
                }
                for root in roots {
                    let name = root.strip_prefix(folder).unwrap_or(&root).display().to_string();
                    self.skill(&name, &Source::from_dir(&name, &root));
                }
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let bytes = std::fs::read(&path).unwrap_or_default();
                self.skill(&name, &Source::new(&name, vec![SourceFile::new("SKILL.md", bytes)]));
            }
        }
    }

    fn skill(&mut self, name: &str, source: &Source) {
        let start = Instant::now();
        let report = scan(source, Suppressions::Ignored);
        self.times.push((start.elapsed(), name.to_owned()));
        let flagged = report.worst() >= Some(Severity::High);
        let group = self.twins.entry(looks(source)).or_default();
        *group += 1;
        if *group == 1 {
            self.flagged_groups.add(flagged);
        }
        self.flagged.add(flagged);
        self.medium.add(report.worst() >= Some(Severity::Medium));
        self.unread.add(!report.not_analysed.is_empty());
        *self.grades.entry(Grade::of(&report).as_str()).or_default() += 1;
        self.count_rules(&report);
        if self.names && flagged != (self.label == Label::Malicious) {
            println!("{} {name}", if flagged { "flagged" } else { "missed " });
            for finding in report.findings.iter().filter(|finding| finding.severity >= Severity::High) {
                let place = format!("{}:{}", finding.path, finding.line.unwrap_or_default());
                println!("    {} {place}: {}", finding.rule, finding.excerpt.as_deref().unwrap_or_default());
            }
        }
    }

    fn count_rules(&mut self, report: &Report) {
        let rules = |grave: bool| -> HashSet<&str> {
            let findings = report.findings.iter().filter(|finding| (finding.severity >= Severity::High) == grave);
            findings.map(|finding| finding.rule.as_str()).collect()
        };
        let (grave, milder) = (rules(true), rules(false));
        for (rule, spoke) in &mut self.rules {
            if grave.contains(rule) {
                spoke.grave += 1;
                spoke.alone += usize::from(grave.len() == 1);
            } else if milder.contains(rule) {
                spoke.milder += 1;
            }
        }
    }

    fn print(&mut self) {
        let (title, measure, found) = match self.label {
            Label::Malicious => ("malicious", "recall", "found"),
            Label::Benign => ("benign", "false positives", "flagged"),
        };
        println!("{title}: {} skills, {} groups of twins", self.flagged.count, self.twins.len());
        println!("  {:<34} {}", format!("{measure} (critical or high)"), self.flagged);
        println!("  {:<34} {}", "the same, one of each group", self.flagged_groups);
        println!("  {:<34} {}", "medium or worse", self.medium);
        println!("  {:<34} {}", "not read whole", self.unread);
        let grades: Vec<String> = self.grades.iter().map(|(grade, count)| format!("{grade} {count}")).collect();
        println!("  {:<34} {}", "grades", grades.join(", "));
        self.times.sort();
        let total: Duration = self.times.iter().map(|(time, _)| *time).sum();
        let at = |part: usize| {
            let time = self.times.get(self.times.len() * part / 100).or(self.times.last());
            time.map_or(0.0, |(time, _)| 1_000.0 * time.as_secs_f64())
        };
        let slowest = self.times.last().map_or("", |(_, name)| name.as_str());
        println!(
            "  {:<34} {:.1} median, {:.1} for 95 %, {:.1} most ({slowest})",
            "ms a skill",
            at(50),
            at(95),
            at(100)
        );
        println!("  {:<34} {:.0} ms", "all", 1_000.0 * total.as_secs_f64());
        println!("  {:<28} {:>7} {:>7} {:>7} {:>7}", "rule", found, "alone", "not", "milder");
        let mut rules: Vec<(&str, Spoke)> = self.rules.iter().map(|(rule, spoke)| (*rule, *spoke)).collect();
        rules.sort_by_key(|(rule, spoke)| (std::cmp::Reverse((spoke.grave, spoke.milder)), *rule));
        let (spoke, silent): (Vec<_>, Vec<_>) =
            rules.into_iter().partition(|(_, spoke)| spoke.grave + spoke.milder > 0);
        for (rule, Spoke { grave, alone, milder }) in spoke {
            println!("  {rule:<28} {grave:>7} {alone:>7} {:>7} {milder:>7}", self.flagged.count - grave);
        }
        let silent: Vec<&str> = silent.into_iter().map(|(rule, _)| rule).collect();
        println!("  said nothing: {}\n", if silent.is_empty() { "none".to_owned() } else { silent.join(", ") });
    }
}

fn entries(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    entries.sort();
    Some(entries)
}

/// The folders at or below a path that hold a SKILL.md, not looking into those.
fn roots_below(folder: &Path, depth: usize, roots: &mut Vec<PathBuf>) {
    if folder.join("SKILL.md").is_file() {
        return roots.push(folder.to_owned());
    }
    for path in entries(folder).unwrap_or_default() {
        if depth < 8 && path.is_dir() && !path.is_symlink() {
            roots_below(&path, depth + 1, roots);
        }
    }
}

/// What the document of a skill looks like: the letters of its body. Twins have the same.
fn looks(source: &Source) -> u64 {
    let document = source.files.iter().find(|file| file.path == "SKILL.md").or(source.files.first());
    let text = String::from_utf8_lossy(document.map_or(&[], |file| file.bytes.as_slice())).to_lowercase();
    let body =
        text.strip_prefix("---").and_then(|rest| rest.split_once("\n---")).map_or(text.as_str(), |(_, body)| body);
    let mut hasher = DefaultHasher::new();
    for word in body.split_whitespace().filter(|word| !word.contains("://")) {
        word.chars().filter(|c| c.is_alphabetic()).for_each(|c| c.hash(&mut hasher));
    }
    hasher.finish()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Option<Vec<(Label, usize)>> {
        let asked = Asked::read(line.split(' ').map(str::to_owned))?;
        Some(asked.sets.iter().map(|(label, set)| (*label, set.len())).collect())
    }

    #[test]
    fn a_label_stands_before_its_folders_or_behind_them() {
        use Label::Benign;
        use Label::Malicious;
        assert_eq!(asked("a b --label benign"), Some(vec![(Benign, 2)]));
        assert_eq!(asked("--label malicious a --label benign b c"), Some(vec![(Malicious, 1), (Benign, 2)]));
        assert_eq!(asked("a --label malicious b --label benign --names"), Some(vec![(Malicious, 1), (Benign, 1)]));
        for line in
            ["a", "a --label", "a --label bad", "--label benign", "a --label benign b", "a --label benign --nmes"]
        {
            assert_eq!(asked(line), None, "{line}");
        }
    }

    #[test]
    fn intervals_are_wilsons() {
        let (low, high) = wilson(8, 100);
        assert!((low - 0.0411).abs() < 0.0005 && (high - 0.1500).abs() < 0.0005, "{low} {high}");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn twins_differ_in_names_numbers_and_addresses_only() {
        let look = |text: &str| looks(&Source::new("x", vec![SourceFile::new("SKILL.md", text.as_bytes())]));
        let one = look("---\nname: a\n---\nGet 1 from https://a.b/c now.\n");
        assert_eq!(one, look("---\nname: b\n---\nGet 2 from https://d.e/f  now.\n"));
        assert_ne!(one, look("---\nname: b\n---\nPut 2 into https://d.e/f now.\n"));
    }
}
