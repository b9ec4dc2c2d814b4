//! Requests as clients make them.

use crate::house::Key;
use faces::{Dialect, SERVICES, Scope, Service, XmlRoute};
use model::Timestamp;
use wire::Request;
use wire::sigv4::{self, SigningKey};

/// The digest of the document of `DeleteObjects` below.
const MD5_OF_DELETE: &str = "lrWPNW9fukDrYgeCS3b27Q==";

/// A request before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The signing name.
    pub(crate) service: String,
    pub(crate) region: String,
}

impl Ask {
    /// An operation of a service that is built, in its own protocol. `input` is JSON for JSON
    /// services, form parameters for the others; for REST services the query string and a body
    /// below it.
    pub(crate) fn new(service: &str, operation: &str, input: &str) -> Self {
        let service = of(service);
        let (content_type, target, body) = match service.dialect {
            Dialect::AwsJson11 { target } => {
                let input = if input.is_empty() { "{}" } else { input };
                let content_type = "application/x-amz-json-1.1";
                (content_type, Some(format!("{target}.{operation}")), input.to_owned())
            }
            Dialect::RestJson { paths } => return Self::rest(service, paths, operation, input),
            Dialect::RestXml { routes, .. } => return Self::xml(service, routes, operation, input),
            Dialect::Query { version, .. } | Dialect::Ec2Query { version, .. } => {
                let content_type = "application/x-www-form-urlencoded; charset=utf-8";
                let body = format!("Action={operation}&Version={version}&{input}");
                (content_type, None, body.trim_end_matches('&').to_owned())
            }
        };
        let mut ask = Self::plain("POST", "/", service.signing_names[0]);
        ask.headers.push(("content-type".to_owned(), content_type.to_owned()));
        let target = target.map(|target| ("x-amz-target".to_owned(), target));
        ask.headers.extend(target);
        ask.body = body;
        ask
    }

    fn rest(service: &Service, paths: &[(&str, &str, &str)], operation: &str, input: &str) -> Self {
        let (_, method, uri) = paths.iter().find(|(name, ..)| *name == operation).unwrap();
        let (query, body) = input.split_once('\n').unwrap_or((input, ""));
        let mut ask = Self::plain(method, &format!("{uri}?{query}"), service.signing_names[0]);
        ask.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        ask.body = body.to_owned();
        ask
    }

    /// For the bucket `den`, and the key `pug` in it.
    fn xml(service: &Service, routes: &[XmlRoute], operation: &str, body: &str) -> Self {
        let row = routes.iter().find(|row| row.operation == operation).unwrap();
        let path = match row.scope {
            Scope::Service => "/",
            Scope::Bucket => "/den",
            Scope::Object => "/den/pug",
        };
        let (headers, parameters): (Vec<&str>, Vec<&str>) =
            row.marks.iter().partition(|mark| mark.starts_with("x-amz-"));
        let query = parameters.join("&");
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let mut ask = Self::plain(row.method, &target, service.signing_names[0]);
        for name in headers {
            ask.headers.push((name.to_owned(), "/den/pug".to_owned()));
        }
        match operation {
            "DeleteObjects" => ask = ask.with("content-md5", MD5_OF_DELETE),
            "GetObjectAttributes" => ask = ask.with("x-amz-object-attributes", "ETag"),
            _ => {}
        }
        ask.body = body.to_owned();
        ask
    }

