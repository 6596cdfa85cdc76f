//! The third witness: the endpoint reference's own examples and a hand-written golden answer for every shape of ours,
//! read into the types and written again. Client and server share the types, so only these files can prove them wrong.
//!
//! In the reference's examples the abbreviated digests and the placeholder for a UUID are filled up.

#![expect(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Data;
use skillzdrive_wire::ErrorBody;
use skillzdrive_wire::account::CallLimit;
use skillzdrive_wire::account::Credits;
use skillzdrive_wire::account::WebhookCreated;
use skillzdrive_wire::account::WebhookDeleted;
use skillzdrive_wire::account::WebhookDelivery;
use skillzdrive_wire::account::WebhookEvent;
use skillzdrive_wire::account::WebhookList;
use skillzdrive_wire::account::WebhookRequest;
use skillzdrive_wire::collections;
use skillzdrive_wire::downloads;
use skillzdrive_wire::drive;
use skillzdrive_wire::liberal;
use skillzdrive_wire::marketplace::AgentSkills;
use skillzdrive_wire::marketplace::Marketplace;
use skillzdrive_wire::runs;
use skillzdrive_wire::skills::Discovered;
use skillzdrive_wire::skills::Leaderboard;
use skillzdrive_wire::skills::ShownSkill;
use skillzdrive_wire::skills::SkillList;
use skillzdrive_wire::sync;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::telemetry;
use skillzdrive_wire::uploads;

fn fixture(text: &str, name: &str) -> Value {
    let all: Value = serde_json::from_str(text).unwrap();
    all.get(name).unwrap_or_else(|| panic!("no fixture named {name}")).clone()
}

fn reference(name: &str) -> Value {
    fixture(include_str!("fixtures/reference.json"), name)
}

fn ours(name: &str) -> Value {
    fixture(include_str!("fixtures/ours.json"), name)
}

/// Reads a value into a type and asserts that writing gives the value back, but for what the type adds.
#[track_caller]
fn both_ways<T: DeserializeOwned + Serialize>(value: &Value) -> T {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&read).unwrap(), value);
    read
}

#[test]
fn the_examples_of_the_reference_are_read_and_written() {
    // The reference's answer has no `versions`, which is ours and is always written.
    let mut shown = reference("GET /api/v1/skills/:slug");
    let read: Data<ShownSkill> = serde_json::from_value(shown.clone()).unwrap();
    assert_eq!(read.data.skill.slug.as_str(), "pdf");
    shown["data"]["versions"] = json!([]);
    assert_eq!(serde_json::to_value(&read).unwrap(), shown);

    both_ways::<drive::ImportRequest>(&reference("POST /api/v1/drive/import"));
    both_ways::<sync::ExecuteRequest>(&reference("POST /api/v1/drive/sync/execute"));
    both_ways::<drive::DiffRequest>(&reference("POST /api/v1/drive/diff"));
    both_ways::<collections::CreateRequest>(&reference("POST /api/v1/collections"));
    both_ways::<collections::PatchRequest>(&reference("PATCH /api/v1/collections/:name"));
    both_ways::<collections::AddSkill>(&reference("POST /api/v1/collections/:name/skills"));
    both_ways::<uploads::TicketRequest>(&reference("POST /api/v1/uploads/ticket"));
    both_ways::<downloads::ExportRequest>(&reference("POST /api/v1/downloads"));
    both_ways::<runs::RunRequest>(&reference("POST /api/v1/runs"));
    both_ways::<Data<runs::RunAnswer>>(&reference("POST /api/v1/runs, response"));
    both_ways::<telemetry::Event>(&reference("POST /api/v1/telemetry/anonymous"));
    both_ways::<telemetry::AdoptRequest>(&reference("POST /api/v1/migrations/anonymous-adopt"));
}

