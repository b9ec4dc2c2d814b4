//! Whether a trail's destinations let CloudTrail deliver into them:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>.

mod outside;

use crate::State;
use crate::followers::results;
use crate::keys::{KeyProblem, check_key as usable};
use crate::policy::Asking;
use model::resource::{Bucket, KmsKey, Trail};
use model::{AccountId, Arn, Timestamp};
use policy::{Kind, Policy, Verdict};
use std::collections::BTreeMap;

/// Who delivers.
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// Why a destination does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationProblem {
    /// There is no such bucket.
    NoBucket,
    /// The bucket's policy does not let CloudTrail in; why.
    BucketPolicy(String),
    /// No file can have the prefix in a bucket of others; why.
    Prefix(String),
    /// The bucket makes requesters pay.
    RequesterPays,
    /// There is no key that is named so.
    NoKey(String),
    /// What should name a key does not.
    NoKeyName(String),
    /// The key is disabled, or is being deleted.
    KeyDisabled,
    /// The key's policy does not let CloudTrail in; why.
    KeyPolicy(String),
    /// The key is not in the bucket's region.
    KeyElsewhere,
    /// There is no such topic, or its policy does not let CloudTrail in.
    TopicPolicy,
    /// There is no such log group.
    NoLogGroup,
}

/// Asks all destinations of a trail, as the trail would be.
///
/// # Errors
/// What the first that does not take it says.
pub fn check(state: &State, trail: &Trail, at: Timestamp) -> Result<(), DestinationProblem> {
    check_bucket(state, trail, at)?;
    check_key(state, trail, at)?;
    check_topic(state, trail, at)?;
    check_log_group(state, trail)
}

/// Asks the bucket, of whichever account: its policy must let CloudTrail read its ACL and put this
/// trail's files, and leave them to the bucket's owner.
///
/// # Errors
/// What is in the way.
pub fn check_bucket(state: &State, trail: &Trail, at: Timestamp) -> Result<(), DestinationProblem> {
    if let Some(bucket) = state.outside_bucket(&trail.bucket) {
        return outside::check_bucket(bucket, trail);
    }
    let bucket = state.bucket(&trail.bucket).ok_or(DestinationProblem::NoBucket)?;
    let policy = policy_of(bucket)?;
    let asking = asking(trail, at);
    let arn = bucket.arn().to_string();
    ask(&asking, "s3:GetBucketAcl", &arn, bucket, &policy)?;
    let asking = asking.with("s3", "x-amz-acl", "bucket-owner-full-control");
    files(trail).iter().try_for_each(|file| {
        ask(&asking, "s3:PutObject", &format!("{arn}/{file}"), bucket, &policy)
    })
}

/// Results of a query that are to be delivered.
#[derive(Clone, Copy, Debug)]
pub struct ResultsTo<'a> {
    /// Whose query.
    pub account: &'a AccountId,
    /// Its region.
    pub region: &'a str,
    /// The ARN of the event data store that it asks.
    pub store: &'a str,
    /// `s3://BUCKET[/PREFIX]`
    pub uri: &'a str,
}

/// Asks the bucket into which the results of a query are to be delivered.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/s3-bucket-policy-lake-query-results.html>
///
/// # Errors
/// What is in the way.
pub fn check_results(
    state: &State,
    results: &ResultsTo<'_>,
    at: Timestamp,
) -> Result<(), DestinationProblem> {
    let ResultsTo { account, region, store, uri } = *results;
    let (name, folder) =
        results::place(uri, account, "*", at).ok_or(DestinationProblem::NoBucket)?;
    let bucket = state.bucket(&name).ok_or(DestinationProblem::NoBucket)?;
    let policy = policy_of(bucket)?;
    let asking = Asking::service(CLOUDTRAIL, store, account, region, at);
    let arn = bucket.arn().to_string();
    ask(&asking, "s3:GetBucketAcl", &arn, bucket, &policy)?;
    let asking = asking.with("s3", "x-amz-acl", "bucket-owner-full-control");
    ask(&asking, "s3:PutObject", &format!("{arn}/{folder}result_1.csv.gz"), bucket, &policy)
}

