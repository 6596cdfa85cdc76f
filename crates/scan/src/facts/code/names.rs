//! The functions that code calls, by what they do, and the names that code gives to them.

use std::collections::HashMap;

use crate::code::At;
use crate::code::Token;
use crate::needles::Set;

pub(super) const RUNS: Set<44> = Set::new([
    "exec.commandcontext",
    "shell_exec",
    "passthru",
    "proc_open",
    "os.execute",
    "io.popen",
    "process.start",
    "process.run",
    "bun.$",
    "deno.command",
    "child_process.execfile",
    "child_process.execfilesync",
    "execfile",
    "execfilesync",
    "os.execl",
    "os.execvp",
    "os.spawnl",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_exec",
    "bun.spawn",
    "execa",
    "shelljs.exec",
    "os.system",
    "os.popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.popen",
    "subprocess.check_output",
    "subprocess.check_call",
    "subprocess.getoutput",
    "child_process.exec",
    "child_process.execsync",
    "child_process.spawn",
    "child_process.spawnsync",
    "execsync",
    "spawnsync",
    "spawn",
    "exec.command",
    "kernel.system",
    "open3.capture2",
    "open3.capture3",
    "asyncio.create_subprocess_shell",
    "shell.exec",
    "cp.exec",
]);
pub(super) const EVALS: Set<15> = Set::new([
    "loadstring",
    "create_function",
    "runpy.run_path",
    "code.interact",
    "new function",
    "eval",
    "exec",
    "function",
    "vm.runinthiscontext",
    "vm.runinnewcontext",
    "invoke-expression",
    "iex",
    "instance_eval",
    "class_eval",
    "__import__",
]);
pub(super) const FETCHES: Set<18> = Set::new([
    "requests.get",
    "httpx.get",
    "urllib.request.urlopen",
    "urlopen",
    "urllib2.urlopen",
    "urllib.request.urlretrieve",
    "fetch",
    "axios.get",
    "axios",
    "got",
    "https.get",
    "http.get",
    "net.http.get",
    "uri.open",
    "invoke-webrequest",
    "invoke-restmethod",
    "session.get",
    "needle.get",
]);
pub(super) const SENDS: Set<29> = Set::new([
    "http.postform",
    "http.newrequest",
    "curl_setopt",
    "ureq.post",
    "httpx.request",
    "requests.post",
    "requests.put",
    "requests.request",
    "httpx.post",
    "httpx.put",
    "session.post",
    "client.post",
    "urllib.request.urlopen",
    "urlopen",
    "urllib.request.request",
    "request",
    "fetch",
    "axios.post",
    "axios.put",
    "axios",
    "got.post",
    "https.request",
    "http.request",
    "net.http.post",
    "http.post",
    "navigator.sendbeacon",
    "smtp.sendmail",
    "server.sendmail",
    "xhr.send",
]);
pub(super) const DECODES: Set<32> = Set::new([
    "base64_decode",
    "gzinflate",
    "gzuncompress",
    "str_rot13",
    "hex2bin",
    "decode_base64",
    "base64.stdencoding.decodestring",
    "base64.b16decode",
    "hex.decodestring",
    "unescape",
    "base64.b64decode",
    "b64decode",
    "base64.urlsafe_b64decode",
    "base64.b85decode",
    "base64.a85decode",
    "base64.b32decode",
    "base64.decodebytes",
    "atob",
    "codecs.decode",
    "bytes.fromhex",
    "bytearray.fromhex",
    "binascii.unhexlify",
    "binascii.a2b_base64",
    "zlib.decompress",
    "gzip.decompress",
    "bz2.decompress",
    "lzma.decompress",
    "marshal.loads",
    "base64.decode64",
    "base64.strict_decode64",
    "system.convert.frombase64string",
    "string.fromcharcode",
]);

/// Modules whose functions are judged.
const MODULES: Set<18> = Set::new([
    "os",
    "subprocess",
    "requests",
    "httpx",
    "base64",
    "codecs",
    "zlib",
    "shutil",
    "socket",
    "builtins",
    "child_process",
    "vm",
    "fs",
    "https",
    "http",
    "axios",
    "urllib.request",
    "pathlib",
]);

fn is_judged(name: &str) -> bool {
    RUNS.contains_in_any_case(name)
        || EVALS.contains_in_any_case(name)
        || FETCHES.contains_in_any_case(name)
        || SENDS.contains_in_any_case(name)
        || DECODES.contains_in_any_case(name)
        || MODULES.contains_in_any_case(name)
}

