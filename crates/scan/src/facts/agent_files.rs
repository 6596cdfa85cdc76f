//! Files that steer an agent: its settings, its memory and its skills.

use memchr::memmem;

use crate::needles::Needles;
use crate::urls;

/// The file of an agent's settings, memory or skills that a path names.
pub(crate) fn agent_file(path: &str) -> Option<String> {
    // Most of what is asked about is no path at all.
    let is_path = path.contains(['/', '\\']) || path.contains("claude_desktop_config");
    if !is_path || !path.contains('.') {
        return None;
    }
    let path = path.trim_matches(['"', '\'']).replace('\\', "/");
    let name = path.rsplit('/').next().unwrap_or(&path);
    let settings = path.contains(".claude/settings")
        || path.contains(".claude/hooks")
        || path.contains(".claude/agents/")
        || path.contains(".claude/commands/")
        || path.contains(".cursor/rules")
        || path.contains(".continue/config")
        || path.contains(".config/opencode/")
        || path.contains(".vscode/settings.json")
        || path.contains("Code/User/settings.json")
        || path.ends_with("claude_desktop_config.json")
        || path.contains(".cursor/mcp.json")
        || path.contains(".cursor/hooks")
        || path.contains(".codex/config")
        || path.contains(".gemini/settings")
        || path.contains(".openclaw/openclaw.json")
        || path.contains(".vscode/tasks.json")
        || path.contains(".windsurf/hooks")
        || path.ends_with("/.claude.json");
    let memory = matches!(
        name,
        "CLAUDE.md"
            | "AGENTS.md"
            | "GEMINI.md"
            | "SOUL.md"
            | "MEMORY.md"
            | "USER.md"
            | "HEARTBEAT.md"
            | "IDENTITY.md"
            | ".cursorrules"
            | "copilot-instructions.md"
    ) && (path.starts_with('~')
        || path.starts_with("$HOME")
        || path.starts_with('/')
        || path.contains(".openclaw/"));
    let skills = path.contains(".claude/skills/")
        || path.contains(".agents/skills/")
        || path.contains(".codex/skills/")
        || path.contains(".openclaw/skills/");
    (settings || memory || skills && name == "SKILL.md").then(|| path.clone())
}

/// Where settings of an agent have a hook that speaks to a stranger.
pub(crate) fn speaking_hook(text: &str) -> Option<usize> {
    const EVENTS: [&str; 6] =
        ["PreToolUse", "PostToolUse", "SessionStart", "UserPromptSubmit", "SessionEnd", "\"Stop\""];
    memmem::find(text.as_bytes(), b"command")?;
    if !EVENTS.iter().any(|event| memmem::find(text.as_bytes(), event.as_bytes()).is_some()) {
        return None;
    }
    let speaks = |line: &str| ["curl ", "wget ", "nc ", "Invoke-", "fetch("].iter().any(|tool| line.contains(tool));
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let strange = |url: &urls::Url| url.is_elsewhere() && !url.is_known_installer();
        if speaks(line) && urls::find(line).iter().any(strange) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Whether a text frees an agent from asking before it acts.
pub(crate) fn frees(text: &str) -> bool {
    const KEYS: Needles<12> = Needles::new([
        "dangerously-bypass-approvals-and-sandbox",
        "danger-full-access",
        "\"autoApprove\"",
        "tools.autoApprove",
        "approval_policy = \"never\"",
        "allow-all-tools",
        "bypassPermissions",
        "Bash(*)",
        "enableAllProjectMcpServers",
        "skipDangerousModePermissionPrompt",
        "dangerously-skip-permissions",
        "dangerouslyDisableSandbox",
    ]);
    KEYS.in_their_case(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_agents_are_known() {
        assert!(agent_file("~/.claude/settings.json").is_some() && agent_file("$HOME/CLAUDE.md").is_some());
        assert!(agent_file("CLAUDE.md").is_none() && agent_file("~/.claude/skills/x/notes.md").is_none());
    }
}
