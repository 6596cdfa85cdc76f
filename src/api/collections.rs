//! Section "Collections": so far the list, which tells whether a key sees all skills.

use skillzdrive_wire::collections::CollectionList;

use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::error::ApiResult;

/// What a key sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyScope {
    /// All skills of the account.
    AllSkills,
    /// Those of one collection.
    Scoped,
    /// The drive has no collections, so it cannot be told.
    Unknown,
}

impl KeyScope {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::AllSkills => "all_skills",
            Self::Scoped => "scoped",
            Self::Unknown => "unknown",
        }
    }

    /// The scope that a word names.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::AllSkills, Self::Scoped, Self::Unknown].into_iter().find(|scope| scope.word() == word)
    }
}

impl Account<'_> {
    /// `GET collections`, which only a key for all skills may ask.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`], but 403 and 404 are answers.
    pub(crate) async fn ask_scope(&self) -> ApiResult<KeyScope> {
        match self.call(Call::get("/api/v1/collections")).await {
            Ok(answer) => answer.data::<CollectionList>().map(|_| KeyScope::AllSkills),
            Err(error) => match error.status() {
                Some(403) => Ok(KeyScope::Scoped),
                Some(404) => Ok(KeyScope::Unknown),
                _ => Err(error),
            },
        }
    }
}
