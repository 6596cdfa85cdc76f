//! The drive and the way to it: is it reached, do the clocks agree, does it take the key.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::http;
use crate::doctor::Check;
use crate::doctor::Status;
use crate::error::Error;
use crate::error::Kind;

/// How far the clocks may be apart: signed addresses and certificates bear no more.
const APART: Duration = Duration::from_secs(5 * 60);

/// The checks that need the network, or why they are left out.
pub(crate) async fn all(client: &Client, account: Option<&Account<'_>>) -> Vec<Check> {
    if client.server().is_local() {
        let detail = format!("the embedded drive, {}: no network is needed", client.server());
        return vec![Check::ok("drive", "drive", detail)];
    }
    let mut checks = vec![proxy(client)];
    if client.is_offline() {
        checks.push(Check::skipped("drive", "drive", "--offline: it was not asked"));
        return checks;
    }
    let (told, reached) = match client.told_time().await {
        Ok(told) => (told, Check::ok("drive", "drive", format!("{} answers", client.server()))),
        Err(error) => {
            let error = Error::from(error);
            let fix = "check the network, and `skillzdrive config get server`";
            (None, Check::of_error("drive", "drive", &error, fix))
        }
    };
    let is_reached = reached.status == Status::Ok;
    checks.push(reached);
    checks.push(clock(told, SystemTime::now()));
    if let Some(account) = account.filter(|_| is_reached) {
        checks.push(takes(account).await);
    }
    checks
}

fn proxy(client: &Client) -> Check {
    let detail = match http::proxy_of(client.base()) {
        Some(proxy) => format!("requests go through {proxy}"),
        None => "none: requests go straight to the drive".to_owned(),
    };
    Check::ok("proxy", "proxy", detail)
}

/// Compares the drive's clock, in seconds since 1970, with this machine's.
fn clock(told: Option<u64>, now: SystemTime) -> Check {
    let (id, title) = ("clock", "clock");
    let Some(told) = told else { return Check::skipped(id, title, "the drive did not say what time it is") };
    let told = UNIX_EPOCH + Duration::from_secs(told);
    let (apart, way) = match now.duration_since(told) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    if apart <= APART {
        return Check::ok(id, title, "the drive's and this machine's agree");
    }
    let minutes = apart.as_secs() / 60;
    Check::new(id, title, Status::Failed, format!("this machine is {minutes} minutes {way} the drive"))
        .fix("set this machine's clock")
}

async fn takes(account: &Account<'_>) -> Check {
    let (id, title) = ("login", "the drive takes the key");
    match account.credits().await {
        Ok(credits) => Check::ok(id, title, format!("tier {}, {} credits", credits.tier, credits.balance)),
        // A key for a part of a drive may not see the account.
        Err(error) if error.status() == Some(403) => Check::ok(id, title, "it is a key for a part of the drive"),
        Err(error) => {
            let error = Error::from(error);
            let fix = if error.kind() == Kind::Auth { "skillzdrive login" } else { "try again later" };
            Check::of_error(id, title, &error, fix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_may_be_a_little_apart() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(clock(Some(10_000), at(10_200)).status, Status::Ok);
        assert_eq!(clock(Some(10_000), at(9_800)).status, Status::Ok);
        let ahead = clock(Some(10_000), at(11_200));
        assert_eq!(
            (ahead.status, ahead.detail.as_str()),
            (Status::Failed, "this machine is 20 minutes ahead of the drive")
        );
        assert!(clock(Some(10_000), at(1_000)).detail.contains("behind"));
        assert_eq!(clock(None, at(0)).status, Status::Skipped);
    }
}
