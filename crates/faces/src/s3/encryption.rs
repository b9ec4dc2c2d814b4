//! How objects are encrypted, as S3 says it:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionConfiguration.html>.

use super::code::Code;
use super::error::Error;
use crate::door::Caller;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::{MANAGED_ALIAS, State};
use model::Arn;
use model::resource::{
    Bucket, BucketEncryption, Encryption as ObjectEncryption, KeyChoice, Object,
};
use policy::{Kind, Policy, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// AWS's limit for an encryption context, in bytes.
const CONTEXT_BYTES_MAX: usize = 8_192;

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
        // Without one it is the account's own.
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

/// A key of KMS that is asked for.
#[derive(Debug)]
pub(super) struct Wish {
    /// As it was named.
    pub(super) key: Option<String>,
    pub(super) bucket_key: bool,
    /// What the writer says that the object is for.
    pub(super) context: BTreeMap<String, String>,
}

impl Wish {
    /// The encryption that it is. A key without an account in its name is of the bucket's; without
    /// a name it is the account's own, made when it is needed first.
    pub(super) fn found(
        self,
        state: &State,
        caller: &Caller,
        bucket: &Bucket,
    ) -> Result<ObjectEncryption, Error> {
        let Bucket { account, region, .. } = bucket;
        let own = Arn::kms(region, account, MANAGED_ALIAS);
        let is_other = |name: &&String| *name != MANAGED_ALIAS && name.as_str() != own.as_str();
        let key_arn = match self.key.as_ref().filter(is_other) {
            Some(name) => {
                let key = state.kms_key(account, region, name);
                key.map_err(engine::Error::from)?.arn()
            }
            None => state.managed_key_arn(account, region),
        };
        let key_arn = key_arn.to_string();
        state.kms_key_or_managed(&key_arn, caller.at()).map_err(engine::Error::from)?;
        let Self { bucket_key, context, .. } = self;
        Ok(ObjectEncryption::Kms { key_arn, bucket_key, context })
    }
}

/// What a header says that an object is for: JSON in base64.
pub(super) fn context(text: &str) -> Result<BTreeMap<String, String>, Error> {
    let bytes = BASE64_STANDARD.decode(text).ok().filter(|it| it.len() <= CONTEXT_BYTES_MAX);
    let context = bytes.and_then(|it| serde_json::from_slice::<BTreeMap<String, String>>(&it).ok());
    let is_ours =
        |context: &BTreeMap<_, String>| !context.keys().any(|it: &String| it.starts_with("aws:"));
    context.filter(is_ours).ok_or_else(|| {
        Code::InvalidArgument.says(format!(
            "`x-amz-server-side-encryption-context` is not the base64 of JSON of names and values \
             in {CONTEXT_BYTES_MAX} bytes, no name beginning with `aws:`"
        ))
    })
}

/// Whether the caller may have an object decrypted.
pub(super) fn may_read(state: &State, caller: &Caller, object: &Object) -> Result<(), Error> {
    let place = (object.bucket.as_str(), object.key.as_str());
    may(state, caller, "kms:Decrypt", place, &object.encryption)
}

/// Whether the caller may have S3 do this (`kms:Decrypt`) with the key of an object, and the key
/// can be used now.
pub(super) fn may(
    state: &State,
    caller: &Caller,
    action: &str,
    (bucket, key): (&str, &str),
    encryption: &ObjectEncryption,
) -> Result<(), Error> {
    let ObjectEncryption::Kms { key_arn, .. } = encryption else {
        return Ok(());
    };
    let found = state.kms_key_or_managed(key_arn, caller.at()).map_err(engine::Error::from)?;
    let via = format!("s3.{}.amazonaws.com", found.region);
    let purpose = encryption.purpose(bucket, key);
    let asking = caller.asking(state).for_purpose(&purpose).with("kms", "ViaService", via);
    let refuse = |because: &str| {
        let who = &caller.identity().arn;
        Code::AccessDenied.says(format!(
            "User: {who} is not authorized to perform: {action} on resource: {key_arn} {because}"
        ))
    };
    let policy = Policy::parse(&found.policy, Kind::Resource)
        .map_err(|malformed| refuse(&format!("because its policy cannot be read: {malformed}")))?;
    match asking.weigh_key(action, &found, &policy) {
        Verdict::Allowed(_) => Ok(engine::check_key(&found).map_err(engine::Error::from)?),
        Verdict::Denied(refusal) => Err(refuse(&refusal.because(action))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_json_of_words_in_base64() {
        let read = |json: &str| context(&BASE64_STANDARD.encode(json)).ok();
        assert_eq!(read(r#"{"a":"b"}"#).unwrap()["a"], "b");
        let long = format!(r#"{{"a":"{}"}}"#, "b".repeat(CONTEXT_BYTES_MAX));
        for wrong in ["", "[]", r#"{"a":1}"#, r#"{"aws:s3:arn":"x"}"#, &long] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(context("%").is_err());
    }

    #[test]
    fn a_key_goes_with_kms_alone_and_need_not_be_named() {
        let of = |algorithm: &str, key: Option<&str>| parse(algorithm, key.map(str::to_owned)).ok();
        let named = KeyChoice::Kms { key: Some("k".to_owned()) };
        assert_eq!(of("aws:kms", Some("k")), Some(named));
        assert_eq!(of("aws:kms", None), Some(KeyChoice::Kms { key: None }));
        assert_eq!(of("AES256", None), Some(KeyChoice::Aes256));
        for (algorithm, key) in [("AES256", Some("k")), ("aws:kms:dsse", None), ("rot13", None)] {
            assert_eq!(of(algorithm, key), None, "{algorithm}");
        }
    }
}
