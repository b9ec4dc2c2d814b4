//! The resource type that an ARN, or an id of EC2's, names by itself.

/// Service, start of the resource part (`-` for any), type. Within a service the first row that
/// fits counts.
pub(super) const ARNS: &str = r"
access-analyzer analyzer/ AWS::AccessAnalyzer::Analyzer
acm certificate/ AWS::ACM::Certificate
acm-pca certificate-authority/ AWS::ACMPCA::CertificateAuthority
airflow environment/ AWS::MWAA::Environment
amplify apps/ AWS::Amplify::App
aoss collection/ AWS::OpenSearchServerless::Collection
apigateway /restapis/ AWS::ApiGateway::RestApi
apigateway /apis/ AWS::ApiGatewayV2::Api
appconfig application/ AWS::AppConfig::Application
apprunner service/ AWS::AppRunner::Service
appsync apis/ AWS::AppSync::GraphQLApi
athena workgroup/ AWS::Athena::WorkGroup
athena datacatalog/ AWS::Athena::DataCatalog
autoscaling autoScalingGroup: AWS::AutoScaling::AutoScalingGroup
autoscaling launchConfiguration: AWS::AutoScaling::LaunchConfiguration
autoscaling scalingPolicy: AWS::AutoScaling::ScalingPolicy
backup backup-vault: AWS::Backup::BackupVault
backup backup-plan: AWS::Backup::BackupPlan
backup recovery-point: AWS::Backup::RecoveryPoint
batch job-queue/ AWS::Batch::JobQueue
batch job-definition/ AWS::Batch::JobDefinition
batch compute-environment/ AWS::Batch::ComputeEnvironment
batch job/ AWS::Batch::Job
bedrock agent/ AWS::Bedrock::Agent
bedrock guardrail/ AWS::Bedrock::Guardrail
bedrock knowledge-base/ AWS::Bedrock::KnowledgeBase
bedrock foundation-model/ AWS::Bedrock::Model
bedrock custom-model/ AWS::Bedrock::Model
bedrock inference-profile/ AWS::Bedrock::InferenceProfile
cassandra /keyspace/ AWS::Cassandra::Keyspace
cloudformation stackset/ AWS::CloudFormation::StackSet
cloudformation stack/ AWS::CloudFormation::Stack
cloudformation changeSet/ AWS::CloudFormation::ChangeSet
cloudfront distribution/ AWS::CloudFront::Distribution
cloudfront function/ AWS::CloudFront::Function
cloudtrail trail/ AWS::CloudTrail::Trail
cloudtrail eventdatastore/ AWS::CloudTrail::EventDataStore
cloudtrail channel/ AWS::CloudTrail::Channel
cloudtrail dashboard/ AWS::CloudTrail::Dashboard
cloudwatch alarm: AWS::CloudWatch::Alarm
cloudwatch dashboard/ AWS::CloudWatch::Dashboard
codeartifact repository/ AWS::CodeArtifact::Repository
codeartifact domain/ AWS::CodeArtifact::Domain
codebuild project/ AWS::CodeBuild::Project
codebuild build/ AWS::CodeBuild::Build
codecommit - AWS::CodeCommit::Repository
codedeploy application: AWS::CodeDeploy::Application
codedeploy deploymentgroup: AWS::CodeDeploy::DeploymentGroup
codepipeline - AWS::CodePipeline::Pipeline
cognito-identity identitypool/ AWS::Cognito::IdentityPool
cognito-idp userpool/ AWS::Cognito::UserPool
config config-rule/ AWS::Config::ConfigRule
config config-aggregator/ AWS::Config::ConfigurationAggregator
config conformance-pack/ AWS::Config::ConformancePack
datasync task/ AWS::DataSync::Task
datasync location/ AWS::DataSync::Location
datasync agent/ AWS::DataSync::Agent
dms rep: AWS::DMS::ReplicationInstance
dms task: AWS::DMS::ReplicationTask
dms endpoint: AWS::DMS::Endpoint
dynamodb table/ AWS::DynamoDB::Table
dynamodb global-table/ AWS::DynamoDB::GlobalTable
ec2 instance/ AWS::EC2::Instance
ec2 volume/ AWS::EC2::Volume
ec2 snapshot/ AWS::EC2::Snapshot
ec2 image/ AWS::EC2::Ami
ec2 vpc/ AWS::EC2::VPC
ec2 subnet/ AWS::EC2::Subnet
ec2 security-group/ AWS::EC2::SecurityGroup
ec2 network-interface/ AWS::EC2::NetworkInterface
ec2 transit-gateway/ AWS::EC2::TransitGateway
ec2 launch-template/ AWS::EC2::LaunchTemplate
ec2 key-pair/ AWS::EC2::KeyPair
ec2 elastic-ip/ AWS::EC2::EIP
ecr repository/ AWS::ECR::Repository
ecr-public repository/ AWS::ECR::PublicRepository
ecs cluster/ AWS::ECS::Cluster
ecs service/ AWS::ECS::Service
ecs task-definition/ AWS::ECS::TaskDefinition
ecs task/ AWS::ECS::Task
ecs container-instance/ AWS::ECS::ContainerInstance
ecs capacity-provider/ AWS::ECS::CapacityProvider
eks cluster/ AWS::EKS::Cluster
eks nodegroup/ AWS::EKS::Nodegroup
eks addon/ AWS::EKS::Addon
eks fargateprofile/ AWS::EKS::FargateProfile
eks access-entry/ AWS::EKS::AccessEntry
elasticache cluster: AWS::ElastiCache::CacheCluster
elasticache replicationgroup: AWS::ElastiCache::ReplicationGroup
elasticache serverlesscache: AWS::ElastiCache::ServerlessCache
elasticache snapshot: AWS::ElastiCache::Snapshot
elasticache user: AWS::ElastiCache::User
elasticbeanstalk application/ AWS::ElasticBeanstalk::Application
elasticbeanstalk environment/ AWS::ElasticBeanstalk::Environment
elasticfilesystem file-system/ AWS::EFS::FileSystem
elasticfilesystem access-point/ AWS::EFS::AccessPoint
elasticloadbalancing loadbalancer/app/ AWS::ElasticLoadBalancingV2::LoadBalancer
elasticloadbalancing loadbalancer/net/ AWS::ElasticLoadBalancingV2::LoadBalancer
elasticloadbalancing loadbalancer/gwy/ AWS::ElasticLoadBalancingV2::LoadBalancer
elasticloadbalancing loadbalancer/ AWS::ElasticLoadBalancing::LoadBalancer
elasticloadbalancing targetgroup/ AWS::ElasticLoadBalancingV2::TargetGroup
elasticloadbalancing listener-rule/ AWS::ElasticLoadBalancingV2::ListenerRule
elasticloadbalancing listener/ AWS::ElasticLoadBalancingV2::Listener
elasticmapreduce cluster/ AWS::EMR::Cluster
es domain/ AWS::OpenSearchService::Domain
events rule/ AWS::Events::Rule
events event-bus/ AWS::Events::EventBus
events connection/ AWS::Events::Connection
events api-destination/ AWS::Events::ApiDestination
events archive/ AWS::Events::Archive
firehose deliverystream/ AWS::KinesisFirehose::DeliveryStream
fsx file-system/ AWS::FSx::FileSystem
glacier vaults/ AWS::Glacier::Vault
glue database/ AWS::Glue::Database
glue table/ AWS::Glue::Table
glue crawler/ AWS::Glue::Crawler
glue job/ AWS::Glue::Job
grafana /workspaces/ AWS::Grafana::Workspace
guardduty detector/ AWS::GuardDuty::Detector
iam role/ AWS::IAM::Role
iam user/ AWS::IAM::User
iam group/ AWS::IAM::Group
iam policy/ AWS::IAM::Policy
iam instance-profile/ AWS::IAM::InstanceProfile
iam saml-provider/ AWS::IAM::SAMLProvider
iam oidc-provider/ AWS::IAM::OIDCProvider
iam server-certificate/ AWS::IAM::ServerCertificate
iam mfa/ AWS::IAM::MfaDevice
imagebuilder image-pipeline/ AWS::ImageBuilder::ImagePipeline
imagebuilder image-recipe/ AWS::ImageBuilder::ImageRecipe
imagebuilder image/ AWS::ImageBuilder::Image
iot thing/ AWS::IoT::Thing
iot policy/ AWS::IoT::Policy
iot cert/ AWS::IoT::Certificate
iot rule/ AWS::IoT::TopicRule
kafka cluster/ AWS::MSK::Cluster
kendra index/ AWS::Kendra::Index
kinesis stream/ AWS::Kinesis::Stream
kinesisanalytics application/ AWS::KinesisAnalytics::Application
kms key/ AWS::KMS::Key
kms alias/ AWS::KMS::Alias
lambda function: AWS::Lambda::Function
lambda layer: AWS::Lambda::LayerVersion
lambda event-source-mapping: AWS::Lambda::EventSourceMapping
lambda code-signing-config: AWS::Lambda::CodeSigningConfig
lightsail Instance/ AWS::Lightsail::Instance
logs log-group: AWS::Logs::LogGroup
logs destination: AWS::Logs::Destination
macie2 classification-job/ AWS::Macie::ClassificationJob
memorydb cluster/ AWS::MemoryDB::Cluster
mq broker: AWS::AmazonMQ::Broker
network-firewall firewall/ AWS::NetworkFirewall::Firewall
network-firewall firewall-policy/ AWS::NetworkFirewall::FirewallPolicy
network-firewall stateful-rulegroup/ AWS::NetworkFirewall::RuleGroup
network-firewall stateless-rulegroup/ AWS::NetworkFirewall::RuleGroup
organizations account/ AWS::Organizations::Account
organizations ou/ AWS::Organizations::OrganizationalUnit
organizations policy/ AWS::Organizations::Policy
organizations organization/ AWS::Organizations::Organization
organizations root/ AWS::Organizations::Root
pipes pipe/ AWS::Pipes::Pipe
quicksight dashboard/ AWS::QuickSight::Dashboard
quicksight dataset/ AWS::QuickSight::DataSet
quicksight datasource/ AWS::QuickSight::DataSource
quicksight user/ AWS::QuickSight::User
ram resource-share/ AWS::RAM::ResourceShare
rds db: AWS::RDS::DBInstance
rds cluster: AWS::RDS::DBCluster
rds snapshot: AWS::RDS::DBSnapshot
rds cluster-snapshot: AWS::RDS::DBClusterSnapshot
rds subgrp: AWS::RDS::DBSubnetGroup
rds pg: AWS::RDS::DBParameterGroup
rds cluster-pg: AWS::RDS::DBClusterParameterGroup
rds og: AWS::RDS::OptionGroup
rds es: AWS::RDS::EventSubscription
rds db-proxy: AWS::RDS::DBProxy
rds secgrp: AWS::RDS::DBSecurityGroup
redshift cluster: AWS::Redshift::Cluster
redshift namespace: AWS::Redshift::Namespace
redshift snapshot: AWS::Redshift::Snapshot
redshift-serverless namespace/ AWS::RedshiftServerless::Namespace
redshift-serverless workgroup/ AWS::RedshiftServerless::Workgroup
rolesanywhere trust-anchor/ AWS::RolesAnywhere::TrustAnchor
rolesanywhere profile/ AWS::RolesAnywhere::Profile
route53 hostedzone/ AWS::Route53::HostedZone
route53 healthcheck/ AWS::Route53::HealthCheck
route53resolver resolver-endpoint/ AWS::Route53Resolver::ResolverEndpoint
route53resolver resolver-rule/ AWS::Route53Resolver::ResolverRule
route53resolver resolver-query-log-config/ AWS::Route53Resolver::ResolverQueryLoggingConfig
s3 accesspoint/ AWS::S3::AccessPoint
s3 storage-lens/ AWS::S3::StorageLens
s3 - AWS::S3::Bucket
s3tables bucket/ AWS::S3Tables::TableBucket
sagemaker notebook-instance/ AWS::SageMaker::NotebookInstance
sagemaker endpoint-config/ AWS::SageMaker::EndpointConfig
sagemaker endpoint/ AWS::SageMaker::Endpoint
sagemaker model/ AWS::SageMaker::Model
sagemaker domain/ AWS::SageMaker::Domain
sagemaker user-profile/ AWS::SageMaker::UserProfile
sagemaker app/ AWS::SageMaker::App
sagemaker pipeline/ AWS::SageMaker::Pipeline
sagemaker training-job/ AWS::SageMaker::TrainingJob
scheduler schedule/ AWS::Scheduler::Schedule
scheduler schedule-group/ AWS::Scheduler::ScheduleGroup
secretsmanager secret: AWS::SecretsManager::Secret
securityhub hub/ AWS::SecurityHub::Hub
securityhub action/ AWS::SecurityHub::ActionTarget
securityhub insight/ AWS::SecurityHub::Insight
securityhub subscription/ AWS::SecurityHub::Standard
servicecatalog - AWS::ServiceCatalog::CloudFormationProduct
servicediscovery namespace/ AWS::ServiceDiscovery::Namespace
servicediscovery service/ AWS::ServiceDiscovery::Service
ses identity/ AWS::SES::EmailIdentity
ses configuration-set/ AWS::SES::ConfigurationSet
ses template/ AWS::SES::Template
signer /signing-profiles/ AWS::Signer::SigningProfile
sns - AWS::SNS::Topic
sqs - AWS::SQS::Queue
ssm parameter/ AWS::SSM::Parameter
ssm document/ AWS::SSM::Document
ssm automation-definition/ AWS::SSM::Document
ssm automation-execution/ AWS::SSM::AutomationExecution
ssm managed-instance/ AWS::SSM::ManagedInstance
ssm maintenancewindow/ AWS::SSM::MaintenanceWindow
ssm patchbaseline/ AWS::SSM::PatchBaseline
ssm session/ AWS::SSM::Session
ssm association/ AWS::SSM::Association
ssm opsitem/ AWS::SSM::OpsItem
sso permissionSet/ AWS::SSO::PermissionSet
sso instance/ AWS::SSO::Instance
sso application/ AWS::SSO::Application
states stateMachine: AWS::StepFunctions::StateMachine
states activity: AWS::StepFunctions::Activity
states execution: AWS::StepFunctions::Execution
states express: AWS::StepFunctions::Execution
sts assumed-role/ AWS::STS::AssumedRole
sts federated-user/ AWS::STS::FederatedUser
synthetics canary: AWS::Synthetics::Canary
transfer server/ AWS::Transfer::Server
transfer user/ AWS::Transfer::User
waf webacl/ AWS::WAF::WebACL
waf-regional webacl/ AWS::WAFRegional::WebACL
wafv2 regional/webacl/ AWS::WAFv2::WebACL
wafv2 global/webacl/ AWS::WAFv2::WebACL
wafv2 regional/ipset/ AWS::WAFv2::IPSet
wafv2 global/ipset/ AWS::WAFv2::IPSet
wafv2 regional/rulegroup/ AWS::WAFv2::RuleGroup
wafv2 global/rulegroup/ AWS::WAFv2::RuleGroup
wafv2 regional/regexpatternset/ AWS::WAFv2::RegexPatternSet
wafv2 global/regexpatternset/ AWS::WAFv2::RegexPatternSet
workspaces workspace/ AWS::WorkSpaces::Workspace
workspaces directory/ AWS::WorkSpaces::Directory
xray group/ AWS::XRay::Group
xray sampling-rule/ AWS::XRay::SamplingRule
";

