//! Trees on GitHub: installed, pinned, restored from the lockfile, and imported into the drive.

use insta::assert_snapshot;
use skillzdrive_drive::GithubHosts;

use crate::harness::Github;
use crate::harness::Home;
use crate::harness::TestDrive;
use crate::harness::skill_md;

const TREE: &str = "https://github.com/Acme/skills/tree/main/skills/pdf";

fn lines(github: &Github) -> Vec<String> {
    github.asked().into_iter().map(|(line, _)| line).collect()
}

/// A home that knows our GitHub and has a key for a drive that nobody may ask.
fn home(github: &Github, drive: &TestDrive) -> Home {
    let home = Home::logged_in(&drive.url, &drive.key).with("SKILLZDRIVE_GITHUB_URL", &github.url);
    drive.forget();
    home
}

#[test]
fn a_tree_is_installed_at_its_commit_and_restored_from_the_lockfile() {
    let (github, drive) = (Github::start(), TestDrive::start());
    let one = github.put(
        "main",
        '1',
        &[
            ("README.md", "# skills"),
            ("skills/pdf/SKILL.md", &skill_md("pdf", "one")),
            ("skills/pdf/scripts/run.sh", "#!/bin/sh\n"),
            ("skills/docx/SKILL.md", &skill_md("docx", "one")),
        ],
    );
    let home = home(&github, &drive);
    let work = home.mkdir("work");
    let run = |args: &[&str]| home.run_in(&work, args);
    run(&["install", "--project", TREE]).exits(0);
    assert_eq!(lines(&github), ["commit main".to_owned(), format!("archive {one}")]);
    let installed: Vec<String> = home.tree("work/.agents/skills").into_keys().collect();
    assert_eq!(installed, ["pdf/SKILL.md", "pdf/scripts/run.sh"]);
    let lockfile = home.read("work/skillzdrive.lock");
    assert!(lockfile.contains(&format!("source = \"github:Acme/skills/skills/pdf@{one}\"\n")), "{lockfile}");
    assert!(!lockfile.contains("tree_sha"), "{lockfile}");
    // It is not fetched again while it is untouched, and restored from the cache alone.
    run(&["install", "--project", TREE]).exits(0);
    assert_eq!(lines(&github), ["commit main"]);
    std::fs::remove_dir_all(home.path("work/.agents/skills/pdf")).unwrap();
    run(&["install", "--frozen", "--offline"]).exits(0);
    assert_eq!(lines(&github), [] as [&str; 0]);
    // Without the cache the commit that was locked comes, whatever the branch is at now.
    let two = github.put("main", '2', &[("skills/pdf/SKILL.md", &skill_md("pdf", "two"))]);
    std::fs::remove_dir_all(home.path("work/.agents/skills/pdf")).unwrap();
    run(&["cache", "clean"]).exits(0);
    run(&["install", "--frozen", TREE]).exits(0);
    assert_eq!(lines(&github), [format!("archive {one}")]);
    assert_eq!(home.read("work/skillzdrive.lock"), lockfile);
    run(&["audit"]).exits(0);
    // Installed again by its branch, it is what lies there now.
    run(&["install", TREE]).exits(0);
    assert!(home.read("work/skillzdrive.lock").contains(&format!("skills/pdf@{two}\"")));
    assert!(home.read("work/.agents/skills/pdf/SKILL.md").contains("two"));
    assert_eq!(
        drive.asked_lines().iter().filter(|line| !line.contains("/drive/diff")).count(),
        0,
        "{:?}",
        drive.asked()
    );
}

