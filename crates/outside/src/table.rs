//! The table `[outside_buckets.NAME]` of the configuration file.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A bucket of others, as the file has it. It holds no secret: it says where one is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Where S3 answers, as `https://s3.example.org:9000`; AWS's own of the region if left out.
    pub endpoint: Option<String>,
    /// The bucket's region.
    pub region: String,
    /// Accounts whose trails may deliver there.
    pub accounts: Vec<String>,
    /// File with the key, as the AWS CLI keeps it (`[default]`, `aws_access_key_id = …`) or as JSON
    /// (`AccessKeyId`, …); for its owner's eyes only.
    pub credentials_file: Option<PathBuf>,
    /// The section of that file [default: `default`].
    pub profile: Option<String>,
    /// Environment variable with the key's id, instead of a file.
    pub access_key_id_env: Option<String>,
    /// Environment variable with its secret.
    pub secret_access_key_env: Option<String>,
    /// Environment variable with a session token, where the key needs one.
    pub session_token_env: Option<String>,
    /// Certificates to trust besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
}
