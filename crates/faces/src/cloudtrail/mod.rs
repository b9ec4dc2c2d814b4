//! AWS CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html>.

pub(crate) mod arn;
mod attribute;
mod channel;
mod configuration;
mod destination;
mod event;
mod exception;
mod import_check;
mod imports;
mod ingestion;
mod insights;
mod list_token;
mod next_token;
mod plain;
mod policies;
mod policy_document;
mod query;
mod resource;
mod row_token;
mod selectors;
mod settings;
mod source;
mod store;
mod tag;
mod time;
mod trail;
mod trail_name;
mod trail_settings;
mod window;

pub use exception::Exception;

use crate::service::service;

service! {
    name: "cloudtrail",
    source: "cloudtrail.amazonaws.com",
    signing_names: ["cloudtrail"],
    protocol: AwsJson11 { target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101" },
    open: [],
    // alphabetical, for the foolish consistency
    write  AddTags                      = add_tags,
    act    CancelQuery                  = cancel_query,
    write  CreateChannel                = create_channel,
    write  CreateEventDataStore         = create_event_data_store,
    write  CreateTrail                  = create_trail,
    write  DeleteChannel                = delete_channel,
    write  DeleteEventDataStore         = delete_event_data_store,
    write  DeleteResourcePolicy         = delete_resource_policy,
    write  DeleteTrail                  = delete_trail,
    read   DescribeQuery                = describe_query,
    read   DescribeTrails               = describe_trails,
    read   GetChannel                   = get_channel,
    read   GetEventConfiguration        = get_event_configuration,
    read   GetEventDataStore            = get_event_data_store,
    read   GetEventSelectors            = get_event_selectors,
    read   GetImport                    = get_import,
    read   GetInsightSelectors          = get_insight_selectors,
    search GetQueryResults              = get_query_results,
    read   GetResourcePolicy            = get_resource_policy,
    read   GetTrail                     = get_trail,
    read   GetTrailStatus               = get_trail_status,
    read   ListChannels                 = list_channels,
    read   ListEventDataStores          = list_event_data_stores,
    search ListImportFailures           = list_import_failures,
    read   ListImports                  = list_imports,
    read   ListPublicKeys               = list_public_keys,
    read   ListQueries                  = list_queries,
    read   ListTags                     = list_tags,
    read   ListTrails                   = list_trails,
    search LookupEvents                 = lookup_events,
    write  PutEventConfiguration        = put_event_configuration,
    write  PutEventSelectors            = put_event_selectors,
    write  PutInsightSelectors          = put_insight_selectors,
    write  PutResourcePolicy            = put_resource_policy,
    write  RemoveTags                   = remove_tags,
    write  RestoreEventDataStore        = restore_event_data_store,
    write  StartEventDataStoreIngestion = start_event_data_store_ingestion,
    write  StartImport                  = start_import,
    write  StartLogging                 = start_logging,
    query  StartQuery                   = start_query,
    write  StopEventDataStoreIngestion  = stop_event_data_store_ingestion,
    write  StopImport                   = stop_import,
    write  StopLogging                  = stop_logging,
    write  UpdateChannel                = update_channel,
    write  UpdateEventDataStore         = update_event_data_store,
    write  UpdateTrail                  = update_trail,
}
