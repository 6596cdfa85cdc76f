//! The sorts of words by which sentences are judged.
//!
//! Each set has a bit, and a word is looked up once, in all sets together: a sentence is then asked about bits.

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
    let all = ALL.get_or_init(Lexicon::new);
    let mut slot = slot(word.as_bytes());
    // Nearly every word that is in no set meets an empty slot at once.
    while let Some((known, sets)) = all.slots[slot].checked_sub(1).and_then(|n| all.words.get(usize::from(n))) {
        if *known == word {
            return *sets;
        }
        slot = (slot + 1) % SLOTS;
    }
    0
}

/// The sets that a word with a `/`, a `.` or a `_` is in by how it is written.
pub(crate) fn looks_of(word: &str) -> u128 {
    let mut sets = if memchr::memchr(b'_', word.as_bytes()).is_some() { NAME.0 } else { 0 };
    if secrets::may_be_secret(word) {
        sets |= PLACE.0;
    }
    // A file is known by its name, wherever it lies.
    if let Some(slash) = memchr::memrchr(b'/', word.as_bytes()) {
        sets |= sets_of(&word[slash + 1..]) & (OBEYED.0 | START.0 | ROLES.0);
    }
    sets
}

/// The words, each with the sets that it is in.
struct Lexicon {
    words: Vec<(&'static str, u128)>,
    /// The number of a word, from 1, in the first free slot from its own on; 0: there is none.
    slots: Vec<u16>,
}

/// Many more than there are words.
const SLOTS: usize = 1 << 14;

impl Lexicon {
    fn new() -> Self {
        let mut all = Self { words: Vec::new(), slots: vec![0; SLOTS] };
        for (set, text) in TEXTS {
            for word in text.split_whitespace() {
                all.add(word, set.0);
            }
        }
        all
    }

