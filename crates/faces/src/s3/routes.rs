//! Which request means which operation, what CloudTrail calls it, and what policies do.
//!
//! CloudTrail's names: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html>;
//! policies' names: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>.

use crate::xml_route::Scope::{Bucket, Object, Service};
use crate::xml_route::{Scope, XmlRoute};
use wire::Request;
use wire::protocol::rest_xml;

/// Parameters that ask for a part of a bucket or an object. One that is in no row means an
/// operation that is not built, never one without it.
pub(crate) const SUBRESOURCES: [&str; 37] = [
    "abac",
    "accelerate",
    "acl",
    "analytics",
    "append",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metadataConfiguration",
    "metadataTable",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "partNumber",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "renameObject",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "select",
    "session",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "website",
];

/// Whether a request asks for nothing that its row does not know.
pub(crate) fn says_all(row: &XmlRoute, request: &Request) -> bool {
    let asks = |name: &&&str| rest_xml::has_parameter(request, name);
    let unknown = SUBRESOURCES.iter().filter(asks).find(|name| !row.marks.contains(name));
    // A part of an object may be read by its number.
    unknown.is_none_or(|name| *name == "partNumber" && row.method != "PUT")
}

const fn row(
    operation: &'static str,
    method: &'static str,
    scope: Scope,
    marks: &'static [&'static str],
    action: &'static str,
) -> XmlRoute {
    let (event, data, asks_itself, raw) = (operation, false, false, None);
    XmlRoute { operation, method, scope, marks, event, action, data, asks_itself, raw }
}

impl XmlRoute {
    /// CloudTrail has another name for it.
    const fn event(self, event: &'static str) -> Self {
        Self { event, ..self }
    }

    /// Its body is no XML, but this member.
    const fn raw(self, member: &'static str) -> Self {
        Self { raw: Some(member), ..self }
    }

    /// Its handler asks the bucket's policy itself.
    const fn asks_itself(self) -> Self {
        Self { asks_itself: true, ..self }
    }

    /// Its records are data events.
    const fn data(self) -> Self {
        Self { data: true, ..self }
    }
}

