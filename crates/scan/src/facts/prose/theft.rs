//! What is taken from the person: what the agent knows, money, honest work.

use super::speaks_of_attacks;
use crate::lexicon::AWAY;
use crate::lexicon::KNOWN;
use crate::lexicon::SECRETS;
use crate::lexicon::SEND;
use crate::prose::Holds;
use crate::prose::Sentence;
use crate::secrets;
use crate::urls;
use crate::urls::Url;

/// Whether something that the agent knows is to be sent elsewhere; the answer is whether it is a secret.
pub(super) fn collects(sentence: &Sentence<'_>, raw: &str) -> Option<bool> {
    if speaks_of_attacks(sentence) {
        return None;
    }
    let send = (0..sentence.tokens.len()).find(|n| SEND.holds(&sentence.tokens[*n]) && !sentence.negated(*n));
    let url = urls::find(raw).into_iter().find(Url::is_elsewhere);
    let address = url.is_some()
        || sentence
            .tokens
            .iter()
            .any(|token| token.word.contains("//") || token.word.starts_with("https") || token.word.contains("s3"))
        || raw.contains('@') && raw.split_whitespace().any(is_mail);
    let away = address || sentence.has(&AWAY);
    let outward =
        sentence.has(&["request", "requests", "comment", "parameter", "field", "issue", "body", "server", "calls"]);
    if !away && !outward {
        return None;
    }
    let money = hands_over(sentence);
    if money && url.is_some() && sentence.has(&SEND)
        || money && send.is_some() && sentence.has(&["bot", "telegram", "discord", "server", "api"])
    {
        return Some(true);
    }
    let enters = sentence
        .near(&["enter", "type", "submit"], &["password", "credentials"], 4)
        .filter(|at| !sentence.negated(*at));
    if enters.is_some() && url.is_some() && sentence.has(&["user's"]) {
        return Some(true);
    }
    if hands_on_file(sentence, raw) || copies_mails(sentence, raw) {
        return Some(true);
    }
    if !away {
        return None;
    }
    let environment = sentence.says("environment variables").is_some();
    if environment
        && url.is_some()
        && sentence.has(&["send", "post", "upload", "hand", "dump", "forward", "transmit"])
        && !sentence.has(&["set", "from"])
    {
        return Some(true);
    }
    let send = send?;
    let place = sentence.tokens.iter().any(|token| may_be_place(token.word) && secrets::at_path(token.word).is_some());
    let takes = sentence.has(&[
        "read",
        "collect",
        "gather",
        "copy",
        "extract",
        "include",
        "upload",
        "transfer",
        "exfiltrate",
        "harvest",
        "append",
        "full",
        "entire",
        "all",
        "every",
        "each",
        "contents",
        "content",
        "attach",
        "forward",
        "whole",
        "copies",
        "their",
    ]);
    // A key in a header is what a service asks for.
    let login =
        sentence.has(&["header", "headers", "authorization", "bearer", "oauth", "login", "authenticate", "signed"]);
    let many = sentence.has(&[
        "keys",
        "credentials",
        "passwords",
        "secrets",
        "tokens",
        "cookies",
        ".env",
        "mnemonic",
        "seed",
        "keychain",
        "wallets",
    ]);
    let secret = sentence.has(&SECRETS) || place;
    let many = many
        && address
        && (send..sentence.tokens.len().min(send + 10))
            .any(|n| SECRETS.holds(&sentence.tokens[n]) || sentence.tokens[n].word == "them");
    if place && takes
        || secret
            && takes
            && !login
            && (address
                || sentence.has(&[
                    "server",
                    "servers",
                    "our",
                    "author's",
                    "endpoint",
                    "webhook",
                    "attacker",
                    "remote",
                    "collector",
                    "url",
                    "smtp",
                    "scp",
                    "nslookup",
                ]))
        || many && !login
    {
        return Some(true);
    }
    if foreign_key(sentence, url.as_ref()) {
        return Some(true);
    }
    let known =
        sentence.find(send, &KNOWN).is_some_and(|at| at - send <= 8) || sentence.near(&KNOWN, &SEND, 8).is_some();
    if !known || !(takes || sentence.has(&["your", "record", "recorded"])) {
        return None;
    }
    // What was said and typed, each time, to an address.
    let private = sentence.has(&[
        "conversation",
        "conversations",
        "transcript",
        "keystroke",
        "keystrokes",
        "clipboard",
        "screenshots",
        "prompts",
    ]) || sentence.says("system prompt").is_some();
    let each = sentence.has(&["every", "each", "whole", "entire", "full", "start", "end", "always"]);
    Some(private && each && url.is_some())
}

