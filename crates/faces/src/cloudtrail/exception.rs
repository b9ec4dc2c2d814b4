//! AWS's exceptions around CloudTrail Lake, by AWS's names.

use super::error::Error;

macro_rules! exceptions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What AWS calls what went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Exception { $($(#[$doc])* $variant,)* }

        impl Exception {
            /// AWS's spelling.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

exceptions! {
    /// A channel of this name or source is there already.
    ChannelAlreadyExists = "ChannelAlreadyExistsException";
    /// What should name a channel does not.
    ChannelArnInvalid = "ChannelARNInvalidException";
    /// A channel still leads into the event data store.
    ChannelExistsForEds = "ChannelExistsForEDSException";
    /// As many channels as may be are there.
    ChannelMaxLimitExceeded = "ChannelMaxLimitExceededException";
    /// There is no such channel.
    ChannelNotFound = "ChannelNotFoundException";
    /// What should be an ARN of CloudTrail's is none.
    CloudTrailArnInvalid = "CloudTrailARNInvalidException";
    /// An event data store of this name is there already.
    EventDataStoreAlreadyExists = "EventDataStoreAlreadyExistsException";
    /// What should name an event data store does not.
    EventDataStoreArnInvalid = "EventDataStoreARNInvalidException";
    /// As many event data stores as may be are there.
    EventDataStoreMaxLimitExceeded = "EventDataStoreMaxLimitExceededException";
    /// There is no such event data store.
    EventDataStoreNotFound = "EventDataStoreNotFoundException";
    /// The event data store is protected from being deleted.
    EventDataStoreTerminationProtected = "EventDataStoreTerminationProtectedException";
    /// There is no such import.
    ImportNotFound = "ImportNotFoundException";
    /// The event data store is being deleted.
    InactiveEventDataStore = "InactiveEventDataStoreException";
    /// The query has ended.
    InactiveQuery = "InactiveQueryException";
    /// A time range that contains no moment.
    InvalidDateRange = "InvalidDateRangeException";
    /// The event data store holds events of another kind.
    InvalidEventDataStoreCategory = "InvalidEventDataStoreCategoryException";
    /// The event data store is not where the operation needs it.
    InvalidEventDataStoreStatus = "InvalidEventDataStoreStatusException";
    /// Selectors that choose nothing sensible.
    InvalidEventSelectors = "InvalidEventSelectorsException";
    /// What should name a KMS key does not.
    InvalidKmsKeyId = "InvalidKmsKeyIdException";
    /// A member is outside its limits.
    InvalidParameter = "InvalidParameterException";
    /// Members that do not go together.
    InvalidParameterCombination = "InvalidParameterCombinationException";
    /// A statement that is wrong, or asks for what is not built.
    InvalidQueryStatement = "InvalidQueryStatementException";
    /// No word for where a query stands.
    InvalidQueryStatus = "InvalidQueryStatusException";
    /// A source that does not exist.
    InvalidSource = "InvalidSourceException";
    /// A tag that may not be.
    InvalidTagParameter = "InvalidTagParameterException";
    /// A token that is not ours, or belongs to another question.
    InvalidToken = "InvalidTokenException";
    /// There is no such KMS key.
    KmsKeyNotFound = "KmsKeyNotFoundException";
    /// As many queries as may be are under way.
    MaxConcurrentQueries = "MaxConcurrentQueriesException";
    /// It may be done, but not to this.
    OperationNotPermitted = "OperationNotPermittedException";
    /// There is no organization.
    OrganizationsNotInUse = "OrganizationsNotInUseException";
    /// There is no such query.
    QueryIdNotFound = "QueryIdNotFoundException";
    /// What should be a resource's ARN is none.
    ResourceArnNotValid = "ResourceARNNotValidException";
    /// There is no such resource.
    ResourceNotFound = "ResourceNotFoundException";
    /// The resource has no policy.
    ResourcePolicyNotFound = "ResourcePolicyNotFoundException";
    /// What should be a policy is none.
    ResourcePolicyNotValid = "ResourcePolicyNotValidException";
    /// Resources of this type cannot have that.
    ResourceTypeNotSupported = "ResourceTypeNotSupportedException";
    /// More tags than may be.
    TagsLimitExceeded = "TagsLimitExceededException";
    /// There is no such trail.
    TrailNotFound = "TrailNotFoundException";
    /// It cannot be done here.
    UnsupportedOperation = "UnsupportedOperationException";
}

impl Exception {
    /// The error that says so.
    pub(super) fn says(self, message: impl Into<String>) -> Error {
        Error::Lake(self, message.into())
    }
}
