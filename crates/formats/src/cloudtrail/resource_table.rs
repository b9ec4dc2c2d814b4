//! Where records name resources. `docs/resources.md` is written from this table.
//!
//! `[source]` begins the rules of one event source; `[source ids]` also has EC2's ids
//! recognised in every string. A rule is `EVENT …: PLACE … = TYPE`; without events it holds
//! for all of the source's. A name may end in `*`. A rule that names the event replaces the
//! general ones for its key. A place begins with the members it may be in: `q`
//! requestParameters, `r` responseElements, `d` serviceEventDetails, `a` additionalEventData,
//! `u` userIdentity. `[]` marks arrays; one object in place of an array is taken too. Case of
//! keys does not matter. The type `ARN` is told by the value.

/// The rules.
pub(super) const TABLE: &str = r"
[access-analyzer]
q.analyzerName = AWS::AccessAnalyzer::Analyzer
qr.analyzerArn = AWS::AccessAnalyzer::Analyzer
CreateAnalyzer: r.arn = AWS::AccessAnalyzer::Analyzer
CreateArchiveRule UpdateArchiveRule DeleteArchiveRule: q.ruleName = AWS::AccessAnalyzer::ArchiveRule

[account]
q.accountId = AWS::Organizations::Account

[acm]
qr.certificateArn = AWS::ACM::Certificate
RequestCertificate: q.domainName = AWS::ACM::Certificate

[acm-pca]
qr.certificateAuthorityArn = AWS::ACMPCA::CertificateAuthority
qr.certificateArn = AWS::ACMPCA::Certificate

[agreement-marketplace]
qr.agreementId = AWS::Marketplace::Agreement

[airflow]
q.name = AWS::MWAA::Environment

[amplify]
q.appId r.app.appId = AWS::Amplify::App
q.branchName = AWS::Amplify::Branch
CreateApp: q.name = AWS::Amplify::App

[aoss]
CreateCollection: q.name = AWS::OpenSearchServerless::Collection
CreateAccessPolicy UpdateAccessPolicy: q.name = AWS::OpenSearchServerless::AccessPolicy
DeleteAccessPolicy GetAccessPolicy: q.name = AWS::OpenSearchServerless::AccessPolicy
CreateSecurityPolicy UpdateSecurityPolicy: q.name = AWS::OpenSearchServerless::SecurityPolicy
DeleteSecurityPolicy GetSecurityPolicy: q.name = AWS::OpenSearchServerless::SecurityPolicy
CreateCollection: q.id r.createCollectionDetail.id = AWS::OpenSearchServerless::Collection
DeleteCollection: q.id r.createCollectionDetail.id = AWS::OpenSearchServerless::Collection
UpdateCollection: q.id r.createCollectionDetail.id = AWS::OpenSearchServerless::Collection

[apigateway]
q.restApiId q.createDeploymentInput.restApiId = AWS::ApiGateway::RestApi
CreateRestApi ImportRestApi: r.id r.restapiUpdate.restApiId = AWS::ApiGateway::RestApi
CreateRestApi: q.createRestApiInput.name = AWS::ApiGateway::RestApi
q.apiId r.apiId = AWS::ApiGatewayV2::Api
CreateApi UpdateApi: q.name = AWS::ApiGatewayV2::Api
q.integrationId r.integrationId = AWS::ApiGatewayV2::Integration
q.routeId r.routeId = AWS::ApiGatewayV2::Route
q.stageName r.stageName = AWS::ApiGateway::Stage
q.deploymentId r.deploymentId = AWS::ApiGateway::Deployment
q.resourceId = AWS::ApiGateway::Resource
q.authorizerId r.authorizerId = AWS::ApiGateway::Authorizer
q.apiKey q.apiKeyId = AWS::ApiGateway::ApiKey
CreateApiKey: r.id q.createApiKeyInput.name = AWS::ApiGateway::ApiKey
q.usagePlanId q.usageplanId = AWS::ApiGateway::UsagePlan
CreateUsagePlan: r.id q.createUsagePlanInput.name = AWS::ApiGateway::UsagePlan
q.domainName q.createDomainNameInput.domainName = AWS::ApiGateway::DomainName
q.vpcLinkId r.vpcLinkId = AWS::ApiGateway::VpcLink

[appconfig]
q.applicationId = AWS::AppConfig::Application
q.environmentId = AWS::AppConfig::Environment
q.configurationProfileId = AWS::AppConfig::ConfigurationProfile
CreateApplication: q.name = AWS::AppConfig::Application

[application-autoscaling]
q.resourceId = AWS::ApplicationAutoScaling::ScalableTarget
q.policyName = AWS::ApplicationAutoScaling::ScalingPolicy
q.scheduledActionName = AWS::ApplicationAutoScaling::ScheduledAction

[apprunner]
q.serviceName = AWS::AppRunner::Service
q.connectionName = AWS::AppRunner::Connection

[appsync]
q.apiId r.graphqlApi.apiId = AWS::AppSync::GraphQLApi
CreateGraphqlApi: q.name = AWS::AppSync::GraphQLApi
UpdateResolver CreateResolver DeleteResolver: q.fieldName = AWS::AppSync::Resolver
q.functionId = AWS::AppSync::FunctionConfiguration
CreateDataSource UpdateDataSource DeleteDataSource: q.name = AWS::AppSync::DataSource

[athena]
q.workGroup q.workGroupName = AWS::Athena::WorkGroup
CreateWorkGroup: q.name = AWS::Athena::WorkGroup
CreateDataCatalog UpdateDataCatalog DeleteDataCatalog: q.name = AWS::Athena::DataCatalog
GetDataCatalog: q.name = AWS::Athena::DataCatalog
q.catalogName q.queryExecutionContext.catalog = AWS::Athena::DataCatalog
q.queryExecutionContext.database q.databaseName = AWS::Glue::Database
qr.namedQueryId = AWS::Athena::NamedQuery
qr.queryExecutionId = AWS::Athena::QueryExecution
q.statementName = AWS::Athena::PreparedStatement

[auditmanager]
q.assessmentId r.assessment.metadata.id = AWS::AuditManager::Assessment

[autoscaling ids]
q.autoScalingGroupName q.autoScalingGroupNames[] = AWS::AutoScaling::AutoScalingGroup
q.launchConfigurationName = AWS::AutoScaling::LaunchConfiguration
q.launchTemplate.launchTemplateName = AWS::EC2::LaunchTemplate
q.policyName = AWS::AutoScaling::ScalingPolicy
q.scheduledActionName = AWS::AutoScaling::ScheduledAction
q.lifecycleHookName = AWS::AutoScaling::LifecycleHook
q.instanceId q.instanceIds[] = AWS::EC2::Instance
q.loadBalancerNames[] = AWS::ElasticLoadBalancing::LoadBalancer
CreateOrUpdateTags DeleteTags: q.tags[].resourceId = AWS::AutoScaling::AutoScalingGroup

