//! Improper inventory management: there is one version of one interface, it is described, and nothing else answers.
//! `src/openapi.rs` holds the description against the router's table; `doors` holds that against who may use it.

use reqwest::Method;
use serde_json::Value;

use crate::fixture::Server;

#[tokio::test]
async fn what_is_described_answers_and_what_is_not_does_not() {
    let server = Server::start().await;
    let document: Value = server.anonymous("/openapi.json").await.json();
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let real =
            path.split('/').map(|part| if part.contains('{') { part.replace(['{', '}'], "") } else { part.to_owned() });
        let real = real.collect::<Vec<_>>().join("/");
        for (method, operation) in methods.as_object().unwrap() {
            let request = server.request(method.to_uppercase().parse::<Method>().unwrap(), &real);
            let reply = server.send(request.bearer_auth(&server.key)).await;
            let text = reply.text();
            assert!(!text.contains("there is no such route"), "{method} {path}: {text}");
            assert_ne!(reply.status, 405, "{method} {path}");
            let described = operation["responses"].get(reply.status.to_string()).is_some();
            assert!(described, "{method} {path} answers {}, which is not described", reply.status);
            operations += 1;
        }
    }
    assert!(operations > 40, "{operations}");
    for path in [
        "/api",
        "/api/v0/skills",
        "/api/v2/skills",
        "/api/v1",
        "/api/v1/",
        "/v1/skills",
        "/api/v1/skills/",
        "//api/v1/drive",
        "/API/V1/drive",
        "/api/v1/drive/",
        "/api/v1/drive.json",
        "/api/v1/drive;x",
        "/swagger",
        "/swagger.json",
        "/swagger-ui/",
        "/docs",
        "/redoc",
        "/api-docs",
        "/openapi.yaml",
        "/debug",
        "/debug/pprof/",
        "/debug/vars",
        "/test",
        "/status",
        "/server-status",
        "/info",
        "/version",
        "/health",
        "/env",
        "/trace",
        "/dump",
        "/heapdump",
        "/.env",
        "/.git/config",
        "/.git/HEAD",
        "/.htaccess",
        "/config.json",
        "/drive.sqlite",
        "/data/drive.sqlite",
        "/signing.key",
        "/owner.key",
        "/backup.zip",
        "/db.sql",
        "/wp-login.php",
        "/robots.txt.bak",
        "/storage",
        "/storage/",
        "/storage/exports",
        "/upload/",
        "/.well-known/",
        "/.well-known/openid-configuration",
        "/.well-known/security.txt.bak",
        "/favicon.ico.map",
        "/page.css.map",
    ] {
        let reply = server.get(path).await;
        assert!(matches!(reply.status, 403 | 404 | 405 | 410), "{path}: {} {}", reply.status, reply.text());
    }
}
