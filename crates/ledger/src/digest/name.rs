//! Where log files and digests lie, and what they are called: exactly as at AWS.

use model::Timestamp;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An object: its bucket and its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub object: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.object)
    }
}

/// What a log file holds; each kind has a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// Calls: management and data events.
    CloudTrail,
    /// Insights.
    Insight,
    /// Calls through VPC endpoints.
    NetworkActivity,
    /// Five-minute counts.
    Aggregated,
}

impl FileKind {
    /// The folder's name, which is also a part of the file's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudTrail => "CloudTrail",
            Self::Insight => "CloudTrail-Insight",
            Self::NetworkActivity => "CloudTrail-NetworkActivity",
            Self::Aggregated => "CloudTrail-Aggregated",
        }
    }
}

/// The folder of digests.
const DIGEST: &str = "CloudTrail-Digest";

/// Whose files, and below which prefix.
#[derive(Clone, Copy, Debug)]
pub struct Folder<'a> {
    /// What the trail puts before every name; without the slash behind it.
    pub prefix: Option<&'a str>,
    /// The account whose records they are.
    pub account: &'a str,
    /// The region the records were made in.
    pub region: &'a str,
}

impl Folder<'_> {
    /// `[prefix/]AWSLogs/<account>/<kind>/<region>/YYYY/MM/DD/`
    fn day(&self, kind: &str, time: &str) -> String {
        let (year, month, day) = (cut(time, 0, 4), cut(time, 5, 7), cut(time, 8, 10));
        let Self { account, region, .. } = self;
        let prefix = self.prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
        format!("{prefix}AWSLogs/{account}/{kind}/{region}/{year}/{month}/{day}/")
    }

    /// The key of a log file that is delivered at `time`; `suffix` is one of [`suffix`].
    pub fn log_file(&self, kind: FileKind, time: Timestamp, suffix: &str) -> String {
        let time = model::format_seconds(time.seconds());
        let (folder, kind) = (self.day(kind.name(), &time), kind.name());
        let Self { account, region, .. } = self;
        let minute = compact(&time);
        let minute = cut(&minute, 0, 13);
        format!("{folder}{account}_{kind}_{region}_{minute}Z_{suffix}.json.gz")
    }

    /// The folder of the results of the query `id` that ended at `time`.
    pub fn results(prefix: Option<&str>, account: &str, id: &str, time: Timestamp) -> String {
        let time = model::format_seconds(time.seconds());
        let (year, month, day) = (cut(&time, 0, 4), cut(&time, 5, 7), cut(&time, 8, 10));
        let prefix = prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
        format!("{prefix}AWSLogs/{account}/CloudTrail-Lake/Query/{year}/{month}/{day}/{id}/")
    }

    /// The key of the digest of `trail` that ends at `end`.
    pub fn digest(&self, trail: &Series<'_>, end: Timestamp) -> String {
        let time = model::format_seconds(end.seconds());
        let (folder, Self { account, region, .. }) = (self.day(DIGEST, &time), self);
        let (Series { trail, home_region }, second) = (trail, compact(&time));
        format!("{folder}{account}_{DIGEST}_{region}_{trail}_{home_region}_{second}.json.gz")
    }
}

/// The trail whose digests these are: the region stands in their names twice, once for the
/// records and once for the trail's home.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// The trail's name.
    pub trail: &'a str,
    /// Where the trail was made.
    pub home_region: &'a str,
}

/// `20231130T110500Z` of `2023-11-30T11:05:00Z`.
fn compact(time: &str) -> String {
    time.chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

fn cut(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Sixteen letters and digits that follow from `plan`, whatever that is: the same plan gives the
/// same name, so that doing it again writes the same object.
pub fn suffix(plan: &[&[u8]]) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut bytes = Vec::new();
    for piece in plan {
        bytes.extend((piece.len() as u64).to_le_bytes());
        bytes.extend_from_slice(piece);
    }
    let hash = digest(&SHA256, &bytes);
    let pairs = hash.as_ref().chunks_exact(2);
    let letter = |pair: &[u8]| {
        let number = pair.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        LETTERS.get(number % LETTERS.len()).map_or('A', |letter| char::from(*letter))
    };
    pairs.map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(prefix: Option<&str>) -> Folder<'_> {
        Folder { prefix, account: "111122223333", region: "us-east-2" }
    }

    #[test]
    fn names_are_those_of_awss_documents() {
        let time = Timestamp::parse("2015-08-17T15:01:31Z").unwrap();
        let series = Series { trail: "your-trail-name", home_region: "us-west-1" };
        assert_eq!(
            folder(None).digest(&series, time),
            "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/111122223333_CloudTrail-\
             Digest_us-east-2_your-trail-name_us-west-1_20150817T150131Z.json.gz"
        );
        assert_eq!(
            folder(Some("a/b")).log_file(FileKind::CloudTrail, time, "9nYN7gp2eWAJHIfT"),
            "a/b/AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/111122223333_CloudTrail_\
             us-east-2_20150817T1501Z_9nYN7gp2eWAJHIfT.json.gz"
        );
        let network = folder(None).log_file(FileKind::NetworkActivity, time, "x");
        assert!(network.contains("/CloudTrail-NetworkActivity/us-east-2/2015/08/17/"));
        assert!(network.contains("/111122223333_CloudTrail-NetworkActivity_us-east-2_2015"));
    }

    #[test]
    fn a_suffix_repeats_and_hangs_on_every_piece() {
        let one = suffix(&[b"trail", b"1"]);
        assert_eq!(one, suffix(&[b"trail", b"1"]));
        assert_eq!((one.len(), one.chars().all(|c| c.is_ascii_alphanumeric())), (16, true));
        for other in [&[b"trail".as_slice(), b"2"][..], &[b"trail1", b""], &[b"trail1"]] {
            assert_ne!(one, suffix(other));
        }
    }
}
