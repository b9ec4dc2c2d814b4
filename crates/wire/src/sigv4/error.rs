//! Why a signature was refused, and how each family of AWS services says so.

use crate::fault::{ErrorStatus, Fault};
use crate::protocol::Protocol;

/// Why a request is not its signer's. [`Error::fault`] gives AWS's words for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no signature at all.
    #[error("the request is not signed")]
    MissingToken,
    /// A signature in the header and something of one in the query string.
    #[error("the request is signed in its header and in its query string")]
    Ambiguous,
    /// Something that must be unique is not.
    #[error("`{what}` occurs more than once")]
    Repeated {
        /// The header or parameter.
        what: &'static str,
    },
    /// Not `AWS4-HMAC-SHA256`.
    #[error("unsupported signing algorithm `{0}`")]
    UnsupportedAlgorithm(String),
    /// A part of the `Authorization` header, or the date beside it, is absent.
    #[error("`{what}` is missing")]
    Incomplete {
        /// The missing part.
        what: &'static str,
    },
    /// A parameter of a presigned request is absent.
    #[error("the query parameter `{what}` is missing")]
    IncompleteQuery {
        /// The missing parameter.
        what: &'static str,
    },
    /// S3 alone: the header that says which hash was signed is absent.
    #[error("`x-amz-content-sha256` is missing")]
    MissingHash,
    /// A part is there and cannot be read.
    #[error("`{what}` is not well formed")]
    Malformed {
        /// The unreadable part.
        what: &'static str,
    },
    /// The scope is not `date/region/service/aws4_request` of the day of the request.
    #[error("invalid credential scope: {message}")]
    InvalidCredentialScope {
        /// AWS's own sentence about it.
        message: String,
    },
    /// `X-Amz-Expires` is not between one second and seven days.
    #[error("`X-Amz-Expires` must be between 1 and 604800 seconds")]
    ExpiresOutOfRange,
    /// Signed too long ago.
    #[error("the signature has expired")]
    Expired {
        /// AWS's own sentence about it.
        message: String,
    },
    /// Signed too far in the future.
    #[error("the signature is not yet current")]
    NotYetCurrent {
        /// AWS's own sentence about it.
        message: String,
    },
    /// A presigned request after its life.
    #[error("the presigned request has expired")]
    PresignedExpired,
    /// A header that must be signed is not.
    #[error("the header `{0}` must be signed")]
    UnsignedHeader(String),
    /// The stated hash is not the hash of the body.
    #[error("`x-amz-content-sha256` is not the hash of the body")]
    PayloadMismatch,
    /// `UNSIGNED-PAYLOAD` outside S3.
    #[error("only S3 accepts an unsigned payload")]
    UnsignedPayload,
    /// A body signed chunk by chunk, which is not verified here.
    #[error("a payload signed in chunks is not accepted here")]
    StreamingPayload,
    /// The signature is another one.
    #[error("the signature does not match")]
    SignatureMismatch,
    /// Nobody has this access key, it is disabled, or its session token is not the one issued.
    #[error("the access key or session token is not valid")]
    UnknownKey,
    /// The session token has run out.
    #[error("the session token has expired")]
    ExpiredToken,
    /// Signed for another service than the one addressed.
    #[error("signed for `{got}`, not for `{expected}`")]
    WrongService {
        /// The signing name of the service addressed.
        expected: &'static str,
        /// The one in the scope.
        got: String,
    },
}

/// What the services' answers distinguish.
#[derive(Clone, Copy)]
enum Kind {
    Missing,
    Incomplete,
    Unknown,
    TokenExpired,
    Mismatch,
    Skewed,
    Late,
}

impl Error {
    pub(super) fn scope(message: String) -> Self {
        Self::InvalidCredentialScope { message }
    }

