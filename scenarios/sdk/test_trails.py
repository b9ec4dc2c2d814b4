"""Trails: made, described, started, stopped, selected for, tagged and deleted."""

import datetime
import json

import pytest

import trails
from lake import name, refused

EVERYTHING = {
    "ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
    "ExcludeManagementEventSources": [],
}


@pytest.fixture
def cloudtrail(fresh):
    return fresh.client("cloudtrail")


@pytest.fixture
def away(fresh):
    """A client in another region."""
    return fresh.client("cloudtrail", region="eu-west-1")


@pytest.fixture
def account(fresh):
    return fresh.client("sts").get_caller_identity()["Account"]


def test_a_trail_is_made_as_aws_makes_it(fresh, cloudtrail, account):
    made = trails.create(fresh, "main", EnableLogFileValidation=True, S3KeyPrefix="logs")
    made.pop("ResponseMetadata")
    bucket = made.pop("S3BucketName")
    assert bucket.startswith("audit-")
    assert made == {
        "Name": "main",
        "S3KeyPrefix": "logs",
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": False,
        "TrailARN": f"arn:aws:cloudtrail:us-east-1:{account}:trail/main",
        "LogFileValidationEnabled": True,
        "IsOrganizationTrail": False,
    }
    told = cloudtrail.get_trail(Name="main")["Trail"]
    assert told == {
        **made, "S3BucketName": bucket, "HomeRegion": "us-east-1",
        "HasCustomEventSelectors": False, "HasInsightSelectors": False,
    }
    assert cloudtrail.describe_trails()["trailList"] == [told]
    assert not cloudtrail.get_trail_status(Name="main")["IsLogging"]


def test_the_call_that_makes_a_trail_is_recorded_as_aws_records_it(fresh, account):
    made = trails.create(fresh, "main", IsMultiRegionTrail=True)
    record = fresh.record_of(made["ResponseMetadata"]["RequestId"])
    assert record["requestParameters"] == {
        "name": "main", "s3BucketName": made["S3BucketName"], "isMultiRegionTrail": True,
    }
    elements = record["responseElements"]
    assert elements["trailARN"] == f"arn:aws:cloudtrail:us-east-1:{account}:trail/main"
    assert elements["logFileValidationEnabled"] is False


def test_bad_names_are_refused_in_aws_s_words(cloudtrail):
    for bad, why in [
        ("ab", "Trail name too short. Minimum allowed length: 3 characters."),
        ("x" * 129, "Trail name too long. Maximum allowed length: 128 characters."),
        ("a b c", "Trail name or ARN can only contain uppercase letters"),
        ("-abc", "Trail name must starts with a letter or number."),
        ("abc-", "Trail name must ends with a letter or number."),
        ("192.168.5.4", "IP address"),
        ("my--trail", "side by side"),
    ]:
        for call, more in [
            (cloudtrail.create_trail, {"S3BucketName": "audit"}),
            (cloudtrail.get_trail, {}),
            (cloudtrail.start_logging, {}),
        ]:
            assert why in refused("InvalidTrailNameException", call, Name=bad, **more)