[backup]
q.backupVaultName qrd.backupVaultName = AWS::Backup::BackupVault
qrd.backupVaultArn = AWS::Backup::BackupVault
qr.backupPlanId = AWS::Backup::BackupPlan
q.backupPlan.backupPlanName = AWS::Backup::BackupPlan
qr.selectionId = AWS::Backup::BackupSelection
qrd.recoveryPointArn = AWS::Backup::RecoveryPoint
qrd.backupJobId = AWS::Backup::BackupJob
qrd.restoreJobId = AWS::Backup::RestoreJob
qrd.resourceArn = ARN

[batch]
q.jobQueue q.jobQueueName r.jobQueueName = AWS::Batch::JobQueue
q.jobDefinition q.jobDefinitionName = AWS::Batch::JobDefinition
q.computeEnvironment q.computeEnvironmentName = AWS::Batch::ComputeEnvironment
r.computeEnvironmentName = AWS::Batch::ComputeEnvironment
qr.jobId = AWS::Batch::Job

[bedrock]
q.modelId q.modelIdentifier q.foundationModelId q.baseModelIdentifier = AWS::Bedrock::Model
qr.guardrailId q.guardrailIdentifier = AWS::Bedrock::Guardrail
qr.agentId r.agent.agentId = AWS::Bedrock::Agent
qr.knowledgeBaseId r.knowledgeBase.knowledgeBaseId = AWS::Bedrock::KnowledgeBase
q.customModelName = AWS::Bedrock::Model
q.dataSourceId = AWS::Bedrock::DataSource
q.promptIdentifier = AWS::Bedrock::Prompt
q.flowIdentifier = AWS::Bedrock::Flow
q.provisionedModelId q.provisionedModelName = AWS::Bedrock::ProvisionedModel

[budgets]
q.budgetName q.budget.budgetName q.newBudget.budgetName = AWS::Budgets::Budget

[cloud9]
qr.environmentId = AWS::Cloud9::Environment
CreateEnvironmentEC2: q.name = AWS::Cloud9::Environment

[cloudformation]
q.stackName = AWS::CloudFormation::Stack
qr.stackId = AWS::CloudFormation::Stack
q.changeSetName = AWS::CloudFormation::ChangeSet
CreateChangeSet: r.id = AWS::CloudFormation::ChangeSet
q.stackSetName = AWS::CloudFormation::StackSet
qr.stackSetId = AWS::CloudFormation::StackSet
q.typeName = AWS::CloudFormation::ResourceVersion

[cloudfront]
q.id q.distributionId r.distribution.id = AWS::CloudFront::Distribution
q.distributionConfig.aliases.items[] = AWS::CloudFront::Distribution
CreateFunction UpdateFunction PublishFunction DeleteFunction: q.name = AWS::CloudFront::Function
DescribeFunction TestFunction GetFunction: q.name = AWS::CloudFront::Function
CreateOriginAccessControl: q.id r.originAccessControl.id = AWS::CloudFront::OriginAccessControl
UpdateOriginAccessControl: q.id r.originAccessControl.id = AWS::CloudFront::OriginAccessControl
DeleteOriginAccessControl: q.id r.originAccessControl.id = AWS::CloudFront::OriginAccessControl
GetOriginAccessControl: q.id r.originAccessControl.id = AWS::CloudFront::OriginAccessControl
r.cloudFrontOriginAccessIdentity.id = AWS::CloudFront::CloudFrontOriginAccessIdentity
DeleteCloudFrontOriginAccessIdentity: q.id = AWS::CloudFront::CloudFrontOriginAccessIdentity
CreateCachePolicy UpdateCachePolicy: q.id r.cachePolicy.id = AWS::CloudFront::CachePolicy
DeleteCachePolicy GetCachePolicy: q.id r.cachePolicy.id = AWS::CloudFront::CachePolicy
r.responseHeadersPolicy.id = AWS::CloudFront::ResponseHeadersPolicy
UpdateResponseHeadersPolicy: q.id = AWS::CloudFront::ResponseHeadersPolicy
DeleteResponseHeadersPolicy: q.id = AWS::CloudFront::ResponseHeadersPolicy
CreateKeyGroup UpdateKeyGroup DeleteKeyGroup: q.id r.keyGroup.id = AWS::CloudFront::KeyGroup
CreatePublicKey UpdatePublicKey DeletePublicKey: q.id r.publicKey.id = AWS::CloudFront::PublicKey
q.resource = ARN

[cloudhsm]
qr.clusterId = AWS::CloudHSM::Cluster
q.hsmId = AWS::CloudHSM::Hsm

[cloudshell]
qr.environmentId = AWS::CloudShell::Environment

[cloudtrail]
q.trailName q.trailNameList[] = AWS::CloudTrail::Trail
qr.trailARN = AWS::CloudTrail::Trail
CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging: qr.name = AWS::CloudTrail::Trail
GetTrail GetTrailStatus: qr.name = AWS::CloudTrail::Trail
CreateTrail UpdateTrail: qr.s3BucketName = AWS::S3::Bucket
CreateTrail UpdateTrail: q.kmsKeyId = AWS::KMS::Key
CreateTrail UpdateTrail: q.snsTopicName = AWS::SNS::Topic
q.resourceId q.resourceIdList[] = ARN
qr.eventDataStore qr.eventDataStoreArn = AWS::CloudTrail::EventDataStore
CreateEventDataStore UpdateEventDataStore: qr.name = AWS::CloudTrail::EventDataStore
CreateChannel UpdateChannel: qr.name = AWS::CloudTrail::Channel
q.channel qr.channelArn = AWS::CloudTrail::Channel
CreateDashboard UpdateDashboard: q.name = AWS::CloudTrail::Dashboard
qr.importId = AWS::CloudTrail::Import
qr.queryId = AWS::CloudTrail::Query

[codeartifact]
q.domain = AWS::CodeArtifact::Domain
q.repository = AWS::CodeArtifact::Repository

[codebuild]
q.projectName q.names[] = AWS::CodeBuild::Project
CreateProject UpdateProject DeleteProject: q.name = AWS::CodeBuild::Project
r.project.arn = AWS::CodeBuild::Project
StopBuild RetryBuild: q.id = AWS::CodeBuild::Build
r.build.arn r.build.id = AWS::CodeBuild::Build
BatchGetBuilds: q.ids[] = AWS::CodeBuild::Build
CreateReportGroup: q.name = AWS::CodeBuild::ReportGroup
DeleteWebhook CreateWebhook UpdateWebhook: q.projectName = AWS::CodeBuild::Project
DeleteSourceCredentials: q.arn = AWS::CodeBuild::SourceCredential

[codecommit]
q.repositoryName = AWS::CodeCommit::Repository
r.repositoryId = AWS::CodeCommit::Repository

