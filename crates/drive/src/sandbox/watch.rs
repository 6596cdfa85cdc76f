//! What all processes of a run take together, which no limit of a single process holds: their memory, and what lies in
//! the session's folder.
//!
//! Both are looked at from outside and often, not prevented: a run can be over for a moment. The limits of `prlimit`
//! bound by how much.

use std::fs;
use std::path::Path;
use std::time::Duration;

use skillzdrive_wire::runs::Stopped;

use crate::config::SandboxLimits;

/// How often memory is looked at.
const MEMORY: Duration = Duration::from_millis(50);

/// After how many looks at memory the folder is looked at.
const FOLDER: u32 = 5;

/// The most files and folders of a session.
const MOST_FILES: u64 = 20_000;

/// The most processes that are looked at.
const MOST_PROCESSES: usize = 4_096;

/// Ends when a limit is passed, and says which.
pub(super) async fn watch(pid: u32, work: &Path, limits: &SandboxLimits) -> Stopped {
    for look in 1_u32.. {
        tokio::time::sleep(MEMORY).await;
        if memory(pid) > limits.memory_bytes {
            return Stopped::Memory;
        }
        if look % FOLDER == 0 && is_too_full(work, limits.disk_bytes).await {
            return Stopped::Disk;
        }
    }
    Stopped::Memory
}

/// What a process and all its descendants hold in memory, in bytes.
fn memory(top: u32) -> u64 {
    let mut left = vec![top];
    let mut seen = 0;
    let mut bytes = 0_u64;
    while let Some(pid) = left.pop() {
        seen += 1;
        if seen > MOST_PROCESSES {
            return u64::MAX;
        }
        let process = format!("/proc/{pid}");
        bytes = bytes.saturating_add(resident(&process));
        let Ok(threads) = fs::read_dir(format!("{process}/task")) else { continue };
        for thread in threads.flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            left.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    bytes
}

fn resident(process: &str) -> u64 {
    let status = fs::read_to_string(format!("{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0).saturating_mul(1_024)
}

/// Whether a folder holds more than so many bytes, or too many files.
pub(super) async fn is_too_full(work: &Path, limit: u64) -> bool {
    let work = work.to_owned();
    tokio::task::spawn_blocking(move || measure(&work, limit)).await.unwrap_or(true)
}

fn measure(work: &Path, limit: u64) -> bool {
    let (mut bytes, mut files) = (0_u64, 0_u64);
    let mut left = vec![work.to_owned()];
    while let Some(folder) = left.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            // What disappears while it is looked at takes no room; what may not be looked at may take any.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return true,
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            files += 1;
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                left.push(entry.path());
            } else {
                bytes = bytes.saturating_add(taken(&meta));
            }
            if bytes > limit || files > MOST_FILES {
                return true;
            }
        }
    }
    false
}

/// What a file takes on the disk: one with holes takes less than it seems to.
#[cfg(unix)]
fn taken(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(meta).saturating_mul(512)
}

#[cfg(not(unix))]
fn taken(meta: &fs::Metadata) -> u64 {
    meta.len()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_and_folders_are_measured() {
        assert!(memory(std::process::id()) > 1 << 20);
        assert_eq!(memory(u32::MAX), 0);
        let folder = tempfile::tempdir().unwrap();
        let file = fs::OpenOptions::new().write(true).create_new(true).open(folder.path().join("hole")).unwrap();
        file.set_len(1 << 30).unwrap();
        assert!(!measure(folder.path(), 1 << 20), "a hole takes nothing");
        std::io::Write::write_all(&mut &file, &vec![1; 2 << 20]).unwrap();
        file.sync_all().unwrap();
        assert!(measure(folder.path(), 1 << 20));
    }
}
