//! The front matter of a `SKILL.md`: the YAML between two `---` lines at its top.
//!
//! Reading is lenient and answers with warnings, because skills in the wild are not tidy; publishing is strict. The YAML
//! is bounded in bytes before it is parsed, and the parser's own budget bounds aliases and depth.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use skillzdrive_wire::Slug;

use crate::front_matter_loose;
use crate::names::shown;

/// Bytes of front matter that are looked at.
pub(crate) const MOST_BYTES: usize = 64 << 10;

/// What a skill says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct FrontMatter {
    /// The skill's name, as written.
    #[serde(default)]
    pub name: Option<String>,
    /// What it does and when to use it.
    #[serde(default)]
    pub description: Option<String>,
    /// A licence's name, or a file of the skill that holds it.
    #[serde(default)]
    pub license: Option<String>,
    /// What it needs to run.
    #[serde(default)]
    pub compatibility: Option<String>,
    /// Tools it may use without asking, as one text: `Bash(git:*) Read`.
    #[serde(default, rename = "allowed-tools")]
    pub allowed_tools: Option<String>,
    /// Further texts of the author's choice.
    #[serde(default, deserialize_with = "null_as_default")]
    pub metadata: BTreeMap<String, String>,
    /// The names of all other fields, whose values are not kept.
    #[serde(flatten, deserialize_with = "names_only")]
    pub other: Vec<String>,
}

fn null_as_default<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn names_only<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    BTreeMap::<String, IgnoredAny>::deserialize(deserializer).map(|map| map.into_keys().collect())
}

/// Why front matter is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    /// The file is not text.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// The first line is not `---`.
    #[error("it does not start with a line `---`")]
    Missing,
    /// No second `---` line.
    #[error("its front matter has no closing line `---`")]
    Unclosed,
    /// More than 64 KiB.
    #[error("its front matter is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Not YAML, or not of the expected shape.
    #[error("its front matter is not valid: {0}")]
    Yaml(String),
    /// A field that publishing requires is not there, or empty.
    #[error("`{0}` is missing")]
    MissingField(&'static str),
    /// A field that is not as publishing requires.
    #[error("`{field}` {rule}")]
    Rule {
        /// The field.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The name is not the folder's.
    #[error("`name` is `{}`, but the folder is `{}`", name.escape_debug(), folder.escape_debug())]
    FolderDiffers {
        /// The name in the front matter.
        name: String,
        /// The folder's.
        folder: String,
    },
}

impl FrontMatterError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "front_matter_not_utf8",
            Self::Missing => "front_matter_missing",
            Self::Unclosed => "front_matter_unclosed",
            Self::TooLarge { .. } => "front_matter_too_large",
            Self::Yaml(_) => "front_matter_yaml",
            Self::MissingField(_) => "front_matter_missing_field",
            Self::Rule { .. } => "front_matter_rule",
            Self::FolderDiffers { .. } => "front_matter_folder",
        }
    }
}

/// Reads the front matter of a skill that someone else wrote. Unknown fields are fine; what is odd becomes a warning.
///
/// A value with an unquoted colon (`description: use it: now`), which is not YAML but common, is read as if quoted.
///
/// # Errors
/// [`FrontMatterError`] when there is none, or none that can be read.
pub fn parse_lenient(text: &str) -> Result<(FrontMatter, Vec<String>), FrontMatterError> {
    let yaml = block(text)?;
    let mut warnings = Vec::new();
    let front = match from_yaml(yaml) {
        Ok(front) => front,
        Err(error) => {
            let quoted = front_matter_loose::quote_colons(yaml);
            if let Some(front) = quoted.as_deref().and_then(|yaml| from_yaml(yaml).ok()) {
                warnings.push("a value with a colon should be quoted".to_owned());
                front
            } else {
                let loose = front_matter_loose::parse(yaml, &mut warnings)
                    .or_else(|| front_matter_loose::parse(quoted.as_deref()?, &mut warnings));
                loose.ok_or(error)?
            }
        }
    };
    if let Err(error) = check(&front, None) {
        warnings.push(error.to_string());
    }
    Ok((front, warnings))
}

/// Reads front matter that is to be published: a name and a description by the rules, and valid YAML.
///
/// Unknown fields are accepted, as other tools define their own. `folder` is the folder's name where the name must equal
/// it.
///
/// # Errors
/// [`FrontMatterError`] with the first rule that is broken.
pub fn parse_strict(text: &str, folder: Option<&str>) -> Result<FrontMatter, FrontMatterError> {
    let front = from_yaml(block(text)?)?;
    check(&front, folder)?;
    Ok(front)
}

