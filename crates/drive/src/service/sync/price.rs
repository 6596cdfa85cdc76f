//! What an addition to the drive costs.
//!
//! One rule, for preview, execute and uploads alike: a skill costs when the drive would then hold more skills than
//! the watermark. A first run costs nothing, nor does for seven days what a first run could not finish.

use std::collections::BTreeSet;

use skillzdrive_wire::Slug;

use crate::drive::Inner;
use crate::error::ApiError;
use crate::repo::Transaction;
use crate::service::accounts::user_of;

/// Counts additions against the watermark.
#[derive(Debug, Clone)]
pub(crate) struct Till {
    everything_free: bool,
    high_water: u64,
    holds: u64,
    free: BTreeSet<Slug>,
}

impl Till {
    /// The state of a person's drive. `first_run` counts only while there is no watermark; without one and outside a
    /// first run, the watermark counts as 0.
    pub(crate) async fn open<T: Transaction>(
        tx: &mut T,
        drive: &Inner,
        user_id: &str,
        first_run: bool,
    ) -> Result<Self, ApiError> {
        let high_water = user_of(tx, user_id).await?.high_water;
        Ok(Self {
            everything_free: !drive.config.charges || (first_run && high_water.is_none()),
            high_water: high_water.and_then(|mark| u64::try_from(mark).ok()).unwrap_or(0),
            holds: tx.item_count(user_id).await?,
            free: tx.free_slugs(user_id, drive.now()).await?.into_iter().collect(),
        })
    }

    /// What the next addition would cost, if it were this one.
    pub(crate) fn price(&self, slug: &Slug, cost: u64) -> u64 {
        let free = self.everything_free || self.free.contains(slug) || self.holds < self.high_water;
        if free { 0 } else { cost }
    }

    /// Counts an addition.
    pub(crate) fn add(&mut self) {
        self.holds += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exceeds_the_watermark_costs() {
        let (a, b) = (Slug::new("a").unwrap(), Slug::new("b").unwrap());
        let mut till = Till { everything_free: false, high_water: 2, holds: 1, free: BTreeSet::from([b.clone()]) };
        assert_eq!(till.price(&a, 3), 0);
        till.add();
        assert_eq!(till.price(&a, 3), 3);
        assert_eq!(till.price(&b, 3), 0);
        let till = Till { everything_free: true, ..till };
        assert_eq!(till.price(&a, 3), 0);
    }
}
