//! What the operator does for several people: accounts, teams, and what is shared with whom.
//!
//! A share is of a skill in somebody's own drive, and gives it at the version and for as long as it is there.

use skillzdrive_wire::Slug;

use super::acts;
use super::acts::By;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::accounts::User;
use crate::repo::items::Items;
use crate::repo::teams::TeamRow;
use crate::repo::teams::Teams;
use crate::repo::teams::With;
use crate::service::publish::MARKETPLACE;
use crate::time::rfc3339;

/// A team, as its operator may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamInfo {
    /// Its name.
    pub name: String,
    /// The names of its members, sorted.
    pub members: Vec<String>,
}

/// With whom a skill is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareWith {
    /// The members of a team, by its name.
    Team(String),
    /// An account, by its name.
    User(String),
}

/// A share, as its operator may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareInfo {
    /// The skill.
    pub slug: Slug,
    /// The account in whose drive it is.
    pub from: String,
    /// Who has it too.
    pub with: ShareWith,
    /// RFC 3339 in UTC.
    pub since: String,
}

/// An account, as its operator may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountInfo {
    /// Its name.
    pub name: String,
    /// Credits, those set aside for open runs included.
    pub balance: i64,
    /// How many skills its own drive holds.
    pub skills: u64,
    /// RFC 3339 in UTC.
    pub created_at: String,
}

