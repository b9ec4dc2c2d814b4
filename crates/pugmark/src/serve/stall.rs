//! A stream that gives up on a client which does not take its answer.

use super::limits::{PACE_BYTES_S, WRITE_PATIENCE};
use super::pace::Pace;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Wraps a stream; a write fails where the client takes what is written too slowly.
#[derive(Debug)]
pub(super) struct Stall<S> {
    stream: S,
    pace: Pace,
    /// Set while the client is waited for: since when, and when patience ends.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Stall<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, pace: Pace::new(WRITE_PATIENCE, PACE_BYTES_S), waiting: None }
    }

    /// What went through buys time.
    fn wrote(
        &mut self,
        polled: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let polled = self.watch(polled, cx);
        if let Poll::Ready(Ok(bytes)) = &polled {
            self.pace.moved(*bytes);
        }
        polled
    }

    /// Where there is no progress, watches the clock.
    fn watch<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            if let Some((since, _)) = self.waiting.take() {
                self.pace.waited(since.elapsed());
            }
            return polled;
        }
        let left = self.pace.left();
        let (_, alarm) = self
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
        match alarm.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stall<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stall<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(polled, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wrote(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(polled, cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(future)
    }

    #[test]
    fn lets_a_reading_client_read() {
        block_on(async {
            let (near, mut far) = tokio::io::duplex(8);
            let write = async move { Stall::new(near).write_all(&[1; 64]).await };
            let mut got = Vec::new();
            let (written, read) = tokio::join!(write, far.read_to_end(&mut got));
            assert!(written.is_ok() && read.is_ok());
            assert_eq!(got.len(), 64);
        });
    }

    #[test]
    fn gives_up_on_one_that_does_not() {
        block_on(async {
            let (near, _far) = tokio::io::duplex(8);
            let mut stall = Stall::new(near);
            assert!(stall.write(&[1; 8]).await.is_ok());
            run_out(&mut stall);
            let error = stall.write(&[1]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_byte_now_and_then_is_not_enough() {
        block_on(async {
            let (near, mut far) = tokio::io::duplex(8);
            let mut stall = Stall::new(near);
            assert!(stall.write(&[1; 8]).await.is_ok());
            run_out(&mut stall);
            assert!(far.read_u8().await.is_ok());
            assert_eq!(stall.write(&[1]).await.unwrap(), 1);
            let error = stall.write(&[1]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    /// Lets patience run out, so that the test needs none.
    fn run_out<S>(stall: &mut Stall<S>) {
        stall.pace.waited(WRITE_PATIENCE);
    }
}
