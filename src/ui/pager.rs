//! A long output page by page, by a program of the person's choice. Only for a person on a terminal: a pipe, `--json`, a
//! build server and a coding agent get it all at once.

use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;

use crate::env;
use crate::signals::Deaf;

/// What shows pages where nobody chose: `F` ends at once when all fits, `R` lets colours through, `X` leaves the text on
/// the screen.
const FALLBACK: &str = "less";
const LESS: &str = "FRX";

/// The pager that the environment names; `None` for none.
pub(crate) fn chosen() -> Option<String> {
    let named = env::set(env::OWN_PAGER).or_else(|| env::set(env::PAGER));
    let named = named.unwrap_or_else(|| if cfg!(windows) { String::new() } else { FALLBACK.to_owned() });
    // Who sets it to nothing, or to `cat`, wants none.
    Some(named.trim().to_owned()).filter(|named| !named.is_empty() && named != "cat")
}

/// Shows a text and waits until the person has seen enough. `false` when the pager could not be started: the caller then
/// has another way.
pub(crate) fn show(pager: &str, text: &str) -> bool {
    // A ctrl-c is the pager's own matter: it must not be left alone with the terminal.
    let _deaf = Deaf::to_interrupts();
    let mut command = shell(pager);
    for (name, value) in [(env::LESS, LESS), (env::LESSCHARSET, "utf-8")] {
        if env::set(name).is_none() {
            command.env(name, value);
        }
    }
    // A pager has no use for a key.
    let Ok(mut child) = command.env_remove(env::API_KEY).stdin(Stdio::piped()).spawn() else { return false };
    if let Some(mut pipe) = child.stdin.take() {
        // Who has seen enough closes it.
        let _ = pipe.write_all(text.as_bytes());
        let _ = pipe.write_all(b"\n");
    }
    match child.wait() {
        // The shell's code for a program that is not there; nothing was shown then.
        Ok(status) => !matches!(status.code(), Some(126 | 127)),
        Err(_) => true,
    }
}

/// A shell reads the name, as with every program that asks for a pager: it may hold arguments.
fn shell(pager: &str) -> Command {
    if cfg!(windows) {
        let mut words = pager.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or(FALLBACK));
        command.args(words);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", pager]);
        command
    }
}
