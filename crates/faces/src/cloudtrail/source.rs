//! Where the events of a channel come from.
//!
//! Partners:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store-integration.html>

use super::error::Error;
use super::exception::Exception;
use super::store::short;

/// Any source that is no partner of AWS's.
pub(super) const CUSTOM: &str = "Custom";

const PARTNERS: [&str; 15] = [
    "CloudStorageSecurityConsole",
    "Clumio",
    "CrowdStrike",
    "CyberArk",
    "GitHub",
    "IBMMulticloud",
    "KongGatewayEnterprise",
    "LaunchDarkly",
    "MontyCloud",
    "NetskopeCloudExchange",
    "OktaSystemLogEvents",
    "OneLogin",
    "Shoreline",
    "Snyk",
    "WizAuditLogs",
];

/// Refuses a source that AWS does not know.
pub(super) fn check(source: &str) -> Result<(), Error> {
    match source == CUSTOM || PARTNERS.contains(&source) {
        true => Ok(()),
        false => Err(Exception::InvalidSource.says(format!(
            "`{}` is no source: give {CUSTOM}, or the name of one of AWS's integration partners",
            short(source)
        ))),
    }
}
