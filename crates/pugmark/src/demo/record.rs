//! One call of the story, and the CloudTrail line it becomes: format 1.11, compact, members in
//! AWS's order.

use super::actor::{Actor, Manner};
use super::cast::REGION;
use super::clock::iso;
use super::ids::{Ids, What};
use super::object::Object;

/// The services of the story that have one address for all regions.
const GLOBAL: &[&str] = &["iam.amazonaws.com", "organizations.amazonaws.com"];
/// Calls that only read although their names do not say so.
const READING: &[&str] = &["AssumeRole", "Decrypt", "GenerateDataKey"];
/// How the names of reading calls begin.
const READING_VERBS: &[&str] = &["Batch", "Describe", "Get", "List", "Lookup", "Simulate"];

/// What CloudTrail sorts records by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Management,
    Data,
    SignIn,
}

/// Why a call failed.
#[derive(Debug, Clone)]
struct Failure {
    code: &'static str,
    message: String,
}

/// A call that happened; everything but its ids.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    at_s: i64,
    owner: &'static str,
    identity: String,
    address: &'static str,
    agent: &'static str,
    manner: Manner,
    source: &'static str,
    name: &'static str,
    region: &'static str,
    kind: Kind,
    failure: Option<Failure>,
    request: Option<String>,
    response: Option<String>,
    resources: Option<String>,
    sign_in: Option<String>,
    /// Bytes received and sent; told by S3 only.
    traffic: (u64, u64),
    host: Option<String>,
    /// The number of the pair, when the call is recorded in two accounts.
    pair: Option<u64>,
}

impl Draft {
    /// A successful call without parameters.
    pub(super) fn new(at_s: i64, actor: &Actor, source: &'static str, name: &'static str) -> Self {
        Self {
            at_s,
            owner: actor.account,
            identity: actor.identity.clone(),
            address: actor.address,
            agent: actor.agent,
            manner: actor.manner,
            source,
            name,
            region: REGION,
            kind: Kind::Management,
            failure: None,
            request: None,
            response: None,
            resources: None,
            sign_in: None,
            traffic: (0, 1_204),
            host: None,
            pair: None,
        }
    }

