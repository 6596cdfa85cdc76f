//! The starter marketplace: the few skills of our own that an embedded drive begins with.
//!
//! They are compiled in, so that a fresh machine without a network has something worth syncing. This module must not
//! decide when or for whom they are published: it is a table, and the drive's first start reads it.

/// One skill of the starter marketplace, as the files of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StarterSkill {
    /// The folder's name, which is also the front matter's `name`.
    pub slug: &'static str,
    /// Each file: its path inside the skill, `/`-separated, and its bytes. Sorted by path.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// How many of [`STARTER_SKILLS`], counted from the first, the owner of an embedded drive starts with.
pub const OWNED: usize = 2;

/// Names the slug once and each path once, so that a file cannot be listed under another skill's folder.
macro_rules! skill {
    ($slug:literal: $($path:literal),+ $(,)?) => {
        StarterSkill {
            slug: $slug,
            files: &[$(($path, include_bytes!(concat!("../starter/", $slug, "/", $path)).as_slice())),+],
        }
    };
}

/// Every skill of the starter marketplace; the [`OWNED`] ones come first.
pub const STARTER_SKILLS: &[StarterSkill] = &[
    skill!("write-a-skill": "SKILL.md"),
    skill!("use-skillzdrive": "SKILL.md"),
    skill!("changelog-writer": "SKILL.md", "scripts/since.sh"),
    skill!("csv-profiler": "SKILL.md", "scripts/profile.py"),
    skill!("shell-reviewer": "SKILL.md", "references/checklist.md", "scripts/precheck.sh"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::OWNED;
    use super::STARTER_SKILLS;

    fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                files_below(&entry.path(), &format!("{path}/"), found);
            } else {
                found.insert(path);
            }
        }
    }

    #[test]
    fn the_table_lists_every_file_of_the_folder_and_no_other() {
        let mut on_disk = BTreeSet::new();
        files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("starter"), "", &mut on_disk);
        let listed: BTreeSet<String> = STARTER_SKILLS
            .iter()
            .flat_map(|skill| skill.files.iter().map(|(path, _)| format!("{}/{path}", skill.slug)))
            .collect();
        assert_eq!(listed, on_disk);
    }

    #[test]
    fn the_owner_starts_with_the_two_that_explain_skills_and_this_program() {
        let owned: Vec<&str> = STARTER_SKILLS[..OWNED].iter().map(|skill| skill.slug).collect();
        assert_eq!(owned, ["write-a-skill", "use-skillzdrive"]);
    }

    #[test]
    fn files_are_sorted_by_path_and_listed_once() {
        for skill in STARTER_SKILLS {
            assert!(skill.files.is_sorted_by(|(a, _), (b, _)| a < b), "{}", skill.slug);
        }
    }

    #[test]
    fn every_skill_has_strict_front_matter() {
        const ALLOWED: [&str; 6] = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"];
        for skill in STARTER_SKILLS {
            let (_, bytes) = skill.files.iter().find(|(path, _)| *path == "SKILL.md").unwrap();
            let text = std::str::from_utf8(bytes).unwrap();
            let (matter, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
            let fields: Vec<(&str, &str)> = matter.lines().map(|line| line.split_once(": ").unwrap()).collect();
            for (key, value) in &fields {
                assert!(ALLOWED.contains(key), "{}: {key}", skill.slug);
                assert!(!value.contains(": ") && !value.contains(" #"), "{}: {key} needs quotes", skill.slug);
            }
            assert_eq!(fields[0], ("name", skill.slug));
            assert_eq!(fields[1].0, "description");
            assert!((1..=1024).contains(&fields[1].1.chars().count()), "{}", skill.slug);
            assert!(fields[1].1.contains("Use when"), "{}: the description says when", skill.slug);
            assert!(body.lines().count() < 500, "{}", skill.slug);
        }
    }

    /// The mode in a canonical zip comes from the content: without `#!` a script would lose its execute bit.
    #[test]
    fn every_script_starts_with_its_interpreter_and_no_file_has_windows_line_ends() {
        for skill in STARTER_SKILLS {
            for (path, bytes) in skill.files {
                assert!(!path.starts_with("scripts/") || bytes.starts_with(b"#!"), "{}/{path}", skill.slug);
                assert!(!bytes.contains(&b'\r'), "{}/{path}", skill.slug);
            }
        }
    }

    #[test]
    fn every_file_is_named_in_its_skills_text() {
        for skill in STARTER_SKILLS {
            let (_, bytes) = skill.files.iter().find(|(path, _)| *path == "SKILL.md").unwrap();
            let text = std::str::from_utf8(bytes).unwrap();
            for (path, _) in skill.files.iter().filter(|(path, _)| *path != "SKILL.md") {
                assert!(text.contains(path), "{}: {path} is mentioned nowhere", skill.slug);
            }
        }
    }
}
