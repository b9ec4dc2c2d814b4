"""The tags of all services in one place, and the names of accounts, as an unmodified SDK asks."""

import trails
from lake import refused


def test_an_account_has_no_alias(server):
    assert server.client("iam").list_account_aliases()["AccountAliases"] == []


def test_tags_of_all_services_are_told_in_pages(fresh):
    tags = [{"Key": "team", "Value": "pugs"}]
    key = fresh.client("kms").create_key(Tags=[{"TagKey": "team", "TagValue": "pugs"}])
    made = {
        fresh.client("sns").create_topic(Name="news", Tags=tags)["TopicArn"],
        key["KeyMetadata"]["Arn"],
        trails.create(fresh, "main", TagsList=tags)["TrailARN"],
    }
    fresh.client("sns").create_topic(Name="plain")
    tagging = fresh.client("resourcegroupstaggingapi")
    pages = tagging.get_paginator("get_resources").paginate(
        TagFilters=[{"Key": "team", "Values": ["pugs"]}], ResourcesPerPage=2
    )
    told = [page["ResourceTagMappingList"] for page in pages]
    assert [len(page) for page in told] == [2, 1]
    assert {it["ResourceARN"] for page in told for it in page} == made
    assert all(it["Tags"] == tags for page in told for it in page)
    topics = tagging.get_resources(ResourceTypeFilters=["sns"])["ResourceTagMappingList"]
    assert len(topics) == 1
    away = fresh.client("resourcegroupstaggingapi", region="eu-west-1")
    assert away.get_resources(ResourceARNList=list(made))["ResourceTagMappingList"] == []
    refused(
        "InvalidParameterException", tagging.get_resources,
        ResourceARNList=list(made), ResourcesPerPage=1,
    )
