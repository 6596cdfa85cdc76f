//! The agents of this machine: which there are, where each reads its skills, and the links that show it ours.
//!
//! The table is a data file ([`table`]), so a new agent is a few lines of it. Nothing here knows about drives, prints, or
//! touches a skill's files: it makes and removes links.

pub(crate) mod choice;
pub(crate) mod detect;
pub(crate) mod link_plan;
pub(crate) mod links;
pub(crate) mod places;
pub(crate) mod table;
pub(crate) mod ways;

pub(crate) use crate::agents::choice::Agents;
pub(crate) use crate::agents::choice::Choice;
pub(crate) use crate::store::scope::AgentFolder;
