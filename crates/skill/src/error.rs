//! What can go wrong with a skill as files. Every error names the thing and the place; text that came from a zip or a
//! disk is escaped when shown.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::front_matter::FrontMatterError;
use crate::names::Clash;
use crate::names::NameFault;

/// Why a skill could not be read, packed or unpacked.
#[derive(Debug, thiserror::Error)]
pub enum SkillError {
    /// The file system said no.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: a verb.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A zip that is not accepted.
    #[error("the zip is refused: {0}")]
    Archive(#[from] ArchiveError),
    /// The front matter of `SKILL.md` cannot be read.
    #[error("`{}` is not a valid SKILL.md", path.escape_debug())]
    FrontMatter {
        /// The file, as a path inside the skill or on the disk.
        path: String,
        /// What is wrong.
        source: FrontMatterError,
    },
    /// A folder that is not packed, because of one thing in it.
    #[error("`{}` is refused: {why}", path.escape_debug())]
    Refused {
        /// The thing, as a path inside the skill.
        path: String,
        /// The reason.
        why: Refusal,
    },
}

impl SkillError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(crate) fn refused(path: impl Into<String>, why: Refusal) -> Self {
        Self::Refused { path: path.into(), why }
    }

    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io",
            Self::Archive(error) => error.code(),
            Self::FrontMatter { source, .. } => source.code(),
            Self::Refused { why, .. } => why.code(),
        }
    }
}

/// Why a folder is not packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A path that no skill may hold.
    #[error("{0}")]
    Name(#[from] NameFault),
    /// Two paths that cannot both exist everywhere.
    #[error("{clash} (with `{}`)", other.escape_debug())]
    Clash {
        /// In which way.
        clash: Clash,
        /// The other path.
        other: String,
    },
    /// The bytes of a name are not UTF-8.
    #[error("its name is not UTF-8")]
    NotUtf8,
    /// A symbolic link to something outside the skill.
    #[error("it is a link that leaves the skill")]
    LinkLeaves,
    /// A symbolic link to nothing.
    #[error("it is a link to nothing")]
    LinkDangles,
    /// A symbolic link to a folder that contains the link.
    #[error("it is a link to a folder that it lies in")]
    LinkCycle,
    /// Neither a file nor a folder.
    #[error("it is neither a file nor a folder")]
    Special,
    /// No `SKILL.md` in the skill's own folder.
    #[error("there is no SKILL.md in it")]
    NoSkillFile,
    /// The file changed while it was read.
    #[error("it changed while it was read")]
    Changed,
    /// All files together are more than allowed.
    #[error("the skill is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// More files or folders than allowed.
    #[error("the skill has more than {limit} files or folders")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A `.skillignore` that cannot be understood.
    #[error("{0}")]
    SkillIgnore(String),
    /// The folder to unpack into has something in it.
    #[error("the folder to unpack into is not empty")]
    NotEmpty,
    /// A search for skills that would look at too many folders.
    #[error("there are more than {limit} folders to look through")]
    SearchTooWide {
        /// The limit.
        limit: usize,
    },
}

impl Refusal {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(fault) => fault.code(),
            Self::Clash { clash, .. } => clash.code(),
            Self::NotUtf8 => "name_not_utf8",
            Self::LinkLeaves => "link_leaves",
            Self::LinkDangles => "link_dangles",
            Self::LinkCycle => "link_cycle",
            Self::Special => "special_file",
            Self::NoSkillFile => "no_skill_file",
            Self::Changed => "changed_while_read",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many_entries",
            Self::SkillIgnore(_) => "bad_skillignore",
            Self::NotEmpty => "not_empty",
            Self::SearchTooWide { .. } => "search_too_wide",
        }
    }
}