#[test]
fn the_shapes_of_ours_are_read_and_written() {
    both_ways::<SkillList>(&ours("GET skills"));
    both_ways::<ShownSkill>(&ours("GET skills/:slug"));
    both_ways::<drive::DriveList>(&ours("GET drive"));
    both_ways::<drive::Imported>(&ours("POST drive/import"));
    both_ways::<drive::Removed>(&ours("DELETE drive/:slug"));
    both_ways::<drive::Toggled>(&ours("POST drive/:slug/toggle"));
    both_ways::<drive::UpdateList>(&ours("GET drive/updates"));
    both_ways::<drive::UpdateAccepted>(&ours("POST drive/updates/:slug/accept"));
    both_ways::<drive::UpdateDismissed>(&ours("POST drive/updates/:slug/dismiss"));
    both_ways::<drive::Diff>(&ours("POST drive/diff"));
    both_ways::<sync::PreviewRequest>(&ours("preview request"));
    both_ways::<sync::Executed>(&ours("execute"));
    both_ways::<sync::FinalizeRequest>(&ours("finalize request"));
    both_ways::<sync::Finalized>(&ours("finalize"));
    both_ways::<collections::CollectionList>(&ours("GET collections"));
    both_ways::<collections::Created>(&ours("POST collections"));
    both_ways::<collections::Changed>(&ours("PATCH collections/:name"));
    both_ways::<collections::Deleted>(&ours("DELETE collections/:name"));
    both_ways::<uploads::Ticket>(&ours("ticket"));
    both_ways::<uploads::Processed>(&ours("process-skill"));
    both_ways::<uploads::UploadPage>(&ours("POST uploads/url"));
    both_ways::<downloads::Export>(&ours("POST downloads"));
    both_ways::<runs::RunAnswer>(&ours("POST runs"));
    both_ways::<Credits>(&ours("credits"));
    both_ways::<WebhookList>(&ours("webhooks"));
    both_ways::<WebhookRequest>(&ours("webhook request"));
    both_ways::<WebhookCreated>(&ours("webhook created"));
    both_ways::<WebhookDeleted>(&ours("webhook deleted"));
    both_ways::<WebhookDelivery>(&ours("webhook delivery"));
    both_ways::<WebhookDelivery>(&ours("webhook delivery without threshold"));
    both_ways::<telemetry::Accepted>(&ours("telemetry"));
    both_ways::<telemetry::Adopted>(&ours("adopt"));
    both_ways::<Marketplace>(&ours("marketplace"));
    both_ways::<AgentSkills>(&ours("agent-skills"));
    both_ways::<Discovered>(&ours("GET skills/discover"));
    both_ways::<Leaderboard>(&ours("GET skills/leaderboard"));
    let ticket = both_ways::<uploads::TicketRequest>(&ours("ticket request"));
    assert_eq!(ticket.base_sha, Some(None), "a null baseSha says: not there yet");
}

#[test]
fn a_classification_goes_back_as_it_came() {
    let preview = both_ways::<sync::Preview>(&ours("preview"));
    assert_eq!(preview.classifications[0].extra["from_a_newer_drive"], json!({ "kept": true }));
    assert_eq!(preview.classifications[1].action, Action::Other("an_action_of_tomorrow".to_owned()));
    let raw: sync::Preview<Value> = serde_json::from_value(ours("preview")).unwrap();
    assert_eq!(Value::from(raw.classifications), ours("preview")["classifications"]);
}

#[test]
fn an_answer_without_its_list_is_no_answer() {
    assert!(serde_json::from_value::<sync::Preview>(json!({ "credits": { "balance": 1 } })).is_err());
    assert!(serde_json::from_value::<sync::Executed>(json!({ "run_id": "x" })).is_err());
    assert!(serde_json::from_value::<drive::DriveList>(json!({})).is_err());
    assert!(serde_json::from_value::<drive::Diff>(json!({ "local_only": [], "drive_only": [] })).is_err());
    assert!(serde_json::from_value::<drive::UpdateList>(json!({})).is_err());
    assert!(serde_json::from_value::<Marketplace>(json!({ "name": "x" })).is_err());
}

#[test]
fn both_forms_of_an_error_are_read() {
    let nested = json!({ "error": { "code": "skill_not_found", "message": "no such skill", "suggestions": ["pdf"] } });
    let flat = json!({ "error": "skill_not_found", "message": "no such skill", "suggestions": ["pdf"] });
    let expected = ErrorBody {
        code: "skill_not_found".to_owned(),
        message: "no such skill".to_owned(),
        suggestions: vec!["pdf".to_owned()],
        findings: Vec::new(),
    };
    assert_eq!(both_ways::<ErrorBody>(&nested), expected);
    assert_eq!(serde_json::from_value::<ErrorBody>(flat).unwrap(), expected);
    let bare: ErrorBody = serde_json::from_value(json!({ "error": "internal" })).unwrap();
    assert_eq!((bare.code.as_str(), bare.message.as_str()), ("internal", "internal"));
    let odd: ErrorBody = serde_json::from_value(json!({ "error": { "message": "m", "more": 1 } })).unwrap();
    assert_eq!((odd.code.as_str(), odd.message.as_str()), ("unknown", "m"));
    assert!(serde_json::from_value::<ErrorBody>(json!({ "data": 1 })).is_err());
}

#[test]
fn findings_come_with_a_refusal_in_either_form() {
    let nested = ours("scan_failed");
    let read: ErrorBody = both_ways(&nested);
    assert_eq!((read.findings.len(), read.findings[0].line), (2, Some(3)));
    assert_eq!(read.findings[0].severity, uploads::Severity::Critical);
    let inner = &nested["error"];
    let flat = json!({ "error": "scan_failed", "message": inner["message"], "findings": inner["findings"] });
    assert_eq!(serde_json::from_value::<ErrorBody>(flat).unwrap(), read);
    // Another drive's words for it, and what cannot be read beside what can.
    let odd = json!({ "error": { "code": "scan_failed", "message": "m", "findings": [
        { "rule": "x", "severity": "fatal", "file": "SKILL.md", "line": null }, { "rule": 3 }, "text"
    ] } });
    let read: ErrorBody = serde_json::from_value(odd).unwrap();
    assert_eq!(read.findings.len(), 1);
    assert_eq!((read.findings[0].path.as_str(), read.findings[0].severity.is_known()), ("SKILL.md", false));
    let none = json!({ "error": { "code": "scan_failed", "message": "m", "findings": "many" } });
    assert_eq!(serde_json::from_value::<ErrorBody>(none).unwrap().findings, []);
}

