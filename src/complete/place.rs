//! Where each shell looks for a script, and the script that is put there. Nothing that a person wrote is changed: where a
//! shell has no folder of its own for such scripts, the line is said that it needs.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use clap::ValueEnum;

use crate::env;
use crate::store::paths::Paths;

/// A shell that completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
#[expect(clippy::enum_variant_names, reason = "that is the shell's name")]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    Elvish,
}

impl Shell {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::PowerShell => "powershell",
            Self::Elvish => "elvish",
        }
    }

    /// The shell that a path such as `/bin/zsh` names.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_str()?;
        let stem = if stem == "pwsh" { "powershell" } else { stem };
        Self::value_variants().iter().copied().find(|shell| shell.name() == stem)
    }
}

/// The line by which a script of ours is known.
pub(crate) const MARK: &str = "# Completion of skillzdrive, written by `skillzdrive completions --install`.";

/// A place for a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file.
    pub(crate) path: PathBuf,
    /// What is left to do by hand.
    pub(crate) to_do: Option<String>,
}

/// The script: it asks the program for the rest, so that a newer program needs no newer script.
pub(crate) fn script(shell: Shell) -> String {
    match shell {
        Shell::Bash => format!("{MARK}\nsource <(COMPLETE=bash skillzdrive)\n"),
        Shell::Zsh => format!(
            "#compdef skillzdrive\n{MARK}\nsource <(COMPLETE=zsh skillzdrive)\n\
             # The first TAB reads this file; it wants its answer too.\n\
             [[ $funcstack[1] == _skillzdrive ]] && _clap_dynamic_completer_skillzdrive \"$@\"\n"
        ),
        Shell::Fish => format!("{MARK}\nCOMPLETE=fish skillzdrive | source\n"),
        Shell::PowerShell => format!(
            "{MARK}\n$env:COMPLETE = \"powershell\"\nskillzdrive | Out-String | Invoke-Expression\n\
             Remove-Item Env:\\COMPLETE\n"
        ),
        Shell::Elvish => format!("{MARK}\neval (E:COMPLETE=elvish skillzdrive | slurp)\n"),
    }
}

/// Where it belongs.
pub(crate) fn of(shell: Shell, paths: &Paths) -> Place {
    let data = env::path(env::XDG_DATA_HOME).filter(|path| path.is_absolute());
    let data = data.unwrap_or_else(|| paths.home.join(".local/share"));
    let config = env::path(env::XDG_CONFIG_HOME).filter(|path| path.is_absolute());
    let config = config.unwrap_or_else(|| paths.home.join(".config"));
    let ours = paths.data.join("completions");
    let by_hand = |path: PathBuf, file: &str, line: String| {
        let to_do = Some(format!("put this line into {file}: {line}"));
        Place { path, to_do }
    };
    match shell {
        Shell::Bash => Place { path: data.join("bash-completion/completions/skillzdrive"), to_do: None },
        Shell::Fish => Place { path: config.join("fish/completions/skillzdrive.fish"), to_do: None },
        Shell::Zsh => match zsh_folder(&paths.home) {
            Some(folder) => Place { path: folder.join("_skillzdrive"), to_do: None },
            None => {
                let line = format!("fpath=('{}' $fpath)", ours.display());
                by_hand(ours.join("_skillzdrive"), "your .zshrc, before `compinit` is called", line)
            }
        },
        Shell::PowerShell => {
            let path = ours.join("skillzdrive.ps1");
            let line = format!(". '{}'", path.display());
            by_hand(path, "your $PROFILE", line)
        }
        Shell::Elvish => {
            let path = config.join("elvish/lib/skillzdrive-completion.elv");
            by_hand(path, "your rc.elv", "use skillzdrive-completion".to_owned())
        }
    }
}

/// The first folder of zsh's own search path that lies in the person's home. Only zsh knows it, so it is asked.
fn zsh_folder(home: &Path) -> Option<PathBuf> {
    let mut command = Command::new("zsh");
    command.args(["-ic", "print -rl -- $fpath"]).stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.env_remove(env::API_KEY).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().map(PathBuf::from).find(|folder| folder.starts_with(home))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_marked_and_asks_the_program() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            assert!(script.contains(MARK) && script.contains("COMPLETE"), "{script}");
            assert!(script.contains(&format!("={}", shell.name())) || *shell == Shell::PowerShell, "{script}");
        }
    }

    #[test]
    fn a_shell_is_known_by_its_path() {
        for (path, shell) in [
            ("/bin/bash", Some(Shell::Bash)),
            ("/usr/local/bin/zsh", Some(Shell::Zsh)),
            ("fish", Some(Shell::Fish)),
            ("pwsh.exe", Some(Shell::PowerShell)),
            ("/bin/sh", None),
        ] {
            assert_eq!(Shell::of_path(Path::new(path)), shell, "{path}");
        }
    }
}
