//! Section "Collections" of the reference: so far the list, which tells whether a key sees everything.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// `data` of `GET collections`. The entries are kept as they come until the commands for them exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectionList {
    /// The owner's collections.
    #[serde(default)]
    pub collections: Vec<Value>,
}
