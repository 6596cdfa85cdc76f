//! The rows: what is done, who does the same, and what the right result is.

use std::cell::Cell;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use crate::bench::Bench;
use crate::disk;
use crate::measure::Contender;
use crate::measure::Measured;
use crate::measure::Rounds;
use crate::measure::Run;
use crate::measure::row;
use crate::peers::Peers;

type Outcome = Result<(), Box<dyn Error>>;

/// How long a row may take before it is cut short.
const ROW: Duration = Duration::from_secs(45);
/// How many rounds it has in any case.
const LEAST: usize = 3;
/// The one skill that its owner may change.
pub(crate) const OWN: &str = "own-changing";
/// Where the program keeps what scans found.
const SCANS: &str = ".cache/skillzdrive/scans";

/// How the rows are run.
pub(crate) struct Plan<'a> {
    /// How many rounds of each, if there is time.
    pub(crate) rounds: usize,
    /// When everything should be done.
    pub(crate) end: Instant,
    /// Only rows whose names hold this.
    pub(crate) only: Option<String>,
    /// Who is measured besides.
    pub(crate) peers: &'a Peers,
    /// Whether the peers do the long rows too.
    pub(crate) long_peers: bool,
    /// Who is told what was measured.
    pub(crate) say: &'a dyn Fn(&str),
}

impl Plan<'_> {
    fn row(&self, name: &str, rounds: usize, contenders: Vec<Contender<'_>>) -> Result<Measured, Box<dyn Error>> {
        let left = self.end.saturating_duration_since(Instant::now());
        row(name, Rounds { most: rounds, least: rounds.min(LEAST), time: left.min(ROW) }, contenders, self.say)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}

fn nothing() -> Outcome {
    Ok(())
}

fn plain<'a>(name: &str, run: Run) -> Contender<'a> {
    Contender { name: name.to_owned(), commands: vec![run], prepare: Box::new(nothing), check: Box::new(|_| Ok(())) }
}

fn says<'a>(name: &str, run: Run, what: &'static str) -> Contender<'a> {
    let check = move |said: &str| {
        if said.contains(what) { Ok(()) } else { Err(format!("it does not say `{what}`").into()) }
    };
    Contender { check: Box::new(check), ..plain(name, run) }
}

fn lines<'a>(name: &str, run: Run, least: usize) -> Contender<'a> {
    let check = move |said: &str| {
        let found = said.lines().filter(|line| line.contains("bench-")).count();
        if found >= least { Ok(()) } else { Err(format!("it lists {found} of {least} skills").into()) }
    };
    Contender { check: Box::new(check), ..plain(name, run) }
}

