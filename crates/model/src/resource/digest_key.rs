//! The keys that sign digests.

use super::Sealed;
use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// A key that signs the digests of an account in a region.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PublicKey.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestKey {
    /// Whose digests it signs.
    pub account: AccountId,
    /// Of which region's records.
    pub region: String,
    /// What digests call it by.
    pub fingerprint: String,
    /// The public half: DER of PKCS#1, in base64.
    pub public: String,
    /// The private half, encrypted: DER of PKCS#8, in base64.
    pub secret: Sealed,
    /// Digests that end from here on…
    pub from: Timestamp,
    /// …to here are signed with it.
    pub until: Timestamp,
}