[codedeploy]
q.applicationName = AWS::CodeDeploy::Application
q.deploymentGroupName = AWS::CodeDeploy::DeploymentGroup
q.deploymentConfigName = AWS::CodeDeploy::DeploymentConfig
qr.deploymentId = AWS::CodeDeploy::Deployment

[codepipeline]
q.pipelineName q.pipeline.name = AWS::CodePipeline::Pipeline
StartPipelineExecution StopPipelineExecution DeletePipeline: q.name = AWS::CodePipeline::Pipeline
GetPipeline GetPipelineState: q.name = AWS::CodePipeline::Pipeline
q.pipelineExecutionId r.pipelineExecutionId = AWS::CodePipeline::PipelineExecution
PutWebhook: q.webhook.name = AWS::CodePipeline::Webhook

[cognito-identity]
qr.identityPoolId = AWS::Cognito::IdentityPool
q.identityPoolName = AWS::Cognito::IdentityPool
qr.identityId = AWS::Cognito::Identity

[cognito-idp]
q.userPoolId r.userPool.id a.userPoolId = AWS::Cognito::UserPool
CreateUserPool: q.poolName = AWS::Cognito::UserPool
q.clientId r.userPoolClient.clientId = AWS::Cognito::UserPoolClient
q.groupName = AWS::Cognito::UserPoolGroup
q.providerName = AWS::Cognito::UserPoolIdentityProvider
Admin*: q.username = AWS::Cognito::UserPoolUser

[config]
q.configRuleName q.configRuleNames[] q.configRule.configRuleName = AWS::Config::ConfigRule
q.configurationRecorderName q.configurationRecorder.name = AWS::Config::ConfigurationRecorder
q.deliveryChannelName q.deliveryChannel.name = AWS::Config::DeliveryChannel
q.deliveryChannel.s3BucketName = AWS::S3::Bucket
q.configurationAggregatorName = AWS::Config::ConfigurationAggregator
q.conformancePackName = AWS::Config::ConformancePack
q.organizationConfigRuleName = AWS::Config::OrganizationConfigRule
q.organizationConformancePackName = AWS::Config::OrganizationConformancePack
q.retentionConfigurationName = AWS::Config::RetentionConfiguration

[datasync]
q.taskArn r.taskArn = AWS::DataSync::Task
qr.locationArn = AWS::DataSync::Location

[detective]
q.graphArn r.graphArn = AWS::Detective::Graph

[directconnect]
qr.connectionId = AWS::DirectConnect::Connection
qr.virtualInterfaceId = AWS::DirectConnect::VirtualInterface
qr.directConnectGatewayId = AWS::DirectConnect::Gateway

[dms]
q.replicationInstanceIdentifier = AWS::DMS::ReplicationInstance
q.replicationTaskIdentifier = AWS::DMS::ReplicationTask
q.endpointIdentifier = AWS::DMS::Endpoint

[ds]
qr.directoryId = AWS::DirectoryService::Directory

[dynamodb]
q.tableName = AWS::DynamoDB::Table
q.sourceTableName q.targetTableName q.tableCreationParameters.tableName = AWS::DynamoDB::Table
q.globalTableName = AWS::DynamoDB::GlobalTable
q.backupName = AWS::DynamoDB::Backup
q.backupArn r.backupDetails.backupArn = AWS::DynamoDB::Backup
q.resourceArn r.tableDescription.tableArn q.tableArn = ARN
q.s3Bucket = AWS::S3::Bucket

[ebs]
q.snapshotId = AWS::EC2::Snapshot

[ec2 ids]
qrd.instanceId qr.instancesSet.items[].instanceId = AWS::EC2::Instance
qr.instancesSet.items[].keyName q.keyName r.keyName = AWS::EC2::KeyPair
q.instancesSet.items[].imageId qr.imageId = AWS::EC2::Ami
qrd.volumeId = AWS::EC2::Volume
qrd.snapshotId = AWS::EC2::Snapshot
qr.vpcId r.vpc.vpcId = AWS::EC2::VPC
qr.subnetId r.subnet.subnetId = AWS::EC2::Subnet
qr.groupId q.groupName q.securityGroupSet.items[].groupName = AWS::EC2::SecurityGroup
CreatePlacementGroup DeletePlacementGroup: q.groupName = AWS::EC2::PlacementGroup
qr.routeTableId = AWS::EC2::RouteTable
qr.internetGatewayId = AWS::EC2::InternetGateway
qr.networkInterfaceId = AWS::EC2::NetworkInterface
qr.networkAclId = AWS::EC2::NetworkAcl
qr.natGatewayId = AWS::EC2::NatGateway
qr.allocationId q.publicIp r.publicIp = AWS::EC2::EIP
qr.vpnGatewayId = AWS::EC2::VPNGateway
qr.vpnConnectionId = AWS::EC2::VPNConnection
qr.customerGatewayId = AWS::EC2::CustomerGateway
qr.dhcpOptionsId = AWS::EC2::DHCPOptions
qr.vpcPeeringConnectionId = AWS::EC2::VPCPeeringConnection
qr.launchTemplateId q.launchTemplateName = AWS::EC2::LaunchTemplate
q.launchTemplate.launchTemplateName r.launchTemplate.launchTemplateName = AWS::EC2::LaunchTemplate
qr.spotFleetRequestId = AWS::EC2::SpotFleetRequest
q.iamInstanceProfile.name q.iamInstanceProfile.arn = AWS::IAM::InstanceProfile
q.exportToS3.s3Bucket q.s3ExportLocation.s3Bucket = AWS::S3::Bucket
q.storage.S3.bucket = AWS::S3::Bucket
q.kmsKeyId = AWS::KMS::Key
qr.hostId = AWS::EC2::Host
q.resourceArn = ARN

[ec2-instance-connect]
q.instanceId = AWS::EC2::Instance
OpenTunnel: q.instanceConnectEndpointId = AWS::EC2::InstanceConnectEndpoint

[ec2messages]
q.instanceId = AWS::EC2::Instance

[ecr]
q.repositoryName q.repositoryNames[] = AWS::ECR::Repository
qr.repositoryArn r.repository.repositoryArn = AWS::ECR::Repository
CreatePullThroughCacheRule: q.ecrRepositoryPrefix = AWS::ECR::PullThroughCacheRule
DeletePullThroughCacheRule: q.ecrRepositoryPrefix = AWS::ECR::PullThroughCacheRule

[ecr-public]
q.repositoryName = AWS::ECR::PublicRepository

