//! AWS Security Token Service: <https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html>.

use crate::service::service;

service! {
    name: "sts",
    source: "sts.amazonaws.com",
    signing_names: ["sts"],
    protocol: Query {
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    // AWS asks no policy about these two: whoever has a key may use it.
    open: ["GetCallerIdentity", "GetSessionToken"],
    // alphabetical, for the foolish consistency
    read  GetAccessKeyInfo  = get_access_key_info,
    read  GetCallerIdentity = get_caller_identity,
    act   GetSessionToken   = get_session_token,
}