#[test]
fn nothing_of_ours_goes_to_github() {
    let (github, drive) = (Github::start(), TestDrive::start());
    github.put("main", '1', &[("skills/pdf/SKILL.md", &skill_md("pdf", "one"))]);
    // A person's token for GitHub is for GitHub's own interface: a mirror does not get it.
    let home = home(&github, &drive).with("GITHUB_TOKEN", "ghp_of-a-person").with("GH_TOKEN", "gho_of-a-person");
    home.run(&["install", TREE]).exits(0);
    home.run(&["sync", "--yes"]).exits(0);
    assert!(drive.asked().iter().all(|asked| !format!("{asked:?}").contains("of-a-person")));
    assert!(home.files_with("of-a-person").is_empty());
    let asked = github.asked();
    assert_eq!(asked.len(), 2);
    for (line, headers) in asked {
        let names: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
        assert!(!names.iter().any(|name| name.starts_with("x-") || *name == "authorization"), "{line}: {names:?}");
        assert!(!format!("{headers:?}").contains("sk_live_"));
    }
}

#[test]
fn a_tree_that_is_not_what_was_locked_is_not_installed() {
    let (github, drive) = (Github::start(), TestDrive::start());
    let one = github.put("main", '1', &[("skills/pdf/SKILL.md", &skill_md("pdf", "one"))]);
    let home = home(&github, &drive);
    home.run(&["install", TREE]).exits(0);
    std::fs::remove_dir_all(home.path(".agents/skills/pdf")).unwrap();
    home.run(&["cache", "clean"]).exits(0);
    github.forge(&one, &[("skills/pdf/SKILL.md", &skill_md("pdf", "forged"))]);
    let run = home.run(&["install"]).exits(7);
    assert!(run.stderr.contains("is not what was locked"), "\n{run}");
    assert!(!home.path(".agents/skills/pdf").exists());
}

