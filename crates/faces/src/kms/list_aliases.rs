//! `ListAliases`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html>
//!
//! Aliases of AWS's own keys do not stand here: there are none of those.

use super::paging::Paging;
use super::prelude::*;
use super::target;
use crate::date::Moment;
use model::resource::KmsAlias;

/// As many as one gets unasked.
const USUAL: usize = 50;

/// Of which key, and which page.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: Option<String>,
    limit: Option<i64>,
    marker: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    aliases: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

/// One alias.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    alias_name: String,
    alias_arn: String,
    target_key_id: String,
    creation_date: Moment,
    last_updated_date: Moment,
}

impl From<&KmsAlias> for Item {
    fn from(alias: &KmsAlias) -> Self {
        Self {
            alias_name: alias.name.clone(),
            alias_arn: alias.arn().to_string(),
            target_key_id: alias.key.clone(),
            creation_date: Moment(alias.created),
            last_updated_date: Moment(alias.updated),
        }
    }
}

/// Lists the aliases of the caller's account and region.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    let state = snapshot.state();
    let find = |name: &String| target::find(state, caller, name, "ListAliases");
    let key = input.key_id.as_ref().map(find).transpose()?;
    let all = state.kms_aliases(caller.account(), caller.region());
    let of_key = all.filter(|alias| key.is_none_or(|key| key.id == alias.key)).collect();
    let paging = Paging { limit: input.limit, marker: input.marker.as_deref(), usual: USUAL };
    let (page, next_marker) = paging.page(of_key, |alias| alias.name.as_str())?;
    let truncated = next_marker.is_some();
    Ok(Output { aliases: page.into_iter().map(Item::from).collect(), next_marker, truncated })
}
