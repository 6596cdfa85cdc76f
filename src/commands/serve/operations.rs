//! How a running drive is watched, reached and stopped: each setting by a flag, a variable or a line of a file, in this
//! order.

use std::fmt::Display;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use skillzdrive_drive::Config;
use skillzdrive_drive::ForwardedBy;
use skillzdrive_drive::Log;
use skillzdrive_drive::LogFormat;
use skillzdrive_drive::LogLevel;
use skillzdrive_drive::Network;

use super::settings::Given;
use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Result;

/// How it is watched, reached and stopped.
#[derive(Debug, clap::Args)]
pub(super) struct OperationsArgs {
    /// Where to answer Prometheus, apart from everything else: 127.0.0.1:9464 [env: SKILLZDRIVE_METRICS]
    ///
    /// An address of this machine or of a private network; nobody on the public internet is answered.
    #[arg(long, value_name = "ADDR")]
    metrics: Option<SocketAddr>,
    /// The form of the log on stderr [default: text]
    #[arg(long, value_name = "FORM")]
    log_format: Option<Form>,
    /// The least important line in it; info has one for every request [default: warn, or info with --verbose]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<Level>,
    /// A network of proxies whose word on the client's address counts; nobody else's does then. Again for more
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<Network>,
    /// The header in which proxies tell it [default: x-forwarded-for]
    #[arg(long, value_name = "HEADER")]
    proxy_header: Option<Header>,
    /// How long requests are still taken after the signal to end, while /readyz says no [default: 0]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=MOST_SECONDS))]
    drain_delay: Option<u64>,
    /// How long those that are under way then have to end [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=MOST_SECONDS))]
    drain_timeout: Option<u64>,
    /// How many connections of clients there may be at once [default: 4096]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: Option<u32>,
    /// A collector for spans of requests, OTLP over HTTP: http://127.0.0.1:4318 [env: SKILLZDRIVE_OTLP]
    ///
    /// Only in a program that was built with the feature `otel`. The headers that it wants are a variable, or a line of
    /// --env-file: SKILLZDRIVE_OTLP_HEADERS, NAME=VALUE with commas between them.
    #[arg(long, value_name = "URL")]
    otlp: Option<String>,
}

