//! `Skillfile`, a line for each entry with the words of a shell, and `Skillfile.lock`, which pins those of GitHub.

use serde_json::Value;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Github;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::claim::is_commit;
use crate::takeover::claim::short;
use crate::takeover::formats::Read;
use crate::takeover::formats::Unread;
use crate::takeover::formats::escaped;
use crate::takeover::formats::object;
use crate::takeover::formats::text;

pub(super) fn read(file: &str) -> Read {
    let mut read = Read::default();
    for (index, line) in file.lines().enumerate() {
        let number = index + 1;
        let Some(words) = words(line) else {
            read.note(format!("line {number}: a quote is not closed"));
            continue;
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["install" | "install-path", ..] => {}
            [_, "agent", ..] => read.note(format!("line {number}: an agent is no skill")),
            [kind @ ("local" | "github" | "gitlab" | "url"), "skill", rest @ ..] => {
                if !read.has_room() {
                    break;
                }
                entry(&mut read, kind, rest, number);
            }
            [other, ..] => read.note(format!("line {number}: `{}` is not known", escaped(other))),
        }
    }
    read
}

fn entry(read: &mut Read, kind: &str, rest: &[&str], number: usize) {
    // A field with a `/` is a place; a name has none. A path may have none either, so it takes two words to have a name.
    let (name, rest) = match (kind, rest) {
        ("github" | "gitlab", [name, rest @ ..]) if !name.contains('/') => (Some(*name), rest),
        ("local" | "url", [name, rest @ ..]) if !rest.is_empty() && !name.contains(['/', ':']) => (Some(*name), rest),
        (_, rest) => (None, rest),
    };
    let (origin, last) = match (kind, rest) {
        ("github", [place, path, more @ ..]) => {
            let (place, at) = match place.split_once('@') {
                Some((place, at)) => (place, Some(at)),
                None => (*place, more.first().copied().or(Some("main"))),
            };
            let commit = at.filter(|at| is_commit(at));
            (Origin::of(place, Some(path), at, commit), *path)
        }
        ("gitlab", [place, path, ..]) => (Origin::Address(short(&format!("gitlab:{place}/{path}"))), *path),
        ("local", [path, ..]) => (Origin::Local(short(path)), *path),
        ("url", [url, ..]) => (Origin::Address(short(url)), *url),
        _ => return read.note(format!("line {number}: a field is missing")),
    };
    let stem = last.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let stem = stem.strip_suffix(".md").unwrap_or(stem);
    if let Some(slug) = read.slug(name.unwrap_or(stem)) {
        read.claims.push(Claim { slug, tool: Tool::Skillfile, origin, pinned: false });
    }
}

pub(super) fn read_lock(file: &str) -> Result<Read, Unread> {
    let mut read = Read::default();
    for (key, entry) in object(file)? {
        let parts: Vec<&str> = key.splitn(3, '/').collect();
        let [kind, sort, name] = parts.as_slice() else {
            read.note(format!("`{}` is no key of such a file", escaped(&key)));
            continue;
        };
        if *sort != "skill" {
            read.note(format!("`{}` is no skill", escaped(&key)));
            continue;
        }
        if !read.has_room() {
            break;
        }
        let Some(slug) = read.slug(name) else { continue };
        let Value::Object(entry) = entry else {
            read.note(format!("`{slug}`: its entry is no JSON object"));
            continue;
        };
        let path = text(&entry, "path");
        let origin = match *kind {
            "github" => {
                let place = text(&entry, "owner_repo").unwrap_or_default();
                // A single file is not a folder that could be fetched again.
                let path = path.filter(|path| !path.ends_with(".md") || path.ends_with("SKILL.md"));
                Github::new(place, path, text(&entry, "ref"), text(&entry, "sha"))
                    .map_or_else(|| Origin::of(place, None, None, None), Origin::Github)
            }
            "local" => path.map_or(Origin::Unknown, |path| Origin::Local(short(path))),
            "url" => text(&entry, "url").map_or(Origin::Unknown, |url| Origin::Address(short(url))),
            other => {
                read.note(format!("`{slug}`: the sort of source `{}` is not known", escaped(other)));
                Origin::Unknown
            }
        };
        read.claims.push(Claim { slug, tool: Tool::Skillfile, origin, pinned: false });
    }
    Ok(read)
}

/// The words of a line as a shell cuts them, up to a comment; `None` when a quote is not closed.
fn words(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().push(chars.next()?),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_cut_as_a_shell_does() {
        let cut = |line: &str| words(line);
        assert_eq!(cut("  # all of it").unwrap(), [""; 0]);
        assert_eq!(cut("a  'b c' \"d # e\" f#g # h").unwrap(), ["a", "b c", "d # e", "f#g"]);
        assert_eq!(cut("a\\ b \"\\\"\" ''").unwrap(), ["a b", "\"", ""]);
        assert_eq!(cut("a 'b"), None);
        assert_eq!(cut("a \\"), None);
    }
}
