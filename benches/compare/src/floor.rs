//! What a row is measured against where no public tool does just that: reading and hashing every byte of a tree, in one
//! process, on as many threads as the machine has cores.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use sha2::Digest as _;
use sha2::Sha256;

use crate::disk;

/// The digest of the digests of all files, sorted by their paths.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn sha256_of_all(folder: &Path, threads: usize) -> io::Result<String> {
    let files: Vec<_> = disk::files(folder)?.into_values().collect();
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<Vec<(usize, [u8; 32])>> {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(place) else { return Ok(done) };
            done.push((place, Sha256::digest(fs::read(file)?).into()));
        }
    };
    let mut all = Vec::with_capacity(files.len());
    std::thread::scope(|scope| -> io::Result<()> {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            all.extend(worker.join().map_err(|_| io::Error::other("a thread broke off"))??);
        }
        Ok(())
    })?;
    all.sort_unstable();
    let mut hasher = Sha256::new();
    all.iter().for_each(|(_, digest)| hasher.update(digest));
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
