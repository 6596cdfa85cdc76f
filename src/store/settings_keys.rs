//! The keys of the settings: what each is, what it may hold, who obeys it, and what a project may say of it.
//!
//! The reader ([`crate::store::settings_file`]) decides what a value means; this is the list that people are shown.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use skillzdrive_scan::Severity;

use crate::error::Error;
use crate::error::Result;
use crate::store::settings::Settings;
use crate::store::settings_file::COLORS;
use crate::store::settings_file::CONFLICTS;
use crate::store::settings_file::LEVELS;
use crate::store::settings_file::LINK_MODES;

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A text.
    Text,
    /// Several texts.
    Texts,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A time: days, or a text like `36h`, `7d`, `2w`.
    Age,
    /// A whole number.
    Count,
    /// Bytes, or a text like `500MB`.
    Size,
    /// Yes or no.
    Switch,
}

/// What a project's file may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Project {
    /// Nothing.
    Nothing,
    /// What it likes.
    Anything,
    /// Only what is stricter than the person's own.
    Stricter,
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Its name in the file and on the command line.
    pub(crate) name: &'static str,
    /// What it may hold.
    pub(crate) form: Form,
    /// What a project's file may say of it.
    pub(crate) project: Project,
    /// What it does, in one sentence.
    pub(crate) about: &'static str,
}

/// Every key that stands alone.
pub(crate) const KEYS: [Key; 15] = [
    Key {
        name: "agents",
        form: Form::Texts,
        project: Project::Anything,
        about: "the agents that get links to skills (install, sync, update); without it those on this machine",
    },
    Key {
        name: "collection",
        form: Form::Text,
        project: Project::Anything,
        about: "the collection whose key and list are used; `collection use` goes before it",
    },
    Key {
        name: "color",
        form: Form::Word(&["auto", "always", "never"]),
        project: Project::Nothing,
        about: "when to use colour; --color, NO_COLOR and CLICOLOR go before it",
    },
    Key {
        name: "conflict",
        form: Form::Word(&["ask", "keep-local", "take-drive", "fork", "skip"]),
        project: Project::Nothing,
        about: "what sync and update do with a skill that was changed on both sides, like --on-conflict",
    },
    Key {
        name: "daily_check",
        form: Form::Switch,
        project: Project::Nothing,
        about: "whether a line says once a day that machine and drive differ",
    },
    Key {
        name: "fail_on",
        form: Form::Word(&["low", "medium", "high", "critical"]),
        project: Project::Stricter,
        about: "the mildest finding that fails audit and scan, like --fail-on",
    },
    Key {
        name: "link_mode",
        form: Form::Word(&["link", "copy"]),
        project: Project::Nothing,
        about: "how agents are shown a skill: by a link, or by a copy",
    },
    Key {
        name: "max_credits",
        form: Form::Count,
        project: Project::Stricter,
        about: "the most credits that one sync, update, upload, run or drive accept may cost; 0 also stops drive import",
    },
    Key {
        name: "min_age",
        form: Form::Age,
        project: Project::Stricter,
        about: "how old a version must be before install and update take it; one that is named exactly is taken",
    },
    Key {
        name: "plain",
        form: Form::Switch,
        project: Project::Nothing,
        about: "plain lines for a screen reader: no colour, nothing drawn anew, questions answered by a line",
    },
    Key { name: "server", form: Form::Text, project: Project::Nothing, about: "the drive: a URL, local, or local:DIR" },
    Key {
        name: "telemetry_notice",
        form: Form::Switch,
        project: Project::Nothing,
        about: "whether the notice about telemetry is shown before the first event",
    },
    Key {
        name: "trash_days",
        form: Form::Count,
        project: Project::Nothing,
        about: "how many days the trash keeps what was replaced or removed",
    },
    Key { name: "trash_size", form: Form::Size, project: Project::Nothing, about: "how many bytes the trash keeps" },
    Key {
        name: "update_notice",
        form: Form::Switch,
        project: Project::Nothing,
        about: "whether a line says once a day that there is a newer version of this program",
    },
];

/// What can be said of one agent, as `agent.ID.FIELD`.
pub(crate) const AGENT_FIELDS: [Key; 5] = [
    Key {
        name: "detect",
        form: Form::Text,
        project: Project::Nothing,
        about: "the agent is here when this path exists",
    },
    Key {
        name: "global",
        form: Form::Text,
        project: Project::Nothing,
        about: "the folder from which the agent reads your own skills",
    },
    Key {
        name: "link_mode",
        form: Form::Word(&["link", "copy"]),
        project: Project::Nothing,
        about: "link or copy, for this agent alone",
    },
    Key { name: "name", form: Form::Text, project: Project::Nothing, about: "the agent's name for people" },
    Key {
        name: "project",
        form: Form::Text,
        project: Project::Nothing,
        about: "the folder from which the agent reads a project's skills, relative to its root",
    },
];

