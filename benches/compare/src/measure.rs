//! One row: several programs that do the same work, in turn, round after round, so that whatever else the machine does
//! meets them all alike. What counts is the median of the ratios of one and the same round.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

type Outcome = Result<(), Box<dyn Error>>;

/// A program with its work.
pub(crate) struct Contender<'a> {
    /// Its name in the table.
    pub(crate) name: String,
    /// The program with its arguments; several run one after another.
    pub(crate) commands: Vec<Run>,
    /// What comes before each run, outside the clock.
    pub(crate) prepare: Box<dyn Fn() -> Outcome + 'a>,
    /// Whether the work was done right; told what the last command printed.
    pub(crate) check: Box<dyn Fn(&str) -> Outcome + 'a>,
}

/// One process.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The program and its arguments.
    pub(crate) argv: Vec<String>,
    /// Its whole environment.
    pub(crate) env: Vec<(String, String)>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// What it may answer besides 0.
    pub(crate) also: Vec<i32>,
}

impl Run {
    fn command(&self) -> Command {
        let mut argv = self.argv.iter();
        let mut command = Command::new(argv.next().map_or("", String::as_str));
        command.args(argv).current_dir(&self.folder).env_clear().envs(self.env.iter().cloned()).stdin(Stdio::null());
        command
    }

    /// Runs it and gives what it printed.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub(crate) fn output(&self) -> Result<String, Box<dyn Error>> {
        let output = self.command().output().map_err(|e| format!("{}: {e}", self.argv.join(" ")))?;
        let code = output.status.code();
        if output.status.success() || code.is_some_and(|code| self.also.contains(&code)) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{}` ended with {:?}: {}", self.argv.join(" "), code, said.trim_end()).into())
    }

    fn time(&self) -> Result<Duration, Box<dyn Error>> {
        let mut command = self.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        let took = start.elapsed();
        if status.success() || status.code().is_some_and(|code| self.also.contains(&code)) {
            return Ok(took);
        }
        Err(format!("`{}` ended with {status}", self.argv.join(" ")).into())
    }

    /// The same, and the most memory that it held, in KiB, told by GNU time; `None` where that is not there.
    fn output_and_memory(&self) -> Result<(String, Option<u64>), Box<dyn Error>> {
        const TIME: &str = "/usr/bin/time";
        if !Path::new(TIME).exists() {
            return Ok((self.output()?, None));
        }
        let told = std::env::temp_dir().join(format!("skillzdrive-compare-{}", std::process::id()));
        let before = [TIME, "-q", "-f", "%M", "-o", &told.display().to_string()].map(str::to_owned);
        let said = Run { argv: before.iter().chain(&self.argv).cloned().collect(), ..self.clone() }.output()?;
        let memory = fs::read_to_string(&told).ok().and_then(|text| text.trim().parse().ok());
        let _ = fs::remove_file(&told);
        Ok((said, memory))
    }
}

/// How often a row is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rounds {
    /// So often, if there is time.
    pub(crate) most: usize,
    /// So often in any case.
    pub(crate) least: usize,
    /// How long the row may take, after which only the least are run.
    pub(crate) time: Duration,
}

/// What came of a row.
pub(crate) struct Measured {
    /// The work.
    pub(crate) name: String,
    /// How many rounds.
    pub(crate) rounds: usize,
    /// Each contender's times, in the order of the rounds; ours comes first.
    pub(crate) times: Vec<(String, Vec<Duration>)>,
    /// The most memory that ours held, in KiB.
    pub(crate) memory: Option<u64>,
}

impl Measured {
    /// The median of ours divided by another's, of the same round.
    pub(crate) fn ratio(&self, other: usize) -> f64 {
        let (ours, theirs) = (&self.times[0].1, &self.times[other].1);
        median(ours.iter().zip(theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect())
    }
}

/// The middle one.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => numbers[middle],
        _ => f64::midpoint(numbers[middle - 1], numbers[middle]),
    }
}

/// Runs a row: first every contender once with its result checked, then the rounds.
///
/// # Errors
/// When ours fails or does the work wrong. A peer that does is left out, and that is said.
pub(crate) fn row(
    name: &str,
    rounds: Rounds,
    contenders: Vec<Contender<'_>>,
    say: &dyn Fn(&str),
) -> Result<Measured, Box<dyn Error>> {
    let start = Instant::now();
    let mut good = Vec::new();
    let mut memory = None;
    for (place, contender) in contenders.into_iter().enumerate() {
        match once(&contender) {
            Ok(held) => {
                memory = if place == 0 { held } else { memory };
                good.push(contender);
            }
            Err(error) if place > 0 => say(&format!("{name}: {} is left out: {error}", contender.name)),
            Err(error) => return Err(format!("{name}: {error}").into()),
        }
    }
    let mut times: Vec<(String, Vec<Duration>)> = good.iter().map(|one| (one.name.clone(), Vec::new())).collect();
    for round in 0..rounds.most.max(1) {
        if round >= rounds.least && start.elapsed() > rounds.time {
            break;
        }
        // Who comes first changes, since who comes after whom may matter.
        for turn in 0..good.len() {
            let place = (turn + round) % good.len();
            (good[place].prepare)()?;
            let mut took = Duration::ZERO;
            for run in &good[place].commands {
                took += run.time()?;
            }
            times[place].1.push(took);
        }
    }
    let measured = Measured { name: name.to_owned(), rounds: times[0].1.len(), times, memory };
    let shown: Vec<String> = (1..measured.times.len())
        .map(|other| format!("{:.2} x {}", measured.ratio(other), measured.times[other].0))
        .collect();
    let (rounds, seconds) = (measured.rounds, start.elapsed().as_secs_f64());
    say(&format!("{name}: {} ({rounds} rounds, {seconds:.0} s)", shown.join(", ")));
    Ok(measured)
}

/// Does the work once, checks it, and tells how much memory it held.
fn once(contender: &Contender<'_>) -> Result<Option<u64>, Box<dyn Error>> {
    (contender.prepare)()?;
    let (mut said, mut memory) = (String::new(), None);
    for run in &contender.commands {
        let (text, held) = run.output_and_memory()?;
        said = text;
        memory = memory.max(held);
    }
    (contender.check)(&said).map_err(|error| format!("{}: {error}", contender.name))?;
    Ok(memory)
}
