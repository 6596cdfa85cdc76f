//! What clap says of the arguments: help and version are data, the rest is an error of the usage kind, in the form that
//! the arguments asked for.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::CommandFactory as _;
use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::cli::GlobalArgs;
use crate::cli::tree;
use crate::error::Error;
use crate::error::Kind;
use crate::ui::Ui;

/// Reads the arguments of the process: what they say, and the words of the command that they name.
pub(crate) fn parse() -> Result<(Cli, Vec<String>), clap::Error> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if let [_, only] = arguments.as_slice()
        && (only == "--version" || only == "-V")
    {
        // Making all the commands would take longer than the answer, which needs none of them.
        let bare = clap::Command::new("skillzdrive").version(env!("CARGO_PKG_VERSION"));
        bare.try_get_matches_from(&arguments)?;
    }
    let mut tree = tree::for_words(&arguments);
    let mut matches = tree.try_get_matches_from_mut(&arguments);
    if matches.as_ref().is_err_and(clap::Error::use_stderr) {
        // The whole tree says it better: it may know a command that has what was typed.
        tree = Cli::command();
        matches = tree.try_get_matches_from_mut(arguments);
    }
    // The process ends soon and gives it all back at once; taking it apart is a sixth of the time of a short command.
    std::mem::forget(tree);
    let mut matches = matches?;
    let mut words = Vec::new();
    let mut below = Some(&matches);
    while let Some((name, inside)) = below.and_then(ArgMatches::subcommand) {
        words.push(name.to_owned());
        below = Some(inside);
    }
    let cli = Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut Cli::command()))?;
    Ok((cli, words))
}

/// Shows it and returns the exit code.
pub(crate) fn show(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A closed pipe is no failure: nobody reads the help.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let wants_json = std::env::args_os()
        .take_while(|arg| arg != "--")
        .any(|arg| arg == "--json" || arg.to_string_lossy().starts_with("--json="));
    if wants_json {
        Ui::new(&GlobalArgs::for_errors(true)).error(&read(error));
    } else {
        let _ = error.print();
    }
    ExitCode::from(Kind::Usage.exit_code())
}

/// The same as an error of the program: the sentence, the tips, and where the help is.
fn read(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let usage = text.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
    // `Usage: skillzdrive serve key create [OPTIONS]`: the command is what stands before the first argument.
    let command: Vec<&str> = usage
        .unwrap_or("skillzdrive")
        .split_whitespace()
        .take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect();
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "a command is missing".to_owned()
        }
        _ => {
            let sentence = text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
            let words: Vec<&str> = sentence.trim_start_matches("error: ").split_whitespace().collect();
            words.join(" ")
        }
    };
    let tips = text.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
    let error = tips.fold(Error::usage(message), Error::hint);
    error.hint(format!("{} --help", command.join(" ")))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn said(args: &[&str]) -> (String, Vec<String>) {
        let error = Cli::try_parse_from([&["skillzdrive"], args].concat()).unwrap_err();
        let error = read(&error);
        (error.message().to_owned(), error.hints().to_vec())
    }

    #[test]
    fn what_clap_says_becomes_one_sentence_and_its_hints() {
        let (message, hints) = said(&["search"]);
        assert_eq!(message, "the following required arguments were not provided: <WORDS>...");
        assert_eq!(hints, ["skillzdrive search --help"]);
        let (message, hints) = said(&["drive"]);
        assert_eq!(message, "a command is missing");
        assert_eq!(hints, ["skillzdrive drive --help"]);
        let (message, _) = said(&["list", "-V"]);
        assert_eq!(message, "unexpected argument '-V' found", "the version is asked for at the top");
        let (message, hints) = said(&["list", "--jsonn"]);
        assert_eq!(message, "unexpected argument '--jsonn' found");
        assert_eq!(hints, ["a similar argument exists: '--json'", "skillzdrive list --help"]);
    }
}
