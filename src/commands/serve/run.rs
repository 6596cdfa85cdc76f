//! `serve` itself: the drive on a port, until it is told to stop.

use std::net::SocketAddr;

use serde::Serialize;
use skillzdrive_drive::Config;
use tokio::net::TcpListener;

use super::ServeArgs;
use super::error;
use super::open;
use super::operations;
use super::settings::Given;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;

#[derive(Serialize)]
struct ServeJson {
    address: String,
    data: String,
    owner_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<String>,
}

/// Serves until ctrl-c or SIGTERM.
///
/// # Errors
/// Exit 2 for an address that would carry keys in the clear; exit 1 when the port or the folder cannot be used.
pub(super) async fn run(ctx: &Context, args: &ServeArgs, given: &Given, mut config: Config) -> Result<Outcome> {
    let operations = operations::chosen(ctx, &args.operations, given, &mut config)?;
    if !args.listen.ip().is_loopback() && !args.behind_proxy && config.proxies.trusted.is_empty() {
        return Err(Error::usage(format!(
            "{} is open to the network, and keys would cross it in the clear",
            args.listen
        ))
        .code("needs_proxy")
        .hint(
            "put a proxy that speaks TLS in front and add --behind-proxy or --trusted-proxy, or listen on 127.0.0.1",
        ));
    }
    if let Some(url) = &args.public_url {
        // The same rule as for any drive's address: whoever is sent there sends a key.
        let server = crate::api::server::Server::parse(url, &ctx.paths).map_err(|e| e.context("--public-url"))?;
        config.public_url = Some(server.base()?.origin().ascii_serialization());
    }
    config.behind_proxy = args.behind_proxy;
    config.sandbox.seconds = args.run_time;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("serve {} on {}", config.data_dir.display(), args.listen))?;
        return Ok(Outcome::Done);
    }
    // Caught before the address is told: whoever reads it may end the drive at once.
    let signal = crate::signals::told_to_end();
    let public_url = config.public_url.clone();
    let (listener, bound) = listen(args.listen, "choose another port with --listen, or 127.0.0.1:0 for any").await?;
    let for_metrics = match operations.metrics {
        Some(address) => Some(listen(address, "choose another port with --metrics").await?),
        None => None,
    };
    operations.start_log(ctx);
    let drive = open(config).await?;
    let owner_key = drive.ensure_owner().await.map_err(error)?;
    if drive.is_read_only().await.map_err(error)? {
        ctx.ui.warn("this drive takes no changes: it is being moved, or was");
        ctx.ui.hint("skillzdrive serve move --cancel lets it take changes again, if it is to stay where it is");
    }
    if let Some(why) = drive.why_no_scripts() {
        ctx.ui.detail(why);
    }
    let address = public_url.unwrap_or_else(|| format!("http://{bound}"));
    let data = drive.data_dir().display().to_string();
    let owner_key = owner_key.map(|key| key.expose().to_owned());
    let metrics = for_metrics.as_ref().map(|(_, bound)| format!("http://{bound}/metrics"));
    if ctx.ui.is_json() {
        ctx.ui.json(&ServeJson { address, data, owner_key, metrics })?;
    } else {
        ctx.ui.data(format_args!("{address}"));
        if let Some(key) = owner_key {
            ctx.ui.status("this is the owner's key; it is shown this once:");
            ctx.ui.data(key);
            ctx.ui.hint(format_args!("skillzdrive --server {address} login"));
        }
        if let Some(metrics) = metrics {
            ctx.ui.status(format_args!("metrics are at {metrics}"));
        }
        ctx.ui.status(format_args!("serving {data}; ctrl-c ends it"));
    }
    if let Some((listener, _)) = for_metrics {
        let drive = drive.clone();
        // They are read to the last: the end of the process ends it.
        tokio::spawn(async move { drive.serve_metrics(listener, std::future::pending()).await });
    }
    drive
        .serve(listener, async {
            signal.await;
        })
        .await
        .map_err(error)?;
    ctx.ui.status("stopped");
    Ok(Outcome::Done)
}

async fn listen(address: SocketAddr, hint: &str) -> Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.map_err(|e| {
        Error::new(Kind::Failure, format!("could not listen on {address}")).code("listen").source(e).hint(hint)
    })?;
    let bound =
        listener.local_addr().map_err(|e| Error::new(Kind::Failure, "the listener has no address").source(e))?;
    Ok((listener, bound))
}
