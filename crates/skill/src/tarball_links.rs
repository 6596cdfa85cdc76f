//! Links inside a skill that exists in memory only: each becomes what it names, or refuses the skill by its name.
//!
//! The rules are those of the walk over a folder on disk; here no file system can be asked, so the links are followed by
//! hand.

use std::collections::BTreeMap;

use crate::error::Refusal;
use crate::error::SkillError;
use crate::leave_out::left_out_reason;
use crate::leave_out::name_reason;
use crate::limits::Limits;

/// How many links may lead from one to the next.
const MOST_HOPS: usize = 32;

/// What lies at a path.
#[derive(Debug)]
pub(crate) enum Node {
    /// A file's content.
    File(Vec<u8>),
    /// What a link says.
    Link(String),
}

/// Every file of the tree under every path by which it can be reached.
pub(crate) fn expand<'a>(
    nodes: &'a BTreeMap<String, Node>,
    limits: &Limits,
) -> Result<Vec<(String, &'a [u8])>, SkillError> {
    let mut walk = Walk { nodes, limits, followed: 0, found: Vec::new() };
    walk.folder("", "", &mut vec![String::new()])?;
    Ok(walk.found)
}

struct Walk<'a, 'l> {
    nodes: &'a BTreeMap<String, Node>,
    limits: &'l Limits,
    followed: usize,
    found: Vec<(String, &'a [u8])>,
}

impl<'a> Walk<'a, '_> {
    /// Takes everything below the real folder `real` as if it lay in `shown`. `open` holds the real folders that the walk
    /// is inside of.
    fn folder(&mut self, shown: &str, real: &str, open: &mut Vec<String>) -> Result<(), SkillError> {
        let nodes = self.nodes;
        let prefix = if real.is_empty() { String::new() } else { format!("{real}/") };
        let below = nodes.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        for (path, node) in below {
            let shown = join(shown, &path[prefix.len()..]);
            match node {
                Node::File(content) => self.file(shown, content)?,
                // What a link says does not matter where its own name is left out.
                Node::Link(_) if left_out_reason(&shown).is_some() => self.file(shown, &[])?,
                Node::Link(_) => self.link(shown, path, open)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, shown: String, content: &'a [u8]) -> Result<(), SkillError> {
        if self.found.len() >= self.limits.entries {
            return Err(SkillError::refused(shown, Refusal::TooMany { limit: self.limits.entries }));
        }
        self.found.push((shown, content));
        Ok(())
    }

    fn link(&mut self, shown: String, path: &str, open: &mut Vec<String>) -> Result<(), SkillError> {
        // Links to folders of links can be many without a single file.
        self.followed += 1;
        if self.followed > self.limits.entries {
            return Err(SkillError::refused(shown, Refusal::TooMany { limit: self.limits.entries }));
        }
        let real = self.real(path).map_err(|why| SkillError::refused(&*shown, why))?;
        let parts: Vec<&str> = real.split('/').collect();
        let file = match self.nodes.get(&real) {
            Some(Node::File(content)) => Some(content),
            _ => None,
        };
        // A link must not carry a secret into the skill under another name.
        let hidden = |(index, part): (usize, &&str)| name_reason(part, file.is_none() || index + 1 < parts.len());
        if parts.iter().enumerate().any(|part| hidden(part).is_some()) {
            return Ok(());
        }
        if let Some(content) = file {
            return self.file(shown, content);
        }
        let inside = |above: &String| lies_in(above, &real);
        if lies_in(path, &real) || open.iter().any(inside) {
            return Err(SkillError::refused(shown, Refusal::LinkCycle));
        }
        open.push(path.to_owned());
        self.folder(&shown, &real, open)?;
        open.pop();
        Ok(())
    }

    /// Where a path leads when every link in it is followed.
    fn real(&self, path: &str) -> Result<String, Refusal> {
        let mut waiting: Vec<&str> = path.split('/').rev().collect();
        let mut real: Vec<&str> = Vec::new();
        let mut hops = 0;
        while let Some(part) = waiting.pop() {
            match part {
                "" | "." => continue,
                ".." => {
                    real.pop().ok_or(Refusal::LinkLeaves)?;
                    continue;
                }
                part => real.push(part),
            }
            match self.nodes.get(&real.join("/")) {
                Some(Node::Link(target)) => {
                    hops += 1;
                    if hops > MOST_HOPS {
                        return Err(Refusal::LinkDangles);
                    }
                    if target.starts_with('/') {
                        return Err(Refusal::LinkLeaves);
                    }
                    real.pop();
                    waiting.extend(target.split('/').rev());
                }
                Some(Node::File(_)) if waiting.iter().any(|part| !matches!(*part, "" | ".")) => {
                    return Err(Refusal::LinkDangles);
                }
                Some(Node::File(_)) => {}
                None => {
                    let prefix = format!("{}/", real.join("/"));
                    let mut below = self.nodes.range(prefix.clone()..);
                    if !below.next().is_some_and(|(path, _)| path.starts_with(&prefix)) {
                        return Err(Refusal::LinkDangles);
                    }
                }
            }
        }
        Ok(real.join("/"))
    }
}

/// Whether a path is a folder or lies in it.
fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
