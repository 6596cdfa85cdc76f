//! Commands that fetch software of others: package managers, package runners and Git.

use super::State;
use super::words::file_name;
use crate::facts::What;
use crate::urls;

impl State {
    pub(super) fn git(&mut self, words: &[&str], line: &str, at: usize) {
        if line.contains("sslVerify=false") || line.contains("sslVerify false") {
            self.saw(What::ChecksOff("certificates are not checked"), at);
        }
        if line.starts_with("config") && line.contains("core.hooksPath") {
            self.saw(What::Persists("a git hook"), at);
        }
        self.pushes(words, line, at);
        if words.first() == Some(&"clone")
            && let Some(url) = urls::find(line).into_iter().next()
        {
            let name = file_name(url.path.trim_end_matches(".git"));
            let into = words.last().filter(|word| !word.contains("://")).map_or(name, |word| file_name(word));
            self.saved.insert(format!("{into}/"), Some(url));
        }
        if words.first() == Some(&"add") {
            self.leak_of(&words[1..], &super::Flow::default(), None, "put into a repository that is pushed", at);
        }
    }

    pub(super) fn package_runner(&mut self, words: &[&str], at: usize) {
        let package = words.iter().find(|word| !word.starts_with('-'));
        if let Some(package) = package.filter(|package| package.ends_with("@latest") || package.contains("://")) {
            self.saw(What::Unpinned((*package).to_owned()), at);
        }
    }

    pub(super) fn python_package(&mut self, line: &str, words: &[&str], at: usize) {
        if !words.contains(&"install") && !words.contains(&"add") {
            return;
        }
        for flag in ["--index-url", "--extra-index-url", "-i"] {
            let Some(place) = words.iter().position(|word| *word == flag || word.starts_with(&format!("{flag}=")))
            else {
                continue;
            };
            let text = words[place..words.len().min(place + 2)].join(" ");
            if let Some(url) = urls::find(&text).into_iter().next()
                && !matches!(url.host.as_str(), "download.pytorch.org" | "pypi.nvidia.com")
                && !url.is_known_installer()
                && url.is_elsewhere()
            {
                self.saw(What::ForeignIndex(url.text), at);
            }
        }
        let strange = words.iter().filter(|word| word.contains("git+http")).flat_map(|word| urls::find(word));
        if let Some(url) = strange.into_iter().find(|url| url.is_elsewhere() && !url.is_known_installer()) {
            self.saw(What::ForeignIndex(url.text), at);
        } else if let Some(word) = words.iter().find(|word| word.contains("git+") && !word.contains('@')) {
            self.saw(What::Unpinned((*word).to_owned()), at);
        } else if let Some(url) = urls::find(line)
            .into_iter()
            .find(|url| url.is_program() || [".whl", ".tar.gz", ".tgz"].iter().any(|end| url.path.ends_with(end)))
        {
            self.saw(What::ForeignIndex(url.text), at);
        }
    }

    pub(super) fn node_package(&mut self, words: &[&str], at: usize) {
        if let Some(place) = words.iter().position(|word| *word == "--registry")
            && let Some(url) = words.get(place + 1).and_then(|word| urls::find(word).into_iter().next())
            && !url.host.contains("npmjs")
            && !url.host.contains("npmmirror")
            && !url.is_placeholder()
            && !url.is_local()
        {
            self.saw(What::ForeignIndex(url.text), at);
        }
        if matches!(words.first(), Some(&"install" | &"i" | &"add"))
            && let Some(word) = words.iter().find(|word| word.starts_with("http"))
        {
            self.saw(What::ForeignIndex((*word).to_owned()), at);
        }
    }
}