/// The start of the program and of its peers.
///
/// # Errors
/// When the program cannot be started.
pub(crate) fn start_up(bench: &Bench, plan: &Plan<'_>) -> Result<Vec<Measured>, Box<dyn Error>> {
    let home = bench.fresh("start")?;
    let mut rows = Vec::new();
    for (name, args, what) in [
        ("--version", &["--version"][..], "skillzdrive"),
        ("--help", &["--help"], "install"),
        ("completions bash", &["completions", "bash"], "skillzdrive"),
    ] {
        if !plan.wants(name) {
            continue;
        }
        let mut contenders = vec![
            says("skillzdrive", bench.ours(&home, args), what),
            plain("empty process", bench.tool(&["/bin/true"])),
        ];
        if name != "completions bash" {
            contenders.extend(plan.peers.each(&home, &[name]).map(|(name, run)| plain(name, run)));
        }
        rows.push(plan.row(name, plan.rounds * 3, contenders)?);
    }
    let name = "a TAB";
    if plan.wants(name) {
        let mut asked = bench.ours(&home, &["--", "skillzdrive", "sync", "--on-c"]);
        let told = [("COMPLETE", "bash"), ("_CLAP_COMPLETE_INDEX", "2"), ("_CLAP_IFS", "\n")];
        asked.env.extend(told.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let mut contenders =
            vec![says("skillzdrive", asked, "--on-conflict"), plain("empty process", bench.tool(&["/bin/true"]))];
        // It has none that asks the program.
        contenders.extend(plan.peers.each(&home, &["--version"]).take(1).map(|(name, run)| {
            let name = format!("{name} --version");
            plain(&name, run)
        }));
        rows.push(plan.row(name, plan.rounds * 3, contenders)?);
    }
    Ok(rows)
}

/// `list` of so many skills.
///
/// # Errors
/// As [`start_up`].
pub(crate) fn list(bench: &Bench, plan: &Plan<'_>) -> Result<Vec<Measured>, Box<dyn Error>> {
    let count = bench.corpus.slugs.len();
    let name = format!("list {count}");
    if !plan.wants(&name) {
        return Ok(Vec::new());
    }
    let home = bench.in_sync("synced")?;
    let project = bench.folder.join("peer-list");
    disk::remove(&project)?;
    disk::copy(&bench.corpus.skills, &project.join(".claude/skills"))?;
    let mut contenders = vec![
        lines("skillzdrive", bench.ours(&home, &["list"]), count),
        plain("find -type f", bench.tool(&["find", &Bench::skills_of(&home).display().to_string(), "-type", "f"])),
    ];
    for (name, mut run) in plan.peers.each(&home, &["list"]).filter(|_| count <= 1000) {
        run.folder.clone_from(&project);
        // Its list shortens what is long.
        contenders.push(lines(name, run, count.min(10)));
    }
    Ok(vec![plan.row(&name, plan.rounds, contenders)?])
}

/// Installation of so many skills from a folder.
///
/// # Errors
/// As [`start_up`].
pub(crate) fn local(bench: &Bench, plan: &Plan<'_>, count: usize) -> Result<Vec<Measured>, Box<dyn Error>> {
    let first = format!("install {count} from a folder, scanned for the first time");
    let known = format!("install {count} from a folder, scanned before");
    let again = format!("install {count} again");
    if ![&first, &known, &again].into_iter().any(|name| plan.wants(name)) {
        return Ok(Vec::new());
    }
    let source = bench.folder.join(format!("source-{count}"));
    disk::remove(&source)?;
    fs::create_dir_all(source.join("skills"))?;
    for slug in &bench.corpus.slugs[..count] {
        disk::copy(&bench.corpus.skills.join(slug), &source.join("skills").join(slug))?;
    }
    let skills = source.join("skills");
    let template = bench.fresh("empty")?;
    let home = bench.home("local");
    let args = ["install", &skills.display().to_string(), "--all"];
    let fresh = |place: &Path| -> Outcome {
        disk::remove(place)?;
        disk::copy(&template, place)?;
        disk::settle();
        Ok(())
    };
    let ours = |fresh_one: bool, scanned: bool| Contender {
        name: "skillzdrive".to_owned(),
        commands: vec![bench.ours(&home, &args)],
        prepare: Box::new(move || {
            let home = bench.home("local");
            if fresh_one {
                fresh(&home)?;
            }
            if scanned {
                disk::copy(&bench.folder.join("scans"), &home.join(SCANS))?;
                disk::settle();
            }
            Ok(())
        }),
        check: Box::new(|_| {
            disk::holds(&Bench::skills_of(&bench.home("local")), &bench.folder.join(format!("source-{count}/skills")))
                .map(drop)
        }),
    };
    let mut rows = Vec::new();
    let copied = bench.folder.join("copied");
    let copy = |again: bool| {
        let (from, to) = (skills.display().to_string(), copied.display().to_string());
        let place = copied.clone();
        Contender {
            prepare: Box::new(move || {
                if !again {
                    disk::remove(&place)?;
                }
                disk::settle();
                Ok(())
            }),
            check: Box::new(|_| {
                disk::holds(&bench.folder.join("copied"), &bench.folder.join(format!("source-{count}/skills")))
                    .map(drop)
            }),
            ..plain("cp -r", bench.tool(&["cp", "-rT", &from, &to]))
        }
    };
    let peers = || {
        let wanted = count <= 100 || plan.long_peers;
        let project = bench.folder.join("peer-local");
        let source = source.clone();
        plan.peers.install(&bench.home("peer"), &project, &source).into_iter().filter(move |_| wanted)
    };
    let peer = |name: &'static str, run: Run, again: bool| Contender {
        prepare: Box::new(move || {
            let project = bench.folder.join("peer-local");
            if !again {
                disk::remove(&project)?;
                disk::remove(&bench.home("peer"))?;
            }
            fs::create_dir_all(&project)?;
            fs::create_dir_all(bench.home("peer"))?;
            disk::settle();
            Ok(())
        }),
        check: Box::new(|_| {
            let project = bench.folder.join("peer-local");
            disk::holds(&project.join(".claude/skills"), &bench.folder.join(format!("source-{count}/skills"))).map(drop)
        }),
        ..plain(name, run)
    };
    if plan.wants(&first) {
        let mut contenders = vec![ours(true, false), copy(false)];
        contenders.extend(peers().map(|(name, run)| peer(name, run, false)));
        // Each round scans every byte anew.
        let rounds = if count >= 1000 { 2 } else { plan.rounds };
        rows.push(plan.row(&first, rounds.min(plan.rounds), contenders)?);
    }
    if plan.wants(&known) || plan.wants(&again) {
        fresh(&home)?;
        bench.ours(&home, &args).output()?;
        let scans = bench.folder.join("scans");
        disk::remove(&scans)?;
        disk::copy(&home.join(SCANS), &scans)?;
    }
    if plan.wants(&again) {
        let mut contenders = vec![ours(false, false), copy(true)];
        contenders.extend(peers().map(|(name, run)| peer(name, run, true)));
        rows.push(plan.row(&again, plan.rounds, contenders)?);
    }
    if plan.wants(&known) {
        rows.push(plan.row(&known, plan.rounds, vec![ours(true, true), copy(false)])?);
    }
    Ok(rows)
}