    /// A request with nothing but a host.
    pub(crate) fn plain(method: &str, target: &str, service: &str) -> Self {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![header("host", "127.0.0.1:4610"), header("user-agent", "faces-test/1")],
            body: String::new(),
            service: service.to_owned(),
            region: "us-east-1".to_owned(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn in_region(mut self, region: &str) -> Self {
        self.region = region.to_owned();
        self
    }

    /// The request without a signature.
    pub(crate) fn unsigned(&self) -> Request {
        let headers = self.headers.iter();
        Request {
            method: self.method.parse().unwrap(),
            target: self.target.clone(),
            headers: headers
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: self.body.clone().into_bytes().into(),
            peer: [198, 51, 100, 7].into(),
            tls: None,
        }
    }

    /// The request, signed at a time.
    pub(crate) fn signed(&self, key: &Key, at: Timestamp) -> Request {
        let mut request = self.unsigned();
        let key = SigningKey {
            access_key_id: &key.id,
            secret: &key.secret,
            session_token: key.token.as_deref(),
            region: &self.region,
            service: &self.service,
        };
        sigv4::sign(&mut request, &key, at.0);
        request
    }
}

/// The service of this name.
pub(crate) fn of(name: &str) -> &'static Service {
    let found = SERVICES.iter().find(|service| service.name == name);
    found.unwrap_or_else(|| panic!("no service `{name}`"))
}

/// An input with which an operation gets at least as far as its handler.
pub(crate) fn minimal_input(service: &str, operation: &str) -> &'static str {
    match (service, operation) {
        ("sts", "GetAccessKeyInfo") => "AccessKeyId=AKIAIOSFODNN7EXAMPLE",
        ("pugmark", "DescribeImport") => r#"{"importId":"none"}"#,
        ("pugmark", "StartImport") => r#"{"paths":["/nonexistent/pugmark"]}"#,
        ("pugmark", "Entity" | "Session") => r#"{"value":"AKIAIOSFODNN7EXAMPLE"}"#,
        ("pugmark", "Query") => r#"{"statement":"SELECT 1"}"#,
        ("pugmark", "SearchEvents") => r#"{"limit":1}"#,
        ("cloudtrail", operation) => lake_input(operation),
        ("kms", operation) => kms_input(operation),
        ("s3", operation) => s3_input(operation),
        ("sns", operation) => sns_input(operation),
        ("cloudtrail-data", "PutAuditEvents") => {
            "channelArn=00000000-0000-4000-8000-00000000000a\n\
             {\"auditEvents\":[{\"id\":\"a\",\"eventData\":\"{}\"}]}"
        }
        _ => "",
    }
}

fn kms_input(operation: &str) -> &'static str {
    match operation {
        "CreateKey" | "ListKeys" | "ListAliases" => "{}",
        "CreateAlias" | "UpdateAlias" => r#"{"AliasName":"alias/x","TargetKeyId":"none"}"#,
        "DeleteAlias" => r#"{"AliasName":"alias/x"}"#,
        "Decrypt" => r#"{"CiphertextBlob":"AAAA"}"#,
        "Encrypt" => r#"{"KeyId":"none","Plaintext":"AAAA"}"#,
        "PutKeyPolicy" => r#"{"KeyId":"none","Policy":"{}"}"#,
        "TagResource" => r#"{"KeyId":"none","Tags":[]}"#,
        "UntagResource" => r#"{"KeyId":"none","TagKeys":[]}"#,
        "UpdateKeyDescription" => r#"{"KeyId":"none","Description":""}"#,
        _ => r#"{"KeyId":"none"}"#,
    }
}

/// Documents; for the bucket `den`, which is not there.
fn s3_input(operation: &str) -> &'static str {
    match operation {
        "CompleteMultipartUpload" => {
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>\
             </CompleteMultipartUpload>"
        }
        "DeleteObjects" => "<Delete><Object><Key>pug</Key></Object></Delete>",
        "PutBucketCors" => "<CORSConfiguration><CORSRule/></CORSConfiguration>",
        "PutBucketEncryption" => {
            "<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>"
        }
        "PutBucketLifecycleConfiguration" => {
            "<LifecycleConfiguration><Rule/></LifecycleConfiguration>"
        }
        "PutBucketLogging" => "<BucketLoggingStatus/>",
        "PutBucketNotificationConfiguration" => "<NotificationConfiguration/>",
        "PutBucketOwnershipControls" => {
            "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>\
             </OwnershipControls>"
        }
        "PutBucketPolicy" => "{}",
        "PutBucketRequestPayment" => {
            "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"
        }
        "PutBucketTagging" | "PutObjectTagging" => "<Tagging><TagSet/></Tagging>",
        "PutBucketVersioning" => "<VersioningConfiguration/>",
        "PutObjectLegalHold" => "<LegalHold><Status>ON</Status></LegalHold>",
        "PutObjectLockConfiguration" => "<ObjectLockConfiguration/>",
        "PutObjectRetention" => "<Retention/>",
        "PutPublicAccessBlock" => "<PublicAccessBlockConfiguration/>",
        _ => "",
    }
}

