//! What SNS is told to keep: topics.

use crate::State;
use model::resource::Topic;
use model::{AccountId, Change};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The resources of SNS. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topics {
    /// By ARN.
    topics: Arc<BTreeMap<String, Topic>>,
}

impl Topics {
    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::TopicPut(topic) => {
                let arn = topic.arn().to_string();
                Arc::make_mut(&mut self.topics).insert(arn, topic.clone());
            }
            Change::TopicRemoved { arn } => drop(Arc::make_mut(&mut self.topics).remove(arn)),
            _ => {}
        }
    }
}

/// The policy of a topic: the one that was set, or the one that a topic begins with, which lets its
/// account do everything, and nobody else anything.
pub fn topic_policy(topic: &Topic) -> String {
    let set = topic.attributes.get("Policy").cloned();
    set.unwrap_or_else(|| usual_policy(topic).to_string())
}

fn usual_policy(topic: &Topic) -> Value {
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": [
                "SNS:GetTopicAttributes",
                "SNS:SetTopicAttributes",
                "SNS:AddPermission",
                "SNS:RemovePermission",
                "SNS:DeleteTopic",
                "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic",
                "SNS:Publish",
            ],
            "Resource": topic.arn(),
            "Condition": { "StringEquals": { "AWS:SourceOwner": topic.account } },
        }],
    })
}

impl State {
    /// A topic, by its ARN.
    pub fn topic(&self, arn: &str) -> Option<&Topic> {
        self.topic_room().topics.get(arn)
    }

    /// The topics of an account in a region, by name.
    pub fn topics<'a>(
        &'a self,
        account: &'a AccountId,
        region: &'a str,
    ) -> impl Iterator<Item = &'a Topic> {
        let all = self.topic_room().topics.values();
        all.filter(move |topic| topic.account == *account && topic.region == region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Asking;
    use model::Timestamp;

    #[test]
    fn a_topic_lets_in_cloudtrail_where_its_policy_says_so() {
        let account = AccountId::parse("111111111111").unwrap();
        let (region, trail) = ("us-east-1", "arn:aws:cloudtrail:us-east-1:111111111111:trail/t");
        let mut topic = Topic {
            name: "t".to_owned(),
            account: account.clone(),
            region: region.to_owned(),
            attributes: BTreeMap::new(),
            tags: BTreeMap::new(),
        };
        let service = "cloudtrail.amazonaws.com";
        let asking = Asking::service(service, trail, &account, region, Timestamp(0));
        assert!(!asking.weigh_topic("SNS:Publish", &topic).is_allowed());
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": "SNS:Publish",
            "Resource": topic.arn(),
            "Condition": { "StringEquals": { "aws:SourceArn": trail } },
        }] });
        topic.attributes.insert("Policy".to_owned(), policy.to_string());
        assert!(asking.weigh_topic("SNS:Publish", &topic).is_allowed());
        assert!(!asking.weigh_topic("SNS:Subscribe", &topic).is_allowed());
        let other = Asking::service(service, "arn:other", &account, region, Timestamp(0));
        assert!(!other.weigh_topic("SNS:Publish", &topic).is_allowed());
    }

    #[test]
    fn topics_come_and_go_and_steps_may_be_taken_twice() {
        let account = AccountId::parse("111111111111").unwrap();
        let topic = |region: &str| Topic {
            name: "t".to_owned(),
            account: account.clone(),
            region: region.to_owned(),
            attributes: BTreeMap::new(),
            tags: BTreeMap::new(),
        };
        let mut state = State::default();
        for region in ["eu-west-1", "us-east-1", "us-east-1"] {
            state.apply(&Change::TopicPut(topic(region)));
        }
        assert_eq!(state.topics(&account, "us-east-1").count(), 1);
        let arn = topic("us-east-1").arn().to_string();
        assert!(state.topic(&arn).is_some());
        for _ in 0..2 {
            state.apply(&Change::TopicRemoved { arn: arn.clone() });
        }
        assert!(state.topic(&arn).is_none());
        assert_eq!(state.topics(&account, "eu-west-1").count(), 1);
    }
}
