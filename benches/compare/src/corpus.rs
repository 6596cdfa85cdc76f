//! The skills that are measured with: made from a seed, so that every machine has the same ones.
//!
//! Each has 12 to 50 files and 5 KB to 1 MB in all, evenly on the scale of logarithms: many small skills, few large ones.
//! More than a thousand have at most 20 KB each. Most files are text of made-up words, which packs like text; one in twelve is noise, which does not pack at all.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::disk;

const FEWEST_FILES: u64 = 12;
const MOST_FILES: u64 = 50;
const LEAST_BYTES: f64 = 5_000.0;
const MOST_BYTES: f64 = 1_000_000.0;
/// More skills than this are small ones: where so many are measured, only their number counts, and no content is read.
const MANY: usize = 1_000;
/// Bytes of a small one.
const SMALL_BYTES: f64 = 20_000.0;

/// A folder of made-up skills.
#[derive(Debug)]
pub(crate) struct Corpus {
    /// The folder that holds their folders.
    pub(crate) skills: PathBuf,
    /// Their slugs, sorted.
    pub(crate) slugs: Vec<String>,
    /// How many files they have.
    pub(crate) files: u64,
    /// How many bytes those hold.
    pub(crate) bytes: u64,
}

/// Makes `count` skills in a new folder.
///
/// # Errors
/// When the disk does not take them.
pub(crate) fn make(folder: &Path, count: usize, seed: u64) -> io::Result<Corpus> {
    let skills = folder.join("skills");
    let most = if count > MANY { SMALL_BYTES } else { MOST_BYTES };
    let mut corpus = Corpus { skills, slugs: Vec::with_capacity(count), files: 0, bytes: 0 };
    for number in 0..count {
        // Each skill has dice of its own: the first hundred of a thousand are the hundred.
        let mut dice = Dice::new(seed.wrapping_add((number as u64).wrapping_mul(0x9E37_79B9)));
        let slug = format!("bench-{number:04}");
        let folder = corpus.skills.join(&slug);
        fs::create_dir_all(&folder)?;
        let files = dice.between(FEWEST_FILES, MOST_FILES);
        let total = (LEAST_BYTES.ln() + dice.part() * (most / LEAST_BYTES).ln()).exp();
        let weights: Vec<f64> = (0..files).map(|_| 0.05 + dice.part() * dice.part()).collect();
        let all: f64 = weights.iter().sum();
        for (place, weight) in weights.iter().enumerate() {
            let size = (total * weight / all).max(48.0) as usize;
            let (path, bytes) = file(&mut dice, &slug, place, size);
            let path = folder.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            disk::put(&path, &bytes)?;
            corpus.files += 1;
            corpus.bytes += bytes.len() as u64;
        }
        corpus.slugs.push(slug);
    }
    Ok(corpus)
}

/// One file: its path in the skill and its bytes.
fn file(dice: &mut Dice, slug: &str, place: usize, size: usize) -> (String, Vec<u8>) {
    if place == 0 {
        let mut text = format!("---\nname: {slug}\ndescription: ");
        let about = 60 + dice.below(120) as usize;
        words(dice, &mut text, about, false);
        text.push_str("\n---\n\n# ");
        text.push_str(slug);
        text.push_str("\n\n");
        words(dice, &mut text, size, true);
        return ("SKILL.md".to_owned(), text.into_bytes());
    }
    match place % 12 {
        3 => (format!("assets/picture-{place:02}.bin"), (0..size).map(|_| dice.next() as u8).collect()),
        1 | 5 | 9 => {
            let mut text = "#!/usr/bin/env python3\n".to_owned();
            while text.len() < size {
                text.push_str("# ");
                words(dice, &mut text, 60, false);
                text.push('\n');
            }
            (format!("scripts/step_{place:02}.py"), text.into_bytes())
        }
        7 => (format!("templates/part-{}/page-{place:02}.txt", place % 3), page(dice, size)),
        _ => (format!("references/page-{place:02}.md"), page(dice, size)),
    }
}

fn page(dice: &mut Dice, size: usize) -> Vec<u8> {
    let mut text = String::with_capacity(size + 16);
    words(dice, &mut text, size, true);
    text.into_bytes()
}

/// Adds about so many bytes of made-up words, in lines or as one.
fn words(dice: &mut Dice, text: &mut String, bytes: usize, lines: bool) {
    const PARTS: [&str; 24] = [
        "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu", "an", "el", "is",
        "or", "um", "tra", "ple", "sti", "gro",
    ];
    let end = text.len() + bytes;
    let mut in_line = 0;
    while text.len() < end {
        // Common words are common: the square of a part leans towards the small numbers.
        let word = (dice.part() * dice.part() * 400.0) as usize;
        for part in [word % 24, word / 24 % 24, (word * 7) % 24].iter().take(2 + word % 2) {
            text.push_str(PARTS[*part]);
        }
        in_line += 1;
        text.push(if lines && in_line % 14 == 0 { '\n' } else { ' ' });
    }
    let kept = text.trim_end().len();
    text.truncate(kept);
    if lines {
        text.push('\n');
    }
}

/// Dice that fall the same way on every machine (splitmix64).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// A number from 0 to 1.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