fn sns_input(operation: &str) -> &'static str {
    match operation {
        "CreateTopic" => "Name=kennel",
        "ListTopics" => "",
        "SetTopicAttributes" => {
            "TopicArn=arn:aws:sns:us-east-1:1:x&AttributeName=DisplayName&AttributeValue=x"
        }
        "ListTagsForResource" => "ResourceArn=arn:aws:sns:us-east-1:1:x",
        "TagResource" => {
            "ResourceArn=arn:aws:sns:us-east-1:1:x&Tags.member.1.Key=a&Tags.member.1.Value=b"
        }
        "UntagResource" => "ResourceArn=arn:aws:sns:us-east-1:1:x&TagKeys.member.1=a",
        "AddPermission" => {
            "TopicArn=arn:aws:sns:us-east-1:1:x&Label=a&AWSAccountId.member.1=111111111111&\
             ActionName.member.1=Publish"
        }
        "RemovePermission" => "TopicArn=arn:aws:sns:us-east-1:1:x&Label=a",
        _ => "TopicArn=arn:aws:sns:us-east-1:1:x",
    }
}

fn lake_input(operation: &str) -> &'static str {
    match operation {
        "AddTags" | "RemoveTags" => r#"{"ResourceId":"none","TagsList":[]}"#,
        "CreateChannel" => r#"{"Name":"pug","Source":"Custom","Destinations":[]}"#,
        "CreateEventDataStore" => r#"{"Name":"kennel"}"#,
        "GetChannel" | "UpdateChannel" | "DeleteChannel" => r#"{"Channel":"none"}"#,
        "CancelQuery" | "GetQueryResults" => {
            r#"{"QueryId":"11111111-2222-4333-8444-555555555555"}"#
        }
        "GetImport" | "StopImport" => r#"{"ImportId":"none"}"#,
        "ListQueries" => r#"{"EventDataStore":"pugmark"}"#,
        "ListTags" => r#"{"ResourceIdList":["none"]}"#,
        "GetResourcePolicy" | "DeleteResourcePolicy" => r#"{"ResourceArn":"none"}"#,
        "PutResourcePolicy" => r#"{"ResourceArn":"none","ResourcePolicy":"{}"}"#,
        name if name.contains("EventDataStore") && !name.starts_with("List") => {
            r#"{"EventDataStore":"none"}"#
        }
        _ => trail_input(operation),
    }
}

fn trail_input(operation: &str) -> &'static str {
    match operation {
        "CreateTrail" => r#"{"Name":"main","S3BucketName":"audit"}"#,
        "PutInsightSelectors" => r#"{"TrailName":"main","InsightSelectors":[]}"#,
        name if name.ends_with("Selectors") => r#"{"TrailName":"main"}"#,
        name if name.ends_with("Trail")
            || name.ends_with("Logging")
            || name == "GetTrailStatus" =>
        {
            r#"{"Name":"main"}"#
        }
        _ => "",
    }
}

/// Every operation of every service.
pub(crate) fn all() -> impl Iterator<Item = (&'static Service, &'static str)> {
    let rows = |service: &&'static Service| {
        let service = *service;
        service.operations.iter().map(move |it| (service, it.name))
    };
    SERVICES.iter().flat_map(rows)
}