/// Skills that come from the drive, and back from the cache.
///
/// # Errors
/// As [`start_up`].
pub(crate) fn from_drive(bench: &Bench, plan: &Plan<'_>) -> Result<Vec<Measured>, Box<dyn Error>> {
    let count = bench.corpus.slugs.len();
    let cold = format!("sync {count} from the drive, cold, scanned before");
    let restore = format!("install {count} from the lockfile, cold, scanned before");
    let warm = format!("install {count} from the lockfile, cache warm");
    if ![&cold, &restore, &warm].into_iter().any(|name| plan.wants(name)) {
        return Ok(Vec::new());
    }
    let template = bench.logged_in("template")?;
    let full = bench.in_sync("full")?;
    // Whatever was not scanned when it came is scanned now.
    bench.ours(&full, &["audit"]).output()?;
    let skills = bench.corpus.skills.clone();
    let home = bench.home("cold");
    let zips = bench.folder.join("zips");
    let unpacked = bench.folder.join("unpacked");
    let list = bench.folder.join("urls");
    disk::put(&list, curl_list(bench, &full, &zips)?.as_bytes())?;
    let curl = format!("curl -sS --fail -L -Z --parallel-max 16 -K {}", list.display());
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let unzip = format!(
        "cd {}; ls {} | sed 's/.zip$//' >../names; xargs mkdir <../names; \
         xargs -P{cores} -I{{}} bsdtar -x -f {}/{{}}.zip -C {{}} <../names",
        unpacked.display(),
        zips.display(),
        zips.display()
    );
    let clear = |places: &[&Path]| -> Outcome {
        for place in places {
            disk::remove(place)?;
            fs::create_dir_all(place)?;
        }
        disk::settle();
        Ok(())
    };
    let right = |place: PathBuf| {
        let skills = skills.clone();
        Box::new(move |_: &str| disk::holds(&place, &skills).map(drop)) as Box<dyn Fn(&str) -> Outcome>
    };
    let floor = || Contender {
        name: "curl -Z + bsdtar".to_owned(),
        commands: vec![bench.shell(&curl), bench.shell(&unzip)],
        prepare: Box::new(|| clear(&[&bench.folder.join("zips"), &bench.folder.join("unpacked")])),
        check: right(unpacked.clone()),
    };
    let mut rows = Vec::new();
    let from_template = |with: &[&str]| -> Outcome {
        let home = bench.home("cold");
        disk::remove(&home)?;
        disk::copy(&bench.home("template"), &home)?;
        // A scan costs the same wherever the bytes come from: what it takes is told by the rows of `install`.
        if bench.home("full").join(SCANS).exists() {
            disk::copy(&bench.home("full").join(SCANS), &home.join(SCANS))?;
        }
        for file in with {
            fs::copy(bench.home("full").join(file), home.join(file)).or_else(|_| {
                fs::create_dir_all(home.join(file).parent().unwrap_or(&home))?;
                fs::copy(bench.home("full").join(file), home.join(file))
            })?;
        }
        disk::settle();
        Ok(())
    };
    let _ = &template;
    let lockfile = ".local/share/skillzdrive/skillzdrive.lock";
    if plan.wants(&cold) {
        let ours = Contender {
            prepare: Box::new(|| from_template(&[])),
            check: right(Bench::skills_of(&home)),
            ..plain("skillzdrive", bench.ours(&home, &["sync", "--yes"]))
        };
        rows.push(plan.row(&cold, plan.rounds, vec![ours, floor()])?);
    }
    if plan.wants(&restore) {
        let ours = Contender {
            prepare: Box::new(|| from_template(&[lockfile])),
            check: right(Bench::skills_of(&home)),
            ..plain("skillzdrive", bench.ours(&home, &["install"]))
        };
        rows.push(plan.row(&restore, plan.rounds, vec![ours, floor()])?);
    }
    if plan.wants(&warm) {
        clear(&[&zips, &unpacked])?;
        bench.shell(&curl).output()?;
        let ours = Contender {
            prepare: Box::new(|| {
                let home = bench.home("full");
                disk::remove(&Bench::skills_of(&home))?;
                disk::remove(&home.join(".claude/skills"))?;
                disk::remove(&home.join(".agents/.skillzdrive/trash"))?;
                disk::settle();
                Ok(())
            }),
            check: right(Bench::skills_of(&full)),
            ..plain("skillzdrive", bench.ours(&full, &["install"]))
        };
        let unzip = Contender {
            prepare: Box::new(|| clear(&[&bench.folder.join("unpacked")])),
            check: right(unpacked.clone()),
            ..plain("bsdtar x, in parallel", bench.shell(&unzip))
        };
        rows.push(plan.row(&warm, plan.rounds, vec![ours, unzip])?);
    }
    Ok(rows)
}