/// What stands before the last `-` of an EC2 id, and the type. Sorted by prefix.
pub(super) const EC2_IDS: &[(&str, &str)] = &[
    ("acl", "AWS::EC2::NetworkAcl"),
    ("aclassoc", "AWS::EC2::SubnetNetworkAclAssociation"),
    ("afi", "AWS::EC2::FpgaImage"),
    ("ami", "AWS::EC2::Ami"),
    ("cagw", "AWS::EC2::CarrierGateway"),
    ("cgw", "AWS::EC2::CustomerGateway"),
    ("cr", "AWS::EC2::CapacityReservation"),
    ("cvpn-endpoint", "AWS::EC2::ClientVpnEndpoint"),
    ("dopt", "AWS::EC2::DHCPOptions"),
    ("eice", "AWS::EC2::InstanceConnectEndpoint"),
    ("eigw", "AWS::EC2::EgressOnlyInternetGateway"),
    ("eipalloc", "AWS::EC2::EIP"),
    ("eipassoc", "AWS::EC2::EIPAssociation"),
    ("eni", "AWS::EC2::NetworkInterface"),
    ("eni-attach", "AWS::EC2::NetworkInterfaceAttachment"),
    ("export-i", "AWS::EC2::ExportTask"),
    ("fl", "AWS::EC2::FlowLog"),
    ("fleet", "AWS::EC2::EC2Fleet"),
    ("h", "AWS::EC2::Host"),
    ("i", "AWS::EC2::Instance"),
    ("igw", "AWS::EC2::InternetGateway"),
    ("iip-assoc", "AWS::EC2::IamInstanceProfileAssociation"),
    ("import-ami", "AWS::EC2::ImportTask"),
    ("import-snap", "AWS::EC2::ImportTask"),
    ("ipam", "AWS::EC2::IPAM"),
    ("ipam-pool", "AWS::EC2::IPAMPool"),
    ("ipam-scope", "AWS::EC2::IPAMScope"),
    ("key", "AWS::EC2::KeyPair"),
    ("lgw", "AWS::EC2::LocalGateway"),
    ("lt", "AWS::EC2::LaunchTemplate"),
    ("nat", "AWS::EC2::NatGateway"),
    ("nia", "AWS::EC2::NetworkInsightsAnalysis"),
    ("nip", "AWS::EC2::NetworkInsightsPath"),
    ("pcx", "AWS::EC2::VPCPeeringConnection"),
    ("pg", "AWS::EC2::PlacementGroup"),
    ("pl", "AWS::EC2::PrefixList"),
    ("rtb", "AWS::EC2::RouteTable"),
    ("rtbassoc", "AWS::EC2::SubnetRouteTableAssociation"),
    ("sfr", "AWS::EC2::SpotFleetRequest"),
    ("sg", "AWS::EC2::SecurityGroup"),
    ("sgr", "AWS::EC2::SecurityGroupRule"),
    ("sir", "AWS::EC2::SpotInstanceRequest"),
    ("snap", "AWS::EC2::Snapshot"),
    ("subnet", "AWS::EC2::Subnet"),
    ("tgw", "AWS::EC2::TransitGateway"),
    ("tgw-attach", "AWS::EC2::TransitGatewayAttachment"),
    ("tgw-rtb", "AWS::EC2::TransitGatewayRouteTable"),
    ("tmf", "AWS::EC2::TrafficMirrorFilter"),
    ("tms", "AWS::EC2::TrafficMirrorSession"),
    ("tmt", "AWS::EC2::TrafficMirrorTarget"),
    ("vgw", "AWS::EC2::VPNGateway"),
    ("vol", "AWS::EC2::Volume"),
    ("vpc", "AWS::EC2::VPC"),
    ("vpce", "AWS::EC2::VPCEndpoint"),
    ("vpce-svc", "AWS::EC2::VPCEndpointService"),
    ("vpn", "AWS::EC2::VPNConnection"),
];
