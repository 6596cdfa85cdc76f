//! Addresses in text, and what their hosts are like. No host is looked up, and no list of bad hosts is kept: what is told
//! apart is the sort of a host.

/// An address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) at: usize,
    pub(crate) text: String,
    pub(crate) scheme: String,
    /// In lower case, without user and port.
    pub(crate) host: String,
    /// From the first `/` on.
    pub(crate) path: String,
}

/// The addresses of a text, also those written so that they are not links: `hxxp`, `example[.]org`.
pub(crate) fn find(text: &str) -> Vec<Url> {
    let mut found = Vec::new();
    let (bytes, mut from) = (text.as_bytes(), 0);
    while let Some(at) = memchr::memchr(b':', &bytes[from..]).map(|at| from + at) {
        if !bytes[at + 1..].starts_with(b"//") {
            from = at + 1;
            continue;
        }
        let before = text[..at].bytes().rev().take_while(u8::is_ascii_alphabetic).count().min(12);
        let start = at - before;
        let rest = &text[at + 3..];
        let length = rest.find(ends).unwrap_or(rest.len());
        let body = rest[..length].trim_end_matches(['.', ';', ':', '!', '?', '*', ']']);
        from = at + 3 + body.len();
        let scheme = text[start..at].to_ascii_lowercase().replace("hxxp", "http");
        if let Some(url) = of(&scheme, body, start) {
            found.push(url);
        }
    }
    found
}

/// Whether a character ends an address.
fn ends(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '<' | '>' | '|' | ')' | '\\' | '{' | '}' | ',') || c.is_whitespace()
}

fn of(scheme: &str, body: &str, at: usize) -> Option<Url> {
    let clean = body.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":");
    let (authority, path) = clean.find(['/', '?', '#']).map_or((clean.as_str(), ""), |cut| clean.split_at(cut));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = if host.starts_with('[') { host.split(']').next().unwrap_or(host) } else { host.split(':').next()? };
    let host = host.trim_start_matches('[').to_ascii_lowercase();
    if host.is_empty() || scheme.is_empty() {
        return None;
    }
    Some(Url { at, text: format!("{scheme}://{clean}"), scheme: scheme.to_owned(), host, path: path.to_owned() })
}

impl Url {
    /// What a lookup of a name answers.
    pub(crate) fn of_lookup(words: &str) -> Self {
        let host = words.split_whitespace().find(|word| word.contains('.')).unwrap_or(words).to_ascii_lowercase();
        Self { at: 0, text: format!("dns://{host}"), scheme: "dns".to_owned(), host, path: String::new() }
    }