/// The policy of a bucket that is to take files.
fn policy_of(bucket: &Bucket) -> Result<Policy, DestinationProblem> {
    if bucket.requester_pays {
        return Err(DestinationProblem::RequesterPays);
    }
    let refuse = DestinationProblem::BucketPolicy;
    let text = bucket.policy.as_deref().ok_or_else(|| refuse("it has no policy".to_owned()))?;
    Policy::parse(text, Kind::Resource)
        .map_err(|malformed| refuse(format!("it cannot be read: {malformed}")))
}

fn ask(
    asking: &Asking,
    action: &str,
    resource: &str,
    bucket: &Bucket,
    policy: &Policy,
) -> Result<(), DestinationProblem> {
    match asking.weigh(action, resource, &bucket.account, Some(policy)) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(refusal) => Err(DestinationProblem::BucketPolicy(format!(
            "{CLOUDTRAIL} may not {action} on {resource} {}",
            refusal.because(action)
        ))),
    }
}

/// CloudTrail, at work for a trail.
fn asking(trail: &Trail, at: Timestamp) -> Asking {
    Asking::service(CLOUDTRAIL, trail.arn().as_str(), &trail.account, &trail.home_region, at)
}

/// Where a file of each kind that the trail delivers would lie.
fn files(trail: &Trail) -> Vec<String> {
    let kinds: &[&str] = match trail.log_file_validation {
        true => &["CloudTrail", "CloudTrail-Digest"],
        false => &["CloudTrail"],
    };
    let prefix = trail.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let (account, region) = (&trail.account, &trail.home_region);
    let file = |kind: &&str| format!("{prefix}AWSLogs/{account}/{kind}/{region}/file.json.gz");
    kinds.iter().map(file).collect()
}

/// Asks the key, if there is to be one: it must lie where the bucket lies, and its policy must let
/// CloudTrail describe it and make data keys with it for this trail.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>
///
/// # Errors
/// What is in the way.
pub fn check_key(state: &State, trail: &Trail, at: Timestamp) -> Result<(), DestinationProblem> {
    let Some(arn) = trail.kms_key.as_deref() else {
        return Ok(());
    };
    if let Some(bucket) = state.outside_bucket(&trail.bucket) {
        return outside::check_key(bucket, arn);
    }
    let key = key(state, trail, arn, at)?;
    usable(key).map_err(|_| DestinationProblem::KeyDisabled)?;
    if state.bucket(&trail.bucket).is_some_and(|bucket| bucket.region != key.region) {
        return Err(DestinationProblem::KeyElsewhere);
    }
    let policy = Policy::parse(&key.policy, Kind::Resource)
        .map_err(|malformed| DestinationProblem::KeyPolicy(malformed.to_string()))?;
    let own = trail.arn();
    let purpose = BTreeMap::from([("aws:cloudtrail:arn".to_owned(), own.to_string())]);
    let asking = asking(trail, at).for_purpose(&purpose);
    ["kms:DescribeKey", "kms:GenerateDataKey"].into_iter().try_for_each(|action| {
        match asking.weigh_key(action, key, &policy) {
            Verdict::Allowed(_) => Ok(()),
            Verdict::Denied(refusal) => Err(DestinationProblem::KeyPolicy(format!(
                "{CLOUDTRAIL} may not {action} {}",
                refusal.because(action)
            ))),
        }
    })
}

/// The ARN of the key that is named by its id, an alias or an ARN. What has no region is of the
/// trail's home region. With a bucket of others goes a key of others: it must be named by its ARN,
/// and nobody here can ask for it.
///
/// # Errors
/// [`DestinationProblem::NoKey`] where there is none; [`DestinationProblem::NoKeyName`] for what is
/// no ARN of a key of others.
pub fn key_arn(
    state: &State,
    trail: &Trail,
    name: &str,
    at: Timestamp,
) -> Result<Arn, DestinationProblem> {
    match state.outside_bucket(&trail.bucket) {
        Some(_) => outside::key_arn(name),
        None => key(state, trail, name, at).map(KmsKey::arn),
    }
}