impl Drive {
    /// Every account but the marketplace's, by name.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn list_accounts(&self) -> Result<Vec<AccountInfo>, DriveError> {
        let mut tx = self.repo.read().await?;
        let mut accounts = Vec::new();
        for user in tx.users().await?.into_iter().filter(|user| user.name != MARKETPLACE) {
            let skills = tx.item_count(&user.id).await?;
            let created_at = rfc3339(user.created_at);
            accounts.push(AccountInfo { name: user.name, balance: user.balance, skills, created_at });
        }
        Ok(accounts)
    }

    /// Makes a team where there is none, and adds members.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`] for a member who has none, and then nothing is done; a name that is none.
    pub async fn add_team(&self, name: &str, members: &[String]) -> Result<TeamInfo, DriveError> {
        check_name(name)?;
        let now = self.now();
        let mut tx = self.repo.write().await?;
        let row = TeamRow { id: keys::row_id(now), name: name.to_owned(), created_at: now };
        let object = format!("team {name}");
        if tx.add_team(&row).await? {
            acts::note(&mut tx, self, By::Operator, "team.create", &object, "").await?;
        }
        let team = team(&mut tx, name).await?;
        for member in members {
            let user = account(&mut tx, member).await?;
            if tx.add_member(&team.id, &user.id, now).await? {
                acts::note(&mut tx, self, By::Operator, "team.add", &object, &user.name).await?;
            }
        }
        let members = tx.members(&team.id).await?;
        tx.commit().await?;
        Ok(TeamInfo { name: team.name, members })
    }

    /// Takes members out of a team; without any, the team itself goes, and what was shared with it.
    ///
    /// # Errors
    /// [`DriveError::NoSuchTeam`], also for somebody who is no member of it.
    pub async fn remove_team(&self, name: &str, members: &[String]) -> Result<TeamInfo, DriveError> {
        let mut tx = self.repo.write().await?;
        let team = team(&mut tx, name).await?;
        let object = format!("team {name}");
        for member in members {
            let user = account(&mut tx, member).await?;
            if !tx.remove_member(&team.id, &user.id).await? {
                let shown = (member.escape_debug(), name.escape_debug());
                return Err(DriveError::NoSuchTeam(format!("`{}` is no member of the team `{}`", shown.0, shown.1)));
            }
            acts::note(&mut tx, self, By::Operator, "team.remove", &object, &user.name).await?;
        }
        let left = tx.members(&team.id).await?;
        if members.is_empty() {
            tx.delete_team(&team.id).await?;
            let detail = format!("it had {} members", left.len());
            acts::note(&mut tx, self, By::Operator, "team.delete", &object, &detail).await?;
        }
        tx.commit().await?;
        Ok(TeamInfo { name: team.name, members: if members.is_empty() { Vec::new() } else { left } })
    }

    /// Every team, by name.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn list_teams(&self) -> Result<Vec<TeamInfo>, DriveError> {
        let mut tx = self.repo.read().await?;
        let mut teams = Vec::new();
        for team in tx.teams().await? {
            let members = tx.members(&team.id).await?;
            teams.push(TeamInfo { name: team.name, members });
        }
        Ok(teams)
    }

    /// Shares a skill of somebody's drive; false when it was shared so already.
    ///
    /// # Errors
    /// [`DriveError::NoSuchAccount`], [`DriveError::NoSuchTeam`]; [`DriveError::NotThere`] when it is not in that
    /// drive; a share with oneself.
    pub async fn share(&self, slug: &Slug, from: &str, with: &ShareWith) -> Result<bool, DriveError> {
        let now = self.now();
        let mut tx = self.repo.write().await?;
        let from = account(&mut tx, from).await?;
        let told = told(&from.name, with);
        let with = with_row(&mut tx, with).await?;
        if with == With::User(from.id.clone()) {
            return Err(DriveError::Config(format!("`{}` has it already", from.name.escape_debug())));
        }
        let item = tx.item(&from.id, slug).await?;
        let item = item.ok_or_else(|| not_there(slug, format!("in the drive of `{}`", from.name.escape_debug())))?;
        let done = tx.add_share(&keys::row_id(now), &from.id, &item.edition.skill.id, &with, now).await?;
        if done {
            acts::note(&mut tx, self, By::Operator, "share.create", &format!("skill {slug}"), &told).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    /// Ends a share.
    ///
    /// # Errors
    /// As [`Drive::share`]; [`DriveError::NotThere`] when it is not shared so.
    pub async fn unshare(&self, slug: &Slug, from: &str, with: &ShareWith) -> Result<(), DriveError> {
        let mut tx = self.repo.write().await?;
        let from = account(&mut tx, from).await?;
        let told = told(&from.name, with);
        let with = with_row(&mut tx, with).await?;
        if !tx.remove_share(&from.id, slug, &with).await? {
            return Err(not_there(slug, format!("that `{}` shares so", from.name.escape_debug())));
        }
        acts::note(&mut tx, self, By::Operator, "share.end", &format!("skill {slug}"), &told).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Every share, by skill.
    ///
    /// # Errors
    /// [`DriveError`].
    pub async fn list_shares(&self) -> Result<Vec<ShareInfo>, DriveError> {
        let lines = self.repo.read().await?.shares().await?;
        let info = lines.into_iter().filter_map(|line| {
            let with = line.team.map(ShareWith::Team).or(line.user.map(ShareWith::User))?;
            Some(ShareInfo { slug: line.slug, from: line.from, with, since: rfc3339(line.created_at) })
        });
        Ok(info.collect())
    }
}

/// A share, for the log of acts.
fn told(from: &str, with: &ShareWith) -> String {
    match with {
        ShareWith::Team(team) => format!("of {from} with the team {team}"),
        ShareWith::User(user) => format!("of {from} with {user}"),
    }
}

fn not_there(slug: &Slug, place: String) -> DriveError {
    DriveError::NotThere { slug: slug.to_string(), place }
}

/// Refuses a name for an account or a team that could not be typed again.
pub(crate) fn check_name(name: &str) -> Result<(), DriveError> {
    let length = name.chars().count();
    if (1..=64).contains(&length) && !name.chars().any(char::is_control) && name.trim() == name {
        return Ok(());
    }
    let shown: String = name.chars().take(80).collect();
    Err(DriveError::Config(format!("`{}` is not a name: 1 to 64 characters without controls", shown.escape_debug())))
}

/// The account of a person. Nobody acts for the marketplace's own.
pub(crate) async fn account<T: Transaction>(tx: &mut T, name: &str) -> Result<User, DriveError> {
    let missing = || DriveError::NoSuchAccount(name.escape_debug().to_string());
    tx.user_named(name).await?.filter(|user| user.name != MARKETPLACE).ok_or_else(missing)
}

async fn team<T: Transaction>(tx: &mut T, name: &str) -> Result<TeamRow, DriveError> {
    let missing = || DriveError::NoSuchTeam(format!("there is no team `{}`", name.escape_debug()));
    tx.team_named(name).await?.ok_or_else(missing)
}

async fn with_row<T: Transaction>(tx: &mut T, with: &ShareWith) -> Result<With, DriveError> {
    Ok(match with {
        ShareWith::Team(name) => With::Team(team(tx, name).await?.id),
        ShareWith::User(name) => With::User(account(tx, name).await?.id),
    })
}
