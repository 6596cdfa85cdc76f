//! The rows that the sections put in.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::package::Package;
use crate::repo::accounts::Key;
use crate::repo::accounts::Movement;
use crate::repo::accounts::User;
use crate::repo::reach::View;
use crate::repo::skills::SkillRow;
use crate::repo::skills::VersionRow;

pub(super) fn user(id: &str, name: &str) -> User {
    User {
        id: id.to_owned(),
        name: name.to_owned(),
        tier: "free".to_owned(),
        role: "user".to_owned(),
        balance: 10,
        high_water: None,
        created_at: 1,
    }
}

pub(super) fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

pub(super) fn digest(byte: u8) -> ContentSha {
    ContentSha::from_digest(&[byte; 32])
}

pub(super) fn movement(id: &str, amount: i64, at: i64) -> Movement {
    Movement {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        amount,
        reason: "test".to_owned(),
        slug: None,
        run_id: Some("r".to_owned()),
        created_at: at,
    }
}

pub(super) fn skill(id: &str, name: &str, owner_id: &str, is_public: bool) -> SkillRow {
    SkillRow { id: id.to_owned(), ..Package::skill(&slug(name), owner_id, is_public, 1) }
}

pub(super) fn version(skill_id: &str, version: u64, sha: u8, description: &str) -> VersionRow {
    VersionRow {
        skill_id: skill_id.to_owned(),
        version,
        content_sha: digest(sha),
        content_size: 100,
        name: "a name".to_owned(),
        description: description.to_owned(),
        tags: vec!["one".to_owned(), "two \"quoted\"".to_owned()],
        scripts: vec!["run.sh".to_owned()],
        file_count: 2,
        change_comment: None,
        security_grade: Some("A".to_owned()),
        graded_by: 1,
        published_at: 4,
    }
}

/// What a key for all skills sees, or nobody.
pub(super) fn view(user_id: &str) -> View {
    View { user_id: user_id.to_owned(), team: true, shared: true, ..View::anonymous() }
}

pub(super) fn key(id: &str, expires_at: Option<i64>) -> Key {
    Key {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        name: "of a login".to_owned(),
        key_hash: format!("hash-{id}"),
        prefix: "sk_live_0000".to_owned(),
        scope: "all_skills".to_owned(),
        created_at: 1,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    }
}