fn key<'a>(
    state: &'a State,
    trail: &Trail,
    name: &str,
    at: Timestamp,
) -> Result<&'a KmsKey, DestinationProblem> {
    let place = name.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    let region = place.unwrap_or(&trail.home_region);
    match state.kms_key(&trail.account, region, name) {
        Ok(key) if !key.is_gone(at) => Ok(key),
        Err(KeyProblem::InvalidArn(arn)) => Err(DestinationProblem::NoKeyName(arn)),
        _ => Err(DestinationProblem::NoKey(name.to_owned())),
    }
}

/// Asks the topic, if there is to be one: its policy must let CloudTrail publish for this trail.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
///
/// # Errors
/// What is in the way.
pub fn check_topic(state: &State, trail: &Trail, at: Timestamp) -> Result<(), DestinationProblem> {
    let Some(arn) = trail.topic.as_ref().map(|topic| topic.arn.as_str()) else {
        return Ok(());
    };
    let topic = state.topic(arn).ok_or(DestinationProblem::TopicPolicy)?;
    match asking(trail, at).weigh_topic("sns:Publish", topic) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(_) => Err(DestinationProblem::TopicPolicy),
    }
}

/// Asks the log group, if there is to be one. No log groups are kept yet.
///
/// # Errors
/// What is in the way.
pub fn check_log_group(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.log_group {
        None => Ok(()),
        Some(_) => Err(DestinationProblem::NoLogGroup),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Change;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn trail() -> Trail {
        let (id, name, region) = ("t".to_owned(), "main".to_owned(), "us-east-1".to_owned());
        let trail = Trail::new(id, name, account("123456789012"), region, NOW);
        Trail { bucket: "audit".to_owned(), ..trail }
    }

    /// What AWS tells people to write; `files` is where the trail may put them.
    fn statements(files: &str) -> [Value; 2] {
        let service = json!({ "Service": CLOUDTRAIL });
        let source = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main";
        let read = json!({
            "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl",
            "Resource": "arn:aws:s3:::audit",
            "Condition": { "StringEquals": { "aws:SourceArn": source } },
        });
        let write = json!({
            "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::audit/{files}"),
            "Condition": { "StringEquals": {
                "s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": source,
            } },
        });
        [read, write]
    }

    fn bucket(statements: &[Value]) -> Bucket {
        let owner = account("123456789012");
        let mut bucket = Bucket::new("audit".into(), owner, "us-east-1".into(), NOW);
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        bucket.policy = Some(policy.to_string());
        bucket
    }

    fn asked(bucket: Bucket, trail: &Trail) -> Result<(), DestinationProblem> {
        let mut state = State::default();
        state.apply(&Change::BucketPut(Box::new(bucket)));
        check(&state, trail, NOW)
    }

    fn refused(bucket: Bucket, trail: &Trail, why: &str) {
        match asked(bucket, trail) {
            Err(DestinationProblem::BucketPolicy(found)) => assert!(found.contains(why), "{found}"),
            other => panic!("{other:?}, not {why}"),
        }
    }

    const OWN: &str = "AWSLogs/123456789012/*";

    #[test]
    fn the_policy_that_aws_tells_people_to_write_suffices() {
        asked(bucket(&statements(OWN)), &trail()).unwrap();
        let prefixed = Trail { prefix: Some("logs".to_owned()), ..trail() };
        asked(bucket(&statements("logs/AWSLogs/123456789012/*")), &prefixed).unwrap();
    }

    #[test]
    fn a_bucket_of_another_account_lets_in_by_its_policy() {
        let other = Bucket { account: account("999988887777"), ..bucket(&statements(OWN)) };
        asked(other, &trail()).unwrap();
    }

    #[test]
    fn what_is_missing_in_a_policy_is_named() {
        let [read, write] = statements(OWN);
        refused(
            bucket(std::slice::from_ref(&write)),
            &trail(),
            "may not s3:GetBucketAcl on arn:aws:s3:::audit",
        );
        refused(bucket(std::slice::from_ref(&read)), &trail(), "may not s3:PutObject");
        let none = Bucket { policy: None, ..bucket(&[]) };
        refused(none, &trail(), "no policy");
        let broken = Bucket { policy: Some("{".to_owned()), ..bucket(&[]) };
        refused(broken, &trail(), "cannot be read");
        let deny = json!({
            "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::audit/*",
        });
        refused(bucket(&[read, write, deny]), &trail(), "explicit deny");
    }

    #[test]
    fn statements_for_others_let_nobody_in() {
        let policy = || bucket(&statements(OWN));
        refused(policy(), &Trail { name: "other".to_owned(), ..trail() }, "s3:GetBucketAcl");
        refused(policy(), &Trail { prefix: Some("logs".to_owned()), ..trail() }, "s3:PutObject");
        refused(bucket(&statements("AWSLogs/999988887777/*")), &trail(), "s3:PutObject");
        let [read, mut write] = statements(OWN);
        write["Principal"] = json!({ "Service": "config.amazonaws.com" });
        refused(bucket(&[read.clone(), write.clone()]), &trail(), "s3:PutObject");
        write["Principal"] = json!({ "AWS": "arn:aws:iam::123456789012:root" });
        refused(bucket(&[read, write]), &trail(), "s3:PutObject");
    }

    #[test]
    fn digests_need_their_place_too() {
        let files = bucket(&statements("AWSLogs/123456789012/CloudTrail/*"));
        asked(files.clone(), &trail()).unwrap();
        let with_digests = Trail { log_file_validation: true, ..trail() };
        refused(files, &with_digests, "CloudTrail-Digest");
    }

    #[test]
    fn a_bucket_that_is_not_there_or_costs_is_refused() {
        let elsewhere = Trail { bucket: "other".to_owned(), ..trail() };
        let policy = || bucket(&statements(OWN));
        assert_eq!(asked(policy(), &elsewhere), Err(DestinationProblem::NoBucket));
        let costly = Bucket { requester_pays: true, ..policy() };
        assert_eq!(asked(costly, &trail()), Err(DestinationProblem::RequesterPays));
    }

    #[test]
    fn a_log_group_that_is_not_there_is_refused() {
        use model::resource::TrailLogGroup;
        let group = TrailLogGroup { arn: "a".to_owned(), role: "r".to_owned() };
        let into_logs = Trail { log_group: Some(group), ..trail() };
        let found = asked(bucket(&statements(OWN)), &into_logs);
        assert_eq!(found, Err(DestinationProblem::NoLogGroup));
    }

    /// A key of the trail's account, and the statements that AWS tells people to write.
    fn kms_key(region: &str, actions: &[&str]) -> KmsKey {
        let statement = |action: &&str| {
            let context = "kms:EncryptionContext:aws:cloudtrail:arn";
            let condition = match *action {
                "kms:DescribeKey" => json!({}),
                _ => json!({ "StringLike": {
                    context: "arn:aws:cloudtrail:*:123456789012:trail/*",
                } }),
            };
            json!({
                "Effect": "Allow", "Principal": { "Service": CLOUDTRAIL }, "Action": action,
                "Resource": "*", "Condition": condition,
            })
        };
        let statements: Vec<Value> = actions.iter().map(statement).collect();
        KmsKey {
            id: "11111111-2222-4333-8444-555555555555".to_owned(),
            account: account("123456789012"),
            region: region.to_owned(),
            description: String::new(),
            created: NOW,
            enabled: true,
            deletion: None,
            policy: json!({ "Version": "2012-10-17", "Statement": statements }).to_string(),
            tags: Default::default(),
            material: model::resource::Sealed(String::new()),
            rotation: model::resource::Rotation::OFF,
            managed: false,
        }
    }

    const BOTH: [&str; 2] = ["kms:DescribeKey", "kms:GenerateDataKey*"];

    fn asked_key(key: KmsKey) -> Result<(), DestinationProblem> {
        let mut state = State::default();
        state.apply(&Change::BucketPut(Box::new(bucket(&statements(OWN)))));
        let name = key.id.clone();
        state.apply(&Change::KmsKeyPut(key));
        let arn = key_arn(&state, &trail(), &name, NOW)?;
        check(&state, &Trail { kms_key: Some(arn.to_string()), ..trail() }, NOW)
    }

    #[test]
    fn a_key_lets_cloudtrail_in_by_its_policy_alone() {
        asked_key(kms_key("us-east-1", &BOTH)).unwrap();
        for (actions, missing) in
            [(&BOTH[..1], "kms:GenerateDataKey"), (&BOTH[1..], "kms:DescribeKey")]
        {
            match asked_key(kms_key("us-east-1", actions)) {
                Err(DestinationProblem::KeyPolicy(why)) => assert!(why.contains(missing), "{why}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_key_that_cannot_be_used_is_refused() {
        let off = KmsKey { enabled: false, ..kms_key("us-east-1", &BOTH) };
        assert_eq!(asked_key(off), Err(DestinationProblem::KeyDisabled));
        let later = Some(Timestamp(NOW.0 + 1));
        let going = KmsKey { deletion: later, ..kms_key("us-east-1", &BOTH) };
        assert_eq!(asked_key(going), Err(DestinationProblem::KeyDisabled));
        let gone = KmsKey { deletion: Some(NOW), ..kms_key("us-east-1", &BOTH) };
        assert!(matches!(asked_key(gone), Err(DestinationProblem::NoKey(_))));
        let away = asked_key(kms_key("eu-west-1", &BOTH));
        assert!(matches!(away, Err(DestinationProblem::NoKey(_))));
    }

    #[test]
    fn a_key_lies_where_the_bucket_lies() {
        let mut state = State::default();
        let bucket = Bucket { region: "eu-west-1".to_owned(), ..bucket(&statements(OWN)) };
        state.apply(&Change::BucketPut(Box::new(bucket)));
        for region in ["us-east-1", "eu-west-1"] {
            let key = kms_key(region, &BOTH);
            let (here, arn) = (key.region == "eu-west-1", key.arn().to_string());
            state.apply(&Change::KmsKeyPut(key));
            let with_key = Trail { kms_key: Some(arn), ..trail() };
            let found = check(&state, &with_key, NOW);
            assert_eq!(found, if here { Ok(()) } else { Err(DestinationProblem::KeyElsewhere) });
        }
        let no_arn = key_arn(&state, &trail(), "arn:aws:kms:us-east-1:1:x/y", NOW);
        assert!(matches!(no_arn, Err(DestinationProblem::NoKeyName(_))));
    }

    #[test]
    fn a_topic_lets_cloudtrail_publish_for_this_trail() {
        use model::resource::{Topic, TrailTopic};
        let ask = |name: &str, source: &str| {
            let policy = json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": { "Service": CLOUDTRAIL }, "Action": "SNS:Publish",
                "Resource": "arn:aws:sns:us-east-1:123456789012:news",
                "Condition": { "StringEquals": { "aws:SourceArn": source } },
            }] });
            let topic = Topic {
                name: name.to_owned(),
                account: account("123456789012"),
                region: "us-east-1".to_owned(),
                attributes: [("Policy".to_owned(), policy.to_string())].into(),
                tags: Default::default(),
            };
            let mut state = State::default();
            state.apply(&Change::BucketPut(Box::new(bucket(&statements(OWN)))));
            state.apply(&Change::TopicPut(topic));
            let arn = "arn:aws:sns:us-east-1:123456789012:news".to_owned();
            let topic = Some(TrailTopic { name: "news".to_owned(), arn });
            check(&state, &Trail { topic, ..trail() }, NOW)
        };
        let own = trail().arn().to_string();
        assert_eq!(ask("news", &own), Ok(()));
        assert_eq!(ask("news", "arn:other"), Err(DestinationProblem::TopicPolicy));
        assert_eq!(ask("other", &own), Err(DestinationProblem::TopicPolicy));
    }
}
