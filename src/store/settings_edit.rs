//! Changing a settings file: one key at a time, everything else in it left byte for byte, comments too.
//!
//! What is written is first read by the same reader that every command uses, so no command can be broken by it.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use toml_edit::Array;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::TableLike;
use toml_edit::Value;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings;
use crate::store::settings::Loaded;
use crate::store::settings::Settings;
use crate::store::settings_file;
use crate::store::settings_keys;
use crate::store::settings_keys::Form;
use crate::store::settings_keys::Project;

/// One of the two files.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile<'a> {
    paths: &'a Paths,
    /// Where it lies.
    pub(crate) path: PathBuf,
    by_project: bool,
}

/// What a change would make of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edited {
    /// The new text.
    pub(crate) text: String,
    /// Whether it is another than the one that is there.
    pub(crate) changed: bool,
}

impl<'a> SettingsFile<'a> {
    /// The person's own.
    pub(crate) fn user(paths: &'a Paths) -> Self {
        Self { paths, path: settings::user_file(paths), by_project: false }
    }

    /// A project's.
    pub(crate) fn project(paths: &'a Paths, scope: &Scope) -> Self {
        Self { paths, path: settings::project_file(&scope.root), by_project: true }
    }

    /// Its text; empty where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(atomic::read_text(&self.path)?.unwrap_or_default())
    }

    /// The text with a key set to what was typed.
    ///
    /// # Errors
    /// Exit 2: the key is none, the value is not of its kind, a project may not say it, the file cannot be read.
    pub(crate) fn with(&self, name: &str, typed: &[String]) -> Result<Edited> {
        let key = settings_keys::key(name)?;
        if self.by_project && key.project == Project::Nothing {
            let message = format!("a project cannot set `{name}`: a cloned repository could send a key away");
            return Err(Error::usage(message)
                .code("not_for_projects")
                .hint(format!("leave out --project: skillzdrive config set {name} …")));
        }
        let value = value(name, key.form, typed)?;
        let alone = put(&mut DocumentMut::new(), name, value.clone())?;
        self.check(None, &alone)?;
        let before = self.text()?;
        let mut document = self.parse(&before)?;
        let text = put(&mut document, name, value)?;
        self.check(Some(&self.path), &text)?;
        Ok(Edited { changed: text != before, text })
    }

    /// The text without a key.
    ///
    /// # Errors
    /// Exit 2: the key is none and not in the file either, or the file cannot be read.
    pub(crate) fn without(&self, name: &str) -> Result<Edited> {
        let before = self.text()?;
        let mut document = self.parse(&before)?;
        let (table, last) = match name.strip_prefix("agent.").and_then(|rest| rest.rsplit_once('.')) {
            Some((id, field)) => {
                let agents = document.get_mut("agent").and_then(Item::as_table_like_mut);
                (agents.and_then(|agents| agents.get_mut(id)).and_then(Item::as_table_like_mut), field)
            }
            None => (Some(document.as_table_mut() as &mut dyn TableLike), name),
        };
        let was_there = table.is_some_and(|table| table.remove(last).is_some());
        if !was_there {
            // A key that nobody knows may be taken out of a file, but not be missed there.
            settings_keys::key(name)?;
            return Ok(Edited { text: before, changed: false });
        }
        Ok(Edited { text: document.to_string(), changed: true })
    }

    /// Reads a text as this file.
    ///
    /// # Errors
    /// Exit 2 naming file and line; for a project's file also what would be ignored.
    pub(crate) fn check(&self, path: Option<&Path>, text: &str) -> Result<()> {
        let mut loaded = Loaded { settings: Settings::default(), origins: BTreeMap::new(), warnings: Vec::new() };
        if !self.by_project {
            return settings_file::read_user_text(path, text, &mut loaded);
        }
        // What is stricter is told by the person's own settings.
        settings_file::read_user(&settings::user_file(self.paths), &mut loaded)?;
        settings_file::read_project_text(path, text, &mut loaded)?;
        match loaded.warnings.pop() {
            Some(warning) => Err(Error::usage(warning.replace("; it is ignored", "")).code("not_for_projects")),
            None => Ok(()),
        }
    }

    /// Writes the text, unless the file is not any more what the change was made from.
    ///
    /// # Errors
    /// Exit 8 when somebody else changed it meanwhile; an io error.
    pub(crate) fn write(&self, change: impl Fn() -> Result<Edited>) -> Result<Edited> {
        let folder = self.paths.state.join("settings");
        atomic::make_folder(&self.paths.state, Privacy::Private)?;
        let _lock = ScopeLock::acquire_file(&folder.with_extension("lock"), |_| ())?;
        let edited = change()?;
        if edited.changed {
            if let Some(folder) = self.path.parent().filter(|_| !self.by_project) {
                // Keys may come to lie in it.
                atomic::make_folder(folder, Privacy::Private)?;
            }
            atomic::write(&self.path, edited.text.as_bytes(), Privacy::Shared)?;
        }
        Ok(edited)
    }

    /// What somebody who has no file yet is shown: every key, said to be what it is without it.
    pub(crate) fn template(&self) -> String {
        let mut text = String::from("# Settings of skillzdrive. A line counts once its # is taken away.\n");
        let defaults = Settings::default();
        let fits = |key: &&settings_keys::Key| !self.by_project || key.project != Project::Nothing;
        for key in settings_keys::KEYS.iter().filter(fits) {
            let example = match (key.name, settings_keys::value(&defaults, key.name)) {
                ("server", _) => format!("{:?}", settings::DEFAULT_SERVER),
                ("agents", _) => "[\"claude-code\"]".to_owned(),
                ("collection", _) => "\"work\"".to_owned(),
                ("max_credits", _) => "100".to_owned(),
                (_, value) => value.to_string(),
            };
            text.push_str(&format!("\n# {}\n# {} = {example}\n", key.about, key.name));
        }
        text
    }

    fn parse(&self, text: &str) -> Result<DocumentMut> {
        text.parse().map_err(|error| {
            // The reader says the same with the line.
            let said = self.check(Some(&self.path), text).err();
            said.unwrap_or_else(|| Error::usage(format!("`{}` cannot be read", self.path.display())).source(error))
        })
    }
}

