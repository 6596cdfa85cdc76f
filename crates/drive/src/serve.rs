//! Serving a drive until it is told to stop.
//!
//! The connections are run here and not by `axum::serve`, which gives a client for ever to send the head of a request.

use std::future::Future;
use std::time::Duration;

use axum::Extension;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tower::Layer as _;

use crate::config::Config;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::peer::DriveListener;
use crate::service::closing;
use crate::service::grading;

/// How long requests may go on after the drive was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Opens the drive of a configuration and serves it on a listener until `shutdown` is ready; requests that are under
/// way then get ten seconds.
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
    /// Serves this drive as [`serve`] does, and closes it at the end.
    ///
    /// # Errors
    /// [`DriveError::Serve`].
    pub async fn serve<L: DriveListener>(
        &self,
        mut listener: L,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), DriveError> {
        if let Some(address) = listener.socket_addr().map_err(DriveError::Serve)? {
            // A second listener of the same drive keeps the first one's address; both are allowed by name anyway.
            let _ = self.listening.set(address);
        }
        grading::start(self);
        closing::start(self);
        let router = self.router();
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.config.limits.head_time);
        let open = GracefulShutdown::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let (io, address) = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut shutdown => break,
            };
            L::prepare(&io);
            let service = Extension(ConnectInfo(L::peer(&address))).layer(router.clone());
            let connection = builder.serve_connection(TokioIo::new(io), TowerToHyperService::new(service));
            let connection = open.watch(connection);
            // How a connection ends is the client's business; what went wrong in a request was logged and answered.
            tokio::spawn(async move {
                let _ = connection.await;
            });
        }
        drop(listener);
        // Whoever has not ended after this is cut off by the end of the process.
        let _ = tokio::time::timeout(GRACE, open.shutdown()).await;
        self.close().await;
        Ok(())
    }
}
