//! The body of an answer: held whole, or read while it is sent.

use super::admission::Ticket;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use wire::Stream;

/// Most pieces read ahead of the client.
const AHEAD_MAX: usize = 4;

/// A body as it is written.
#[derive(Debug)]
pub(super) struct Written(Either<Full<Bytes>, Flow>);

/// Pieces as they are read.
#[derive(Debug)]
struct Flow {
    pieces: Receiver<io::Result<Bytes>>,
    left: u64,
}

impl Written {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self(Either::Left(Full::new(bytes)))
    }

    /// A body that is read on a thread of its own, no further ahead than the client needs.
    pub(super) fn flow(stream: Stream, ticket: Ticket) -> Self {
        let (sender, pieces) = channel(AHEAD_MAX);
        let left = stream.bytes;
        tokio::task::spawn_blocking(move || pump(stream, &sender, ticket));
        Self(Either::Right(Flow { pieces, left }))
    }
}

/// Reads until the end, an error, or until nobody listens any more.
fn pump(stream: Stream, sender: &Sender<io::Result<Bytes>>, _ticket: Ticket) {
    for piece in stream.pieces {
        let piece = piece.map_err(|error| {
            tracing::error!(%error, "an object could not be read to its end");
            io::Error::other(error)
        });
        let failed = piece.is_err();
        if sender.blocking_send(piece).is_err() || failed {
            return;
        }
    }
}

impl Body for Flow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = std::task::ready!(self.pieces.poll_recv(cx));
        if let Some(Ok(bytes)) = &piece {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
