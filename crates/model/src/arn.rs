//! Amazon Resource Names: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use crate::AccountId;
use serde::{Deserialize, Serialize};

/// The name of a resource: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arn(String);

impl Arn {
    /// The user `name` of an account.
    pub fn user(account: &AccountId, name: &str) -> Self {
        Self(format!("arn:aws:iam::{account}:user/{name}"))
    }

    /// The root of an account.
    pub fn root(account: &AccountId) -> Self {
        Self(format!("arn:aws:iam::{account}:root"))
    }

    /// An event data store.
    pub fn event_data_store(region: &str, account: &AccountId, id: &str) -> Self {
        Self(format!("arn:aws:cloudtrail:{region}:{account}:eventdatastore/{id}"))
    }

    /// A channel.
    pub fn channel(region: &str, account: &AccountId, id: &str) -> Self {
        Self(format!("arn:aws:cloudtrail:{region}:{account}:channel/{id}"))
    }

    /// A bucket.
    pub fn bucket(name: &str) -> Self {
        Self(format!("arn:aws:s3:::{name}"))
    }

    /// An object.
    pub fn object(bucket: &str, key: &str) -> Self {
        Self(format!("arn:aws:s3:::{bucket}/{key}"))
    }

    /// A trail.
    pub fn trail(region: &str, account: &AccountId, name: &str) -> Self {
        Self(format!("arn:aws:cloudtrail:{region}:{account}:trail/{name}"))
    }

    /// A key of KMS, or another name of one: `key/…` or `alias/…`.
    pub fn kms(region: &str, account: &AccountId, resource: &str) -> Self {
        Self(format!("arn:aws:kms:{region}:{account}:{resource}"))
    }

    /// A topic of SNS.
    pub fn topic(region: &str, account: &AccountId, name: &str) -> Self {
        Self(format!("arn:aws:sns:{region}:{account}:{name}"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Arn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
