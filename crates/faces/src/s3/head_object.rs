//! `HeadObject`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>

use super::get_object::{self, Asked};
use super::prelude::*;

/// Which object, on what conditions, how much of it.
pub type Input = Asked;

/// Tells of an object as `GetObject` does, without its bytes.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    get_object::told(snapshot.state(), &input).map(get_object::Told::without_bytes)
}