#[test]
fn reading_is_liberal() {
    // The fewest fields, unknown ones, the other spelling, words of tomorrow.
    let skill = json!({ "slug": "a", "contentSha": "a".repeat(64), "securityGrade": "B", "tomorrow": 1 });
    let list: SkillList = serde_json::from_value(json!({ "skills": [skill], "page": 2 })).unwrap();
    assert_eq!(list.skills[0].content_sha, Some(ContentSha::new(&"a".repeat(64)).unwrap()));
    assert_eq!(list.skills[0].security_grade.as_deref(), Some("B"));

    let entry: drive::DriveSkill = serde_json::from_value(json!({ "slug": "a", "source": "friend" })).unwrap();
    assert!(entry.enabled && !entry.source.is_known());

    let ticket: uploads::Ticket =
        serde_json::from_value(json!({ "upload_token": "t", "upload_url": "/api/uploads/process-skill" })).unwrap();
    assert_eq!(ticket.upload_token.expose(), "t");

    let limit = |value| serde_json::from_value::<CallLimit>(value).unwrap();
    assert_eq!(limit(json!(100)), CallLimit::Calls(100));
    assert_eq!(limit(json!("100")), CallLimit::Calls(100));
    assert_eq!(limit(json!("unlimited")), CallLimit::Unlimited);

    let webhook =
        json!({ "id": "w", "eventType": "drive.full", "targetUrl": "https://a.example", "lastDeliveryStatus": 200 });
    let list: WebhookList = serde_json::from_value(json!({ "webhooks": [webhook] })).unwrap();
    assert_eq!(list.webhooks[0].event_type, WebhookEvent::Other("drive.full".to_owned()));
    assert_eq!(list.webhooks[0].last_delivery_status.as_deref(), Some("200"));
    let run: runs::RunRequest =
        serde_json::from_value(json!({ "skill_slug": "pdf", "scriptName": "a.sh", "args": null, "stdin": null }))
            .unwrap();
    assert_eq!((run.args.len(), run.stdin.as_str(), run.reuse_session), (0, "", false));
    let answer: runs::RunAnswer = serde_json::from_value(json!({ "exit_code": 3, "stopped": "boredom" })).unwrap();
    assert!(!answer.stopped.unwrap().is_known());

    let absent: uploads::TicketRequest = serde_json::from_value(json!({})).unwrap();
    assert_eq!(absent.base_sha, None, "an absent baseSha asks for no guard");
    assert_eq!(serde_json::to_value(absent).unwrap(), json!({}));
}

#[test]
fn what_a_collection_leaves_out_is_read_narrowly_and_what_a_request_leaves_out_as_the_reference_says() {
    let list: collections::CollectionList = liberal::read(json!({ "collections": [
        { "name": "a", "skill_count": "3", "skill_slugs": ["pdf"], "include_team_skills": true, "scope": null },
        { "name": "", "skillCount": 1 },
        { "name": "b", "scope": "tomorrow", "skillCount": "everything", "color": "red" }
    ] }))
    .unwrap();
    let [a, b] = list.collections.as_slice() else { panic!("{list:?}") };
    assert_eq!((&a.scope, a.skill_count), (&collections::Scope::Scoped, collections::SkillCount::Some(3)));
    assert!(a.include_team_skills && !a.include_shared_skills && !a.is_public_marketplace);
    assert_eq!((b.scope.is_known(), b.skill_count), (false, collections::SkillCount::All));
    assert!(serde_json::from_value::<collections::CollectionList>(json!({})).is_err());

    let all: collections::CreateRequest = serde_json::from_value(json!({ "name": "all" })).unwrap();
    assert!(all.skill_slugs.is_none() && all.include_team_skills && all.include_shared_skills);
    let none: collections::CreateRequest = serde_json::from_value(json!({ "name": "n", "skillSlugs": [] })).unwrap();
    assert_eq!(none.skill_slugs, Some(Vec::new()), "no skill is not all skills");
    for bad in [json!({ "name": "n", "skillSlugs": null }), json!({ "name": ".." }), json!({ "skillSlugs": [] })] {
        assert!(serde_json::from_value::<collections::CreateRequest>(bad).is_err());
    }
    let nothing: collections::PatchRequest = serde_json::from_value(json!({ "skillSlugs": null })).unwrap();
    assert_eq!(serde_json::to_value(nothing).unwrap(), json!({}));
    let created: collections::Created =
        liberal::read(json!({ "collection": { "name": "a" }, "api_key": "sk_live_secret" })).unwrap();
    assert_eq!(created.api_key.expose(), "sk_live_secret");
    assert!(!format!("{created:?}").contains("secret"));
}

#[test]
fn a_secret_is_not_printed_by_any_shape() {
    let ticket: uploads::Ticket = serde_json::from_value(ours("ticket")).unwrap();
    assert!(!format!("{ticket:?}").contains("ut_live_x"));
    let created: WebhookCreated = serde_json::from_value(ours("webhook created")).unwrap();
    assert!(!format!("{created:?}").contains("whsec_x"));
}
