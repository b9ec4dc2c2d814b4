//! AWS Simple Notification Service: <https://docs.aws.amazon.com/sns/latest/api/welcome.html>.
//!
//! Topics are kept, with who may publish to them. Nothing is delivered yet: there are no
//! subscriptions, and publishing answers that it is not built.

mod attribute;
mod document;
mod feedback;
mod permission;
mod tag;
mod token;
mod topic;

use crate::service::service;

service! {
    name: "sns",
    source: "sns.amazonaws.com",
    signing_names: ["sns"],
    protocol: Query {
        version: "2010-03-31",
        namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    },
    open: [],
    // alphabetical, for the foolish consistency
    write AddPermission            = add_permission,
    write CreateTopic              = create_topic,
    write DeleteTopic              = delete_topic,
    read  GetTopicAttributes       = get_topic_attributes,
    read  ListSubscriptionsByTopic = list_subscriptions_by_topic,
    read  ListTagsForResource      = list_tags_for_resource,
    read  ListTopics               = list_topics,
    write RemovePermission         = remove_permission,
    write SetTopicAttributes       = set_topic_attributes,
    write TagResource              = tag_resource,
    write UntagResource            = untag_resource,
}
