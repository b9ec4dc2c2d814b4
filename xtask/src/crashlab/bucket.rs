//! Buckets as a reader sees them: every version that is listed, and the bytes of one.

use anyhow::{Context, Result, bail};

use crate::client::Client;

/// Where writers put objects: versioned, and every version is locked.
pub(super) const VERSIONS: &str = "crashlab-versions";
/// Where an object is replaced by the next one.
pub(super) const CELLS: &str = "crashlab-cells";
/// Where the trail delivers to.
pub(super) const FILES: &str = "trail-files";

/// Listings in one check, at most; each has a thousand versions.
const PAGES_MAX: usize = 1_000;

/// One version of an object, or a marker that there is none any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) etag: String,
    pub(super) is_marker: bool,
}

/// All versions of a bucket.
pub(super) fn versions(client: &mut Client, bucket: &str) -> Result<Vec<Version>> {
    let (mut all, mut from) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let target = format!("/{bucket}?versions{from}");
        let answer = client.s3("GET", &target, b"")?.good("ListObjectVersions")?;
        let text = String::from_utf8(answer.body).context("a listing is no UTF-8")?;
        all.extend(entries(&text)?);
        match next(&text) {
            Some(next) => from = next,
            None => return Ok(all),
        }
    }
    bail!("the listing of `{bucket}` does not end")
}

/// The bytes of a version.
pub(super) fn get(client: &mut Client, bucket: &str, version: &Version) -> Result<Vec<u8>> {
    let target = format!("/{bucket}/{}?versionId={}", version.key, version.id);
    Ok(client.s3("GET", &target, b"")?.good("GetObject")?.body)
}

/// Where the next page begins.
fn next(text: &str) -> Option<String> {
    let key = member(text, "NextKeyMarker")?.replace('/', "%2F");
    let version = member(text, "NextVersionIdMarker").unwrap_or_default();
    Some(format!("&key-marker={key}&version-id-marker={version}"))
}

fn entries(text: &str) -> Result<Vec<Version>> {
    let versions = text.split("<Version>").skip(1).map(|entry| (entry, "</Version>", false));
    let markers = text.split("<DeleteMarker>").skip(1);
    let markers = markers.map(|entry| (entry, "</DeleteMarker>", true));
    versions.chain(markers).map(|(entry, end, is_marker)| version(entry, end, is_marker)).collect()
}

fn version(entry: &str, end: &str, is_marker: bool) -> Result<Version> {
    let (entry, _) = entry.split_once(end).context("a listing that breaks off")?;
    let of = |name: &str| member(entry, name).map(|text| text.replace("&quot;", ""));
    Ok(Version {
        key: of("Key").context("a version without a key")?,
        id: of("VersionId").context("a version without an id")?,
        etag: of("ETag").unwrap_or_default(),
        is_marker,
    })
}

/// The text of the first member of a name.
pub(super) fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_and_markers() {
        let text = "<L><Version><Key>a</Key><VersionId>1</VersionId><ETag>&quot;e&quot;</ETag>\
                    </Version><DeleteMarker><Key>b</Key><VersionId>2</VersionId></DeleteMarker></L>";
        let found = entries(text).unwrap();
        assert_eq!((found[0].key.as_str(), found[0].etag.as_str()), ("a", "e"));
        assert!(!found[0].is_marker && found[1].is_marker && found.len() == 2);
        assert_eq!(next(text), None);
        let more = "<NextKeyMarker>a/b</NextKeyMarker><NextVersionIdMarker>7</NextVersionIdMarker>";
        assert_eq!(next(more).unwrap(), "&key-marker=a%2Fb&version-id-marker=7");
        assert!(entries("<Version><Key>a</Key>").is_err());
    }
}
