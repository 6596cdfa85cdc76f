//! The table: one line for each comparison, and its place in a page between two marks, so that what people wrote around
//! it stays.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::disk;
use crate::measure::Measured;
use crate::measure::median;

/// The rows as a table.
pub(crate) fn table(rows: &[Measured]) -> String {
    let mut text = "| work | skillzdrive, ms | beside it, ms | ratio | rounds | peak memory |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        for other in 1..row.times.len() {
            let (name, ours, memory) = if other == 1 {
                let memory =
                    row.memory.map_or_else(String::new, |kib| format!("{:.1} MB", kib as f64 * 1.024 / 1000.0));
                (row.name.as_str(), shown(&row.times[0].1), memory)
            } else {
                ("", String::new(), String::new())
            };
            let theirs = format!("{}: {}", row.times[other].0, shown(&row.times[other].1));
            let ratio = row.ratio(other);
            let ratio = if ratio < 0.1 { format!("1/{:.0}", 1.0 / ratio) } else { format!("{ratio:.2}") };
            text.push_str(&format!("| {name} | {ours} | {theirs} | {ratio} | {} | {memory} |\n", row.rounds));
        }
    }
    text
}

/// The median, and from where to where.
fn shown(times: &[Duration]) -> String {
    let times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    let (least, most) = times.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), time| (a.min(*time), b.max(*time)));
    let digits = usize::from(most < 100.0);
    format!("**{:.digits$}** [{least:.digits$} to {most:.digits$}]", median(times.clone()))
}

/// What the machine is, in a line.
pub(crate) fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let processor = after(&read("/proc/cpuinfo"), "model name");
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let memory = memory.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1_048_576.0;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let system = read("/proc/sys/kernel/osrelease");
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("?");
    format!("{cores} x {processor}, {memory:.0} GiB, Linux {}, load {load} at the end", system.trim())
}

/// Puts a text between the two marks of a name, in place of what is there.
///
/// # Errors
/// When the page cannot be read or written, or has no such marks.
pub(crate) fn put(page: &Path, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let old = fs::read_to_string(page)?;
    let place = old.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let (before, after) = place.ok_or_else(|| format!("`{}` has no marks for `{name}`", page.display()))?;
    disk::put(page, format!("{before}{begin}{text}{end}{after}").as_bytes())?;
    Ok(())
}

/// The day, UTC, as the system tells it.
///
/// # Errors
/// When there is no `date`.
pub(crate) fn day() -> io::Result<String> {
    let said = std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]).output()?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