/// An hour is longer than anybody waits.
const MOST_SECONDS: u64 = 3_600;

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    /// Time, level, message, name=value
    Text,
    /// One object a line
    Json,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Level {
    /// Nothing
    Off,
    /// What needs somebody
    Error,
    /// Requests that failed here, and work that will be tried again
    Warn,
    /// Every request, and what goes on beside them
    Info,
    /// Questions of balancers too, paths, and what was ignored
    Debug,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Header {
    /// What nearly all of them write
    #[value(name = "x-forwarded-for")]
    XForwardedFor,
    /// The standard one (RFC 7239)
    Forwarded,
}

/// What the program itself has to do of it.
#[derive(Debug)]
pub(super) struct Operations {
    /// Where `/metrics` is answered.
    pub(super) metrics: Option<SocketAddr>,
    format: LogFormat,
    level: LogLevel,
}

impl Operations {
    /// From here on what the drive tells is on stderr.
    pub(super) fn start_log(&self, ctx: &Context) {
        let ui = ctx.ui.clone();
        Log::new(self.format, self.level, move |line| ui.log(line)).install();
    }
}

/// Takes the settings over into a drive's.
///
/// # Errors
/// Exit 2 for a value that is none, an address of the public internet for metrics, and a collector where this program
/// knows none.
pub(super) fn chosen(ctx: &Context, args: &OperationsArgs, given: &Given, config: &mut Config) -> Result<Operations> {
    let metrics = match args.metrics {
        Some(address) => Some(address),
        None => read(given, env::serve::METRICS, "an address with a port")?,
    };
    if let Some(address) = metrics.filter(|address| is_public(address.ip())) {
        return Err(Error::usage(format!(
            "{address} is open to the public internet, and metrics are not for everybody"
        ))
        .code("metrics_public")
        .hint("--metrics 127.0.0.1:9464, or the machine's address in a private network"));
    }
    let format = match args.log_format {
        Some(form) => Some(form),
        None => word(given, env::serve::LOG_FORMAT)?,
    };
    let level = match args.log_level {
        Some(level) => Some(level),
        None => word(given, env::serve::LOG_LEVEL)?,
    };
    config.proxies.trusted = args.trusted_proxy.clone();
    if config.proxies.trusted.is_empty()
        && let Some(list) = given.get(env::serve::TRUSTED_PROXIES)
    {
        let networks = list.expose().split(',').map(str::trim).filter(|text| !text.is_empty());
        let networks: std::result::Result<Vec<Network>, _> = networks.map(str::parse).collect();
        let networks = networks.map_err(|_| wrong(env::serve::TRUSTED_PROXIES, "networks with commas between them"))?;
        config.proxies.trusted = networks;
    }
    let header = match args.proxy_header {
        Some(header) => Some(header),
        None => word(given, env::serve::PROXY_HEADER)?,
    };
    config.proxies.header = match header {
        None | Some(Header::XForwardedFor) => ForwardedBy::XForwardedFor,
        Some(Header::Forwarded) => ForwardedBy::Forwarded,
    };
    for (flag, name, setting) in [
        (args.drain_delay, env::serve::DRAIN_DELAY, &mut config.draining.delay),
        (args.drain_timeout, env::serve::DRAIN_TIMEOUT, &mut config.draining.patience),
    ] {
        let seconds = match flag {
            Some(seconds) => Some(seconds),
            None => read(given, name, "a number of seconds up to 3600")?,
        };
        if seconds.is_some_and(|seconds| seconds > MOST_SECONDS) {
            return Err(wrong(name, "a number of seconds up to 3600"));
        }
        *setting = seconds.map_or(*setting, Duration::from_secs);
    }
    let connections = match args.max_connections {
        Some(number) => Some(number),
        None => {
            read::<std::num::NonZero<u32>>(given, env::serve::MAX_CONNECTIONS, "a number from 1 on")?.map(Into::into)
        }
    };
    config.limits.connections = connections.map_or(config.limits.connections, |number| number as usize);
    traces(args, given, config)?;
    Ok(Operations {
        metrics,
        format: match format {
            None | Some(Form::Text) => LogFormat::Text,
            Some(Form::Json) => LogFormat::Json,
        },
        level: match level {
            None if ctx.ui.is_verbose() => LogLevel::Info,
            None | Some(Level::Warn) => LogLevel::Warn,
            Some(Level::Off) => LogLevel::Off,
            Some(Level::Error) => LogLevel::Error,
            Some(Level::Info) => LogLevel::Info,
            Some(Level::Debug) => LogLevel::Debug,
        },
    })
}

/// A variable that is something to be parsed. What stands there is not shown: it may be in the wrong place.
fn read<T: FromStr>(given: &Given, name: &str, what: &str) -> Result<Option<T>> {
    given.get(name).map(|text| text.expose().trim().parse().map_err(|_| wrong(name, what))).transpose()
}

/// A variable that is one of some words.
fn word<T: clap::ValueEnum>(given: &Given, name: &str) -> Result<Option<T>> {
    let words = || {
        let words = T::value_variants().iter().filter_map(clap::ValueEnum::to_possible_value);
        words.map(|word| word.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let text = given.get(name);
    text.map(|text| T::from_str(text.expose().trim(), true).map_err(|_| wrong(name, words()))).transpose()
}

fn wrong(name: &str, what: impl Display) -> Error {
    Error::usage(format!("{name} is none of what it can be: {what}")).code("setting")
}

/// Whether everybody could come there. Every address of the machine is not refused: who comes is looked at too.
fn is_public(address: IpAddr) -> bool {
    !address.is_unspecified() && skillzdrive_drive::is_public(address.to_canonical())
}

#[cfg(feature = "otel")]
fn traces(args: &OperationsArgs, given: &Given, config: &mut Config) -> Result<()> {
    let url = args.otlp.clone().or_else(|| given.get(env::serve::OTLP).map(|url| url.expose().to_owned()));
    let Some(url) = url else { return Ok(()) };
    let headers = given.get(env::serve::OTLP_HEADERS);
    let headers =
        headers.as_ref().map_or("", |headers| headers.expose()).split(',').filter(|pair| !pair.trim().is_empty());
    let headers = headers.map(|pair| {
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong(env::serve::OTLP_HEADERS, "NAME=VALUE,…"))?;
        Ok((name.trim().to_owned(), skillzdrive_wire::Secret::new(value.trim())))
    });
    config.traces = Some(skillzdrive_drive::TraceTarget { url, headers: headers.collect::<Result<_>>()? });
    Ok(())
}

#[cfg(not(feature = "otel"))]
fn traces(args: &OperationsArgs, given: &Given, _: &mut Config) -> Result<()> {
    if args.otlp.is_none() && given.get(env::serve::OTLP).is_none() {
        return Ok(());
    }
    Err(Error::usage("this program was built without OpenTelemetry")
        .code("no_otel")
        .hint("cargo install skillzdrive --features otel"))
}
