//! The members of a CloudTrail record that Pugmark knows by name.
//!
//! Source: the CloudTrail user guide, "CloudTrail record contents" and "userIdentity element".

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $path:literal;)*) => {
        /// A text member that has a column of its own. The numbers are on disk: never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Field { $($(#[$doc])* $name = $code,)* }

        impl Field {
            /// Every field, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The dotted path of the member in a record.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

fields! {
    /// `eventVersion`.
    EventVersion = 0, "eventVersion";
    /// `eventSource`, as `iam.amazonaws.com`.
    EventSource = 1, "eventSource";
    /// `eventName`, the API action.
    EventName = 2, "eventName";
    /// `awsRegion`.
    AwsRegion = 3, "awsRegion";
    /// `sourceIPAddress`: an address or a service's name.
    SourceIp = 4, "sourceIPAddress";
    /// `userAgent`.
    UserAgent = 5, "userAgent";
    /// `errorCode`.
    ErrorCode = 6, "errorCode";
    /// `errorMessage`.
    ErrorMessage = 7, "errorMessage";
    /// `eventType`.
    EventType = 8, "eventType";
    /// `recipientAccountId`.
    RecipientAccount = 9, "recipientAccountId";
    /// `eventCategory`.
    EventCategory = 10, "eventCategory";
    /// `apiVersion`.
    ApiVersion = 11, "apiVersion";
    /// `vpcEndpointId`.
    VpcEndpointId = 12, "vpcEndpointId";
    /// `sharedEventID`.
    SharedEventId = 13, "sharedEventID";
    /// `userIdentity.type`.
    IdentityType = 14, "userIdentity.type";
    /// `userIdentity.principalId`.
    PrincipalId = 15, "userIdentity.principalId";
    /// `userIdentity.arn`.
    IdentityArn = 16, "userIdentity.arn";
    /// `userIdentity.accountId`.
    IdentityAccount = 17, "userIdentity.accountId";
    /// `userIdentity.accessKeyId`.
    AccessKeyId = 18, "userIdentity.accessKeyId";
    /// `userIdentity.userName`.
    UserName = 19, "userIdentity.userName";
    /// `userIdentity.invokedBy`.
    InvokedBy = 20, "userIdentity.invokedBy";
    /// `userIdentity.sessionContext.sessionIssuer.type`.
    IssuerType = 21, "userIdentity.sessionContext.sessionIssuer.type";
    /// `userIdentity.sessionContext.sessionIssuer.principalId`.
    IssuerPrincipalId = 22, "userIdentity.sessionContext.sessionIssuer.principalId";
    /// `userIdentity.sessionContext.sessionIssuer.arn`.
    IssuerArn = 23, "userIdentity.sessionContext.sessionIssuer.arn";
    /// `userIdentity.sessionContext.sessionIssuer.accountId`.
    IssuerAccount = 24, "userIdentity.sessionContext.sessionIssuer.accountId";
    /// `userIdentity.sessionContext.sessionIssuer.userName`.
    IssuerUserName = 25, "userIdentity.sessionContext.sessionIssuer.userName";
    /// `userIdentity.sessionContext.attributes.mfaAuthenticated`: `"true"` or `"false"`.
    MfaAuthenticated = 26, "userIdentity.sessionContext.attributes.mfaAuthenticated";
    /// `userIdentity.sessionContext.sourceIdentity`.
    SourceIdentity = 27, "userIdentity.sessionContext.sourceIdentity";
    /// `tlsDetails.tlsVersion`.
    TlsVersion = 28, "tlsDetails.tlsVersion";
    /// `tlsDetails.cipherSuite`.
    CipherSuite = 29, "tlsDetails.cipherSuite";
    /// `tlsDetails.clientProvidedHostHeader`.
    TlsHost = 30, "tlsDetails.clientProvidedHostHeader";
    /// `responseElements.credentials.accessKeyId`: the key this call issued.
    IssuedKey = 31, "responseElements.credentials.accessKeyId";
    /// `eventID`.
    EventId = 32, "eventID";
    /// `requestID`.
    RequestId = 33, "requestID";
    /// `eventTime`.
    EventTime = 34, "eventTime";
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The field with this dotted path.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.path() == path)
    }

    /// Whether values repeat enough to be stored as codes of a dictionary. Ids and times have
    /// columns of their own kind.
    pub const fn coded(self) -> bool {
        !matches!(self, Self::EventId | Self::RequestId | Self::EventTime)
    }
}

/// A whole member, whatever JSON it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tree {
    /// `userIdentity`.
    UserIdentity = 0,
    /// `requestParameters`.
    RequestParameters = 1,
    /// `responseElements`.
    ResponseElements = 2,
    /// `additionalEventData`.
    AdditionalEventData = 3,
    /// `resources`.
    Resources = 4,
    /// `serviceEventDetails`.
    ServiceEventDetails = 5,
    /// `insightDetails`.
    InsightDetails = 6,
    /// `eventContext`.
    EventContext = 7,
    /// `readOnly`.
    ReadOnly = 8,
    /// `managementEvent`.
    ManagementEvent = 9,
    /// `sessionCredentialFromConsole`.
    SessionCredentialFromConsole = 10,
    /// `addendum`.
    Addendum = 11,
    /// `edgeDeviceDetails`.
    EdgeDeviceDetails = 12,
    /// `tlsDetails`.
    TlsDetails = 13,
    /// `vpcEndpointAccountId`.
    VpcEndpointAccountId = 14,
    /// `annotation`.
    Annotation = 15,
}

impl Tree {
    /// How many there are.
    pub const COUNT: usize = 16;

    /// Every one, by number.
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::UserIdentity,
        Self::RequestParameters,
        Self::ResponseElements,
        Self::AdditionalEventData,
        Self::Resources,
        Self::ServiceEventDetails,
        Self::InsightDetails,
        Self::EventContext,
        Self::ReadOnly,
        Self::ManagementEvent,
        Self::SessionCredentialFromConsole,
        Self::Addendum,
        Self::EdgeDeviceDetails,
        Self::TlsDetails,
        Self::VpcEndpointAccountId,
        Self::Annotation,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        for (place, field) in Field::ALL.iter().enumerate() {
            assert_eq!(*field as usize, place);
            assert_eq!(Field::from_path(field.path()), Some(*field));
        }
    }
}
