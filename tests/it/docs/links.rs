//! Every relative link leads to a file that is there, and to a heading that is there.

use std::path::Path;
use std::path::PathBuf;

use super::pages;
use super::prose;
use super::repository;

/// Where the links and pictures of a text lead to.
pub(super) fn links(text: &str) -> impl Iterator<Item = &str> {
    let inline = text.split("](").skip(1).map(|rest| rest.split([')', ' ']).next().unwrap_or_default());
    let of_html = ["src=\"", "srcset=\"", "href=\""].into_iter().flat_map(|attribute| text.split(attribute).skip(1));
    inline.chain(of_html.map(|rest| rest.split('"').next().unwrap_or_default()))
}

/// The name under which a heading can be reached.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A path without its `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => assert!(plain.pop(), "{} leaves the repository", path.display()),
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn every_relative_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for page in pages() {
        let text = repository(&page);
        for link in links(&prose(&text)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let folder = Path::new(&page).parent().unwrap();
            let to = if file.is_empty() { PathBuf::from(&page) } else { plain(&folder.join(file)) };
            assert!(root.join(&to).exists(), "{page}: {link} leads nowhere");
            if let Some(heading) = heading {
                let there = repository(to.to_str().unwrap());
                let headings = there.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(headings.into_iter().any(|known| known == heading), "{page}: no heading for {link}");
            }
            seen += 1;
        }
    }
    assert!(seen > 60, "only {seen} links were found");
}
