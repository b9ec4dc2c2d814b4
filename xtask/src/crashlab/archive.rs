//! What the trail has delivered, as far as it was read: no name with two contents, no record in two
//! files, one chain of digests that lists every file once.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use serde_json::Value;

use super::bucket::{self, FILES, Version};
use super::seen::AGENT;
use crate::client::Client;

const LOG: &str = "/CloudTrail/";
const DIGEST: &str = "/CloudTrail-Digest/";
/// Problems told of one check, at most.
const TOLD_MAX: usize = 5;

/// A trail's archive as the lab knows it.
#[derive(Debug, Default)]
pub(super) struct Archive {
    files: BTreeMap<String, File>,
    /// The file that each record was found in, by `eventID`.
    records: HashMap<String, String>,
    /// How often each token was found.
    tokens: HashMap<String, usize>,
    /// Records that stand in two files.
    doubled: Vec<String>,
}

/// A file that was read.
#[derive(Debug)]
struct File {
    version: Version,
    /// SHA-256 of its text, in hex.
    hash: String,
    /// What a digest says.
    digest: Option<Value>,
}

impl Archive {
    /// Reads what is new, and tells what is wrong with all of it.
    pub(super) fn check(&mut self, client: &mut Client) -> Result<Vec<String>> {
        let listed = bucket::versions(client, FILES)?;
        let mut problems = self.compare(&listed);
        for version in listed.iter().filter(|it| !it.is_marker) {
            if !self.files.contains_key(&version.key) {
                let bytes = bucket::get(client, FILES, version)?;
                let read = self.take(version, &bytes);
                problems.extend(read.err().map(|error| format!("`{}`: {error:#}", version.key)));
            }
        }
        let doubled = std::mem::take(&mut self.doubled);
        problems.extend(doubled.iter().map(|what| format!("in two log files: {what}")));
        problems.extend(self.chains());
        let more = problems.len().saturating_sub(TOLD_MAX);
        problems.truncate(TOLD_MAX);
        problems.extend((more > 0).then(|| format!("{more} more things are wrong in the archive")));
        Ok(problems)
    }

    /// INVARIANT (one content a name): what lay there lies there, and nothing over it.
    fn compare(&self, listed: &[Version]) -> Vec<String> {
        let mut problems = Vec::new();
        let mut last = None;
        for version in listed {
            let key = &version.key;
            if version.is_marker || last == Some(key) {
                problems.push(format!("`{key}` is there in two versions, or was deleted"));
            }
            let other = self.files.get(key).filter(|file| file.version != *version);
            problems.extend(other.map(|_| format!("`{key}` has other content than before")));
            last = Some(key);
        }
        let gone = |key: &&String| listed.iter().all(|version| version.key != **key);
        problems.extend(self.files.keys().filter(gone).map(|key| format!("`{key}` is gone")));
        problems
    }

    fn take(&mut self, version: &Version, bytes: &[u8]) -> Result<()> {
        let mut text = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut text).context("it is no gzip")?;
        let hash = hex(&wire::sha256(&text));
        let content: Value = serde_json::from_slice(&text).context("it is no JSON")?;
        let is_log = version.key.contains(LOG);
        if is_log {
            let records = content.get("Records").and_then(Value::as_array).context("no records")?;
            records.iter().for_each(|record| self.take_record(record, &version.key));
        }
        let digest = version.key.contains(DIGEST).then_some(content);
        self.files.insert(version.key.clone(), File { version: version.clone(), hash, digest });
        Ok(())
    }

    fn take_record(&mut self, record: &Value, key: &str) {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, agent) = (text("eventID"), text("userAgent"));
        if let Some(other) = self.records.insert(id.to_owned(), key.to_owned()) {
            self.doubled.push(format!("{id}, `{other}` and `{key}`"));
        }
        if agent.starts_with(AGENT) {
            *self.tokens.entry(agent.to_owned()).or_default() += 1;
        }
    }

    /// The digests of each region, in the order of their ends, one after the other.
    fn chains(&self) -> Vec<String> {
        let (mut regions, mut problems) = (BTreeMap::<&str, Vec<_>>::new(), Vec::new());
        for (key, file) in self.files.iter().filter(|(_, file)| file.digest.is_some()) {
            let region = key.split_once(DIGEST).and_then(|(_, rest)| rest.split('/').next());
            regions.entry(region.unwrap_or_default()).or_default().push((key, file));
        }
        let mut listings: HashMap<&str, usize> = HashMap::new();
        for chain in regions.values() {
            let mut before = None;
            for (key, file) in chain {
                let digest = file.digest.as_ref();
                problems.extend(
                    digest
                        .and_then(|it| continues(it, before))
                        .map(|what| format!("the digest `{key}` {what}")),
                );
                problems.extend(
                    digest.map(|it| self.listed(key, it, &mut listings)).into_iter().flatten(),
                );
                before = Some((key.as_str(), file.hash.as_str()));
            }
        }
        let twice = listings.into_iter().filter(|(_, count)| *count > 1);
        problems.extend(twice.map(|(key, _)| format!("two digests list `{key}`")));
        problems
    }

    /// What is wrong with the files that a digest lists.
    fn listed<'a>(
        &'a self,
        key: &str,
        digest: &'a Value,
        listings: &mut HashMap<&'a str, usize>,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        for file in logs(digest) {
            let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default();
            let (log, hash) = (text("s3Object"), text("hashValue"));
            let object = file.get("s3Object").and_then(Value::as_str).unwrap_or_default();
            *listings.entry(object).or_default() += 1;
            match self.files.get(log) {
                None => problems.push(format!("`{key}` lists `{log}`, which is not there")),
                Some(found) if found.hash != hash => {
                    problems.push(format!("`{key}` lists `{log}` with another hash"));
                }
                Some(_) => {}
            }
        }
        problems
    }

    /// How often the record of a call was found.
    pub(super) fn count(&self, token: &str) -> usize {
        self.tokens.get(token).copied().unwrap_or(0)
    }

    /// Tokens that were found.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.keys().map(String::as_str)
    }

    /// Keys of the log files.
    pub(super) fn logs(&self) -> Vec<String> {
        self.files.keys().filter(|key| key.contains(LOG)).cloned().collect()
    }

    /// How many digests there are.
    pub(super) fn digests(&self) -> usize {
        self.files.values().filter(|file| file.digest.is_some()).count()
    }

    /// Those of some log files that no digest lists.
    pub(super) fn unlisted(&self, logs_of: &[String]) -> usize {
        let all = self.files.values().filter_map(|file| file.digest.as_ref()).flat_map(logs);
        let listed: Vec<&str> =
            all.filter_map(|file| file.get("s3Object").and_then(Value::as_str)).collect();
        logs_of.iter().filter(|log| !listed.contains(&log.as_str())).count()
    }
}

