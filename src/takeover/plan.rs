//! What would be taken over. A pure value: made from what was read, compared in tests.

use std::collections::BTreeMap;
use std::path::PathBuf;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::store::inventory::Inventory;
use crate::store::inventory::State;
use crate::takeover::Survey;
use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;

/// What becomes of one skill that another tool speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It lies here and comes into the lockfile as it is.
    Take {
        /// Where it lies.
        path: PathBuf,
        /// The digest of its files.
        tree_sha: ContentSha,
    },
    /// It is in our lockfile already.
    Ours,
    /// It does not lie here.
    Missing,
    /// It stays the other tool's.
    Left(&'static str),
}

/// One skill that another tool speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// What is said of it.
    pub(crate) claim: Claim,
    /// What becomes of it.
    pub(crate) verdict: Verdict,
}

impl Step {
    /// Its name.
    pub(crate) fn slug(&self) -> &Slug {
        &self.claim.slug
    }

    /// Whether it would come into the lockfile.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self.verdict, Verdict::Take { .. })
    }

    /// What installs it from where the tool had it, if we can have it from there.
    pub(crate) fn command(&self) -> Option<String> {
        match &self.claim.origin {
            Origin::Github(github) if github.has_path() => Some(format!("skillzdrive install {}", github.address())),
            Origin::Github(github) => {
                Some(format!("skillzdrive install {} --skill {}", github.address(), self.claim.slug))
            }
            _ => None,
        }
    }
}

/// Decides for each slug, in their order. Of several claims the first counts, which is the most exact.
pub(crate) fn plan(survey: &Survey, inventory: &Inventory) -> Vec<Step> {
    let mut claims: BTreeMap<&Slug, Claim> = BTreeMap::new();
    for claim in &survey.claims {
        let known = claims.entry(&claim.slug).or_insert_with(|| claim.clone());
        known.pinned |= claim.pinned;
    }
    claims.into_iter().map(|(slug, claim)| Step { verdict: verdict(inventory, slug), claim }).collect()
}

fn verdict(inventory: &Inventory, slug: &Slug) -> Verdict {
    if inventory.is_twin(slug) {
        return Verdict::Left("it lies in several places with different bytes");
    }
    if inventory.is_refused(slug) {
        return Verdict::Left("its folder cannot be read as a skill");
    }
    match inventory.skills.get(slug) {
        None => Verdict::Missing,
        Some(found) if found.state != State::Untracked => Verdict::Ours,
        Some(_) if slug.is_route() => Verdict::Left("no drive can hold a skill of that name"),
        Some(found) => Verdict::Take { path: found.path.clone(), tree_sha: found.tree_sha.clone() },
    }
}