/// A skill's slug: its front matter's name where that is a valid slug, else its folder's name (contract, "Shapes").
#[must_use]
pub fn slug_of(front: &FrontMatter, folder_name: &str) -> Option<Slug> {
    let name = front.name.as_deref().and_then(|name| Slug::new(name).ok());
    name.or_else(|| Slug::new(folder_name).ok())
}

/// The text between the two `---` lines. A `---` that does not stand alone at the start of a line does not end it.
fn block(text: &str) -> Result<&str, FrontMatterError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_fence = |line: &str| line.trim_end() == "---";
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if !is_fence(first) {
        return Err(FrontMatterError::Missing);
    }
    let rest = &text[first.len()..];
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if is_fence(line) {
            return Ok(&rest[..end]);
        }
        end += line.len();
        if end > MOST_BYTES {
            return Err(FrontMatterError::TooLarge { limit: MOST_BYTES });
        }
    }
    Err(FrontMatterError::Unclosed)
}

pub(crate) fn from_yaml<'de, T: Deserialize<'de> + Default>(yaml: &'de str) -> Result<T, FrontMatterError> {
    // An empty block is an empty map, not nothing.
    if yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(T::default());
    }
    let options = serde_saphyr::options! { with_snippet: false, strict_booleans: true };
    serde_saphyr::from_str_with_options(yaml, options)
        .map_err(|error| FrontMatterError::Yaml(shown(&error.to_string())))
}