    /// The answer AWS's services of this protocol give.
    ///
    /// JSON services answer 400, REST-JSON services 403, Query services 403 or 400 by code, EC2
    /// 401; see each service's *Common Errors* page, such as
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>.
    pub fn fault(&self, protocol: Protocol) -> Fault {
        let (code, status) = match protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => {
                (self.kind().json_code(), ErrorStatus::BAD_REQUEST)
            }
            Protocol::RestJson => (self.kind().json_code(), ErrorStatus::FORBIDDEN),
            Protocol::Query => self.kind().query_code(),
            Protocol::Ec2Query => self.kind().ec2_code(),
            Protocol::RestXml => self.s3_code(),
        };
        Fault::sender(code, self.message(protocol), status)
    }

    fn kind(&self) -> Kind {
        match self {
            Self::MissingToken => Kind::Missing,
            Self::Ambiguous
            | Self::Repeated { .. }
            | Self::UnsupportedAlgorithm(_)
            | Self::Incomplete { .. }
            | Self::IncompleteQuery { .. }
            | Self::MissingHash
            | Self::Malformed { .. }
            | Self::ExpiresOutOfRange
            | Self::StreamingPayload => Kind::Incomplete,
            Self::UnknownKey => Kind::Unknown,
            Self::ExpiredToken => Kind::TokenExpired,
            Self::PresignedExpired => Kind::Late,
            Self::Expired { .. } | Self::NotYetCurrent { .. } => Kind::Skewed,
            Self::InvalidCredentialScope { .. }
            | Self::UnsignedHeader(_)
            | Self::PayloadMismatch
            | Self::UnsignedPayload
            | Self::SignatureMismatch
            | Self::WrongService { .. } => Kind::Mismatch,
        }
    }

    fn message(&self, protocol: Protocol) -> String {
        if protocol == Protocol::Ec2Query {
            return self.ec2_message();
        }
        match self {
            Self::MissingToken if protocol == Protocol::Query => {
                "Request is missing Authentication Token".to_owned()
            }
            Self::MissingToken if protocol == Protocol::RestXml => "Access Denied".to_owned(),
            Self::MissingToken => "Missing Authentication Token".to_owned(),
            Self::UnknownKey if protocol == Protocol::RestXml => {
                "The AWS Access Key Id you provided does not exist in our records.".to_owned()
            }
            Self::Expired { .. } | Self::NotYetCurrent { .. } if protocol == Protocol::RestXml => {
                "The difference between the request time and the current time is too large."
                    .to_owned()
            }
            Self::UnknownKey => "The security token included in the request is invalid.".to_owned(),
            Self::ExpiredToken => {
                "The security token included in the request is expired".to_owned()
            }
            Self::SignatureMismatch => MISMATCH.to_owned(),
            Self::UnsupportedAlgorithm(name) if is_older(name, protocol) => {
                "The authorization mechanism you have provided is not supported. Please use \
                 AWS4-HMAC-SHA256."
                    .to_owned()
            }
            _ => self.detail(),
        }
    }

    /// AWS's sentences that name something of the request.
    fn detail(&self) -> String {
        match self {
            Self::Incomplete { what: "X-Amz-Date" } => "Authorization header requires existence \
                of either a 'X-Amz-Date' or a 'Date' header."
                .to_owned(),
            Self::Incomplete { what } => {
                format!("Authorization header requires '{what}' parameter.")
            }
            Self::IncompleteQuery { what } => format!(
                "AWS query-string parameters must include '{what}'. Re-examine the query-string \
                 parameters."
            ),
            Self::MissingHash => {
                "Missing required header for this request: x-amz-content-sha256".to_owned()
            }
            Self::InvalidCredentialScope { message }
            | Self::Expired { message }
            | Self::NotYetCurrent { message } => message.clone(),
            Self::UnsignedHeader(name) if name == "host" => {
                "'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned()
            }
            Self::UnsignedHeader(name) => {
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.")
            }
            Self::WrongService { expected, .. } => {
                format!("Credential should be scoped to correct service: '{expected}'.")
            }
            Self::PresignedExpired => "Request has expired.".to_owned(),
            other => other.to_string(),
        }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    fn s3_code(&self) -> (&'static str, ErrorStatus) {
        match self {
            Self::MissingHash => ("InvalidRequest", ErrorStatus::BAD_REQUEST),
            Self::UnsupportedAlgorithm(name) if is_older(name, Protocol::RestXml) => {
                ("InvalidRequest", ErrorStatus::BAD_REQUEST)
            }
            Self::PayloadMismatch => ("XAmzContentSHA256Mismatch", ErrorStatus::BAD_REQUEST),
            Self::IncompleteQuery { .. } | Self::ExpiresOutOfRange => {
                ("AuthorizationQueryParametersError", ErrorStatus::BAD_REQUEST)
            }
            Self::InvalidCredentialScope { .. } | Self::WrongService { .. } => {
                ("AuthorizationHeaderMalformed", ErrorStatus::BAD_REQUEST)
            }
            _ => self.kind().s3_code(),
        }
    }

    fn ec2_message(&self) -> String {
        match self.kind() {
            Kind::Late | Kind::Skewed | Kind::TokenExpired => "Request has expired.".to_owned(),
            Kind::Incomplete | Kind::Missing => self.detail(),
            Kind::Unknown | Kind::Mismatch => {
                "AWS was not able to validate the provided access credentials".to_owned()
            }
        }
    }
}