[ecs]
q.cluster q.clusterName q.clusters[] = AWS::ECS::Cluster
q.service q.serviceName q.services[] = AWS::ECS::Service
q.task q.tasks[] r.tasks[].taskArn = AWS::ECS::Task
q.taskDefinition q.family = AWS::ECS::TaskDefinition
r.taskDefinition.taskDefinitionArn = AWS::ECS::TaskDefinition
r.service.serviceArn = AWS::ECS::Service
r.cluster.clusterArn = AWS::ECS::Cluster
q.containerInstance q.containerInstances[] = AWS::ECS::ContainerInstance
q.capacityProvider = AWS::ECS::CapacityProvider
CreateCapacityProvider: q.name = AWS::ECS::CapacityProvider

[eks]
CreateCluster DeleteCluster DescribeCluster UpdateClusterConfig: q.name = AWS::EKS::Cluster
UpdateClusterVersion RegisterCluster DeregisterCluster: q.name = AWS::EKS::Cluster
CreateAccessEntry DeleteAccessEntry UpdateAccessEntry: q.name = AWS::EKS::Cluster
DescribeAccessEntry AssociateAccessPolicy DisassociateAccessPolicy: q.name = AWS::EKS::Cluster
ListAssociatedAccessPolicies: q.name = AWS::EKS::Cluster
CreateNodegroup DeleteNodegroup DescribeNodegroup UpdateNodegroupConfig: q.name = AWS::EKS::Cluster
UpdateNodegroupVersion: q.name = AWS::EKS::Cluster
CreateAddon DeleteAddon UpdateAddon DescribeAddon CreateFargateProfile: q.name = AWS::EKS::Cluster
DeleteFargateProfile AssociateEncryptionConfig: q.name = AWS::EKS::Cluster
AssociateIdentityProviderConfig: q.name = AWS::EKS::Cluster
q.clusterName r.cluster.name = AWS::EKS::Cluster
q.nodegroupName r.nodegroup.nodegroupName = AWS::EKS::Nodegroup
q.addonName = AWS::EKS::Addon
q.fargateProfileName = AWS::EKS::FargateProfile
q.principalArn = ARN

[elasticache]
q.cacheClusterId r.cacheClusterId = AWS::ElastiCache::CacheCluster
qr.replicationGroupId = AWS::ElastiCache::ReplicationGroup
q.cacheSubnetGroupName = AWS::ElastiCache::SubnetGroup
q.cacheParameterGroupName = AWS::ElastiCache::ParameterGroup
q.cacheSecurityGroupName = AWS::ElastiCache::SecurityGroup
q.serverlessCacheName = AWS::ElastiCache::ServerlessCache
q.snapshotName = AWS::ElastiCache::Snapshot
q.userId = AWS::ElastiCache::User
q.userGroupId = AWS::ElastiCache::UserGroup
q.resourceName = ARN

[elasticbeanstalk]
q.applicationName = AWS::ElasticBeanstalk::Application
qr.environmentName qr.environmentId = AWS::ElasticBeanstalk::Environment
q.versionLabel = AWS::ElasticBeanstalk::ApplicationVersion

[elasticfilesystem]
qr.fileSystemId = AWS::EFS::FileSystem
qr.mountTargetId = AWS::EFS::MountTarget
qr.accessPointId = AWS::EFS::AccessPoint
CreateTags TagResource UntagResource: q.resourceId = AWS::EFS::FileSystem

[elasticloadbalancing ids]
q.loadBalancerName q.loadBalancerNames[] = AWS::ElasticLoadBalancing::LoadBalancer
CreateLoadBalancer: q.name = AWS::ElasticLoadBalancingV2::LoadBalancer
r.loadBalancers[].loadBalancerArn = ARN
q.loadBalancerArn q.loadBalancerArns[] = ARN
CreateTargetGroup: q.name = AWS::ElasticLoadBalancingV2::TargetGroup
r.targetGroups[].targetGroupArn = ARN
q.targetGroupArn q.targetGroupArns[] = ARN
r.listeners[].listenerArn r.rules[].ruleArn = ARN
q.targets[].id = AWS::EC2::Instance
q.instances[].instanceId = AWS::EC2::Instance
q.policyName = AWS::ElasticLoadBalancing::Policy
q.resourceArns[] = ARN

[elasticmapreduce]
q.clusterId q.jobFlowId r.jobFlowId q.jobFlowIds[] = AWS::EMR::Cluster
RunJobFlow: q.name = AWS::EMR::Cluster
q.studioId r.studioId = AWS::EMR::Studio

[es]
q.domainName = AWS::OpenSearchService::Domain
r.domainStatus.aRN r.domainStatus.arn = AWS::OpenSearchService::Domain

[events]
q.rule = AWS::Events::Rule
PutRule DeleteRule EnableRule DisableRule DescribeRule: q.name = AWS::Events::Rule
qr.ruleArn = AWS::Events::Rule
q.eventBusName = AWS::Events::EventBus
CreateEventBus DeleteEventBus UpdateEventBus DescribeEventBus: q.name = AWS::Events::EventBus
CreateConnection UpdateConnection DeleteConnection: q.name = AWS::Events::Connection
CreateApiDestination UpdateApiDestination DeleteApiDestination: q.name = AWS::Events::ApiDestination
q.archiveName = AWS::Events::Archive
q.replayName = AWS::Events::Replay
PutTargets: q.targets[].arn = ARN

[firehose]
q.deliveryStreamName = AWS::KinesisFirehose::DeliveryStream
qr.deliveryStreamARN = AWS::KinesisFirehose::DeliveryStream

[fsx]
qr.fileSystemId r.fileSystem.fileSystemId = AWS::FSx::FileSystem
qr.backupId r.backup.backupId = AWS::FSx::Backup
q.volumeId r.volume.volumeId = AWS::FSx::Volume

[glacier]
q.vaultName = AWS::Glacier::Vault

[glue]
q.databaseName q.databaseInput.name = AWS::Glue::Database
CreateDatabase UpdateDatabase DeleteDatabase GetDatabase: q.name = AWS::Glue::Database
q.tableName q.tableInput.name = AWS::Glue::Table
DeleteTable GetTable: q.name = AWS::Glue::Table
q.jobName = AWS::Glue::Job
CreateJob: qr.name = AWS::Glue::Job
q.crawlerName = AWS::Glue::Crawler
CreateCrawler UpdateCrawler DeleteCrawler StartCrawler StopCrawler: q.name = AWS::Glue::Crawler
GetCrawler: q.name = AWS::Glue::Crawler
q.endpointName r.endpointName = AWS::Glue::DevEndpoint
q.connectionName q.connectionInput.name = AWS::Glue::Connection
q.workflowName = AWS::Glue::Workflow
CreateTrigger UpdateTrigger DeleteTrigger StartTrigger StopTrigger: q.name = AWS::Glue::Trigger
CreateWorkflow UpdateWorkflow DeleteWorkflow StartWorkflowRun: q.name = AWS::Glue::Workflow
CreateSecurityConfiguration DeleteSecurityConfiguration: q.name = AWS::Glue::SecurityConfiguration

