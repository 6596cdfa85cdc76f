//! The run's states, from intent to finalize, through JSON as the journal holds it.

use serde_json::json;
use skillzdrive_wire::sync::Balance;

use super::*;

fn sha(digit: char) -> ContentSha {
    ContentSha::new(&digit.to_string().repeat(64)).unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

fn intent(steps: &[(&str, Action, char, char)]) -> Run {
    let side = |digit: char| (digit != '-').then(|| sha(digit));
    let step = |(name, action, l, d): &(&str, Action, char, char)| Intended {
        slug: slug(name),
        action: action.clone(),
        local_sha: side(*l),
        drive_sha: side(*d),
        cost: 1,
    };
    Run {
        version: JOURNAL_VERSION,
        head: Head {
            server: "https://drive.example".to_owned(),
            account: "acme".to_owned(),
            root: "/people/a".to_owned(),
            install_id: InstallId::new("7b0f6a6e-3f0e-4c3e-9c62-0c5b8c7f4d11").unwrap(),
        },
        kind: Kind::Manual,
        mode: Mode::All,
        phase: Phase::Intent { steps: steps.iter().map(step).collect() },
    }
}

fn result(name: &str, action: Action, status: ResultStatus) -> ExecuteResult {
    let (credit_cost, reason, upload, download) = (0, None, None, None);
    ExecuteResult { slug: slug(name), action, status, credit_cost, reason, upload, download }
}

fn sending(result: ExecuteResult) -> ExecuteResult {
    ExecuteResult { upload: Some(UploadInstruction::default()), ..result }
}

fn fetching(result: ExecuteResult, digit: char) -> ExecuteResult {
    let url = "/zip".to_owned();
    ExecuteResult { download: Some(Download { content_sha: sha(digit), content_size: 1, version: 1, url }), ..result }
}

fn answer(results: Vec<ExecuteResult>) -> Executed {
    Executed { run_id: RunId("r1".to_owned()), results, credits: Balance::default() }
}

/// What a single step becomes.
fn state(action: Action, l: char, d: char, result: ExecuteResult) -> StepState {
    let run = intent(&[("a", action, l, d)]).executed(answer(vec![result])).unwrap();
    run.steps()[0].state.clone()
}

#[test]
fn every_sent_slug_is_answered_once_and_no_other() {
    let run = || intent(&[("a", Action::UploadPrivate, '1', '-')]);
    let a = || sending(result("a", Action::UploadPrivate, ResultStatus::Deferred));
    let b = result("b", Action::ClaimPublic, ResultStatus::Committed);
    assert_eq!(run().executed(answer(vec![])), Err(DialectError::Unanswered(slug("a"))));
    assert_eq!(run().executed(answer(vec![a(), a()])), Err(DialectError::NotAsked(slug("a"))));
    assert_eq!(run().executed(answer(vec![a(), b])), Err(DialectError::NotAsked(slug("b"))));
    let running = run().executed(answer(vec![a()])).unwrap();
    assert_eq!(running.executed(answer(vec![a()])), Err(DialectError::AlreadyExecuted(RunId("r1".to_owned()))));
}

#[test]
fn each_status_becomes_a_state() {
    use Action::{ClaimPublic, DownloadInstall, DownloadUpdate, UploadPrivate, UploadUpdate};
    use ResultStatus::{Committed, Deferred};
    let done = |content_sha| StepState::Done { content_sha };
    let failed = |state: StepState| matches!(state, StepState::Failed { .. });
    assert_eq!(state(ClaimPublic, '1', '-', result("a", ClaimPublic, Committed)), done(Some(sha('1'))));
    assert_eq!(state(UploadPrivate, '1', '-', result("a", UploadPrivate, Committed)), done(None));
    assert_eq!(state(UploadUpdate, '1', '2', sending(result("a", UploadUpdate, Deferred))), StepState::Pending);
    assert!(failed(state(UploadUpdate, '1', '2', result("a", UploadUpdate, Deferred))));
    assert!(failed(state(ClaimPublic, '1', '-', result("a", ClaimPublic, Deferred))));
    for status in [Committed, Deferred] {
        let install = result("a", DownloadInstall, status);
        assert!(failed(state(DownloadInstall, '-', '2', install.clone())));
        assert_eq!(state(DownloadInstall, '-', '2', fetching(install.clone(), '2')), StepState::Pending);
        assert_eq!(state(DownloadInstall, '-', '2', fetching(install, '3')), StepState::Stale);
    }
    assert_eq!(state(ClaimPublic, '1', '-', result("a", ClaimPublic, ResultStatus::Stale)), StepState::Stale);
    assert!(failed(state(ClaimPublic, '1', '-', result("a", ClaimPublic, ResultStatus::Failed))));
    assert!(failed(state(DownloadUpdate, '1', '2', fetching(result("a", DownloadInstall, Deferred), '2'))));
    let skipped = |word: &str| StepState::Skipped { reason: word.to_owned() };
    let newer = ResultStatus::Other("parked".to_owned());
    assert!(failed(state(ClaimPublic, '1', '-', result("a", ClaimPublic, newer))));
    let mut unpaid = result("a", ClaimPublic, ResultStatus::Skipped);
    unpaid.reason = Some("insufficient_credits".to_owned());
    assert_eq!(state(ClaimPublic, '1', '-', unpaid), skipped("insufficient_credits"));
}

#[test]
fn a_run_goes_from_intent_to_finalize_through_its_journal() {
    let again = |run: &Run| -> Run { serde_json::from_str(&serde_json::to_string(run).unwrap()).unwrap() };
    let run = intent(&[
        ("a", Action::ClaimPublic, '1', '-'),
        ("b", Action::UploadUpdate, '2', '3'),
        ("c", Action::DownloadUpdate, '4', '5'),
    ]);
    assert_eq!((again(&run), run.resume()), (run.clone(), Resume::PreviewAfresh));
    assert!(run.finalize_request().is_none() && run.pending().next().is_none());
    let results = vec![
        fetching(result("c", Action::DownloadUpdate, ResultStatus::Deferred), '5'),
        sending(result("b", Action::UploadUpdate, ResultStatus::Deferred)),
        result("a", Action::ClaimPublic, ResultStatus::Committed),
    ];
    let mut run = run.executed(answer(results)).unwrap();
    assert_eq!((again(&run), run.resume()), (run.clone(), Resume::Apply));
    let pending: Vec<_> =
        run.pending().map(|s| (s.slug.as_str(), s.content_sha.clone(), s.expected_drive.clone())).collect();
    assert_eq!(pending, [("b", Some(sha('2')), Some(sha('3'))), ("c", Some(sha('5')), Some(sha('5')))]);
    run.record(&slug("b"), StepState::Done { content_sha: Some(sha('2')) });
    run.record(&slug("c"), StepState::Failed { error: "cut".to_owned() });
    run.record(&slug("b"), StepState::Stale);
    assert_eq!((again(&run), run.resume()), (run.clone(), Resume::Finalize));
    assert!(!run.is_stale());
    let bases: Vec<_> = run.steps().iter().map(RunStep::base).collect();
    assert_eq!(bases, [Some(&sha('1')), Some(&sha('2')), None]);
    let request = serde_json::to_value(run.finalize_request().unwrap()).unwrap();
    let expected = json!({
        "run_id": "r1",
        "install_id": "7b0f6a6e-3f0e-4c3e-9c62-0c5b8c7f4d11",
        "results": [
            {"slug": "a", "action": "claim_public", "status": "done", "content_sha": sha('1'), "error": null},
            {"slug": "b", "action": "upload_update", "status": "done", "content_sha": sha('2'), "error": null},
            {"slug": "c", "action": "download_update", "status": "failed", "content_sha": null, "error": "cut"},
        ],
    });
    assert_eq!(request, expected);
}

#[test]
fn a_journal_without_its_phase_or_of_another_version_is_not_read() {
    let mut value = serde_json::to_value(intent(&[])).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(value["server"], "https://drive.example");
    let mut newer = value.clone();
    newer["version"] = json!(2);
    let error = serde_json::from_value::<Run>(newer).unwrap_err().to_string();
    assert_eq!(error, "version 2 of the journal is not known");
    value.as_object_mut().unwrap().remove("phase");
    assert!(serde_json::from_value::<Run>(value).is_err());
}
