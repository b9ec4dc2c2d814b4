//! The kinds of generated records, one row each. In the texts, `<word>` stands for a value that
//! the record draws: the same word twice in one record is the same value.

/// What every record begins with, after the identity.
pub(super) const HEAD: &str = r#","eventTime":"<time>","eventSource":"<prefix>.amazonaws.com","eventName":"<event>","awsRegion":"<region>","sourceIPAddress":"<address>","userAgent":"<agent>","#;
/// What every record ends with.
pub(super) const TAIL: &str = r#""requestID":"<request>","eventID":"<event-id>","readOnly":<readonly>,"eventType":"<type>","managementEvent":<management>,"recipientAccountId":"<account>","eventCategory":"<category>""#;
/// How the connection was protected.
pub(super) const TLS: &str = r#","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"<prefix>.<region>.amazonaws.com","keyExchange":"X25519MLKEM768"}"#;

/// An AWS service on its own account.
pub(super) const SERVICE: &str = r#"{"type":"AWSService","invokedBy":"<arn>"}"#;
/// Someone with a long-lived key.
pub(super) const USER: &str = r#"{"type":"IAMUser","principalId":"<principal>","arn":"<arn>","accountId":"<account>","accessKeyId":"<access-key>","userName":"<name>"}"#;
/// Someone in a role.
pub(super) const SESSION: &str = r#"{"type":"AssumedRole","principalId":"<principal>:<label>","arn":"<arn>","accountId":"<account>","accessKeyId":"<access-key>","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"<principal>","arn":"arn:aws:iam::<account>:role/<name>","accountId":"<account>","userName":"<name>"},"attributes":{"creationDate":"<created>","mfaAuthenticated":"false"}}}"#;

/// Programs that sign requests.
pub(super) const AGENTS: [&str; 9] = [
    "aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off",
    "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#5.10.244-240.970.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 m/Z,b,D cfg/retry-mode#legacy Botocore/1.40.55",
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.17.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.24.6",
    "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#amd64 api/s3#1.88.4 m/E,e",
    "aws-sdk-java/2.34.9 md/io#sync md/http#Apache ua/2.1 api/dynamodb#2.34.x os/Linux#6.1.150 lang/java#21.0.8 md/OpenJDK_64-Bit_Server_VM md/vendor#Amazon.com_Inc. m/D,N",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "aws-sdk-js/3.901.0 ua/2.1 os/linux#5.10 lang/js md/nodejs#22.19.0 api/cloudwatch-logs#3.901.0 m/N,E,e",
    "eks-pod-identity-agent aws-sdk-go-v2/1.38.1 ua/2.1 os/linux lang/go#1.24.5 md/GOARCH#arm64",
    "autoscaling.amazonaws.com",
];

/// How often a kind occurs, and what it looks like.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) weight: f64,
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    pub(super) read_only: bool,
    pub(super) is_data: bool,
    pub(super) request: &'static str,
    pub(super) response: &'static str,
    pub(super) more: &'static str,
    pub(super) failures: &'static [Failure],
}

/// An error code and its message.
pub(super) type Failure = (&'static str, &'static str);

const DENIED: Failure = (
    "AccessDenied",
    "User: <arn> is not authorized to perform: <action> on resource: arn:aws:<prefix>:<region>:<account>:<word>/<hex8> because no identity-based policy allows the <action> action",
);
const EC2_DENIED: Failure = (
    "Client.UnauthorizedOperation",
    "You are not authorized to perform this operation. User: <arn> is not authorized to perform: <action> because no identity-based policy allows the <action> action. Encoded authorization failure message: <base64>",
);
const THROTTLED: Failure = ("ThrottlingException", "Rate exceeded");
const EC2_LIMIT: Failure = ("Client.RequestLimitExceeded", "Request limit exceeded.");
const NO_ROLE: Failure =
    ("NoSuchEntityException", "The role with name <word>-<hex8> cannot be found.");
const NO_KEY: Failure = ("NoSuchKey", "The specified key does not exist.");
const NO_PARAMETER: Failure = ("ParameterNotFound", "Parameter /<word>/<hex8> not found.");
const GROUP_EXISTS: Failure =
    ("ResourceAlreadyExistsException", "The specified log group already exists");
const SIGN_IN: Failure = ("Failed authentication", "Failed authentication");

const EC2: &[Failure] = &[EC2_DENIED, EC2_DENIED, EC2_LIMIT];
const PLAIN: &[Failure] = &[DENIED, DENIED, THROTTLED];
const OBJECT: &[Failure] = &[("AccessDenied", "Access Denied"), NO_KEY];

