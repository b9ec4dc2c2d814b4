//! What a request claims to be, before any face is asked and before any claim is proved.
//!
//! Routing reads the credential scope because that is the only place where every AWS client names
//! the service it means; see
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>.

use crate::limits::QUERY_PARAMS_MAX;
use crate::percent;
use crate::query_string;
use crate::request::Request;

/// Unproved claims of a request. Absent or malformed parts are `None`: refusing them is the work
/// of the signature check and of the protocols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// The service in the credential scope, such as `cloudtrail`.
    pub signing_name: Option<String>,
    /// The region in the credential scope.
    pub region: Option<String>,
    /// `X-Amz-Target`, cut at its last dot: service prefix and operation.
    pub target: Option<(String, String)>,
    /// The `Action` of a Query request, from the form body or else the query string.
    pub action: Option<String>,
    /// The `Version` of a Query request.
    pub version: Option<String>,
}

/// Reads what the request claims. Never fails and proves nothing.
pub fn claim(request: &Request) -> Claim {
    let scope = scope(request);
    let (signing_name, region) = scope.map_or((None, None), |(r, s)| (Some(s), Some(r)));
    Claim {
        signing_name,
        region,
        target: target(request),
        action: parameter(request, "Action"),
        version: parameter(request, "Version"),
    }
}

/// The access key that a request claims to be signed with. Proves nothing either.
pub fn key_id(request: &Request) -> Option<String> {
    let credential = header_credential(request).or_else(|| query_credential(request))?;
    let (key_id, _) = credential.split_once('/')?;
    (!key_id.is_empty()).then(|| key_id.to_owned())
}

/// Region and service of `key/date/region/service/aws4_request`.
fn scope(request: &Request) -> Option<(String, String)> {
    let credential = header_credential(request).or_else(|| query_credential(request))?;
    let mut parts = credential.split('/').skip(2).map(str::to_owned);
    Some((parts.next()?, parts.next()?))
}

fn header_credential(request: &Request) -> Option<String> {
    let (_, rest) = request.header("authorization")?.split_once("Credential=")?;
    rest.split([',', ' ']).next().map(str::to_owned)
}

fn query_credential(request: &Request) -> Option<String> {
    let mut pairs = query_string::pairs(request.query());
    let (_, value) = pairs.find(|(name, _)| *name == "X-Amz-Credential")?;
    percent::decode_text(value)
}

fn target(request: &Request) -> Option<(String, String)> {
    let (prefix, operation) = request.header("x-amz-target")?.rsplit_once('.')?;
    Some((prefix.to_owned(), operation.to_owned()))
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let body = if request.is_form() { str::from_utf8(&request.body).ok() } else { None };
    body.and_then(|body| find(body, name)).or_else(|| find(request.query(), name))
}

fn find(raw: &str, name: &str) -> Option<String> {
    let mut pairs = query_string::pairs(raw).take(QUERY_PARAMS_MAX);
    let (_, value) = pairs.find(|(it, _)| *it == name)?;
    percent::decode_form(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use bytes::Bytes;
    use http::Method;

    const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKID/20150830/eu-west-1/cloudtrail/\
        aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

    #[test]
    fn reads_scope_and_target_of_a_json_call() {
        let target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateTrail";
        let headers = [("authorization", AUTHORIZATION), ("x-amz-target", target)];
        let claim = claim(&for_tests(Method::POST, "/", &headers));
        assert_eq!(claim.signing_name.as_deref(), Some("cloudtrail"));
        assert_eq!(claim.region.as_deref(), Some("eu-west-1"));
        let (prefix, operation) = claim.target.unwrap();
        assert_eq!(prefix, "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101");
        assert_eq!(operation, "CreateTrail");
    }

    #[test]
    fn reads_the_action_from_a_form_body() {
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let mut request = for_tests(Method::POST, "/", &[form]);
        request.body = Bytes::from_static(b"Action=GetCallerIdentity&Version=2011-06-15");
        let claim = claim(&request);
        assert_eq!(claim.action.as_deref(), Some("GetCallerIdentity"));
        assert_eq!(claim.version.as_deref(), Some("2011-06-15"));
    }

    #[test]
    fn reads_action_and_scope_of_a_presigned_call() {
        let target = "/?Action=GetCallerIdentity&X-Amz-Credential=A%2F2%2Fr%2Fsts%2Faws4_request";
        let claim = claim(&for_tests(Method::GET, target, &[]));
        assert_eq!(claim.action.as_deref(), Some("GetCallerIdentity"));
        assert_eq!(claim.signing_name.as_deref(), Some("sts"));
    }

    #[test]
    fn reads_the_key_that_is_claimed() {
        let of =
            |target, headers: &[(&str, &str)]| key_id(&for_tests(Method::POST, target, headers));
        assert_eq!(of("/", &[("authorization", AUTHORIZATION)]).as_deref(), Some("AKID"));
        let presigned = "/?X-Amz-Credential=A%2F2%2Fr%2Fsts%2Faws4_request";
        assert_eq!(of(presigned, &[]).as_deref(), Some("A"));
        for nothing in ["Credential=//", "Credential=AKID", "nothing"] {
            assert_eq!(of("/", &[("authorization", nothing)]), None);
        }
    }

    #[test]
    fn claims_nothing_for_a_browser_or_garbage() {
        assert_eq!(claim(&for_tests(Method::GET, "/", &[])), Claim::default());
        let garbage = [("authorization", "Credential=//"), ("x-amz-target", "nodot")];
        let claim = claim(&for_tests(Method::GET, "/?Action=%ff", &garbage));
        assert_eq!(claim, Claim::default());
    }
}
