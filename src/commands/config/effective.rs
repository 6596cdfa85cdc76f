//! What holds, and who says so: flag, environment, project, user, default.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::cli::ColorChoice;
use crate::context::Context;
use crate::env;
use crate::error::Result;
use crate::store::settings::DEFAULT_SERVER;
use crate::store::settings::Loaded;
use crate::store::settings::Settings;
use crate::store::settings_keys;
use crate::ui;

/// One key with its value.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SettingJson {
    pub(super) key: String,
    /// Null where nothing is set and nothing is meant.
    pub(super) value: Value,
    pub(super) default: Value,
    /// `flag`, `environment`, `project`, `user` or `default`.
    pub(super) source: &'static str,
    /// The flag, the variable, or the file with its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<String>,
    pub(super) about: &'static str,
}

/// Every key, in the order of the alphabet; what is said of single agents comes last.
pub(super) fn all(ctx: &Context, loaded: &Loaded) -> Result<Vec<SettingJson>> {
    let alone = settings_keys::KEYS.iter().map(|key| key.name.to_owned());
    let agents = loaded.origins.keys().filter(|name| name.starts_with("agent.")).cloned();
    alone.chain(agents).map(|name| one(ctx, loaded, &name)).collect()
}

/// One key.
///
/// # Errors
/// Exit 2 for a name that is no setting.
pub(super) fn one(ctx: &Context, loaded: &Loaded, name: &str) -> Result<SettingJson> {
    let key = settings_keys::key(name)?;
    let defaults = Settings::default();
    let default = if name == "server" { json!(DEFAULT_SERVER) } else { settings_keys::value(&defaults, name) };
    let said = settings_keys::value(&loaded.settings, name);
    let (value, source, place) = match (over(ctx, name), loaded.origins.get(name)) {
        (Some((value, source, place)), _) => (value, source, Some(place)),
        (None, Some(place)) => (said, if place.by_project { "project" } else { "user" }, Some(place.to_string())),
        (None, None) => (default.clone(), "default", None),
    };
    Ok(SettingJson { key: name.to_owned(), value, default, source, place, about: key.about })
}

/// What goes before every file.
fn over(ctx: &Context, name: &str) -> Option<(Value, &'static str, String)> {
    match name {
        "server" => {
            let flag = ctx.global.server.as_ref().map(|said| (json!(said), "flag", "--server".to_owned()));
            flag.or_else(|| env::text(env::SERVER).map(|said| (json!(said), "environment", env::SERVER.to_owned())))
        }
        "color" => {
            let word = match ctx.global.color {
                ColorChoice::Auto => None,
                ColorChoice::Always => Some("always"),
                ColorChoice::Never => Some("never"),
            };
            let flag = word.map(|word| (json!(word), "flag", "--color".to_owned()));
            flag.or_else(|| {
                let (variable, is_on) = ui::color_of_environment()?;
                Some((json!(if is_on { "always" } else { "never" }), "environment", variable.to_owned()))
            })
        }
        "plain" => {
            env::text(env::PLAIN).map(|_| (json!(env::switch(env::PLAIN)), "environment", env::PLAIN.to_owned()))
        }
        "update_notice" => {
            let off = env::switch(env::NO_UPDATE_NOTICE);
            off.then(|| (json!(false), "environment", env::NO_UPDATE_NOTICE.to_owned()))
        }
        _ => None,
    }
}

/// A value as it is typed; empty for none.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
