//! `config get`: one value, alone, for a script.

use super::effective;
use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::settings::Settings;

/// Print the value of one setting; nothing where none is set
#[derive(Debug, clap::Args)]
pub(super) struct GetArgs {
    /// The setting, such as `min_age` or `agent.claude-code.link_mode`
    key: String,
    #[command(flatten)]
    scope: ScopeArgs,
}

pub(super) fn run(ctx: &Context, args: &GetArgs) -> Result<Outcome> {
    let loaded = Settings::load(&ctx.paths, &ctx.scope(args.scope))?;
    let one = effective::one(ctx, &loaded, &args.key)?;
    if ctx.ui.is_json() {
        ctx.ui.json(&one)?;
        return Ok(Outcome::Done);
    }
    let text = effective::text(&one.value);
    if !text.is_empty() {
        ctx.ui.data(text);
    }
    Ok(Outcome::Done)
}
