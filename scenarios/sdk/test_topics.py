"""Topics of SNS, as an unmodified SDK uses them."""

import json

import pytest

from lake import refused


@pytest.fixture
def sns(fresh):
    return fresh.client("sns")


def test_a_topic_is_made_once_and_keeps_what_is_set(sns):
    made = sns.create_topic(Name="kennel", Attributes={"DisplayName": "Pugs"}, Tags=[])
    arn = made["TopicArn"]
    assert sns.create_topic(Name="kennel")["TopicArn"] == arn
    refused("InvalidParameter", sns.create_topic, Name="kennel", Attributes={"DisplayName": "x"})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="alias/pug")
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (told["DisplayName"], told["KmsMasterKeyId"]) == ("Pugs", "alias/pug")
    assert told["TopicArn"] == arn and json.loads(told["EffectiveDeliveryPolicy"])
    assert [it["TopicArn"] for it in sns.list_topics()["Topics"]] == [arn]
    assert sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == []
    sns.delete_topic(TopicArn=arn)
    refused("NotFound", sns.get_topic_attributes, TopicArn=arn)


def test_permissions_are_statements_of_the_policy(sns):
    arn = sns.create_topic(Name="kennel")["TopicArn"]
    policy = lambda: json.loads(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
    sns.add_permission(
        TopicArn=arn, Label="guest", AWSAccountId=["999988887777"], ActionName=["Publish"]
    )
    assert [it["Sid"] for it in policy()["Statement"]] == ["__default_statement_ID", "guest"]
    sns.remove_permission(TopicArn=arn, Label="guest")
    assert len(policy()["Statement"]) == 1
    document = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "SNS:Publish", "Resource": arn,
    }]})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)
    assert policy() == json.loads(document)


def test_tags_come_and_go_and_nothing_is_published_yet(sns):
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]
    arn = sns.create_topic(Name="kennel", Tags=tags)["TopicArn"]
    sns.untag_resource(ResourceArn=arn, TagKeys=["a"])
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "c", "Value": "3"}])
    told = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert told == [{"Key": "b", "Value": ""}, {"Key": "c", "Value": "3"}]
    refused("InvalidAction", sns.publish, TopicArn=arn, Message="hello")


def test_what_of_deliveries_is_to_be_logged_is_kept(sns):
    arn = sns.create_topic(Name="kennel")["TopicArn"]
    rate, role = "HTTPSuccessFeedbackSampleRate", "SQSFailureFeedbackRoleArn"
    keep = lambda name, value: sns.set_topic_attributes(
        TopicArn=arn, AttributeName=name, AttributeValue=value
    )
    keep(rate, "0")
    keep(role, "arn:aws:iam::123456789012:role/logger")
    told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (told[rate], told[role]) == ("0", "arn:aws:iam::123456789012:role/logger")
    keep(role, "")
    assert role not in sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    for name, value in [(rate, "101"), (role, "logger")]:
        refused(
            "InvalidParameter", sns.set_topic_attributes,
            TopicArn=arn, AttributeName=name, AttributeValue=value,
        )
