//! Section "Collections": so far the list, which tells a key whether it sees the whole account.

use skillzdrive_wire::collections::CollectionList;

use crate::extract::Caller;
use crate::respond::Answer;
use crate::respond::data;

/// `GET collections`. This drive has none yet.
pub(crate) async fn list(caller: Caller) -> Answer {
    caller.need_all_skills()?;
    data(CollectionList { collections: Vec::new() })
}