const fn read(
    weight: f64,
    service: &'static str,
    name: &'static str,
    request: &'static str,
    failures: &'static [Failure],
) -> Kind {
    Kind {
        weight,
        service,
        name,
        read_only: true,
        is_data: false,
        request,
        response: "null",
        more: "",
        failures,
    }
}

const fn write(
    weight: f64,
    service: &'static str,
    name: &'static str,
    request: &'static str,
    response: &'static str,
    failures: &'static [Failure],
) -> Kind {
    Kind {
        weight,
        service,
        name,
        read_only: false,
        is_data: false,
        request,
        response,
        more: "",
        failures,
    }
}

const fn data(
    weight: f64,
    service: &'static str,
    name: &'static str,
    read_only: bool,
    request: &'static str,
    more: &'static str,
    failures: &'static [Failure],
) -> Kind {
    Kind {
        weight,
        service,
        name,
        read_only,
        is_data: true,
        request,
        response: "null",
        more,
        failures,
    }
}

const S3_MORE: &str = r#""additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"<base64>","bytesTransferredOut":<number>},"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<key>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}],"#;
const KMS_MORE: &str = r#""resources":[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"arn:aws:kms:<region>:<account>:key/<uuid>"}],"#;
const TABLE_MORE: &str = r#""resources":[{"accountId":"<account>","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:<region>:<account>:table/<word>-<table>"}],"#;

/// `AssumeRole`: its answer is a session whose key later records use.
pub(super) const ASSUME_ROLE: Kind = Kind {
    weight: 90.0,
    service: "sts",
    name: "AssumeRole",
    read_only: true,
    is_data: false,
    request: r#"{"roleArn":"<rolearn>","roleSessionName":"<session>","durationSeconds":3600}"#,
    response: r#"{"credentials":{"accessKeyId":"<issued>","sessionToken":"<token>","expiration":"Nov 1, 2026, 11:59:59 PM"},"assumedRoleUser":{"assumedRoleId":"<roleid>:<session>","arn":"<sessionarn>"}}"#,
    more: r#""resources":[{"accountId":"<account>","type":"AWS::IAM::Role","ARN":"<rolearn>"}],"#,
    failures: PLAIN,
};

