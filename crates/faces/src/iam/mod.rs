//! AWS Identity and Access Management, as far as clients ask it what an account is called:
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html>.

use crate::service::service;

service! {
    name: "iam",
    source: "iam.amazonaws.com",
    signing_names: ["iam"],
    protocol: Query {
        version: "2010-05-08",
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    },
    open: [],
    // alphabetical, for the foolish consistency
    read  ListAccountAliases = list_account_aliases,
}
