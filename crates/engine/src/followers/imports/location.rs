//! Where the files of an import lie, and which objects there are log files:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake.html>.

use model::{Timestamp, days_of_civil};

/// The folder that trails put log files into, and the one above it.
const LOGS: &str = "CloudTrail";
const ABOVE: &str = "AWSLogs";
/// How the neighbours of [`LOGS`] begin: digests, insights and others.
const NEIGHBOURS: &str = "CloudTrail-";
/// Only compressed files are read, as at AWS.
const ENDING: &str = ".gz";

const DAY_MS: i64 = 86_400_000;

/// A bucket and a folder in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLocation {
    /// The bucket's name.
    pub bucket: String,
    /// How the keys begin: empty, or with a slash at its end.
    pub prefix: String,
}

impl ImportLocation {
    /// Reads `s3://BUCKET[/PREFIX]`; `None` where it is none.
    pub fn parse(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
        let is_bucket = (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_name);
        let is_plain = !prefix.contains('\0') && uri.len() <= 1_024;
        let end = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
        (is_bucket && is_plain)
            .then(|| Self { bucket: bucket.to_owned(), prefix: format!("{prefix}{end}") })
    }

    /// Whether a key below the prefix is a log file's. What lies in the folders of other services
    /// is none; a folder of another name is looked into where it was named.
    pub(super) fn is_log(&self, key: &str) -> bool {
        let Some((folders, name)) = key.rsplit_once('/') else {
            return !self.prefix.is_empty() && key.ends_with(ENDING);
        };
        let all: Vec<&str> = folders.split('/').collect();
        let above = all.iter().position(|folder| *folder == ABOVE);
        let below = all.get(above.map_or(0, |at| at + 1)..).unwrap_or_default();
        let is_in_logs = below.contains(&LOGS);
        let is_elsewhere = below.iter().any(|folder| folder.starts_with(NEIGHBOURS));
        let is_named = above.is_none() && !self.prefix.is_empty() && !is_elsewhere;
        name.ends_with(ENDING) && (is_in_logs || is_named)
    }
}

/// The folder of a key.
pub(super) fn folder(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether the name of a log file says that it may hold records of these times: files bear the
/// time of their delivery, which is that of the records or soon after.
pub(super) fn may_hold(key: &str, start: Option<Timestamp>, end: Option<Timestamp>) -> bool {
    if start.is_none() && end.is_none() {
        return true;
    }
    let Some(day) = day(key) else {
        return false;
    };
    let first = |it: Timestamp| it.0 - it.0.rem_euclid(DAY_MS);
    start.is_none_or(|start| day.0 >= first(start)) && end.is_none_or(|end| day.0 <= end.0 + DAY_MS)
}

/// The day in a key: of its last folders, or of the name itself.
fn day(key: &str) -> Option<Timestamp> {
    let (folders, name) = key.rsplit_once('/').unwrap_or(("", key));
    let mut last = folders.rsplit('/');
    let mut next = || last.next().and_then(number);
    let (day, month, year) = (next(), next(), next());
    let of_folders = || date(year?, month?, day?);
    let of_name = || name.split('_').find_map(compact);
    of_name().or_else(of_folders)
}

/// `20231130T1105Z`
fn compact(text: &str) -> Option<Timestamp> {
    let (digits, rest) = text.split_at_checked(8)?;
    let is_time = rest.starts_with('T') && rest.ends_with('Z');
    let part = |from, to| digits.get(from..to).and_then(number);
    date(part(0, 4)?, part(4, 6)?, part(6, 8)?).filter(|_| is_time)
}

fn number(text: &str) -> Option<i64> {
    let is_number = (2..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn date(year: i64, month: i64, day: i64) -> Option<Timestamp> {
    let is_date = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    let fits = is_date && (1..=31).contains(&day);
    fits.then(|| Timestamp(days_of_civil(year, month, day) * DAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(uri: &str) -> ImportLocation {
        ImportLocation::parse(uri).unwrap()
    }

    #[test]
    fn a_location_is_a_bucket_and_a_folder() {
        assert_eq!(location("s3://audit").prefix, "");
        assert_eq!(location("s3://audit/").prefix, "");
        assert_eq!(location("s3://audit/a/b").prefix, "a/b/");
        assert_eq!(location("s3://audit/a/b/").bucket, "audit");
        for bad in ["", "audit", "s3://", "s3:///a", "s3://A_b/c", "https://audit/x", "s3://ab/\0"]
        {
            assert_eq!(ImportLocation::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn logs_of_trails_are_told_from_what_lies_beside_them() {
        let audit = location("s3://audit");
        let day = "us-east-1/2026/11/20/x.json.gz";
        let check = |folder: &str| audit.is_log(&format!("{folder}/{day}"));
        assert!(check("AWSLogs/123456789012/CloudTrail"));
        assert!(check("AWSLogs/o-abc/123456789012/CloudTrail") && check("a/AWSLogs/1/CloudTrail"));
        for other in ["Config", "CloudTrail-Digest", "CloudTrail-Insight", "CloudTrail-Lake/Query"]
        {
            assert!(!check(&format!("AWSLogs/123456789012/{other}")), "{other}");
        }
        assert!(
            !audit.is_log("copies/x.json.gz")
                && location("s3://audit/copies").is_log("copies/x.gz")
        );
        assert!(!audit.is_log("CloudTrail/AWSLogs/1/Config/x.gz"));
        assert!(!audit.is_log("AWSLogs/1/CloudTrail/x.json"));
    }

    #[test]
    fn names_say_what_times_a_file_may_hold() {
        let folder = "AWSLogs/1/CloudTrail/us-east-1/2026/11/20";
        let key = &format!("{folder}/1_CloudTrail_us-east-1_20261120T1105Z_x.json.gz");
        let at = |text: &str| Some(Timestamp::parse(text).unwrap());
        assert!(may_hold(key, None, None));
        assert!(may_hold(key, at("2026-11-20T23:00:00Z"), None));
        assert!(!may_hold(key, at("2026-11-21T00:00:00Z"), None));
        assert!(may_hold(key, None, at("2026-11-19T00:00:00Z")), "delivered a little later");
        assert!(!may_hold(key, None, at("2026-11-18T23:00:00Z")));
        assert!(may_hold("a/2026/11/20/x.gz", at("2026-11-20T00:00:00Z"), None));
        assert!(!may_hold("copies/x.gz", at("2026-11-20T00:00:00Z"), None));
    }
}