[guardduty]
qr.detectorId = AWS::GuardDuty::Detector
qr.filterName = AWS::GuardDuty::Filter
CreateFilter: q.name = AWS::GuardDuty::Filter
qr.ipSetId = AWS::GuardDuty::IPSet
CreateIPSet: q.name = AWS::GuardDuty::IPSet
qr.threatIntelSetId = AWS::GuardDuty::ThreatIntelSet
CreateThreatIntelSet: q.name = AWS::GuardDuty::ThreatIntelSet
q.accountIds[] q.accountDetails[].accountId q.adminAccountId q.masterId = AWS::GuardDuty::Member
q.administratorId = AWS::GuardDuty::Member
qr.destinationId = AWS::GuardDuty::PublishingDestination
q.findingIds[] = AWS::GuardDuty::Finding

[health]
q.eventArn = AWS::Health::Event

[iam]
q.userName r.user.userName r.accessKey.userName r.loginProfile.userName = AWS::IAM::User
CreateUser: r.user.arn = AWS::IAM::User
CreateAccessKey: r.accessKey.accessKeyId = AWS::IAM::AccessKey
UpdateAccessKey DeleteAccessKey GetAccessKeyLastUsed: q.accessKeyId = AWS::IAM::AccessKey
ChangePassword: u.userName = AWS::IAM::User
GetUser: u.userName = AWS::IAM::User
CreateRole CreateServiceLinkedRole: r.role.roleName = AWS::IAM::Role
CreateRole CreateServiceLinkedRole: r.role.arn = AWS::IAM::Role
q.roleName = AWS::IAM::Role
CreatePolicy: q.policyName r.policy.arn = AWS::IAM::Policy
q.policyName = AWS::IAM::Policy
q.policyArn q.permissionsBoundary = AWS::IAM::Policy
q.groupName r.group.groupName = AWS::IAM::Group
qr.instanceProfileName r.instanceProfile.instanceProfileName = AWS::IAM::InstanceProfile
CreateInstanceProfile: r.instanceProfile.arn = AWS::IAM::InstanceProfile
q.serialNumber r.virtualMFADevice.serialNumber = AWS::IAM::MfaDevice
q.virtualMFADeviceName = AWS::IAM::MfaDevice
qr.sAMLProviderArn = AWS::IAM::SAMLProvider
CreateSAMLProvider: q.name = AWS::IAM::SAMLProvider
qr.openIDConnectProviderArn = AWS::IAM::OIDCProvider
CreateOpenIDConnectProvider: q.url = AWS::IAM::OIDCProvider
q.serverCertificateName = AWS::IAM::ServerCertificate
q.sSHPublicKeyId r.sSHPublicKey.sSHPublicKeyId = AWS::IAM::SSHPublicKey
q.certificateId r.certificate.certificateId = AWS::IAM::SigningCertificate
q.serviceSpecificCredentialId = AWS::IAM::ServiceSpecificCredential
r.serviceSpecificCredential.serviceSpecificCredentialId = AWS::IAM::ServiceSpecificCredential
q.accountAlias = AWS::IAM::AccountAlias
q.aWSServiceName = AWS::IAM::ServicePrincipal
qr.deletionTaskId = AWS::IAM::RoleDeletionTask
SimulatePrincipalPolicy GenerateServiceLastAccessedDetails: q.policySourceArn q.arn = ARN

[identitystore]
q.identityStoreId = AWS::IdentityStore::IdentityStore
q.userId r.userId q.memberId.userId = AWS::IdentityStore::User
q.groupId r.groupId = AWS::IdentityStore::Group
qr.membershipId = AWS::IdentityStore::GroupMembership

[imagebuilder]
CreateImagePipeline: q.name = AWS::ImageBuilder::ImagePipeline
CreateImageRecipe: q.name = AWS::ImageBuilder::ImageRecipe
CreateComponent: q.name = AWS::ImageBuilder::Component

[inspector2]
q.accountIds[] = AWS::InspectorV2::Account
CreateFilter UpdateFilter: q.name = AWS::InspectorV2::Filter

[iot]
q.thingName r.thingName = AWS::IoT::Thing
q.policyName = AWS::IoT::Policy
q.certificateId r.certificateId = AWS::IoT::Certificate
q.ruleName = AWS::IoT::TopicRule

[kafka]
q.clusterName = AWS::MSK::Cluster
qr.clusterArn = AWS::MSK::Cluster

[kinesis]
q.streamName = AWS::Kinesis::Stream
qr.streamARN = AWS::Kinesis::Stream
q.consumerName = AWS::Kinesis::StreamConsumer

[kinesisanalytics]
q.applicationName = AWS::KinesisAnalytics::Application

[kms]
qrd.keyId r.keyMetadata.keyId = AWS::KMS::Key
r.keyMetadata.arn = AWS::KMS::Key
ReEncrypt: q.sourceKeyId = AWS::KMS::Key
ReEncrypt: q.destinationKeyId = AWS::KMS::Key
q.targetKeyId = AWS::KMS::Key
q.aliasName = AWS::KMS::Alias
qr.grantId = AWS::KMS::Grant
q.customKeyStoreName = AWS::KMS::CustomKeyStore
qr.customKeyStoreId = AWS::KMS::CustomKeyStore

[lakeformation]
q.resource.database.name = AWS::Glue::Database
q.resource.table.name = AWS::Glue::Table
q.resource.dataLocation.resourceArn q.resourceArn = ARN
q.principal.dataLakePrincipalIdentifier = ARN

[lambda]
q.functionName = AWS::Lambda::Function
r.functionArn = AWS::Lambda::Function
q.layerName = AWS::Lambda::LayerVersion
q.uUID q.uuid r.uUID r.uuid = AWS::Lambda::EventSourceMapping
q.eventSourceArn = ARN
q.code.s3Bucket q.s3Bucket = AWS::S3::Bucket
CreateAlias UpdateAlias DeleteAlias: q.name = AWS::Lambda::Alias
AddPermission RemovePermission: q.statementId = AWS::Lambda::Permission
qr.codeSigningConfigArn = AWS::Lambda::CodeSigningConfig
TagResource UntagResource: q.resource = ARN

[lightsail]
q.instanceName q.instanceNames[] = AWS::Lightsail::Instance
q.keyPairName = AWS::Lightsail::KeyPair
q.relationalDatabaseName = AWS::Lightsail::Database
q.bucketName = AWS::Lightsail::Bucket
q.staticIpName = AWS::Lightsail::StaticIp
q.domainName = AWS::Lightsail::Domain

