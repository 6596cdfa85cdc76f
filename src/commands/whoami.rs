//! `whoami`: which drive, with which key, as whom.

use serde::Serialize;

use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;

/// Show who you are on the drive
#[derive(Debug, clap::Args)]
pub(crate) struct WhoamiArgs {}

#[derive(Serialize)]
struct WhoamiJson {
    server: String,
    key_prefix: String,
    key_source: String,
    scope: String,
    /// The collection under whose name the key is kept here.
    collection: Option<String>,
    tier: Option<String>,
    balance: Option<i64>,
    install_id: String,
}

/// Runs the command.
///
/// # Errors
/// Exit 4 without a key or with one that the drive refuses.
pub(crate) async fn run(ctx: &Context, _args: &WhoamiArgs) -> Result<Outcome> {
    let account = ctx.account().await?;
    let (credits, scope) = tokio::join!(account.credits(), account.key_scope());
    // A key that may not see the balance is logged in all the same.
    let credits = match credits {
        Ok(credits) => Some(credits),
        Err(error) if error.status() == Some(403) => None,
        Err(error) => return Err(error.into()),
    };
    let whoami = WhoamiJson {
        server: account.client().server().identity(),
        key_prefix: account.key().prefix().to_owned(),
        key_source: account.source().to_string(),
        scope: scope?.word().to_owned(),
        collection: account.collection().map(ToString::to_string),
        tier: credits.as_ref().map(|credits| credits.tier.clone()).filter(|tier| !tier.is_empty()),
        balance: credits.as_ref().map(|credits| credits.balance),
        install_id: account.client().install_id().to_string(),
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&whoami)?;
        return Ok(Outcome::Done);
    }
    let unknown = || "not shown to this key".to_owned();
    let clean = crate::ui::clean::line;
    ctx.ui.data(format_args!("server      {}", whoami.server));
    ctx.ui.data(format_args!("key         {}… in {}", whoami.key_prefix, whoami.key_source));
    let of = whoami.collection.map_or_else(String::new, |name| format!(" (the collection {})", clean(&name)));
    ctx.ui.data(format_args!("scope       {}{of}", whoami.scope));
    ctx.ui.data(format_args!("tier        {}", whoami.tier.map_or_else(unknown, |tier| clean(&tier))));
    ctx.ui.data(format_args!("balance     {}", whoami.balance.map_or_else(unknown, |balance| balance.to_string())));
    ctx.ui.data(format_args!("install id  {}", whoami.install_id));
    Ok(Outcome::Done)
}
