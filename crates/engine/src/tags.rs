//! The tags of whatever has some, by its ARN.

use crate::State;
use model::{AccountId, Arn, Timestamp};
use std::collections::BTreeMap;

type Tags = BTreeMap<String, String>;

impl State {
    /// The tags of a resource; `None` where there is no such resource, or none that bears tags.
    /// Objects have tags of another kind, which do not count here.
    pub fn tags(&self, arn: &str) -> Option<&Tags> {
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

    /// What an account has in a region that bears tags now, by ARN.
    pub fn tagged<'a>(
        &'a self,
        account: &'a AccountId,
        region: &'a str,
        at: Timestamp,
    ) -> BTreeMap<String, &'a Tags> {
        let trails = self.trails().filter(|it| it.account == *account && it.home_region == region);
        let buckets = self.buckets(account).filter(|it| it.region == region);
        let channels = self.channels(account).filter(|it| it.region == region);
        let stores = self.event_data_stores(account).filter(|it| it.region == region);
        let keys = self.kms_keys(account, region).filter(|it| !it.is_gone(at));
        let topics = self.topics(account, region);
        let all = trails.map(|it| (it.arn(), &it.tags));
        let all = all.chain(buckets.map(|it| (it.arn(), &it.tags)));
        let all = all.chain(channels.map(|it| (it.arn(), &it.tags)));
        let all = all.chain(stores.map(|it| (it.arn(), &it.tags)));
        let all = all.chain(keys.map(|it| (it.arn(), &it.tags)));
        let all = all.chain(topics.map(|it| (it.arn(), &it.tags)));
        let named = |(arn, tags): (Arn, &'a Tags)| (arn.to_string(), tags);
        all.filter(|(_, tags)| !tags.is_empty()).map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Change;
    use model::resource::{Bucket, Topic, Trail};

    fn tags(key: &str) -> Tags {
        BTreeMap::from([(key.to_owned(), String::new())])
    }

    fn topic(account: &AccountId, name: &str, tags: Tags) -> Change {
        Change::TopicPut(Topic {
            name: name.to_owned(),
            account: account.clone(),
            region: "us-east-1".to_owned(),
            attributes: BTreeMap::new(),
            tags,
        })
    }

    fn bucket(account: &AccountId, region: &str) -> Change {
        let name = format!("den-{region}");
        let made = Bucket::new(name, account.clone(), region.to_owned(), Timestamp(0));
        Change::BucketPut(Box::new(Bucket { tags: tags("b"), ..made }))
    }

    #[test]
    fn what_bears_tags_is_told_to_its_account_in_its_region() {
        let [mine, other] =
            ["111111111111", "222222222222"].map(|id| AccountId::parse(id).unwrap());
        let id = "trail-1".to_owned();
        let trail = Trail::new(id, "t".into(), mine.clone(), "us-east-1".into(), Timestamp(0));
        let mut state = State::default();
        for change in [
            Change::TrailPut(Trail { tags: tags("t"), multi_region: true, ..trail }),
            topic(&mine, "plain", Tags::new()),
            topic(&mine, "told", tags("n")),
            topic(&other, "theirs", tags("n")),
            bucket(&mine, "us-east-1"),
            bucket(&mine, "eu-west-1"),
        ] {
            state.apply(&change);
        }
        let at = |region: &str| {
            let tagged = state.tagged(&mine, region, Timestamp(0));
            tagged.into_iter().map(|(arn, tags)| (arn, tags.clone())).collect::<Vec<_>>()
        };
        assert_eq!(
            at("us-east-1"),
            [
                ("arn:aws:cloudtrail:us-east-1:111111111111:trail/t".to_owned(), tags("t")),
                ("arn:aws:s3:::den-us-east-1".to_owned(), tags("b")),
                ("arn:aws:sns:us-east-1:111111111111:told".to_owned(), tags("n")),
            ]
        );
        assert_eq!(at("eu-west-1"), [("arn:aws:s3:::den-eu-west-1".to_owned(), tags("b"))]);
    }
}