fn check(front: &FrontMatter, folder: Option<&str>) -> Result<(), FrontMatterError> {
    let rule = |field, rule| Err(FrontMatterError::Rule { field, rule });
    let name = front.name.as_deref().filter(|name| !name.is_empty()).ok_or(FrontMatterError::MissingField("name"))?;
    if Slug::new(name).is_err() {
        return rule("name", "must be 1 to 64 characters of a-z, 0-9 and `-`");
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return rule("name", "must not start or end with `-` or have two of them together");
    }
    let description = front.description.as_deref().map_or("", str::trim);
    if description.is_empty() {
        return Err(FrontMatterError::MissingField("description"));
    }
    if description.chars().count() > 1024 {
        return rule("description", "must not be longer than 1024 characters");
    }
    if front.compatibility.as_deref().is_some_and(|text| !(1..=500).contains(&text.chars().count())) {
        return rule("compatibility", "must be 1 to 500 characters");
    }
    match folder {
        Some(folder) if folder != name => {
            Err(FrontMatterError::FolderDiffers { name: name.to_owned(), folder: folder.to_owned() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lenient(text: &str) -> (FrontMatter, Vec<String>) {
        parse_lenient(text).unwrap()
    }

    #[test]
    fn a_full_one() {
        let text = "---\nname: pdf-tools\ndescription: Reads PDFs\nlicense: MIT\ncompatibility: needs poppler\n\
                    allowed-tools: Bash(git:*) Read\nmetadata:\n  version: 1.10\n  author: x\ncontext: fork\n---\n# Body\n";
        let (front, warnings) = lenient(text);
        assert_eq!(front.name.as_deref(), Some("pdf-tools"));
        assert_eq!(front.allowed_tools.as_deref(), Some("Bash(git:*) Read"));
        assert_eq!(front.metadata["version"], "1.10");
        assert_eq!(front.other, ["context"]);
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(parse_strict(text, Some("pdf-tools")).unwrap(), front);
    }

    #[test]
    fn line_ends_and_marks_do_not_matter() {
        let expected = lenient("---\nname: a\ndescription: d\n---\n").0;
        for text in [
            "---\r\nname: a\r\ndescription: d\r\n---\r\n",
            "\u{feff}---\nname: a\ndescription: d\n---",
            "---  \nname: a\ndescription: d\n--- \nbody\n---\n",
        ] {
            assert_eq!(lenient(text).0, expected, "{text:?}");
        }
    }

    #[test]
    fn dashes_inside_do_not_end_it() {
        let text = "---\nname: a\ndescription: |\n  one\n  ---\n  two\nlicense: a --- b\n---\n";
        let (front, _) = lenient(text);
        assert_eq!(front.description.as_deref(), Some("one\n---\ntwo\n"));
        assert_eq!(front.license.as_deref(), Some("a --- b"));
    }

    #[test]
    fn an_unquoted_colon_is_forgiven_in_reading_only() {
        let text = "---\nname: a\ndescription: Use when: the user says \"go\"\n---\n";
        let (front, warnings) = lenient(text);
        assert_eq!(front.description.as_deref(), Some("Use when: the user says \"go\""));
        assert_eq!(warnings, ["a value with a colon should be quoted"]);
        assert!(matches!(parse_strict(text, None), Err(FrontMatterError::Yaml(_))));
    }

    #[test]
    fn odd_shapes_are_read_with_a_warning() {
        let text = "---\nname: a\ndescription: d\nallowed-tools: [Read, \"Bash(ls:*)\"]\n\
                    metadata:\n  nested: {a: 1}\n  n: 7\n---\n";
        let (front, warnings) = lenient(text);
        assert_eq!(front.allowed_tools.as_deref(), Some("Read Bash(ls:*)"));
        assert_eq!(front.metadata.get("n").map(String::as_str), Some("7"));
        assert!(!front.metadata.contains_key("nested"));
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(parse_strict(text, None).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        use FrontMatterError as E;
        assert_eq!(parse_lenient("# no front matter\n"), Err(E::Missing));
        assert_eq!(parse_lenient(""), Err(E::Missing));
        assert_eq!(parse_lenient("---\nname: a\n"), Err(E::Unclosed));
        assert!(matches!(parse_lenient("---\n- a\n- b\n---\n"), Err(E::Yaml(_))));
        assert!(matches!(parse_lenient("---\nname: [a\n---\n"), Err(E::Yaml(_))));
        let long = format!("---\nname: a\nx: {}\n---\n", "y".repeat(MOST_BYTES));
        assert_eq!(parse_lenient(&long), Err(E::TooLarge { limit: MOST_BYTES }));
        let error = parse_lenient("---\nname: *\u{202e}\u{7}x\n---\n").unwrap_err().to_string();
        assert!(!error.contains(['\u{202e}', '\u{7}', '\n']), "{error:?}");
        let (front, warnings) = lenient("---\n---\n");
        assert_eq!(front, FrontMatter::default());
        assert_eq!(warnings, ["`name` is missing"]);
    }

    #[test]
    fn bombs_end_soon() {
        let mut aliases = "---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for i in 1..30 {
            let refs = vec![format!("*a{}", i - 1); 9].join(",");
            aliases.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        aliases.push_str("---\n");
        assert!(matches!(parse_lenient(&aliases), Err(FrontMatterError::Yaml(_))));
        let deep = format!("---\nx: {}\n---\n", "[".repeat(60_000));
        assert!(matches!(parse_lenient(&deep), Err(FrontMatterError::Yaml(_))));
    }

    #[test]
    fn publishing_has_rules() {
        use FrontMatterError as E;
        let strict = |name: &str, description: &str| {
            parse_strict(&format!("---\nname: {name}\ndescription: {description}\n---\n"), None).map(|_| ())
        };
        assert_eq!(strict("a-1", &"ä".repeat(1024)), Ok(()));
        assert_eq!(strict("", "d"), Err(E::MissingField("name")));
        assert_eq!(strict("a", "\"  \""), Err(E::MissingField("description")));
        assert_eq!(strict(&"a".repeat(64), "d"), Ok(()));
        for bad in [&"a".repeat(65), "Name", "a_b", "../x", "-a", "a-", "a--b", "\u{e4}"] {
            assert!(matches!(strict(bad, "d"), Err(E::Rule { field: "name", .. })), "{bad}");
        }
        assert!(matches!(strict("a", &"x".repeat(1025)), Err(E::Rule { field: "description", .. })));
        let other = parse_strict("---\nname: a\ndescription: d\n---\n", Some("b"));
        assert_eq!(other, Err(E::FolderDiffers { name: "a".to_owned(), folder: "b".to_owned() }));
    }

    #[test]
    fn slugs_come_from_the_name_then_the_folder() {
        let named = |name: &str| FrontMatter { name: Some(name.to_owned()), ..FrontMatter::default() };
        let slug = |front: &FrontMatter, folder| slug_of(front, folder).map(|slug| slug.to_string());
        assert_eq!(slug(&named("a"), "b").as_deref(), Some("a"));
        assert_eq!(slug(&named("My Skill"), "b").as_deref(), Some("b"));
        assert_eq!(slug(&named("../../x"), "Not A Slug"), None);
        assert_eq!(slug(&FrontMatter::default(), "c").as_deref(), Some("c"));
    }
}
