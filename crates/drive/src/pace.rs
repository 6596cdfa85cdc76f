//! How slowly a client may send or take what is the drive's turn to wait for, so that a few who let bytes trickle do not
//! keep what everybody needs.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Instant;
use tokio::time::Sleep;

use crate::metrics::Metrics;

/// So many bytes at least in so long, counted while the drive waits for them to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long.
    pub window: Duration,
    /// How many bytes.
    pub bytes: usize,
}

impl Default for Pace {
    /// About half a kilobyte a second: a hundredth of the slowest line that a person would put up with.
    fn default() -> Self {
        Self { window: Duration::from_secs(30), bytes: 16 << 10 }
    }
}

/// Tells who is slower.
#[derive(Debug)]
pub(crate) struct Slow {
    pace: Pace,
    /// How many bytes have moved, and how long was waited for them, since the last time that enough had.
    moved: usize,
    waited: Duration,
    /// Since when is waited now.
    since: Option<Instant>,
    end: Option<Pin<Box<Sleep>>>,
}

impl Slow {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, moved: 0, waited: Duration::ZERO, since: None, end: None }
    }

    /// Notes that bytes have moved.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.moved = self.moved.saturating_add(bytes);
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
        if self.moved >= self.pace.bytes {
            (self.moved, self.waited) = (0, Duration::ZERO);
        }
    }

    /// Ready when too little has moved in the time that was waited. It is polled while, and only while, one waits.
    pub(crate) fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.since.is_none() {
            let now = Instant::now();
            let deadline = now + self.pace.window.saturating_sub(self.waited);
            self.since = Some(now);
            match &mut self.end {
                Some(end) => end.as_mut().reset(deadline),
                None => self.end = Some(Box::pin(tokio::time::sleep_until(deadline))),
            }
        }
        self.end.as_mut().map_or(Poll::Pending, |end| end.as_mut().poll(cx))
    }
}

/// A connection whose other end must take what is written to it.
#[derive(Debug)]
pub(crate) struct Guarded<T> {
    inner: T,
    slow: Slow,
    metrics: Arc<Metrics>,
}

impl<T> Guarded<T> {
    pub(crate) fn new(inner: T, pace: Pace, metrics: Arc<Metrics>) -> Self {
        Self { inner, slow: Slow::new(pace), metrics }
    }

    fn written(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &polled {
            Poll::Ready(Ok(bytes)) => self.slow.moved(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                if self.slow.poll_too_slow(cx).is_ready() {
                    self.metrics.slow();
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
        polled
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.written(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// The window is what the machine may make somebody wait who is quick.
    const PACE: Pace = Pace { window: Duration::from_millis(300), bytes: 100 };

    fn guarded() -> (Guarded<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(64);
        (Guarded::new(ours, PACE, Arc::default()), theirs)
    }

    #[tokio::test]
    async fn who_takes_nothing_is_let_go() {
        let (mut ours, theirs) = guarded();
        let began = Instant::now();
        assert_eq!(ours.write_all(&[0; 1_000]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= PACE.window, "{:?}", began.elapsed());
        drop(theirs);
    }

    #[tokio::test]
    async fn who_takes_little_by_little_is_let_go_too() {
        let (mut ours, mut theirs) = guarded();
        let reader = tokio::spawn(async move {
            let mut taken = 0;
            while theirs.read_exact(&mut [0; 1]).await.is_ok() {
                taken += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            taken
        });
        assert_eq!(ours.write_all(&[0; 1_000]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(ours);
        assert!(reader.await.unwrap() < 200);
    }

    #[tokio::test]
    async fn who_takes_all_is_served_and_what_is_not_waited_for_does_not_count() {
        let (mut ours, mut theirs) = guarded();
        let reader = tokio::spawn(async move { theirs.read_to_end(&mut Vec::new()).await.unwrap() });
        ours.write_all(&[0; 100_000]).await.unwrap();
        tokio::time::sleep(PACE.window * 2).await;
        ours.write_all(&[0; 100_000]).await.unwrap();
        drop(ours);
        assert_eq!(reader.await.unwrap(), 200_000);
    }
}
