//! The plan's rules one by one; what they do together is the model test's business.

use serde_json::json;
use skillzdrive_wire::sync::PlanCredits;

use super::*;
use crate::input::Choice;
use crate::input::Local;
use crate::input::OnConflict;
use crate::input::RemovedHere;

fn sha(digit: char) -> ContentSha {
    ContentSha::new(&digit.to_string().repeat(64)).unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

/// An answer as a drive sends it; `-` is null.
fn answer(name: &str, action: &str, [l, d, b]: [char; 3], cost: u64) -> Value {
    let side = |digit: char| if digit == '-' { Value::Null } else { json!(sha(digit)) };
    json!({
        "slug": name, "action": action, "credit_cost": cost,
        "local_sha": side(l), "drive_sha": side(d), "base_sha": side(b), "newer": {"kept": true},
    })
}

fn preview(balance: i64, classifications: Vec<Value>) -> Preview<Value> {
    Preview { classifications, credits: PlanCredits { balance, ..PlanCredits::default() } }
}

fn machine(skills: &[(&str, char, char)]) -> Machine {
    let local = |(name, l, b): &(&str, char, char)| {
        let base = (*b != '-').then(|| sha(*b));
        (slug(name), Local { sha: sha(*l), base, known: false, swappable: true })
    };
    Machine { local: skills.iter().map(local).collect(), ..Machine::default() }
}

fn planned(answers: Vec<Value>, machine: &Machine, options: &Options) -> Plan {
    plan(preview(100, answers), machine, options).unwrap()
}

/// What one skill's step is: action, whether it is done, whether it is undecided.
fn one(answer: Value, machine: &Machine, options: &Options) -> (String, Decision, bool) {
    let plan = planned(vec![answer], machine, options);
    assert_eq!(plan.steps.len(), 1, "{plan:#?}");
    let step = &plan.steps[0];
    assert_eq!(step.decision == Decision::Skip, step.reason.is_some(), "a skipped step says why: {step:#?}");
    (step.action.to_string(), step.decision, step.undecided)
}

fn done(action: &str) -> (String, Decision, bool) {
    (action.to_owned(), Decision::Do, false)
}

fn left(action: &str) -> (String, Decision, bool) {
    (action.to_owned(), Decision::Skip, false)
}

fn undecided() -> (String, Decision, bool) {
    ("conflict".to_owned(), Decision::Skip, true)
}

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn choosing(choice: Choice) -> Options {
    with(|o| {
        o.choices.insert(slug("a"), choice);
    })
}

#[test]
fn an_answer_that_is_not_for_this_request_is_never_nothing_to_do() {
    let here = machine(&[("a", '1', '-'), ("b", '1', '-')]);
    let a = answer("a", "upload_private", ['1', '-', '-'], 1);
    let error = |answers| plan(preview(9, answers), &here, &Options::default()).unwrap_err();
    assert_eq!(error(vec![]), PlanError::Unanswered(slug("a")));
    assert_eq!(error(vec![a.clone()]), PlanError::Unanswered(slug("b")));
    assert_eq!(error(vec![a.clone(), a.clone()]), PlanError::Duplicate(slug("a")));
    let text = error(vec![a, json!({"slug": "B"})]).to_string();
    assert!(text.starts_with("this drive speaks another sync dialect: answer 1 cannot be read: "), "{text}");
}

#[test]
fn objects_go_back_as_they_came_save_a_decided_action() {
    let here = machine(&[("a", '1', '3'), ("b", '1', '-'), ("d", '1', '1')]);
    let answers = vec![
        answer("d", "in_sync", ['1', '1', '1'], 0),
        answer("b", "upload_private", ['1', '-', '-'], 1),
        answer("a", "conflict", ['1', '2', '3'], 0),
        answer("c", "teleport", ['-', '2', '-'], 0),
    ];
    let plan = planned(answers.clone(), &here, &with(|o| o.on_conflict = OnConflict::KeepLocal));
    let mut decided = answers[2].clone();
    decided["action"] = json!("upload_update");
    assert_eq!(plan.to_send(), [decided, answers[1].clone()]);
    assert_eq!(plan.in_sync, [(slug("d"), sha('1'))]);
    let unknown = plan.steps.last().unwrap();
    assert_eq!((unknown.slug.as_str(), unknown.decision), ("c", Decision::Skip));
    assert_eq!(plan.cost, 1);
    let counts = plan.counts();
    assert_eq!((counts.by_action["upload_update"], counts.skipped, counts.in_sync), (1, 1, 1));
}

#[test]
fn an_answer_for_other_bytes_is_left_alone() {
    let here = machine(&[("a", '1', '1')]);
    let options = Options::default();
    assert_eq!(one(answer("a", "download_update", ['2', '3', '1'], 0), &here, &options), left("download_update"));
    assert_eq!(one(answer("a", "in_sync", ['1', '2', '1'], 0), &here, &options), left("in_sync"));
    assert_eq!(one(answer("b", "upload_private", ['-', '-', '-'], 0), &machine(&[]), &options), left("upload_private"));
}

#[test]
fn the_guard_stands_between_the_drive_and_edited_bytes() {
    let edited = machine(&[("a", '1', '2')]);
    for told in ["download_update", "download_install", "removed_on_drive"] {
        let options = with(|o| o.prune = true);
        assert_eq!(one(answer("a", told, ['1', '3', '2'], 0), &edited, &options), undecided(), "{told}");
    }
    let mut known = machine(&[("a", '1', '-')]);
    let update = answer("a", "download_update", ['1', '3', '-'], 0);
    assert_eq!(one(update.clone(), &known, &Options::default()), undecided());
    known.local.get_mut("a").unwrap().known = true;
    assert_eq!(one(update, &known, &Options::default()), done("download_update"));
}

#[test]
fn conflicts_are_decided_by_choice_before_policy() {
    let here = machine(&[("a", '1', '3')]);
    let both = answer("a", "conflict", ['1', '2', '3'], 0);
    let policy = |p| one(both.clone(), &here, &with(|o| o.on_conflict = p));
    assert_eq!(policy(OnConflict::Ask), undecided());
    assert_eq!(policy(OnConflict::Skip), undecided());
    assert_eq!(policy(OnConflict::KeepLocal), done("upload_update"));
    assert_eq!(policy(OnConflict::TakeDrive), done("download_update"));
    assert_eq!(policy(OnConflict::Fork), left("conflict"));
    let chosen = |choice| one(both.clone(), &here, &Options { on_conflict: OnConflict::TakeDrive, ..choosing(choice) });
    assert_eq!(chosen(Choice::Skip), left("conflict"));
    assert_eq!(chosen(Choice::KeepLocal), done("upload_update"));
    assert_eq!(chosen(Choice::Fork(slug("a"))), undecided(), "the name is in use");
}

#[test]
fn a_fork_is_a_copy_and_then_an_update() {
    let mut here = machine(&[("a", '1', '3'), ("a-local", '5', '5')]);
    let answers =
        || vec![answer("a", "conflict", ['1', '2', '3'], 0), answer("a-local", "in_sync", ['5', '5', '5'], 0)];
    let options = with(|o| o.on_conflict = OnConflict::Fork);
    let first = planned(answers(), &here, &options);
    assert_eq!(first.forks, [(slug("a"), slug("a-local-2"))]);
    assert!(!first.is_empty() && first.to_send().is_empty());
    let then = planned(answers(), &here, &options.clone().after_forks(&first.forks));
    assert!(then.forks.is_empty());
    assert_eq!(then.steps[0].action, Action::DownloadUpdate);
    here.copies.insert(slug("a"), sha('1'));
    let resumed = planned(answers(), &here, &options);
    assert!(resumed.forks.is_empty(), "a copy that was made is not made again");
    assert_eq!(resumed.steps[0].action, Action::DownloadUpdate);
    here.copies.insert(slug("a"), sha('4'));
    assert_eq!(planned(answers(), &here, &options).forks.len(), 1, "that was a copy of other bytes");
    let long = "x".repeat(64);
    let here = machine(&[(&long, '1', '3')]);
    let plan = planned(vec![answer(&long, "conflict", ['1', '2', '3'], 0)], &here, &options);
    assert_eq!(plan.forks[0].1.as_str(), format!("{}-local", "x".repeat(58)));
}

#[test]
fn a_folder_that_is_never_swapped_makes_a_change_a_conflict() {
    let mut here = machine(&[("a", '1', '1')]);
    here.local.get_mut("a").unwrap().swappable = false;
    let change = answer("a", "download_update", ['1', '2', '1'], 0);
    for policy in [OnConflict::Ask, OnConflict::KeepLocal, OnConflict::TakeDrive, OnConflict::Fork] {
        assert_eq!(one(change.clone(), &here, &with(|o| o.on_conflict = policy)), undecided(), "{policy:?}");
    }
    assert_eq!(one(change.clone(), &here, &choosing(Choice::TakeDrive)), undecided());
    assert_eq!(one(change, &here, &choosing(Choice::KeepLocal)), done("upload_update"));
    let gone = answer("a", "removed_on_drive", ['1', '-', '1'], 0);
    assert_eq!(one(gone, &here, &with(|o| o.prune = true)), left("removed_on_drive"));
    let edit = answer("a", "upload_update", ['1', '2', '2'], 0);
    assert_eq!(one(edit, &here, &Options::default()), done("upload_update"));
}

#[test]
fn a_policy_never_removes_what_the_drive_merely_lacks() {
    let here = machine(&[("a", '1', '2')]);
    let lacks = answer("a", "conflict", ['1', '-', '2'], 1);
    let pruning = |o: Options| Options { prune: true, ..o };
    for policy in [OnConflict::TakeDrive, OnConflict::Fork] {
        assert_eq!(one(lacks.clone(), &here, &pruning(with(|o| o.on_conflict = policy))), undecided(), "{policy:?}");
    }
    assert_eq!(one(lacks.clone(), &here, &pruning(choosing(Choice::TakeDrive))), done("removed_on_drive"));
    assert_eq!(one(lacks.clone(), &here, &choosing(Choice::TakeDrive)), left("removed_on_drive"));
    assert_eq!(one(lacks, &here, &with(|o| o.on_conflict = OnConflict::KeepLocal)), done("upload_update"));
}

#[test]
fn what_was_removed_here_comes_back_only_when_asked() {
    let gone = |base| Machine { bases_of_absent: [(slug("a"), sha(base))].into(), ..Machine::default() };
    let told = answer("a", "download_install", ['-', '1', '-'], 0);
    let option = |removed_here| with(|o| o.removed_here = removed_here);
    assert_eq!(one(told.clone(), &machine(&[]), &Options::default()), done("download_install"));
    assert_eq!(one(told.clone(), &gone('1'), &option(RemovedHere::Skip)), left("removed_here"));
    assert_eq!(one(told.clone(), &gone('1'), &option(RemovedHere::Reinstall)), done("download_install"));
    assert_eq!(one(told.clone(), &gone('1'), &option(RemovedHere::RemoveFromDrive)), done("removed_here"));
    assert_eq!(one(told.clone(), &gone('2'), &option(RemovedHere::RemoveFromDrive)), left("removed_here"));
    let plan = planned(vec![told], &gone('1'), &option(RemovedHere::RemoveFromDrive));
    assert!(plan.to_send().is_empty());
    assert_eq!(plan.drive_removals().count(), 1);
    assert_eq!(planned(vec![], &gone('1'), &Options::default()).forget, [slug("a")]);
}

#[test]
fn two_places_with_different_bytes_wait_for_a_person() {
    let here = Machine { ambiguous: [slug("a"), slug("b")].into(), ..Machine::default() };
    let told = vec![answer("b", "download_install", ['-', '1', '-'], 0)];
    let plan = planned(told.clone(), &here, &with(|o| o.on_conflict = OnConflict::TakeDrive));
    assert_eq!(plan.undecided().map(|step| step.slug.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(plan.is_empty());
    let skipping = with(|o| o.skip = [slug("a"), slug("b")].into());
    assert_eq!(planned(told, &here, &skipping).undecided().count(), 0);
}

#[test]
fn modes_and_scopes_leave_out_what_they_do_not_want() {
    let here = machine(&[("a", '1', '-'), ("b", '1', '-'), ("c", '1', '2'), ("d", '1', '1'), ("e", '1', '1')]);
    let answers = || {
        vec![
            answer("a", "claim_public", ['1', '-', '-'], 1),
            answer("b", "upload_private", ['1', '-', '-'], 1),
            answer("c", "upload_update", ['1', '2', '2'], 0),
            answer("d", "download_update", ['1', '2', '1'], 0),
            answer("e", "removed_on_drive", ['1', '-', '1'], 0),
            answer("f", "download_install", ['-', '1', '-'], 0),
        ]
    };
    let doing = |options: Options| {
        let plan = planned(answers(), &here, &options);
        let doing = plan.steps.iter().filter(|step| step.decision == Decision::Do);
        doing.map(|step| step.slug.to_string()).collect::<String>()
    };
    assert_eq!(doing(Options::default()), "abcdf");
    assert_eq!(doing(with(|o| o.prune = true)), "abcdef");
    assert_eq!(doing(with(|o| o.mode = Mode::PublicOnly)), "a");
    assert_eq!(doing(with(|o| o.mode = Mode::PullsOnly)), "df");
    assert_eq!(doing(with(|o| o.pull_only = true)), "df");
    assert_eq!(doing(with(|o| o.skip = [slug("a"), slug("f")].into())), "bcd");
}

#[test]
fn a_plan_beyond_the_credits_is_an_error_or_is_cut_cheapest_first() {
    let here = machine(&[("a", '1', '-'), ("b", '1', '-'), ("c", '1', '-')]);
    let answers =
        || [("a", 3), ("b", 1), ("c", 1)].map(|(s, n)| answer(s, "upload_private", ['1', '-', '-'], n)).into();
    let tried = |balance, options: &Options| plan(preview(balance, answers()), &here, options);
    let over = tried(4, &Options::default()).unwrap_err();
    assert_eq!(over, PlanError::OverBalance { cost: 5, balance: 4 });
    assert!(tried(5, &Options::default()).is_ok());
    assert!(tried(-1, &with(|o| o.credits_matter = false)).is_ok());
    let limited = tried(9, &with(|o| o.max_credits = Some(4))).unwrap_err();
    assert_eq!(limited, PlanError::OverMaxCredits { cost: 5, limit: 4 });
    let cut = |balance, max| {
        let options = with(|o| (o.mode, o.max_credits) = (Mode::AsManyAsCreditsAllow, max));
        let plan = tried(balance, &options).unwrap();
        let skipped = plan.steps.iter().filter(|s| s.reason.as_deref() == Some("insufficient_credits"));
        (plan.sent().map(|s| s.slug.to_string()).collect::<String>(), skipped.count(), plan.cost)
    };
    assert_eq!(cut(1, None), ("b".to_owned(), 2, 1));
    assert_eq!(cut(4, None), ("bc".to_owned(), 1, 2));
    assert_eq!(cut(5, None), ("abc".to_owned(), 0, 5));
    assert_eq!(cut(5, Some(1)), ("b".to_owned(), 2, 1));
    assert_eq!(cut(-3, None), (String::new(), 3, 0));
}

#[test]
fn removals_beyond_ten_or_a_quarter_stop_everything() {
    let names: Vec<String> = (0..60).map(|n| format!("s{n:02}")).collect();
    let tried = |skills: usize, removed: usize, max_delete| {
        let all: Vec<_> = names[..skills].iter().map(|name| (name.as_str(), '1', '1')).collect();
        let told = |(n, (name, ..)): (usize, &(&str, char, char))| {
            if n < removed {
                answer(name, "removed_on_drive", ['1', '-', '1'], 0)
            } else {
                answer(name, "in_sync", ['1', '1', '1'], 0)
            }
        };
        let answers = all.iter().enumerate().map(told).collect();
        plan(preview(0, answers), &machine(&all), &with(|o| (o.prune, o.max_delete) = (true, max_delete)))
    };
    assert!(tried(60, 10, None).is_ok());
    assert_eq!(tried(60, 11, None).unwrap_err(), PlanError::TooManyRemovals { removals: 11, of: 60, limit: 10 });
    assert!(tried(60, 60, Some(60)).is_ok());
    assert!(tried(8, 2, None).is_ok());
    assert_eq!(tried(8, 3, None).unwrap_err(), PlanError::TooManyRemovals { removals: 3, of: 8, limit: 2 });
    assert!(tried(2, 1, None).is_ok(), "one removal is never too many");
    assert!(tried(2, 1, Some(0)).is_err());
    let bases = names[..12].iter().map(|name| (slug(name), sha('1'))).collect();
    let wiped = Machine { bases_of_absent: bases, ..Machine::default() };
    let answers = names[..12].iter().map(|name| answer(name, "download_install", ['-', '1', '-'], 0)).collect();
    let options = with(|o| o.removed_here = RemovedHere::RemoveFromDrive);
    let error = plan(preview(0, answers), &wiped, &options).unwrap_err();
    assert_eq!(error, PlanError::TooManyRemovals { removals: 12, of: 12, limit: 3 });
}

#[test]
fn a_saved_plan_says_what_changed_since() {
    let here = machine(&[("a", '1', '3'), ("b", '1', '-')]);
    let answers =
        || vec![answer("a", "conflict", ['1', '2', '3'], 0), answer("b", "upload_private", ['1', '-', '-'], 1)];
    let saved = planned(answers(), &here, &choosing(Choice::KeepLocal));
    let saved: Plan = serde_json::from_str(&serde_json::to_string(&saved).unwrap()).unwrap();
    assert_eq!(saved.matches(&planned(answers(), &here, &Options::default())), Ok(()), "decisions are the plan's own");
    let mut dearer = answers();
    dearer[1]["credit_cost"] = json!(2);
    assert_eq!(saved.matches(&planned(dearer, &here, &Options::default())), Err(vec![slug("b")]));
    let mut more = answers();
    more[0]["drive_sha"] = json!(sha('4'));
    more.push(answer("c", "download_install", ['-', '1', '-'], 0));
    assert_eq!(saved.matches(&planned(more, &here, &Options::default())), Err(vec![slug("a"), slug("c")]));
}

/// Whatever a drive says about one slug, and whatever the policies are.
#[test]
fn no_answer_makes_a_plan_that_replaces_edited_bytes_by_itself() {
    const DIGITS: [char; 3] = ['-', '1', '2'];
    let policies = [OnConflict::Ask, OnConflict::KeepLocal, OnConflict::TakeDrive, OnConflict::Fork, OnConflict::Skip];
    let removed = [RemovedHere::Skip, RemovedHere::Reinstall, RemovedHere::RemoveFromDrive];
    let mut seen = 0;
    for told in Action::KNOWN.iter().copied().chain(["a_newer_word"]) {
        for n in 0..27 * 4 {
            let sides @ [l, d, b] = [DIGITS[n % 3], DIGITS[n / 3 % 3], DIGITS[n / 9 % 3]];
            let (known, swappable) = (n / 27 % 2 == 0, n / 54 == 0);
            let mut here = machine(&[("a", l, b)][usize::from(l == '-')..]);
            if let Some(local) = here.local.get_mut("a") {
                (local.known, local.swappable) = (known, swappable);
            } else if b != '-' {
                here.bases_of_absent.insert(slug("a"), sha(b));
            }
            for (policy, removed_here) in policies.iter().flat_map(|p| removed.map(|r| (*p, r))) {
                for (prune, pull_only) in [(false, false), (true, false), (true, true)] {
                    let options = Options { on_conflict: policy, removed_here, prune, pull_only, ..Options::default() };
                    let plan = planned(vec![answer("a", told, sides, 0)], &here, &options);
                    let what = format!("{told} {sides:?} known {known} swappable {swappable} {options:?}");
                    assert!(plan.steps.len() + plan.in_sync.len() <= 1, "{what}");
                    assert!(l == '-' || plan.steps.len() + plan.in_sync.len() == 1, "said nothing: {what}");
                    assert!(plan.in_sync.is_empty() || l == d || d == '-', "a false base: {what}");
                    seen += 1;
                    let Some(step) = plan.steps.iter().find(|step| step.decision == Decision::Do) else { continue };
                    let replaces = l != '-'
                        && matches!(
                            step.action,
                            Action::DownloadUpdate | Action::DownloadInstall | Action::RemovedOnDrive
                        );
                    let allowed = l == b || policy == OnConflict::TakeDrive || (known && b == '-');
                    assert!(!replaces || (swappable && allowed), "{what} does {step:?}");
                    assert!(step.action != Action::RemovedOnDrive || (prune && l == b), "{what} does {step:?}");
                    let sends = matches!(
                        step.action,
                        Action::ClaimPublic | Action::UploadPrivate | Action::UploadUpdate | Action::RemovedHere
                    );
                    assert!(!sends || !pull_only, "{what} does {step:?}");
                    assert!(l != '-' || !sends || step.action == Action::RemovedHere, "{what} sends nothing");
                    assert!(Action::KNOWN.contains(&step.action.as_str()), "{what} does {step:?}");
                }
            }
        }
    }
    assert_eq!(seen, 10 * 27 * 4 * 15 * 3);
}
