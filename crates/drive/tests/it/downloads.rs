//! Public downloads and the storage behind them.

use reqwest::Method;

use crate::fixture::DAY;
use crate::fixture::Server;
use crate::fixture::skill;

#[tokio::test]
async fn an_artifact_leaves_by_a_signed_address() {
    let server = Server::in_folder().await;
    let zip = skill("pdf", "one").zip;
    let sha = server.publish("pdf", "one").await;
    let path = format!("/api/v1/downloads/public/pdf/{sha}.zip");
    let reply = server.anonymous(&path).await;
    assert_eq!(reply.status, 302);
    assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    let location = reply.header("location").to_owned();
    assert!(location.starts_with(&format!("{}/storage/{sha}?exp=", server.url)), "{location}");
    let whole = server.anonymous(&location).await;
    assert_eq!((whole.status, &whole.bytes), (200, &zip));
    assert_eq!(whole.header("content-type"), "application/zip");
    assert_eq!(whole.header("etag"), format!("\"{sha}\""));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-length"), zip.len().to_string());
    assert_eq!(whole.header("content-encoding"), "");

    for (name, value, range) in [("", "", "bytes=10-19"), ("If-Range", &*format!("\"{sha}\""), "bytes=10-19")] {
        let mut request = server.request(Method::GET, &location).header("Range", range);
        if !name.is_empty() {
            request = request.header(name, value);
        }
        let part = server.send(request).await;
        assert_eq!((part.status, &part.bytes[..]), (206, &zip[10..20]));
        assert_eq!(part.header("content-range"), format!("bytes 10-19/{}", zip.len()));
        assert_eq!(part.header("content-length"), "10");
    }
    let other = server.request(Method::GET, &location).header("Range", "bytes=1-").header("If-Range", "\"x\"");
    let other = server.send(other).await;
    assert_eq!((other.status, other.bytes.len()), (200, zip.len()));
    let outside = server.send(server.request(Method::GET, &location).header("Range", "bytes=99999-")).await;
    outside.refused(416, "invalid_request");
    assert_eq!(outside.header("content-range"), format!("bytes */{}", zip.len()));
    let known = server.request(Method::GET, &location).header("If-None-Match", format!("\"{sha}\""));
    assert_eq!(server.send(known).await.status, 304);
    let head = server.send(server.request(Method::HEAD, &location)).await;
    assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (200, 0, &*zip.len().to_string()));
}

#[tokio::test]
async fn a_signature_cannot_be_bent_or_outlived() {
    let server = Server::in_folder().await;
    let (one, two) = (server.publish("pdf", "one").await, server.publish("other", "two").await);
    let location = server.anonymous(&format!("/api/v1/downloads/public/pdf/{one}.zip")).await;
    let location = location.header("location").to_owned();
    for bent in [
        location.replace(&one, &two),
        location.replace("exp=", "exp=9"),
        location.replace("sig=", "sig=0"),
        location.split('?').next().unwrap().to_owned(),
        format!("{}/storage/x?exp=1&sig=1", server.url),
    ] {
        server.anonymous(&bent).await.refused(403, "forbidden");
    }
    server.advance(401 * DAY);
    server.anonymous(&location).await.refused(403, "forbidden");
}

#[tokio::test]
#[ignore = "needs an S3 store: tests/services.sh"]
async fn a_store_that_signs_gives_the_bytes_itself() {
    let server = Server::start().await;
    let zip = skill("pdf", "one").zip;
    let sha = server.publish("pdf", "one").await;
    let reply = server.anonymous(&format!("/api/v1/downloads/public/pdf/{sha}.zip")).await;
    // The redirect is forgotten before the address is over.
    assert_eq!((reply.status, reply.header("cache-control")), (302, "public, max-age=86400"));
    let public = reply.header("location").to_owned();
    assert!(!public.starts_with(&server.url) && public.contains(&format!("{sha}.zip?")), "{public}");
    assert!(public.contains("X-Amz-Expires=172800"), "{public}");
    let whole = server.anonymous(&public).await;
    assert_eq!((whole.status, &whole.bytes), (200, &zip));
    assert_eq!(whole.header("content-type"), "application/zip");
    let part = server.send(server.request(Method::GET, &public).header("Range", "bytes=10-19")).await;
    assert_eq!((part.status, &part.bytes[..]), (206, &zip[10..20]));

    let mine = skill("mine", "secret");
    assert_eq!(server.upload(serde_json::json!({}), mine.zip.clone()).await.status, 201);
    let shown = server.get("/api/v1/skills/mine").await.data(200);
    let private = shown["download"]["url"].as_str().unwrap();
    assert!(private.contains("X-Amz-Expires=3600") && !private.starts_with(&server.url), "{private}");
    assert_eq!(server.anonymous(private).await.bytes, mine.zip);
    // What a store signed for one artifact opens no other one.
    let bent = private.replace(mine.content_sha.as_str(), &sha);
    assert_ne!(server.anonymous(&bent).await.status, 200, "{bent}");
}

#[tokio::test]
async fn only_public_bytes_have_a_public_address_and_they_keep_it() {
    let server = Server::start().await;
    let sha = server.publish("pdf", "one").await;
    for path in [
        format!("/api/v1/downloads/public/other/{sha}.zip"),
        format!("/api/v1/downloads/public/pdf/{sha}"),
        format!("/api/v1/downloads/public/pdf/{}.zip", "a".repeat(64)),
        "/api/v1/downloads/public/pdf/x.zip".to_owned(),
    ] {
        server.anonymous(&path).await.refused(404, "artifact_not_found");
    }
    let mine = skill("mine", "secret");
    let private = mine.content_sha.to_string();
    assert_eq!(server.upload(serde_json::json!({}), mine.zip).await.status, 201);
    let path = format!("/api/v1/downloads/public/mine/{private}.zip");
    server.get(&path).await.refused(404, "artifact_not_found");

    server.drive.withdraw(&"pdf".parse().unwrap()).await.unwrap();
    server.get("/api/v1/skills/pdf").await.refused(404, "skill_not_found");
    assert_eq!(server.get("/api/v1/skills?q=pdf").await.data(200)["total"], 0);
    assert_eq!(server.anonymous(&format!("/api/v1/downloads/public/pdf/{sha}.zip")).await.status, 302);
}
