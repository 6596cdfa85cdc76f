//! The nearest names to a mistyped one. Pure: it knows neither skills nor drives.

/// How many names are offered at most.
const OFFERED: usize = 3;

/// Up to three of the names that are near enough to be meant, nearest first; equally near ones by the alphabet.
pub(crate) fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    // A third of the name may be wrong: more would offer what only looks alike by chance.
    let limit = typed.chars().count().div_ceil(3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let distance = distance(&typed, name);
            if distance <= limit {
                Some((distance, name))
            } else if typed.len() >= 3 && name.split('-').any(|word| word == typed) {
                // `pdf` for `pdf-tools`: far in letters, near in meaning.
                Some((limit + 1, name))
            } else {
                None
            }
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// The hint that offers the nearest names; `None` when none is near.
pub(crate) fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let found = nearest(typed, names);
    (!found.is_empty()).then(|| offer(&found))
}

/// The hint that offers names which were found near.
pub(crate) fn offer(near: &[impl AsRef<str>]) -> String {
    let names: Vec<&str> = near.iter().map(AsRef::as_ref).collect();
    format!("did you mean {}?", names.join(", "))
}

/// Edits between two texts: insert, delete, replace, or swap two neighbours.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("pdf", "pdf"), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("chagnelog", "changelog"), 1);
    }

    #[test]
    fn the_nearest_come_first_and_never_more_than_three() {
        let names = ["pdf", "pdfs", "pd", "pef", "unrelated", "docx"];
        assert_eq!(nearest("pdf", names), ["pdf", "pd", "pdfs"]);
        assert_eq!(nearest("chagnelog", ["changelog-writer", "changelog"]), ["changelog"]);
        assert_eq!(nearest("csv", ["csv-profiler", "other"]), ["csv-profiler"]);
        assert!(nearest("zebra", names).is_empty());
        assert_eq!(did_you_mean("pfd", ["pdf"]).as_deref(), Some("did you mean pdf?"));
        assert_eq!(did_you_mean("zebra", names), None);
    }
}
