//! `config list`: every setting, its value, and who says so.

use serde::Serialize;

use super::effective;
use super::effective::SettingJson;
use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::scope::ScopeKind;
use crate::store::settings;
use crate::store::settings::Settings;
use crate::ui::clean;
use crate::ui::table::Table;

/// List every setting with its value and where that comes from
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Say what each setting does, too
    #[arg(short, long)]
    long: bool,
}

#[derive(Serialize)]
struct ListJson {
    scope: &'static str,
    user_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_file: Option<String>,
    settings: Vec<SettingJson>,
    /// What was ignored in a project's file.
    ignored: Vec<String>,
}

pub(super) fn run(ctx: &Context, args: &ListArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let loaded = Settings::load(&ctx.paths, &scope)?;
    let all = effective::all(ctx, &loaded)?;
    if ctx.ui.is_json() {
        let project = (scope.kind == ScopeKind::Project).then(|| settings::project_file(&scope.root));
        ctx.ui.json(&ListJson {
            scope: scope.kind.word(),
            user_file: settings::user_file(&ctx.paths).display().to_string(),
            project_file: project.map(|path| path.display().to_string()),
            settings: all,
            ignored: loaded.warnings,
        })?;
        return Ok(Outcome::Done);
    }
    for warning in &loaded.warnings {
        ctx.ui.warn(clean::line(warning));
    }
    let from = |one: &SettingJson| match &one.place {
        Some(place) => format!("{}: {place}", one.source),
        None => one.source.to_owned(),
    };
    if args.long {
        let mut table = Table::new(["KEY", "VALUE", "FROM", "WHAT IT DOES"]);
        for one in &all {
            table.row([one.key.clone(), effective::text(&one.value), from(one), one.about.to_owned()]);
        }
        ctx.ui.table(&table);
    } else {
        let mut table = Table::new(["KEY", "VALUE", "FROM"]);
        for one in &all {
            table.row([one.key.clone(), effective::text(&one.value), from(one)]);
        }
        ctx.ui.table(&table);
    }
    Ok(Outcome::Done)
}
