//! Section "Collections": named keys for slices of an account. Only a key for all skills may ask most of it, so the list
//! tells what a key sees, too.

use reqwest::Method;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::AddSkill;
use skillzdrive_wire::collections::Changed;
use skillzdrive_wire::collections::Collection;
use skillzdrive_wire::collections::CollectionList;
use skillzdrive_wire::collections::CreateRequest;
use skillzdrive_wire::collections::Created;
use skillzdrive_wire::collections::PatchRequest;
use skillzdrive_wire::collections::Scope;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::retry::Repeat;

const ROUTE: &str = "/api/v1/collections";

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

    /// What the key of a collection sees.
    pub(crate) fn of(collection: &Collection) -> Self {
        match collection.scope {
            Scope::AllSkills => Self::AllSkills,
            // A word that this program does not know is taken at the narrower meaning.
            Scope::Scoped | Scope::Other(_) => Self::Scoped,
        }
    }
}

impl Account<'_> {
    /// `GET collections`, as the question what the key sees: only a key for all skills may ask.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`], but 403 and 404 are answers.
    pub(crate) async fn ask_scope(&self) -> ApiResult<KeyScope> {
        match self.collections().await {
            Ok(_) => Ok(KeyScope::AllSkills),
            Err(error) => match error.status() {
                Some(403) => Ok(KeyScope::Scoped),
                Some(404) => Ok(KeyScope::Unknown),
                _ => Err(error),
            },
        }
    }

    /// `GET collections`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`]; 403 for a scoped key.
    pub(crate) async fn collections(&self) -> ApiResult<Vec<Collection>> {
        Ok(self.call(Call::get(ROUTE)).await?.data::<CollectionList>()?.collections)
    }

    /// `POST collections`, once: the key that it makes is told once.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn create_collection(&self, request: &CreateRequest) -> ApiResult<Created> {
        self.call(Call::post(ROUTE, request, Repeat::Never)?).await?.data()
    }

    /// `PATCH collections/:name`. Where the first answer to a new name was lost, the old one is gone at the second
    /// attempt, and the collection is looked for under its new one.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn edit_collection(&self, name: &CollectionName, request: &PatchRequest) -> ApiResult<Collection> {
        let call = Call::with_body(Method::PATCH, path(name, None), request, Repeat::Safe)?;
        let call = if request.new_name.is_some() { call.gone_is_done() } else { call };
        let answer = self.call(call).await?;
        if !answer.body.is_empty() {
            return Ok(answer.data::<Changed>()?.collection);
        }
        let renamed = request.new_name.as_ref().unwrap_or(name);
        let found = self.collections().await?.into_iter().find(|one| one.name == *renamed);
        found.ok_or_else(|| ApiError::NotFound {
            what: format!("collection `{name}`"),
            code: "collection_not_found",
            near: Vec::new(),
        })
    }

    /// `POST collections/:name/skills`, once.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn add_to_collection(&self, name: &CollectionName, slug: &Slug) -> ApiResult<Collection> {
        let body = AddSkill { skill_slug: slug.clone() };
        let call = Call::post(format!("{}/skills", path(name, None)), &body, Repeat::Never)?;
        Ok(self.call(call).await?.data::<Changed>()?.collection)
    }

    /// `DELETE collections/:name/skills/:slug`.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`].
    pub(crate) async fn remove_from_collection(&self, name: &CollectionName, slug: &Slug) -> ApiResult<()> {
        self.call(Call::new(Method::DELETE, path(name, Some(slug)), Repeat::Safe)).await?;
        Ok(())
    }

    /// `DELETE collections/:name`: its key stops working at once.
    ///
    /// # Errors
    /// As [`crate::api::Client::call`]; 403 for a scoped key.
    pub(crate) async fn delete_collection(&self, name: &CollectionName) -> ApiResult<()> {
        self.call(Call::new(Method::DELETE, path(name, None), Repeat::Safe)).await?;
        Ok(())
    }
}

impl Client {
    /// Where everybody sees a public collection; the embedded drive has no address.
    pub(crate) fn public_address(&self, name: &CollectionName) -> Option<String> {
        let own = !self.server().is_local();
        own.then(|| format!("{}marketplace/collections/{}.json", self.base(), segment(name)))
    }
}

/// A name as one segment of a path. A name may hold anything but control characters, so every byte that is
/// not plain is written as `%XX`: neither `/` nor `?` nor `%` in a name means anything.
fn segment(name: &CollectionName) -> String {
    let mut segment = String::new();
    for byte in name.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => segment.push(char::from(byte)),
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// The path of a collection, or of a skill in it.
fn path(name: &CollectionName, skill: Option<&Slug>) -> String {
    let path = format!("{ROUTE}/{}", segment(name));
    match skill {
        Some(slug) => format!("{path}/skills/{slug}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_more_than_one_segment_of_a_path() {
        let of = |text: &str| path(&CollectionName::new(text).unwrap(), None);
        assert_eq!(of("acme-user_42.x~"), "/api/v1/collections/acme-user_42.x~");
        assert_eq!(of("a/b?c#d%20é 名"), "/api/v1/collections/a%2Fb%3Fc%23d%2520%C3%A9%20%E5%90%8D");
        let base = reqwest::Url::parse("https://drive.example").unwrap();
        for odd in ["...", "a/../b", "..%2f", "\\", "a;b", "@", ":", "//evil.example"] {
            let url = base.join(&of(odd)).unwrap();
            assert_eq!(url.host_str(), Some("drive.example"), "{odd}");
            assert_eq!(url.path_segments().unwrap().count(), 4, "{odd}: {url}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{odd}");
        }
        let slug = Slug::new("pdf").unwrap();
        assert_eq!(path(&CollectionName::new("a b").unwrap(), Some(&slug)), "/api/v1/collections/a%20b/skills/pdf");
    }
}
