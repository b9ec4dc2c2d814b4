//! AWS CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html>.

pub(crate) mod arn;
mod attribute;
mod channel;
mod configuration;
mod event;
mod exception;
mod imports;
mod ingestion;
mod list_token;
mod next_token;
mod plain;
mod policies;
mod policy_document;
mod query;
mod resource;
mod row_token;
mod settings;
mod source;
mod store;
mod tag;
mod time;
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
    write  DeleteChannel                = delete_channel,
    write  DeleteEventDataStore         = delete_event_data_store,
    write  DeleteResourcePolicy         = delete_resource_policy,
    read   DescribeQuery                = describe_query,
    read   GetChannel                   = get_channel,
    read   GetEventConfiguration        = get_event_configuration,
    read   GetEventDataStore            = get_event_data_store,
    read   GetImport                    = get_import,
    search GetQueryResults              = get_query_results,
    read   GetResourcePolicy            = get_resource_policy,
    read   ListChannels                 = list_channels,
    read   ListEventDataStores          = list_event_data_stores,
    read   ListImports                  = list_imports,
    read   ListPublicKeys               = list_public_keys,
    read   ListQueries                  = list_queries,
    read   ListTags                     = list_tags,
    search LookupEvents                 = lookup_events,
    write  PutEventConfiguration        = put_event_configuration,
    write  PutResourcePolicy            = put_resource_policy,
    write  RemoveTags                   = remove_tags,
    write  RestoreEventDataStore        = restore_event_data_store,
    write  StartEventDataStoreIngestion = start_event_data_store_ingestion,
    write  StartImport                  = start_import,
    query  StartQuery                   = start_query,
    write  StopEventDataStoreIngestion  = stop_event_data_store_ingestion,
    write  StopImport                   = stop_import,
    write  UpdateChannel                = update_channel,
    write  UpdateEventDataStore         = update_event_data_store,
}