/// Why a digest does not follow the one before it.
fn continues(digest: &Value, before: Option<(&str, &str)>) -> Option<&'static str> {
    let text = |name: &str| digest.get(name).and_then(Value::as_str);
    let named = (text("previousDigestS3Object"), text("previousDigestHashValue"));
    match (named, before) {
        ((None, None), None) => None,
        ((Some(key), Some(hash)), Some(before)) if (key, hash) == before => None,
        (_, None) => Some("is the oldest and names one before it"),
        _ => Some("does not name the one before it, or with another hash"),
    }
}

fn logs(digest: &Value) -> &[Value] {
    digest.get("logFiles").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;

    fn version(key: &str) -> Version {
        let key = format!("AWSLogs/1{key}");
        Version { key, id: "v".to_owned(), etag: "e".to_owned(), is_marker: false }
    }

    fn gzip(content: &Value) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content.to_string().as_bytes()).unwrap();
        packed.finish().unwrap()
    }

    fn hash(content: &Value) -> String {
        hex(&wire::sha256(content.to_string().as_bytes()))
    }

    fn log(id: &str) -> Value {
        json!({ "Records": [{ "eventID": id, "userAgent": format!("crashlab/{id}") }] })
    }

    fn digest(log_key: &str, log: &Value, before: Option<(&str, &Value)>) -> Value {
        let listed = json!({ "s3Object": version(log_key).key, "hashValue": hash(log) });
        json!({
            "logFiles": [listed],
            "previousDigestS3Object": before.map(|(key, _)| version(key).key),
            "previousDigestHashValue": before.map(|(_, digest)| hash(digest)),
        })
    }

    const LOGS: [&str; 2] = ["/CloudTrail/r/a", "/CloudTrail/r/b"];
    const DIGESTS: [&str; 2] = ["/CloudTrail-Digest/r/1", "/CloudTrail-Digest/r/2"];

    fn archive(second: impl Fn(&Value) -> Value) -> Archive {
        let (one, two) = (log("a"), log("b"));
        let first = digest(LOGS[0], &one, None);
        let second = second(&digest(LOGS[1], &two, Some((DIGESTS[0], &first))));
        let mut archive = Archive::default();
        let files = [(LOGS[0], one), (LOGS[1], two), (DIGESTS[0], first), (DIGESTS[1], second)];
        for (key, content) in files {
            archive.take(&version(key), &gzip(&content)).unwrap();
        }
        archive
    }

    #[test]
    fn a_whole_chain_is_whole() {
        let archive = archive(Value::clone);
        assert_eq!(archive.chains(), [""; 0]);
        assert_eq!((archive.count("crashlab/a"), archive.digests()), (1, 2));
        assert_eq!(archive.unlisted(&archive.logs()), 0);
        assert_eq!(archive.compare(&LOGS.map(version)).len(), 2, "the digests are gone");
    }

    #[test]
    fn a_chain_that_is_broken_is_told() {
        let of = |name: &str, value: Value| {
            let broken = archive(|digest| {
                let mut digest = digest.clone();
                digest[name] = value.clone();
                digest
            });
            broken.chains().concat()
        };
        assert!(of("previousDigestHashValue", json!("00")).contains("another hash"));
        assert!(of("previousDigestS3Object", Value::Null).contains("does not name"));
        let wrong = json!([{ "s3Object": version(LOGS[0]).key, "hashValue": "00" }]);
        let told = of("logFiles", wrong);
        assert!(told.contains("another hash") && told.contains("two digests"), "{told}");
        assert!(of("logFiles", json!([{ "s3Object": "x" }])).contains("not there"));
    }

    #[test]
    fn a_record_in_two_files_and_a_name_with_two_contents_are_told() {
        let mut archive = archive(Value::clone);
        archive.take(&version("/CloudTrail/r/c"), &gzip(&log("a"))).unwrap();
        assert_eq!((archive.doubled.len(), archive.count("crashlab/a")), (1, 2));
        let other = Version { etag: "f".to_owned(), ..version(LOGS[0]) };
        assert!(archive.compare(&[other]).concat().contains("other content"));
        let twice = [version(LOGS[0]), version(LOGS[0])];
        assert!(archive.compare(&twice).concat().contains("two versions"));
    }
}