/// Of several that fit, the first is meant.
pub(crate) const ROUTES: &[XmlRoute] = &[
    row(
        "UploadPartCopy",
        "PUT",
        Object,
        &["uploadId", "partNumber", "x-amz-copy-source"],
        "s3:PutObject",
    )
    .data(),
    row("UploadPart", "PUT", Object, &["uploadId", "partNumber"], "s3:PutObject").data(),
    row(
        "GetBucketAccelerateConfiguration",
        "GET",
        Bucket,
        &["accelerate"],
        "s3:GetAccelerateConfiguration",
    )
    .event("GetAccelerateConfiguration"),
    row("GetBucketAcl", "GET", Bucket, &["acl"], "s3:GetBucketAcl"),
    row("PutBucketAcl", "PUT", Bucket, &["acl"], "s3:PutBucketAcl"),
    row("GetBucketCors", "GET", Bucket, &["cors"], "s3:GetBucketCORS"),
    row("PutBucketCors", "PUT", Bucket, &["cors"], "s3:PutBucketCORS"),
    row("DeleteBucketCors", "DELETE", Bucket, &["cors"], "s3:PutBucketCORS"),
    row("GetBucketEncryption", "GET", Bucket, &["encryption"], "s3:GetEncryptionConfiguration"),
    row("PutBucketEncryption", "PUT", Bucket, &["encryption"], "s3:PutEncryptionConfiguration"),
    row(
        "DeleteBucketEncryption",
        "DELETE",
        Bucket,
        &["encryption"],
        "s3:PutEncryptionConfiguration",
    ),
    row(
        "GetBucketLifecycleConfiguration",
        "GET",
        Bucket,
        &["lifecycle"],
        "s3:GetLifecycleConfiguration",
    )
    .event("GetBucketLifecycle"),
    row(
        "PutBucketLifecycleConfiguration",
        "PUT",
        Bucket,
        &["lifecycle"],
        "s3:PutLifecycleConfiguration",
    )
    .event("PutBucketLifecycle"),
    row("DeleteBucketLifecycle", "DELETE", Bucket, &["lifecycle"], "s3:PutLifecycleConfiguration"),
    row("GetBucketLocation", "GET", Bucket, &["location"], "s3:GetBucketLocation"),
    row("GetBucketLogging", "GET", Bucket, &["logging"], "s3:GetBucketLogging"),
    row("PutBucketLogging", "PUT", Bucket, &["logging"], "s3:PutBucketLogging"),
    row(
        "GetBucketNotificationConfiguration",
        "GET",
        Bucket,
        &["notification"],
        "s3:GetBucketNotification",
    )
    .event("GetBucketNotification"),
    row(
        "PutBucketNotificationConfiguration",
        "PUT",
        Bucket,
        &["notification"],
        "s3:PutBucketNotification",
    )
    .event("PutBucketNotification"),
    row(
        "GetObjectLockConfiguration",
        "GET",
        Bucket,
        &["object-lock"],
        "s3:GetBucketObjectLockConfiguration",
    )
    .event("GetBucketObjectLockConfiguration"),
    row(
        "PutObjectLockConfiguration",
        "PUT",
        Bucket,
        &["object-lock"],
        "s3:PutBucketObjectLockConfiguration",
    )
    .event("PutBucketObjectLockConfiguration"),
    row(
        "GetBucketOwnershipControls",
        "GET",
        Bucket,
        &["ownershipControls"],
        "s3:GetBucketOwnershipControls",
    ),
    row(
        "PutBucketOwnershipControls",
        "PUT",
        Bucket,
        &["ownershipControls"],
        "s3:PutBucketOwnershipControls",
    ),
    row(
        "DeleteBucketOwnershipControls",
        "DELETE",
        Bucket,
        &["ownershipControls"],
        "s3:PutBucketOwnershipControls",
    ),
    row("GetBucketPolicy", "GET", Bucket, &["policy"], "s3:GetBucketPolicy"),
    row("PutBucketPolicy", "PUT", Bucket, &["policy"], "s3:PutBucketPolicy").raw("Policy"),
    row("DeleteBucketPolicy", "DELETE", Bucket, &["policy"], "s3:DeleteBucketPolicy"),
    row("GetBucketPolicyStatus", "GET", Bucket, &["policyStatus"], "s3:GetBucketPolicyStatus"),
    row(
        "GetPublicAccessBlock",
        "GET",
        Bucket,
        &["publicAccessBlock"],
        "s3:GetBucketPublicAccessBlock",
    )
    .event("GetBucketPublicAccessBlock"),
    row(
        "PutPublicAccessBlock",
        "PUT",
        Bucket,
        &["publicAccessBlock"],
        "s3:PutBucketPublicAccessBlock",
    )
    .event("PutBucketPublicAccessBlock"),
    row(
        "DeletePublicAccessBlock",
        "DELETE",
        Bucket,
        &["publicAccessBlock"],
        "s3:PutBucketPublicAccessBlock",
    )
    .event("DeleteBucketPublicAccessBlock"),
    row("GetBucketReplication", "GET", Bucket, &["replication"], "s3:GetReplicationConfiguration"),
    row(
        "GetBucketRequestPayment",
        "GET",
        Bucket,
        &["requestPayment"],
        "s3:GetBucketRequestPayment",
    ),
    row(
        "PutBucketRequestPayment",
        "PUT",
        Bucket,
        &["requestPayment"],
        "s3:PutBucketRequestPayment",
    ),
    row("GetBucketTagging", "GET", Bucket, &["tagging"], "s3:GetBucketTagging"),
    row("PutBucketTagging", "PUT", Bucket, &["tagging"], "s3:PutBucketTagging"),
    row("DeleteBucketTagging", "DELETE", Bucket, &["tagging"], "s3:PutBucketTagging"),
    row("GetBucketVersioning", "GET", Bucket, &["versioning"], "s3:GetBucketVersioning"),
    row("PutBucketVersioning", "PUT", Bucket, &["versioning"], "s3:PutBucketVersioning"),
    row("GetBucketWebsite", "GET", Bucket, &["website"], "s3:GetBucketWebsite"),
    row("ListMultipartUploads", "GET", Bucket, &["uploads"], "s3:ListBucketMultipartUploads"),
    row("ListObjectVersions", "GET", Bucket, &["versions"], "s3:ListBucketVersions").data(),
    row("ListObjectsV2", "GET", Bucket, &["list-type"], "s3:ListBucket")
        .event("ListObjects")
        .data(),
    row("DeleteObjects", "POST", Bucket, &["delete"], "s3:DeleteObject").data().asks_itself(),
    row("AbortMultipartUpload", "DELETE", Object, &["uploadId"], "s3:AbortMultipartUpload").data(),
    row("CompleteMultipartUpload", "POST", Object, &["uploadId"], "s3:PutObject").data(),
    row("CreateMultipartUpload", "POST", Object, &["uploads"], "s3:PutObject").data(),
    row("ListParts", "GET", Object, &["uploadId"], "s3:ListMultipartUploadParts").data(),
    row("GetObjectAcl", "GET", Object, &["acl"], "s3:GetObjectAcl").data(),
    row("GetObjectAttributes", "GET", Object, &["attributes"], "s3:GetObjectAttributes").data(),
    row("GetObjectLegalHold", "GET", Object, &["legal-hold"], "s3:GetObjectLegalHold")
        .event("GetObjectLockLegalHold")
        .data(),
    row("PutObjectLegalHold", "PUT", Object, &["legal-hold"], "s3:PutObjectLegalHold")
        .event("PutObjectLockLegalHold")
        .data(),
    row("GetObjectRetention", "GET", Object, &["retention"], "s3:GetObjectRetention")
        .event("GetObjectLockRetention")
        .data(),
    row("PutObjectRetention", "PUT", Object, &["retention"], "s3:PutObjectRetention")
        .event("PutObjectLockRetention")
        .data(),
    row("GetObjectTagging", "GET", Object, &["tagging"], "s3:GetObjectTagging").data(),
    row("PutObjectTagging", "PUT", Object, &["tagging"], "s3:PutObjectTagging").data(),
    row("DeleteObjectTagging", "DELETE", Object, &["tagging"], "s3:DeleteObjectTagging").data(),
    row("CopyObject", "PUT", Object, &["x-amz-copy-source"], "s3:PutObject").data(),
    row("CreateBucket", "PUT", Bucket, &[], "s3:CreateBucket").asks_itself(),
    row("DeleteBucket", "DELETE", Bucket, &[], "s3:DeleteBucket"),
    row("HeadBucket", "HEAD", Bucket, &[], "s3:ListBucket").data(),
    row("ListObjects", "GET", Bucket, &[], "s3:ListBucket").data(),
    row("ListBuckets", "GET", Service, &[], "s3:ListAllMyBuckets"),
    row("PutObject", "PUT", Object, &[], "s3:PutObject").data(),
    row("GetObject", "GET", Object, &[], "s3:GetObject").data(),
    row("HeadObject", "HEAD", Object, &[], "s3:GetObject").data(),
    row("DeleteObject", "DELETE", Object, &[], "s3:DeleteObject").data(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_row_is_not_hidden_by_one_before_it() {
        for (at, row) in ROUTES.iter().enumerate() {
            let hides = |before: &&XmlRoute| {
                before.method == row.method
                    && before.scope == row.scope
                    && before.marks.iter().all(|mark| row.marks.contains(mark))
            };
            let hidden = ROUTES.iter().take(at).find(hides);
            assert!(hidden.is_none(), "{} is hidden by {hidden:?}", row.operation);
        }
    }

    #[test]
    fn the_operations_of_the_table_and_no_others_are_routed() {
        let routed: BTreeSet<&str> = ROUTES.iter().map(|row| row.operation).collect();
        let built: BTreeSet<&str> =
            super::super::SERVICE.operations.iter().map(|it| it.name).collect();
        assert_eq!(routed, built);
        assert_eq!(routed.len(), ROUTES.len());
    }

    #[test]
    fn every_mark_that_is_a_parameter_is_known_as_one() {
        let own = ["list-type", "versioning", "versions"];
        for mark in ROUTES.iter().flat_map(|row| row.marks) {
            let known = SUBRESOURCES.contains(mark) || own.contains(mark);
            assert!(known || mark.starts_with("x-amz-"), "{mark}");
        }
    }
}
