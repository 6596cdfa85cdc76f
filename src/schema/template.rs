//! `--format '{slug} {version}'`: a line for each row of a document.
//!
//! The names in braces are fields of the rows that `--json` prints, with `.` between steps, and of the document around
//! them. `{{` and `}}` are braces; `\n`, `\t` and `\\` are what they are everywhere.

use serde_json::Value;

use crate::error::Error;
use crate::error::Result;
use crate::schema::of;
use crate::schema::select::all;
use crate::schema::select::fields;
use crate::schema::select::is_list;
use crate::schema::select::leads;

/// What each line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
    /// The list whose items are the rows; without one the document is the one row.
    rows: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The steps to a value.
    Field(Vec<String>),
}

impl Template {
    /// Reads a template for the command of these words.
    ///
    /// # Errors
    /// Exit 2 for a brace that is not closed, for a command that prints no fields, and for a field that it does not have,
    /// naming those that it has.
    pub(crate) fn parse(text: &str, words: &[&str]) -> Result<Self> {
        let command = words.join(" ");
        let Some(schema) = of(words) else {
            return Err(Error::usage(format!("`{command}` has no fields for --format")).code("unknown_field"));
        };
        let parts = parts(text)?;
        let top = &schema["properties"]["data"];
        let bad = |what: String| {
            Error::usage(what)
                .code("unknown_field")
                .hint(format!("the fields of `{command}` are {}", all(&schema, top).join(", ")))
        };
        let named: Vec<&Vec<String>> = parts.iter().filter_map(Part::field).collect();
        if named.is_empty() {
            return Err(bad("--format names no field, as {slug} does".to_owned()));
        }
        // Every name must be one of the rows of one list, or of the document; as many as can be are of the rows.
        let of_top = |steps: &[String]| leads(&schema, top, steps);
        let fits = |list: &Value| named.iter().all(|steps| leads(&schema, list, steps) || of_top(steps));
        let count = |list: &Value| named.iter().filter(|steps| leads(&schema, list, steps)).count();
        let lists = fields(&schema, top).into_iter().filter(|(_, node)| is_list(&schema, node));
        let rows = lists.filter(|(_, list)| fits(list) && count(list) > 0).max_by_key(|(_, list)| count(list));
        let rows = rows.map(|(name, _)| name);
        if rows.is_none()
            && let Some(steps) = named.iter().find(|steps| !of_top(steps))
        {
            let name = steps.join(".").escape_debug().to_string();
            return Err(bad(match named.len() {
                1 => format!("`{command}` has no field `{name}` for --format"),
                _ => format!("no rows of `{command}` have `{name}` beside the other fields of --format"),
            }));
        }
        Ok(Self { parts, rows })
    }

    /// The lines of a document.
    pub(crate) fn lines(&self, document: &Value) -> Vec<String> {
        let Some(rows) = &self.rows else { return vec![self.line(document, document)] };
        let items = document.get(rows).and_then(Value::as_array);
        items.into_iter().flatten().map(|row| self.line(row, document)).collect()
    }

    fn line(&self, row: &Value, document: &Value) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(steps) => shown(at(row, steps).or_else(|| at(document, steps))),
        };
        self.parts.iter().map(text).collect()
    }
}

impl Part {
    fn field(&self) -> Option<&Vec<String>> {
        match self {
            Self::Text(_) => None,
            Self::Field(steps) => Some(steps),
        }
    }
}

fn at<'a>(value: &'a Value, steps: &[String]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| value.get(step))
}

/// As a person writes it: nothing for what is not there, a list with commas. One row stays one line.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.replace(char::is_control, " "),
        Some(Value::Array(items)) => items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(","),
        Some(other) => other.to_string(),
    }
}

fn parts(text: &str) -> Result<Vec<Part>> {
    let bad = |what: &str| Error::usage(format!("--format: {what}")).code("bad_format").hint("{{ and }} are braces");
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('{', Some('{')) | ('}', Some('}')) | ('\\', Some('\\')) => plain.extend(rest.next()),
            ('\\', Some(escape @ ('n' | 't'))) => {
                rest.next();
                plain.push(if escape == 'n' { '\n' } else { '\t' });
            }
            ('{', _) => {
                let mut name = String::new();
                loop {
                    match rest.next() {
                        Some('}') => break,
                        Some(c) => name.push(c),
                        None => return Err(bad("a `{` is not closed")),
                    }
                }
                let steps: Vec<String> = name.trim().split('.').map(str::to_owned).collect();
                if steps.iter().any(String::is_empty) {
                    return Err(bad("a name between braces is empty"));
                }
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(Part::Field(steps));
            }
            ('}', _) => return Err(bad("a `}` closes nothing")),
            (c, _) => plain.push(c),
        }
    }
    parts.push(Part::Text(plain));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(text: &str, document: &Value) -> Vec<String> {
        Template::parse(text, &["agents", "list"]).unwrap().lines(document)
    }

    #[test]
    fn a_line_is_made_for_each_row() {
        let document = json!({"scope": "global", "agents": [
            {"id": "bob", "name": "Bob\nx", "detected": true},
            {"id": "roo", "detected": false, "folder": null},
        ]});
        assert_eq!(
            lines(r"{id}\t{ name }|{detected} {{{scope}}}", &document),
            ["bob\tBob x|true {global}", "roo\t|false {global}"]
        );
        assert_eq!(lines(r"{scope}\\n", &document), [r"global\n"]);
        assert_eq!(lines("{id}", &json!({"scope": "global", "agents": []})), Vec::<String>::new());
        assert_eq!(shown(Some(&json!(["a", 1, null]))), "a,1,");
    }

    #[test]
    fn what_is_no_template_is_said_with_what_there_is() {
        for (text, code) in [
            ("{nonsense}", "unknown_field"),
            ("{id} {nonsense}", "unknown_field"),
            ("plain", "unknown_field"),
            ("", "unknown_field"),
            ("{id", "bad_format"),
            ("id}", "bad_format"),
            ("{}", "bad_format"),
            ("{id.}", "bad_format"),
        ] {
            assert_eq!(Template::parse(text, &["agents", "list"]).unwrap_err().code_str(), code, "{text}");
        }
        let error = Template::parse("{nonsense}", &["agents", "list"]).unwrap_err();
        assert!(error.hints()[0].contains("agents.{changed,chosen,"), "{error}");
        assert!(Template::parse("{x}", &["no", "such"]).is_err());
    }
}