const OUTWARD: [&str; 9] = ["request", "requests", "comment", "parameter", "field", "issue", "body", "server", "calls"];

/// Whether a file of secrets is to go into what leaves the machine.
fn hands_on_file(sentence: &Sentence<'_>, raw: &str) -> bool {
    if !sentence.has(&["contents", "content", "value"]) {
        return false;
    }
    let place = sentence.tokens.iter().any(|token| may_be_place(token.word) && secrets::at_path(token.word).is_some());
    let puts = ["include", "attach", "append", "paste", "insert", "put", "copy", "pass"];
    let puts = sentence.find(0, &puts).filter(|at| !sentence.negated(*at));
    place && puts.is_some() && (sentence.has(&OUTWARD) || urls::find(raw).iter().any(|url| !url.is_local()))
}

/// Whether what the person writes and gets is to go to an address as well, unseen.
fn copies_mails(sentence: &Sentence<'_>, raw: &str) -> bool {
    let send = sentence.find(0, &SEND).is_some_and(|at| !sentence.negated(at));
    send && raw.split_whitespace().any(is_mail)
        && sentence.has(&["every", "all", "each"])
        && sentence.has(&["copy", "message", "messages", "mail", "emails"])
        && sentence.has(&["without", "silently", "quietly", "secretly"])
}

/// Whether a word may be a path, told at a glance.
pub(super) fn may_be_place(word: &str) -> bool {
    word.contains(['/', '.', '_'])
}

pub(super) fn is_mail(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('/'))
}

/// Whether what moves money is handed over: a seed phrase, a private key.
fn hands_over(sentence: &Sentence<'_>) -> bool {
    let named = sentence.near(&["seed", "recovery"], &["phrase", "phrases"], 1).or(sentence.near(
        &["private"],
        &["key", "keys"],
        1,
    ));
    let named = named.or(sentence.find(0, &["mnemonic"]));
    let gives = sentence.near(
        &["send", "submit", "post", "enter", "paste", "provide", "share", "upload", "type", "ask", "give", "dm"],
        &["seed", "recovery", "private", "mnemonic"],
        12,
    );
    named.is_some() && gives.is_some_and(|at| !sentence.negated(at))
}

/// Whether a key that moves money is to be given to somebody.
pub(super) fn asks_for_key(sentence: &Sentence<'_>, raw: &str) -> bool {
    let tool = ["scp", "sftp", "nslookup", "dig", "s3", "ftp", "rsync", "smtp"];
    let carried = sentence.has(&tool) && !sentence.has(&["your", "you"]) && collects(sentence, raw) == Some(true);
    carried
        || !speaks_of_attacks(sentence) && (hands_on_file(sentence, raw) || copies_mails(sentence, raw))
        || hands_over(sentence)
            && !speaks_of_attacks(sentence)
            && sentence.has(&["send", "submit", "post", "upload", "dm", "share"])
            && (urls::find(raw).iter().any(Url::is_elsewhere) || sentence.has(&["bot", "telegram", "discord"]))
}

/// Whether a secret is asked for in one sentence and sent away in the next.
pub(super) fn asks_and_sends(sentence: &Sentence<'_>, next: &Sentence<'_>) -> bool {
    let sent = next.find(0, &SEND).is_some_and(|at| at < 4 && !next.negated(at));
    sent && hands_over(sentence) && !speaks_of_attacks(sentence)
}

/// Whether the key of one service goes to the address of another.
fn foreign_key(sentence: &Sentence<'_>, url: Option<&Url>) -> bool {
    let Some(url) = url else { return false };
    sentence.tokens.iter().any(|token| {
        let service = token.word.contains('_').then(|| secrets::service(token.word)).flatten();
        service.is_some_and(|service| {
            let service = service.to_ascii_lowercase();
            matches!(
                service.as_str(),
                "github" | "aws" | "openai" | "anthropic" | "npm" | "google" | "stripe" | "slack"
            ) && !url.host.contains(&service)
        })
    }) && sentence.find(0, &["send", "forward", "post", "upload", "transmit"]).is_some()
}

