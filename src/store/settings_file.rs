//! The reading of the two settings files, key by key, with the line of what is wrong.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Component;
use std::path::Path;
use std::time::Duration;

use skillzdrive_scan::Severity;
use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::settings::ColorSetting;
use crate::store::settings::LinkMode;
use crate::store::settings::Loaded;
use crate::store::settings::OnConflict;
use crate::store::settings::Place;
use crate::store::settings::Settings;
use crate::store::settings_keys;

/// Reads the user's file; an absent one sets nothing.
pub(super) fn read_user(path: &Path, loaded: &mut Loaded) -> Result<()> {
    let Some(text) = atomic::read_text(path)? else { return Ok(()) };
    read_user_text(Some(path), &text, loaded)
}

/// The same with the file's text at hand; without a path the errors name the key alone.
pub(super) fn read_user_text(path: Option<&Path>, text: &str, loaded: &mut Loaded) -> Result<()> {
    let Loaded { settings, origins, .. } = loaded;
    each(path, text, |key, value| {
        match key {
            "server" => settings.user_server = Some(value.text()?),
            "agents" => settings.agents = Some(value.list()?),
            "agent" => return value.agents(text, |id, field, value| agent(settings, id, field, value), origins),
            "collection" => settings.collection = Some(value.text()?),
            "link_mode" => settings.link_mode = value.one_of(&LINK_MODES)?,
            "conflict" => settings.conflict = value.one_of(&CONFLICTS)?,
            "fail_on" => settings.fail_on = value.one_of(&LEVELS)?,
            "color" => settings.color = value.one_of(&COLORS)?,
            "min_age" => settings.min_age = value.age()?,
            "max_credits" => settings.max_credits = Some(value.number()?),
            "telemetry_notice" => settings.telemetry_notice = value.yes_or_no()?,
            "daily_check" => settings.daily_check = value.yes_or_no()?,
            "update_notice" => settings.update_notice = value.yes_or_no()?,
            "plain" => settings.plain = value.yes_or_no()?,
            "trash_days" => settings.trash_days = value.number()?,
            "trash_size" => settings.trash_size = value.size()?,
            other => return Err(value.unknown(other)),
        }
        value.note(origins, false);
        Ok(())
    })
}

/// What the person says of one agent.
fn agent(settings: &mut Settings, id: &str, field: &str, value: &Value<'_>) -> Result<()> {
    let said = settings.agent.entry(id.to_owned()).or_default();
    match field {
        "name" => said.name = Some(value.text()?),
        "project" => said.project = Some(value.inside()?),
        "global" => said.global = Some(value.place_of_agent()?),
        "detect" => said.detect = Some(value.place_of_agent()?),
        "link_mode" => said.link_mode = Some(value.one_of(&LINK_MODES)?),
        _ => return Err(value.unknown(value.key)),
    }
    Ok(())
}

/// Reads the project's file: agents, collection, stricter gates. Everything else is a warning.
pub(super) fn read_project(path: &Path, loaded: &mut Loaded) -> Result<()> {
    let Some(text) = atomic::read_text(path)? else { return Ok(()) };
    read_project_text(Some(path), &text, loaded)
}

/// The same with the file's text at hand.
pub(super) fn read_project_text(path: Option<&Path>, text: &str, loaded: &mut Loaded) -> Result<()> {
    let Loaded { settings, origins, warnings } = loaded;
    each(path, text, |key, value| {
        let mut weaker = |strict: bool| {
            if !strict {
                warnings.push(format!("{}a project cannot weaken `{key}`; it is ignored", value.place()));
            }
            strict
        };
        match key {
            "agents" => {
                settings.project_agents = Some(value.list()?);
                if settings.agents.is_some() {
                    return Ok(());
                }
            }
            "collection" => settings.collection = Some(value.text()?),
            "fail_on" => {
                let level = value.one_of(&LEVELS)?;
                if !weaker(level <= settings.fail_on) {
                    return Ok(());
                }
                settings.fail_on = level;
            }
            "min_age" => {
                let age = value.age()?;
                if !weaker(age >= settings.min_age) {
                    return Ok(());
                }
                settings.min_age = age;
            }
            "max_credits" => {
                let most = value.number()?;
                if !weaker(settings.max_credits.is_none_or(|user| most <= user)) {
                    return Ok(());
                }
                settings.max_credits = Some(most);
            }
            other => {
                let name: String = other.escape_debug().to_string().chars().take(64).collect();
                warnings.push(format!("{}a project cannot set `{name}`; it is ignored", value.place()));
                return Ok(());
            }
        }
        value.note(origins, true);
        Ok(())
    })
}

