//! What counts as a secret of the person: files, stores and variables that open other doors.

use crate::needles::Needles;

/// The sort of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Secret {
    SshKey,
    CloudKey,
    TokenFile,
    Environment,
    Variable,
    Keychain,
    Browser,
    Wallet,
    Messages,
    History,
    AgentMemory,
    /// A key that moves money: a private key or a seed phrase.
    MoneyKey,
    /// Keys of more than one service.
    Several,
    SystemAccounts,
    /// What was copied last.
    Clipboard,
    /// All that somebody works on.
    Work,
}

impl Secret {
    /// What a person calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SshKey => "SSH keys",
            Self::CloudKey => "cloud credentials",
            Self::TokenFile => "a file of credentials",
            Self::Environment => "all environment variables",
            Self::Variable => "a secret from the environment",
            Self::Keychain => "the system's keychain",
            Self::Browser => "a browser's cookies or passwords",
            Self::Wallet => "a wallet",
            Self::Messages => "private messages",
            Self::History => "the shell's history",
            Self::AgentMemory => "what an agent remembers",
            Self::MoneyKey => "a private key or seed phrase",
            Self::Several => "keys of several services",
            Self::SystemAccounts => "the system's password file",
            Self::Clipboard => "what was copied last",
            Self::Work => "all that lies in a folder",
        }
    }
}

/// Parts of which each place that [`at_path`] knows has one, whichever way its slashes lean.
const MARKS: Needles<63> = Needles::new([
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    "id_dsa",
    ".ssh",
    ".aws",
    "gcloud",
    "application_default",
    ".azure",
    ".kube",
    ".oci",
    "keychain",
    ".gnupg",
    "keyrings",
    "password-store",
    "login data",
    "cookies",
    "key4.db",
    "logins.json",
    "leveldb",
    "user data",
    "wallet.dat",
    "electrum",
    "exodus",
    "solana",
    "extension settings",
    "nkbihf",
    "keystore",
    "chat.db",
    "tdata",
    "signal",
    "shadow",
    "sudoers",
    "master.passwd",
    "_history",
    ".openclaw",
    ".claude",
    ".clawdbot",
    ".env",
    ".netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".docker",
    "hosts",
    ".cargo",
    ".codex",
    ".s3cfg",
    ".boto",
    "rclone",
    "terraform",
    "vault-token",
    "kaggle",
    "serviceaccount",
    "environ",
    "firefox",
    "brave",
    "metamask",
    ".kdbx",
    "vscdb",
    "huggingface",
    "copilot",
]);

/// Whether [`at_path`] is worth its many questions: a text without any mark is none of its places.
pub(crate) fn may_be_secret(path: &str) -> bool {
    MARKS.any_in(path)
}

