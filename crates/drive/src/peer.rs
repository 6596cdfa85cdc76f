//! Who is at the other end of a connection.

use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use axum::serve::Listener;
use tokio::net::TcpListener;

/// The other end of a connection. A router that is served without it treats every caller as one unknown address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// An address on the network.
    Tcp(SocketAddr),
    /// A process that could open our socket file: the same person, so nothing is limited and `Host` says nothing.
    Local,
}

impl Peer {
    pub(crate) fn ip(self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            Self::Local => None,
        }
    }
}

/// What a drive can listen on.
pub trait DriveListener: Listener {
    /// Its network address, where it has one.
    ///
    /// # Errors
    /// What the system says.
    fn socket_addr(&self) -> io::Result<Option<SocketAddr>>;

    /// Who is at the other end of a connection from this address.
    fn peer(address: &Self::Addr) -> Peer;

    /// Makes a connection ready: what is written is sent at once, and does not wait for what the client acknowledges.
    fn prepare(_: &Self::Io) {}
}

impl DriveListener for TcpListener {
    fn socket_addr(&self) -> io::Result<Option<SocketAddr>> {
        self.local_addr().map(Some)
    }

    fn peer(address: &SocketAddr) -> Peer {
        Peer::Tcp(*address)
    }

    fn prepare(io: &Self::Io) {
        // A connection that has just ended refuses this, and shows it soon enough.
        let _ = io.set_nodelay(true);
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self::Tcp(*stream.remote_addr())
    }
}

#[cfg(unix)]
impl DriveListener for tokio::net::UnixListener {
    fn socket_addr(&self) -> io::Result<Option<SocketAddr>> {
        Ok(None)
    }

    fn peer(_: &Self::Addr) -> Peer {
        Peer::Local
    }
}

#[cfg(unix)]
impl Connected<IncomingStream<'_, tokio::net::UnixListener>> for Peer {
    fn connect_info(_: IncomingStream<'_, tokio::net::UnixListener>) -> Self {
        Self::Local
    }
}
