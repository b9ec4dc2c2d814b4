//! S3's names of what can go wrong, with their status and AWS's own sentence:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use super::error::Error;
use wire::ErrorStatus;

/// One line for each code: variant, status, sentence.
macro_rules! codes {
    ($($code:ident $status:literal $sentence:literal;)*) => {
        /// What can go wrong, by AWS's names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "AWS's sentences say what each means")]
        pub enum Code {
            $($code,)*
        }

        impl Code {
            /// AWS's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)*
                }
            }

            /// The HTTP status.
            pub fn status(self) -> ErrorStatus {
                let status = match self {
                    $(Self::$code => $status,)*
                };
                ErrorStatus::new(status).unwrap_or(ErrorStatus::INTERNAL)
            }

            /// AWS's sentence.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$code => $sentence,)*
                }
            }
        }
    };
}

codes! {
    AccessDenied 403 "Access Denied";
    AccessControlListNotSupported 400 "The bucket does not allow ACLs";
    BadDigest 400 "The Content-MD5 you specified did not match what we received.";
    BadRequest 400 "Bad Request";
    BucketAlreadyExists 409
        "The requested bucket name is not available. The bucket namespace is shared by all users \
        of the system. Please select a different name and try again.";
    BucketAlreadyOwnedByYou 409
        "Your previous request to create the named bucket succeeded and you already own it.";
    BucketNotEmpty 409 "The bucket you tried to delete is not empty";
    EntityTooLarge 400 "Your proposed upload exceeds the maximum allowed size";
    EntityTooSmall 400 "Your proposed upload is smaller than the minimum allowed size";
    IllegalLocationConstraintException 400
        "The location constraint is incompatible for the region specific endpoint this request \
        was sent to.";
    IncompleteBody 400
        "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    InvalidArgument 400 "Invalid Argument";
    InvalidBucketName 400 "The specified bucket is not valid.";
    InvalidBucketState 409 "The request is not valid with the current state of the bucket.";
    InvalidDigest 400 "The Content-MD5 you specified was invalid.";
    InvalidEncryptionAlgorithmError 400 "The encryption request you specified is not valid.";
    InvalidLocationConstraint 400 "The specified location-constraint is not valid";
    InvalidObjectState 403 "The operation is not valid for the object's storage class";
    InvalidPart 400
        "One or more of the specified parts could not be found. The part may not have been \
        uploaded, or the specified entity tag may not match the part's entity tag.";
    InvalidPartOrder 400
        "The list of parts was not in ascending order. Parts must be ordered by part number.";
    InvalidPolicyDocument 400
        "The content of the form does not meet the conditions specified in the policy document.";
    InvalidRange 416 "The requested range is not satisfiable";
    InvalidRequest 400 "Invalid Request";
    InvalidStorageClass 400 "The storage class you specified is not valid";
    InvalidTag 400 "The tag provided was not a valid tag.";
    KeyTooLongError 400 "Your key is too long";
    MalformedACLError 400
        "The XML you provided was not well-formed or did not validate against our published \
        schema";
    MalformedPolicy 400 "Policies must be valid JSON and the first byte must be '{'";
    MalformedXML 400
        "The XML you provided was not well-formed or did not validate against our published \
        schema";
    MetadataTooLarge 400 "Your metadata headers exceed the maximum allowed metadata size";
    MethodNotAllowed 405 "The specified method is not allowed against this resource.";
    MissingContentLength 411 "You must provide the Content-Length HTTP header.";
    MissingRequestBodyError 400 "Request body is empty.";
    NoSuchBucket 404 "The specified bucket does not exist";
    NoSuchBucketPolicy 404 "The bucket policy does not exist";
    NoSuchCORSConfiguration 404 "The CORS configuration does not exist";
    NoSuchKey 404 "The specified key does not exist.";
    NoSuchLifecycleConfiguration 404 "The lifecycle configuration does not exist";
    NoSuchObjectLockConfiguration 404
        "The specified object does not have a ObjectLock configuration";
    NoSuchPublicAccessBlockConfiguration 404 "The public access block configuration was not found";
    NoSuchTagSet 404 "The TagSet does not exist";
    NoSuchUpload 404
        "The specified upload does not exist. The upload ID may be invalid, or the upload may \
        have been aborted or completed.";
    NoSuchVersion 404 "The specified version does not exist.";
    NoSuchWebsiteConfiguration 404 "The specified bucket does not have a website configuration";
    NotImplemented 501 "A header you provided implies functionality that is not implemented.";
    ObjectLockConfigurationNotFoundError 404
        "Object Lock configuration does not exist for this bucket";
    OwnershipControlsNotFoundError 404 "The bucket ownership controls were not found";
    PreconditionFailed 412 "At least one of the pre-conditions you specified did not hold";
    ReplicationConfigurationNotFoundError 404 "The replication configuration was not found";
    ServerSideEncryptionConfigurationNotFoundError 404
        "The server side encryption configuration was not found";
    TooManyBuckets 400 "You have attempted to create more buckets than allowed";
    XAmzContentChecksumMismatch 400 "The provided checksum does not match what was computed.";
}

impl Code {
    /// An error of this kind, in AWS's words.
    pub fn error(self) -> Error {
        self.says(self.sentence())
    }

    /// An error of this kind, in other words.
    pub fn says(self, message: impl Into<String>) -> Error {
        Error::of(self, message.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_awss_names_and_status() {
        assert_eq!(Code::NoSuchBucket.name(), "NoSuchBucket");
        assert_eq!(Code::NoSuchBucket.status().as_u16(), 404);
        assert_eq!(Code::InvalidRange.status().as_u16(), 416);
    }
}
