//! Step 3: may they? And not too often?

use super::route::{Place, Route};
use super::{Caller, Door};
use crate::fault;
use engine::{Asking, Decision, State};
use model::Arn;
use model::resource::Bucket;
use policy::{Kind, Policy, Verdict};
use serde_json::{Map, Value};
use wire::protocol::rest_xml;
use wire::{Fault, Protocol, Request};

/// Actions that have another name when they are about one version.
const OF_VERSIONS: [(&str, &str); 6] = [
    ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    ("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"),
    ("s3:GetObject", "s3:GetObjectVersion"),
    ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
    ("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    ("s3:PutObjectTagging", "s3:PutObjectVersionTagging"),
];

/// What a request says that policies may ask for, and what they call it.
const SAID: [(&str, &str); 8] = [
    ("delimiter", "delimiter"),
    ("max-keys", "max-keys"),
    ("prefix", "prefix"),
    ("versionId", "versionid"),
    ("x-amz-acl", "x-amz-acl"),
    ("x-amz-server-side-encryption", "x-amz-server-side-encryption"),
    ("x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"),
    ("x-amz-storage-class", "x-amz-storage-class"),
];

/// Headers that ask for more than to put an object, and for what.
const WITH_AN_OBJECT: [(&str, &str); 3] = [
    ("x-amz-object-lock-legal-hold", "s3:PutObjectLegalHold"),
    ("x-amz-object-lock-mode", "s3:PutObjectRetention"),
    ("x-amz-tagging", "s3:PutObjectTagging"),
];

/// A header by which a client makes sure whose bucket it is.
const EXPECTED_OWNER: &str = "x-amz-expected-bucket-owner";

impl Door {
    /// Asks the policies, then AWS's rate limits where they are emulated. What is not built has
    /// nothing to guard, and `--dev` guards nothing but what a bucket's own policy denies.
    pub(super) fn authorize(
        &self,
        request: &Request,
        caller: &Caller,
        route: &Route,
    ) -> Result<(), Fault> {
        let (Some(service), Some(operation)) = (route.service.built, route.operation) else {
            return Ok(());
        };
        let open = service.open.contains(&operation.name);
        match route.place.as_ref() {
            Some(place) => self.ask_bucket(request, caller, route, place)?,
            None if !open && self.settings.dev.is_none() => self.ask_policies(caller, route)?,
            None => {}
        }
        let emulated = self.settings.emulate_limits;
        if emulated && !self.rates.admit(caller, service.name, operation.name) {
            return Err(fault::throttled(route.protocol, "Rate exceeded"));
        }
        Ok(())
    }

    fn ask_policies(&self, caller: &Caller, route: &Route) -> Result<(), Fault> {
        let action = route.action();
        let state = self.engine.state();
        match engine::authorize(&state, caller.identity(), &action) {
            Decision::Allowed => Ok(()),
            Decision::Denied { message } => Err(fault::denied(route.protocol, &message)),
        }
    }

    fn ask_bucket(
        &self,
        request: &Request,
        caller: &Caller,
        route: &Route,
        place: &Place,
    ) -> Result<(), Fault> {
        let state = self.engine.state();
        let name = place.address.bucket.as_deref().unwrap_or_default();
        let Some(bucket) = state.bucket(name) else {
            return self.ask_policies(caller, route);
        };
        expect_owner(request, bucket)?;
        if place.row.is_some_and(|row| row.asks_itself) {
            return self.ask_policies(caller, route);
        }
        // What cannot be read is refused when it is parsed.
        let members = rest_xml::head(request).unwrap_or_default();
        let said = said(&members, caller.asking(&state));
        let resource = match &place.address.key {
            Some(key) => Arn::object(name, key),
            None => Arn::bucket(name),
        };
        for action in actions(&members, route) {
            may(bucket, &said, &action, &resource)
                .map_err(|why| denied(caller, &action, &resource, &why))?;
        }
        Ok(())
    }
}

/// Whether a bucket lets somebody do something to it or to an object in it; if not, why.
pub(crate) fn may(
    bucket: &Bucket,
    asking: &Asking,
    action: &str,
    resource: &Arn,
) -> Result<(), String> {
    let text = bucket.policy.as_deref();
    // A policy was checked when it was put.
    let policy = text.and_then(|text| Policy::parse(text, Kind::Resource).ok());
    let is_shut = |policy: &Policy| {
        let shut = bucket.public_access().restrict_public_buckets;
        shut && asking.account() != Some(&bucket.account) && policy.is_public()
    };
    let policy = policy.filter(|policy| !is_shut(policy));
    match asking.weigh(action, resource.as_str(), &bucket.account, policy.as_ref()) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(refusal) => Err(refusal.because(action)),
    }
}

fn denied(caller: &Caller, action: &str, resource: &Arn, why: &str) -> Fault {
    let arn = &caller.identity().arn;
    let message = format!(
        "User: {arn} is not authorized to perform: {action} on resource: \"{resource}\" {why}"
    );
    fault::denied(Protocol::RestXml, &message)
}

/// All that a request asks for: who puts an object may not also lock or tag it, unless they may.
fn actions(members: &Map<String, Value>, route: &Route) -> Vec<String> {
    let mut actions = vec![action(members, route)];
    if actions.iter().any(|action| action == "s3:PutObject") {
        let asked = WITH_AN_OBJECT.iter().filter(|(name, _)| members.contains_key(*name));
        actions.extend(asked.map(|(_, action)| (*action).to_owned()));
    }
    actions
}

fn action(members: &Map<String, Value>, route: &Route) -> String {
    let action = route.action();
    let of_version = OF_VERSIONS.iter().find(|(name, _)| *name == action);
    match of_version.filter(|_| members.contains_key("versionId")) {
        Some((_, of_version)) => (*of_version).to_owned(),
        None => action,
    }
}

/// Adds what the request says in S3's own words.
fn said(members: &Map<String, Value>, mut asking: Asking) -> Asking {
    for (name, key) in SAID {
        if let Some(text) = members.get(name).and_then(|value| value.as_str()) {
            asking = asking.with("s3", key, text);
        }
    }
    asking
}

fn expect_owner(request: &Request, bucket: &Bucket) -> Result<(), Fault> {
    match request.header(EXPECTED_OWNER) {
        Some(owner) if owner != bucket.account.as_str() => {
            Err(fault::denied(Protocol::RestXml, "Access Denied"))
        }
        _ => Ok(()),
    }
}

/// Whether a caller may do something to an object, apart from what the request itself asks.
pub(crate) fn may_to_object(
    state: &State,
    caller: &Caller,
    bucket: &Bucket,
    action: &str,
    key: &str,
) -> bool {
    let resource = Arn::object(&bucket.name, key);
    may(bucket, &caller.asking(state), action, &resource).is_ok()
}
