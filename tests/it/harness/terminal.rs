//! The program on a terminal of its own, with a person who reads and types.

use std::process::Stdio;
use std::time::Duration;

use expectrl::Eof;
use expectrl::Expect as _;
use expectrl::Session;
use expectrl::process::unix::Signal;
use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;

use super::Home;

/// The longest that a test waits for something that must happen.
const SURELY: Duration = Duration::from_secs(60);

/// What ctrl-c types.
pub(crate) const CTRL_C: &str = "\u{3}";
/// What the return key types.
pub(crate) const RETURN: &str = "\r";

/// A terminal in which the program runs.
pub(crate) struct Terminal {
    session: OsSession,
    seen: String,
}

impl Home {
    /// Starts the program on a terminal.
    pub(crate) fn terminal(&self, args: &[&str]) -> Terminal {
        let mut command = self.command(args);
        command.stdin(Stdio::inherit());
        if !self.has("TERM") {
            command.env("TERM", "xterm-256color");
        }
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(SURELY));
        Terminal { session, seen: String::new() }
    }
}

impl Terminal {
    /// Waits until a text stands there.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) {
        match self.session.expect(text) {
            Ok(found) => {
                self.seen.push_str(&String::from_utf8_lossy(found.before()));
                self.seen.push_str(text);
            }
            Err(error) => {
                let rest = self.session.check(expectrl::Regex("(?s).+")).map(|rest| rest.as_bytes().to_vec());
                let rest = rest.unwrap_or_default();
                panic!("`{text}` does not come ({error}) after:\n{}{}", self.seen, String::from_utf8_lossy(&rest));
            }
        }
    }

    /// Waits for an address that begins like this, up to the end of its line.
    #[track_caller]
    pub(crate) fn sees_address(&mut self, beginning: &str) -> String {
        let pattern = format!("{}[!-~]+\r", beginning.replace('.', "[.]").replace('?', "[?]"));
        let found = self.session.expect(expectrl::Regex(&pattern)).expect("an address");
        let address = String::from_utf8_lossy(found.get(0).unwrap()).trim_end().to_owned();
        self.seen.push_str(&String::from_utf8_lossy(found.before()));
        self.seen.push_str(&address);
        address
    }

    /// Types.
    pub(crate) fn types(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
    }

    /// Kills the program where it is, and waits until it is dead.
    pub(crate) fn kill(mut self) {
        let process = self.session.get_process_mut();
        process.kill(Signal::SIGKILL).unwrap();
        process.wait().unwrap();
    }

    /// Waits for the end; gives everything that was shown, and the exit code.
    #[track_caller]
    pub(crate) fn end(mut self) -> (String, i32) {
        match self.session.expect(Eof) {
            Ok(rest) => self.seen.push_str(&String::from_utf8_lossy(rest.as_bytes())),
            Err(error) => panic!("no end ({error}) after:\n{}", self.seen),
        }
        match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, code) => (self.seen, code),
            other => panic!("{other:?} after:\n{}", self.seen),
        }
    }
}
