//! A plan in a file: `sync --plan FILE` writes it, `sync --apply FILE` carries out exactly it or says what changed.

use std::path::Path;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_sync::Plan;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::sync::Session;

/// The file's format.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct PlanFile {
    version: u32,
    server: String,
    account: String,
    root: String,
    plan: Plan,
}

impl Session<'_> {
    /// Writes a plan for a later run.
    ///
    /// # Errors
    /// An io error.
    pub(crate) fn write_plan(&self, path: &Path, plan: &Plan) -> Result<()> {
        let file = PlanFile {
            version: VERSION,
            server: self.head.server.clone(),
            account: self.head.account.clone(),
            root: self.head.root.clone(),
            plan: plan.clone(),
        };
        let mut bytes =
            serde_json::to_vec_pretty(&file).map_err(|e| Error::internal("the plan cannot be written").source(e))?;
        bytes.push(b'\n');
        atomic::write(path, &bytes, Privacy::Shared)
    }

    /// Reads a plan that was made for this server, account and root.
    ///
    /// # Errors
    /// Exit 2 when it is none, or one for others.
    pub(crate) fn read_plan(&self, path: &Path) -> Result<Plan> {
        let shown = path.display();
        let text = atomic::read_text(path)?
            .ok_or_else(|| Error::usage(format!("there is no plan `{shown}`")).hint("sync --plan FILE writes one"))?;
        let file: PlanFile = serde_json::from_str(&text)
            .map_err(|e| Error::usage(format!("`{shown}` is not a plan")).code("bad_plan").source(e))?;
        if file.version != VERSION {
            return Err(
                Error::usage(format!("`{shown}` has the version {}, not {VERSION}", file.version)).code("bad_plan")
            );
        }
        for (what, theirs, ours) in [
            ("server", &file.server, &self.head.server),
            ("account", &file.account, &self.head.account),
            ("folder", &file.root, &self.head.root),
        ] {
            if theirs != ours {
                return Err(Error::usage(format!("`{shown}` was made for another {what}")).code("other_plan"));
            }
        }
        Ok(file.plan)
    }
}

/// That a plan does not fit any more, with the slugs that changed.
pub(crate) fn changed_since(slugs: &[skillzdrive_wire::Slug]) -> Error {
    let names: Vec<&str> = slugs.iter().map(skillzdrive_wire::Slug::as_str).collect();
    Error::new(Kind::Conflict, format!("the plan does not fit any more: {} changed since", names.join(", ")))
        .code("plan_changed")
        .hint("nothing was done; make a new one with sync --plan FILE")
}
