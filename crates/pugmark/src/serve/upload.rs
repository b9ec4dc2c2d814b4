//! A request whose body is an object: its bytes go to the disk as they come, whatever their
//! number.

use super::body::Refusal;
use super::limits::{BODY_PATIENCE, PACE_BYTES_S};
use super::pace::Pace;
use bytes::Bytes;
use faces::Reception;
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::task::block_in_place;
use tokio::time::{Instant, timeout};

/// Reads a body to its end, or until no more of it is wanted. `Ok(true)`: to its end.
pub(super) async fn read<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
    reception: &mut Reception,
) -> Result<bool, Refusal> {
    let mut pace = Pace::new(BODY_PATIENCE, PACE_BYTES_S);
    while reception.is_wanted() {
        let began = Instant::now();
        let next = timeout(pace.left(), body.frame()).await;
        pace.waited(began.elapsed());
        let Some(frame) = next.map_err(|_late| Refusal::TooSlow)? else {
            return Ok(true);
        };
        // HTTP's own trailers say nothing to us.
        let Ok(data) = frame.map_err(|_| Refusal::Broken)?.into_data() else {
            continue;
        };
        pace.moved(data.len());
        block_in_place(|| reception.take(&data));
    }
    Ok(false)
}
