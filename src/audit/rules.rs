//! What an audit can find, each under the identity that scripts and SARIF know it by. Pure.

use std::path::Path;

use skillzdrive_scan::Category;
use skillzdrive_scan::Confidence;
use skillzdrive_scan::Finding;
use skillzdrive_scan::Severity;

use crate::audit::sarif::About;

/// One sort of finding.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Kebab-case; it never changes its meaning.
    pub(crate) id: &'static str,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What it means, as a sentence without a full stop.
    pub(crate) about: &'static str,
    /// What to do about it.
    pub(crate) help: &'static str,
}

impl Rule {
    /// A finding of this rule at a place on the disk. `path` is the part of the place inside the skill.
    pub(super) fn found(&'static self, slug: &str, path: &str, place: &Path, message: impl Into<String>) -> Located {
        let finding = Finding {
            rule: self.id.to_owned(),
            category: Category::Integrity,
            severity: self.severity,
            confidence: Confidence::High,
            slug: slug.to_owned(),
            path: path.to_owned(),
            line: None,
            column: None,
            message: message.into(),
            help: self.help.to_owned(),
            excerpt: None,
        };
        Located { finding, place: place.to_path_buf() }
    }

    /// What SARIF says of it.
    pub(crate) fn described(&self) -> About {
        About { id: self.id, about: self.about, help: self.help, severity: self.severity }
    }

    /// Whether a finding is of this rule.
    pub(crate) fn is(&self, located: &Located) -> bool {
        located.finding.rule == self.id
    }
}

/// A finding and where on this machine it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    /// What was found.
    pub(crate) finding: Finding,
    /// The file, folder or link.
    pub(crate) place: std::path::PathBuf,
}

const PUT_BACK: &str = "skillzdrive audit --fix puts back what was installed; what is there goes to the trash";

pub(crate) static FILE_CHANGED: Rule = Rule {
    id: "file-changed",
    severity: Severity::High,
    about: "A file of an installed skill is not the file that was installed",
    help: PUT_BACK,
};
pub(crate) static FILE_MISSING: Rule = Rule {
    id: "file-missing",
    severity: Severity::High,
    about: "A file of an installed skill is gone",
    help: PUT_BACK,
};
pub(crate) static FILE_EXTRA: Rule = Rule {
    id: "file-extra",
    severity: Severity::High,
    about: "A file lies in an installed skill that did not come with it",
    help: PUT_BACK,
};
pub(crate) static SKILL_CHANGED: Rule = Rule {
    id: "skill-changed",
    severity: Severity::High,
    about: "The files of an installed skill are not those that were installed",
    help: PUT_BACK,
};
pub(crate) static SKILL_MISSING: Rule = Rule {
    id: "skill-missing",
    severity: Severity::High,
    about: "The lockfile names a skill that is not on this machine",
    help: "skillzdrive audit --fix puts it back; skillzdrive remove takes it out of the lockfile",
};
pub(crate) static SKILL_UNREADABLE: Rule = Rule {
    id: "skill-unreadable",
    severity: Severity::High,
    about: "What lies in the place of an installed skill cannot be read as a skill",
    help: PUT_BACK,
};
pub(crate) static SKILL_NOT_LOCKED: Rule = Rule {
    id: "skill-not-locked",
    severity: Severity::High,
    about: "A skill lies in the folder of installed skills that the lockfile does not name",
    help: "skillzdrive sync sends it to the drive and locks it; skillzdrive remove moves it to the trash",
};
pub(crate) static SKILL_UNMANAGED: Rule = Rule {
    id: "skill-unmanaged",
    severity: Severity::Low,
    about: "A skill lies in an agent's own folder that was never synced",
    help: "skillzdrive sync sends it to the drive and shows it to the other agents",
};
pub(crate) static SKILL_TWIN: Rule = Rule {
    id: "skill-twin",
    severity: Severity::High,
    about: "One name means different files in different folders",
    help: "rename or delete the one that you do not want",
};
pub(crate) static LOCK_INCONSISTENT: Rule = Rule {
    id: "lock-inconsistent",
    severity: Severity::High,
    about: "The lockfile contradicts itself: its tree_sha is not that of the package which its content_sha names",
    help: "skillzdrive audit --fix believes the content_sha: it puts back that package's files and mends the tree_sha",
};
pub(crate) static LINK_MISSING: Rule = Rule {
    id: "link-missing",
    severity: Severity::High,
    about: "A chosen agent does not see an installed skill",
    help: "skillzdrive audit --fix makes the link",
};
pub(crate) static LINK_DEAD: Rule = Rule {
    id: "link-dead",
    severity: Severity::High,
    about: "A link in an agent's folder leads nowhere",
    help: "skillzdrive audit --fix mends the links of installed skills; delete any other",
};
pub(crate) static LINK_FOREIGN: Rule = Rule {
    id: "link-foreign",
    severity: Severity::High,
    about: "Something else is in the place of a skill's link, and the agent loads that",
    help: "look at it, move it away, then: skillzdrive audit --fix",
};
pub(crate) static KEY_FILE_MODE: Rule = Rule {
    id: "key-file-mode",
    severity: Severity::Critical,
    about: "A file with keys can be read by others",
    help: "skillzdrive audit --fix makes it private; replace its keys if others use this machine",
};
pub(crate) static SKILL_BEHIND: Rule = Rule {
    id: "skill-behind",
    severity: Severity::Low,
    about: "The drive has a newer version of an installed skill",
    help: "skillzdrive update shows what is new in it and takes it",
};
pub(crate) static SKILL_SUPERSEDED: Rule = Rule {
    id: "skill-superseded",
    severity: Severity::Medium,
    about: "The drive does not list the installed bytes among the versions of the skill",
    help: "skillzdrive log SLUG shows the versions that there are; skillzdrive install SLUG takes the newest",
};
pub(crate) static SKILL_WITHDRAWN: Rule = Rule {
    id: "skill-withdrawn",
    severity: Severity::High,
    about: "The drive does not offer an installed skill any more",
    help: "find out why it was withdrawn; skillzdrive remove takes it off this machine",
};

/// All of them, in the order of the documentation.
pub(crate) static RULES: [&Rule; 17] = [
    &FILE_CHANGED,
    &FILE_MISSING,
    &FILE_EXTRA,
    &SKILL_CHANGED,
    &SKILL_MISSING,
    &SKILL_UNREADABLE,
    &SKILL_NOT_LOCKED,
    &SKILL_UNMANAGED,
    &SKILL_TWIN,
    &LOCK_INCONSISTENT,
    &LINK_MISSING,
    &LINK_DEAD,
    &LINK_FOREIGN,
    &KEY_FILE_MODE,
    &SKILL_BEHIND,
    &SKILL_SUPERSEDED,
    &SKILL_WITHDRAWN,
];

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn identities_are_kebab_case_and_unique() {
        let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert!(ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), RULES.len());
    }
}
