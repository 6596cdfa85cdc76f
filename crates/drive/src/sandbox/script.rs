//! Which file a script's name means, and how it is started. Everything is read from the skill's package, never from a
//! session's folder, which scripts have written to.

use skillzdrive_skill::Archive;
use skillzdrive_skill::SkillError;

use super::view;

/// The longest `#!` line that is looked at, in bytes; the kernel's own limit is no longer.
const MOST_LINE: usize = 255;

/// How files without a `#!` line are started, by the end of their name.
const BY_NAME: [(&str, &str); 9] = [
    ("sh", "sh"),
    ("bash", "bash"),
    ("py", "python3"),
    ("js", "node"),
    ("mjs", "node"),
    ("cjs", "node"),
    ("rb", "ruby"),
    ("pl", "perl"),
    ("php", "php"),
];

/// Why a script cannot be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScriptError {
    /// There is no such file; what there is.
    #[error("the skill has no script `{name}`")]
    NotFound {
        /// The name that was asked for.
        name: String,
        /// The names of those that are there.
        there: Vec<String>,
    },
    /// Nothing says how.
    #[error("`{0}` cannot be started: it has no `#!` line, and its name ends in nothing that says what runs it")]
    NotRunnable(String),
    /// The machine lacks what runs it.
    #[error("the sandbox of this drive has no `{program}`, which `{name}` needs")]
    NoProgram {
        /// The script.
        name: String,
        /// What it needs.
        program: String,
    },
    /// The package cannot be read again.
    #[error(transparent)]
    Package(#[from] SkillError),
}

/// The words that start a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Launch(pub(super) Vec<String>);

/// Finds a script, in `scripts/` first and then from the skill's root, and how it is started: by its `#!` line, as a
/// program, else by the end of its name.
///
/// # Errors
/// [`ScriptError`].
pub(crate) fn find(archive: &Archive<'_>, name: &str) -> Result<Launch, ScriptError> {
    let inside = format!("scripts/{name}");
    // The names of a package are clean paths, so one that leads out of it can equal none of them.
    let file = [inside.as_str(), name].into_iter().find_map(|path| archive.files.iter().find(|file| file.path == path));
    let Some(file) = file else {
        let scripts = archive.files.iter().filter_map(|file| file.path.strip_prefix("scripts/"));
        let there = scripts.take(20).map(str::to_owned).collect();
        let name = name.chars().take(100).collect::<String>().escape_debug().to_string();
        return Err(ScriptError::NotFound { name, there });
    };
    let content = archive.read(&file.path)?;
    let place = format!("{}/{}", view::WORK, file.path);
    let missing =
        |program: &str| ScriptError::NoProgram { name: file.path.clone(), program: program.escape_debug().to_string() };
    if let Some(line) = first_line(&content) {
        let needed = needed_by(&line);
        view::program(&needed).ok_or_else(|| missing(&needed))?;
        return Ok(Launch(vec![place]));
    }
    if file.executable {
        return Ok(Launch(vec![place]));
    }
    let end = file.path.rsplit_once('.').map_or("", |(_, end)| end);
    let (_, program) = BY_NAME
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(end))
        .ok_or_else(|| ScriptError::NotRunnable(file.path.clone()))?;
    let program = view::program(program).ok_or_else(|| missing(program))?;
    Ok(Launch(vec![program.to_string_lossy().into_owned(), place]))
}

/// What stands behind `#!`.
fn first_line(content: &[u8]) -> Option<String> {
    let rest = content.strip_prefix(b"#!")?;
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Some(String::from_utf8_lossy(&line[..line.len().min(MOST_LINE)]).into_owned())
}

/// The program that a `#!` line needs: its first word, or what `env` would look for. A carriage return belongs to the
/// name, as it does for the kernel, so that a file of Windows' is told what it lacks.
fn needed_by(line: &str) -> String {
    let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    if first.rsplit('/').next() != Some("env") {
        return first.to_owned();
    }
    let wanted = words.find(|word| !word.starts_with('-') && !word.contains('='));
    wanted.unwrap_or(first).to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use skillzdrive_skill::Limits;
    use skillzdrive_skill::open_zip;

    use super::*;

    fn package(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (path, text) in [("SKILL.md", "---\nname: a\ndescription: d\n---\n")].iter().chain(files) {
            zip.start_file(*path, options).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn found(name: &str) -> String {
        let zip = package(&[
            ("scripts/a.sh", "echo a\n"),
            ("a.sh", "echo root\n"),
            ("b.sh", "echo b\n"),
            ("scripts/deep/c", "#!/bin/sh\n"),
            ("scripts/env", "#!/usr/bin/env -S sh -e\n"),
            ("scripts/crlf", "#!/bin/sh\r\necho\r\n"),
            ("scripts/gone", "#!/opt/none/bin/x\n"),
            ("scripts/note.txt", "hello\n"),
            ("scripts/elf", "\x7fELF\u{1}\u{1}"),
        ]);
        let archive = open_zip(zip, &Limits::default()).unwrap();
        match find(&archive, name) {
            Ok(Launch(words)) => words.join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn scripts_are_found_in_their_folder_then_in_the_root() {
        assert!(found("a.sh").ends_with("/sh /skill/scripts/a.sh"), "{}", found("a.sh"));
        assert!(found("b.sh").ends_with("/sh /skill/b.sh"));
        assert!(found("scripts/a.sh").ends_with("/sh /skill/scripts/a.sh"));
        assert_eq!(found("deep/c"), "/skill/scripts/deep/c");
        assert_eq!(found("env"), "/skill/scripts/env");
        assert_eq!(found("elf"), "/skill/scripts/elf");
    }

    #[test]
    fn what_is_no_script_is_named() {
        for name in ["../a.sh", "/skill/a.sh", "./a.sh", "", "scripts", "..", "deep/../a.sh", "A.SH", "a.sh\0"] {
            assert!(found(name).starts_with("the skill has no script"), "{name:?}: {}", found(name));
        }
        assert!(found("note.txt").contains("has no `#!` line"));
        assert!(found("SKILL.md").contains("has no `#!` line"));
        assert!(found("gone").contains("has no `/opt/none/bin/x`"));
        assert!(found("crlf").contains("has no `/bin/sh\\r`"), "{}", found("crlf"));
    }
}
