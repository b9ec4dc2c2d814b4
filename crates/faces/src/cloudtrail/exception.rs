//! AWS's exceptions around trails and CloudTrail Lake, by AWS's names.

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
    /// An import of the account is under way.
    AccountHasOngoingImport = "AccountHasOngoingImportException";
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
    /// The trail looks for no unusual rates.
    InsightNotEnabled = "InsightNotEnabledException";
    /// The policy of the KMS key does not let CloudTrail in.
    InsufficientEncryptionPolicy = "InsufficientEncryptionPolicyException";
    /// The policy of the bucket does not let CloudTrail in.
    InsufficientS3BucketPolicy = "InsufficientS3BucketPolicyException";
    /// The policy of the topic does not let CloudTrail in.
    InsufficientSnsTopicPolicy = "InsufficientSnsTopicPolicyException";
    /// What should name a log group does not.
    InvalidCloudWatchLogsLogGroupArn = "InvalidCloudWatchLogsLogGroupArnException";
    /// What should name a role for a log group does not.
    InvalidCloudWatchLogsRoleArn = "InvalidCloudWatchLogsRoleArnException";
    /// A time range that contains no moment.
    InvalidDateRange = "InvalidDateRangeException";
    /// The event data store holds events of another kind.
    InvalidEventDataStoreCategory = "InvalidEventDataStoreCategoryException";
    /// The event data store is not where the operation needs it.
    InvalidEventDataStoreStatus = "InvalidEventDataStoreStatusException";
    /// Selectors that choose nothing sensible.
    InvalidEventSelectors = "InvalidEventSelectorsException";
    /// The trail was made in another region.
    InvalidHomeRegion = "InvalidHomeRegionException";
    /// What an import cannot read.
    InvalidImportSource = "InvalidImportSourceException";
    /// Insight selectors that choose nothing sensible.
    InvalidInsightSelectors = "InvalidInsightSelectorsException";
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
    /// What should name a bucket does not.
    InvalidS3BucketName = "InvalidS3BucketNameException";
    /// What cannot stand before the names of files.
    InvalidS3Prefix = "InvalidS3PrefixException";
    /// What should name a topic does not.
    InvalidSnsTopicName = "InvalidSnsTopicNameException";
    /// A source that does not exist.
    InvalidSource = "InvalidSourceException";
    /// A tag that may not be.
    InvalidTagParameter = "InvalidTagParameterException";
    /// What no trail may be called.
    InvalidTrailName = "InvalidTrailNameException";
    /// The KMS key is disabled.
    KmsKeyDisabled = "KmsKeyDisabledException";
    /// A token that is not ours, or belongs to another question.
    InvalidToken = "InvalidTokenException";
    /// There is no such KMS key.
    KmsKeyNotFound = "KmsKeyNotFoundException";
    /// As many queries as may be are under way.
    MaxConcurrentQueries = "MaxConcurrentQueriesException";
    /// As many trails as may be are there.
    MaximumNumberOfTrailsExceeded = "MaximumNumberOfTrailsExceededException";
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
    /// There is no such bucket.
    S3BucketDoesNotExist = "S3BucketDoesNotExistException";
    /// More tags than may be.
    TagsLimitExceeded = "TagsLimitExceededException";
    /// A trail of this name is there already.
    TrailAlreadyExists = "TrailAlreadyExistsException";
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
