//! AWS Key Management Service: <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>.
//!
//! Keys here are symmetric and made here. They encrypt for whom their policy lets in.

mod algorithm;
mod alias;
mod binary;
mod encryption_context;
mod key_policy;
mod length;
mod metadata;
mod paging;
mod tag;
mod target;
mod told;

use crate::service::service;

service! {
    name: "kms",
    source: "kms.amazonaws.com",
    signing_names: ["kms"],
    protocol: AwsJson11 { target: "TrentService" },
    open: [],
    // alphabetical, for the foolish consistency
    write CancelKeyDeletion               = cancel_key_deletion,
    write CreateAlias                     = create_alias,
    make  CreateKey                       = create_key,
    read  Decrypt                         = decrypt,
    write DeleteAlias                     = delete_alias,
    read  DescribeKey                     = describe_key,
    write DisableKey                      = disable_key,
    write DisableKeyRotation              = disable_key_rotation,
    write EnableKey                       = enable_key,
    write EnableKeyRotation               = enable_key_rotation,
    read  Encrypt                         = encrypt,
    read  GenerateDataKey                 = generate_data_key,
    read  GenerateDataKeyWithoutPlaintext = generate_data_key_without_plaintext,
    read  GetKeyPolicy                    = get_key_policy,
    read  GetKeyRotationStatus            = get_key_rotation_status,
    read  ListAliases                     = list_aliases,
    read  ListKeyPolicies                 = list_key_policies,
    read  ListKeys                        = list_keys,
    read  ListResourceTags                = list_resource_tags,
    write PutKeyPolicy                    = put_key_policy,
    write ScheduleKeyDeletion             = schedule_key_deletion,
    write TagResource                     = tag_resource,
    write UntagResource                   = untag_resource,
    write UpdateAlias                     = update_alias,
    write UpdateKeyDescription            = update_key_description,
}
