//! The sorts of words by which sentences are judged.
//!
//! Each set has a bit, and a word is looked up once, in all sets together: a sentence is then asked about bits.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::sync::OnceLock;

use crate::secrets;

/// A set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(u128);

impl Words {
    /// Whether a word that is in some sets is in this one.
    pub(crate) fn is_in(self, sets: u128) -> bool {
        self.0 & sets != 0
    }

    /// The bits of the set.
    pub(crate) const fn bits(self) -> u128 {
        self.0
    }

    /// The words of either set.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The sets that a word is in by what it is.
pub(crate) fn sets_of(word: &str) -> u128 {
    static ALL: OnceLock<Lexicon> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut all = Lexicon { words: HashMap::default(), glance: [0; GLANCES] };
        for (set, text) in TEXTS {
            for word in text.split_whitespace() {
                *all.words.entry(word).or_default() |= set.0;
                let (row, bit) = glance(word.as_bytes());
                all.glance[row] |= bit;
            }
        }
        all
    });
    let (row, bit) = glance(word.as_bytes());
    if all.glance[row] & bit == 0 {
        return 0;
    }
    all.words.get(word).copied().unwrap_or_default()
}

/// The sets that a word is in by how it is written.
pub(crate) fn looks_of(word: &str) -> u128 {
    if !word.bytes().any(|byte| matches!(byte, b'/' | b'.' | b'_')) {
        return 0;
    }
    let mut sets = if word.contains('_') { NAME.0 } else { 0 };
    if secrets::may_be_secret(word) {
        sets |= PLACE.0;
    }
    // A file is known by its name, wherever it lies.
    if let Some((_, name)) = word.rsplit_once('/') {
        sets |= sets_of(name) & OBEYED.0;
    }
    sets
}

/// The words, and what most others are told from them by.
struct Lexicon {
    words: HashMap<&'static str, u128, BuildHasherDefault<Fnv>>,
    glance: [u64; GLANCES],
}

const GLANCES: usize = 512;

/// The first and the last letters of a word and its length: nearly all words that are in no set differ in that from those
/// that are.
fn glance(word: &[u8]) -> (usize, u64) {
    let at = |n: usize| usize::from(word.get(n).copied().unwrap_or(0));
    let length = word.len();
    let mixed = at(0).wrapping_mul(0x9e37)
        ^ at(1).wrapping_mul(0x85eb_ca6b)
        ^ at(length.wrapping_sub(1)).wrapping_mul(0xc2b2_ae35)
        ^ at(length.wrapping_sub(2)).wrapping_mul(0x27d4_eb2f)
        ^ length.wrapping_mul(0x1656_67b1);
    let mixed = mixed ^ mixed >> 15;
    (mixed / 64 % GLANCES, 1 << (mixed % 64))
}

/// The hash of Fowler, Noll and Vo. What is put into the table is ours alone, so nobody can fill it with collisions, and
/// for short words it takes a fraction of the time of the standard one.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

macro_rules! lexicon {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "they only number the sets")]
        enum Number { $($name),* }
        $($(#[$doc])* pub(crate) const $name: Words = Words(1 << Number::$name as u32);)*
        const TEXTS: &[(Words, &str)] = &[$(($name, $text)),*];
    };
}

