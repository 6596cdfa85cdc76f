//! Serving a drive until it is told to stop.
//!
//! The connections are run here and not by `axum::serve`, which gives a client for ever to send the head of a request, and
//! lets one that takes nothing hold what it was answered.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::Layer as _;

use crate::config::Config;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::handlers::metrics;
use crate::metrics::Metrics;
use crate::pace::Guarded;
use crate::peer::DriveListener;
use crate::service::closing;
use crate::service::grading;

/// What a client is told for which there is no room, and how long it is listened to until it has heard that.
const NO_ROOM: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 2\r\n\
    connection: close\r\ncontent-length: 91\r\n\r\n\
    {\"error\":{\"code\":\"unavailable\",\"message\":\"the drive has too many connections; try again\"}}\n";
const NO_ROOM_TIME: Duration = Duration::from_secs(1);

/// So many are told so at the same time; the others are hung up on.
const TOLD_AT_ONCE: usize = 64;

/// So many read `/metrics` at the same time.
const READERS: usize = 16;

/// Opens the drive of a configuration and serves it on a listener until `shutdown` is ready; see [`Drive::serve`].
///
/// # Errors
/// [`DriveError`]: opening, or the listener.
pub async fn serve<L: DriveListener>(
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), DriveError> {
    Drive::open(config).await?.serve(listener, shutdown).await
}

impl Drive {
    /// Serves this drive until `shutdown` is ready, and closes it. From then on `/readyz` says that it should get no
    /// requests; those that come are still answered for as long as [`Draining`](crate::Draining) says, and those that are
    /// under way then have its patience to end.
    ///
    /// # Errors
    /// [`DriveError::Serve`].
    pub async fn serve<L: DriveListener>(
        &self,
        listener: L,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), DriveError> {
        if let Some(address) = listener.socket_addr().map_err(DriveError::Serve)? {
            // A second listener of the same drive keeps the first one's address; both are allowed by name anyway.
            let _ = self.listening.set(address);
        }
        grading::start(self);
        closing::start(self);
        let draining = self.config.draining;
        let door = Door::new(&self.config, &self.metrics, self.config.limits.connections);
        let told = async {
            shutdown.await;
            self.draining.store(true, Ordering::SeqCst);
            tracing::info!(seconds = draining.delay.as_secs_f64(), "told to stop; requests are still taken");
            tokio::time::sleep(draining.delay).await;
        };
        let open = door.take(listener, self.router(), told).await;
        tracing::info!(open = open.count(), "no more requests are taken");
        // Whoever has not ended after this is cut off by the end of the process.
        if tokio::time::timeout(draining.patience, open.shutdown()).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        self.close().await;
        Ok(())
    }

    /// Answers `/metrics` on a listener of its own until `shutdown` is ready, to whoever is on this machine or in a
    /// private network.
    pub async fn serve_metrics(&self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) {
        // Who reads the numbers is not one of them.
        let door = Door::new(&self.config, &Arc::default(), READERS);
        drop(door.take(listener, metrics::router(self), shutdown).await);
    }
}

/// Where connections come in, and on what conditions.
struct Door {
    builder: http1::Builder,
    limits: crate::config::Limits,
    metrics: Arc<Metrics>,
    room: Arc<Semaphore>,
    told: Arc<Semaphore>,
}

impl Door {
    fn new(config: &Config, metrics: &Arc<Metrics>, room: usize) -> Self {
        let limits = config.limits;
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_headers(limits.headers)
            .max_header_size(limits.head_bytes);
        Self {
            builder,
            limits,
            metrics: Arc::clone(metrics),
            room: Arc::new(Semaphore::new(room.max(1))),
            told: Arc::new(Semaphore::new(TOLD_AT_ONCE)),
        }
    }

    /// Takes connections until `stop` is ready; the answer is what of them is still open.
    async fn take<L: DriveListener>(
        &self,
        mut listener: L,
        router: Router,
        stop: impl Future<Output = ()>,
    ) -> GracefulShutdown {
        let open = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let (io, address) = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => return open,
            };
            L::prepare(&io);
            let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
                self.refuse(io);
                continue;
            };
            let line = self.metrics.line();
            let io = Guarded::new(io, self.limits.pace, Arc::clone(&self.metrics));
            let service = Extension(ConnectInfo(L::peer(&address))).layer(router.clone());
            let connection = self.builder.serve_connection(TokioIo::new(io), TowerToHyperService::new(service));
            let connection = open.watch(connection);
            // How a connection ends is the client's business; what went wrong in a request was logged and answered.
            tokio::spawn(async move {
                let _ = connection.await;
                drop((place, line));
            });
        }
    }

    /// Tells a client that there is no room, as far as there is room for that.
    fn refuse(&self, mut io: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static) {
        self.metrics.line_refused();
        let Ok(place) = Arc::clone(&self.told).try_acquire_owned() else { return };
        tokio::spawn(async move {
            let tell = async {
                io.write_all(NO_ROOM.as_bytes()).await?;
                io.shutdown().await?;
                // A connection that is closed with something unread is reset, and what was told with it.
                let mut unread = [0; 1_024];
                while io.read(&mut unread).await? > 0 {}
                std::io::Result::Ok(())
            };
            let _ = tokio::time::timeout(NO_ROOM_TIME, tell).await;
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_told_without_room_is_as_long_as_it_says() {
        let (head, body) = super::NO_ROOM.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("content-length: {}", body.len())), "{}", body.len());
        let json: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(json["error"]["code"], "unavailable");
    }
}
