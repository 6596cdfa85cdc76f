//! One skill on its way into a drive: packed, looked through for credentials, sent once.
//!
//! What `sync` sends and what `upload` sends goes through here, so that both send the same bytes under the same guard and
//! hold back the same secrets. Nothing here asks or prints.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use skillzdrive_scan::Report;
use skillzdrive_scan::Source;
use skillzdrive_scan::Suppressions;
use skillzdrive_scan::scan;
use skillzdrive_skill::Credential;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;
use skillzdrive_wire::uploads::Processed;
use skillzdrive_wire::uploads::TicketRequest;

use crate::api::account::Account;
use crate::api::downloads::PACKAGE_CAP;
use crate::api::uploads::Upload;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Files inside skills that were allowed to hold a credential: `--allow-secret SLUG:PATH`.
pub(crate) type AllowedSecrets = BTreeSet<(Slug, String)>;

/// Reads what was given as `--allow-secret`.
///
/// # Errors
/// Exit 2 for what is not `SLUG:PATH`.
pub(crate) fn parse_allowed(texts: &[String]) -> Result<AllowedSecrets> {
    let read = |text: &String| {
        let pair = text.split_once(':').and_then(|(slug, path)| Some((Slug::new(slug).ok()?, path.to_owned())));
        pair.ok_or_else(|| Error::usage(format!("`{}` is not SLUG:PATH", text.escape_debug())).code("bad_allow_secret"))
    };
    texts.iter().map(read).collect()
}

/// Why a skill may not be sent: a recognisable credential in a file that was not allowed by name.
pub(crate) fn held_back(slug: &Slug, credentials: &[Credential], allowed: &AllowedSecrets) -> Option<String> {
    let mut held = credentials.iter().filter(|one| !allowed.contains(&(slug.clone(), one.path.clone())));
    let first = held.next()?;
    let more = held.count();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!(
        "{} in {} line {}{rest}: allow it with --allow-secret {slug}:{}",
        first.kind, first.path, first.line, first.path
    ))
}

/// Refuses a slug that no drive can hold.
///
/// # Errors
/// Exit 7.
pub(crate) fn check_name(slug: &Slug) -> Result<()> {
    if !slug.is_route() {
        return Ok(());
    }
    Err(Error::new(Kind::Integrity, format!("no drive can hold a skill called `{slug}`: it has a route of that name"))
        .code("reserved_slug")
        .hint("give it another name, which stands as `name:` in its SKILL.md"))
}

/// Packs a folder, or makes a package file canonical. Credentials are looked for in both.
///
/// # Errors
/// Exit 7 for what is no skill, or not a safe one; an io error with its path.
pub(crate) fn pack(path: &Path, options: &PackOptions) -> Result<Packed> {
    let meta = fs::metadata(path).map_err(|e| Error::io("read", path, e))?;
    if meta.is_dir() {
        return Ok(pack_dir(path, options)?);
    }
    let file = fs::File::open(path).map_err(|e| Error::io("read", path, e))?;
    let mut bytes = Vec::new();
    // One byte more than is allowed is enough to be refused by the reader, which names the limit.
    file.take(PACKAGE_CAP + 1).read_to_end(&mut bytes).map_err(|e| Error::io("read", path, e))?;
    let archive = open_zip(bytes, &Limits::default())?;
    let mut packed = archive.canonical()?;
    packed.credentials = archive.credentials()?;
    Ok(packed)
}

/// What the security rules of this program say of what would be sent. A drive heeds no wish of a skill to be spared some of
/// them, so none counts here.
///
/// # Errors
/// Exit 7 for a package that cannot be read again.
pub(crate) fn inspect(slug: &str, packed: &Packed) -> Result<Report> {
    let archive = open_zip(&packed.zip[..], &Limits::default())?;
    Ok(scan(&Source::from_archive(slug, &archive), Suppressions::Ignored))
}

/// What is sent, and what the drive must still hold.
#[derive(Debug)]
pub(crate) struct Parcel<'a> {
    /// The slug it gets.
    pub(crate) slug: &'a Slug,
    /// The canonical zip.
    pub(crate) zip: Vec<u8>,
    /// Its digest.
    pub(crate) content_sha: ContentSha,
    /// What the drive must hold when it arrives; `Some(None)` for "nothing yet".
    pub(crate) base_sha: Option<Option<ContentSha>>,
    /// The collection it goes into besides.
    pub(crate) collection_name: Option<String>,
    /// The sync run it belongs to.
    pub(crate) run_id: Option<RunId>,
    /// What changed, in the author's words.
    pub(crate) change_comment: Option<&'a str>,
}

/// Mints a ticket and posts the zip with it, both once.
///
/// # Errors
/// What the drive answers. After an error of the kind `Unavailable` it may have arrived all the same.
pub(crate) async fn send(account: &Account<'_>, parcel: Parcel<'_>) -> Result<Processed> {
    check_name(parcel.slug).map_err(|e| e.hint(format!("skillzdrive sync --skip {} leaves it out", parcel.slug)))?;
    let filename = format!("{}.zip", parcel.slug);
    let request = TicketRequest {
        collection_name: parcel.collection_name,
        filename: Some(filename.clone()),
        slug: Some(parcel.slug.clone()),
        run_id: parcel.run_id,
        content_sha: Some(parcel.content_sha),
        base_sha: parcel.base_sha,
    };
    let ticket = account.ticket(&request).await?;
    let upload = Upload { filename: &filename, zip: parcel.zip, change_comment: parcel.change_comment };
    account.upload(&ticket, upload).await.map_err(|e| {
        let error = Error::from(e);
        if error.kind() == Kind::Conflict {
            error.hint("the drive changed meanwhile; skillzdrive sync shows both sides")
        } else {
            error
        }
    })
}