[logs]
q.logGroupName q.logGroupNames[] = AWS::Logs::LogGroup
q.logGroupIdentifier q.logGroupIdentifiers[] = AWS::Logs::LogGroup
q.logStreamName = AWS::Logs::LogStream
q.destinationName = AWS::Logs::Destination
PutSubscriptionFilter DeleteSubscriptionFilter: q.filterName = AWS::Logs::SubscriptionFilter
PutMetricFilter DeleteMetricFilter: q.filterName = AWS::Logs::MetricFilter
q.policyName = AWS::Logs::ResourcePolicy
q.queryDefinitionId r.queryDefinitionId = AWS::Logs::QueryDefinition
qr.queryId = AWS::Logs::Query
q.destination q.destinationBucket = AWS::S3::Bucket
qr.taskId = AWS::Logs::ExportTask
CreateDelivery: r.delivery.id = AWS::Logs::Delivery
PutDeliverySource PutDeliveryDestination: q.name = AWS::Logs::DeliverySource

[macie2]
CreateClassificationJob: q.name r.jobId = AWS::Macie::ClassificationJob
CreateFindingsFilter: q.name = AWS::Macie::FindingsFilter
q.accountId q.adminAccountId = AWS::Macie::Member

[memorydb]
q.clusterName = AWS::MemoryDB::Cluster

[monitoring]
q.alarmName q.alarmNames[] = AWS::CloudWatch::Alarm
q.dashboardName q.dashboardNames[] = AWS::CloudWatch::Dashboard
PutMetricStream DeleteMetricStream: q.name = AWS::CloudWatch::MetricStream
q.ruleName q.ruleNames[] = AWS::CloudWatch::InsightRule
PutAnomalyDetector: q.metricName = AWS::CloudWatch::AnomalyDetector
q.singleMetricAnomalyDetector.metricName = AWS::CloudWatch::AnomalyDetector
DeleteAnomalyDetector: q.metricName = AWS::CloudWatch::AnomalyDetector

[mq]
qr.brokerId q.broker-id = AWS::AmazonMQ::Broker
q.brokerName = AWS::AmazonMQ::Broker

[network-firewall]
q.firewallName = AWS::NetworkFirewall::Firewall
q.firewallPolicyName = AWS::NetworkFirewall::FirewallPolicy
q.ruleGroupName = AWS::NetworkFirewall::RuleGroup

[organizations]
qr.accountId r.createAccountStatus.accountId = AWS::Organizations::Account
d.createAccountStatus.accountId = AWS::Organizations::Account
q.accountName r.createAccountStatus.accountName = AWS::Organizations::Account
q.policyId r.policy.policySummary.id = AWS::Organizations::Policy
CreatePolicy UpdatePolicy: q.name = AWS::Organizations::Policy
q.targetId = AWS::Organizations::Target
InviteAccountToOrganization: q.target.id = AWS::Organizations::Account
q.organizationalUnitId r.organizationalUnit.id = AWS::Organizations::OrganizationalUnit
CreateOrganizationalUnit UpdateOrganizationalUnit: q.name = AWS::Organizations::OrganizationalUnit
q.parentId q.sourceParentId q.destinationParentId = AWS::Organizations::OrganizationalUnit
q.rootId = AWS::Organizations::Root
q.servicePrincipal = AWS::Organizations::TrustedService
q.handshakeId r.handshake.id = AWS::Organizations::Handshake
LeaveOrganization: u.accountId = AWS::Organizations::Account
r.organization.id = AWS::Organizations::Organization

[pipes]
q.name = AWS::Pipes::Pipe

[quicksight]
q.dashboardId = AWS::QuickSight::Dashboard
q.dataSetId = AWS::QuickSight::DataSet
q.dataSourceId = AWS::QuickSight::DataSource
q.userName = AWS::QuickSight::User
d.eventRequestDetails.dashboardId = AWS::QuickSight::Dashboard

[ram]
CreateResourceShare: q.name = AWS::RAM::ResourceShare
qr.resourceShareArn r.resourceShare.resourceShareArn = AWS::RAM::ResourceShare

[rds ids]
qrd.dBInstanceIdentifier q.sourceDBInstanceIdentifier = AWS::RDS::DBInstance
q.targetDBInstanceIdentifier = AWS::RDS::DBInstance
r.dBInstanceArn = AWS::RDS::DBInstance
qr.dBClusterIdentifier q.sourceDBClusterIdentifier = AWS::RDS::DBCluster
r.dBClusterArn = AWS::RDS::DBCluster
qr.dBSnapshotIdentifier q.sourceDBSnapshotIdentifier = AWS::RDS::DBSnapshot
q.targetDBSnapshotIdentifier q.finalDBSnapshotIdentifier = AWS::RDS::DBSnapshot
r.dBSnapshotArn = AWS::RDS::DBSnapshot
qr.dBClusterSnapshotIdentifier q.sourceDBClusterSnapshotIdentifier = AWS::RDS::DBClusterSnapshot
q.targetDBClusterSnapshotIdentifier = AWS::RDS::DBClusterSnapshot
q.snapshotIdentifier = AWS::RDS::DBClusterSnapshot
q.dBSubnetGroupName r.dBSubnetGroup.dBSubnetGroupName = AWS::RDS::DBSubnetGroup
q.dBParameterGroupName = AWS::RDS::DBParameterGroup
q.dBClusterParameterGroupName = AWS::RDS::DBClusterParameterGroup
q.dBSecurityGroupName r.dBSecurityGroup.dBSecurityGroupName = AWS::RDS::DBSecurityGroup
q.dBSecurityGroups[] = AWS::RDS::DBSecurityGroup
q.optionGroupName = AWS::RDS::OptionGroup
q.globalClusterIdentifier = AWS::RDS::GlobalCluster
q.subscriptionName = AWS::RDS::EventSubscription
q.dBProxyName = AWS::RDS::DBProxy
qr.exportTaskIdentifier = AWS::RDS::ExportTask
q.s3BucketName r.s3Bucket = AWS::S3::Bucket
q.resourceName q.resourceArn q.sourceArn = ARN

[rds-data]
q.database = AWS::RDS::Database

[redshift]
q.clusterIdentifier r.clusterIdentifier = AWS::Redshift::Cluster
q.snapshotIdentifier r.snapshotIdentifier = AWS::Redshift::Snapshot
q.clusterSubnetGroupName = AWS::Redshift::ClusterSubnetGroup
q.parameterGroupName = AWS::Redshift::ClusterParameterGroup
q.clusterSecurityGroupName = AWS::Redshift::ClusterSecurityGroup
q.bucketName = AWS::S3::Bucket
q.resourceName = ARN

[redshift-data]
q.clusterIdentifier = AWS::Redshift::Cluster
q.workgroupName = AWS::RedshiftServerless::Workgroup

[redshift-serverless]
q.namespaceName = AWS::RedshiftServerless::Namespace
q.workgroupName = AWS::RedshiftServerless::Workgroup

[resource-explorer-2]
q.viewName = AWS::ResourceExplorer2::View

