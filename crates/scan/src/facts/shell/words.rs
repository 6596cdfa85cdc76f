//! The words of commands: what they call, and what flags mean.

use std::borrow::Cow;

use super::Flow;
use crate::decode;

const WRAPPERS: [&str; 14] = [
    // A step of a Dockerfile.
    "run",
    "sudo",
    "doas",
    "env",
    "nohup",
    "time",
    "exec",
    "command",
    "builtin",
    "timeout",
    "stdbuf",
    "nice",
    "setsid",
    "caffeinate",
];

/// The words of a command without what only wraps it.
pub(super) fn unwrapped<'a>(words: &'a [Cow<'_, str>]) -> Vec<&'a str> {
    let mut rest = words;
    while let [first, inner @ ..] = rest
        && !inner.is_empty()
        && is_wrapper(first)
    {
        let timed = program(first) == "timeout";
        rest = inner;
        while let [flag, inner @ ..] = rest
            && !inner.is_empty()
            && (flag.starts_with('-') || flag.contains('=') || timed && flag.starts_with(|c: char| c.is_ascii_digit()))
        {
            let takes_value = matches!(&**flag, "-u" | "-g" | "-n" | "-s" | "-k") && inner.len() > 1;
            rest = if takes_value { &inner[1..] } else { inner };
        }
    }
    rest.iter().map(|word| &**word).collect()
}

/// Whether a word only wraps the command that follows it. It is asked of the first word of every command.
fn is_wrapper(word: &str) -> bool {
    /// The letters that a wrapper's name may end in, before `.exe`.
    const LAST: &[u8] = b"nosvepdtflceNOSVEPDTFLCE";
    word.as_bytes().last().is_some_and(|last| LAST.contains(last)) && WRAPPERS.contains(&program(word).as_str())
}

/// A command's name without its folder and its ending.
pub(super) fn program(word: &str) -> String {
    // A recipe of a Makefile says with its first letter how it is run.
    let word = word.strip_prefix('@').unwrap_or(word);
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    if name.len() <= 4 {
        return name;
    }
    let plain = name.trim_end_matches(".exe");
    if plain.contains("python3.") {
        "python3".to_owned()
    } else if plain.len() < name.len() {
        plain.to_owned()
    } else {
        name
    }
}

/// A file's name without its folder and without quotation marks.
pub(super) fn name_of(path: &str) -> &str {
    path.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(path).trim_matches(['"', '\''])
}

pub(super) fn file_name(path: &str) -> String {
    name_of(path).to_owned()
}

/// Whether a flag says that the next word is code.
pub(super) fn is_code_flag(name: &str, word: &str) -> bool {
    match name {
        "perl" | "ruby" | "node" | "osascript" | "bun" => matches!(word, "-e" | "-pe" | "-ne" | "-p" | "--eval"),
        "powershell" | "pwsh" => matches!(word.to_ascii_lowercase().as_str(), "-c" | "-command"),
        "php" => word == "-r",
        "python" | "python3" => matches!(word, "-c" | "-m"),
        _ => word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'),
    }
}

pub(super) fn decoded(input: &Flow) -> Option<String> {
    let text = input.text.as_deref()?;
    // What is printed may hold more than the blob.
    text.split_whitespace().filter_map(|word| decode::base64(word).and_then(decode::text_of)).next_back()
}

pub(super) fn rotates(words: &[&str]) -> bool {
    words.iter().any(|word| word.to_lowercase().contains("n-za-m"))
}

pub(super) fn rotated(text: &str) -> String {
    let turn = |c: char, base: u8| char::from((u8::try_from(c).unwrap_or(base) - base + 13) % 26 + base);
    text.chars()
        .map(|c| match c {
            'a'..='z' => turn(c, b'a'),
            'A'..='Z' => turn(c, b'A'),
            _ => c,
        })
        .collect()
}

/// Whether a command gives on what it gets.
pub(super) fn passes(name: &str) -> bool {
    matches!(
        name,
        "base64"
            | "xxd"
            | "gzip"
            | "tr"
            | "sed"
            | "awk"
            | "grep"
            | "sort"
            | "head"
            | "tail"
            | "cut"
            | "jq"
            | "tee"
            | "cat"
            | "openssl"
            | "tar"
            | "zip"
            | "od"
            | "fold"
            | "rev"
            | "echo"
            | "printf"
    )
}

/// Whether escapes stand for letters, which nobody needs to escape.
pub(super) fn hides_letters(text: &str) -> bool {
    let escape = |part: &&str| {
        let byte = match part.strip_prefix('x') {
            Some(digits) => digits.get(..2).and_then(|two| u8::from_str_radix(two, 16).ok()),
            None => part.get(..3).and_then(|three| u8::from_str_radix(three, 8).ok()),
        };
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric())
    };
    text.split('\\').skip(1).filter(escape).count() >= 4
}

/// Whether a command starts the program that its words name.
pub(super) fn starts(name: &str) -> bool {
    matches!(
        name,
        "start" | "start-process" | "saps" | "open" | "invoke-item" | "ii" | "xdg-open" | "call" | "installer"
    )
}
