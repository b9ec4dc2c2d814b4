//! Amazon EC2, as far as clients ask it about regions:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html>.

pub(crate) mod region;
mod wildcard;

use crate::service::service;

service! {
    name: "ec2",
    source: "ec2.amazonaws.com",
    signing_names: ["ec2"],
    protocol: Ec2Query {
        version: "2016-11-15",
        namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    },
    open: [],
    // alphabetical, for the foolish consistency
    read  DescribeRegions = describe_regions,
}
