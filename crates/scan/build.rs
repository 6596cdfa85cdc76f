//! Gives the rules their version: a digest of everything that decides what a scan says. Nobody has to remember to change
//! a number, so a kept result of other rules can never pass for one of these.

use std::fs;
use std::io;
use std::path::Path;

/// The sources that decide: the rules with what they read by, and the reader of front matter and packages. The second is
/// not there when this crate is built from a registry, where its version is fixed.
pub(crate) const SOURCES: [&str; 2] = ["src", "../skill/src"];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for folder in SOURCES.map(Path::new).into_iter().filter(|folder| folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        collect(folder, &mut files)?;
    }
    println!("cargo::rustc-env=SKILLZDRIVE_RULES_VERSION={}", version(files));
    Ok(())
}

/// The sources below a folder, as paths and texts.
pub(crate) fn collect(folder: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push((path.to_string_lossy().replace('\\', "/"), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// FNV-1a over names and texts, folded to 32 bits: it is to differ, not to resist anybody. It is the same whatever the
/// line ends of a checkout are, and in whatever order a folder is listed.
pub(crate) fn version(mut files: Vec<(String, String)>) -> u32 {
    files.sort();
    let bytes = files.iter().flat_map(|(path, text)| [path.as_str(), "\0", text.as_str(), "\0"]).flat_map(str::bytes);
    let digest = bytes
        .filter(|byte| *byte != b'\r')
        .fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    ((digest >> 32) ^ digest) as u32
}
