//! Section "Skills": search, discover, leaderboard and show.

use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::skills::Discovered;
use skillzdrive_wire::skills::Leaderboard;
use skillzdrive_wire::skills::ShownSkill;
use skillzdrive_wire::skills::SkillList;
use skillzdrive_wire::skills::SortBy;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::call::Patience;
use crate::api::error::ApiResult;

/// Which version of a skill is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The newest.
    Newest,
    /// A number.
    Version(u64),
    /// Exact bytes.
    Sha(ContentSha),
}

impl Client {
    /// `GET skills?q=` without a key. A limit is returned, not waited for: the marketplace is the other way.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn search(&self, words: &str, limit: u32) -> ApiResult<SkillList> {
        search(self, None, words, None, limit, Patience::Refuse).await
    }

    /// `GET skills/:slug` without a key. `patience` says whether a limit is waited for.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn show(&self, slug: &Slug, pick: &Pick, patience: Patience) -> ApiResult<ShownSkill> {
        show(self, None, slug, pick, patience).await
    }
}

impl Account<'_> {
    /// `GET skills?q=`, in a collection where one is given.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn search(
        &self,
        words: &str,
        collection: Option<&CollectionName>,
        limit: u32,
    ) -> ApiResult<SkillList> {
        search(self.client(), Some(self.key()), words, collection, limit, Patience::Wait).await
    }

    /// `GET skills/discover`.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn discover(&self, words: &str, offset: u32) -> ApiResult<Discovered> {
        let call = Call::get("/api/v1/skills/discover").query("keywords", words).query("offset", offset);
        self.call(call).await?.data()
    }

    /// `GET skills/leaderboard`.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn leaderboard(&self, sort_by: &SortBy) -> ApiResult<Leaderboard> {
        self.call(Call::get("/api/v1/skills/leaderboard").query("sort_by", sort_by)).await?.data()
    }

    /// `GET skills/:slug`.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn show(&self, slug: &Slug, pick: &Pick) -> ApiResult<ShownSkill> {
        show(self.client(), Some(self.key()), slug, pick, Patience::Wait).await
    }
}

async fn search(
    client: &Client,
    key: Option<&ApiKey>,
    words: &str,
    collection: Option<&CollectionName>,
    limit: u32,
    patience: Patience,
) -> ApiResult<SkillList> {
    let mut call = Call::get("/api/v1/skills").query("q", words).query("limit", limit);
    if let Some(name) = collection {
        call = call.query("collection", name);
    }
    client.call(call.with_key(key).patience(patience)).await?.data()
}

async fn show(
    client: &Client,
    key: Option<&ApiKey>,
    slug: &Slug,
    pick: &Pick,
    patience: Patience,
) -> ApiResult<ShownSkill> {
    let call = Call::get(format!("/api/v1/skills/{slug}"));
    let call = match pick {
        Pick::Newest => call,
        Pick::Version(version) => call.query("version", version),
        Pick::Sha(sha) => call.query("content_sha", sha),
    };
    client.call(call.with_key(key).patience(patience)).await?.data()
}
