//! Opening a web page in the person's own browser, by the programs that a system has for that.
//!
//! Nothing here waits for the page or says anything: a browser that does not open is told by the caller.

use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use crate::env;

/// Starts a browser on an address; false when no program for that could be started. `failed` is called when the program
/// ends with an error; some end at once, others are the browser itself.
pub(crate) fn open(address: &str, failed: impl FnOnce() + Send + 'static) -> bool {
    let commands = commands(env::text(env::BROWSER).as_deref(), address);
    let Some(mut child) = commands.into_iter().find_map(|words| start(&words)) else { return false };
    let watch = move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            failed();
        }
    };
    // Without the thread nobody hears how it ended; the page may be open all the same.
    let _ = std::thread::Builder::new().name("browser".to_owned()).spawn(watch);
    true
}

fn start(words: &[String]) -> Option<Child> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // A browser has no use for a key.
    command.env_remove(env::API_KEY);
    command.spawn().ok()
}

/// What is tried, in its order: the commands of `BROWSER`, else the system's own.
fn commands(browser: Option<&str>, address: &str) -> Vec<Vec<String>> {
    let Some(browser) = browser else {
        let system = SYSTEM.iter();
        return system.map(|words| words.iter().map(|word| word.replace("%s", address)).collect()).collect();
    };
    let words = |command: &str| {
        let mut words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if words.iter().any(|word| word.contains("%s")) {
            words.iter_mut().for_each(|word| *word = word.replace("%s", address));
        } else if !words.is_empty() {
            words.push(address.to_owned());
        }
        words
    };
    // Windows has `:` in its paths, so the whole is one command there.
    let commands: Vec<&str> = if cfg!(windows) { vec![browser] } else { browser.split(':').collect() };
    commands.into_iter().map(words).filter(|words| !words.is_empty()).collect()
}

/// The system's own programs. None of them is a shell: an address is full of characters that one would take for itself.
#[cfg(target_os = "macos")]
const SYSTEM: &[&[&str]] = &[&["open", "%s"]];
#[cfg(windows)]
const SYSTEM: &[&[&str]] = &[&["rundll32", "url.dll,FileProtocolHandler", "%s"]];
#[cfg(not(any(target_os = "macos", windows)))]
const SYSTEM: &[&[&str]] = &[&["xdg-open", "%s"], &["wslview", "%s"], &["x-www-browser", "%s"]];

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn the_variable_names_commands_and_where_the_address_stands() {
        let address = "https://a.example/authorize?a=b&c=%20d";
        let of = |browser| commands(Some(browser), address);
        assert_eq!(of("firefox"), [["firefox", address]]);
        assert_eq!(of("w3m:open --url=%s -n"), [vec!["w3m", address], vec!["open", &format!("--url={address}"), "-n"]]);
        assert_eq!(of(": "), Vec::<Vec<String>>::new());
        assert!(commands(None, address).iter().all(|words| words.iter().any(|word| word == address)));
    }
}