[resource-groups]
q.groupName q.group r.group.name = AWS::ResourceGroups::Group
CreateGroup: q.name = AWS::ResourceGroups::Group

[rolesanywhere]
q.profileId r.profile.profileId r.profile.profileArn = AWS::RolesAnywhere::Profile
CreateProfile: q.name = AWS::RolesAnywhere::Profile
q.trustAnchorId r.trustAnchor.trustAnchorId = AWS::RolesAnywhere::TrustAnchor
r.trustAnchor.trustAnchorArn = AWS::RolesAnywhere::TrustAnchor
CreateTrustAnchor: q.name = AWS::RolesAnywhere::TrustAnchor
q.roleArns[] = ARN

[route53]
q.hostedZoneId r.hostedZone.id = AWS::Route53::HostedZone
CreateHostedZone: q.name = AWS::Route53::HostedZone
DeleteHostedZone GetHostedZone UpdateHostedZoneComment: q.id = AWS::Route53::HostedZone
q.changeBatch.changes[].resourceRecordSet.name = AWS::Route53::RecordSet
q.healthCheckId r.healthCheck.id = AWS::Route53::HealthCheck
ChangeTagsForResource: q.resourceId = AWS::Route53::HostedZone
q.vPC.vPCId = AWS::EC2::VPC
q.delegationSetId = AWS::Route53::DelegationSet

[route53domains]
q.domainName = AWS::Route53Domains::Domain

[route53resolver]
q.resolverEndpointId r.resolverEndpoint.id = AWS::Route53Resolver::ResolverEndpoint
q.resolverRuleId r.resolverRule.id = AWS::Route53Resolver::ResolverRule
q.resolverQueryLogConfigId = AWS::Route53Resolver::ResolverQueryLoggingConfig
r.resolverQueryLogConfig.id = AWS::Route53Resolver::ResolverQueryLoggingConfig
q.firewallRuleGroupId = AWS::Route53Resolver::FirewallRuleGroup
AssociateResolverQueryLogConfig DisassociateResolverQueryLogConfig: q.resourceId = AWS::EC2::VPC

[s3]
q.bucketName q.bucket = AWS::S3::Bucket
q.accessPointName = AWS::S3::AccessPoint
CreateAccessPoint DeleteAccessPoint GetAccessPoint: q.name = AWS::S3::AccessPoint
PutAccessPointPolicy DeleteAccessPointPolicy: q.name = AWS::S3::AccessPoint
q.jobId r.jobId = AWS::S3::BatchJob
GetStorageLensConfiguration: q.storageLensConfigurationId q.configId = AWS::S3::StorageLens
PutStorageLensConfiguration: q.storageLensConfigurationId q.configId = AWS::S3::StorageLens
DeleteStorageLensConfiguration: q.storageLensConfigurationId q.configId = AWS::S3::StorageLens
d.bucketName d.bucket = AWS::S3::Bucket

[s3tables]
CreateTableBucket: q.name = AWS::S3Tables::TableBucket
q.tableBucketARN = AWS::S3Tables::TableBucket

[sagemaker]
q.notebookInstanceName = AWS::SageMaker::NotebookInstance
q.notebookInstanceLifecycleConfigName = AWS::SageMaker::NotebookInstanceLifecycleConfig
q.endpointName = AWS::SageMaker::Endpoint
q.endpointConfigName = AWS::SageMaker::EndpointConfig
q.modelName = AWS::SageMaker::Model
q.trainingJobName = AWS::SageMaker::TrainingJob
q.processingJobName = AWS::SageMaker::ProcessingJob
q.transformJobName = AWS::SageMaker::TransformJob
q.domainId r.domainId q.domainName = AWS::SageMaker::Domain
q.userProfileName = AWS::SageMaker::UserProfile
q.appName = AWS::SageMaker::App
q.pipelineName = AWS::SageMaker::Pipeline

[scheduler]
CreateSchedule UpdateSchedule DeleteSchedule GetSchedule: q.name = AWS::Scheduler::Schedule
q.groupName = AWS::Scheduler::ScheduleGroup
CreateScheduleGroup DeleteScheduleGroup: q.name = AWS::Scheduler::ScheduleGroup

[secretsmanager]
q.secretId q.secretIdList[] = AWS::SecretsManager::Secret
CreateSecret: qr.name = AWS::SecretsManager::Secret
r.arn = AWS::SecretsManager::Secret
ad.arn ad.name ad.secretId = AWS::SecretsManager::Secret

[securityhub]
q.accountIds[] q.accountDetails[].accountId q.adminAccountId = AWS::SecurityHub::Member
q.standardsSubscriptionArns[] q.standardsSubscriptionArn = AWS::SecurityHub::Standard
q.standardsSubscriptionRequests[].standardsArn = AWS::SecurityHub::Standard
q.insightArn r.insightArn = AWS::SecurityHub::Insight
CreateInsight UpdateInsight: q.name = AWS::SecurityHub::Insight
q.actionTargetArn r.actionTargetArn = AWS::SecurityHub::ActionTarget
q.productArn r.productSubscriptionArn q.productSubscriptionArn = AWS::SecurityHub::Product
q.findingIdentifiers[].id = AWS::SecurityHub::Finding
EnableSecurityHub DisableSecurityHub: r.hubArn = AWS::SecurityHub::Hub

[servicecatalog]
q.productId = AWS::ServiceCatalog::CloudFormationProduct
r.productViewDetail.productViewSummary.productId = AWS::ServiceCatalog::CloudFormationProduct
q.portfolioId r.portfolioDetail.id = AWS::ServiceCatalog::Portfolio
q.provisionedProductName = AWS::ServiceCatalog::CloudFormationProvisionedProduct
q.provisionedProductId = AWS::ServiceCatalog::CloudFormationProvisionedProduct

[servicediscovery]
q.serviceId r.service.id = AWS::ServiceDiscovery::Service
q.namespaceId = AWS::ServiceDiscovery::Namespace
q.instanceId = AWS::ServiceDiscovery::Instance

[servicequotas]
q.quotaCode r.requestedQuota.quotaCode = AWS::ServiceQuotas::Quota

[ses]
q.identity q.identities[] q.emailIdentity = AWS::SES::EmailIdentity
q.emailAddress q.domain = AWS::SES::EmailIdentity
q.configurationSetName q.configurationSet.name = AWS::SES::ConfigurationSet
q.templateName q.template.templateName = AWS::SES::Template
q.ruleSetName = AWS::SES::ReceiptRuleSet
q.ruleName q.rule.name = AWS::SES::ReceiptRule

[signin]
u.userName = AWS::IAM::User
ConsoleLogin: u.arn = ARN
r.credentials.accessKeyId = AWS::IAM::AccessKey
SwitchRole: a.switchTo a.switchFrom = ARN

