//! The embedded drive of `--server local`: in this process, behind a Unix socket in a folder that only its owner enters.
//!
//! The folder of the socket is fresh for each process; the data folder is shared, and the drive knows that others may
//! have it open.

#[cfg(all(feature = "drive", unix))]
mod running {
    use std::path::Path;
    use std::path::PathBuf;

    use skillzdrive_drive::Config;
    use skillzdrive_wire::ApiKey;
    use tokio::net::UnixListener;
    use tokio::sync::oneshot;

    use crate::error::Error;
    use crate::error::Kind;
    use crate::error::Result;

    /// The longest path that every system takes for a socket, in bytes.
    const LONGEST: usize = 100;

    /// A drive that runs in this process until it is dropped.
    #[derive(Debug)]
    pub(crate) struct Drive {
        /// Where it listens.
        pub(crate) socket: PathBuf,
        /// Its owner's key.
        pub(crate) owner_key: ApiKey,
        /// Dropping it tells the drive to stop.
        _stop: oneshot::Sender<()>,
        /// Dropping it removes the socket.
        _folder: tempfile::TempDir,
    }

    /// Starts the drive of a folder, which is made where it is not there.
    ///
    /// # Errors
    /// Exit 1 naming the folder.
    pub(crate) async fn start(data: PathBuf) -> Result<Drive> {
        let fail = |source| {
            Error::new(Kind::Failure, format!("the embedded drive of `{}` does not start", data.display()))
                .code("embedded_drive")
                .source(source)
        };
        let drive = skillzdrive_drive::Drive::open(Config::local(&data)).await.map_err(fail)?;
        let owner_key = drive.local_owner_key().await.map_err(fail)?;
        let folder = socket_folder()?;
        let socket = folder.path().join("drive.sock");
        let listener = UnixListener::bind(&socket).map_err(|e| Error::io("listen on", &socket, e))?;
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            // The end of the process is the usual end; a failed accept shows in the requests.
            let _ = drive
                .serve(listener, async {
                    let _ = stopped.await;
                })
                .await;
        });
        Ok(Drive { socket, owner_key, _stop: stop, _folder: folder })
    }

    /// A fresh folder, mode 0700, whose path is short enough for a socket.
    fn socket_folder() -> Result<tempfile::TempDir> {
        let base = std::env::temp_dir();
        let make = |base: &Path| {
            tempfile::Builder::new()
                .prefix("skillzdrive-")
                .tempdir_in(base)
                .map_err(|e| Error::io("make a folder in", base, e))
        };
        if base.as_os_str().len() + "/skillzdrive-xxxxxx/drive.sock".len() <= LONGEST {
            make(&base)
        } else {
            make(Path::new("/tmp"))
        }
    }
}

#[cfg(not(all(feature = "drive", unix)))]
mod running {
    use std::path::PathBuf;

    use skillzdrive_wire::ApiKey;

    use crate::error::Error;
    use crate::error::Result;

    /// A drive that runs in this process until it is dropped.
    #[derive(Debug)]
    pub(crate) struct Drive {
        /// Where it listens.
        pub(crate) socket: PathBuf,
        /// Its owner's key.
        pub(crate) owner_key: ApiKey,
    }

    /// There is none in this build.
    ///
    /// # Errors
    /// Always.
    pub(crate) async fn start(data: PathBuf) -> Result<Drive> {
        Err(Error::usage(format!("`local:{}`: this build has no embedded drive", data.display()))
            .code("no_embedded_drive")
            .hint("name a drive by its address: --server https://HOST"))
    }
}

pub(crate) use running::start;
