//! Skills straight from GitHub: a tree as it is now, or as the lockfile pinned it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use skillzdrive_skill::FromTarball;
use skillzdrive_skill::Limits;
use skillzdrive_skill::ListedSkill;
use skillzdrive_skill::TarballError;
use skillzdrive_skill::list_tarball;
use skillzdrive_skill::pack_tarball;
use skillzdrive_skill::slug_of;
use skillzdrive_wire::GithubSource;
use skillzdrive_wire::GithubTree;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::installer::gather::Ready;
use crate::installer::gather::Sources;
use crate::installer::gather::installed;
use crate::installer::restore::label_of;
use crate::installer::stage::Label;
use crate::installer::stage::stage;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::scope::Scope;

/// The repository that was looked at last, so that its skills are not fetched one by one.
#[derive(Debug, Default)]
pub(crate) struct LastArchive(Mutex<Option<(String, Arc<Vec<u8>>)>>);

/// What lies in a tree.
#[derive(Debug)]
pub(crate) struct Looked {
    /// The tree at the commit that it is at now.
    pub(crate) source: GithubSource,
    /// Its skills.
    pub(crate) skills: Vec<ListedSkill>,
}

impl Looked {
    /// The tree of one of its skills.
    ///
    /// # Errors
    /// Exit 2 for a folder that no address can name.
    pub(crate) fn tree_of(&self, skill: &ListedSkill) -> Result<GithubTree> {
        let source = GithubSource { path: skill.path.clone(), ..self.source.clone() };
        Ok(GithubTree::parse(&source.url())?)
    }
}

impl Sources<'_> {
    /// Lists the skills of a tree.
    ///
    /// # Errors
    /// Exit 5 when GitHub has no such tree, or there is no skill in it; as any download.
    pub(crate) async fn look_tree(&self, tree: &GithubTree, tell: Tell<'_>) -> Result<Looked> {
        let source = self.client.github_commit(tree).await?;
        let archive = self.archive_of(&source, tell).await?;
        let folder = source.path.clone();
        let broken = |e| Error::internal("the unpacking broke off").source(e);
        let listed = tokio::task::spawn_blocking(move || list_tarball(&archive, &folder)).await.map_err(broken)?;
        let skills = listed.map_err(|error| unusable(&source, error))?;
        Ok(Looked { source, skills })
    }

    /// The archive of a repository at a commit, which is kept until another one is asked for.
    async fn archive_of(&self, source: &GithubSource, tell: Tell<'_>) -> Result<Arc<Vec<u8>>> {
        let GithubSource { owner, repo, commit, .. } = source;
        let name = format!("{owner}/{repo}@{commit}");
        let kept = |slot: &Option<(String, Arc<Vec<u8>>)>| slot.as_ref().filter(|(of, _)| *of == name).cloned();
        if let Some((_, archive)) = kept(&self.archive.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(archive);
        }
        let archive = Arc::new(self.client.github_archive(source).await?);
        tell(Event::Bytes(archive.len() as u64));
        *self.archive.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, archive.clone()));
        Ok(archive)
    }

    /// Makes ready the skill of a tree. What the lockfile holds of just this commit, untouched, is not fetched again.
    ///
    /// # Errors
    /// Exit 5 when GitHub has no such tree, exit 7 when it is no skill that is taken; as any download.
    pub(crate) async fn gather_tree(
        &self,
        tree: &GithubTree,
        (scope, library, lockfile): (&Scope, &Library, &Lockfile),
        tell: Tell<'_>,
    ) -> Result<Ready> {
        let source = self.client.github_commit(tree).await?;
        let pinned = source.to_string();
        for (slug, entry) in lockfile.skills.iter().filter(|(_, entry)| entry.source == pinned) {
            if installed(scope, library, slug).as_ref() == Some(entry.tree()) {
                return Ok(Ready::Locked(label_of(slug, entry)));
            }
        }
        let (label, zip) = self.fetch_tree(&source, tell).await?;
        stage(self.staging, label, zip).map(Ready::Staged)
    }

    /// Makes ready exactly what the lockfile pinned of a tree.
    ///
    /// # Errors
    /// Exit 7 when the tree is not what was locked; as [`Sources::gather_tree`].
    pub(crate) async fn restore_tree(&self, source: &GithubSource, label: Label, tell: Tell<'_>) -> Result<Ready> {
        let named = |error: Error| error.context(format!("`{}` cannot be restored", label.slug));
        let (found, zip) = self.fetch_tree(source, tell).await.map_err(named)?;
        if found.content_sha != label.content_sha {
            let message = format!("`{}` cannot be restored: `{source}` is not what was locked", label.slug);
            return Err(Error::new(Kind::Integrity, message)
                .code("source_changed")
                .hint(format!("skillzdrive install {} takes it as it is there", source.url())));
        }
        stage(self.staging, label, zip).map(Ready::Staged)
    }

    async fn fetch_tree(&self, source: &GithubSource, tell: Tell<'_>) -> Result<(Label, Vec<u8>)> {
        tell(Event::Fetching(1));
        let archive = self.archive_of(source, tell).await?;
        let folder = source.path.clone();
        let broken = |e| Error::internal("the unpacking broke off").source(e);
        let packed = tokio::task::spawn_blocking(move || pack_tarball(&archive, &folder, &Limits::default()));
        let FromTarball { path, packed } = packed.await.map_err(broken)?.map_err(|error| unusable(source, error))?;
        let source = GithubSource { path, ..source.clone() };
        let folder = source.path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(&source.repo);
        let slug = slug_of(&packed.front_matter, folder).ok_or_else(|| {
            Error::usage(format!("`{source}` has no name that can be a slug"))
                .code("no_slug")
                .hint("its SKILL.md needs a `name:` of a-z, 0-9 and `-`")
        })?;
        // Without this copy the lockfile could not be restored offline.
        if self.client.may_keep() {
            self.cache.put(&packed.content_sha, &packed.zip);
        }
        tell(Event::Fetched(slug.clone(), packed.zip.len() as u64));
        let (content_sha, source) = (packed.content_sha, source.to_string());
        Ok((Label { slug, content_sha, version: None, owner: None, source, public: false }, packed.zip))
    }
}

/// How many skills are named at most where there are several.
const MOST_NAMED: usize = 20;

/// What to type where several skills are found.
pub(crate) const SOME_OF_MANY: &str = "add --all for every one of them, or --skill NAME for one";

/// Paths of a stranger in a sentence.
fn clean_names(paths: &[String]) -> String {
    paths.iter().map(|path| path.escape_debug().to_string()).collect::<Vec<_>>().join(", ")
}

fn unusable(source: &GithubSource, error: TarballError) -> Error {
    let said = error.to_string();
    match error {
        TarballError::Damaged(_) => Error::new(Kind::Unavailable, said).code("github_unavailable"),
        TarballError::TooLarge { .. } => Error::new(Kind::Integrity, said).code("too_large"),
        TarballError::NoFolder(_) | TarballError::NoSkill(_) => {
            Error::new(Kind::NotFound, format!("`{source}`: {said}")).code("no_skill_here")
        }
        TarballError::Several { skills, .. } => {
            let more = if skills.len() < MOST_NAMED { "" } else { " …" };
            let skills = clean_names(&skills);
            Error::usage(format!("`{source}`: {said}: {skills}{more}")).code("many_skills").hint(SOME_OF_MANY)
        }
        TarballError::Skill(inner) => Error::from(inner).context(format!("`{source}` cannot be installed")),
    }
}
