//! The attacks: what each does, and where it lies what it did.

use std::io::{Read, Write};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::archive::Archive;

/// One attack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    /// What is done; gives the keys of the objects that are not what they were.
    pub(super) commit: fn(&Archive) -> Result<Vec<String>>,
    /// The word that `pugmark verify` must begin with.
    pub(super) verdict: &'static str,
    /// Whether the server goes on making digests, every five seconds, while it is committed.
    pub(super) makes_digests: bool,
    /// It is committed on the directory as it was earlier, by whoever has all files and keys.
    pub(super) is_of_holder: bool,
}

const fn of(
    name: &'static str,
    verdict: &'static str,
    commit: fn(&Archive) -> Result<Vec<String>>,
) -> Attack {
    Attack { name, commit, verdict, makes_digests: false, is_of_holder: false }
}

/// Nothing is done.
pub(super) const NONE: Attack = of("nothing is done", "PROVED", |_| Ok(Vec::new()));

/// All nine (reliability, 1.3).
pub(super) const ALL: [Attack; 9] = [
    of("a log file is rewritten", "TAMPERED", rewrite),
    of("a log file is deleted", "GAP", |archive| {
        let logs = listed(archive, &archive.digests()?)?;
        delete(archive, middle(logs)?)
    }),
    of("a digest in the middle is deleted", "GAP", |archive| {
        delete(archive, middle(archive.digests()?)?)
    }),
    of("the oldest digest is deleted", "GAP", |archive| {
        delete(archive, archive.digests()?.into_iter().take(1).collect())
    }),
    of("the newest digests and files are deleted", "TRUNCATED", truncate),
    of("everything is deleted", "TRUNCATED", |archive| delete(archive, archive.all()?)),
    Attack { makes_digests: true, ..of("logging stops for a while", "GAP", stop) },
    of("a forged log file is added", "UNREFERENCED", forge),
    Attack {
        makes_digests: true,
        is_of_holder: true,
        ..of("the key's holder rewrites history", "PROVED", live_otherwise)
    },
];

fn delete(archive: &Archive, keys: Vec<String>) -> Result<Vec<String>> {
    archive.delete(&keys)?;
    Ok(keys)
}

fn middle(keys: Vec<String>) -> Result<Vec<String>> {
    let middle = keys.len() / 2;
    if keys.len() < 3 {
        bail!("there are only {} of them", keys.len());
    }
    Ok(keys.into_iter().skip(middle).take(1).collect())
}

/// The name of a call becomes another one.
fn rewrite(archive: &Archive) -> Result<Vec<String>> {
    for key in listed(archive, &archive.digests()?)? {
        let mut text = String::new();
        GzDecoder::new(&archive.get(&key)?[..]).read_to_string(&mut text)?;
        let other = text.replace("GetCallerIdentity", "GetCallerNobodity");
        if other != text {
            archive.put(&key, &gzip(other.as_bytes())?)?;
            return Ok(vec![key]);
        }
    }
    bail!("no log file tells of a call")
}

fn gzip(text: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text)?;
    Ok(encoder.finish()?)
}

/// The log files that one of these digests lists.
fn listed(archive: &Archive, digests: &[String]) -> Result<Vec<String>> {
    let mut text = String::new();
    for key in digests {
        GzDecoder::new(&archive.get(key)?[..]).read_to_string(&mut text)?;
    }
    let mut logs = archive.logs()?;
    logs.retain(|key| text.contains(key.as_str()));
    Ok(logs)
}

/// The second half of the digests, and every file that the first half does not list.
fn truncate(archive: &Archive) -> Result<Vec<String>> {
    let mut digests = archive.digests()?;
    let mut keys = digests.split_off(digests.len() / 2);
    let kept = listed(archive, &digests)?;
    keys.extend(archive.logs()?.into_iter().filter(|key| !kept.contains(key)));
    delete(archive, keys)
}

fn stop(archive: &Archive) -> Result<Vec<String>> {
    archive.stop()?;
    archive.call()?;
    thread::sleep(Duration::from_secs(6));
    archive.start()?;
    let digests = archive.digests()?.len();
    archive.live_until(digests + 1)?;
    Ok(Vec::new())
}

/// A file like another, under a name like its.
fn forge(archive: &Archive) -> Result<Vec<String>> {
    let logs = archive.logs()?;
    let model = logs.first().context("there is no log file")?;
    let (front, _) = model.rsplit_once('_').context("a name that is none")?;
    let key = format!("{front}_ForgedForgedForg.json.gz");
    archive.put(&key, &archive.get(model)?)?;
    Ok(vec![key])
}

/// Other calls than those that were made, all of them signed with the right keys.
fn live_otherwise(archive: &Archive) -> Result<Vec<String>> {
    let digests = archive.digests()?.len();
    archive.live_until(digests + 2)?;
    Ok(Vec::new())
}
