//! After a login: the installation, and what it told anonymously before, becomes the account's.
//!
//! A drive that is not reached is asked again at a later command; an installation that another account has claimed gets
//! a new identity here, and the login stays.

use crate::api::account::Account;
use crate::api::error::ApiError;
use crate::error::Result;
use crate::store::install_id;
use crate::store::paths::Paths;

/// How an adoption ended.
#[derive(Debug)]
pub(crate) enum Adopted {
    /// The installation is the account's.
    Done,
    /// Another account had claimed it: the installation has a new identity, which is the account's now.
    Renewed,
    /// The drive was not reached or does not know the route: later.
    Later(ApiError),
    /// `DO_NOT_TRACK` asks that nothing is joined.
    NotWanted,
}

/// Asks the drive to adopt the installation.
///
/// # Errors
/// When the state folder cannot be written.
pub(crate) async fn adopt(account: &mut Account<'_>, paths: &Paths) -> Result<Adopted> {
    if install_id::do_not_track() {
        return Ok(Adopted::NotWanted);
    }
    let id = account.client().install_id();
    match account.adopt(id).await {
        Ok(_) => {
            account.note_adopted(id)?;
            Ok(Adopted::Done)
        }
        Err(error) if error.status() == Some(409) => {
            let fresh = install_id::renew(paths)?;
            account.client().set_install_id(fresh);
            match account.adopt(fresh).await {
                Ok(_) => account.note_adopted(fresh)?,
                Err(_) => account.note_pending()?,
            }
            Ok(Adopted::Renewed)
        }
        Err(error) => {
            account.note_pending()?;
            Ok(Adopted::Later(error))
        }
    }
}
