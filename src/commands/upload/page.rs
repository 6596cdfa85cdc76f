//! `upload --url`: the address of a page for a browser.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;

#[derive(Serialize)]
struct PageJson<'a> {
    url: &'a str,
}

/// Prints the address. It is a secret, shown this once; nothing is opened.
///
/// # Errors
/// Exit 2 for the embedded drive, which no browser reaches; 4 without a key; as any call.
pub(super) async fn run(ctx: &Context, collection: Option<&str>) -> Result<Outcome> {
    if ctx.server()?.is_local() {
        return Err(Error::usage("the drive inside this program has no address that a browser could open")
            .code("no_address")
            .hint("skillzdrive upload PATH, or serve the drive on a port: skillzdrive serve"));
    }
    let account = ctx.account().await?;
    if ctx.dry_run() {
        ctx.ui.would("ask for the address of an upload page")?;
        return Ok(Outcome::Done);
    }
    let page = account.upload_page(collection).await?;
    if ctx.ui.is_json() {
        ctx.ui.json(&PageJson { url: page.url.expose() })?;
        return Ok(Outcome::Done);
    }
    ctx.ui.data(page.url.expose());
    ctx.ui.hint("open it in a browser within ten minutes; it works once, for whoever has it");
    Ok(Outcome::Done)
}
