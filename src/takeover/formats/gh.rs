//! What `gh skill` writes into a skill's front matter, under `metadata`.

use std::collections::BTreeMap;

use skillzdrive_wire::Slug;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::is_commit;
use crate::takeover::claim::short;

/// Reads the metadata of a skill; `None` when `gh` did not install it.
pub(crate) fn front_matter(slug: &Slug, metadata: &BTreeMap<String, String>) -> Option<Claim> {
    let field = |name: &str| metadata.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let (pin, at) = (field("github-pinned"), field("github-ref"));
    let origin = match field("github-repo") {
        Some(repo) => {
            let at = pin.filter(|pin| !matches!(*pin, "true" | "false")).or(at);
            let at =
                at.map(|at| at.strip_prefix("refs/heads/").or_else(|| at.strip_prefix("refs/tags/")).unwrap_or(at));
            Origin::of(repo, field("github-path"), at, at.filter(|at| is_commit(at)))
        }
        None => Origin::Local(short(field("local-path")?)),
    };
    let pinned = pin.is_some_and(|pin| pin != "false");
    Some(Claim { slug: slug.clone(), tool: Tool::Gh, origin, pinned })
}
