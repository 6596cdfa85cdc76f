//! What `benches/load.sh` needs besides the program itself: a drive full of made-up skills, and a server that does
//! nothing but answer.
//!
//! `load seed FOLDER COUNT` publishes skills through the operator's own door until there are that many, and prints the
//! owner's key the first time. The same number always makes the same skill. `load hello ADDRESS BYTES` answers every
//! request with so many bytes: what hyper and axum cost by themselves. `load serve` is the drive alone.

use std::error::Error;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;

use axum::Router;
use bytes::Bytes;
use skillzdrive_drive::Config;
use skillzdrive_drive::Drive;
use skillzdrive_drive::Publishing;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::pack_dir;

/// Every tenth skill has so many versions.
const VERSIONS: u64 = 3;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["seed", folder, count] => seed(Path::new(folder), count.parse()?).await,
        ["hello", address, bytes] => hello(address, bytes.parse()?).await,
        ["serve", "--listen", address, "--data", folder] => serve(address, Path::new(folder)).await,
        _ => {
            Err("load seed FOLDER COUNT, load hello ADDRESS BYTES, or load serve --listen ADDRESS --data FOLDER".into())
        }
    }
}

async fn hello(address: &str, bytes: usize) -> Result<(), Box<dyn Error>> {
    let body = Bytes::from(vec![b'x'; bytes]);
    let router = Router::new().fallback(async move || ([("content-type", "application/json")], body.clone()));
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

/// The drive without the program around it, which is built sooner: `--program` of `load.py` takes it. It goes on until it is killed.
async fn serve(address: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    Drive::open(Config::new(folder)).await?.serve(listener, std::future::pending()).await?;
    Ok(())
}

async fn seed(folder: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let drive = Drive::open(Config::new(folder)).await?;
    if let Some(key) = drive.ensure_owner().await? {
        writeln!(io::stdout(), "{}", key.expose())?;
    }
    let scratch = tempfile::tempdir()?;
    for number in 0..count {
        let versions = if number % 10 == 0 { VERSIONS } else { 1 };
        for version in 0..versions {
            let packed = skill(scratch.path(), number, version)?;
            let comment = (version > 0).then(|| "better".to_owned());
            let how = Publishing { comment, ..Publishing::default() };
            let published = drive.publish(packed, how).await?;
            if number % 10_000 == 0 && version == 0 && published.changed {
                writeln!(io::stderr(), "{number} of {count} skills")?;
            }
        }
    }
    drive.close().await;
    Ok(())
}

/// One made-up skill. Three in ten have a script.
fn skill(scratch: &Path, number: u64, version: u64) -> Result<Packed, Box<dyn Error>> {
    let seed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut words = Words(seed);
    let slug = format!("{}-{}-{number}", words.next(), words.next());
    let mut words = Words(seed ^ (version + 1));
    let length = 8 + words.below(24);
    let description: Vec<String> = (0..length).map(|_| words.next()).collect();
    let tags: Vec<String> = (0..words.below(5)).map(|_| words.next()).collect();
    let lines: Vec<String> =
        (0..20 + words.below(40)).map(|_| (0..12).map(|_| words.next()).collect::<Vec<_>>().join(" ")).collect();
    let folder = scratch.join("skill");
    fs::create_dir_all(folder.join("scripts"))?;
    let text = format!(
        "---\nname: {slug}\ndescription: {}\nmetadata:\n  tags: \"{}\"\n---\n# {slug}\n\n{}\n",
        description.join(" "),
        tags.join(", "),
        lines.join("\n")
    );
    write(&folder.join("SKILL.md"), &text)?;
    if number % 10 < 3 {
        write(&folder.join("scripts/run.sh"), &format!("#!/bin/sh\necho {slug}\n"))?;
    }
    let packed = pack_dir(&folder, &PackOptions::own())?;
    fs::remove_dir_all(&folder)?;
    Ok(packed)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?.write_all(text.as_bytes())
}

/// An endless text of made-up words, of which a few are frequent and most are rare, as in any language.
struct Words(u64);

impl Words {
    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.random() % limit
    }

    fn next(&mut self) -> String {
        // The product of two even draws prefers small numbers.
        let rank = self.below(2_000) * self.below(2_000) / 2_000;
        word(rank)
    }
}

/// The word of a number: three syllables.
fn word(rank: u64) -> String {
    const FIRST: [&str; 16] =
        ["ba", "co", "di", "fe", "gu", "ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "wu", "za"];
    const LAST: [&str; 16] = [
        "bar", "con", "dis", "fel", "gum", "kan", "lor", "min", "nes", "pur", "rat", "son", "tis", "vel", "wun", "zas",
    ];
    let part = |shift: u32| usize::try_from(rank >> shift & 15).unwrap_or_default();
    format!("{}{}{}", FIRST[part(0)], FIRST[part(4)], LAST[part(8)])
}