/// What curl is told: each package's address, where it goes, and the key.
fn curl_list(bench: &Bench, home: &Path, zips: &Path) -> Result<String, Box<dyn Error>> {
    let said = bench.ours(home, &["list", "--json"]).output()?;
    let document: serde_json::Value = serde_json::from_str(&said)?;
    let skills = document["data"]["skills"].as_array().ok_or("`list --json` lists no skills")?;
    let mut list = format!("header = \"Authorization: Bearer {}\"\n", bench.drive.key);
    for skill in skills {
        let field = |name: &str| skill[name].as_str().unwrap_or_default();
        if field("slug") == OWN {
            continue;
        }
        let (slug, sha) = (field("slug"), field("content_sha"));
        list.push_str(&format!(
            "url = \"{}/api/v1/downloads/public/{slug}/{sha}.zip\"\noutput = \"{}/{slug}.zip\"\n",
            bench.drive.url,
            zips.display(),
        ));
    }
    Ok(list)
}

/// A sync of skills that are in sync.
///
/// # Errors
/// As [`start_up`].
pub(crate) fn in_sync(bench: &Bench, plan: &Plan<'_>) -> Result<Vec<Measured>, Box<dyn Error>> {
    let count = bench.corpus.slugs.len();
    let unchanged = format!("sync {count}, nothing changed");
    let local = format!("status {count}");
    let changed = format!("sync 1 of {count} changed");
    let audit = format!("audit {count}, scanned before");
    let first = format!("audit {count}, scanned for the first time");
    if ![&unchanged, &local, &changed, &audit, &first].into_iter().any(|name| plan.wants(name)) {
        return Ok(Vec::new());
    }
    let home = bench.in_sync("synced")?;
    let skills = Bench::skills_of(&home).display().to_string();
    let find = || plain("find -type f", bench.tool(&["find", &skills, "-type", "f"]));
    let mut rows = Vec::new();
    if plan.wants(&local) {
        rows.push(plan.row(&local, plan.rounds, vec![plain("skillzdrive", bench.ours(&home, &["status"])), find()])?);
    }
    if plan.wants(&unchanged) {
        let body = bench.folder.join("preview.json");
        disk::put(&body, preview(bench, &home)?.as_bytes())?;
        let ask = bench.shell(&format!(
            "curl -sS --fail -o /dev/null -H 'Content-Type: application/json' -H 'Authorization: Bearer {}' \
             --data-binary @{} {}/api/v1/drive/sync/preview",
            bench.drive.key,
            body.display(),
            bench.drive.url
        ));
        let ours = says("skillzdrive", bench.ours(&home, &["sync", "--yes", "--json"]), "\"in_sync\"");
        let mut both = find();
        both.name = "find -type f + curl of the preview".to_owned();
        both.commands.push(ask.clone());
        let mut parts = plain("skillzdrive status + curl of the preview", bench.ours(&home, &["status"]));
        parts.commands.push(ask);
        rows.push(plan.row(&unchanged, plan.rounds, vec![ours, find(), both, parts])?);
    }
    let this = std::env::current_exe()?.display().to_string();
    let sha256 = || plain("sha256 in one process", bench.tool(&[&this, "sha256", &skills]));
    if plan.wants(&first) && count <= 100 {
        let ours = Contender {
            prepare: Box::new(|| disk::remove(&bench.home("synced").join(SCANS)).map_err(Into::into)),
            ..plain("skillzdrive", bench.ours(&home, &["audit"]))
        };
        rows.push(plan.row(&first, plan.rounds, vec![ours, sha256()])?);
    }
    if plan.wants(&audit) && count <= 1000 {
        bench.ours(&home, &["audit"]).output()?;
        rows.push(plan.row(
            &audit,
            plan.rounds,
            vec![plain("skillzdrive", bench.ours(&home, &["audit"])), sha256()],
        )?);
    }
    if plan.wants(&changed) && count <= 1000 {
        let number = Cell::new(0_u32);
        let file = Bench::skills_of(&home).join(OWN).join("SKILL.md");
        let text = fs::read_to_string(&file)?;
        let ours = Contender {
            prepare: Box::new(|| {
                number.set(number.get() + 1);
                disk::put(&file, format!("{text}\nedit {}\n", number.get()).as_bytes())?;
                Ok(())
            }),
            ..plain("skillzdrive", bench.ours(&home, &["sync", "--yes"]))
        };
        // The other has nothing to do: a home of its own that no edit reaches.
        let other = bench.in_sync("unchanged")?;
        let unchanged = Contender {
            prepare: Box::new(|| bench.ours(&bench.home("unchanged"), &["sync", "--yes"]).output().map(drop)),
            ..plain("the same, nothing changed", bench.ours(&other, &["sync", "--yes"]))
        };
        rows.push(plan.row(&changed, plan.rounds, vec![ours, unchanged])?);
    }
    Ok(rows)
}

/// The body that a sync of this home asks the drive with.
fn preview(bench: &Bench, home: &Path) -> Result<String, Box<dyn Error>> {
    let said = bench.ours(home, &["list", "--json"]).output()?;
    let document: serde_json::Value = serde_json::from_str(&said)?;
    let skills = document["data"]["skills"].as_array().ok_or("`list --json` lists no skills")?;
    let local: Vec<serde_json::Value> = skills
        .iter()
        .map(|skill| {
            serde_json::json!({
                "slug": skill["slug"], "content_sha": skill["content_sha"], "base_sha": skill["content_sha"],
                "content_size": 1, "name": skill["slug"], "description": skill["description"],
            })
        })
        .collect();
    // Any will do: nothing is carried out.
    let body = serde_json::json!({
        "install_id": "5f0c4a52-7d0e-4c39-9a0b-2d1f6c7e8a90", "kind": "manual", "mode": "all", "local": local,
    });
    Ok(body.to_string())
}
