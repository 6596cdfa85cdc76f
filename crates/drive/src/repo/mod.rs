//! Where the drive keeps what it knows: a repository trait in sections, and its SQL behind them.
//!
//! Services are written against the traits; `conformance` is the one suite that every engine must pass. A unit of
//! work is a transaction: nothing is read or written outside one. This module decides nothing: prices, precedence
//! and refusals belong to `service`.

pub(crate) mod accounts;
pub(crate) mod acts;
pub(crate) mod books;
pub(crate) mod collections;
#[cfg(test)]
mod conformance;
pub(crate) mod dialect;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod github;
pub(crate) mod grades;
pub(crate) mod items;
mod load;
pub(crate) mod oauth;
pub(crate) mod overview;
mod postgres;
mod pulse;
pub(crate) mod rates;
pub(crate) mod reach;
pub(crate) mod read_only;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod skill_runs;
pub(crate) mod skills;
mod sql;
pub(crate) mod standings;
pub(crate) mod tables;
pub(crate) mod teams;
pub(crate) mod tickets;
pub(crate) mod tiers;
pub(crate) mod upload_pages;
pub(crate) mod webhooks;
mod words;

pub(crate) use load::Load;
pub use pulse::NOTICED_WITHIN;
pub(crate) use pulse::Stamp;
pub use sql::Migrated;
pub(crate) use sql::SqlRepository;
pub(crate) use sql::SqlTransaction;

/// What a section's method answers.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// A database of one drive.
pub(crate) trait Repository {
    /// Its transactions.
    type Transaction: Transaction;

    /// Begins a transaction that writes while no other of any process does.
    async fn write(&self) -> Result<Self::Transaction>;

    /// Begins one that writes what is one account's. Those of the same account come one after the other; those of others
    /// may run beside it where the engine can.
    async fn write_for(&self, user_id: &str) -> Result<Self::Transaction>;

    /// Begins one whose statements are right each by itself. Nothing that it read may decide what it writes.
    async fn write_rows(&self) -> Result<Self::Transaction>;

    /// Begins a transaction that only reads, from one snapshot.
    async fn read(&self) -> Result<Self::Transaction>;

    /// The state of the database: another one as soon as this process has committed anything, and soon after any other
    /// has.
    async fn stamp(&self) -> Result<Stamp>;
}

/// A unit of work: everything that it did is kept by `commit`, nothing when it is dropped before.
pub(crate) trait Transaction:
    accounts::Accounts
    + acts::Acts
    + collections::Collections
    + events::Events
    + exports::Exports
    + github::Github
    + grades::Grades
    + items::Items
    + reach::Reach
    + oauth::OAuth
    + overview::Overview
    + runs::Runs
    + search::Search
    + skill_runs::SkillRuns
    + sessions::Sessions
    + skills::Skills
    + standings::Standings
    + teams::Teams
    + tickets::Tickets
    + upload_pages::UploadPages
    + tiers::Tiers
    + webhooks::Webhooks
    + Sized
{
    /// Keeps what was done.
    async fn commit(self) -> Result<()>;
}
