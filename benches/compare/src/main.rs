//! Measures `skillzdrive` beside its peers and beside what the machine can do. `benches/compare.sh` builds and calls it;
//! how it measures is told in `measure`.
//!
//! It makes a corpus, a drive and homes in a scratch folder, and touches nothing else but the page that it is told to
//! write its table into.

mod bench;
mod corpus;
mod disk;
mod drive;
mod floor;
mod measure;
mod page;
mod peers;
mod rows;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

use crate::bench::Bench;
use crate::measure::Measured;
use crate::peers::Peers;
use crate::rows::Plan;

/// What the corpus is made from, on every machine.
const SEED: u64 = 20_261_124;

/// What was asked for.
#[derive(Debug, Default)]
struct Asked {
    program: PathBuf,
    folder: PathBuf,
    counts: Vec<usize>,
    rounds: usize,
    minutes: u64,
    only: Option<String>,
    npm: Option<PathBuf>,
    cargo: Option<PathBuf>,
    long_peers: bool,
    page: Option<(PathBuf, String)>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sha256", folder] => sha256(Path::new(folder)),
        ["corpus", folder, count] => make_corpus(Path::new(folder), count),
        _ => read(&args).and_then(|asked| compare(&asked)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    // Nobody may be listening.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn print(text: &str) -> Result<(), Box<dyn Error>> {
    Ok(write!(std::io::stdout(), "{text}")?)
}

fn sha256(folder: &Path) -> Result<(), Box<dyn Error>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    print(&format!("{}\n", floor::sha256_of_all(folder, threads)?))
}

fn make_corpus(folder: &Path, count: &str) -> Result<(), Box<dyn Error>> {
    let made = corpus::make(folder, count.parse()?, SEED)?;
    print(&format!("{} skills, {} files, {} bytes\n", made.slugs.len(), made.files, made.bytes))
}

fn read(args: &[String]) -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked { rounds: 7, minutes: 60, ..Asked::default() };
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let mut value = || args.next().cloned().ok_or_else(|| format!("`{name}` needs a value"));
        match name.as_str() {
            "--program" => asked.program = value()?.into(),
            "--folder" => asked.folder = value()?.into(),
            "--skills" => asked.counts = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--rounds" => asked.rounds = value()?.parse()?,
            "--minutes" => asked.minutes = value()?.parse()?,
            "--only" => asked.only = Some(value()?),
            "--npm" => asked.npm = Some(value()?.into()),
            "--cargo" => asked.cargo = Some(value()?.into()),
            "--long-peers" => asked.long_peers = true,
            "--page" => asked.page = Some((value()?.into(), value()?)),
            other => return Err(format!("`{other}` is not known").into()),
        }
    }
    if asked.counts.is_empty() || asked.rounds == 0 || !asked.program.is_absolute() || !asked.folder.is_absolute() {
        return Err("--program, --folder (absolute paths) and --skills N,N are needed".into());
    }
    Ok(asked)
}

fn compare(asked: &Asked) -> Result<(), Box<dyn Error>> {
    let peers = Peers::find(asked.npm.as_deref(), asked.cargo.as_deref());
    let start = Instant::now();
    let plan = Plan {
        rounds: asked.rounds,
        end: start + Duration::from_secs(60 * asked.minutes),
        only: asked.only.clone(),
        peers: &peers,
        long_peers: asked.long_peers,
        say: &say,
    };
    let mut rows: Vec<Measured> = Vec::new();
    let mut about = String::new();
    for (place, count) in asked.counts.iter().enumerate() {
        let folder = asked.folder.join(format!("n{count}"));
        disk::remove(&folder)?;
        let corpus = corpus::make(&folder.join("corpus"), *count, SEED)?;
        say(&format!("{count} skills: {} files, {} bytes", corpus.files, corpus.bytes));
        about.push_str(&format!(
            "- {count} skills are {} files of {:.1} MB in all\n",
            corpus.files,
            corpus.bytes as f64 / 1e6
        ));
        let skills: Vec<PathBuf> = corpus.slugs.iter().map(|slug| corpus.skills.join(slug)).collect();
        // What is not public has to be uploaded by its owner, which is quicker, and enough where nothing is downloaded anew.
        let public = if *count <= 1000 { skills.as_slice() } else { &[] };
        let drive = drive::start(&asked.program, &folder, public)?;
        let bench = Bench { program: asked.program.clone(), folder: folder.clone(), corpus, drive };
        own(&bench)?;
        say(&format!("{count} skills are in the drive, after {} s", start.elapsed().as_secs()));
        if place == 0 {
            let home = bench.fresh("versions")?;
            let ours = bench.ours(&home, &["--version"]).output()?;
            let versions: Vec<String> = std::iter::once(ours.trim().to_owned()).chain(peers.versions(&home)).collect();
            about.insert_str(0, &format!("- {}\n- {}\n- {}\n", page::day()?, page::machine(), versions.join(", ")));
            rows.extend(rows::start_up(&bench, &plan)?);
            rows.extend(rows::local(&bench, &plan, 1)?);
        }
        rows.extend(rows::list(&bench, &plan)?);
        if *count <= 1000 {
            rows.extend(rows::local(&bench, &plan, *count)?);
            rows.extend(rows::from_drive(&bench, &plan)?);
        }
        rows.extend(rows::in_sync(&bench, &plan)?);
        drop(bench);
        disk::remove(&folder)?;
    }
    about.push_str(&format!("- it took {:.0} minutes\n", start.elapsed().as_secs_f64() / 60.0));
    let text = format!("{about}\n{}", page::table(&rows));
    print(&text)?;
    if let Some((page, name)) = &asked.page {
        page::put(page, name, &text)?;
    }
    Ok(())
}

/// Puts every skill in the owner's drive: a home that has them all claims those that are published and uploads the others,
/// which is free once.
fn own(bench: &Bench) -> Result<(), Box<dyn Error>> {
    let home = bench.logged_in("first")?;
    let skills = Bench::skills_of(&home);
    disk::copy(&bench.corpus.skills, &skills)?;
    // What was claimed is another's, and cannot be changed here: one skill is the owner's own.
    let own = skills.join(rows::OWN);
    disk::copy(&skills.join(&bench.corpus.slugs[0]), &own)?;
    let text = fs::read_to_string(own.join("SKILL.md"))?;
    disk::put(&own.join("SKILL.md"), text.replace(&bench.corpus.slugs[0], rows::OWN).as_bytes())?;
    bench.ours(&home, &["sync", "--yes"]).output()?;
    disk::remove(&home)?;
    Ok(())
}
