//! Upload tickets and their pages; exports.

use super::samples::digest;
use super::samples::slug;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::exports::ExportRow;
use crate::repo::exports::Exports;
use crate::repo::tickets::TicketRow;
use crate::repo::tickets::Tickets;
use crate::repo::upload_pages::Stage;
use crate::repo::upload_pages::UploadPages;

fn ticket(id: &str, run_id: Option<&str>) -> TicketRow {
    TicketRow {
        id: id.to_owned(),
        user_id: "u1".to_owned(),
        token_hash: format!("hash-{id}"),
        key_id: None,
        collection_id: None,
        scoped: false,
        slug: Some(slug("pdf")),
        run_id: run_id.map(str::to_owned),
        content_sha: Some(digest(1)),
        guarded: true,
        base_sha: None,
        filename: None,
        created_at: 1,
        expires_at: 100,
    }
}

pub(super) async fn tickets<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    tx.add_ticket(&ticket("t1", Some("r1"))).await.unwrap();
    let plain = TicketRow { slug: None, content_sha: None, guarded: false, ..ticket("t2", None) };
    tx.add_ticket(&plain).await.unwrap();
    assert_eq!(tx.live_ticket("hash-t1", 99).await.unwrap(), Some(ticket("t1", Some("r1"))));
    assert_eq!(tx.live_ticket("hash-t2", 99).await.unwrap(), Some(plain));
    assert_eq!(tx.live_ticket("hash-t1", 100).await.unwrap(), None);
    assert_eq!((tx.live_tickets("u1", 99).await.unwrap(), tx.live_tickets("u2", 99).await.unwrap()), (2, 0));
    tx.replace_tickets("u1", "r1", &slug("pdf"), 5).await.unwrap();
    assert_eq!(tx.live_ticket("hash-t1", 9).await.unwrap(), None);
    assert!(tx.use_ticket("t2", 6).await.unwrap());
    assert!(!tx.use_ticket("t2", 7).await.unwrap(), "once");
    assert_eq!(tx.live_tickets("u1", 9).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

pub(super) async fn upload_pages<R: Repository>(repo: &R) {
    let mut tx = repo.write().await.unwrap();
    tx.add_ticket(&ticket("p1", None)).await.unwrap();
    assert!(tx.page("hash-p1", Stage::Address, 9).await.unwrap().is_none(), "a program's");
    tx.make_page("hash-p1").await.unwrap();
    assert!(tx.live_ticket("hash-p1", 9).await.unwrap().is_none(), "a page's");
    assert_eq!(tx.live_tickets("u1", 9).await.unwrap(), 1);
    assert_eq!(tx.page("hash-p1", Stage::Address, 9).await.unwrap(), Some(ticket("p1", None)));
    assert!(tx.page("hash-p1", Stage::Opened, 9).await.unwrap().is_none());
    assert!(tx.page("hash-p1", Stage::Address, 100).await.unwrap().is_none(), "too late");
    assert!(tx.open_page("p1", "hash-p2").await.unwrap());
    assert!(!tx.open_page("p1", "hash-p3").await.unwrap(), "once");
    assert!(tx.page("hash-p1", Stage::Address, 9).await.unwrap().is_none());
    let opened = TicketRow { token_hash: "hash-p2".to_owned(), ..ticket("p1", None) };
    assert_eq!(tx.page("hash-p2", Stage::Opened, 9).await.unwrap(), Some(opened));
    assert!(tx.use_ticket("p1", 10).await.unwrap());
    assert!(tx.page("hash-p2", Stage::Opened, 11).await.unwrap().is_none());
    tx.give_back("p1").await.unwrap();
    assert!(tx.page("hash-p2", Stage::Opened, 11).await.unwrap().is_some());
    assert!(tx.use_ticket("p1", 12).await.unwrap());
    tx.commit().await.unwrap();
}

pub(super) async fn exports<R: Repository>(repo: &R) {
    let row = |parts: &str, expires_at| ExportRow { id: "e1".to_owned(), parts: parts.to_owned(), expires_at };
    let mut tx = repo.write().await.unwrap();
    assert_eq!(tx.export("e1").await.unwrap(), None);
    tx.keep_export(&row("[]", 50), 1).await.unwrap();
    tx.keep_export(&row("[]", 80), 2).await.unwrap();
    tx.keep_export(&row("[]", 60), 3).await.unwrap();
    assert_eq!(tx.export("e1").await.unwrap(), Some(row("[]", 80)), "as long as the latest address works");
    let other = ExportRow { id: "e2".to_owned(), ..row("[1]", 200) };
    tx.keep_export(&other, 80).await.unwrap();
    assert!(tx.export("e1").await.unwrap().is_some());
    tx.keep_export(&other, 81).await.unwrap();
    assert_eq!((tx.export("e1").await.unwrap(), tx.export("e2").await.unwrap()), (None, Some(other)));
    tx.commit().await.unwrap();
}