/// All the others.
pub(super) const KINDS: &[Kind] = &[
    read(
        110.0,
        "ec2",
        "DescribeInstances",
        r#"{"instancesSet":{"items":[{"instanceId":"i-0<fresh>"}]},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]},"maxResults":1000}"#,
        EC2,
    ),
    read(
        40.0,
        "ec2",
        "DescribeSecurityGroups",
        r#"{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"sg-0<fresh>"},{"groupId":"sg-0<fresh>"},{"groupId":"sg-0<fresh>"},{"groupId":"sg-0<fresh>"},{"groupId":"sg-0<fresh>"}]},"filterSet":{}}"#,
        EC2,
    ),
    read(
        30.0,
        "ec2",
        "DescribeNetworkInterfaces",
        r#"{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-0<fresh>"}]}}]}}"#,
        EC2,
    ),
    write(
        9.0,
        "ec2",
        "RunInstances",
        r#"{"instancesSet":{"items":[{"imageId":"ami-0<hex16>","minCount":1,"maxCount":1}]},"instanceType":"m7g.large","blockDeviceMapping":{},"monitoring":{"enabled":false},"disableApiTermination":false,"clientToken":"<uuid>","networkInterfaceSet":{"items":[{"deviceIndex":0,"subnetId":"subnet-0<fresh>","groupSet":{"items":[{"groupId":"sg-0<fresh>"}]}}]},"ebsOptimized":false,"tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"Name","value":"<word>"}]}]}}"#,
        r#"{"requestId":"<uuid>","reservationId":"r-0<fresh>","ownerId":"<account>","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-0<hex8>a1b2c3d4","imageId":"ami-0<hex16>","currentState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-0-<byte>-<number>.ec2.internal","amiLaunchIndex":0,"instanceType":"m7g.large","launchTime":<number>000,"placement":{"availabilityZone":"<region>a","tenancy":"default"},"monitoring":{"state":"disabled"},"subnetId":"subnet-0<fresh>","vpcId":"vpc-0<fresh>","privateIpAddress":"10.0.<byte>.17","architecture":"arm64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","virtualizationType":"hvm","hypervisor":"xen","ebsOptimized":false}]}}"#,
        EC2,
    ),
    write(
        7.0,
        "ec2",
        "AuthorizeSecurityGroupIngress",
        r#"{"groupId":"sg-0<hex16>","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":<port>,"toPort":<port>,"groups":{},"ipRanges":{"items":[{"cidrIp":"10.<byte>.0.0/16","description":"<word>"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}"#,
        r#"{"requestId":"<uuid>","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"<account>","groupId":"sg-0<hex16>","securityGroupRuleId":"sgr-0<hex8>1f2e3d4c","isEgress":false,"ipProtocol":"tcp","fromPort":<port>,"toPort":<port>,"cidrIpv4":"10.<byte>.0.0/16"}]}}"#,
        EC2,
    ),
    write(
        8.0,
        "ec2",
        "CreateTags",
        r#"{"resourcesSet":{"items":[{"resourceId":"i-0<fresh>"}]},"tagSet":{"items":[{"key":"team","value":"<word>"},{"key":"cost-center","value":"<port>"}]}}"#,
        r#"{"requestId":"<uuid>","_return":true}"#,
        EC2,
    ),
    data(
        120.0,
        "s3",
        "GetObject",
        true,
        r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}"#,
        S3_MORE,
        OBJECT,
    ),
    data(
        50.0,
        "s3",
        "PutObject",
        false,
        r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>","x-amz-server-side-encryption":"AES256"}"#,
        S3_MORE,
        OBJECT,
    ),
    data(
        20.0,
        "s3",
        "HeadObject",
        true,
        r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","key":"<key>"}"#,
        S3_MORE,
        OBJECT,
    ),
    read(
        30.0,
        "s3",
        "GetBucketAcl",
        r#"{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com","acl":"","x-amz-expected-bucket-owner":"<account>","marker":"<base64>"}"#,
        PLAIN,
    ),
    read(12.0, "s3", "ListBuckets", r#"{"Host":"s3.<region>.amazonaws.com"}"#, PLAIN),
    read(40.0, "iam", "GetRole", r#"{"roleName":"<word>-<hex8>"}"#, &[DENIED, NO_ROLE, NO_ROLE]),
    read(
        25.0,
        "iam",
        "ListAttachedRolePolicies",
        r#"{"roleName":"<word>-<hex8>","maxItems":100}"#,
        &[DENIED, NO_ROLE],
    ),
    write(
        3.0,
        "iam",
        "CreateUser",
        r#"{"userName":"<word>-<hex8>","tags":[{"key":"team","value":"<word>"}]}"#,
        r#"{"user":{"path":"/","userName":"<word>-<hex8>","userId":"AIDA<base32>","arn":"arn:aws:iam::<account>:user/<word>-<hex8>","createDate":"Oct 1, 2026, 10:00:00 AM"}}"#,
        PLAIN,
    ),
    write(
        3.0,
        "iam",
        "CreateAccessKey",
        r#"{"userName":"<word>-<hex8>"}"#,
        r#"{"accessKey":{"userName":"<word>-<hex8>","accessKeyId":"AKIA<base32>","status":"Active","createDate":"Oct 1, 2026, 10:00:00 AM"}}"#,
        PLAIN,
    ),
    write(
        4.0,
        "iam",
        "AttachRolePolicy",
        r#"{"roleName":"<word>-<hex8>","policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}"#,
        "null",
        PLAIN,
    ),
    write(
        5.0,
        "iam",
        "PutRolePolicy",
        r#"{"roleName":"<word>-<hex8>","policyName":"inline-<word>","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":\"arn:aws:s3:::<bucket>/*\"},{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}"}"#,
        "null",
        PLAIN,
    ),
    read(45.0, "sts", "GetCallerIdentity", "null", &[THROTTLED]),
    Kind {
        weight: 80.0,
        service: "kms",
        name: "Decrypt",
        read_only: true,
        is_data: false,
        request: r#"{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>/<key>","id":"<fresh><fresh>"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT","keyId":"arn:aws:kms:<region>:<account>:key/<uuid>"}"#,
        response: "null",
        more: KMS_MORE,
        failures: PLAIN,
    },
    Kind {
        weight: 40.0,
        service: "kms",
        name: "GenerateDataKey",
        read_only: true,
        is_data: false,
        request: r#"{"keyId":"arn:aws:kms:<region>:<account>:key/<uuid>","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>"},"keySpec":"AES_256"}"#,
        response: "null",
        more: KMS_MORE,
        failures: PLAIN,
    },
    data(
        25.0,
        "lambda",
        "Invoke",
        false,
        r#"{"functionName":"arn:aws:lambda:<region>:<account>:function:<word>-handler","sourceArn":"arn:aws:events:<region>:<account>:rule/<word>-schedule","invocationType":"Event"}"#,
        r#""additionalEventData":{"functionVersion":"arn:aws:lambda:<region>:<account>:function:<word>-handler:$LATEST"},"resources":[{"accountId":"<account>","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:<region>:<account>:function:<word>-handler"}],"#,
        PLAIN,
    ),
    write(
        8.0,
        "lambda",
        "UpdateFunctionCode20150331v2",
        r#"{"functionName":"<word>-handler","s3Bucket":"<bucket>","s3Key":"<key>","publish":true,"dryRun":false}"#,
        r#"{"functionName":"<word>-handler","functionArn":"arn:aws:lambda:<region>:<account>:function:<word>-handler","runtime":"python3.13","role":"arn:aws:iam::<account>:role/<word>-lambda","handler":"app.handler","codeSize":<number>,"timeout":30,"memorySize":256,"lastModified":"2026-10-01T10:00:00.000+0000","codeSha256":"<base64>","version":"<port>","tracingConfig":{"mode":"PassThrough"},"revisionId":"<uuid>","state":"Active","packageType":"Zip","architectures":["arm64"]}"#,
        PLAIN,
    ),
    write(
        60.0,
        "logs",
        "CreateLogStream",
        r#"{"logGroupName":"/aws/lambda/<word>-handler","logStreamName":"2026/10/01/[$LATEST]<fresh><fresh>"}"#,
        "null",
        &[DENIED, GROUP_EXISTS, THROTTLED],
    ),
    read(
        20.0,
        "logs",
        "DescribeLogGroups",
        r#"{"logGroupNamePrefix":"/aws/lambda/<word>","limit":50}"#,
        PLAIN,
    ),
    data(
        45.0,
        "dynamodb",
        "GetItem",
        true,
        r#"{"tableName":"<word>-<table>","key":{"pk":"<fresh><fresh>","sk":"<fresh>"},"consistentRead":false}"#,
        TABLE_MORE,
        PLAIN,
    ),
    data(
        25.0,
        "dynamodb",
        "PutItem",
        false,
        r#"{"tableName":"<word>-<table>","key":{"pk":"<fresh><fresh>","sk":"<fresh>"},"conditionExpression":"attribute_not_exists(pk)"}"#,
        TABLE_MORE,
        &[DENIED, ("ConditionalCheckFailedException", "The conditional request failed")],
    ),
    read(
        25.0,
        "ssm",
        "GetParameter",
        r#"{"name":"/<word>/<hex8>","withDecryption":true}"#,
        &[DENIED, NO_PARAMETER],
    ),
    read(
        15.0,
        "secretsmanager",
        "GetSecretValue",
        r#"{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:prod/<word>/db-<hex8>"}"#,
        PLAIN,
    ),
    write(
        10.0,
        "monitoring",
        "PutMetricAlarm",
        r#"{"alarmName":"<word>-errors","actionsEnabled":true,"alarmActions":["arn:aws:sns:<region>:<account>:<word>-oncall"],"metricName":"Errors","namespace":"AWS/Lambda","statistic":"Sum","dimensions":[{"name":"FunctionName","value":"<word>-handler"}],"period":300,"evaluationPeriods":1,"threshold":<port>.0,"comparisonOperator":"GreaterThanThreshold"}"#,
        "null",
        PLAIN,
    ),
    read(
        12.0,
        "cloudtrail",
        "LookupEvents",
        r#"{"lookupAttributes":[{"attributeKey":"EventName","attributeValue":"ConsoleLogin"}],"maxResults":50}"#,
        PLAIN,
    ),
    write(
        1.5,
        "cloudtrail",
        "StopLogging",
        r#"{"name":"arn:aws:cloudtrail:<region>:<account>:trail/<word>-trail"}"#,
        "null",
        PLAIN,
    ),
    Kind {
        weight: 6.0,
        service: "signin",
        name: "ConsoleLogin",
        read_only: false,
        is_data: false,
        request: "null",
        response: r#"{"ConsoleLogin":"Success"}"#,
        more: r#""additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>_<hex16>","MobileVersion":"No","MFAIdentifier":"arn:aws:iam::<account>:mfa/<word>","MFAUsed":"Yes"},"#,
        failures: &[SIGN_IN],
    },
];