    /// A sign-in at the console with MFA.
    pub(super) fn sign_in(at_s: i64, actor: &Actor, device: &str) -> Self {
        let details = Object::new()
            .text("LoginTo", "https://console.aws.amazon.com/console/home?region=us-east-1")
            .text("MobileVersion", "No")
            .text("MFAIdentifier", device)
            .text("MFAUsed", "Yes");
        let draft = Self::new(at_s, actor, "signin.amazonaws.com", "ConsoleLogin");
        Self { kind: Kind::SignIn, sign_in: Some(details.end()), ..draft }
            .answers(r#"{"ConsoleLogin":"Success"}"#)
            .at_host("signin.aws.amazon.com")
    }

    /// With these parameters, as JSON.
    pub(super) fn asks(self, request: impl Into<String>) -> Self {
        Self { request: Some(request.into()), ..self }
    }

    /// With this answer, as JSON.
    pub(super) fn answers(self, response: impl Into<String>) -> Self {
        Self { response: Some(response.into()), ..self }
    }

    /// About these resources, as JSON.
    pub(super) fn about(self, resources: impl Into<String>) -> Self {
        Self { resources: Some(resources.into()), ..self }
    }

    /// In another region than the story's own.
    pub(super) fn in_region(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    /// Refused or impossible.
    pub(super) fn fails(self, code: &'static str, message: impl Into<String>) -> Self {
        Self { failure: Some(Failure { code, message: message.into() }), ..self }
    }

    /// A data event that moved bytes: received and sent.
    pub(super) fn moves(self, received: u64, sent: u64) -> Self {
        Self { kind: Kind::Data, traffic: (received, sent), ..self }
    }

    /// Sent to this host.
    pub(super) fn at_host(self, host: impl Into<String>) -> Self {
        Self { host: Some(host.into()), ..self }
    }

    /// One of the two records of pair `number`.
    pub(super) fn paired(self, number: u64) -> Self {
        Self { pair: Some(number), ..self }
    }

    /// The same call as the account `owner` sees it, where the caller is `identity`.
    pub(super) fn seen_by(&self, owner: &'static str, identity: String) -> Self {
        Self { owner, identity, ..self.clone() }
    }

    /// When it happened.
    pub(super) const fn at_s(&self) -> i64 {
        self.at_s
    }

    /// The account whose record it is.
    pub(super) const fn owner(&self) -> &'static str {
        self.owner
    }

    /// The record; `ordinal` gives it its ids.
    pub(super) fn line(&self, ids: &Ids, ordinal: u64) -> String {
        let mut out = self.head();
        if let Some(extra) = self.additional(ids, ordinal) {
            out = out.json("additionalEventData", &extra);
        }
        if self.kind != Kind::SignIn {
            out = out.text("requestID", &self.request_id(ids, ordinal));
        }
        let out = out
            .text("eventID", &ids.uuid(What::Event, ordinal))
            .flag("readOnly", self.reads())
            .json_if("resources", self.resources.as_deref());
        self.tail(out, ids).end()
    }

    fn head(&self) -> Object {
        Object::with_capacity(1_792)
            .text("eventVersion", "1.11")
            .json("userIdentity", &self.identity)
            .text("eventTime", &iso(self.at_s))
            .text("eventSource", self.source)
            .text("eventName", self.name)
            .text("awsRegion", self.region)
            .text("sourceIPAddress", self.address)
            .text("userAgent", self.agent)
            .text_if("errorCode", self.failure.as_ref().map(|failure| failure.code))
            .text_if("errorMessage", self.failure.as_ref().map(|failure| failure.message.as_str()))
            .json("requestParameters", self.request.as_deref().unwrap_or("null"))
            .json("responseElements", self.response.as_deref().unwrap_or("null"))
    }

    fn tail(&self, out: Object, ids: &Ids) -> Object {
        let (event_type, category) = match self.kind {
            Kind::Management => ("AwsApiCall", "Management"),
            Kind::Data => ("AwsApiCall", "Data"),
            Kind::SignIn => ("AwsConsoleSignIn", "Management"),
        };
        let shared = self.pair.map(|number| ids.uuid(What::Shared, number));
        let out = out
            .text("eventType", event_type)
            .flag("managementEvent", self.kind != Kind::Data)
            .text("recipientAccountId", self.owner)
            .text_if("sharedEventID", shared.as_deref())
            .text("eventCategory", category);
        match self.manner {
            Manner::Program => out.json("tlsDetails", &self.connection()),
            Manner::Console => out.text("sessionCredentialFromConsole", "true"),
            Manner::Service => out,
        }
    }

    fn additional(&self, ids: &Ids, ordinal: u64) -> Option<String> {
        if self.source != "s3.amazonaws.com" {
            return self.sign_in.clone();
        }
        let (received, sent) = self.traffic;
        let extra = Object::with_capacity(256)
            .text("SignatureVersion", "SigV4")
            .text("CipherSuite", "TLS_AES_128_GCM_SHA256")
            .number("bytesTransferredIn", received)
            .text("AuthenticationMethod", "AuthHeader")
            .text("x-amz-id-2", &ids.s3_trace(ordinal))
            .number("bytesTransferredOut", sent);
        Some(extra.end())
    }

    fn request_id(&self, ids: &Ids, ordinal: u64) -> String {
        match self.pair {
            Some(number) => ids.uuid(What::SharedRequest, number),
            None if self.source == "s3.amazonaws.com" => ids.s3_request(ordinal),
            None => ids.uuid(What::Request, ordinal),
        }
    }

    fn reads(&self) -> bool {
        READING.contains(&self.name) || READING_VERBS.iter().any(|verb| self.name.starts_with(verb))
    }

    fn connection(&self) -> String {
        let host = self.host.clone().unwrap_or_else(|| host(self.source, self.region));
        Object::with_capacity(192)
            .text("tlsVersion", "TLSv1.3")
            .text("cipherSuite", "TLS_AES_128_GCM_SHA256")
            .text("clientProvidedHostHeader", &host)
            .text("keyExchange", "x25519")
            .end()
    }
}

/// Where clients find a service in a region.
fn host(source: &str, region: &str) -> String {
    match source.split_once('.') {
        Some((service, rest)) if !GLOBAL.contains(&source) => format!("{service}.{region}.{rest}"),
        _ => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cast::{BROWSER, CI_DEPLOYER, LEAKED_KEY};
    use super::*;

    fn line(draft: &Draft) -> serde_json::Value {
        serde_json::from_str(&draft.line(&Ids::new(1), 1)).unwrap()
    }

    fn names(line: &serde_json::Value) -> Vec<&str> {
        line.as_object().unwrap().keys().map(String::as_str).collect()
    }

    fn call(source: &'static str, name: &'static str) -> Draft {
        let actor = Actor::by_key(&CI_DEPLOYER, LEAKED_KEY).from("192.0.2.1", BROWSER);
        Draft::new(0, &actor, source, name)
    }

    #[test]
    fn writes_members_in_the_order_of_aws() {
        let draft = call("ec2.amazonaws.com", "RunInstances").fails("A", "b").paired(1);
        let line = line(&draft.about("[]"));
        let expected = "eventVersion userIdentity eventTime eventSource eventName awsRegion \
            sourceIPAddress userAgent errorCode errorMessage requestParameters responseElements \
            requestID eventID readOnly resources eventType managementEvent recipientAccountId \
            sharedEventID eventCategory tlsDetails";
        assert_eq!(names(&line), expected.split_whitespace().collect::<Vec<_>>());
        assert_eq!(line["tlsDetails"]["clientProvidedHostHeader"], "ec2.us-east-1.amazonaws.com");
    }

    #[test]
    fn tells_reading_from_writing() {
        assert!(call("s", "DescribeInstances").reads());
        assert!(call("s", "AssumeRole").reads());
        assert!(!call("s", "StopLogging").reads());
        assert!(!call("s", "ConsoleLogin").reads());
    }

    #[test]
    fn tells_the_traffic_of_s3_only() {
        let line = line(&call("s3.amazonaws.com", "GetObject").moves(0, 7));
        assert_eq!(line["additionalEventData"]["bytesTransferredOut"], 7);
        assert_eq!(line["eventCategory"], "Data");
        assert_eq!(line["managementEvent"], false);
        assert!(names(&line).contains(&"additionalEventData"));
    }
}
