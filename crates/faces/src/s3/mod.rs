//! Amazon S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html>.

mod bucket_name;
mod bucket_policy;
mod byte_range;
pub(crate) mod checksum;
mod code;
mod condition;
mod copy_source;
mod document;
mod encryption;
mod found;
mod grants;
mod http_date;
mod key;
mod listing;
mod lock;
mod lock_rule;
mod named;
mod object_headers;
mod part;
pub(crate) mod routes;
mod tag_set;
mod traits;
mod transition_size;
mod version;

pub use code::Code;

use crate::service::service;

service! {
    name: "s3",
    source: "s3.amazonaws.com",
    signing_names: ["s3"],
    protocol: RestXml {
        routes: routes::ROUTES,
        namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    },
    open: [],
    // alphabetical, for the foolish consistency
    write  AbortMultipartUpload               = abort_multipart_upload,
    write  CompleteMultipartUpload            = complete_multipart_upload,
    copy   CopyObject                         = copy_object,
    write  CreateBucket                       = create_bucket,
    write  CreateMultipartUpload              = create_multipart_upload,
    write  DeleteBucket                       = delete_bucket,
    write  DeleteBucketCors                   = delete_bucket_cors,
    write  DeleteBucketEncryption             = delete_bucket_encryption,
    write  DeleteBucketLifecycle              = delete_bucket_lifecycle,
    write  DeleteBucketOwnershipControls      = delete_bucket_ownership_controls,
    write  DeleteBucketPolicy                 = delete_bucket_policy,
    write  DeleteBucketTagging                = delete_bucket_tagging,
    write  DeleteObject                       = delete_object,
    write  DeleteObjectTagging                = delete_object_tagging,
    write  DeleteObjects                      = delete_objects,
    write  DeletePublicAccessBlock            = delete_public_access_block,
    read   GetBucketAccelerateConfiguration   = get_bucket_accelerate_configuration,
    read   GetBucketAcl                       = get_bucket_acl,
    read   GetBucketCors                      = get_bucket_cors,
    read   GetBucketEncryption                = get_bucket_encryption,
    read   GetBucketLifecycleConfiguration    = get_bucket_lifecycle_configuration,
    read   GetBucketLocation                  = get_bucket_location,
    read   GetBucketLogging                   = get_bucket_logging,
    read   GetBucketNotificationConfiguration = get_bucket_notification_configuration,
    read   GetBucketOwnershipControls         = get_bucket_ownership_controls,
    read   GetBucketPolicy                    = get_bucket_policy,
    read   GetBucketPolicyStatus              = get_bucket_policy_status,
    read   GetBucketReplication               = get_bucket_replication,
    read   GetBucketRequestPayment            = get_bucket_request_payment,
    read   GetBucketTagging                   = get_bucket_tagging,
    read   GetBucketVersioning                = get_bucket_versioning,
    read   GetBucketWebsite                   = get_bucket_website,
    read   GetObject                          = get_object,
    read   GetObjectAcl                       = get_object_acl,
    read   GetObjectAttributes                = get_object_attributes,
    read   GetObjectLegalHold                 = get_object_legal_hold,
    read   GetObjectLockConfiguration         = get_object_lock_configuration,
    read   GetObjectRetention                 = get_object_retention,
    read   GetObjectTagging                   = get_object_tagging,
    read   GetPublicAccessBlock               = get_public_access_block,
    read   HeadBucket                         = head_bucket,
    read   HeadObject                         = head_object,
    read   ListBuckets                        = list_buckets,
    read   ListMultipartUploads               = list_multipart_uploads,
    read   ListObjectVersions                 = list_object_versions,
    read   ListObjects                        = list_objects,
    read   ListObjectsV2                      = list_objects_v2,
    read   ListParts                          = list_parts,
    write  PutBucketAcl                       = put_bucket_acl,
    write  PutBucketCors                      = put_bucket_cors,
    write  PutBucketEncryption                = put_bucket_encryption,
    write  PutBucketLifecycleConfiguration    = put_bucket_lifecycle_configuration,
    write  PutBucketLogging                   = put_bucket_logging,
    write  PutBucketNotificationConfiguration = put_bucket_notification_configuration,
    write  PutBucketOwnershipControls         = put_bucket_ownership_controls,
    write  PutBucketPolicy                    = put_bucket_policy,
    write  PutBucketRequestPayment            = put_bucket_request_payment,
    write  PutBucketTagging                   = put_bucket_tagging,
    write  PutBucketVersioning                = put_bucket_versioning,
    upload PutObject                          = put_object,
    write  PutObjectLegalHold                 = put_object_legal_hold,
    write  PutObjectLockConfiguration         = put_object_lock_configuration,
    write  PutObjectRetention                 = put_object_retention,
    write  PutObjectTagging                   = put_object_tagging,
    write  PutPublicAccessBlock               = put_public_access_block,
    upload UploadPart                         = upload_part,
    copy   UploadPartCopy                     = upload_part_copy,
}
