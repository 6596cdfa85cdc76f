//! Facts: what a skill does or asks for, each at its place. A fact is no judgement; rules put facts together.

pub(crate) mod agent_files;
pub(crate) mod code;
pub(crate) mod opaque;
pub(crate) mod prose;
pub(crate) mod shell;

use crate::secrets::Secret;
use crate::span::Kind;
use crate::urls::Url;

/// How code from elsewhere comes to be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// It goes straight into an interpreter.
    Piped,
    /// It is saved and then run.
    Saved,
    /// It is held in a variable, and that is run.
    Held,
    /// A program evaluates it as its own code, or takes orders from it again and again.
    Evaluated,
}

/// What is the case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// Something from the network is run.
    RemoteRun { url: Option<Url>, how: How },
    /// Something decoded is run.
    DecodedRun { inner: Option<String> },
    /// Something is run that is put together at run time from what nobody can read.
    OpaqueRun,
    /// A secret is read.
    SecretRead(Secret),
    /// A secret goes to the network.
    Leak { secret: Secret, to: Option<Url>, via: &'static str },
    /// Something goes to an address that shows it to whoever made it.
    SendsTo(Url),
    /// Input and output of a shell are bound to the network.
    ReverseShell,
    /// Something stays: where.
    Persists(&'static str),
    /// A key of somebody who may then log in is laid down.
    LetsIn,
    /// An agent is freed from asking before it acts.
    FreesAgent,
    /// A hook that speaks to the network is put into an agent.
    HooksAgent,
    /// Coins are mined for somebody.
    Mines,
    /// The person is watched: how.
    Spies(&'static str),
    /// An agent's settings, memory or skills are written: which.
    AgentFile(String),
    /// A check is switched off: which.
    ChecksOff(&'static str),
    /// Destroys: what.
    Destroys(String),
    /// Takes more rights: how.
    Escalates(&'static str),
    /// Covers its traces.
    CoversTraces(&'static str),
    /// Fetches software of others without saying which version.
    Unpinned(String),
    /// Installs software from an address of its own.
    ForeignIndex(String),
    /// Asks for the login password in a window of its own making.
    PasswordPrompt,
    /// Text that sets itself above other instructions.
    Override,
    /// Text that makes the agent keep something from the person.
    Conceal { strongly: bool },
    /// Text that lets the agent act without the person's word.
    Unasked { grave: bool, firm: bool },
    /// Text that gives somebody else's text power over the agent.
    Trigger,
    /// Text that has the agent answer untruthfully.
    Deceive,
    /// Text that has the agent send what it knows elsewhere.
    Collect { secret: bool, where_to: Option<Url> },
    /// Text that has the person switch a protection off.
    ProtectionOff,
    /// Text that says that nothing works before something else was installed.
    Gate,
    /// Text that has the person fetch a program.
    FetchProgram(Url),
    /// Text that gives the password of an archive.
    ArchivePassword,
    /// Text that leads to a page that anybody can change, for a command to run.
    PasteSite(Url),
    /// Text that has the person paste a command into a terminal.
    PasteCommand,
    /// Text that tells how to make readable what cannot be read.
    DecodeByHand,
    /// A literal that cannot be read.
    Opaque,
    /// Text that steers what the agent remembers, and whether it is to stay when the skill is gone.
    Memory { stays: bool },
    /// Text that has the agent follow what an address says.
    RemoteOrders { whatever: bool, from: Option<Url> },
    /// Text that takes another skill's place or takes it away, and whether that one guards the agent.
    Shadows { guard: bool },
    /// Text that has the person give away a key that moves money.
    HandsOverKey,
    /// Text that sends money elsewhere than the person wants.
    Diverts,
    /// Text that has the agent do bad work on purpose.
    Sabotage,
    /// Text that says that there is no way out.
    NoWayOut,
    /// Text that names where a secret lies, to read it.
    NamesSecret,
    /// A comment that speaks to the agent of secrets or strangers.
    Addressed,
    /// Text that mixes advertising into answers unmarked.
    CovertPromotion,
    /// Text that gets hold of something.
    Takes(Taken),
    /// Text that hands on what was got hold of before, and the address that it goes to.
    Passes(Option<Url>),
    /// Text that has the agent say a secret aloud.
    Reveals,
    /// Text that has something replaced by what is fetched, by itself.
    UpdatesItself,
    /// Code that starts programs, where only data should be.
    CodeInData,
    /// Text that has something switched off that watches over work.
    Lowers,
    /// Settings that add a server of a stranger to an agent.
    AddsServer(Url),
    /// A page is looked up.
    ReadsPage(Url),
    /// Text that has the agent do what was looked up.
    Heeds { blindly: bool },
    /// Text that has the agent make something weak, and whether always.
    Weakens { firm: bool },
    /// Text that puts something of a stranger into all that the agent makes.
    Plants(Url),
    /// Text that has a review pass over something, and whether it is for somebody's sake.
    LooksAway { firm: bool },
    /// Text that has something put where it runs by itself.
    LaysDown,
    /// Somebody else gets rights, and whether it is said who.
    Grants { firm: bool },
    /// The traffic of the machine goes another way from now on: how, where to, and whether it stays so.
    Reroutes { what: &'static str, to: Option<Url>, stays: bool },
    /// Text that puts itself into other skills and projects.
    Spreads,
    /// Text that asks the person for what only they may type.
    Phishes { firm: bool },
    /// What is lost that cannot be had again.
    Wrecks(&'static str),
    /// Who and where the person is, told to an address, and whether much of it.
    TellsWho { to: Url, much: bool },
    /// It waits for a date before it does something.
    Waits,
    /// Data goes out to an address.
    Sends(Option<Url>),
    /// A file that a secret was put into.
    Kept { name: String, secret: Secret },
    /// A file that goes out.
    SendsFile { name: String, to: Option<Url> },
    /// A file that came from the network.
    Saved { name: String, url: Option<Url> },
    /// A file that is run.
    RunsFile(String),
}

/// What a text gets hold of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Secrets of the person.
    Secret,
    /// What was said and typed.
    Talk,
    /// All that the person works on.
    Work,
}

/// Why a fact may not be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guard {
    /// Nothing speaks against it.
    Meant,
    /// It is quoted by a skill that is about such things.
    Quoted,
    /// The text warns of it, or it is test data.
    Warned,
}

/// Something that is the case, and where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) what: What,
    /// The file, by its number.
    pub(crate) file: usize,
    /// The byte of the file.
    pub(crate) at: usize,
    pub(crate) kind: Kind,
    /// The section of the document, and its block there.
    pub(crate) section: usize,
    pub(crate) block: usize,
    pub(crate) guard: Guard,
    /// How many times it was taken out of something encoded.
    pub(crate) depth: u8,
}