pub(super) const LINK_MODES: [(&str, LinkMode); 2] = [("link", LinkMode::Link), ("copy", LinkMode::Copy)];
pub(super) const CONFLICTS: [(&str, OnConflict); 5] = [
    ("ask", OnConflict::Ask),
    ("keep-local", OnConflict::KeepLocal),
    ("take-drive", OnConflict::TakeDrive),
    ("fork", OnConflict::Fork),
    ("skip", OnConflict::Skip),
];
pub(super) const LEVELS: [(&str, Severity); 4] =
    [("low", Severity::Low), ("medium", Severity::Medium), ("high", Severity::High), ("critical", Severity::Critical)];
pub(super) const COLORS: [(&str, ColorSetting); 3] =
    [("auto", ColorSetting::Auto), ("always", ColorSetting::Always), ("never", ColorSetting::Never)];

/// One value with its place.
struct Value<'a> {
    path: Option<&'a Path>,
    line: usize,
    key: &'a str,
    value: &'a DeValue<'a>,
}

fn each(path: Option<&Path>, text: &str, mut take: impl FnMut(&str, &Value<'_>) -> Result<()>) -> Result<()> {
    let table: Spanned<DeTable<'_>> = DeTable::parse(text).map_err(|e| {
        let line = line_of(text, e.span().map_or(0, |span| span.start));
        let place = path.map_or_else(String::new, |path| format!("{}:{line}: ", path.display()));
        Error::usage(format!("{place}{}", e.message().trim())).code("settings_invalid")
    })?;
    for (key, value) in in_order(table.get_ref()) {
        let name: &str = key.get_ref();
        let line = line_of(text, key.span().start);
        take(name, &Value { path, line, key: name, value: value.get_ref() })?;
    }
    Ok(())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// In the order of the file, so that the first thing that is wrong is the one that is named.
