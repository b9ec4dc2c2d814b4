//! Log files to be imported while the server dies: each record with an id of its own.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::seen::IMPORTED_AGENT;
use crate::clock::now_unix_s;
use crate::random::Random;

const FILES: usize = 4;
const RECORDS: usize = 250;

/// A directory of log files.
#[derive(Debug)]
pub(super) struct Pile {
    pub(super) directory: PathBuf,
    /// The `eventID` of each record.
    pub(super) ids: Vec<String>,
}

impl Pile {
    /// Writes the files.
    pub(super) fn write(directory: &Path, random: &mut Random) -> Result<Self> {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make `{}`", directory.display()))?;
        let mut ids = Vec::with_capacity(FILES * RECORDS);
        for file in 0..FILES {
            let records: Vec<Value> = (0..RECORDS).map(|place| record(random, place)).collect();
            let id = |record: &Value| record.get("eventID")?.as_str().map(str::to_owned);
            ids.extend(records.iter().filter_map(id));
            write_file(&directory.join(format!("{file}.json.gz")), &records)?;
        }
        Ok(Self { directory: directory.to_owned(), ids })
    }
}

fn write_file(path: &Path, records: &[Value]) -> Result<()> {
    let text = json!({ "Records": records }).to_string();
    let file = File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    let mut packed = GzEncoder::new(file, Compression::fast());
    packed.write_all(text.as_bytes())?;
    packed.finish()?;
    Ok(())
}

/// A record of yesterday: files come later than what they tell of.
fn record(random: &mut Random, place: usize) -> Value {
    let yesterday = i64::try_from(now_unix_s()).unwrap_or(0) - 86_400;
    let seconds = i64::try_from(place).unwrap_or(0);
    let time = Timestamp::from_second(yesterday).unwrap_or_default();
    let time = time.checked_add(seconds.seconds()).unwrap_or(time);
    let account = "111122223333";
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLEEXAMPLE001",
            "arn": format!("arn:aws:iam::{account}:user/alice"),
            "accountId": account,
            "accessKeyId": "AKIAEXAMPLEALICE0001",
            "userName": "alice",
        },
        "eventTime": time.to_string(),
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.10",
        "userAgent": IMPORTED_AGENT,
        "requestParameters": { "userName": random.hex(40) },
        "responseElements": null,
        "requestID": random.uuid(),
        "eventID": random.uuid(),
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn has_as_many_ids_as_records() {
        let room = tempfile::tempdir().unwrap();
        let pile = Pile::write(&room.path().join("pile"), &mut Random::new(1, 1)).unwrap();
        let different: HashSet<&String> = pile.ids.iter().collect();
        assert_eq!(different.len(), FILES * RECORDS);
        assert_eq!(fs::read_dir(&pile.directory).unwrap().count(), FILES);
    }
}
