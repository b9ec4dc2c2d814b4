//! AWS's commercial regions.

/// A region, and whether an account has it without asking.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) name: &'static str,
    /// AWS's word: accounts must opt in to regions opened since 2019.
    pub(crate) opt_in: OptIn,
}

/// AWS's `optInStatus` of an account that asked for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptIn {
    NotRequired,
    NotOptedIn,
}

impl OptIn {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "opt-in-not-required",
            Self::NotOptedIn => "not-opted-in",
        }
    }
}

const fn always(name: &'static str) -> Region {
    let opt_in = OptIn::NotRequired;
    Region { name, opt_in }
}

const fn asked(name: &'static str) -> Region {
    let opt_in = OptIn::NotOptedIn;
    Region { name, opt_in }
}

/// Every commercial region, by name; see
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.
pub(crate) const REGIONS: &[Region] = &[
    asked("af-south-1"),
    asked("ap-east-1"),
    asked("ap-east-2"),
    always("ap-northeast-1"),
    always("ap-northeast-2"),
    always("ap-northeast-3"),
    always("ap-south-1"),
    asked("ap-south-2"),
    always("ap-southeast-1"),
    always("ap-southeast-2"),
    asked("ap-southeast-3"),
    asked("ap-southeast-4"),
    asked("ap-southeast-5"),
    asked("ap-southeast-6"),
    asked("ap-southeast-7"),
    always("ca-central-1"),
    asked("ca-west-1"),
    always("eu-central-1"),
    asked("eu-central-2"),
    always("eu-north-1"),
    asked("eu-south-1"),
    asked("eu-south-2"),
    always("eu-west-1"),
    always("eu-west-2"),
    always("eu-west-3"),
    asked("il-central-1"),
    asked("me-central-1"),
    asked("me-south-1"),
    asked("mx-central-1"),
    always("sa-east-1"),
    always("us-east-1"),
    always("us-east-2"),
    always("us-west-1"),
    always("us-west-2"),
];
