//! The bucket that an import reads, as of one moment, and who reads it.

use super::reading::Failing;
use crate::State;
use crate::destinations::DestinationProblem;
use crate::followers::imports::location::ImportLocation;
use crate::policy::Asking;
use crate::shared::Shared;
use ::policy::{Kind, Policy};
use model::resource::{Bucket, BucketImport};
use model::{Arn, Timestamp};
use std::sync::Arc;

/// A bucket that may be read.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) state: &'a State,
    pub(super) bucket: &'a Bucket,
    pub(super) location: ImportLocation,
    reader: Reader,
}

/// Who reads, and what the bucket's policy says.
#[derive(Debug)]
struct Reader {
    asking: Asking,
    policy: Option<Policy>,
}

impl Reader {
    fn new(import: &BucketImport, bucket: &Bucket, at: Timestamp) -> Self {
        let asking = Asking::role(&import.source.role, &import.account, &bucket.region, at);
        // A policy was checked when it was put.
        let policy = bucket.policy.as_deref();
        let policy = policy.and_then(|text| Policy::parse(text, Kind::Resource).ok());
        Self { asking, policy }
    }

    fn may(&self, action: &str, arn: &Arn, bucket: &Bucket) -> bool {
        let policy = self.policy.as_ref();
        self.asking.weigh(action, arn.as_str(), &bucket.account, policy).is_allowed()
    }
}

/// Asks whether the bucket of an import lets the import's role list and read it.
///
/// # Errors
/// What is in the way.
pub fn check(
    state: &State,
    import: &BucketImport,
    at: Timestamp,
) -> Result<(), DestinationProblem> {
    let location = ImportLocation::parse(&import.source.uri);
    let bucket = location.as_ref().and_then(|it| state.bucket(&it.bucket));
    let (Some(location), Some(bucket)) = (&location, bucket) else {
        return Err(DestinationProblem::NoBucket);
    };
    let reader = Reader::new(import, bucket, at);
    let key = format!("{}AWSLogs/x", location.prefix);
    let asked =
        [("s3:ListBucket", bucket.arn()), ("s3:GetObject", Arn::object(&bucket.name, &key))];
    let denied = asked.iter().find(|(action, arn)| !reader.may(action, arn, bucket));
    denied.map_or(Ok(()), |(action, arn)| {
        let role = &import.source.role;
        Err(DestinationProblem::BucketPolicy(format!("{role} may not {action} on {arn}")))
    })
}

impl<'a> Source<'a> {
    /// The bucket of an import.
    pub(super) fn of(
        shared: &'a Arc<Shared>,
        state: &'a State,
        import: &BucketImport,
    ) -> Result<Self, Failing> {
        let uri = &import.source.uri;
        let location = ImportLocation::parse(uri);
        let gone =
            || Failing::new("NoSuchBucket", format!("there is no bucket at `{uri}` any more"));
        let location = location.ok_or_else(gone)?;
        let bucket = state.bucket(&location.bucket).ok_or_else(gone)?;
        let reader = Reader::new(import, bucket, shared.env.now());
        let source = Self { shared, state, bucket, location, reader };
        if !source.reader.may("s3:ListBucket", &bucket.arn(), bucket) {
            return Err(source.denied("s3:ListBucket", &bucket.arn()));
        }
        Ok(source)
    }

    /// Whether an object may be read: asked anew for each, as S3 does.
    pub(super) fn check_access(&self, key: &str) -> Result<(), Failing> {
        let arn = Arn::object(&self.bucket.name, key);
        match self.reader.may("s3:GetObject", &arn, self.bucket) {
            true => Ok(()),
            false => Err(self.denied("s3:GetObject", &arn)),
        }
    }

    fn denied(&self, action: &str, arn: &Arn) -> Failing {
        let bucket = &self.bucket.name;
        Failing::new(
            "AccessDenied",
            format!("the policy of bucket `{bucket}` does not let the role {action} `{arn}`"),
        )
    }
}
