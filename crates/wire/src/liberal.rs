//! How an answer of any drive is read (contract, "The wire contract"): both spellings of a name, null where a field may
//! be missing, and one entry of a list that cannot be read does not take the others with it.
//!
//! Only readers of answers use this. What is sent back as it came must be kept beside it.

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde::de::Error as _;
use serde_json::Map;
use serde_json::Value;

/// Reads an answer: names may be written `creditCost` or `credit_cost`, and null is the same as missing.
///
/// # Errors
/// When it has not the form of `T` even so.
pub fn read<T: DeserializeOwned>(answer: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(tidy(answer))
}

/// Names in snake case, nulls left out. Every shape of this crate takes a name's snake case.
fn tidy(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut tidied = Map::new();
            let mut others = Vec::new();
            for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
                let snake = snake_case(&name);
                if snake == name {
                    tidied.insert(name, tidy(value));
                } else {
                    others.push((snake, value));
                }
            }
            // A drive that sends both spellings means the one in snake case: the other is for somebody else.
            for (name, value) in others {
                if !tidied.contains_key(&name) {
                    tidied.insert(name, tidy(value));
                }
            }
            Value::Object(tidied)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(tidy).collect()),
        other => other,
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_small {
            snake.push('_');
            snake.push(c.to_ascii_lowercase());
        } else {
            snake.push(c);
        }
        after_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    snake
}

/// Reads a list and leaves out the entries that cannot be read: one strange skill must not hide all the others. A list
/// of which nothing can be read is an error, because then it is not the list it should be.
pub(crate) fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let mut first_error = None;
    let mut list = Vec::new();
    for item in Vec::<Value>::deserialize(deserializer)? {
        match serde_json::from_value(item) {
            Ok(item) => list.push(item),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match first_error {
        Some(error) if list.is_empty() => Err(D::Error::custom(error)),
        _ => Ok(list),
    }
}

/// Reads a text or a number as text, and null as nothing: another drive may keep an HTTP status as a number.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::skills::SkillList;
    use crate::sync::Executed;
    use crate::uploads::Ticket;

    #[test]
    fn both_spellings_are_read() {
        let download = json!({"contentSha": "a".repeat(64), "contentSize": 3, "url": "/x"});
        let result = json!({"slug": "pdf", "action": "download_install", "status": "deferred", "creditCost": 2,
            "download": download, "zzFuture": [{"aB": null}]});
        let run: Executed = read(json!({"runId": "r/1", "results": [result], "credits": null})).unwrap();
        assert_eq!((run.run_id.0.as_str(), run.results[0].credit_cost), ("r/1", 2));
        assert_eq!(run.results[0].download.as_ref().unwrap().content_size, 3);
        for ticket in [json!({"uploadToken": "t", "uploadUrl": "/u"}), json!({"upload_token": "t", "upload_url": "/u"})]
        {
            assert_eq!(read::<Ticket>(ticket).unwrap().upload_url, "/u");
        }
        let both = json!({"uploadToken": "old", "upload_token": "new", "uploadUrl": "/u"});
        assert_eq!(read::<Ticket>(both).unwrap().upload_token.expose(), "new");
    }

    #[test]
    fn null_is_missing_but_a_list_that_must_be_there_is_not() {
        let skill = json!({"slug": "pdf", "name": null, "tags": null, "version": null, "category": null});
        let list: SkillList = read(json!({"skills": [skill], "total": null})).unwrap();
        assert_eq!(list.skills[0].version, 0);
        assert!(read::<Executed>(json!({"runId": "r", "results": null})).is_err());
    }

    #[test]
    fn a_strange_entry_does_not_hide_the_others() {
        let list = |skills: Value| read::<SkillList>(json!({"skills": skills}));
        let some = list(json!([{"slug": "../../x"}, {"name": "no slug"}, 7, {"slug": "pdf"}])).unwrap();
        assert_eq!(some.skills.len(), 1);
        assert!(list(json!([])).unwrap().skills.is_empty());
        let error = list(json!([{"slug": "../../x"}])).unwrap_err().to_string();
        assert!(error.contains("is not a slug"), "{error}");
        assert!(list(json!({"pdf": 1})).is_err());
    }

    #[test]
    fn names_become_snake_case() {
        for (name, snake) in [("runId", "run_id"), ("run_id", "run_id"), ("sha256Sum", "sha256_sum"), ("ABC", "ABC")] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
