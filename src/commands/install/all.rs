//! `install --all`: every project of a repository is restored, one after another.

use std::cell::RefCell;

use serde_json::Value;
use skillzdrive_wire::telemetry::EventType;

use super::InstallArgs;
use super::run_in;
use crate::commands::install::show::AllJson;
use crate::commands::install::show::ProjectJson;
use crate::commands::install::show::Sink;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::projects;
use crate::projects::FailedJson;
use crate::store::roots::Roots;
use crate::telemetry::Facts;

/// Runs it. One project's failure does not stop the others; the exit code is the highest of theirs.
pub(super) async fn run(ctx: &Context, args: &InstallArgs) -> Result<Outcome> {
    if args.scope.user || args.scope.project {
        return Err(Error::usage("--all means every project of this repository: --global and --project say otherwise"));
    }
    let roots = Roots::find(&ctx.cwd);
    let mut all =
        AllJson { below: roots.below.clone(), projects: Vec::new(), failed: Vec::new(), incomplete: roots.incomplete };
    let mut outcome = Outcome::Done;
    let mut facts = None;
    if !ctx.ui.is_json() {
        projects::say_found(ctx, &roots);
    }
    for root in &roots.found {
        let project = roots.name(root);
        ctx.ui.status(format_args!("{project}:"));
        let sink = Sink::Keep(RefCell::default());
        let ended = run_in(ctx, args, Roots::scope(root), &sink).await;
        let Sink::Keep(kept) = sink else { continue };
        let (document, more) = kept.into_inner();
        facts = joined(facts, more);
        match ended {
            Ok(ended) => {
                outcome = outcome.worse(ended);
                all.projects.extend(document.map(|install| ProjectJson { project, install }));
            }
            // Who breaks it off means all of it.
            Err(error) if matches!(error.kind(), Kind::Interrupted | Kind::Terminated) => return Err(error),
            Err(error) => {
                outcome = outcome.worse(Outcome::Ended(error.kind()));
                projects::say_failed(ctx, &project, &error);
                all.failed.push(FailedJson::new(project, &error));
            }
        }
    }
    if let Some(facts) = facts {
        ctx.record(EventType::Install, facts);
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&all)?;
    }
    Ok(outcome)
}

/// One run is one event, however many projects it was about.
fn joined(facts: Option<Facts>, more: Option<Facts>) -> Option<Facts> {
    let Some(mut facts) = facts else { return more };
    let Some(more) = more else { return Some(facts) };
    for slug in more.public_slugs {
        if !facts.public_slugs.contains(&slug) {
            facts.public_slugs.push(slug);
        }
    }
    for one in more.source_types {
        if !facts.source_types.contains(&one) {
            facts.source_types.push(one);
        }
    }
    for (name, value) in more.metadata {
        let sum = facts.metadata.get(&name).and_then(Value::as_u64).unwrap_or(0) + value.as_u64().unwrap_or(0);
        facts.metadata.insert(name, sum.into());
    }
    Some(facts)
}
