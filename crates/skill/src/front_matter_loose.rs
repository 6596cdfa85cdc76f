//! Second readings of front matter that is not as it should be. Only lenient reading comes here.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;

use crate::front_matter::FrontMatter;
use crate::front_matter::from_yaml;

/// Quotes the values of top-level fields that have a colon in them and no quotes around them. `None`: nothing to quote.
pub(crate) fn quote_colons(yaml: &str) -> Option<String> {
    let mut changed = false;
    let mut quoted = String::with_capacity(yaml.len() + 16);
    for line in yaml.lines() {
        match quote_line(line) {
            Some(line) => {
                quoted.push_str(&line);
                changed = true;
            }
            None => quoted.push_str(line),
        }
        quoted.push('\n');
    }
    changed.then_some(quoted)
}

fn quote_line(line: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    let plain_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let value = value.trim();
    let plain_value = !value.starts_with(['"', '\'', '|', '>', '[', '{', '&', '*', '!', '#']);
    let colon = value.contains(": ") || value.ends_with(':');
    (plain_key && plain_value && colon).then(|| format!("{key}: '{}'", value.replace('\'', "''")))
}

/// Reads front matter field by field, keeping what has a usable shape and naming what has not.
pub(crate) fn parse(yaml: &str, warnings: &mut Vec<String>) -> Option<FrontMatter> {
    let fields: BTreeMap<String, Node> = from_yaml(yaml).ok()?;
    let mut front = FrontMatter::default();
    let mut said = Vec::new();
    for (key, node) in fields {
        let slot = match key.as_str() {
            "name" => &mut front.name,
            "description" => &mut front.description,
            "license" => &mut front.license,
            "compatibility" => &mut front.compatibility,
            "allowed-tools" => {
                front.allowed_tools = node.words();
                if !matches!(node, Node::Text(_) | Node::Nothing) {
                    said.push("`allowed-tools` should be one text, not a list".to_owned());
                }
                continue;
            }
            "metadata" => {
                front.metadata = metadata(node, &mut said);
                continue;
            }
            _ => {
                front.other.push(key);
                continue;
            }
        };
        match node {
            Node::Text(text) => *slot = Some(text),
            Node::Nothing => {}
            _ => said.push(format!("`{key}` should be a text")),
        }
    }
    warnings.append(&mut said);
    Some(front)
}

fn metadata(node: Node, said: &mut Vec<String>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let odd = match node {
        Node::Nothing => false,
        Node::Map(map) => {
            let all = map.len();
            texts.extend(map.into_iter().filter_map(|(key, node)| match node {
                Node::Text(text) => Some((key, text)),
                Node::Nothing => Some((key, String::new())),
                _ => None,
            }));
            texts.len() < all
        }
        _ => true,
    };
    if odd {
        said.push("`metadata` should be texts by name; other values are not kept".to_owned());
    }
    texts
}

/// Any YAML value, as far as front matter can use it.
enum Node {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
}

impl Node {
    fn words(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::List(nodes) => Some(nodes.iter().filter_map(Self::words).collect::<Vec<_>>().join(" ")),
            Self::Nothing | Self::Map(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

macro_rules! visit_as_text {
    ($($method:ident: $type:ty),+) => {
        $( fn $method<E>(self, value: $type) -> Result<Node, E> { Ok(Node::Text(value.to_string())) } )+
    };
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    visit_as_text!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut nodes = BTreeMap::new();
        // A key is taken as it is written: `n` and `1.10` are names here, whatever YAML makes of them elsewhere.
        while let Some(key) = map.next_key::<String>()? {
            nodes.insert(key, map.next_value()?);
        }
        Ok(Node::Map(nodes))
    }
}
