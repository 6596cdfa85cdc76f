//! How often an anonymous address may ask.
//!
//! A drive in a folder counts in memory: a restart forgets, and two processes over one folder count apart. The replicas of
//! a drive of many count together, see `shared`.

mod own;
mod shared;

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::sync::Arc;

pub(crate) use own::Limiter;
pub(crate) use shared::Shared;

use crate::drive::Drive;
use crate::time::MINUTE;
use crate::time::SECOND;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// `GET skills` and `GET skills/:slug`.
    Skills,
    /// Every other anonymous route.
    Open,
}

impl Class {
    /// The word for it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Open => "open",
        }
    }
}

/// More addresses than this are not remembered without first forgetting those whose minute is over.
const MOST: usize = 100_000;

/// Counts a request, or answers after how many seconds it may be asked again.
pub(crate) async fn ask(drive: &Drive, class: Class, from: Option<IpAddr>, limit: u32) -> Result<(), u64> {
    let from = from.map(network);
    let allowed = match &drive.shared_rates {
        // Few requests go this way, so the others do not carry the room for it.
        Some(shared) => Box::pin(Arc::clone(shared).ask(drive, (class, from), limit)).await,
        None => drive.limiter.ask((class, from), limit, drive.now()),
    };
    if allowed.is_err() {
        drive.metrics.limited(class);
    }
    allowed
}

/// Whose requests are counted together.
type Asker = (Class, Option<IpAddr>);

/// Whether a minute that began then is over. Clocks differ by a little, and one that was set back must not lock anybody
/// out.
fn is_over(began: i64, now: i64) -> bool {
    now.abs_diff(began) >= MINUTE.unsigned_abs()
}

/// After how many seconds a minute that began then is over.
fn left(began: i64, now: i64) -> u64 {
    u64::try_from((began + MINUTE - now + SECOND - 1) / SECOND).unwrap_or(60).clamp(1, 60)
}

/// One household is one address: an IPv6 network of 64 bits, and IPv4 in its own form.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        },
    }
}