/// Gives functions their usual names back: `import os as o`, `from os import system as s`, `const { exec } = require(…)`,
/// `run = os.system`.
pub(super) fn resolve(tokens: &mut [At]) {
    let aliases = aliases(tokens);
    if aliases.is_empty() {
        return;
    }
    for at in tokens {
        if let Token::Name(name) = &mut at.token {
            let (head, rest) = name.split_once('.').map_or((name.as_str(), None), |(head, rest)| (head, Some(rest)));
            if let Some(known) = aliases.get(head) {
                *name = rest.map_or_else(|| known.clone(), |rest| format!("{known}.{rest}"));
            }
        }
    }
}

fn aliases(tokens: &[At]) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let name = |n: usize| match tokens.get(n).map(|at| &at.token) {
        Some(Token::Name(name)) => Some(name.as_str()),
        _ => None,
    };
    let mark = |n: usize, mark: char| matches!(tokens.get(n).map(|at| &at.token), Some(Token::Mark(c)) if *c == mark);
    let ends = |n: usize| tokens.get(n).is_none_or(|at| at.token == Token::End);
    for index in 0..tokens.len() {
        let Some(word) = name(index) else { continue };
        match word {
            // `import MODULE as NAME`, `from MODULE import NAME as NAME, …`
            "import" if name(index + 2) == Some("as") && (index < 2 || name(index - 2) != Some("from")) => {
                if let (Some(module), Some(alias)) = (name(index + 1), name(index + 3)) {
                    found.insert(alias.to_owned(), module.to_owned());
                }
            }
            "import" if index >= 2 && name(index - 2) == Some("from") => {
                let module = name(index - 1).filter(|module| MODULES.contains(module));
                members(tokens, index + 1, module.unwrap_or_default(), &mut found);
            }
            // `import … from 'MODULE'`
            "from" => {
                let Some(Token::Text(module)) = tokens.get(index + 1).map(|at| &at.token) else { continue };
                let module = module.trim_start_matches("node:");
                let start = tokens[..index].iter().rposition(|at| at.token == Token::Name("import".to_owned()));
                if let Some(start) = start.filter(|start| index - start < 40 && MODULES.contains(module)) {
                    if mark(start + 1, '{') {
                        members(tokens, start + 2, module, &mut found);
                    } else if let Some(alias) = name(index - 1) {
                        found.insert(alias.to_owned(), module.to_owned());
                    }
                }
            }
            _ if mark(index + 1, '=') => {
                // `NAME = FUNCTION`
                if let Some(function) = name(index + 2).filter(|function| ends(index + 3) && is_judged(function)) {
                    found.insert(word.to_owned(), function.to_owned());
                }
            }
            // `const { NAME: NAME } = MODULE`
            "const" | "let" | "var" if mark(index + 1, '{') => {
                let close = (index + 2..tokens.len().min(index + 40)).find(|n| mark(*n, '}'));
                let module = close.filter(|close| mark(close + 1, '=')).and_then(|close| name(close + 2));
                if let Some(module) = module.filter(|module| MODULES.contains(module)) {
                    members(tokens, index + 2, module, &mut found);
                }
            }
            _ => {}
        }
    }
    found.retain(|alias, function| alias != function && !MODULES.contains(alias) || MODULES.contains(function));
    found
}

/// The members of a module that are taken up from a token on.
fn members(tokens: &[At], from: usize, module: &str, found: &mut HashMap<String, String>) {
    if module.is_empty() {
        return;
    }
    let mut before: Option<&str> = None;
    let mut renames = false;
    for at in tokens[from..].iter().take(40) {
        match &at.token {
            Token::Name(name) if name == "as" => renames = true,
            Token::Mark(':') => renames = true,
            Token::Name(name) => {
                let member = before.filter(|_| renames).unwrap_or(name);
                found.insert(name.clone(), format!("{module}.{member}"));
                before = Some(name);
                renames = false;
            }
            Token::Mark(',' | '(') => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::span::Lang;

    fn named(text: &str, lang: Lang) -> Vec<String> {
        let mut code = code::read(text, lang);
        resolve(&mut code.tokens);
        code.calls().into_iter().map(|call| call.name).collect()
    }

    #[test]
    fn functions_are_known_under_other_names() {
        for (text, lang) in [
            ("import os as o\no.system(x)", Lang::Python),
            ("from os import system as s, path\ns(x)", Lang::Python),
            ("import importlib\nm = importlib.import_module('os')\nm.system(x)", Lang::Python),
            ("run = os.system\nrun(x)", Lang::Python),
        ] {
            assert!(named(text, lang).contains(&"os.system".to_owned()), "{text}: {:?}", named(text, lang));
        }
        for text in [
            "const { exec } = require('child_process');\nexec(x)",
            "const { exec: e } = require('node:child_process');\ne(x)",
            "import { exec as e } from 'child_process';\ne(x)",
            "import * as cp from 'child_process';\ncp.exec(x)",
            "const cp = require('child_process');\ncp.exec(x)",
        ] {
            assert!(named(text, Lang::JavaScript).contains(&"child_process.exec".to_owned()), "{text}");
        }
    }
}