def test_settings_that_cannot_be_are_refused(fresh, cloudtrail, account):
    def create(code, **more):
        trail = name("trail")
        more.setdefault("S3BucketName", trails.bucket(fresh, trail))
        return refused(code, cloudtrail.create_trail, Name=trail, **more)

    create("S3BucketDoesNotExistException", S3BucketName="never-made-by-anybody")
    create("InvalidS3BucketNameException", S3BucketName="No_Bucket")
    create("InvalidS3PrefixException", S3KeyPrefix="x" * 201)
    create("InvalidS3PrefixException", S3KeyPrefix="../up")
    create("InvalidSnsTopicNameException", SnsTopicName="a b")
    create("InsufficientSnsTopicPolicyException", SnsTopicName="never-made")
    create("InvalidKmsKeyIdException", KmsKeyId="a b")
    create("KmsKeyNotFoundException", KmsKeyId="alias/never-made")
    create("OrganizationsNotInUseException", IsOrganizationTrail=True)
    create("InvalidTagParameterException", TagsList=[{"Key": "aws:x", "Value": "1"}])
    both = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}
    create("InvalidParameterCombinationException", **both)
    group = f"arn:aws:logs:us-east-1:{account}:log-group:never-made:*"
    role = f"arn:aws:iam::{account}:role/logs"
    create("InvalidCloudWatchLogsRoleArnException", CloudWatchLogsLogGroupArn=group)
    create("InvalidCloudWatchLogsLogGroupArnException", CloudWatchLogsRoleArn=role)
    one = {"CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role}
    create("InvalidCloudWatchLogsLogGroupArnException", **one)
    assert cloudtrail.list_trails()["Trails"] == []


def test_a_bucket_must_let_cloudtrail_in(fresh, cloudtrail, account):
    s3 = fresh.client("s3")
    bucket = name("audit")
    s3.create_bucket(Bucket=bucket)
    code = "InsufficientS3BucketPolicyException"

    def tried(*statements):
        s3.put_bucket_policy(Bucket=bucket, Policy=trails.policy(*statements))
        return refused(code, cloudtrail.create_trail, Name="main", S3BucketName=bucket)

    refused(code, cloudtrail.create_trail, Name="main", S3BucketName=bucket)
    check, write = trails.statement(account, bucket, "main")
    tried(check)
    tried(write)
    tried(check, trails.statement(account, bucket, "another")[1])
    tried(check, {**write, "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/999988887777/*"})
    tried(check, {**write, "Principal": {"Service": "config.amazonaws.com"}})
    tried(check, write, {**write, "Sid": "No", "Effect": "Deny"})
    s3.put_bucket_policy(Bucket=bucket, Policy=trails.policy(check, write))
    prefixed = {"Name": "main", "S3BucketName": bucket, "S3KeyPrefix": "elsewhere"}
    refused(code, cloudtrail.create_trail, **prefixed)
    cloudtrail.create_trail(Name="main", S3BucketName=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    refused(code, cloudtrail.update_trail, Name="main", EnableLogFileValidation=True)


def test_requester_pays_is_refused(fresh, cloudtrail):
    bucket = trails.bucket(fresh, "main")
    payment = {"Payer": "Requester"}
    fresh.client("s3").put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration=payment)
    code = "InsufficientS3BucketPolicyException"
    refused(code, cloudtrail.create_trail, Name="main", S3BucketName=bucket)


def test_a_name_is_taken_once_in_a_region(fresh, cloudtrail, account):
    made = trails.create(fresh, "main")
    said = refused(
        "TrailAlreadyExistsException", cloudtrail.create_trail,
        Name="main", S3BucketName=made["S3BucketName"],
    )
    assert said == f"Trail main already exists for customer: {account}"


def test_the_sixth_trail_of_a_region_is_refused(fresh, cloudtrail, away, account):
    bucket, s3 = name("audit"), fresh.client("s3")
    s3.create_bucket(Bucket=bucket)
    statements = trails.statement(account, bucket, "any")
    for statement in statements:
        statement.pop("Condition")
    s3.put_bucket_policy(Bucket=bucket, Policy=trails.policy(*statements))

    def make(client, number, **more):
        return client.create_trail(Name=f"trail-{number}", S3BucketName=bucket, **more)

    make(cloudtrail, 0, IsMultiRegionTrail=True)
    for number in range(1, 5):
        make(cloudtrail, number)
    code = "MaximumNumberOfTrailsExceededException"
    said = refused(code, cloudtrail.create_trail, Name="trail-5", S3BucketName=bucket)
    assert "already has 5 trails in us-east-1" in said
    for number in range(5, 9):
        make(away, number)
    refused(code, away.create_trail, Name="trail-9", S3BucketName=bucket)
    south = fresh.client("cloudtrail", region="ap-south-1")
    everywhere = {"Name": "trail-9", "S3BucketName": bucket, "IsMultiRegionTrail": True}
    refused(code, south.create_trail, **everywhere)
    make(south, 9)
    assert len(south.list_trails()["Trails"]) == 10


def test_a_trail_is_updated_by_name_and_arn(fresh, cloudtrail):
    made = trails.create(fresh, "main")
    changed = cloudtrail.update_trail(Name="main", EnableLogFileValidation=True)
    assert changed["LogFileValidationEnabled"] and not changed["IsMultiRegionTrail"]
    changed = cloudtrail.update_trail(Name=made["TrailARN"], IsMultiRegionTrail=True)
    assert changed["LogFileValidationEnabled"] and changed["IsMultiRegionTrail"]
    other = trails.bucket(fresh, "main", "logs")
    changed = cloudtrail.update_trail(Name="main", S3BucketName=other, S3KeyPrefix="logs")
    assert (changed["S3BucketName"], changed["S3KeyPrefix"]) == (other, "logs")
    refused("TrailNotFoundException", cloudtrail.update_trail, Name="none", S3KeyPrefix="")
    without = {"Name": "main", "IncludeGlobalServiceEvents": False}
    refused("InvalidParameterCombinationException", cloudtrail.update_trail, **without)


def test_a_trail_of_all_regions_casts_shadows(fresh, cloudtrail, away, account):
    made = trails.create(fresh, "main", IsMultiRegionTrail=True)
    trails.create(fresh, "home")
    arn = made["TrailARN"]
    assert [it["Name"] for it in away.describe_trails()["trailList"]] == ["main"]
    assert away.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert away.describe_trails(trailNameList=["main"])["trailList"] == []
    named = away.describe_trails(trailNameList=[arn])["trailList"]
    assert named[0]["HomeRegion"] == "us-east-1"
    names = {it["Name"]: it["HomeRegion"] for it in away.list_trails()["Trails"]}
    assert names == {"main": "us-east-1", "home": "us-east-1"}
    assert away.get_trail(Name=arn)["Trail"]["TrailARN"] == arn
    assert away.get_trail_status(Name=arn)["IsLogging"] is False
    said = refused("TrailNotFoundException", away.get_trail_status, Name="main")
    assert said == f"Unknown trail: {arn.replace('us-east-1', 'eu-west-1')} for the user: {account}"
    for call in (away.start_logging, away.stop_logging, away.delete_trail, away.update_trail):
        refused("InvalidHomeRegionException", call, Name=arn)
    selectors = {"TrailName": arn, "EventSelectors": [EVERYTHING]}
    refused("InvalidHomeRegionException", away.put_event_selectors, **selectors)


def test_what_names_no_trail_is_refused(cloudtrail, account):
    refused("CloudTrailARNInvalidException", cloudtrail.get_trail, Name="arn:aws:s3:::audit")
    other = "arn:aws:cloudtrail:us-east-1:999988887777:trail/main"
    refused("TrailNotFoundException", cloudtrail.get_trail, Name=other)
    refused("TrailNotFoundException", cloudtrail.delete_trail, Name="main")
    refused("TrailNotFoundException", cloudtrail.get_event_selectors, TrailName="main")
    assert cloudtrail.describe_trails(trailNameList=["main"])["trailList"] == []


def test_logging_starts_and_stops_by_name_and_arn(fresh, cloudtrail):
    made = trails.create(fresh, "main")
    before = cloudtrail.get_trail_status(Name="main")
    assert "StartLoggingTime" not in before and "LatestDeliveryTime" not in before
    assert before["TimeLoggingStarted"] == "" and before["LatestDeliveryAttemptTime"] == ""
    cloudtrail.start_logging(Name="main")
    started = cloudtrail.get_trail_status(Name=made["TrailARN"])
    assert started["IsLogging"] and started["TimeLoggingStopped"] == ""
    at = started["StartLoggingTime"]
    assert abs((datetime.datetime.now(at.tzinfo) - at).total_seconds()) < 60
    cloudtrail.stop_logging(Name=made["TrailARN"])
    stopped = cloudtrail.get_trail_status(Name="main")
    assert not stopped["IsLogging"]
    assert stopped["StopLoggingTime"] >= stopped["StartLoggingTime"] == at


def test_selectors_of_one_kind_wipe_the_other(fresh, cloudtrail):
    trails.create(fresh, "main")
    assert cloudtrail.get_event_selectors(TrailName="main")["EventSelectors"] == [EVERYTHING]
    advanced = [{"Name": "objects", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::audit"]},
    ]}]
    put = cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=advanced)
    assert put["AdvancedEventSelectors"] == advanced and "EventSelectors" not in put
    told = cloudtrail.get_event_selectors(TrailName=put["TrailARN"])
    assert told["AdvancedEventSelectors"] == advanced and "EventSelectors" not in told
    assert cloudtrail.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"]
    basic = [{
        "ReadWriteType": "WriteOnly", "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
    }]
    put = cloudtrail.put_event_selectors(TrailName="main", EventSelectors=basic)
    assert put["EventSelectors"] == basic and "AdvancedEventSelectors" not in put
    told = cloudtrail.get_event_selectors(TrailName="main")
    assert told["EventSelectors"] == basic and "AdvancedEventSelectors" not in told


