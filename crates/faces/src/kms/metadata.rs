//! What is told of a key.

use super::algorithm::SYMMETRIC_DEFAULT;
use crate::date::Moment;
use model::resource::KmsKey;
use serde::Serialize;

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyMetadata {
    #[serde(rename = "AWSAccountId")]
    aws_account_id: String,
    key_id: String,
    arn: String,
    creation_date: Moment,
    enabled: bool,
    description: String,
    key_usage: &'static str,
    key_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_date: Option<Moment>,
    origin: &'static str,
    key_manager: &'static str,
    customer_master_key_spec: &'static str,
    key_spec: &'static str,
    encryption_algorithms: [&'static str; 1],
    multi_region: bool,
}

impl From<&KmsKey> for KeyMetadata {
    fn from(key: &KmsKey) -> Self {
        Self {
            aws_account_id: key.account.to_string(),
            key_id: key.id.clone(),
            arn: key.arn().to_string(),
            creation_date: Moment(key.created),
            enabled: key.enabled && key.deletion.is_none(),
            description: key.description.clone(),
            key_usage: "ENCRYPT_DECRYPT",
            key_state: state(key),
            deletion_date: key.deletion.map(Moment),
            origin: "AWS_KMS",
            key_manager: if key.managed { "AWS" } else { "CUSTOMER" },
            customer_master_key_spec: SYMMETRIC_DEFAULT,
            key_spec: SYMMETRIC_DEFAULT,
            encryption_algorithms: [SYMMETRIC_DEFAULT],
            multi_region: false,
        }
    }
}

const fn state(key: &KmsKey) -> &'static str {
    match (key.deletion, key.enabled) {
        (Some(_), _) => "PendingDeletion",
        (None, true) => "Enabled",
        (None, false) => "Disabled",
    }
}