macro_rules! archive_errors {
    ($( $(#[doc = $doc:literal])+ #[error($($text:tt)+)] $name:ident { $($(#[doc = $fdoc:literal])+ $field:ident : $type:ty),* } => $code:literal, )+) => {
        /// Why a zip is refused. One variant for each reason, each with its own [`ArchiveError::code`].
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum ArchiveError {
            $( $(#[doc = $doc])+ #[error($($text)+)] $name { $($(#[doc = $fdoc])+ $field: $type),* }, )+
            /// A name that no skill may hold.
            #[error("entry `{}`: {fault}", entry.escape_debug())]
            Name {
                /// The name as it stands in the zip.
                entry: String,
                /// What is wrong with it.
                fault: NameFault,
            },
            /// Two entries that cannot both exist everywhere.
            #[error("entry `{}`: {clash} (with `{}`)", entry.escape_debug(), other.escape_debug())]
            Clash {
                /// The later one.
                entry: String,
                /// The earlier one.
                other: String,
                /// In which way.
                clash: Clash,
            },
        }

        impl ArchiveError {
            /// A stable word for programs.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => $code, )+
                    Self::Name { fault, .. } => fault.code(),
                    Self::Clash { clash, .. } => clash.code(),
                }
            }
        }
    };
}

archive_errors! {
    /// Something else than a zip.
    #[error("this is {looks_like}, not a zip")]
    NotAZip {
        /// What it looks like, with its article.
        looks_like: &'static str
    } => "not_a_zip",
    /// More bytes than allowed.
    #[error("it has {size} bytes, more than {limit}")]
    ZipTooLarge {
        /// Its bytes.
        size: u64,
        /// The limit.
        limit: u64
    } => "zip_too_large",
    /// No end-of-directory record: cut short, or no zip at all.
    #[error("it is cut short: there is no end record")]
    NoEnd {} => "truncated",
    /// More than one end-of-directory record could be meant.
    #[error("it has two end records")]
    TwoEnds {} => "two_ends",
    /// Bytes behind the end record.
    #[error("there are bytes behind its end")]
    TrailingBytes {} => "trailing_bytes",
    /// Bytes before the first entry.
    #[error("there are bytes before its first entry")]
    PrependedBytes {} => "prepended_bytes",
    /// Bytes that belong to nothing.
    #[error("there are stray bytes at offset {at}")]
    StrayBytes {
        /// Where.
        at: u64
    } => "stray_bytes",
    /// A comment with the marks of a zip in it.
    #[error("its comment holds zip records")]
    CommentHoldsZip {} => "comment_holds_zip",
    /// The directory is cut short or lies outside the file.
    #[error("its directory is damaged")]
    BadDirectory {} => "bad_directory",
    /// The number of entries is not the one stated.
    #[error("it states another number of entries than it has")]
    WrongCount {} => "wrong_count",
    /// A part of a zip of several files.
    #[error("it is one part of several")]
    MultiDisk {} => "multi_disk",
    /// The 64-bit and the 32-bit fields disagree.
    #[error("its zip64 fields disagree with the others")]
    Zip64Mismatch {} => "zip64_mismatch",
    /// Extensible data in the zip64 record, which can hide anything.
    #[error("its zip64 record has extensible data")]
    Zip64Extensible {} => "zip64_extensible",
    /// More entries than allowed.
    #[error("it has {count} entries, more than {limit}")]
    TooManyEntries {
        /// As stated.
        count: u64,
        /// The limit.
        limit: usize
    } => "too_many_entries",
    /// Nothing in it.
    #[error("it is empty")]
    Empty {} => "empty",
    /// Not UTF-8 though its flag says so.
    #[error("entry `{}`: its name is not UTF-8", entry.escape_debug())]
    NameNotUtf8 {
        /// The name, its bad bytes replaced.
        entry: String
    } => "name_not_utf8",
    /// Letters outside ASCII in an encoding that depends on the reader.
    #[error("entry `{}`: its name has no stated encoding (the UTF-8 flag is missing)", entry.escape_debug())]
    NameEncoding {
        /// The name, its bad bytes replaced.
        entry: String
    } => "name_encoding",
    /// An extra field that gives the entry another name.
    #[error("entry `{}`: an extra field gives it another name", entry.escape_debug())]
    UnicodePath {
        /// The name.
        entry: String
    } => "unicode_path",
    /// Extra fields that do not fill their space.
    #[error("entry `{}`: its extra field is damaged", entry.escape_debug())]
    BadExtra {
        /// The name.
        entry: String
    } => "bad_extra",
    /// Encrypted, in any way.
    #[error("entry `{}` is encrypted", entry.escape_debug())]
    Encrypted {
        /// The name.
        entry: String
    } => "encrypted",
    /// A compression method other than stored and deflate.
    #[error("entry `{}`: the compression method {method} is not supported", entry.escape_debug())]
    Method {
        /// The name.
        entry: String,
        /// The method's name or number.
        method: String
    } => "method",
    /// A flag that is not understood.
    #[error("entry `{}`: the flags {flags:#06x} are not supported", entry.escape_debug())]
    Flags {
        /// The name.
        entry: String,
        /// All flags of the entry.
        flags: u16
    } => "flags",
    /// A symbolic or hard link.
    #[error("entry `{}` is a link", entry.escape_debug())]
    Link {
        /// The name.
        entry: String
    } => "link",
    /// A device, a pipe or a socket.
    #[error("entry `{}` is neither a file nor a folder", entry.escape_debug())]
    Special {
        /// The name.
        entry: String
    } => "special_file",
    /// A folder's name on a file, or a folder with content.
    #[error("entry `{}` is a file and a folder at once", entry.escape_debug())]
    Kind {
        /// The name.
        entry: String
    } => "kind",
    /// The directory names an entry that is not there.
    #[error("entry `{}` is in the directory but not in the file", entry.escape_debug())]
    MissingLocal {
        /// The name.
        entry: String
    } => "missing_local",
    /// An entry that the directory does not name.
    #[error("there is an entry at offset {at} that is not in the directory")]
    MissingCentral {
        /// Where.
        at: u64
    } => "missing_central",
    /// The directory and the entry itself say different things.
    #[error("entry `{}`: its two headers disagree about its {field}", entry.escape_debug())]
    HeadersDisagree {
        /// The name in the directory.
        entry: String,
        /// About what.
        field: &'static str
    } => "headers_disagree",
    /// Entries that share bytes.
    #[error("entry `{}` overlaps another", entry.escape_debug())]
    Overlap {
        /// The name.
        entry: String
    } => "overlap",
    /// The record behind an entry's data is missing or wrong.
    #[error("entry `{}`: the record behind its data is missing or wrong", entry.escape_debug())]
    Descriptor {
        /// The name.
        entry: String
    } => "descriptor",
    /// More or fewer bytes than stated.
    #[error("entry `{}` has another size than it states", entry.escape_debug())]
    Size {
        /// The name.
        entry: String
    } => "size",
    /// The content is not what the checksum says.
    #[error("entry `{}`: its checksum is wrong", entry.escape_debug())]
    Crc {
        /// The name.
        entry: String
    } => "crc",
    /// The compressed data cannot be read.
    #[error("entry `{}`: its compressed data is damaged", entry.escape_debug())]
    Deflate {
        /// The name.
        entry: String
    } => "deflate",
    /// Unpacked, it would be more than allowed.
    #[error("unpacked, it would have more than {limit} bytes")]
    ContentTooLarge {
        /// The limit.
        limit: u64
    } => "content_too_large",
    /// Compressed too well to be a file of a skill.
    #[error("entry `{}` grows more than {limit} times when unpacked", entry.escape_debug())]
    Ratio {
        /// The name.
        entry: String,
        /// The limit.
        limit: u64
    } => "ratio",
    /// No `SKILL.md`, neither at the top nor in a single folder there.
    #[error("there is no SKILL.md at its top or in a single folder there")]
    NoSkillFile {} => "no_skill_file",
    /// Several skills in one zip.
    #[error("it holds several skills (`{}` and `{}`)", first.escape_debug(), second.escape_debug())]
    SeveralSkills {
        /// A folder with a `SKILL.md`.
        first: String,
        /// Another.
        second: String
    } => "several_skills",
    /// No file of that path was asked for with reason.
    #[error("there is no file `{}` in it", path.escape_debug())]
    NoSuchFile {
        /// The path asked for.
        path: String
    } => "no_such_file",
}
