//! The downloads of a run: fetched, verified and unpacked, ready to be put in place.

use skillzdrive_sync::Run;
use skillzdrive_sync::RunStep;
use skillzdrive_sync::StepState;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::sync::Action;

use crate::api::skills::Pick;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Failed;
use crate::installer::Tell;
use crate::installer::gather::Order;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::stage::Label;
use crate::installer::stage::Staged;
use crate::store::staging::Staging;
use crate::sync::Session;
use crate::sync::look::Here;
use crate::sync::outcome::NotDone;
use crate::sync::outcome::Outcome;
use crate::sync::place::Entry;

/// What the downloads came to.
#[derive(Debug, Default)]
pub(crate) struct Pulled {
    /// What waits to be put in place.
    pub(crate) staged: Vec<Staged>,
    /// What lies in its place already, because the run was cut short after it was put there.
    pub(crate) here: Vec<Entry>,
}

impl Session<'_> {
    /// Fetches everything that is pending. What fails is noted; what had no answer stays pending.
    ///
    /// # Errors
    /// A bug.
    pub(crate) async fn pull(
        &self,
        run: &mut Run,
        here: &Here,
        staging: &Staging,
        outcome: &mut Outcome,
        tell: Tell<'_>,
    ) -> Result<Pulled> {
        let mut pulled = Pulled::default();
        let mut orders = Vec::new();
        let steps: Vec<RunStep> = run
            .pending()
            .filter(|step| matches!(step.action, Action::DownloadInstall | Action::DownloadUpdate))
            .cloned()
            .collect();
        for step in &steps {
            let Some(download) = step.download.clone() else { continue };
            match here.inventory.skills.get(&step.slug) {
                Some(found) if found.content_sha == download.content_sha => {
                    let version = (download.version > 0).then_some(download.version);
                    pulled.here.push(Entry::of(step, found, download.content_sha, version));
                }
                _ => orders.push(order(step, download)),
            }
        }
        if orders.is_empty() {
            return Ok(pulled);
        }
        let sources = Sources {
            client: self.client,
            account: Some(self.account),
            cache: &self.cache,
            staging,
            archive: LastArchive::default(),
        };
        let (staged, failed) = sources.fetch(orders, tell).await;
        pulled.staged = staged;
        let (again, failed) = self.ask_again(&steps, failed).await;
        let more = if again.is_empty() { (Vec::new(), Vec::new()) } else { sources.fetch(again, tell).await };
        pulled.staged.extend(more.0);
        for Failed { name, error } in failed.into_iter().chain(more.1) {
            let Some(step) = steps.iter().find(|step| step.slug.as_str() == name) else { continue };
            if error.kind() != Kind::Unavailable {
                run.record(&step.slug, StepState::Failed { error: error.one_line() });
            }
            outcome.failed.push(NotDone { slug: step.slug.clone(), action: step.action.clone(), error });
        }
        Ok(pulled)
    }

    /// A signed address may have run out since the run was opened: the drive is asked once for another.
    async fn ask_again(&self, steps: &[RunStep], failed: Vec<Failed>) -> (Vec<Order>, Vec<Failed>) {
        let (mut again, mut still) = (Vec::new(), Vec::new());
        for one in failed {
            let stale = matches!(one.error.kind(), Kind::Auth | Kind::NotFound | Kind::Failure);
            let step = steps.iter().find(|step| step.slug.as_str() == one.name).filter(|_| stale);
            let fresh = match step.and_then(|step| Some((step, step.content_sha.clone()?))) {
                Some((step, sha)) => match self.account.show(&step.slug, &Pick::Sha(sha.clone())).await {
                    Ok(shown) => shown.download.filter(|d| d.content_sha == sha).map(|d| order(step, d)),
                    Err(_) => None,
                },
                None => None,
            };
            match fresh {
                Some(order) => again.push(order),
                None => still.push(one),
            }
        }
        (again, still)
    }
}

fn order(step: &RunStep, download: Download) -> Order {
    let label = Label {
        slug: step.slug.clone(),
        content_sha: download.content_sha.clone(),
        version: (download.version > 0).then_some(download.version),
        owner: None,
        source: "skillzdrive".to_owned(),
        public: download.url.contains("/downloads/public/"),
    };
    Order { label, download }
}
