//! `CreateTrail`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html>
//!
//! The trail takes no records until it is told to (`StartLogging`).

use super::exception::Exception;
use super::prelude::*;
use super::tag::{self, Tag};
use super::trail::TrailShape;
use super::trail_name;
use super::trail_settings::TrailSettings;
use engine::TRAILS_MAX;
use model::resource::Trail;

/// What is to be made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
    #[serde(flatten)]
    settings: TrailSettings,
    tags_list: Option<Vec<Tag>>,
}

/// Proposes the trail.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(TrailShape, Effect), Error> {
    trail_name::check(&input.name)?;
    if state.trail_at_home(caller.account(), caller.region(), &input.name).is_some() {
        let (name, account) = (&input.name, caller.account());
        let message = format!("Trail {name} already exists for customer: {account}");
        return Err(Exception::TrailAlreadyExists.says(message));
    }
    let mut made = made(caller, input.name);
    tag::add(&mut made.tags, &input.tags_list.unwrap_or_default())?;
    input.settings.apply(state, &mut made, caller.at())?;
    check_room(state, &made)?;
    Ok((TrailShape::changed(&made), Effect::from(Change::TrailPut(made))))
}

/// A trail of which nothing was said yet.
fn made(caller: &Caller, name: String) -> Trail {
    let (id, account) = (caller.fresh_id().to_owned(), caller.account().clone());
    Trail::new(id, name, account, caller.region().to_owned(), caller.at())
}

/// Refuses a trail that would be one too many in a region where it is seen.
pub(super) fn check_room(state: &State, trail: &Trail) -> Result<(), Error> {
    match engine::full_region(state, trail) {
        None => Ok(()),
        Some(region) => Err(Exception::MaximumNumberOfTrailsExceeded.says(format!(
            "User: {} already has {TRAILS_MAX} trails in {region}.",
            trail.account
        ))),
    }
}