fn in_order<'t, 'a>(table: &'t DeTable<'a>) -> Vec<(&'t Spanned<Cow<'a, str>>, &'t Spanned<DeValue<'a>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

impl Value<'_> {
    /// `FILE:LINE: `, or nothing for a value that is in no file.
    fn place(&self) -> String {
        self.path.map_or_else(String::new, |path| format!("{}:{}: ", path.display(), self.line))
    }

    /// Notes that this is where the key was set.
    fn note(&self, origins: &mut BTreeMap<String, Place>, by_project: bool) {
        if let Some(path) = self.path {
            origins.insert(self.key.to_owned(), Place { path: path.to_path_buf(), line: self.line, by_project });
        }
    }

    fn bad(&self, wanted: &str) -> Error {
        Error::usage(format!("{}`{}` must be {wanted}", self.place(), self.key)).code("settings_invalid")
    }

    fn unknown(&self, key: &str) -> Error {
        Error::usage(format!("{}`{}` is not a setting", self.place(), key.escape_debug()))
            .code("settings_invalid")
            .hint(settings_keys::the_keys())
    }

    /// The tables of the agents, field by field.
    fn agents(
        &self,
        text: &str,
        mut take: impl FnMut(&str, &str, &Value<'_>) -> Result<()>,
        origins: &mut BTreeMap<String, Place>,
    ) -> Result<()> {
        let wanted = "tables like [agent.claude-code]";
        let DeValue::Table(agents) = self.value else { return Err(self.bad(wanted)) };
        for (id, fields) in in_order(agents) {
            let (true, DeValue::Table(fields)) = (settings_keys::is_agent_id(id.get_ref()), fields.get_ref()) else {
                return Err(self.bad(wanted));
            };
            for (field, value) in in_order(fields) {
                let key = format!("agent.{}.{}", id.get_ref(), field.get_ref());
                let line = line_of(text, field.span().start);
                let value = Value { path: self.path, line, key: &key, value: value.get_ref() };
                take(id.get_ref(), field.get_ref(), &value)?;
                value.note(origins, false);
            }
        }
        Ok(())
    }

    /// A folder below a project's root.
    fn inside(&self) -> Result<String> {
        let text = self.text()?;
        let is_below = Path::new(&text).components().all(|part| matches!(part, Component::Normal(_)));
        if is_below { Ok(text) } else { Err(self.bad("a folder below the project's root, like \".bob/skills\"")) }
    }

    /// A place that is the same whatever the current folder is.
    fn place_of_agent(&self) -> Result<String> {
        let text = self.text()?;
        let fixed = text.starts_with("~/") || Path::new(&text).is_absolute();
        let climbs = Path::new(&text).components().any(|part| part == Component::ParentDir);
        if fixed && !climbs { Ok(text) } else { Err(self.bad("a path that begins with ~/ or is absolute")) }
    }

    fn text(&self) -> Result<String> {
        match self.value {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(self.bad("a text in quotes")),
        }
    }

    fn list(&self) -> Result<Vec<String>> {
        let wanted = "a list of texts, like [\"claude-code\"]";
        let DeValue::Array(items) = self.value else { return Err(self.bad(wanted)) };
        let texts = items.iter().map(|item| match item.get_ref() {
            DeValue::String(text) => Ok(text.clone().into_owned()),
            _ => Err(self.bad(wanted)),
        });
        texts.collect()
    }

    fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T> {
        let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let DeValue::String(text) = self.value else { return Err(self.bad(&format!("one of {known}"))) };
        let found = words.iter().find(|(word, _)| *word == text.as_ref());
        found.map(|(_, value)| *value).ok_or_else(|| self.bad(&format!("one of {known}")))
    }

    fn yes_or_no(&self) -> Result<bool> {
        match self.value {
            DeValue::Boolean(value) => Ok(*value),
            _ => Err(self.bad("true or false")),
        }
    }

    fn whole(&self) -> Option<u64> {
        match self.value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        }
    }

    fn number(&self) -> Result<u64> {
        self.whole().ok_or_else(|| self.bad("a whole number that is not negative"))
    }

    /// Days, or a text like `36h`, `7d`, `2w`.
    fn age(&self) -> Result<Duration> {
        let seconds = match self.value {
            DeValue::String(text) => united(text, &[("h", 3600), ("d", 86_400), ("w", 604_800)]),
            _ => self.whole().and_then(|days| days.checked_mul(86_400)),
        };
        seconds.map(Duration::from_secs).ok_or_else(|| self.bad("a number of days, or a text like \"36h\" or \"7d\""))
    }

    /// Bytes, or a text like `500MB`, `2GiB`.
    fn size(&self) -> Result<u64> {
        let units = [
            ("KiB", 1 << 10),
            ("MiB", 1 << 20),
            ("GiB", 1 << 30),
            ("kB", 1000),
            ("KB", 1000),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("B", 1),
        ];
        let bytes = match self.value {
            DeValue::String(text) => united(text, &units),
            _ => self.whole(),
        };
        bytes.ok_or_else(|| self.bad("a number of bytes, or a text like \"500MB\""))
    }
}

/// A number with the first unit that fits.
fn united(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (number, factor) = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))?;
    number.trim().parse::<u64>().ok()?.checked_mul(factor)
}