[sns]
qr.topicArn = AWS::SNS::Topic
CreateTopic: q.name = AWS::SNS::Topic
qr.subscriptionArn = AWS::SNS::Subscription
q.resourceArn = ARN
q.phoneNumber = AWS::SNS::PhoneNumber
qr.platformApplicationArn = AWS::SNS::PlatformApplication

[sqs]
qr.queueUrl = AWS::SQS::Queue
q.queueName = AWS::SQS::Queue

[ssm ids]
PutParameter GetParameter DeleteParameter GetParameterHistory: q.name = AWS::SSM::Parameter
LabelParameterVersion UnlabelParameterVersion: q.name = AWS::SSM::Parameter
GetParameters DeleteParameters: q.names[] = AWS::SSM::Parameter
GetParametersByPath: q.path = AWS::SSM::Parameter
CreateDocument UpdateDocument DeleteDocument GetDocument: q.name = AWS::SSM::Document
DescribeDocument ModifyDocumentPermission DescribeDocumentPermission: q.name = AWS::SSM::Document
UpdateDocumentDefaultVersion UpdateDocumentMetadata CreateAssociation: q.name = AWS::SSM::Document
UpdateAssociation DescribeAssociation DeleteAssociation: q.name = AWS::SSM::Document
ListDocumentVersions: q.name = AWS::SSM::Document
q.documentName = AWS::SSM::Document
q.instanceId q.instanceIds[] q.target = AWS::EC2::Instance
SendCommand: r.command.commandId = AWS::SSM::Command
q.commandId = AWS::SSM::Command
qr.sessionId = AWS::SSM::Session
qr.associationId = AWS::SSM::Association
qr.windowId = AWS::SSM::MaintenanceWindow
CreateMaintenanceWindow: q.name = AWS::SSM::MaintenanceWindow
qr.windowTaskId = AWS::SSM::MaintenanceWindowTask
qr.windowTargetId = AWS::SSM::MaintenanceWindowTarget
q.baselineId r.baselineId = AWS::SSM::PatchBaseline
CreatePatchBaseline: q.name = AWS::SSM::PatchBaseline
q.patchGroup = AWS::SSM::PatchGroup
qr.automationExecutionId = AWS::SSM::AutomationExecution
qr.opsItemId = AWS::SSM::OpsItem
qr.activationId = AWS::SSM::Activation
q.syncName = AWS::SSM::ResourceDataSync
q.settingId = AWS::SSM::ServiceSetting

[ssmmessages ids]
q.sessionId = AWS::SSM::Session

[sso]
q.instanceArn = AWS::SSO::Instance
qr.permissionSetArn r.permissionSet.permissionSetArn = AWS::SSO::PermissionSet
CreatePermissionSet: q.name = AWS::SSO::PermissionSet
q.targetId = AWS::Organizations::Account
q.principalId = AWS::IdentityStore::Principal
q.managedPolicyArn = AWS::IAM::Policy
q.applicationArn r.applicationArn = AWS::SSO::Application

[sso-directory]
q.identityStoreId q.directoryId = AWS::IdentityStore::IdentityStore
q.userId r.user.userId r.userId q.member.memberId = AWS::IdentityStore::User
q.groupId r.group.groupId = AWS::IdentityStore::Group

[states]
q.stateMachineArn r.stateMachineArn = AWS::StepFunctions::StateMachine
CreateStateMachine: q.name = AWS::StepFunctions::StateMachine
qr.executionArn = AWS::StepFunctions::Execution
qr.activityArn = AWS::StepFunctions::Activity
CreateActivity: q.name = AWS::StepFunctions::Activity

[sts]
q.roleArn = AWS::IAM::Role
r.credentials.accessKeyId = AWS::IAM::AccessKey
r.assumedRoleUser.assumedRoleId r.assumedRoleUser.arn = AWS::STS::AssumedRole
r.federatedUser.arn = AWS::STS::FederatedUser
GetFederationToken: q.name = AWS::STS::FederatedUser
q.sAMLAssertionID = AWS::STS::SAMLAssertion
q.principalArn = ARN
q.targetPrincipal = AWS::Organizations::Account
GetAccessKeyInfo: q.accessKeyId = AWS::IAM::AccessKey
q.serialNumber = AWS::IAM::MfaDevice

[support]
qr.caseId = AWS::Support::Case

[tagging]
q.resourceARNList[] = ARN

[transfer]
qr.serverId = AWS::Transfer::Server
qr.userName = AWS::Transfer::User
qr.workflowId = AWS::Transfer::Workflow
qr.connectorId = AWS::Transfer::Connector

[waf]
q.webACLId r.webACL.webACLId = AWS::WAF::WebACL
q.iPSetId r.iPSet.iPSetId = AWS::WAF::IPSet
q.ruleId r.rule.ruleId = AWS::WAF::Rule
q.ruleGroupId = AWS::WAF::RuleGroup

[waf-regional]
q.webACLId r.webACL.webACLId = AWS::WAFRegional::WebACL
q.iPSetId r.iPSet.iPSetId = AWS::WAFRegional::IPSet
q.ruleId r.rule.ruleId = AWS::WAFRegional::Rule

[wafv2]
CreateWebACL UpdateWebACL DeleteWebACL GetWebACL: q.name = AWS::WAFv2::WebACL
CreateIPSet UpdateIPSet DeleteIPSet GetIPSet: q.name = AWS::WAFv2::IPSet
CreateRuleGroup UpdateRuleGroup DeleteRuleGroup GetRuleGroup: q.name = AWS::WAFv2::RuleGroup
CreateRegexPatternSet UpdateRegexPatternSet: q.name = AWS::WAFv2::RegexPatternSet
DeleteRegexPatternSet: q.name = AWS::WAFv2::RegexPatternSet
r.summary.aRN r.summary.arn = ARN
q.webACLArn = AWS::WAFv2::WebACL
q.resourceArn = ARN
q.loggingConfiguration.resourceArn = ARN

[workspaces]
q.workspaceId q.workspaceIds[] q.startWorkspaceRequests[].workspaceId = AWS::WorkSpaces::Workspace
q.terminateWorkspaceRequests[].workspaceId = AWS::WorkSpaces::Workspace
q.stopWorkspaceRequests[].workspaceId = AWS::WorkSpaces::Workspace
q.rebootWorkspaceRequests[].workspaceId = AWS::WorkSpaces::Workspace
q.rebuildWorkspaceRequests[].workspaceId = AWS::WorkSpaces::Workspace
q.workspaces[].userName = AWS::WorkSpaces::Workspace
q.directoryId q.resourceId = AWS::WorkSpaces::Directory
q.bundleId = AWS::WorkSpaces::Bundle

[xray]
q.groupName r.group.groupName = AWS::XRay::Group
q.ruleName q.samplingRule.ruleName q.samplingRuleUpdate.ruleName = AWS::XRay::SamplingRule
";
