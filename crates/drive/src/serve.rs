//! Serving a drive until it is told to stop.

use std::future::Future;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::sync::oneshot;

use crate::config::Config;
use crate::drive::Drive;
use crate::error::DriveError;
use crate::peer::DriveListener;
use crate::peer::Peer;

/// How long requests may go on after the drive was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Opens the drive of a configuration and serves it on a listener until `shutdown` is ready; requests that are under
/// way then get ten seconds.
///
/// # Errors
/// [`DriveError`]: opening, or the listener.
pub async fn serve<L>(
    listener: L,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), DriveError>
where
    L: DriveListener,
    L::Addr: std::fmt::Debug,
    Peer: for<'a> Connected<IncomingStream<'a, L>>,
{
    Drive::open(config).await?.serve(listener, shutdown).await
}

impl Drive {
    /// Serves this drive as [`serve`] does, and closes it at the end.
    ///
    /// # Errors
    /// [`DriveError::Serve`].
    pub async fn serve<L>(
        &self,
        listener: L,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), DriveError>
    where
        L: DriveListener,
        L::Addr: std::fmt::Debug,
        Peer: for<'a> Connected<IncomingStream<'a, L>>,
    {
        if let Some(address) = listener.socket_addr().map_err(DriveError::Serve)? {
            // A second listener of the same drive keeps the first one's address; both are allowed by name anyway.
            let _ = self.listening.set(address);
        }
        let (told, stop) = oneshot::channel::<()>();
        let service = self.router().into_make_service_with_connect_info::<Peer>();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            // A sender that is gone means the same as one that was used.
            let _ = stop.await;
        });
        let patience = async move {
            shutdown.await;
            drop(told);
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = server => served.map_err(DriveError::Serve),
            () = patience => Ok(()),
        };
        self.close().await;
        served
    }
}
