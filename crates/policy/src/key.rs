//! The names of facts. Keys that begin with `aws:` can be named by [`Global`] alone, so that no
//! member or header of a request, whatever it is called, becomes one of them.

/// A global condition key:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global<'a> {
    /// `aws:CalledVia`
    CalledVia,
    /// `aws:CurrentTime`
    CurrentTime,
    /// `aws:EpochTime`
    EpochTime,
    /// `aws:MultiFactorAuthPresent`
    MultiFactorAuthPresent,
    /// `aws:PrincipalAccount`
    PrincipalAccount,
    /// `aws:PrincipalArn`
    PrincipalArn,
    /// `aws:PrincipalIsAWSService`
    PrincipalIsAwsService,
    /// `aws:PrincipalOrgID`
    PrincipalOrgId,
    /// `aws:PrincipalServiceName`
    PrincipalServiceName,
    /// `aws:PrincipalTag/NAME`
    PrincipalTag(&'a str),
    /// `aws:PrincipalType`
    PrincipalType,
    /// `aws:referer`
    Referer,
    /// `aws:RequestedRegion`
    RequestedRegion,
    /// `aws:RequestTag/NAME`
    RequestTag(&'a str),
    /// `aws:ResourceAccount`
    ResourceAccount,
    /// `aws:ResourceTag/NAME`
    ResourceTag(&'a str),
    /// `aws:SecureTransport`
    SecureTransport,
    /// `aws:SourceAccount`
    SourceAccount,
    /// `aws:SourceArn`
    SourceArn,
    /// `aws:SourceIp`
    SourceIp,
    /// `aws:SourceOwner`
    SourceOwner,
    /// `aws:TagKeys`
    TagKeys,
    /// `aws:TokenIssueTime`
    TokenIssueTime,
    /// `aws:UserAgent`
    UserAgent,
    /// `aws:userid`
    UserId,
    /// `aws:username`
    UserName,
    /// `aws:ViaAWSService`
    ViaAwsService,
}

impl Global<'_> {
    /// The key as policies are asked for it: in lower case.
    pub(crate) fn name(self) -> String {
        let (name, tag) = match self {
            Self::CalledVia => ("calledvia", None),
            Self::CurrentTime => ("currenttime", None),
            Self::EpochTime => ("epochtime", None),
            Self::MultiFactorAuthPresent => ("multifactorauthpresent", None),
            Self::PrincipalAccount => ("principalaccount", None),
            Self::PrincipalArn => ("principalarn", None),
            Self::PrincipalIsAwsService => ("principalisawsservice", None),
            Self::PrincipalOrgId => ("principalorgid", None),
            Self::PrincipalServiceName => ("principalservicename", None),
            Self::PrincipalTag(tag) => ("principaltag/", Some(tag)),
            Self::PrincipalType => ("principaltype", None),
            Self::Referer => ("referer", None),
            Self::RequestedRegion => ("requestedregion", None),
            Self::RequestTag(tag) => ("requesttag/", Some(tag)),
            Self::ResourceAccount => ("resourceaccount", None),
            Self::ResourceTag(tag) => ("resourcetag/", Some(tag)),
            Self::SecureTransport => ("securetransport", None),
            Self::SourceAccount => ("sourceaccount", None),
            Self::SourceArn => ("sourcearn", None),
            Self::SourceIp => ("sourceip", None),
            Self::SourceOwner => ("sourceowner", None),
            Self::TagKeys => ("tagkeys", None),
            Self::TokenIssueTime => ("tokenissuetime", None),
            Self::UserAgent => ("useragent", None),
            Self::UserId => ("userid", None),
            Self::UserName => ("username", None),
            Self::ViaAwsService => ("viaawsservice", None),
        };
        format!("aws:{name}{}", tag.unwrap_or_default().to_lowercase())
    }
}

/// A condition key of one service, as `s3:x-amz-acl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey(String);

impl ServiceKey {
    /// The key `name` of `service`; `None` for the service `aws` and for what is no service.
    pub fn new(service: &str, name: &str) -> Option<Self> {
        let sound = |b: u8| b.is_ascii_alphanumeric() || b".-".contains(&b);
        let plain = !service.is_empty() && service.bytes().all(sound) && !name.is_empty();
        let free = plain && !service.eq_ignore_ascii_case("aws");
        free.then(|| Self(format!("{service}:{name}").to_lowercase()))
    }

    pub(crate) fn into_name(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_service_key_can_be_a_global_one() {
        for service in ["aws", "AWS", "aws:x", "", ":", "a/b", "ａws"] {
            assert_eq!(ServiceKey::new(service, "SourceIp"), None, "{service}");
        }
        assert_eq!(ServiceKey::new("s3", "aws:SourceIp").unwrap().into_name(), "s3:aws:sourceip");
    }
}