def test_bad_selectors_are_refused(fresh, cloudtrail):
    trails.create(fresh, "main")

    def put(**selectors):
        call = cloudtrail.put_event_selectors
        return refused("InvalidEventSelectorsException", call, TrailName="main", **selectors)

    def data(kind, *values):
        return [{**EVERYTHING, "DataResources": [{"Type": kind, "Values": list(values)}]}]

    def advanced(*fields):
        return [{"FieldSelectors": [dict(zip(("Field", op), (f, v))) for f, op, v in fields]}]

    put()
    put(EventSelectors=[])
    put(EventSelectors=[EVERYTHING] * 6)
    put(EventSelectors=[{"ReadWriteType": "read-only"}])
    put(EventSelectors=data("AWS::S3::Bucket", "arn:aws:s3"))
    put(EventSelectors=data("AWS::S3::Object", "arn:aws:s3:::audit"))
    put(EventSelectors=data("AWS::S3::Object", *["arn:aws:s3:::audit/"] * 251))
    put(EventSelectors=[{**EVERYTHING, "ExcludeManagementEventSources": ["s3.amazonaws.com"]}])
    management = ("eventCategory", "Equals", ["Management"])
    put(AdvancedEventSelectors=advanced(management, ("eventName", "Equals", ["RunInstances"])))
    put(AdvancedEventSelectors=advanced(management, ("readOnly", "NotEquals", ["true"])))
    put(AdvancedEventSelectors=advanced(("eventCategory", "Equals", ["ConfigurationItem"])))
    many = [str(number) for number in range(500)]
    objects = [("eventCategory", "Equals", ["Data"]), ("resources.type", "Equals", ["AWS::S3::Object"])]
    put(AdvancedEventSelectors=advanced(*objects, ("eventName", "Equals", many)))
    put(EventSelectors=[EVERYTHING], AdvancedEventSelectors=advanced(management))
    assert cloudtrail.get_event_selectors(TrailName="main")["EventSelectors"] == [EVERYTHING]


