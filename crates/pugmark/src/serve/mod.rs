//! The listener: connections in, whole requests to the door, answers out. Everything has a limit.

mod admission;
mod answer;
mod body;
mod connection;
mod limits;
mod pace;
mod page;
mod places;
mod refusals;
mod shares;
mod stall;
mod standing;
mod tls;
mod turns;
mod under_way;
mod upload;
mod written;

pub(crate) use page::Mode;
pub(crate) use tls::Tls;

use crate::capacity::Capacity;
use crate::endpoint::Endpoint;
use crate::network::Network;
use admission::Admission;
use answer::Answerer;
use connection::Connection;
use engine::Engine;
use faces::Door;
use places::{Place, Places};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use under_way::UnderWay;

/// Binds an address. A burst of newcomers waits in a queue as long as there are places; the
/// standard library's shorter one would send them away for a second. Must be called inside a
/// runtime.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that was just stopped leaves its port behind for a while.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(limits::QUEUE_MAX)
}

/// A server that is ready to take connections.
pub(crate) struct Server {
    /// Bound already.
    pub(crate) listener: TcpListener,
    /// Where TLS is spoken.
    pub(crate) tls: Option<Tls>,
    /// Answers.
    pub(crate) door: Door,
    /// For the page and `/healthz`.
    pub(crate) engine: Engine,
    /// Whose word on the client's address counts.
    pub(crate) proxies: Vec<Network>,
    /// What is shown of it.
    pub(crate) mode: Mode,
    /// Where it is reached.
    pub(crate) endpoint: Endpoint,
    /// How much it takes on.
    pub(crate) capacity: Capacity,
}

impl Server {
    /// Serves until `stop` resolves, then lets requests under way finish, within bounds.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) {
        // More at a time would only take the processor from each other.
        let hands = tokio::runtime::Handle::current().metrics().num_workers();
        let under_way = UnderWay::default();
        let answerer = Arc::new(Answerer {
            door: Arc::new(self.door),
            under_way: under_way.clone(),
            engine: self.engine,
            proxies: self.proxies,
            mode: self.mode,
            endpoint: self.endpoint,
            admission: Admission::new(&self.capacity, hands),
        });
        let acceptor = self.tls.map(|tls| tls.acceptor);
        let (closing, closed) = watch::channel(false);
        let places = Places::new(self.capacity.connections());
        let mut accepting = Accepting { listener: self.listener, places };
        let mut tasks = JoinSet::new();
        tokio::pin!(stop);
        loop {
            let (socket, peer, place) = tokio::select! {
                accepted = accepting.next() => accepted,
                () = &mut stop => break,
            };
            let connection = Connection {
                peer: peer.ip(),
                answerer: Arc::clone(&answerer),
                closed: closed.clone(),
                place: Arc::new(place),
            };
            tasks.spawn(connection.serve(socket, acceptor.clone()));
            while tasks.try_join_next().is_some() {}
        }
        tracing::info!("stopping");
        drop(accepting);
        finish(closing, tasks, &under_way).await;
    }
}

async fn finish(closing: watch::Sender<bool>, mut tasks: JoinSet<()>, under_way: &UnderWay) {
    // Nobody listens where there are no connections.
    let _ = closing.send(true);
    let ended = async {
        while tasks.join_next().await.is_some() {}
        under_way.ended().await;
    };
    if tokio::time::timeout(limits::STOP_WAIT_MAX, ended).await.is_err() {
        tracing::warn!(connections = tasks.len(), "requests under way were cut off");
        tasks.abort_all();
    }
}

/// Takes connections, never more than allowed at a time.
struct Accepting {
    listener: TcpListener,
    places: Places,
}

impl Accepting {
    /// The next connection and its place. May be dropped while it waits.
    async fn next(&mut self) -> (TcpStream, SocketAddr, Place) {
        loop {
            match self.listener.accept().await {
                Ok((socket, peer)) => return (socket, peer, self.places.take(peer.ip()).await),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(limits::ACCEPT_PAUSE).await;
                }
            }
        }
    }
}