    /// Whether the host is a number and not one of this machine or a private network.
    pub(crate) fn is_numeric(&self) -> bool {
        self.host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| !(ip.is_loopback() || ip.is_private() || ip.is_unspecified() || ip.is_link_local()))
            || self.host.parse::<std::net::Ipv6Addr>().is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
    }

    /// Whether it is this machine.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "0.0.0.0" | "::1" | "host.docker.internal")
            || self.host.starts_with("127.")
            || self.host.ends_with(".local")
            || self.host.ends_with(".localhost")
    }

    fn is_under(&self, domains: &[&str]) -> bool {
        domains.iter().any(|domain| {
            self.host == *domain || self.host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
        })
    }

    /// Whether anybody can put a text there without a name: what it holds can change after it was read.
    pub(crate) fn is_paste(&self) -> bool {
        const PASTES: [&str; 27] = [
            "glot.io",
            "pastebin.com",
            "rentry.co",
            "rentry.org",
            "hastebin.com",
            "paste.ee",
            "dpaste.com",
            "dpaste.org",
            "ghostbin.com",
            "controlc.com",
            "justpaste.it",
            "telegra.ph",
            "ix.io",
            "termbin.com",
            "0x0.st",
            "sprunge.us",
            "paste.rs",
            "privatebin.net",
            "pastes.io",
            "transfer.sh",
            "file.io",
            "catbox.moe",
            "anonfiles.com",
            "gofile.io",
            "temp.sh",
            "bashupload.com",
            "codeshare.io",
        ];
        self.is_under(&PASTES)
    }

    /// Whether the host hides where it leads.
    pub(crate) fn is_shortener(&self) -> bool {
        const SHORTENERS: [&str; 16] = [
            "bit.ly",
            "tinyurl.com",
            "t.co",
            "is.gd",
            "cutt.ly",
            "rb.gy",
            "shorturl.at",
            "goo.gl",
            "ow.ly",
            "v.gd",
            "t.ly",
            "tiny.cc",
            "s.id",
            "rebrand.ly",
            "soo.gd",
            "clck.ru",
        ];
        self.is_under(&SHORTENERS)
    }

    /// Whether what is sent there can be read by whoever made the address, with no account of the sender.
    pub(crate) fn is_catcher(&self) -> bool {
        const CATCHERS: [&str; 18] = [
            "webhook.site",
            "requestbin.com",
            "requestbin.net",
            "pipedream.net",
            "interact.sh",
            "oast.fun",
            "oast.pro",
            "oast.live",
            "oast.site",
            "oastify.com",
            "burpcollaborator.net",
            "beeceptor.com",
            "requestcatcher.com",
            "hookbin.com",
            "ngrok.io",
            "ngrok-free.app",
            "trycloudflare.com",
            "localtunnel.me",
        ];
        let chat = self.is_under(&["discord.com", "discordapp.com"]) && self.path.contains("/api/webhooks/");
        let bot = self.is_under(&["api.telegram.org"]) && self.path.starts_with("/bot");
        self.is_under(&CATCHERS) || chat || bot
    }

    /// Whether the path ends in a program or in an archive that may hold one.
    pub(crate) fn is_program(&self) -> bool {
        const PROGRAMS: [&str; 12] =
            [".exe", ".msi", ".dmg", ".pkg", ".scr", ".zip", ".rar", ".7z", ".appimage", ".deb", ".rpm", ".jar"];
        let path = self.path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        PROGRAMS.iter().any(|end| path.ends_with(end))
    }

    /// Whether the host is one of the documentation's own, which nobody can reach.
    pub(crate) fn is_placeholder(&self) -> bool {
        self.host.contains("example.")
            || self.host.ends_with(".example")
            || self.host.starts_with("your")
            || self.host.contains('$')
            || self.host.contains('<')
            || self.host.contains("yourdomain")
            || !self.host.contains('.') && !self.host.contains(':')
    }

    /// Whether it only stands for an address that the reader is to put in. A host below a domain of the documentation is
    /// named by whoever means one.
    pub(crate) fn is_blank(&self) -> bool {
        let bare = self.host.trim_start_matches("www.").trim_start_matches("api.").trim_start_matches("app.");
        let plain = matches!(bare, "example.com" | "example.org" | "example.net" | "example" | "service.example");
        plain || self.is_placeholder() && !self.host.contains("example")
    }

    /// Whether it leads somewhere that is neither this machine nor one that is only meant as an example.
    pub(crate) fn is_elsewhere(&self) -> bool {
        !self.is_local() && !self.is_blank() && !self.is_private()
    }

    /// Whether the host is a number of a private network.
    fn is_private(&self) -> bool {
        self.host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_private() || ip.is_unspecified())
    }

    /// Whether pages usually load their parts from there.
    pub(crate) fn is_cdn(&self) -> bool {
        const CDNS: [&str; 16] = [
            "jsdelivr.net",
            "unpkg.com",
            "cdnjs.cloudflare.com",
            "tailwindcss.com",
            "esm.sh",
            "d3js.org",
            "jquery.com",
            "bootstrapcdn.com",
            "fontawesome.com",
            "shields.io",
            "plot.ly",
            "skypack.dev",
            "googletagmanager.com",
            "typekit.net",
            "jspm.io",
            "gstatic.com",
        ];
        self.is_under(&CDNS)
    }

    /// Whether the host belongs to a forge or registry whose installers are widely used under their own names.
    pub(crate) fn is_known_installer(&self) -> bool {
        const INSTALLERS: [&str; 98] = [
            "aka.ms",
            "rclone.org",
            "fluxcd.io",
            "llvm.org",
            "fnm.vercel.app",
            "metaplex.com",
            "istio.io",
            "cilium.io",
            "grafana.com",
            "elastic.co",
            "datadoghq.com",
            "sentry.io",
            "snyk.io",
            "jetbrains.com",
            "cloudflare.com",
            "getcomposer.org",
            "rvm.io",
            "haskell.org",
            "julialang.org",
            "pkgx.sh",
            "jetify.com",
            "atuin.sh",
            "ohmyposh.dev",
            "ohmyz.sh",
            "stripe.com",
            "npmjs.org",
            concat!("pypi", ".org"),
            "pythonhosted.org",
            "rubygems.org",
            "golang.org",
            concat!("crates", ".io"),
            "npmmirror.com",
            "tsinghua.edu.cn",
            "aliyun.com",
            "maven.org",
            "cloudsmith.io",
            "packagecloud.io",
            "sdkman.io",
            "volta.sh",
            "paradigm.xyz",
            "railway.com",
            "railway.app",
            "pulumi.com",
            "dagger.io",
            "pixi.sh",
            "mise.run",
            "mise.jdx.dev",
            "k3s.io",
            "linkerd.io",
            "doppler.com",
            "turso.tech",
            "infisical.com",
            "zed.dev",
            "opencode.ai",
            "nvm.sh",
            "astral.sh",
            "sh.rustup.rs",
            "rustup.rs",
            "bun.sh",
            "bun.com",
            "deno.land",
            "get.docker.com",
            "docker.com",
            "nodesource.com",
            "brew.sh",
            "get.pnpm.io",
            "install.python-poetry.org",
            "nixos.org",
            "starship.rs",
            "tailscale.com",
            "fly.io",
            "cli.github.com",
            "github.com",
            "githubusercontent.com",
            "gitlab.com",
            "ollama.com",
            "claude.ai",
            "anthropic.com",
            "openai.com",
            "cursor.com",
            "vercel.com",
            "supabase.com",
            "heroku.com",
            "amazonaws.com",
            "amazon.com",
            "google.com",
            "googleapis.com",
            "microsoft.com",
            "dot.net",
            "pypa.io",
            "npmjs.com",
            "yarnpkg.com",
            "apple.com",
            "kubernetes.io",
            "k8s.io",
            "get.helm.sh",
            "hashicorp.com",
            "solana.com",
        ];
        self.scheme == "https" && self.is_under(&INSTALLERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Url {
        find(text).into_iter().next().unwrap()
    }

    #[test]
    fn addresses_are_found_however_they_are_written() {
        assert_eq!(one("see <https://User@Example.ORG:8443/a/b>.").host, "example.org");
        assert_eq!(one("hxxps://bad[.]example/x.sh then").text, "https://bad.example/x.sh");
        assert_eq!(one("[x](https://a.b/c.zip).").path, "/c.zip");
        assert_eq!(find("a://, b:// c").len(), 0);
    }

    #[test]
    fn hosts_are_told_apart() {
        assert!(one("http://203.0.113.7/x").is_numeric() && !one("http://192.168.1.1/x").is_numeric());
        assert!(one("https://gist.pastebin.com/raw/x").is_paste() && !one("https://notpastebin.com/").is_paste());
        assert!(one("https://a.b/x/Setup.EXE?v=1").is_program());
        assert!(
            one("https://discord.com/api/webhooks/1/x").is_catcher() && !one("https://discord.com/app").is_catcher()
        );
        assert!(one("https://your-server.com/x").is_placeholder() && one("http://$HOST/x").is_placeholder());
    }
}
