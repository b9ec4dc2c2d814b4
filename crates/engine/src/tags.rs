//! The tags of whatever has some, by its ARN.

use crate::State;
use std::collections::BTreeMap;

impl State {
    /// The tags of a resource; `None` where there is no such resource, or none that bears tags.
    /// Objects have tags of another kind, which do not count here.
    pub fn tags(&self, arn: &str) -> Option<&BTreeMap<String, String>> {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, _region, _account, resource) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        match (service, resource.split_once('/')) {
            ("s3", None) => Some(&self.bucket(resource)?.tags),
            ("sns", _) => Some(&self.topic(arn)?.tags),
            ("kms", Some(("key", id))) => {
                let key = self.kms_key_by_id(id)?;
                (key.arn().as_str() == arn).then_some(&key.tags)
            }
            ("cloudtrail", Some(("trail", _))) => Some(&self.trail(arn)?.tags),
            ("cloudtrail", Some(("channel", id))) => {
                let channel = self.channel(id)?;
                (channel.arn().as_str() == arn).then_some(&channel.tags)
            }
            ("cloudtrail", Some(("eventdatastore", id))) => {
                let store = self.event_data_store(id)?;
                (store.arn().as_str() == arn).then_some(&store.tags)
            }
            _ => None,
        }
    }
}