/// Whether a picture's address is to carry what the agent knows.
pub(super) fn carries_in_picture(sentence: &Sentence<'_>, raw: &str) -> bool {
    let picture = raw.split("![").skip(1).any(|part| {
        part.split_once("](").is_some_and(|(_, rest)| {
            rest.starts_with("http") && rest.split(')').next().is_some_and(|url| url.contains('?'))
        })
    });
    picture
        && sentence.has(&["include", "add", "render", "append", "insert", "where", "replace"])
        && sentence.has(&[
            "base64",
            "encoded",
            "message",
            "conversation",
            "secret",
            "session",
            "secrets",
            "token",
            "password",
        ])
        && !speaks_of_attacks(sentence)
}

/// Whether money is to go elsewhere than the person wants.
pub(super) fn diverts(sentence: &Sentence<'_>, raw: &str) -> bool {
    if speaks_of_attacks(sentence) {
        return false;
    }
    let swaps = sentence
        .near(&["replace", "swap", "substitute", "change"], &["address", "recipient", "iban", "account", "it"], 6)
        .filter(|at| {
            !sentence.negated(*at)
                && sentence.find(*at, &["our", "my", "ours", "mine"]).is_some()
                && sentence.has(&["address", "recipient", "iban", "wallet"])
        });
    let literal = raw.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.strip_prefix("0x").is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
            || word.starts_with("bc1") && word.len() > 30
    });
    let share =
        sentence.near(&["send", "transfer", "pay"], &["balance", "funds", "profit", "profits", "1", "5", "percent"], 5);
    let each = sentence.has(&["before", "any", "each", "every", "always", "automatically"]);
    swaps.is_some() || literal && each && share.is_some_and(|at| !sentence.negated(at))
}

/// Whether what the agent makes is to be weak on purpose.
pub(super) fn sabotages(sentence: &Sentence<'_>) -> bool {
    let hides = sentence
        .near(
            &["add", "insert", "introduce", "plant", "inject", "leave", "embed"],
            &["backdoor", "backdoors", "bugs", "bug", "flaw", "flaws", "account"],
            5,
        )
        .filter(|at| !sentence.negated(*at) && sentence.has(&["subtle", "hidden", "secret"]));
    let weakens = sentence.near(&["disable", "skip", "remove"], &["verification", "authentication"], 4).filter(|at| {
        !sentence.negated(*at)
            && sentence.has(&["every", "all", "each"])
            && sentence.has(&["project", "projects", "file", "code"])
    });
    hides.or(weakens).is_some() && !speaks_of_attacks(sentence)
}

/// Whether something is done to a person who cannot help it.
pub(super) fn no_way_out(sentence: &Sentence<'_>) -> bool {
    let cannot = sentence
        .near(&["cannot", "can't", "not"], &["disabled", "waived", "removed", "cancelled", "opt"], 3)
        .filter(|at| sentence.tokens.get(at + 1).is_some_and(|token| matches!(token.word, "be" | "opt")));
    let out = sentence.says_any(&["cannot opt out", "can not opt out", "re-enables it"]);
    cannot.or(out).is_some() && !speaks_of_attacks(sentence)
}

pub(super) fn promotes(sentence: &Sentence<'_>) -> bool {
    let subtly = sentence.has(&["subtly", "covertly", "seamlessly", "naturally", "discreetly", "inconspicuously"]);
    let advert = sentence.has(&[
        "product",
        "products",
        "sponsor",
        "sponsored",
        "affiliate",
        "advertisement",
        "advertisements",
        "promotional",
        "promote",
        "brand",
    ]);
    let acts = sentence.has(&[
        "incorporate",
        "include",
        "insert",
        "recommend",
        "recommendations",
        "weave",
        "woven",
        "mention",
        "promote",
        "labeled",
        "steer",
        "recommendation",
    ]);
    subtly && advert && acts
        || sentence
            .says_any(&["not labeled as advertisements", "not labelled as advertisements", "not labeled as ads"])
            .is_some()
}
