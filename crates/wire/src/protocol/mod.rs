//! The wire protocols: bytes ⇄ JSON values, the same values whatever the protocol.
//!
//! Values of Query services, path labels and query parameters arrive as strings;
//! [`Protocol::typed`] reads them as the type that the face's `Input` asks for. How timestamps are
//! spelt is the face's business.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fault::Fault;
use crate::rejection::Rejection;
use crate::request::Request;
use crate::response::Response;

pub mod aws_json;
mod binding;
mod json;
mod lenient;
mod nest;
pub mod query;
pub mod rest_json;
pub mod rest_xml;

pub use binding::Binding;

/// How a service speaks. The families of
/// <https://smithy.io/2.0/aws/protocols/index.html> that our faces need so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `application/x-amz-json-1.0`
    AwsJson10,
    /// `application/x-amz-json-1.1`
    AwsJson11,
    /// HTTP bindings with JSON bodies
    RestJson,
    /// Form parameters in, XML out
    Query,
    /// EC2's dialect of it
    Ec2Query,
    /// HTTP bindings with XML bodies, as S3 has them
    RestXml,
}

impl Protocol {
    /// The input of the operation that `binding` describes, as an object.
    pub fn parse_input(
        &self,
        request: &Request,
        binding: &Binding<'_>,
    ) -> Result<Value, Rejection> {
        match self {
            Self::AwsJson10 | Self::AwsJson11 => aws_json::input(&request.body),
            Self::RestJson => rest_json::input(request, binding.uri),
            Self::Query | Self::Ec2Query => query::input(request),
            Self::RestXml => rest_xml::input(request, binding.raw),
        }
    }

    /// An input as the type a face declares. JSON values must have that type already, and `null`
    /// is an absent member; texts of the other protocols are read as the number, truth value or
    /// list the type asks for.
    pub fn typed<T: DeserializeOwned>(&self, input: Value) -> Result<T, Rejection> {
        match self {
            Self::AwsJson10 | Self::AwsJson11 => serde_json::from_value(json::without_nulls(input))
                .map_err(|e| Rejection::serialization(e.to_string())),
            Self::RestJson => lenient::from_value(json::without_nulls(input))
                .map_err(|e| Rejection::serialization(e.to_string())),
            Self::Query | Self::Ec2Query => {
                lenient::from_value(input).map_err(|e| Rejection::malformed_input(e.to_string()))
            }
            Self::RestXml => lenient::from_xml(input).map_err(|e| wrong_xml(&e)),
        }
    }

    /// The answer of a call that succeeded. `Value::Null` means that the operation has no output
    /// at all, an empty object that it has one without members.
    pub fn success(&self, binding: &Binding<'_>, output: &Value, request_id: &str) -> Response {
        let body = match self {
            Self::AwsJson10 | Self::AwsJson11 | Self::RestJson => aws_json::output(output),
            Self::Query => query::output(binding, output, request_id),
            Self::Ec2Query => query::ec2_output(binding, output, request_id),
            Self::RestXml => rest_xml::output(output, binding.namespace),
        };
        Response::new(StatusCode::OK, self.content_type(), body, request_id)
    }

    /// The answer of a call that failed.
    pub fn failure(&self, fault: &Fault, request_id: &str) -> Response {
        let body = match self {
            Self::AwsJson10 | Self::AwsJson11 => aws_json::failure(fault),
            Self::RestJson => rest_json::failure(fault),
            Self::Query => query::failure(fault, query::FAULT_NAMESPACE, request_id),
            Self::Ec2Query => query::ec2_failure(fault, request_id),
            Self::RestXml => rest_xml::failure(fault, request_id),
        };
        let status = StatusCode::from(fault.status);
        let mut response = Response::new(status, self.content_type(), body, request_id);
        for (name, text) in &fault.headers {
            response = response.with(http::HeaderName::from_static(name), text);
        }
        if self.speaks_json() {
            let name = http::HeaderName::from_static("x-amzn-errortype");
            response = response.with(name, &fault.code);
        }
        match fault.retry_after_s {
            Some(seconds) => response.with(http::header::RETRY_AFTER, &seconds.to_string()),
            None => response,
        }
    }

    fn speaks_json(self) -> bool {
        matches!(self, Self::AwsJson10 | Self::AwsJson11 | Self::RestJson)
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::AwsJson10 => "application/x-amz-json-1.0",
            Self::AwsJson11 => "application/x-amz-json-1.1",
            Self::RestJson => "application/json",
            Self::Query => "text/xml",
            Self::Ec2Query => "text/xml;charset=UTF-8",
            Self::RestXml => "application/xml",
        }
    }
}

/// A member that an operation needs and the request has not, or one of another type.
fn wrong_xml(error: &serde_json::Error) -> Rejection {
    let why = error.to_string();
    match why.starts_with("missing field `x-amz-") {
        true => Rejection::invalid_argument(why),
        false => Rejection::malformed_xml(&why),
    }
}
