//! What runs the program for others: the action of GitHub, step by step as a runner would, and the hooks of pre-commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::Home;
use crate::harness::Run;
use crate::harness::TestDrive;

fn repository(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A home in which the program is on the path, under its name.
fn on_the_path(home: Home) -> Home {
    let program = Path::new(env!("CARGO_BIN_EXE_skillzdrive")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    home.with("PATH", &path).with("CI", "true")
}

/// The steps of the action, run as a runner does: expressions filled in, the shell as it starts it, the first failure ends
/// it.
fn act(home: &Home, folder: &str, inputs: &[(&str, &str)]) -> Run {
    let action: Value = serde_saphyr::from_str(&repository("action.yml")).unwrap();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        values.insert(name.clone(), input["default"].as_str().unwrap().to_owned());
    }
    for (name, value) in inputs {
        assert!(values.insert((*name).to_owned(), (*value).to_owned()).is_some(), "no input {name}");
    }
    let filled = |text: &str| match text.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")) {
        Some(name) => values[name].clone(),
        None => {
            assert!(!text.contains("${{"), "{text}");
            text.to_owned()
        }
    };
    assert_eq!(action["runs"]["using"], "composite");
    let mut said = None;
    for step in action["runs"]["steps"].as_array().unwrap() {
        // What a caller gives comes by the environment: in the script it could be commands.
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{") && step["shell"] == "bash", "{step}");
        let file = home.write("step.sh", script);
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(file);
        let below = step["working-directory"].as_str().map_or_else(|| ".".to_owned(), filled);
        command.current_dir(home.path(folder).join(below)).env_clear();
        let program = home.command(&[]);
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("GITHUB_PATH", home.path("github-path")).env("RUNNER_OS", "Linux");
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, filled(value.as_str().unwrap()));
        }
        let run = home.finish(&command.output().unwrap());
        let is_well = run.code == Some(0);
        said = Some(run);
        if !is_well {
            break;
        }
    }
    said.unwrap()
}

/// Two projects with `pdf`, as a checkout without its skills has them.
fn checkout(drive: &TestDrive) -> Home {
    drive.publish("pdf", "one");
    let home = on_the_path(Home::on(&drive.url));
    home.mkdir("repo/.git");
    for project in ["repo", "repo/apps/web"] {
        let folder = home.mkdir(project);
        home.run_in(&folder, &["init", "--here", "--defaults"]).exits(0);
        home.run_in(&folder, &["install", "pdf"]).exits(0);
        fs::remove_dir_all(folder.join(".agents")).unwrap();
    }
    home
}

#[test]
fn the_action_restores_and_audits() {
    let drive = TestDrive::start();
    let home = checkout(&drive);
    act(&home, "repo", &[]).exits(0);
    assert!(home.path("repo/.agents/skills/pdf/SKILL.md").exists());
    assert!(!home.path("repo/apps/web/.agents/skills").exists());
    assert!(!home.path("github-path").exists(), "the program that is there is used");
    act(&home, "repo", &[("working-directory", "apps/web"), ("fail-on", "low"), ("sarif", "found.sarif")]).exits(0);
    assert!(home.read("repo/apps/web/found.sarif").contains("\"2.1.0\""));
    fs::remove_dir_all(home.path("repo/apps/web/.agents")).unwrap();
    let all = act(&home, "repo", &[("all", "true"), ("server", &drive.url), ("api-key", &drive.key)]).exits(0);
    assert!(home.path("repo/apps/web/.agents/skills/pdf/SKILL.md").exists());
    assert!(all.stdout.contains("::group::") && !all.stdout.contains(&drive.key), "{all}");
    // An extra file is a finding.
    home.write("repo/apps/web/.agents/skills/pdf/extra.md", "x");
    let run = act(&home, "repo", &[("all", "true")]);
    assert!(run.code.is_some_and(|code| code != 0), "{run}");
    act(&home, "repo", &[("fail-on", "nonsense")]).exits(2);
    let hostile = act(&home, "repo", &[("version", "1; touch owned")]).exits(2);
    assert!(!home.path("repo/owned").exists(), "{hostile}");
    act(&home, "repo", &[("working-directory", "apps/web"), ("all", "true"), ("sarif", "x")]);
}

#[test]
fn the_hooks_call_commands_that_there_are() {
    let drive = TestDrive::start();
    let home = checkout(&drive);
    let hooks: Value = serde_saphyr::from_str(&repository(".pre-commit-hooks.yaml")).unwrap();
    for hook in hooks.as_array().unwrap() {
        let words: Vec<&str> = hook["entry"].as_str().unwrap().split_whitespace().collect();
        assert_eq!((words[0], &hook["pass_filenames"]), ("skillzdrive", &Value::Bool(false)), "{hook}");
        home.run_in(&home.path("repo"), &words[1..]).exits(0);
    }
}

#[test]
#[ignore = "needs pre-commit: tests/pre-commit.sh"]
fn pre_commit_runs_the_hooks() {
    let drive = TestDrive::start();
    let home = checkout(&drive);
    let home = home.with("GIT_CONFIG_NOSYSTEM", "1").with("PRE_COMMIT_COLOR", "never");
    fs::remove_dir(home.path("repo/.git")).unwrap();
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        let ours = home.command(&[]);
        command.args(args).current_dir(home.path("repo")).env_clear();
        command.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
        home.finish(&command.output().unwrap())
    };
    home.write("repo/.gitignore", ".agents/.skillzdrive/\n");
    run("git", &["init", "-q"]).exits(0);
    run("git", &["add", "-A"]).exits(0);
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The hooks' file alone, in a repository of its own: the program is the one on the path.
    home.write("hooks/.pre-commit-hooks.yaml", fs::read(hooks.join(".pre-commit-hooks.yaml")).unwrap());
    let both = ["run", "--all-files", "--verbose"];
    let hooks = home.path("hooks").display().to_string();
    run("git", &["init", "-q", &hooks]).exits(0);
    run("git", &["-C", &hooks, "add", "-A"]).exits(0);
    let name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    run("git", &[&name[..], &["-C", &hooks, "commit", "-q", "-m", "hooks"]].concat()).exits(0);
    let rev = run("git", &["-C", &hooks, "rev-parse", "HEAD"]).exits(0).stdout;
    let config = format!(
        "repos:\n  - repo: {hooks}\n    rev: {}\n    hooks:\n      - id: skillzdrive-frozen\n      - id: skillzdrive-audit\n",
        rev.trim()
    );
    home.write("repo/.pre-commit-config.yaml", config);
    run("git", &["add", "-A"]).exits(0);
    // The first brings the skills, which are then there to be committed.
    let said = run("pre-commit", &both).exits(0);
    assert_eq!(said.stdout.matches("Passed").count(), 2, "{said}");
    assert!(home.path("repo/.agents/skills/pdf/SKILL.md").exists(), "{said}");
    home.write("repo/.agents/skills/pdf/SKILL.md", "---\nname: pdf\ndescription: edited\n---\n");
    run("git", &["add", "-A"]).exits(0);
    let said = run("pre-commit", &both).exits(1);
    assert_eq!(said.stdout.matches("Failed").count(), 2, "{said}");
}
