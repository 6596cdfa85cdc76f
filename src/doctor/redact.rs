//! Taking out of a text what is nobody's business: names of skills, people, drives, folders. Pure.

use std::collections::BTreeSet;

/// What stands for what.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redactor {
    pairs: Vec<(String, String)>,
}

impl Redactor {
    /// One that knows the home folder, the drive and the skills of this machine.
    pub(crate) fn new(home: &str, server: &str, slugs: &BTreeSet<String>) -> Self {
        let mut pairs = vec![(home.to_owned(), "~".to_owned())];
        if let Some(user) = home.rsplit(['/', '\\']).next().filter(|name| name.len() > 2) {
            pairs.push((user.to_owned(), "<user>".to_owned()));
        }
        let host = server.split("://").last().unwrap_or(server).trim_end_matches('/');
        pairs.push((server.to_owned(), "<drive>".to_owned()));
        pairs.push((host.to_owned(), "<drive>".to_owned()));
        pairs.extend(slugs.iter().enumerate().map(|(at, slug)| (slug.clone(), format!("<skill-{}>", at + 1))));
        pairs.retain(|(name, _)| !name.is_empty() && name != "/");
        // The longest first: a name may begin with another.
        pairs.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self { pairs }
    }

    /// The text without them. A name counts as a whole word only; a key is never shown, whoever put it there.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = None;
        while let Some(next) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            let starts = !before.is_some_and(is_word);
            let fits = |name: &str| {
                starts && rest.starts_with(name) && !rest[name.len()..].chars().next().is_some_and(is_word)
            };
            if let Some((name, stand_in)) = self.pairs.iter().find(|(name, _)| fits(name)) {
                out.push_str(stand_in);
                before = name.chars().next_back();
                rest = &rest[name.len()..];
            } else if starts && ["sk_live_", "ut_live_"].iter().any(|prefix| rest.starts_with(prefix)) {
                out.push_str("<key>");
                rest = rest.trim_start_matches(is_word);
                before = None;
            } else {
                out.push(next);
                before = Some(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nobodys_business_is_gone_and_the_rest_stays() {
        let slugs = BTreeSet::from(["pdf".to_owned(), "pdf-forms".to_owned()]);
        let redactor = Redactor::new("/people/ann", "https://drive.acme.example", &slugs);
        for (text, clean) in [
            ("`/people/ann/.agents/skills/pdf-forms`", "`~/.agents/skills/<skill-2>`"),
            ("pdf is not a pdfx", "<skill-1> is not a pdfx"),
            ("https://drive.acme.example answers", "<drive> answers"),
            ("drive.acme.example: no route", "<drive>: no route"),
            ("made by ann, not by joanna", "made by <user>, not by joanna"),
            ("key sk_live_abc123DEF and more", "key <key> and more"),
            ("/peoples/annabel", "/peoples/annabel"),
        ] {
            assert_eq!(redactor.clean(text), clean);
        }
    }
}