#[test]
fn what_github_does_not_have_is_said_with_the_next_command() {
    let (github, drive) = (Github::start(), TestDrive::start());
    github.put("main", '1', &[("a/SKILL.md", &skill_md("a", "one")), ("b/SKILL.md", &skill_md("b", "one"))]);
    let home = home(&github, &drive);
    assert_snapshot!(home.run(&["install", "https://github.com/acme/skills/tree/main"]), @"
    ------- stderr -------
    error: `github:acme/skills@1111111111111111111111111111111111111111`: the repository holds several skills: a, b

    hint: add --all for every one of them, or --skill NAME for one
    [exit status: 2]
    ");
    assert_snapshot!(home.run(&["install", "https://github.com/acme/skills/tree/main/none"]), @"
    ------- stderr -------
    error: `github:acme/skills/none@1111111111111111111111111111111111111111`: the repository has no folder `none`
    [exit status: 5]
    ");
    assert_snapshot!(home.run(&["install", "https://github.com/acme/other"]), @"
    ------- stderr -------
    error: GitHub has no public repository acme/other

    hint: check the address; a private repository is cloned, and its folder installed
    [exit status: 5]
    ");
    assert_snapshot!(home.run(&["install", "https://github.com/acme/skills/tree/gone"]), @"
    ------- stderr -------
    error: GitHub has no such branch, tag or commit in acme/skills

    hint: check the address; a private repository is cloned, and its folder installed
    [exit status: 5]
    ");
    assert_snapshot!(home.run(&["install", "https://github.com/acme/limited/tree/main"]), @"
    ------- stderr -------
    error: GitHub lets this address ask nothing more for now

    hint: its limit is by the hour; a commit in full (/tree/<40 digits>/PATH) is not counted
    hint: a token in GITHUB_TOKEN has a larger limit
    [exit status: 6]
    ");
    assert_snapshot!(home.run(&["install", "--offline", "https://github.com/acme/skills/tree/main/a"]), @"
    ------- stderr -------
    error: github.com/acme/skills/tree/main/a needs the network, and this is offline

    hint: leave --offline away
    [exit status: 6]
    ");
    assert_snapshot!(home.run(&["install", "--frozen", "https://github.com/acme/skills/tree/main/a"]), @"
    ------- stderr -------
    error: the lockfile would change: it does not have `github.com/acme/skills/tree/main/a`, or not this version

    hint: skillzdrive install github.com/acme/skills/tree/main/a without --frozen asks for it
    [exit status: 1]
    ");
    assert_snapshot!(home.run(&["install", "https://github.com/acme/skills/issues/7"]), @"
    ------- stderr -------
    error: `https://github.com/acme/skills/issues/7` is not the address of a GitHub tree: behind the repository stands /tree/, a branch and a path

    hint: it looks like https://github.com/OWNER/REPO/tree/BRANCH/PATH
    [exit status: 2]
    ");
    let dry = home.run(&["install", "--dry-run", "github.com/acme/skills/tree/main/a"]).exits(0);
    assert!(dry.stdout.contains("would install a in"), "\n{dry}");
    assert!(!home.path(".agents/skills").exists() && !home.path(".cache/skillzdrive/zips").exists());
    // Only the environment names a mirror, and only a safe one.
    let unsafe_one = Home::on(&drive.url).with("SKILLZDRIVE_GITHUB_URL", "http://mirror.example");
    assert_eq!(unsafe_one.run(&["install", TREE]).code, Some(2));
}

#[test]
fn a_tree_is_imported_into_the_drive_for_its_price() {
    let github = Github::start();
    github.put("main", '1', &[("skills/pdf/SKILL.md", &skill_md("pdf", "one"))]);
    let drive = TestDrive::with(|config| {
        config.allow_private_webhooks = true;
        config.github =
            GithubHosts { api: format!("{}/api", github.url), archives: format!("{}/archives", github.url) };
    });
    let home = Home::logged_in(&drive.url, &drive.key);
    assert_snapshot!(home.run(&["drive", "import", TREE]), @"
    ------- stderr -------
    imported pdf (version 1, grade A) for 1 credit; the balance is 999
    hint: skillzdrive sync brings it to this machine
    ");
    assert_snapshot!(home.run(&["drive", "list"]), @"pdf	1	A	github	enabled	pdf for a test");
    assert_eq!(home.run(&["drive", "import", TREE]).code, Some(8));
    assert_eq!(home.run(&["drive", "import", "https://github.com/acme/skills/tree/none"]).code, Some(5));
    // What somebody fetched from there is found by everybody, also by who does not have it.
    let ann = Home::logged_in(&drive.url, &drive.account("ann"));
    let found = ann.run(&["discover", "pdf", "--json"]).exits(0).json();
    assert_eq!((&found["skills"][0]["slug"], &found["skills"][0]["found_in"]), (&"pdf".into(), &"github".into()));
    let url = found["skills"][0]["github_url"].as_str().unwrap();
    assert_eq!(url, format!("https://github.com/Acme/skills/tree/{}/skills/pdf", "1".repeat(40)));
    ann.run(&["drive", "import", url]).exits(0);
    assert_eq!(ann.run(&["search", "pdf", "--json"]).exits(0).json()["skills"][0]["slug"], "pdf");
    // What sync brings here is what install brings from there.
    home.run(&["sync", "--yes"]).exits(0);
    let other = Home::on(&drive.url).with("SKILLZDRIVE_GITHUB_URL", &github.url);
    other.run(&["install", TREE]).exits(0);
    assert_eq!(other.tree(".agents/skills"), home.tree(".agents/skills"));
}

#[test]
fn of_a_repository_with_many_skills_all_or_some_are_installed() {
    let (github, drive) = (Github::start(), TestDrive::start());
    let one = github.put(
        "main",
        '1',
        &[
            ("skills/pdf/SKILL.md", &skill_md("pdf", "one")),
            ("skills/docx/SKILL.md", &skill_md("docx", "one")),
            ("more/table/SKILL.md", &skill_md("csv-tools", "one")),
            ("more/pdf/SKILL.md", &skill_md("other-pdf", "one")),
        ],
    );
    let home = home(&github, &drive);
    const REPOSITORY: &str = "https://github.com/acme/skills/tree/main";
    let run = home.run(&["install", REPOSITORY]).exits(2);
    assert!(run.stderr.contains("several skills: more/pdf, more/table, skills/docx, skills/pdf\n"), "{run}");
    assert!(run.stderr.contains("hint: add --all for every one of them, or --skill NAME for one"), "{run}");
    github.asked();
    // By the name of its front matter, its folder's name, or its place; the repository comes once.
    home.run(&["install", REPOSITORY, "--skill", "csv-tools", "--skill", "docx", "--skill", "skills/pdf"]).exits(0);
    assert_eq!(lines(&github), ["commit main".to_owned(), format!("archive {one}")]);
    let lockfile = home.read(".local/share/skillzdrive/skillzdrive.lock");
    for (slug, place) in [("csv-tools", "more/table"), ("docx", "skills/docx"), ("pdf", "skills/pdf")] {
        assert!(lockfile.contains(&format!("[skill.{slug}]")), "{lockfile}");
        assert!(lockfile.contains(&format!("source = \"github:acme/skills/{place}@{one}\"")), "{lockfile}");
    }
    assert!(!lockfile.contains("other-pdf"), "{lockfile}");
    home.run(&["audit"]).exits(0);
    assert_snapshot!(home.run(&["install", REPOSITORY, "--skill", "pdf"]), @"
    ------- stderr -------
    error: `github.com/acme/skills/tree/main` holds several skills named `pdf`

    hint: name the folder: --skill more/pdf or --skill skills/pdf
    [exit status: 2]
    ");
    assert_snapshot!(home.run(&["install", REPOSITORY, "--skill", "docs"]), @"
    ------- stderr -------
    error: `github.com/acme/skills/tree/main` has no skill `docs`

    hint: did you mean docx?
    [exit status: 5]
    ");
    home.run(&["install", REPOSITORY, "--all"]).exits(0);
    assert!(home.path(".agents/skills/other-pdf/SKILL.md").exists());
    // Without a source it restores every project of a repository, and never asks for a source's skills.
    home.run(&["install", "--all"]).exits(0);
    home.run(&["install", REPOSITORY, "--all", "--skill", "pdf"]).exits(2);

    // A folder on the disk is chosen from in the same way.
    let elsewhere = Home::on(&drive.url);
    elsewhere.write("skills/a/SKILL.md", skill_md("first", "one"));
    elsewhere.write("skills/b/SKILL.md", skill_md("second", "one"));
    elsewhere.run(&["install", "./skills", "--skill", "second"]).exits(0);
    assert!(elsewhere.path(".agents/skills/second").exists() && !elsewhere.path(".agents/skills/first").exists());
    elsewhere.run(&["install", "./skills", "--skill", "a"]).exits(0);
    assert!(elsewhere.path(".agents/skills/first").exists());
    elsewhere.run(&["install", "./skills", "--skill", "third"]).exits(5);
}

#[test]
fn the_drives_token_asks_what_commit_a_branch_is_at_and_fetches_nothing() {
    let github = Github::start();
    github.put("main", '1', &[("skills/pdf/SKILL.md", &skill_md("pdf", "one"))]);
    let drive = TestDrive::with(|config| {
        config.allow_private_webhooks = true;
        config.github_token = Some(skillzdrive_wire::Secret::new("ghp_of-the-operator"));
        config.github =
            GithubHosts { api: format!("{}/api", github.url), archives: format!("{}/archives", github.url) };
    });
    assert_eq!(drive.ask("POST", "/api/v1/drive/import", Some(serde_json::json!({ "skillSlug": TREE }))).0, 201);
    let asked = github.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].1["authorization"], "Bearer ghp_of-the-operator");
    // What only the token's owner may read is nobody else's.
    assert!(!format!("{:?}", asked[1]).contains("of-the-operator"), "{asked:?}");
}
