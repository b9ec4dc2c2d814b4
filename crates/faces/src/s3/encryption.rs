//! How objects are encrypted, as S3 says it:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionConfiguration.html>.

use super::code::Code;
use super::error::Error;
use engine::State;
use model::resource::{Bucket, BucketEncryption, Encryption as ObjectEncryption, KeyChoice};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Exactly one rule.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rules {
    rule: Vec<Rule>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    apply_server_side_encryption_by_default: Option<Default>,
    #[serde(default)]
    bucket_key_enabled: bool,
    blocked_encryption_types: Option<Value>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Default {
    #[serde(rename = "SSEAlgorithm")]
    algorithm: String,
    #[serde(rename = "KMSMasterKeyID")]
    key: Option<String>,
}

impl Rules {
    /// The setting they are.
    pub(super) fn into_setting(mut self) -> Result<BucketEncryption, Error> {
        let rule = self.rule.pop().filter(|_| self.rule.is_empty());
        let rule = rule.ok_or_else(|| Code::MalformedXML.error())?;
        let bucket_key = rule.bucket_key_enabled;
        let algorithm = match rule.apply_server_side_encryption_by_default {
            Some(default) if !known(&default.algorithm) => return Err(Code::MalformedXML.error()),
            Some(default) => parse(&default.algorithm, default.key)?,
            None => KeyChoice::Aes256,
        };
        Ok(BucketEncryption { algorithm, bucket_key })
    }
}

fn known(algorithm: &str) -> bool {
    ["AES256", "aws:kms", "aws:kms:dsse"].contains(&algorithm)
}

/// An algorithm and perhaps a key, from a rule or from headers.
pub(super) fn parse(algorithm: &str, key: Option<String>) -> Result<KeyChoice, Error> {
    match (algorithm, key) {
        ("AES256", None) => Ok(KeyChoice::Aes256),
        ("AES256", Some(_)) => Err(Code::InvalidArgument.says(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or \
             aws:kms:dsse",
        )),
        ("aws:kms", key) => Ok(KeyChoice::Kms { key }),
        ("aws:kms:dsse", _) => Err(Code::NotImplemented
            .says("encryption in two layers is not built: use `aws:kms` or `AES256`")),
        _ => Err(Code::InvalidEncryptionAlgorithmError.error()),
    }
}

/// The name of an algorithm.
pub(super) const fn name(encryption: &KeyChoice) -> &'static str {
    match encryption {
        KeyChoice::Aes256 => "AES256",
        KeyChoice::Kms { .. } => "aws:kms",
    }
}

/// The rules that a setting is.
pub(super) fn shown(setting: &BucketEncryption) -> Value {
    let key = match &setting.algorithm {
        KeyChoice::Aes256 => None,
        KeyChoice::Kms { key } => key.as_deref(),
    };
    json!({ "Rule": [{
        "ApplyServerSideEncryptionByDefault": {
            "SSEAlgorithm": name(&setting.algorithm),
            "KMSMasterKeyID": key,
        },
        "BucketKeyEnabled": setting.bucket_key,
    }] })
}

/// Encryption with a key of KMS, of the bucket's account.
pub(super) fn with_kms(
    _state: &State,
    _bucket: &Bucket,
    _key: Option<String>,
    _bucket_key: bool,
) -> Result<ObjectEncryption, Error> {
    Err(Code::NotImplemented.says("encryption with a key of KMS is not built: use `AES256`"))
}