/// What was typed as a value of the file.
fn value(name: &str, form: Form, typed: &[String]) -> Result<Value> {
    if let Form::Texts = form {
        let items = typed.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
        return Ok(Value::Array(items.collect::<Array>()));
    }
    let [text] = typed else {
        return Err(Error::usage(format!("`{name}` holds one value, and {} were given", typed.len())));
    };
    let number = || text.parse::<i64>().map(Value::from);
    Ok(match form {
        Form::Switch => match text.as_str() {
            "true" | "yes" | "on" => Value::from(true),
            "false" | "no" | "off" => Value::from(false),
            _ => Value::from(text.as_str()),
        },
        Form::Count | Form::Age | Form::Size => number().unwrap_or_else(|_| Value::from(text.as_str())),
        Form::Text | Form::Word(_) | Form::Texts => Value::from(text.as_str()),
    })
}

/// Sets a key; a comment behind the old value stays behind the new one.
fn put(document: &mut DocumentMut, name: &str, value: Value) -> Result<String> {
    let foreign = || Error::usage(format!("`{name}` cannot be set: something else is there")).code("settings_invalid");
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut last = name;
    if let Some((id, field)) = name.strip_prefix("agent.").and_then(|rest| rest.split_once('.')) {
        let mut implicit = toml_edit::Table::new();
        implicit.set_implicit(true);
        let agents = table.entry("agent").or_insert(Item::Table(implicit));
        let agents = agents.as_table_like_mut().ok_or_else(foreign)?;
        let one = agents.entry(id).or_insert_with(|| Item::Table(toml_edit::Table::new()));
        table = one.as_table_like_mut().ok_or_else(foreign)?;
        last = field;
    }
    match table.get_mut(last).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(last, Item::Value(value));
        }
    }
    Ok(document.to_string())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::fs;

    use super::*;

    fn arrange(user: &str) -> (tempfile::TempDir, Paths) {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let paths =
            Paths { home: at(""), config: at("config"), data: at("data"), state: at("state"), cache: at("cache") };
        fs::create_dir(at("config")).unwrap();
        fs::write(at("config/config.toml"), user).unwrap();
        (home, paths)
    }

    fn typed(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn one_key_changes_and_every_other_byte_stays() {
        let text = "# mine\nmin_age = 7 # a week\n\n# links\nlink_mode = 'link'\n[agent.bob] # odd\nname = \"B\"\n";
        let (_home, paths) = arrange(text);
        let file = SettingsFile::user(&paths);
        let edited = file.with("min_age", &typed("36h")).unwrap();
        assert_eq!(edited.text, text.replace("min_age = 7 #", "min_age = \"36h\" #"));
        let edited = file.with("agents", &typed("bob,mux grok")).unwrap();
        assert!(edited.text.contains("agents = [\"bob\", \"mux\", \"grok\"]\n[agent.bob] # odd\n"), "{}", edited.text);
        let edited = file.with("agent.bob.link_mode", &typed("copy")).unwrap();
        assert!(edited.text.ends_with("[agent.bob] # odd\nname = \"B\"\nlink_mode = \"copy\"\n"), "{}", edited.text);
        let edited = file.with("agent.new.global", &typed("~/new/skills")).unwrap();
        assert!(edited.text.ends_with("\n[agent.new]\nglobal = \"~/new/skills\"\n"), "{}", edited.text);
        assert!(!file.with("min_age", &typed("7")).unwrap().changed);
        assert_eq!(file.without("agent.bob.name").unwrap().text, text.replace("name = \"B\"\n", ""));
        assert!(!file.without("color").unwrap().changed);
        assert!(!file.without("agent.mux.name").unwrap().changed);
    }

    #[test]
    fn nothing_is_set_that_could_not_be_read() {
        let (_home, paths) = arrange("fail_on = \"medium\"\n");
        let file = SettingsFile::user(&paths);
        for (key, value, says) in [
            ("min_age", "soon", "`min_age` must be a number of days"),
            ("max_credits", "-1", "`max_credits` must be a whole number"),
            ("daily_check", "maybe", "`daily_check` must be true or false"),
            ("color", "red", "`color` must be one of auto, always, never"),
            ("color", "auto never", "`color` holds one value, and 2 were given"),
            ("srever", "x", "`srever` is not a setting"),
            ("agent.bob.project", "/x", "`agent.bob.project` must be a folder below"),
        ] {
            let error = file.with(key, &typed(value)).unwrap_err();
            assert!(error.message().starts_with(says), "{}", error.message());
        }
        let (_repo, scope) = (tempfile::tempdir().unwrap(), Scope::project(Path::new("/no/such/repo")));
        let file = SettingsFile::project(&paths, &scope);
        assert!(file.with("server", &typed("https://x")).unwrap_err().message().contains("a project cannot set"));
        assert!(file.with("fail_on", &typed("high")).unwrap_err().message().contains("a project cannot weaken"));
        assert_eq!(file.with("fail_on", &typed("low")).unwrap().text, "fail_on = \"low\"\n");
    }

    #[test]
    fn a_file_that_is_no_toml_is_left_and_its_line_named_but_a_wrong_key_can_be_taken_out() {
        let (_home, paths) = arrange("color = \"never\"\ncolour =\n");
        let error = SettingsFile::user(&paths).with("color", &typed("auto")).unwrap_err();
        assert!(error.message().contains("config.toml:2: "), "{}", error.message());
        let (_home, paths) = arrange("color = \"never\"\ncolour = 3\n");
        assert!(SettingsFile::user(&paths).with("color", &typed("auto")).is_err());
        assert_eq!(SettingsFile::user(&paths).without("colour").unwrap().text, "color = \"never\"\n");
    }
}
