//! Whether a trail's destinations let CloudTrail deliver into them:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>.

use crate::State;
use crate::policy::Asking;
use model::resource::{Bucket, Trail};
use model::{Arn, Timestamp};
use policy::{Kind, Policy, Verdict};

/// Who delivers.
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";

/// Why a destination does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationProblem {
    /// There is no such bucket.
    NoBucket,
    /// The bucket's policy does not let CloudTrail in; why.
    BucketPolicy(String),
    /// The bucket makes requesters pay.
    RequesterPays,
    /// There is no key that is named so.
    NoKey(String),
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
    check_key(state, trail)?;
    check_topic(state, trail)?;
    check_log_group(state, trail)
}

/// Asks the bucket, of whichever account: its policy must let CloudTrail read its ACL and put this
/// trail's files, and leave them to the bucket's owner.
///
/// # Errors
/// What is in the way.
pub fn check_bucket(state: &State, trail: &Trail, at: Timestamp) -> Result<(), DestinationProblem> {
    let bucket = state.bucket(&trail.bucket).ok_or(DestinationProblem::NoBucket)?;
    if bucket.requester_pays {
        return Err(DestinationProblem::RequesterPays);
    }
    let refuse = DestinationProblem::BucketPolicy;
    let text = bucket.policy.as_deref().ok_or_else(|| refuse("it has no policy".to_owned()))?;
    let policy = Policy::parse(text, Kind::Resource)
        .map_err(|malformed| refuse(format!("it cannot be read: {malformed}")))?;
    let asking = asking(trail, at);
    let arn = bucket.arn().to_string();
    ask(&asking, "s3:GetBucketAcl", &arn, bucket, &policy)?;
    let asking = asking.with("s3", "x-amz-acl", "bucket-owner-full-control");
    files(trail).iter().try_for_each(|file| {
        ask(&asking, "s3:PutObject", &format!("{arn}/{file}"), bucket, &policy)
    })
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

/// Asks the key, if there is to be one.
///
/// # Errors
/// What is in the way.
pub fn check_key(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.kms_key {
        None => Ok(()),
        Some(key) => Err(DestinationProblem::NoKey(key.clone())),
    }
}

/// Asks the topic, if there is to be one.
///
/// # Errors
/// What is in the way.
pub fn check_topic(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.topic {
        None => Ok(()),
        Some(_) => Err(DestinationProblem::TopicPolicy),
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

/// The ARN of the key that is named by its id, an alias or an ARN.
///
/// # Errors
/// [`DestinationProblem::NoKey`] where there is none.
pub fn key_arn(_: &State, _: &Trail, id: &str) -> Result<Arn, DestinationProblem> {
    Err(DestinationProblem::NoKey(id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, Change};
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn trail() -> Trail {
        Trail {
            id: "t".to_owned(),
            name: "main".to_owned(),
            account: account("123456789012"),
            home_region: "us-east-1".to_owned(),
            bucket: "audit".to_owned(),
            prefix: None,
            topic: None,
            include_global: true,
            multi_region: false,
            log_file_validation: false,
            log_group: None,
            kms_key: None,
            selectors: Default::default(),
            insights: Vec::new(),
            logging: false,
            started: None,
            stopped: None,
            created: NOW,
            tags: Default::default(),
        }
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
            bucket(&[write.clone()]),
            &trail(),
            "may not s3:GetBucketAcl on arn:aws:s3:::audit",
        );
        refused(bucket(&[read.clone()]), &trail(), "may not s3:PutObject");
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
}
