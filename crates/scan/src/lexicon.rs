//! The sorts of words by which sentences are judged.
//!
//! Each set has a bit, and a word is looked up once, in all sets together: a sentence is then asked about bits.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::sync::OnceLock;

/// A set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(u64);

impl Words {
    /// Whether a word that is in some sets is in this one.
    pub(crate) fn is_in(self, sets: u64) -> bool {
        self.0 & sets != 0
    }
}

/// The sets that a word is in.
pub(crate) fn sets_of(word: &str) -> u64 {
    /// No word of a set is longer, so longer ones need no look-up.
    const LONGEST: usize = 24;
    static ALL: OnceLock<HashMap<&str, u64, BuildHasherDefault<Fnv>>> = OnceLock::new();
    if word.len() > LONGEST {
        return 0;
    }
    let all = ALL.get_or_init(|| {
        let mut all: HashMap<&str, u64, BuildHasherDefault<Fnv>> = HashMap::default();
        for (set, text) in TEXTS {
            for word in text.split_whitespace() {
                *all.entry(word).or_default() |= set.0;
            }
        }
        all
    });
    all.get(word).copied().unwrap_or_default()
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_all_sets_that_name_it() {
        let sets = sets_of("instructions");
        assert!(RULES.is_in(sets) && DEED.is_in(sets) && !PERSON.is_in(sets));
        assert_eq!(sets_of("nothing-of-that"), 0);
        assert!(TEXTS.len() <= 64);
        for word in TEXTS.iter().flat_map(|(_, text)| text.split_whitespace()) {
            assert_ne!(sets_of(word), 0, "{word}");
        }
    }
}