/// The secret that lies at a path, in any spelling of the home folder.
pub(crate) fn at_path(path: &str) -> Option<Secret> {
    if !may_be_secret(path) {
        return None;
    }
    let path = path.trim_start_matches('@').replace('\\', "/").to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let has = |part: &str| path.contains(part);
    if name.ends_with(".pub") || name.contains("example") || name.contains("sample") || name.contains("template") {
        return None;
    }
    let ssh_name = matches!(name, "id_rsa" | "id_ed25519" | "id_ecdsa" | "id_dsa");
    let in_ssh = path.ends_with("/.ssh") || path.ends_with("/.ssh/") || has("/.ssh/*") || has("/.ssh/id_");
    if ssh_name || in_ssh {
        return Some(Secret::SshKey);
    }
    if has(".aws/credentials")
        || has(".config/gcloud")
        || has("application_default_credentials")
        || has(".azure/")
        || has(".kube/config")
        || path.ends_with("/.aws")
        || has("/.oci/config")
        || has("/secrets/kubernetes.io/serviceaccount")
        || has(".terraform.d/credentials")
    {
        return Some(Secret::CloudKey);
    }
    if has("login.keychain")
        || has("/library/keychains")
        || has(".gnupg")
        || has("/keyrings/")
        || has(".password-store")
        || name.ends_with(".kdbx")
    {
        return Some(Secret::Keychain);
    }
    if name == "login data"
        || name == "cookies"
        || name == "key4.db"
        || name == "logins.json"
        || name == "cookies.sqlite"
        || has("/local storage/leveldb")
        || has("google/chrome/user data")
        || has("/firefox/profiles")
        || has(".mozilla/firefox")
        || has("brave-browser/")
        || has("microsoft/edge/user data")
    {
        return Some(Secret::Browser);
    }
    if name == "wallet.dat"
        || has("/.electrum")
        || has("/exodus/")
        || has(".config/solana/id.json")
        || path.ends_with("/exodus")
        || has("/local extension settings/")
        || has("nkbihfbeogaeaoehlefnkodbefgpgknn")
        || has("/keystore/utc--")
        || has("/.ethereum/keystore")
        || has(".foundry/keystores")
        || has("/metamask")
    {
        return Some(Secret::Wallet);
    }
    if has("library/messages/chat.db") || has("/telegram desktop/tdata") || has("/signal/config.json") {
        return Some(Secret::Messages);
    }
    // What a process was started with.
    if (path.starts_with("/proc/") || path.contains("</proc/")) && name == "environ" {
        return Some(Secret::Environment);
    }
    if path == "/etc/shadow" || path == "/etc/sudoers" || has("/etc/master.passwd") {
        return Some(Secret::SystemAccounts);
    }
    if matches!(
        name,
        ".bash_history"
            | ".zsh_history"
            | ".python_history"
            | ".psql_history"
            | ".mysql_history"
            | "fish_history"
            | ".node_repl_history"
            | "consolehost_history.txt"
    ) {
        return Some(Secret::History);
    }
    if (has(".openclaw/") || has(".claude/") || has(".clawdbot/"))
        && matches!(name, "memory.md" | "soul.md" | "user.md" | "identity.md" | "history.jsonl" | "sessions.json")
    {
        return Some(Secret::AgentMemory);
    }
    if has(".claude/projects") || has(".codex/sessions") || has(".codex/history") || name == "state.vscdb" {
        return Some(Secret::AgentMemory);
    }
    let env_file = name == ".env" || name.starts_with(".env.");
    if env_file
        || matches!(name, ".netrc" | ".pgpass" | ".npmrc" | ".pypirc" | ".git-credentials" | ".docker/config.json")
        || has(".docker/config.json")
        || has(".config/gh/hosts")
        || has(".cargo/credentials")
        || has(".openclaw/openclaw.json")
        || has(".openclaw/credentials")
        || has(".clawdbot/.env")
        || has(".claude/.credentials")
        || has(".codex/auth.json")
        || matches!(name, ".s3cfg" | ".boto" | ".vault-token" | "rclone.conf" | ".envrc" | "terraform.tfstate")
        || has(".kaggle/kaggle.json")
        || has("huggingface/token")
        || has("github-copilot/hosts.json")
        || has("github-copilot/apps.json")
    {
        return Some(Secret::TokenFile);
    }
    None
}

/// Whether a variable's name says that it holds a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.trim_start_matches('$').to_ascii_uppercase();
    const PARTS: [&str; 12] = [
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PRIVATE_KEY",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
        "_TOKEN",
        "AUTH_TOKEN",
        "CREDENTIAL",
        "MNEMONIC",
        "SEED_PHRASE",
    ];
    name == "TOKEN" || PARTS.iter().any(|part| name.contains(part))
}

/// Whether a variable's name says that it holds what moves money.
pub(crate) fn moves_money(name: &str) -> bool {
    let name = name.trim_start_matches('$').to_ascii_uppercase();
    const PARTS: [&str; 6] =
        ["MNEMONIC", "SEED_PHRASE", "WALLET_PRIVATE_KEY", "WALLET_KEY", "EVM_PRIVATE_KEY", "SOLANA_PRIVATE_KEY"];
    name == "PRIVATE_KEY" || name == "SEED" || PARTS.iter().any(|part| name.contains(part))
}

