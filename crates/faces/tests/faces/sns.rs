//! Topics of SNS, through the door.

use crate::house::{Flags, House, Key};
use crate::request::Ask;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:sns:us-east-1:123456789012:kennel";

/// The status and the body of an answer.
fn sns(house: &House, operation: &str, input: &str) -> (u16, String) {
    sns_of(house, &house.admin.clone(), operation, input)
}

fn sns_of(house: &House, key: &Key, operation: &str, input: &str) -> (u16, String) {
    let ask = Ask::new("sns", operation, input);
    let response = house.send(ask.signed(key, house.env.now()));
    (response.status.as_u16(), String::from_utf8(response.body.to_vec()).unwrap())
}

fn done(house: &House, operation: &str, input: &str) -> String {
    let (status, body) = sns(house, operation, input);
    assert_eq!(status, 200, "{operation}: {body}");
    body
}

fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    let byte = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

/// An attribute as the answer tells it.
fn attribute(house: &House, name: &str) -> Option<String> {
    let body = done(house, "GetTopicAttributes", &format!("TopicArn={ARN}"));
    let (_, rest) = body.split_once(&format!("<key>{name}</key><value>"))?;
    Some(rest.split_once("</value>")?.0.replace("&quot;", "\""))
}

fn set(house: &House, name: &str, value: &str) -> (u16, String) {
    let value = escaped(value);
    let input = format!("TopicArn={ARN}&AttributeName={name}&AttributeValue={value}");
    sns(house, "SetTopicAttributes", &input)
}

#[test]
fn a_topic_is_made_once_and_keeps_what_is_set() {
    let house = House::new();
    let made = done(&house, "CreateTopic", "Name=kennel");
    assert!(made.contains(&format!("<TopicArn>{ARN}</TopicArn>")), "{made}");
    assert_eq!(attribute(&house, "DisplayName").as_deref(), Some(""));
    assert_eq!(attribute(&house, "KmsMasterKeyId"), None);
    assert_eq!(attribute(&house, "Owner").as_deref(), Some("123456789012"));
    assert_eq!(set(&house, "DisplayName", "Pugs & <co>").0, 200);
    assert_eq!(set(&house, "KmsMasterKeyId", "alias/pug").0, 200);
    assert_eq!(attribute(&house, "KmsMasterKeyId").as_deref(), Some("alias/pug"));
    done(&house, "CreateTopic", "Name=kennel");
    assert_eq!(attribute(&house, "DisplayName").as_deref(), Some("Pugs &amp; &lt;co&gt;"));
    let other = "Name=kennel&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=Cats";
    let (status, body) = sns(&house, "CreateTopic", other);
    assert_eq!(status, 400);
    assert!(body.contains("already exists with different attributes"), "{body}");
    assert_eq!(set(&house, "FifoTopic", "true").0, 400);
    let listed = done(&house, "ListTopics", "");
    assert_eq!(listed.matches("<TopicArn>").count(), 1);
    let none = done(&house, "ListSubscriptionsByTopic", &format!("TopicArn={ARN}"));
    assert!(none.contains("<Subscriptions></Subscriptions>"), "{none}");
    done(&house, "DeleteTopic", &format!("TopicArn={ARN}"));
    assert_eq!(sns(&house, "GetTopicAttributes", &format!("TopicArn={ARN}")).0, 404);
    done(&house, "DeleteTopic", &format!("TopicArn={ARN}"));
}

#[test]
fn topics_are_listed_a_hundred_at_a_time() {
    let house = House::new();
    for n in 0..101 {
        done(&house, "CreateTopic", &format!("Name=t{n:03}"));
    }
    let first = done(&house, "ListTopics", "");
    assert_eq!(first.matches("<TopicArn>").count(), 100);
    let token = first.split_once("<NextToken>").unwrap().1.split_once('<').unwrap().0;
    let second = done(&house, "ListTopics", &format!("NextToken={token}"));
    assert!(second.contains(":t100</TopicArn>") && !second.contains("NextToken"), "{second}");
    assert_eq!(sns(&house, "ListTopics", "NextToken=x").0, 400);
}

#[test]
fn tags_come_and_go() {
    let house = House::new();
    done(&house, "CreateTopic", "Name=kennel&Tags.member.1.Key=a&Tags.member.1.Value=1");
    let tag = "Tags.member.1.Key=b&Tags.member.1.Value=";
    done(&house, "TagResource", &format!("ResourceArn={ARN}&{tag}"));
    let tags = || done(&house, "ListTagsForResource", &format!("ResourceArn={ARN}"));
    assert_eq!(tags().matches("<Key>").count(), 2);
    done(&house, "UntagResource", &format!("ResourceArn={ARN}&TagKeys.member.1=a"));
    assert!(tags().contains("<Key>b</Key><Value></Value>") && !tags().contains("<Key>a"));
}

#[test]
fn permissions_are_statements_of_the_policy() {
    let house = House::with(Flags { dev: true, ..Flags::default() });
    done(&house, "CreateTopic", "Name=kennel");
    let abroad = Key::new("999988887777", "any");
    let look = || sns_of(&house, &abroad, "GetTopicAttributes", &format!("TopicArn={ARN}"));
    let (status, body) = look();
    assert_eq!(status, 403);
    assert!(body.contains("<Code>AuthorizationError</Code>"), "{body}");
    let who = "AWSAccountId.member.1=999988887777&ActionName.member.1=GetTopicAttributes";
    let add = format!("TopicArn={ARN}&Label=guest&{who}");
    done(&house, "AddPermission", &add);
    assert_eq!(look().0, 200);
    let policy: Value = serde_json::from_str(&attribute(&house, "Policy").unwrap()).unwrap();
    assert_eq!(policy["Statement"][0]["Sid"], "__default_statement_ID");
    assert_eq!(
        policy["Statement"][1],
        json!({
            "Sid": "guest",
            "Effect": "Allow",
            "Principal": { "AWS": ["arn:aws:iam::999988887777:root"] },
            "Action": ["SNS:GetTopicAttributes"],
            "Resource": ARN,
        })
    );
    let (status, body) = sns(&house, "AddPermission", &add);
    assert!(status == 400 && body.contains("Statement already exists"), "{body}");
    for wrong in [
        "AWSAccountId.member.1=*&ActionName.member.1=Publish",
        "AWSAccountId.member.1=999988887777&ActionName.member.1=Fly",
    ] {
        let input = format!("TopicArn={ARN}&Label=other&{wrong}");
        assert_eq!(sns(&house, "AddPermission", &input).0, 400, "{wrong}");
    }
    let remove = format!("TopicArn={ARN}&Label=guest");
    done(&house, "RemovePermission", &remove);
    assert_eq!(look().0, 403);
    assert_eq!(sns(&house, "RemovePermission", &remove).0, 400);
}

#[test]
fn a_policy_is_kept_as_it_came_if_it_is_one() {
    let house = House::new();
    done(&house, "CreateTopic", "Name=kennel");
    let policy = r#"{"Statement": {"Effect":"Allow", "Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"SNS:Publish","Resource":"*"}}"#;
    assert_eq!(set(&house, "Policy", policy).0, 200);
    assert_eq!(attribute(&house, "Policy").as_deref(), Some(policy));
    let (status, body) = set(&house, "Policy", "{}");
    assert!(status == 400 && body.contains("Policy Error: `Statement`: is missing"), "{body}");
}