/// Whether it is the signature that S3 took before `AWS4-HMAC-SHA256`.
fn is_older(algorithm: &str, protocol: Protocol) -> bool {
    algorithm == "AWS" && protocol == Protocol::RestXml
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";

impl Kind {
    fn json_code(self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete => "IncompleteSignatureException",
            Self::Unknown => "UnrecognizedClientException",
            Self::TokenExpired => "ExpiredTokenException",
            Self::Mismatch | Self::Skewed | Self::Late => "InvalidSignatureException",
        }
    }

    fn query_code(self) -> (&'static str, ErrorStatus) {
        match self {
            Self::Missing => ("MissingAuthenticationToken", ErrorStatus::FORBIDDEN),
            Self::Incomplete => ("IncompleteSignature", ErrorStatus::BAD_REQUEST),
            Self::Unknown => ("InvalidClientTokenId", ErrorStatus::FORBIDDEN),
            Self::TokenExpired => ("ExpiredToken", ErrorStatus::FORBIDDEN),
            Self::Mismatch | Self::Skewed => ("SignatureDoesNotMatch", ErrorStatus::FORBIDDEN),
            Self::Late => ("RequestExpired", ErrorStatus::BAD_REQUEST),
        }
    }

    fn s3_code(self) -> (&'static str, ErrorStatus) {
        match self {
            Self::Missing | Self::Late => ("AccessDenied", ErrorStatus::FORBIDDEN),
            Self::Incomplete => ("AuthorizationHeaderMalformed", ErrorStatus::BAD_REQUEST),
            Self::Unknown => ("InvalidAccessKeyId", ErrorStatus::FORBIDDEN),
            Self::TokenExpired => ("ExpiredToken", ErrorStatus::BAD_REQUEST),
            Self::Mismatch => ("SignatureDoesNotMatch", ErrorStatus::FORBIDDEN),
            Self::Skewed => ("RequestTimeTooSkewed", ErrorStatus::FORBIDDEN),
        }
    }

    fn ec2_code(self) -> (&'static str, ErrorStatus) {
        match self {
            Self::Missing | Self::Unknown | Self::Mismatch => {
                ("AuthFailure", ErrorStatus::UNAUTHORIZED)
            }
            Self::Incomplete => ("IncompleteSignature", ErrorStatus::BAD_REQUEST),
            Self::TokenExpired | Self::Skewed | Self::Late => {
                ("RequestExpired", ErrorStatus::BAD_REQUEST)
            }
        }
    }
}
