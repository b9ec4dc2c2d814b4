//! Where a copy comes from: `x-amz-copy-source`, and the conditions on it.

use super::code::Code;
use super::condition::Conditions;
use super::encryption;
use super::found::Which;
use super::prelude::*;
use crate::door::authorize;
use model::resource::Object;

/// Headers of a copy that speak of its source.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct CopySource {
    #[serde(rename = "x-amz-copy-source")]
    source: String,
    #[serde(rename = "x-amz-copy-source-if-match")]
    if_match: Option<String>,
    #[serde(rename = "x-amz-copy-source-if-none-match")]
    if_none_match: Option<String>,
    #[serde(rename = "x-amz-copy-source-if-modified-since")]
    if_modified_since: Option<String>,
    #[serde(rename = "x-amz-copy-source-if-unmodified-since")]
    if_unmodified_since: Option<String>,
    #[serde(rename = "x-amz-source-expected-bucket-owner")]
    expected_owner: Option<String>,
}

impl CopySource {
    /// The object that is copied, if the caller may read it and it is as they want it.
    pub(super) fn find(&self, state: &State, caller: &Caller) -> Result<Object, Error> {
        let which = self.which()?;
        let (bucket, object) = which.object(state)?;
        let of_another = |owner: &String| *owner != bucket.account.as_str();
        if self.expected_owner.as_ref().is_some_and(of_another) {
            return Err(Code::AccessDenied.error());
        }
        let action = match which.version_id {
            Some(_) => "s3:GetObjectVersion",
            None => "s3:GetObject",
        };
        if !authorize::may_to_object(state, caller, bucket, action, &which.key) {
            return Err(Code::AccessDenied.error());
        }
        let conditions = Conditions {
            matches: self.if_match.as_deref(),
            none_matches: self.if_none_match.as_deref(),
            modified_since: self.if_modified_since.as_deref(),
            unmodified_since: self.if_unmodified_since.as_deref(),
        };
        conditions.copy(&object)?;
        encryption::may_read(state, caller, &object)?;
        Ok(object)
    }

    /// Whether it says which version.
    pub(super) fn names_a_version(&self) -> bool {
        self.which().is_ok_and(|which| which.version_id.is_some())
    }

    /// `/bucket/key?versionId=…`, percent-encoded.
    fn which(&self) -> Result<Which, Error> {
        let wrong = || {
            Code::InvalidArgument
                .says("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
                .about("ArgumentName", "x-amz-copy-source")
        };
        let (path, query) = self.source.split_once('?').unwrap_or((&self.source, ""));
        let path = wire::percent_decoded(path).ok_or_else(wrong)?;
        let (bucket, key) = path.trim_start_matches('/').split_once('/').ok_or_else(wrong)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(wrong());
        }
        let version = query.strip_prefix("versionId=").filter(|it| !it.is_empty());
        Ok(Which {
            bucket_name: bucket.to_owned(),
            key: key.to_owned(),
            version_id: version.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(source: &str) -> Option<(String, String, Option<String>)> {
        let source: CopySource =
            serde_json::from_value(json!({ "x-amz-copy-source": source })).unwrap();
        source.which().ok().map(|it| (it.bucket_name, it.key, it.version_id))
    }

    #[test]
    fn a_source_names_bucket_key_and_perhaps_a_version() {
        let of = |a: &str, b: &str, c: Option<&str>| Some((a.into(), b.into(), c.map(Into::into)));
        assert_eq!(which("/b/k"), of("b", "k", None));
        assert_eq!(which("b/a%20b/c?versionId=7"), of("b", "a b/c", Some("7")));
        for wrong in ["", "b", "/b/", "//k", "b/%ff"] {
            assert_eq!(which(wrong), None, "{wrong}");
        }
    }
}
