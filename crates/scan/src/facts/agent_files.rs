//! Files that steer an agent: its settings, its memory and its skills.

use memchr::memmem;

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

/// Whether a text frees an agent from asking before it acts.
pub(crate) fn frees(text: &str) -> bool {
    const KEYS: [&str; 6] = [
        "bypassPermissions",
        "Bash(*)",
        "enableAllProjectMcpServers",
        "skipDangerousModePermissionPrompt",
        "dangerously-skip-permissions",
        "dangerouslyDisableSandbox",
    ];
    KEYS.iter().any(|key| memmem::find(text.as_bytes(), key.as_bytes()).is_some())
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
