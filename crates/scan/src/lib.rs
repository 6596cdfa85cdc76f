//! The security rules: a skill's text and scripts in, findings out.
//!
//! From bottom to top: [`Source`] is a skill as paths and bytes; `text`, `markdown`, `shell`, `code` and `prose` read it;
//! `facts` say what it does or asks for; [`RULES`] put facts together and judge; [`scan`] sorts what they say into a
//! [`Report`]. Nothing here runs anything, looks anything up or prints.
//!
//! What could not be read is said ([`Report::not_analysed`]) and never counts as clean: a scan can find known patterns,
//! it cannot find that there is nothing.

mod code;
mod command_line;
mod context;
mod data;
mod decode;
mod facts;
mod finding;
mod fold;
mod grade;
mod lexicon;
mod markdown;
mod model;
mod needles;
mod prose;
mod reader;
mod report;
mod rules;
mod secrets;
mod shell;
mod source;
mod span;
mod suppress;
mod text;
mod unicode;
mod urls;

pub use finding::Category;
pub use finding::Confidence;
pub use finding::Finding;
pub use finding::NotAnalysed;
pub use finding::Report;
pub use finding::Severity;
pub use grade::Grade;
pub use report::Suppressions;
pub use report::scan;
pub use rules::Example;
pub use rules::RULES;
pub use rules::Rule;
pub use source::Source;
pub use source::SourceFile;

/// Changes whenever a scan of the same bytes may say something else: what is kept of a scan is kept by it. It is a digest of
/// the sources, so it has no order.
pub const RULES_VERSION: u32 = match u32::from_str_radix(env!("SKILLZDRIVE_RULES_VERSION"), 10) {
    Ok(version) => version,
    Err(_) => panic!("the build script gives a number"),
};
