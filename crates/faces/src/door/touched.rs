//! The resources that a call was about, where AWS's records name them.

use super::call::Call;
use super::handle::Told;
use engine::State;
use model::{AccountId, Arn};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wire::protocol::rest_xml::Address;

/// `resources` of the record.
pub(super) fn resources(state: &State, call: &Call, told: &Told) -> Option<Value> {
    if let Some(place) = &call.route.place {
        return bucket(state, &place.address, call.route.is_selective());
    }
    let service = call.route.service.built?;
    let (kind, arn) = match service.name {
        "kms" => ("AWS::KMS::Key", kms_key(state, call, told)?),
        // Calls of the data plane name what they touched: by it they are selected.
        _ if service.data => ("AWS::CloudTrail::Channel", member(&call.parameters, "channelArn")?),
        _ => return None,
    };
    let owner = arn.split(':').nth(4).and_then(AccountId::parse);
    let account = owner.as_ref().unwrap_or_else(|| call.caller.account());
    Some(json!([{ "accountId": account, "type": kind, "ARN": arn }]))
}

/// The ARNs of what a call was about: those of its record's `resources`, and what its parameters
/// name.
pub(super) fn arns(call: &Call, resources: Option<&Value>) -> BTreeSet<String> {
    let listed = resources.and_then(Value::as_array).into_iter().flatten();
    let listed = listed.filter_map(|resource| member(resource, "ARN"));
    let parameters = call.parameters.as_object().into_iter().flatten();
    let named = parameters.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    listed.chain(named.filter_map(|(key, name)| arn(call, key, name))).collect()
}

/// The ARN that a parameter stands for.
fn arn(call: &Call, key: &str, name: &str) -> Option<String> {
    if name.starts_with("arn:") {
        return Some(name.to_owned());
    }
    let (account, region) = (call.caller.account(), call.caller.region());
    let service = call.route.service.built.map(|service| service.name);
    let made = match key {
        _ if service != Some("cloudtrail") => return None,
        "name" | "trailName" => Arn::trail(region, account, name),
        "eventDataStore" => Arn::event_data_store(region, account, name),
        "channel" => Arn::channel(region, account, name),
        _ => return None,
    };
    Some(made.to_string())
}

/// As CloudTrail names them: the object, or what the keys of all begin with for a data event of
/// none, then the bucket with its owner.
fn bucket(state: &State, address: &Address, is_data: bool) -> Option<Value> {
    let name = address.bucket.as_deref()?;
    let owner = state.bucket(name).map(|bucket| bucket.account.as_str());
    let bucket = json!({
        "accountId": owner, "type": "AWS::S3::Bucket", "ARN": Arn::bucket(name),
    });
    let kind = "AWS::S3::Object";
    Some(match &address.key {
        Some(key) => json!([{ "type": kind, "ARN": Arn::object(name, key) }, bucket]),
        None if is_data => {
            json!([{ "type": kind, "ARNPrefix": format!("{}/", Arn::bucket(name)) }, bucket])
        }
        None => json!([bucket]),
    })
}

/// The key's ARN: as the answer tells it, or else the key that the request named, by whatever name.
fn kms_key(state: &State, call: &Call, told: &Told) -> Option<String> {
    let answer = told.as_ref().ok().map(|answered| &answered.output);
    let made = answer.and_then(|it| member(it.get("KeyMetadata")?, "Arn"));
    let used = answer.and_then(|it| member(it, "KeyId").filter(|id| id.starts_with("arn:")));
    let named = || {
        let parameters = &call.parameters;
        let name = member(parameters, "keyId").or_else(|| member(parameters, "targetKeyId"))?;
        let found = state.kms_key(call.caller.account(), call.caller.region(), &name);
        found.ok().map(|key| key.arn().to_string())
    };
    made.or(used).or_else(named)
}

fn member(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}