/// The service whose key a variable is, by its name; `None` where the name names no service.
pub(crate) fn service(name: &str) -> Option<String> {
    const COMMON: [&str; 16] = [
        "API", "SECRET", "ACCESS", "AUTH", "CLIENT", "APP", "TOKEN", "DB", "JWT", "MY", "USER", "BOT", "REFRESH",
        "SERVICE", "PRIVATE", "WEBHOOK",
    ];
    let name = name.trim_start_matches('$').to_ascii_uppercase();
    let first = name.split('_').next()?;
    (is_secret_name(&name) && first.len() < name.len() && !COMMON.contains(&first)).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_secrets_are_known_in_any_spelling() {
        for (path, secret) in [
            ("~/.ssh/id_rsa", Secret::SshKey),
            ("$HOME/.ssh/", Secret::SshKey),
            ("@~/.aws/credentials", Secret::CloudKey),
            ("C:\\Users\\x\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data", Secret::Browser),
            (".env", Secret::TokenFile),
            ("~/Library/Messages/chat.db", Secret::Messages),
        ] {
            assert_eq!(at_path(path), Some(secret), "{path}");
        }
        for path in ["~/.ssh/config", "~/.ssh/id_rsa.pub", ".env.example", "src/environment.ts", "/etc/passwd.md"] {
            assert_eq!(at_path(path), None, "{path}");
        }
    }

    #[test]
    fn every_place_has_a_mark() {
        for path in [
            "a/.ssh",
            "a/.ssh/",
            "a/.ssh/*",
            "a/.ssh/id_x",
            "id_rsa",
            "id_ed25519",
            "id_ecdsa",
            "id_dsa",
            "a/.aws/credentials",
            "a/.aws",
            ".config/gcloud",
            "application_default_credentials",
            ".azure/x",
            ".kube/config",
            "a/.oci/config",
            "login.keychain",
            "a/library/keychains",
            ".gnupg",
            "a/keyrings/x",
            ".password-store",
            "login data",
            "cookies",
            "key4.db",
            "logins.json",
            "cookies.sqlite",
            "a/local storage/leveldb",
            "google/chrome/user data",
            "wallet.dat",
            "a/.electrum",
            "a/exodus/",
            "a/exodus",
            ".config/solana/id.json",
            "a/local extension settings/",
            "nkbihfbeogaeaoehlefnkodbefgpgknn",
            "a/keystore/utc--",
            "a/.ethereum/keystore",
            "library/messages/chat.db",
            "a/telegram desktop/tdata",
            "a/signal/config.json",
            "/etc/shadow",
            "/etc/sudoers",
            "/etc/master.passwd",
            ".bash_history",
            ".zsh_history",
            ".python_history",
            ".openclaw/memory.md",
            ".claude/soul.md",
            ".clawdbot/sessions.json",
            ".env",
            ".env.local",
            ".netrc",
            ".pgpass",
            ".npmrc",
            ".pypirc",
            ".git-credentials",
            ".docker/config.json",
            ".config/gh/hosts",
            ".cargo/credentials",
            ".openclaw/openclaw.json",
            ".openclaw/credentials",
            ".clawdbot/.env",
            ".claude/.credentials",
            ".codex/auth.json",
            "/var/run/secrets/kubernetes.io/serviceaccount/token",
            ".terraform.d/credentials.tfrc.json",
            "a.kdbx",
            "a/firefox/profiles",
            ".mozilla/firefox",
            "a/brave-browser/x",
            "microsoft/edge/user data",
            ".foundry/keystores",
            "a/metamask",
            "/proc/self/environ",
            ".psql_history",
            ".claude/projects",
            ".codex/sessions",
            "state.vscdb",
            ".s3cfg",
            ".boto",
            ".vault-token",
            "rclone.conf",
            ".envrc",
            "terraform.tfstate",
            ".kaggle/kaggle.json",
            "huggingface/token",
            "github-copilot/hosts.json",
        ] {
            assert!(at_path(path).is_some() && at_path(&path.to_uppercase().replace('/', "\\")).is_some(), "{path}");
        }
        assert!(!may_be_secret("the quick brown fox jumps over src/main.rs"));
    }

    #[test]
    fn names_of_secrets_are_known() {
        assert!(is_secret_name("AWS_SECRET_ACCESS_KEY") && is_secret_name("token") && is_secret_name("$GITHUB_TOKEN"));
        assert!(!is_secret_name("HOME") && !is_secret_name("TOKENIZERS_PARALLELISM"));
    }
}