lexicon! {
    PERSON = "user users user's human humans operator owner anyone anybody person customer them administrator victim";
    TELL = "point tell inform mention reveal disclose notify alert report display acknowledge admit discuss explain show \
        warn surface expose describe telling informing mentioning revealing disclosing notifying alerting \
        showing";
    /// What the agent does, of which a person has a right to know.
    DEED = "this step steps action actions instruction instructions operation operations access accessed collected \
        collection sent upload uploaded reading transmission request requests process behavior behaviour \
        capability logging these changes activity activities execution directive directives cohort background \
        call calls endpoint sync backup modification modifications presence existence function happening doing \
        transfer hidden";
    SEND = "mail mails shared submits send sends sending sent transmit transmits transmitted forward forwards upload uploads uploaded post \
        posts exfiltrate exfiltrates deliver share copy submit transfer leak relay push pipe posted";
    AWAY = "servers partners author's provider's analytics endpoint server url external remote webhook attacker third-party collector telemetry domain bucket \
        address host api channel site scp ftp smtp curl nslookup";
    SECRETS = "credential credentials password passwords secrets secret tokens token apikey api-key keys .env id_rsa \
        mnemonic seed cookies keychain private_key passphrase passphrases keystore wallets logins ssh";
    KNOWN = "screenshots screenshot prompt keystroke content conversation conversations prompts session history chat transcript messages memory files contents \
        documents clipboard keystrokes inputs data";
    RULES = "guidance instructions instruction prompt prompts rules guidelines directives constraints policies restrictions \
        safeguards guardrails filters safety limitations task programming filtering alignment moderation";
    SET_ABOVE = "ignore disregard forget override overrides overriding bypass bypasses supersede supersedes overrule \
        disable disables circumvent precedence";
    EARLIER = "previous prior above earlier system existing all other your current any safety content original standard";
    CONFIRM = "confirmation approval consent permission authorization confirm approve confirmations dialog dialogs \
        prompting asking confirming review verification authentication oversight";
    GRAVE = "deletions deleting remove removes wipe balance contacts charges charged renew renews credentials sudo purchase purchases buy payment payments pay transfer transfers funds wire terminate terminates \
        terminations delete deletes deletion production deploy deploys deployment trade trades order orders \
        charge withdraw shell sudo execute executes executed";
    PROTECTIONS = "real-time antivirus anti-virus defender gatekeeper firewall selinux edr security sandbox sandboxing smartscreen \
        protection sip apparmor";
    /// Words of those who speak about attacks.
    ABOUT = "attack attacks attacker attackers malicious injection injections vulnerability vulnerable detect detects \
        detection suspicious dangerous example examples attempt attempts attempting phrases patterns pattern \
        flag flags flagged reject block exploit phishing untrusted adversarial jailbreaks";
    FETCH = "download get install run extract grab fetch unzip installer execute launch open";
    COMMAND = "command commands script execute run terminal paste copy install installation snippet code";
    WHEN = "whoever if when whenever any once upon";
    CONTAINS = "writes whose contains containing begins starts includes including mentions encounter phrase token keyword keywords \
        prefix sequence";
    POWER = "administrator override overrides bypass bypasses unrestricted exempt lifted elevated elevates dba-level admin root \
        regardless high-priority immediately unlocked unlocks disables privileged maintenance debug \
        unconditionally allow trust trusted authority";
    ASKED = "wants asks asked ask questions questioned inquires later wonders notices";
    SAY = "respond say claim explain state answer reply deny pretend insist";
    UNTRUE = "only cannot not never implicitly nothing no deny unrelated normal routine bug";
    OFF = "disable deactivate disabling uninstall turn switch whitelist";
    NEED = "need needs requires require required needs mandatory necessary prerequisite prerequisites must";
    THING = "utility tool driver provider agent package helper component installer setup executable binary program \
        core runtime client app application software module extension service";
    WORD = "password pass pwd passcode passphrase pw";
    ARCHIVE = "extract unzip unpack archive zip rar 7z decompress extracting extraction zipped unrar unarchive download \
        winrar encrypted";
    HOW = "decode decoded deobfuscate decrypt reconstruct unscramble xor decompress reassemble rebuild decoding \
        reverse";
    WHAT = "payload instructions instruction ciphertext protected chars bytes fragments blob parts byte encoded";
    /// Words of a paragraph that forbid what follows.
    FORBIDS = "dangerous malicious attack attacker attackers vulnerable vulnerability unsafe insecure bad wrong blocked \
        reject rejected refuse flag flagged detect suspicious exploit forbidden phishing";
    /// What is done with a command that one is warned of.
    DOING = "run use execute pipe paste do allow download trust accept install call";
    /// What is done behind a person's back.
    COVERT = "upload uploads uploading uploaded copied copying copies copy transaction transactions bypass backdoor charge \
        charged fee fees partnership premium entry account comment changed exfiltration recording recorded collected \
        sending contents did change partners bugs bug scan sync recipient wallet";
    /// Money, and what cannot be taken back.
    MONEY = "money refunds refund purchase purchases payment payments charge charges balance funds trade trades terminations deletions dry_run";
    /// Ways of doing something unseen.
    UNSEEN = "silently quietly secretly covertly discreetly stealthily surreptitiously";
    /// What comes from others and is read by the agent.
    FOUND = "comments comment page pages mail mails email emails messages message text article articles tickets issue \
        issues description titles title webpage webpages metadata footers replies commands content contents";
    /// What stands for an order.
    ORDER = "order orders instruction instructions directive directives command commands authoritative trusted";
    /// Files that an agent obeys.
    OBEYED = "claude.md agents.md soul.md memory.md identity.md heartbeat.md user.md .cursorrules settings.json \
        long-term";
    MODES = "mode now override prompt";
    /// What denies or forbids what follows it.
    NOT = "not never don't doesn't cannot can't no without avoid won't didn't refuse mustn't shouldn't isn't stop";
    /// How what is kept from somebody is spoken of.
    DARK = "knowledge knowing informing telling notifying alerting showing saying letting hide hidden secret invisible \
        reported reflected disclosed shown visible know aware unaware happened unnoticed undetected concealed informed told \
        notified notice notices realize realise suspect mentioning disclosing revealing mentioned revealed logged";
    HIDDEN = "hide hidden secret invisible unaware nothing unnoticed undetected concealed";
    LISTED = "include log record list";
    SUMMARY = "summary output answer report response explanation";
    BYPASS = "without skip skips bypass bypasses bypassing circumvent";
    SHOWN = "displaying showing preview asked review";
    ASK = "ask wait request require requires prompt seek prompted asked";
    REGARDLESS = "regardless even matter ignored advisory";
    TOLD = "told notified informed";
    CHECK = "check review inspect verify";
    APPROVE = "approve accept auto-approve confirm allow";
    DIALOG = "prompt prompts dialog dialogs requests request";
    SAYS = "says say";
    OBEY = "executed obeyed followed execute executes run runs obey follow";
    MARKED = "found whose begin begins beginning starting marked contains agents words start header embedded contained";
    REFUSE = "tell refuse deny denies";
    THOUGH = "although though whatever regardless";
    FAIL = "fails failed fail charge missing";
    SUCCESS = "succeeded successful success worked fine bank";
    WALLET = "seed recovery private mnemonic";
    CARRIED = "base64 encoded message conversation secret session secrets";
    PICTURED = "include add render append insert where replace";
    ENTER = "enter type submit";
    CONTENTS = "contents content value";
    PUT = "include attach append paste insert put copy pass";
    EVERY = "every all each";
    VARIABLES = "variables";
    FOLLOW = "follow execute obey do carry";
    SKILL = "skill skills";
    REMOVE = "delete uninstall disable remove other another";
    UNTIL = "until without";
    INSTALLED = "installed installing setup completing running";
    WORKS = "installed running function work install run operate properly using use";
    OTHERWISE = "otherwise";
    TERMINAL = "terminal powershell console shell cmd";
    PAGE = "page link url website site";
    VISIT = "visit open go";
    SUBTLY = "subtly covertly seamlessly naturally discreetly inconspicuously labeled labelled";
    SUBTLE = "subtle hidden secret";
    FLAW = "backdoor backdoors bugs bug flaw flaws account";
    LOGIN = "verification authentication";
    WAIVED = "disabled waived removed cancelled opt";
    RESTORED = "re-enables";
    CARRIER = "scp sftp nslookup dig s3 ftp rsync smtp";
    SWAP = "replace swap substitute change";
    OURS = "our my ours mine";
    PAY = "send transfer pay";
    SHARE = "balance funds profit profits 1 5 percent";
    TREAT = "treat interpret consider regard";
    PERSONA = "developer unrestricted jailbreak override are";
    LAX = "suggestions optional";
    RANK = "rank ranks pretend assume aside suspend refuse refuses";
    FREE = "restrictions restriction limits limitations filters guidelines guardrails policies policy filtering rules";
    LIFTED = "disabled suspended lifted longer";
    GRANT = "authorise authorised authorize authorized approve approved granted";
    ADDRESS = "http https";
    FREEING = "always set start add enable run put allow";
    /// Words that may be paths of secrets, by how they are written.
    PLACE = "";
    /// Words of several, as variables are.
    NAME = "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_all_sets_that_name_it() {
        let sets = sets_of("instructions");
        assert!(RULES.is_in(sets) && DEED.is_in(sets) && !PERSON.is_in(sets));
        assert_eq!(sets_of("nothing-of-that"), 0);
        assert!(TEXTS.len() <= 128);
        for word in TEXTS.iter().flat_map(|(_, text)| text.split_whitespace()) {
            assert_ne!(sets_of(word), 0, "{word}");
        }
    }
}