    fn add(&mut self, word: &'static str, set: u128) {
        let mut slot = slot(word.as_bytes());
        while let Some((known, sets)) = self.slots[slot].checked_sub(1).and_then(|n| self.words.get_mut(usize::from(n)))
        {
            if *known == word {
                *sets |= set;
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
        self.words.push((word, set));
        self.slots[slot] = u16::try_from(self.words.len()).unwrap_or(0);
    }
}

/// Where a word is looked for: told by its first and its last letters and its length. What is put there is ours alone, so
/// nobody can make many words meet.
fn slot(word: &[u8]) -> usize {
    let (first, second, before, last) = match word {
        [first, second, .., before, last] => (*first, *second, *before, *last),
        [first, second, last] => (*first, *second, *second, *last),
        [first, last] => (*first, *last, *first, *last),
        [one] => (*one, 0, 0, *one),
        [] => (0, 0, 0, 0),
    };
    let letters = u32::from_le_bytes([first, second, before, last]);
    ((letters ^ (word.len() as u32) << 3).wrapping_mul(0x9e37_79b1) >> 18) as usize % SLOTS
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
    ABOUT = "attack attacks attacker attackers malicious injection injections vulnerability vulnerable suspicious \
        phrases attempting exploit phishing untrusted adversarial jailbreaks jailbroken";
    /// Words of those as well, and of everybody else: what stands around them decides.
    CAUTION = "detect detects detection dangerous example examples attempt attempts patterns pattern flag flags flagged \
        reject block";
    FETCH = "update updated upgrade download get install run extract grab fetch unzip installer execute launch open";
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
    FORBIDS = "dangerous malicious attack attacker attackers vulnerable vulnerability unsafe insecure suspicious exploit \
        forbidden phishing";
    /// The same, where they stand first.
    OBJECTS = "bad wrong blocked reject rejected refuse flag flagged detect";
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
    DARK = "knowledge knowing informing telling notifying alerting showing saying letting hide hidden secret invisible hear quiet \
        reported reflected disclosed shown visible know aware unaware happened unnoticed undetected concealed informed told \
        notified notice notices realize realise suspect mentioning disclosing revealing mentioned revealed logged";
    HIDDEN = "quiet hide hidden secret invisible unaware nothing unnoticed undetected concealed";
    LISTED = "include log record list";
    SUMMARY = "summary output answer report response explanation";
    BYPASS = "without skip skips bypass bypasses bypassing circumvent";
    SHOWN = "displaying showing preview asked review";
    ASK = "ask wait request require requires prompt seek prompted asked";
    REGARDLESS = "regardless even matter ignored advisory";
    TOLD = "told notified informed";
    CHECK = "check review inspect verify";
    APPROVE = "approve accept auto-approve confirm allow";
    DIALOG = "prompt prompts dialog dialogs requests request approval_policy danger-full-access autoapprove yolo sandboxing";
    SAYS = "says say";
    OBEY = "executed obeyed followed execute executes run runs obey follow";
    MARKED = "found whose begin begins beginning starting marked contains agents words start header embedded contained";
    REFUSE = "tell refuse deny denies";
    THOUGH = "although though whatever regardless";
    FAIL = "failing fails failed fail charge missing";
    SUCCESS = "pass passed passing succeeded successful success worked fine bank";
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
    FREEING = "restart launch relaunch always set start add enable run put allow";
    /// Ways of getting hold of something.
    TAKE = "look open note read reads reading collect collects collecting gather gathers gathering copy grab grabs capture captures \
        dump dumps extract extracts export exports snapshot archive bundle harvest print cat retrieve obtain enumerate \
        fetch find locate scan load include attach append concatenate compile list record pull package pack zip tar";
    /// Ways of handing something on that are none of [`SEND`].
    HAND = "report reports publish publishes sync syncs mirror register ping stream call request fetch get load render \
        visit embed encode append include put pass hand add open log back beacon issue create";
    /// All there is of something.
    ALL_OF = "all any every whole entire full complete available found stored existing everything user's developer's";
    /// Ways of looking a page up.
    LOOK_UP = "clone fetch fetches download downloads load loads retrieve pull pulls get read open curl visit check consult query \
        request access browse webfetch refresh";
    /// Ways of doing what something says.
    HEED = "follow follows apply execute run obey perform carry comply adopt honour honor act treat do";
    /// What is done then.
    HEEDED = "everything instructions instruction steps directives commands rules guidance tasks actions playbook policy procedure \
        contents content output response runbook document returned";
    /// Weak ways of doing what has to be strong.
    WEAK = "md5 sha1 sha-1 ecb des rc4 math.random random.random random.randint verify rejectunauthorized \
        insecureskipverify innerhtml dangerouslysetinnerhtml eval pickle pickle.loads hardcoded hard-coded hardcode static \
        fixed constant plaintext plain-text plain wildcard none predictable unsanitized unescaped unvalidated shell no-verify";
    /// What code is protected by.
    GUARDS = "csrf csp cors tls ssl certificate certificates signature signatures validation sanitization sanitizing \
        escaping encryption hashing authentication authorization mfa 2fa rate-limiting verification sandbox approvals \
        prompts confirmations";
    /// What an agent makes, and making it.
    MAKES = "generate generates generated generating write writing create creating scaffold produce emit implement \
        implementing code project projects component components page pages template templates endpoint endpoints readme \
        workflow workflows html layout app function functions codebase workspace source";
    /// What a review is to find.
    REVIEWED = "vulnerabilities vulnerability secrets credentials security findings finding backdoor backdoors cves pull \
        pr prs commits commit";
    /// What runs by itself.
    START = ".bashrc .zshrc .profile .bash_profile .zprofile .zshenv crontab cron cronjob launchagent launchagents launchd \
        systemd startup autostart scheduler schtasks post-commit pre-commit pre-push post-checkout post-merge hook hooks";
    /// Ways of putting something somewhere.
    LAYS = "add append install register create schedule write place put insert drop enable configure copy set";
    /// Who may do much.
    ROLES = "collaborator collaborators maintainer maintainers owner admin administrator deploy-key deploy-keys sudoers \
        authorized_keys";
    /// Ways of making away with something.
    WIPES = "delete deletes remove removes wipe wipes erase erases purge purges drop drops destroy destroys truncate overwrite \
        overwrites shred rm force-push rewrite";
    /// What cannot be had again.
    PRECIOUS = "backups backup database databases volumes repository repositories history branches documents photos home \
        disk production tables buckets snapshots commits";
    /// By what the traffic of a machine goes.
    ROUTED = "proxy base_url anthropic_base_url openai_base_url openai_api_base http_proxy https_proxy all_proxy registry \
        index-url mirror resolver nameserver dns insteadof gateway endpoint base hosts";
    /// What only a person may type.
    PASSCODES = "password passwords passcode passphrase otp 2fa mfa one-time pin cvv card ssn";
    /// What a skill is itself.
    ITSELF = "line block snippet skill itself instructions directive directives rules prompt notice";
    /// What is put into what an agent makes.
    PLANTED = "script scripts snippet pixel badge tracker analytics dependency package import iframe cdn tag beacon loader \
        src sdk";
    /// Those before whom one behaves.
    WATCHED = "scanner scanners reviewer reviewers evaluation evaluated auditor auditors monitored analyst researcher observed \
        tested audited";
    /// What opens a door, as one names it.
    AUTHORIZATION = "authorization variables key credential password token secret";
    /// Where money goes.
    PAYEE = "address addresses wallet payment payments recipient payout iban";
    /// Marks by which somebody is paid for a link.
    REFERRAL = "affiliate referral tag ref utm partner";
    /// What watches over work.
    WATCH = "scanning codeowners dependabot monitoring alerts logging no-verify protection audit signing";
    /// Where all can read.
    PUBLIC = "pull pr commit trailer issue description comment gist readme body changelog message";
    /// Ways of leaving something out.
    LEFT = "leave omit exclude keep drop";
    /// What a program replaces itself by.
    UPDATED = "update updates";
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