def test_insight_selectors_are_kept_and_taken_away(fresh, cloudtrail):
    trails.create(fresh, "main")
    get, put = cloudtrail.get_insight_selectors, cloudtrail.put_insight_selectors
    refused("InsightNotEnabledException", get, TrailName="main")
    both = [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]
    assert put(TrailName="main", InsightSelectors=both)["InsightSelectors"] == both
    assert get(TrailName="main")["InsightSelectors"] == both
    assert cloudtrail.get_trail(Name="main")["Trail"]["HasInsightSelectors"]
    unknown = [{"InsightType": "SomethingElse"}]
    refused("InvalidInsightSelectorsException", put, TrailName="main", InsightSelectors=unknown)
    put(TrailName="main", InsightSelectors=[])
    refused("InsightNotEnabledException", get, TrailName="main")


def test_tags_of_a_trail_come_and_go(fresh, cloudtrail, away):
    arn = trails.create(fresh, "main", TagsList=[{"Key": "a", "Value": "1"}])["TrailARN"]
    cloudtrail.add_tags(ResourceId=arn, TagsList=[{"Key": "b", "Value": "2"}])
    cloudtrail.remove_tags(ResourceId=arn, TagsList=[{"Key": "a"}])
    listed = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    assert listed == [{"ResourceId": arn, "TagsList": [{"Key": "b", "Value": "2"}]}]
    tag = [{"Key": "c", "Value": "3"}]
    refused("ResourceNotFoundException", away.add_tags, ResourceId=arn, TagsList=tag)


def test_a_deleted_trail_is_gone_and_its_bucket_stays(fresh, cloudtrail):
    made = trails.create(fresh, "main")
    cloudtrail.delete_trail(Name=made["TrailARN"])
    assert cloudtrail.describe_trails()["trailList"] == []
    refused("TrailNotFoundException", cloudtrail.get_trail_status, Name="main")
    fresh.client("s3").head_bucket(Bucket=made["S3BucketName"])
    cloudtrail.create_trail(Name="main", S3BucketName=made["S3BucketName"])


def test_trails_survive_a_kill(fresh, cloudtrail):
    trails.create(fresh, "main", IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="main")
    before = cloudtrail.get_trail(Name="main")["Trail"]
    fresh.kill()
    fresh.start()
    again = fresh.client("cloudtrail")
    assert again.get_trail(Name="main")["Trail"] == before
    assert again.get_trail_status(Name="main")["IsLogging"]


def test_the_cli_makes_and_shows_a_trail(fresh):
    bucket = trails.bucket(fresh, "main")
    made = fresh.aws(
        "cloudtrail", "create-trail", "--name", "main", "--s3-bucket-name", bucket,
        "--is-multi-region-trail", "--enable-log-file-validation",
    )
    assert made["IsMultiRegionTrail"] and made["LogFileValidationEnabled"]
    fresh.aws("cloudtrail", "start-logging", "--name", "main")
    status = fresh.aws("cloudtrail", "get-trail-status", "--name", made["TrailARN"])
    assert status["IsLogging"]
    shadow = fresh.aws("cloudtrail", "describe-trails", "--region", "eu-west-1")["trailList"]
    assert [it["TrailARN"] for it in shadow] == [made["TrailARN"]]
    said = fresh.aws(
        "cloudtrail", "delete-trail", "--name", made["TrailARN"], "--region", "eu-west-1", good=False
    )
    assert "InvalidHomeRegionException" in said
    selectors = json.dumps([EVERYTHING])
    fresh.aws(
        "cloudtrail", "put-event-selectors", "--trail-name", "main", "--event-selectors", selectors
    )
    fresh.aws("cloudtrail", "delete-trail", "--name", "main")
    assert fresh.aws("cloudtrail", "list-trails")["Trails"] == []