/// The key of a name; `agent.ID.FIELD` is that of the field.
///
/// # Errors
/// Exit 2 for a name that is no setting, naming those that are.
pub(crate) fn key(name: &str) -> Result<&'static Key> {
    let found = match name.strip_prefix("agent.").and_then(|rest| rest.split_once('.')) {
        Some((id, field)) if is_agent_id(id) => AGENT_FIELDS.iter().find(|key| key.name == field),
        Some(_) => None,
        None => KEYS.iter().find(|key| key.name == name),
    };
    found.ok_or_else(|| {
        Error::usage(format!("`{}` is not a setting", name.escape_debug())).code("unknown_setting").hint(the_keys())
    })
}

/// The hint that names every key.
pub(crate) fn the_keys() -> String {
    let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    let fields: Vec<&str> = AGENT_FIELDS.iter().map(|key| key.name).collect();
    format!("the settings are {}, and agent.ID.{{{}}}", names.join(", "), fields.join(","))
}

/// Whether a text may be the id of an agent.
pub(crate) fn is_agent_id(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.len() <= 64 && text.bytes().all(fits)
}

/// A value as JSON: what holds, whoever said it. Null where nothing does. The server of the user's file alone: flag and
/// environment are not settings.
pub(crate) fn value(settings: &Settings, name: &str) -> Value {
    if let Some((id, field)) = name.strip_prefix("agent.").and_then(|rest| rest.split_once('.')) {
        let Some(said) = settings.agent.get(id) else { return Value::Null };
        return match field {
            "name" => json!(said.name),
            "project" => json!(said.project),
            "global" => json!(said.global),
            "detect" => json!(said.detect),
            "link_mode" => json!(said.link_mode.map(|mode| word(&LINK_MODES, mode))),
            _ => Value::Null,
        };
    }
    match name {
        "agents" => json!(settings.agents.as_ref().or(settings.project_agents.as_ref())),
        "collection" => json!(settings.collection),
        "color" => json!(word(&COLORS, settings.color)),
        "conflict" => json!(word(&CONFLICTS, settings.conflict)),
        "daily_check" => json!(settings.daily_check),
        "fail_on" => json!(level(settings.fail_on)),
        "link_mode" => json!(word(&LINK_MODES, settings.link_mode)),
        "max_credits" => json!(settings.max_credits),
        "min_age" => json!(age(settings.min_age)),
        "plain" => json!(settings.plain),
        "server" => json!(settings.own_server()),
        "telemetry_notice" => json!(settings.telemetry_notice),
        "trash_days" => json!(settings.trash_days),
        "trash_size" => json!(settings.trash_size),
        "update_notice" => json!(settings.update_notice),
        _ => Value::Null,
    }
}

fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> Option<&'static str> {
    words.iter().find(|(_, one)| *one == value).map(|(word, _)| *word)
}

fn level(level: Severity) -> Option<&'static str> {
    word(&LEVELS, level)
}

/// A time as it is written in the file.
fn age(age: Duration) -> String {
    let hours = age.as_secs() / 3600;
    if hours.is_multiple_of(24) { format!("{}d", hours / 24) } else { format!("{hours}h") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn every_key_is_known_by_its_name_alone() {
        assert!(KEYS.is_sorted_by_key(|key| key.name) && AGENT_FIELDS.is_sorted_by_key(|key| key.name));
        for one in KEYS {
            assert_eq!(key(one.name).unwrap(), &one);
            assert!(!one.about.ends_with('.') && one.about.len() < 120, "{}", one.name);
        }
        assert_eq!(key("agent.claude-code.link_mode").unwrap().about, "link or copy, for this agent alone");
        for wrong in ["", "srever", "agent", "agent.bob", "agent.bob.x", "agent..name", "agent.B.name", "agents.name"] {
            let error = key(wrong).unwrap_err();
            assert_eq!((error.kind(), error.code_str()), (Kind::Usage, "unknown_setting"), "{wrong}");
            assert!(error.hints()[0].contains("min_age"), "{wrong}");
        }
    }

    #[test]
    fn words_are_those_of_the_reader() {
        let words = |name: &str| match key(name).unwrap().form {
            Form::Word(words) => words.to_vec(),
            _ => Vec::new(),
        };
        let of = |table: &[(&'static str, _)]| table.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        assert_eq!(words("link_mode"), of(&LINK_MODES));
        assert_eq!(words("agent.x.link_mode"), words("link_mode"));
        assert_eq!(words("fail_on"), LEVELS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        assert_eq!(words("color"), COLORS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        assert_eq!(words("conflict"), CONFLICTS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
    }

    #[test]
    fn times_are_said_as_they_are_written() {
        assert_eq!(age(Duration::ZERO), "0d");
        assert_eq!(age(Duration::from_secs(14 * 86_400)), "14d");
        assert_eq!(age(Duration::from_secs(36 * 3600)), "36h");
    }
}
