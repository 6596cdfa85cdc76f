//! What the clients know: people with their keys and drives, public skills, words to search for, and zips to upload. All of
//! it was made by `seed.sql` and `benches/scale/measure.py`, and is read once.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// A skill on somebody's machine, as the drive has it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) slug: String,
    pub(crate) sha: String,
    pub(crate) size: String,
}

/// Somebody with a key and one machine.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) key: String,
    pub(crate) install_id: String,
    /// What the proxy says that they call from.
    pub(crate) address: String,
    pub(crate) items: Vec<Item>,
}

/// A zip that nobody has uploaded.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) slug: String,
    pub(crate) zip: Vec<u8>,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) users: Vec<User>,
    /// Slug and digest of public skills, the most popular first.
    pub(crate) skills: Vec<(String, String)>,
    pub(crate) queries: Vec<String>,
    packages: Vec<Package>,
    next_package: AtomicUsize,
    manifest: Mutex<String>,
}

impl World {
    /// Reads a folder. Packages before `first_package` are used up already.
    pub(crate) fn read(folder: &Path, first_package: usize) -> Result<Self, Box<dyn Error>> {
        let text = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let users = text("users.tsv")?.lines().map(user).collect::<Option<Vec<_>>>().ok_or("a user has no key")?;
        let skills =
            text("skills.tsv")?.lines().map(pair).collect::<Option<Vec<_>>>().ok_or("a skill has no digest")?;
        let queries: Vec<String> = text("queries.txt")?.lines().map(str::to_owned).collect();
        let mut packages = Vec::new();
        for slug in text("packages.txt")?.lines() {
            let zip = fs::read(folder.join("packages").join(format!("{slug}.zip")))?;
            packages.push(Package { slug: slug.to_owned(), zip });
        }
        if users.is_empty() || skills.is_empty() || queries.is_empty() {
            return Err("there is nobody, or nothing to ask for".into());
        }
        let next_package = AtomicUsize::new(first_package);
        Ok(Self { users, skills, queries, packages, next_package, manifest: Mutex::default() })
    }

    /// The next package, if any is left.
    pub(crate) fn package(&self) -> Option<&Package> {
        self.packages.get(self.next_package.fetch_add(1, Ordering::Relaxed))
    }

    /// How many are used up.
    pub(crate) fn packages_used(&self) -> usize {
        self.next_package.load(Ordering::Relaxed).min(self.packages.len())
    }

    /// The entity tag of the manifest, as far as anybody was told.
    pub(crate) fn manifest(&self) -> String {
        self.manifest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_manifest(&self, etag: String) {
        *self.manifest.lock().unwrap_or_else(PoisonError::into_inner) = etag;
    }
}

fn pair(line: &str) -> Option<(String, String)> {
    let (one, two) = line.split_once('\t')?;
    Some((one.to_owned(), two.to_owned()))
}

fn user(line: &str) -> Option<User> {
    let mut fields = line.split('\t').map(str::to_owned);
    let (key, install_id, address) = (fields.next()?, fields.next()?, fields.next()?);
    let items = fields.next()?;
    let items = items.split(',').filter(|item| !item.is_empty()).map(|item| {
        let mut parts = item.split(':').map(str::to_owned);
        Some(Item { slug: parts.next()?, sha: parts.next()?, size: parts.next()? })
    });
    Some(User { key, install_id, address, items: items.collect::<Option<_>>()? })
}

/// Numbers by chance, the same for the same seed: `SplitMix64`.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below a limit, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit as u64)).unwrap_or_default()
    }

    /// From 0 on and below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below a limit, where small numbers are wanted most: a third of the draws are in the first hundredth.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is an index, and from 0 on"
    )]
    pub(crate) fn popular(&mut self, limit: usize) -> usize {
        ((self.unit().powi(4) * limit as f64) as usize).min(limit - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_somebody_with_what_they_have() {
        let user = user("sk_live_1\tid\t10.0.0.1\ta:1f:20,b:2f:30").unwrap();
        assert_eq!((user.key.as_str(), user.items.len(), user.items[1].sha.as_str()), ("sk_live_1", 2, "2f"));
        assert!(super::user("sk_live_1\tid\t10.0.0.1\ta:1f").is_none());
        assert!(super::user("k\ti\ta\t").unwrap().items.is_empty());
    }

    #[test]
    fn what_is_popular_is_drawn_most() {
        let mut chance = Chance::new(1);
        let first = (0..10_000).filter(|_| chance.popular(1_000) < 10).count();
        assert!((2_800..3_600).contains(&first), "{first}");
    }
}
