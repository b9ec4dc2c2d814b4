//! A request's body, read whole within bounds of size, pace and memory.

use super::admission::Ticket;
use super::limits::{BODY_BYTES_MAX, BODY_PATIENCE, DRAIN_BYTES_MAX, DRAIN_WAIT_MAX, PACE_BYTES_S};
use super::pace::Pace;
use bytes::{Bytes, BytesMut};
use faces::Crowd;
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time::{Instant, timeout};

/// The grain in which memory is accounted for.
const GRAIN_BYTES: usize = 1024;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Longer than any we take.
    TooLarge,
    /// It came too slowly.
    TooSlow,
    /// Too much is under way already.
    Crowded(Crowd),
    /// The client went away, or spoke no HTTP.
    Broken,
}

impl From<Crowd> for Refusal {
    fn from(crowd: Crowd) -> Self {
        Self::Crowded(crowd)
    }
}

/// How many bytes a body has at least, as far as its head tells.
pub(super) fn announced<B: Body>(body: &B) -> Result<usize, Refusal> {
    let bytes = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if bytes > BODY_BYTES_MAX { Err(Refusal::TooLarge) } else { Ok(bytes) }
}

/// Reads a body to its end. The ticket takes room for it as it comes.
pub(super) async fn read<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    ticket: &mut Ticket,
) -> Result<Bytes, Refusal> {
    let mut bytes = BytesMut::new();
    let mut pace = Pace::new(BODY_PATIENCE, PACE_BYTES_S);
    let mut room = 0;
    loop {
        let began = Instant::now();
        let next = timeout(pace.left(), body.frame()).await;
        pace.waited(began.elapsed());
        let Some(frame) = next.map_err(|_late| Refusal::TooSlow)? else {
            return Ok(bytes.freeze());
        };
        // Trailers say nothing to us.
        let Ok(data) = frame.map_err(|_| Refusal::Broken)?.into_data() else {
            continue;
        };
        let len = bytes.len() + data.len();
        if len > BODY_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let wanted = len.next_multiple_of(GRAIN_BYTES);
        ticket.grow(wanted - room)?;
        room = wanted;
        bytes.extend_from_slice(&data);
        pace.moved(data.len());
    }
}

/// Reads on and forgets what comes, within bounds; `true` where that was all. Many clients send
/// all of a body before they look for an answer, and closing on them would take the answer away
/// with the connection.
pub(super) async fn drain<B: Body<Data = Bytes> + Unpin>(body: &mut B) -> bool {
    let rest = async {
        let mut left = DRAIN_BYTES_MAX;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return false;
            }
        }
        true
    };
    // Whoever takes longer has had their chance.
    tokio::time::timeout(DRAIN_WAIT_MAX, rest).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::super::admission::Admission;
    use super::super::standing::Class;
    use super::*;
    use crate::capacity::Capacity;
    use http_body_util::Full;
    use std::net::{IpAddr, Ipv4Addr};

    fn enter(admission: &Admission) -> Ticket {
        admission.enter(Class::newcomer(IpAddr::V4(Ipv4Addr::LOCALHOST)), 0).unwrap()
    }

    fn read_all(ticket: &mut Ticket, len: usize) -> Result<Bytes, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(read(&mut Full::new(Bytes::from(vec![7; len])), ticket))
    }

    #[test]
    fn a_body_has_bounds() {
        let admission = Admission::new(&Capacity::default(), 1);
        let most = BODY_BYTES_MAX;
        for len in [0, 1, GRAIN_BYTES, most] {
            assert_eq!(read_all(&mut enter(&admission), len).unwrap().len(), len);
        }
        assert_eq!(read_all(&mut enter(&admission), most + 1).unwrap_err(), Refusal::TooLarge);
        let long = Full::new(Bytes::from(vec![7; most + 1]));
        assert_eq!(announced(&long), Err(Refusal::TooLarge));
    }

    #[test]
    fn bodies_share_the_memory_and_give_it_back() {
        let admission = Admission::new(&Capacity::default(), 1);
        let mut held = Vec::new();
        let refused = loop {
            let mut ticket = enter(&admission);
            match read_all(&mut ticket, BODY_BYTES_MAX) {
                Ok(_) => held.push(ticket),
                Err(refusal) => break refusal,
            }
            assert!(held.len() * BODY_BYTES_MAX <= Capacity::default().newcomer_bytes());
        };
        assert_eq!(refused, Refusal::Crowded(Crowd::Bytes));
        held.pop();
        assert!(read_all(&mut enter(&admission), BODY_BYTES_MAX).is_ok());
    }
}
