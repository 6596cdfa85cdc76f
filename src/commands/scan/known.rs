//! What was found against the baseline that the command line names, and the writing of a new one.

use std::path::Path;
use std::path::PathBuf;

use super::ScanArgs;
use super::Scanned;
use crate::context::Context;
use crate::error::Result;
use crate::scanning::baseline;
use crate::scanning::baseline::Baseline;
use crate::scanning::baseline::Known;
use crate::scanning::baseline::Stand;

/// What a baseline says of a scan.
pub(super) struct Compared {
    /// The file.
    pub(super) file: PathBuf,
    /// What it has and what was not found any more in what was scanned.
    pub(super) gone: Vec<Known>,
}

/// Notes at each finding whether the baseline has it.
///
/// # Errors
/// Exit 2 when there is no baseline, exit 7 when it cannot be read.
pub(super) fn compare(ctx: &Context, args: &ScanArgs, scanned: &mut [Scanned]) -> Result<Option<Compared>> {
    let Some(file) = args.baseline.as_ref().map(|file| ctx.cwd.join(file)) else { return Ok(None) };
    let baseline = Baseline::read(&file)?;
    let stand = Stand::of(&file);
    let entries = entries(&stand, scanned);
    let gone =
        baseline.gone(&entries).into_iter().filter(|known| looked_at(ctx, args, &stand, scanned, known)).collect();
    let mut known = entries.iter().map(|entry| baseline.has(entry));
    for one in scanned {
        one.known = Some(known.by_ref().take(one.report.findings.len()).collect());
    }
    Ok(Some(Compared { file, gone }))
}

/// Whether a known finding would have been seen again: the baseline may be about more than was scanned now.
fn looked_at(ctx: &Context, args: &ScanArgs, stand: &Stand, scanned: &[Scanned], known: &Known) -> bool {
    let words = args.what.iter().map(|word| ctx.cwd.join(word)).filter(|path| path.exists());
    let here = (args.what.is_empty() && !args.installed).then(|| ctx.cwd.clone());
    let roots = words.chain(here).chain(scanned.iter().map(|one| one.place.clone()));
    roots.into_iter().any(|root| stand.is_below(&root, known))
}

/// Writes what was found as the new baseline.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write(ctx: &Context, args: &ScanArgs, scanned: &[Scanned]) -> Result<Option<PathBuf>> {
    let Some(file) = args.write_baseline.as_ref().map(|file| ctx.cwd.join(file)) else { return Ok(None) };
    if !ctx.dry_run() {
        baseline::write(&file, entries(&Stand::of(&file), scanned))?;
    }
    Ok(Some(file))
}

fn entries(stand: &Stand, scanned: &[Scanned]) -> Vec<Known> {
    let all = scanned.iter().flat_map(|one| {
        let place: &Path = &one.place;
        one.report.findings.iter().map(move |finding| (place, finding))
    });
    stand.entries(all)
}
