//! What an object of an archive holds: its text, as it was before it was compressed.

use crate::State;
use crate::bodies::{Clear, opener, path_of};
use crate::vault::Vault;
use formats::gunzip;
use ledger::Hash;
use model::disk::Disk;
use model::resource::Object;
use std::io::{self, Read};

/// No file is longer than 50 MB and one record; whoever puts a longer one changed it.
const TEXT_MAX: u64 = 128 << 20;

const STRETCH: usize = 64 << 10;

/// What reading an object came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The SHA-256 of its text, and the text itself where it was asked for.
    Text(Hash, Vec<u8>),
    /// It is no gzip, or one that is cut off, or one that is longer than any file.
    Strange(String),
    /// Its bytes are gone since: they were removed meanwhile, or by hand.
    Gone,
    /// It is encrypted with this key of KMS, which is gone.
    Locked(String),
}

/// Reads an object piece by piece; `keep` whether its text is wanted.
pub(super) fn read(
    disk: &dyn Disk,
    (state, vault): (&State, &Vault),
    object: &Object,
    keep: bool,
) -> Content {
    let open = match opener(state, vault, object) {
        Ok(open) => open,
        Err(key) => return Content::Locked(key),
    };
    let clear = Clear::new(disk, &object.bodies, &open);
    match text(gunzip(clear), keep) {
        Ok((hash, text)) => Content::Text(hash, text),
        Err(_) if is_gone(disk, object) => Content::Gone,
        Err(error) => Content::Strange(error.to_string()),
    }
}

fn text(reader: impl Read, keep: bool) -> io::Result<(Hash, Vec<u8>)> {
    let (mut reader, mut kept) = (reader.take(TEXT_MAX), Vec::new());
    let (mut hasher, mut piece, mut len) = (ledger::Hasher::default(), vec![0; STRETCH], 0);
    loop {
        let count = reader.read(&mut piece)?;
        let read = piece.get(..count).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        len += count as u64;
        hasher.update(read);
        if keep {
            kept.extend_from_slice(read);
        }
    }
    match len < TEXT_MAX {
        true => Ok((hasher.finish(), kept)),
        false => Err(io::Error::other("its text is longer than that of any file")),
    }
}

fn is_gone(disk: &dyn Disk, object: &Object) -> bool {
    let missing = |name| disk.open(&path_of(name)).err();
    object.files().filter_map(missing).any(|error| error.kind() == io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut gzip = formats::Gzip::default();
        gzip.push(text);
        gzip.finish()
    }

    fn of(bytes: &[u8], keep: bool) -> io::Result<(Hash, Vec<u8>)> {
        text(gunzip(bytes), keep)
    }

    #[test]
    fn hashes_the_text_and_keeps_it_where_asked() {
        let (hash, kept) = of(&gzip(b"{\"Records\":[]}"), true).unwrap();
        assert_eq!(hash, Hash::of_bytes(b"{\"Records\":[]}"));
        assert_eq!(kept, b"{\"Records\":[]}");
        assert_eq!(of(&gzip(b"a"), false).unwrap().1, b"");
    }

    #[test]
    fn what_is_cut_off_or_no_gzip_or_too_long_is_an_error() {
        let whole = gzip(&[7; 1_000]);
        assert!(of(&whole[..whole.len() - 1], false).is_err());
        assert!(of(b"{}", false).is_err());
        let endless = gzip(&vec![0; TEXT_MAX as usize]);
        assert!(of(&endless, false).is_err(), "a bomb is not followed to its end");
    }
}
