//! `DescribeTrails`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>
//!
//! A name finds a trail that was made in this region only, an ARN finds it everywhere; what is not
//! there is left out.

use super::exception::Exception;
use super::prelude::*;
use super::trail::{Named, TrailShape};
use model::resource::Trail;

/// Most names in one request.
const NAMES_MAX: usize = 1_000;

/// Which trails; all unless told.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    trail_name_list: Option<Vec<String>>,
    include_shadow_trails: Option<bool>,
}

/// The trails.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    trail_list: Vec<TrailShape>,
}

/// Tells what the trails are.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let state = snapshot.state();
    let names = input.trail_name_list.unwrap_or_default();
    let mut found = match names.is_empty() {
        true => state.trails_seen(caller.account(), caller.region()).collect(),
        false => named(state, caller, &names)?,
    };
    if !input.include_shadow_trails.unwrap_or(true) {
        found.retain(|trail| trail.home_region == caller.region());
    }
    Ok(Output { trail_list: found.into_iter().map(TrailShape::of).collect() })
}

fn named<'a>(
    state: &'a State,
    caller: &Caller,
    names: &[String],
) -> Result<Vec<&'a Trail>, Error> {
    if names.len() > NAMES_MAX {
        return Err(Exception::InvalidTrailName.says(format!(
            "`trailNameList` has {} items: give at most {NAMES_MAX}",
            names.len()
        )));
    }
    let mut found: Vec<&Trail> = Vec::new();
    for name in names {
        let trail = Named::parse(name)?.find(state, caller);
        found.extend(trail.filter(|trail| found.iter().all(|other| other.id != trail.id)));
    }
    Ok(found)
}
