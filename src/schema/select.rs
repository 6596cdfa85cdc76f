//! `--json=slug,version`: some fields of a document, in its own shape.
//!
//! A name is a way into the document, with `.` between the steps; lists are looked through. A name that is not at the
//! document's top is looked for one step deeper, so that `slug` means the slug of each skill of a list.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use crate::error::Error;
use crate::error::Result;
use crate::schema::of;

/// The fields that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    /// Nothing below: all of it.
    below: BTreeMap<String, Selection>,
}

impl Selection {
    /// Reads `a,b.c` for the command of these words.
    ///
    /// # Errors
    /// Exit 2 for a command that prints no fields, and for a field that its documents do not have, naming those that they
    /// have.
    pub(crate) fn parse(text: &str, words: &[&str]) -> Result<Self> {
        let command = words.join(" ");
        let Some(schema) = of(words) else {
            return Err(Error::usage(format!("`{command}` has no fields to choose from")).code("unknown_field"));
        };
        let top = &schema["properties"]["data"];
        let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let fields = || format!("the fields of `{command}` are {}", all(&schema, top).join(", "));
        if names.is_empty() {
            return Err(Error::usage("no field was named after `--json=`").code("unknown_field").hint(fields()));
        }
        let mut selection = Self::default();
        for name in names {
            let ways = ways(&schema, top, name);
            if ways.is_empty() {
                return Err(Error::usage(format!("`{command}` has no field `{}`", name.escape_debug()))
                    .code("unknown_field")
                    .hint(fields()));
            }
            ways.into_iter().for_each(|way| selection.add(&way));
        }
        Ok(selection)
    }

    /// Adds a way; one that is chosen as a whole stays whole.
    fn add(&mut self, way: &[String]) {
        let Some((first, rest)) = way.split_first() else {
            self.below.clear();
            return;
        };
        match self.below.get_mut(first) {
            Some(there) if there.below.is_empty() => {}
            Some(there) => there.add(rest),
            None => {
                let mut fresh = Self::default();
                if !rest.is_empty() {
                    fresh.add(rest);
                }
                self.below.insert(first.clone(), fresh);
            }
        }
    }

    /// What is kept of a value.
    pub(crate) fn of(&self, value: Value) -> Value {
        match value {
            Value::Object(fields) if !self.below.is_empty() => {
                let kept = fields.into_iter().filter_map(|(name, value)| {
                    let below = self.below.get(&name)?;
                    Some((name, below.of(value)))
                });
                Value::Object(kept.collect::<Map<_, _>>())
            }
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.of(item)).collect()),
            other => other,
        }
    }
}

/// The ways that a name may mean.
fn ways(schema: &Value, top: &Value, name: &str) -> Vec<Vec<String>> {
    let steps: Vec<String> = name.split('.').map(str::to_owned).collect();
    if leads(schema, top, &steps) {
        return vec![steps];
    }
    let below = fields(schema, top).into_iter().filter(|(_, node)| leads(schema, node, &steps));
    below.map(|(first, _)| std::iter::once(first).chain(steps.iter().cloned()).collect()).collect()
}

/// Whether these steps lead to something below a node.
pub(super) fn leads(schema: &Value, node: &Value, steps: &[String]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    if fields(schema, node).get(first).is_some_and(|below| leads(schema, below, rest)) {
        return true;
    }
    // A map has whatever names it has.
    variants(schema, node).iter().any(|node| match node.get("additionalProperties") {
        Some(below @ Value::Object(_)) => leads(schema, below, rest),
        _ => false,
    })
}

/// The names at a node, and what is below each.
pub(super) fn fields<'a>(schema: &'a Value, node: &'a Value) -> BTreeMap<String, &'a Value> {
    let mut fields = BTreeMap::new();
    for node in variants(schema, node) {
        if let Some(Value::Object(properties)) = node.get("properties") {
            fields.extend(properties.iter().map(|(name, below)| (name.clone(), below)));
        }
    }
    fields
}

/// What a node may be: references followed, lists looked through.
fn variants<'a>(schema: &'a Value, node: &'a Value) -> Vec<&'a Value> {
    let mut found = Vec::new();
    let mut open = vec![node];
    // A schema that refers to itself ends too.
    while let Some(node) = open.pop().filter(|_| found.len() < 64) {
        if let Some(name) = node.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/$defs/")) {
            open.extend(schema["$defs"].get(name));
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            open.extend(node.get(word).and_then(Value::as_array).into_iter().flatten());
        }
        open.extend(node.get("items"));
        found.push(node);
    }
    found
}

/// Whether a node may be a list of things that have fields.
pub(super) fn is_list(schema: &Value, node: &Value) -> bool {
    variants(schema, node).iter().any(|node| node.get("items").is_some()) && !fields(schema, node).is_empty()
}

/// Every field of a document as it is typed: what has fields of its own as `skills.{slug,version}`.
pub(super) fn all(schema: &Value, top: &Value) -> Vec<String> {
    let one = |(name, node): (String, &Value)| {
        let below: Vec<String> = fields(schema, node).into_keys().collect();
        if below.is_empty() { name } else { format!("{name}.{{{}}}", below.join(",")) }
    };
    fields(schema, top).into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chosen(text: &str, value: Value) -> Value {
        Selection::parse(text, &["agents", "list"]).unwrap().of(value)
    }

    #[test]
    fn names_at_the_top_and_one_step_below_are_kept() {
        let value = json!({"scope": "global", "agents": [{"id": "bob", "name": "Bob", "detected": true}]});
        assert_eq!(chosen("id", value.clone()), json!({"agents": [{"id": "bob"}]}));
        assert_eq!(
            chosen("scope, agents.name", value.clone()),
            json!({"scope": "global", "agents": [{"name": "Bob"}]})
        );
        assert_eq!(chosen("id,agents,detected", value.clone()), json!({"agents": value["agents"]}));
        assert_eq!(chosen("agents,id", value.clone()), json!({"agents": value["agents"]}));
        assert_eq!(chosen("id", json!({"scope": "global", "agents": []})), json!({"agents": []}));
    }

    #[test]
    fn a_field_that_is_not_there_is_said_with_those_that_are() {
        for text in ["nonsense", "agents.nonsense", "scope.id", "", ","] {
            let error = Selection::parse(text, &["agents", "list"]).unwrap_err();
            assert_eq!(error.code_str(), "unknown_field", "{text}");
            assert!(
                error.hints()[0].contains("agents.{changed,chosen,") && error.hints()[0].contains("scope"),
                "{text}"
            );
        }
        assert!(Selection::parse("x", &["no", "such"]).is_err());
    }
}
