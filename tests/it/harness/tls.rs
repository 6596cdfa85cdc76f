//! TLS in front of a drive, and a proxy that leads any host name there.
//!
//! The certificates in `tests/it/tls` are for tests alone and last a hundred years. `drive.pem` (drive.example, localhost
//! and 127.0.0.1) and `other.pem` (other.example) are signed by `ca.pem`, whose key was thrown away; `self.pem` is
//! signed by itself. `past.pem` (2020) and `future.pem` (2100 to 2119) are signed by `clock-ca.pem`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

/// A certificate of the tests.
pub(crate) fn certificate(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls").join(format!("{name}.pem"))
}

/// Something that listens until it is dropped.
struct Listening {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Listening {
    fn start<F: Future<Output = ()> + Send + 'static>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream));
            }
        });
        Self { address, runtime: Some(runtime) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// TLS with a certificate, and behind it a plain server.
pub(crate) struct Front(Listening);

impl Front {
    /// In front of `http://127.0.0.1:PORT`.
    pub(crate) fn start(name: &str, behind: &str) -> Self {
        let chain = vec![CertificateDer::from_pem_file(certificate(name)).unwrap()];
        let key = PrivateKeyDer::from_pem_file(certificate("key")).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let behind: SocketAddr = behind.trim_start_matches("http://").parse().unwrap();
        Self(Listening::start(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                // A client that does not believe the certificate hangs up.
                let Ok(mut outside) = acceptor.accept(stream).await else { return };
                let mut inside = TcpStream::connect(behind).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        }))
    }

    /// Its address without a name.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.0.address)
    }
}

/// A proxy that writes down what it is asked.
pub(crate) struct Proxy {
    listening: Listening,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that leads every host to a front.
    pub(crate) fn to(front: &Front) -> Self {
        Self::with(Some(front.0.address))
    }

    /// One that wants a password and gets none that is right.
    pub(crate) fn closed() -> Self {
        Self::with(None)
    }

    fn with(to: Option<SocketAddr>) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let listening = Listening::start(move |mut outside| {
            let log = Arc::clone(&log);
            async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    match outside.read_u8().await {
                        Ok(byte) => head.push(byte),
                        Err(_) => return,
                    }
                }
                log.lock().unwrap().push(String::from_utf8(head).unwrap());
                let Some(to) = to else {
                    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
                    let _ = outside.write_all(answer).await;
                    return;
                };
                let mut inside = TcpStream::connect(to).await.unwrap();
                outside.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
        Self { listening, asked }
    }

    /// Its address with a name and a password.
    pub(crate) fn url(&self) -> String {
        format!("http://person:canary@{}", self.listening.address)
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
