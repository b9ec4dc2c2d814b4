//! One connection: TLS where it is spoken, then HTTP/1.1 until either side has enough.

use super::answer::{Answerer, Client};
use super::limits;
use super::places::Place;
use super::stall::Stall;
use super::standing::Standing;
use super::tls;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// A connection that was accepted.
pub(super) struct Connection {
    /// Who is at the other end of the socket.
    pub(super) peer: IpAddr,
    /// Answers its requests.
    pub(super) answerer: Arc<Answerer>,
    /// Turns true when the server stops.
    pub(super) closed: watch::Receiver<bool>,
    /// Among those that may be open at a time.
    pub(super) place: Arc<Place>,
}

impl Connection {
    /// Serves it to its end, or until a newcomer needs its place more.
    pub(super) async fn serve(self, socket: TcpStream, acceptor: Option<TlsAcceptor>) {
        let (peer, place) = (self.peer, Arc::clone(&self.place));
        tokio::select! {
            () = self.talk(socket, acceptor) => {}
            () = place.lost() => tracing::debug!(%peer, "an idle connection made room"),
        }
    }

    async fn talk(self, socket: TcpStream, acceptor: Option<TlsAcceptor>) {
        // Answers are written whole; waiting for more to send only delays them.
        let _ = socket.set_nodelay(true);
        let stream = Stall::new(socket);
        let Some(acceptor) = acceptor else {
            return self.http(stream, None).await;
        };
        let handshake = acceptor.accept(stream);
        match tokio::time::timeout(limits::HANDSHAKE_WAIT_MAX, handshake).await {
            Ok(Ok(stream)) => {
                let details = tls::details(stream.get_ref().1);
                self.http(stream, details).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, peer = %self.peer, "no TLS handshake"),
            Err(_late) => tracing::debug!(peer = %self.peer, "TLS handshake took too long"),
        }
    }

    async fn http<S>(mut self, stream: S, tls: Option<wire::Tls>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let answerer = Arc::clone(&self.answerer);
        let place = Arc::clone(&self.place);
        let client = Client { peer: self.peer, tls, place, standing: Standing::default() };
        let service = service_fn(move |request| {
            let (answerer, client) = (Arc::clone(&answerer), client.clone());
            async move { Ok::<_, Infallible>(answerer.answer(request, client).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits::HEAD_WAIT_MAX)
            .max_headers(limits::HEADERS_MAX)
            .max_header_size(limits::HEAD_BYTES_MAX)
            .max_buf_size(limits::HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = self.closed.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, peer = %self.peer, "the connection ended early");
        }
    }
}
