//! Hostile archives: 74 numbered rows, each built byte by byte with the outcome that it must have.
//!
//! One table, three witnesses: the reader that both sides share, the real program installing the packages from files,
//! and the upload of a real drive. A row that no zip alone can show also names the tests that show the rest of it.

mod content;
mod frame;
mod names;
mod run;
#[expect(dead_code, reason = "its own crate's tests use what this table does not")]
#[path = "../../../crates/skill/tests/it/zipper.rs"]
mod zipper;

use zipper::Part;
use zipper::Zip;

/// A skill without a name of its own: it is installed under the name of its file, so that many can live together.
const NAMELESS: &[u8] = b"---\ndescription: d\n---\n";

/// What must come of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is installed, and nothing is written but its files.
    Accept,
    /// It is refused as a whole, with this code.
    Reject(&'static str),
    /// It is a good zip, and what it says of itself is refused, with this code.
    BadSkill(&'static str),
    /// It is a good skill, and nothing it is called by can be its slug.
    NoSlug,
}

/// One package.
struct Case {
    bytes: Vec<u8>,
    outcome: Outcome,
    /// A word that the message must have.
    says: &'static str,
    /// The name of its file, where it matters.
    stem: Option<&'static str>,
}

impl Case {
    fn new(outcome: Outcome, bytes: Vec<u8>) -> Self {
        Self { bytes, outcome, says: "", stem: None }
    }

    fn says(self, word: &'static str) -> Self {
        Self { says: word, ..self }
    }

    fn stem(self, stem: &'static str) -> Self {
        Self { stem: Some(stem), ..self }
    }
}

fn accept(zip: &Zip) -> Case {
    Case::new(Outcome::Accept, zip.bytes())
}

fn reject(code: &'static str, zip: &Zip) -> Case {
    Case::new(Outcome::Reject(code), zip.bytes())
}

/// A good skill with one more entry, which makes it bad.
fn reject_part(code: &'static str, part: Part) -> Case {
    reject(code, &with(part))
}

fn accept_part(part: Part) -> Case {
    accept(&with(part))
}

fn with(part: Part) -> Zip {
    Zip::new([Part::stored("SKILL.md", NAMELESS), part])
}

/// A good skill with these entries, each of one byte.
fn with_all(names: &[&str]) -> Zip {
    let parts = names.iter().map(|name| Part::stored(name, b"x"));
    Zip::new(std::iter::once(Part::stored("SKILL.md", NAMELESS)).chain(parts))
}

/// A test elsewhere that shows a part of a row: its file and its name.
type Elsewhere = (&'static str, &'static str);

/// One row of the table.
struct Row {
    number: usize,
    name: &'static str,
    cases: fn() -> Vec<Case>,
    elsewhere: &'static [Elsewhere],
}

const fn row(number: usize, name: &'static str, cases: fn() -> Vec<Case>) -> Row {
    Row { number, name, cases, elsewhere: &[] }
}

const fn row_and(number: usize, name: &'static str, cases: fn() -> Vec<Case>, elsewhere: &'static [Elsewhere]) -> Row {
    Row { number, name, cases, elsewhere }
}

/// All of them, in order.
fn table() -> impl Iterator<Item = &'static Row> {
    names::ROWS.iter().chain(content::ROWS).chain(frame::ROWS)
}
