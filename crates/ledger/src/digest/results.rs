//! The signed list of the files that a query's results were delivered in:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-results-file-validation-sign-file-structure.html>.
//!
//! Promise: what is signed here, `aws cloudtrail verify-query-results` accepts.

use super::{KeyError, SIGNATURE_ALGORITHM, SigningKey};
use crate::Hash;
use model::{Timestamp, format_seconds, hex};
use serde::Serialize;

/// What all hashes are made with.
const HASH_ALGORITHM: &str = "SHA-256";

/// Files of a query's results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFiles {
    /// The region of the query.
    pub region: String,
    /// When the query ended, in whole seconds: keys are looked for by this time.
    pub completed: Timestamp,
    /// Names, without their folder, and hashes of the bytes as they lie there, in order.
    pub files: Vec<(String, Hash)>,
}

/// The list as it is written: AWS's members in AWS's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    version: &'a str,
    region: &'a str,
    files: Vec<File>,
    hash_algorithm: &'a str,
    signature_algorithm: &'a str,
    query_complete_time: String,
    hash_signature: String,
    public_key_fingerprint: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_hash_value: String,
    file_name: String,
}

impl ResultFiles {
    /// The bytes of the sign file.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, KeyError> {
        let signature = key.sign(self.string_to_sign().as_bytes())?;
        let file = |(file_name, hash): &'_ (String, Hash)| File {
            file_hash_value: hash.to_string(),
            file_name: file_name.clone(),
        };
        let written = Written {
            version: "1.0",
            region: &self.region,
            files: self.files.iter().map(file).collect(),
            hash_algorithm: HASH_ALGORITHM,
            signature_algorithm: SIGNATURE_ALGORITHM,
            query_complete_time: format_seconds(self.completed.seconds()),
            hash_signature: hex(&signature),
            public_key_fingerprint: key.public().fingerprint(),
        };
        // Writing texts to memory cannot fail.
        Ok(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// The hashes, with spaces between.
    fn string_to_sign(&self) -> String {
        let hashes: Vec<String> = self.files.iter().map(|(_, hash)| hash.to_string()).collect();
        hashes.join(" ")
    }
}
