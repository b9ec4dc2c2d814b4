//! Where objects lie in cold State: keys whose order is the order of listing.
//!
//! | key | value |
//! |---|---|
//! | `o` NUL bucket NUL key NUL order, inverted, 8 bytes big-endian | a version, newest first |
//! | `u` NUL bucket NUL key NUL id | an upload under way |
//! | `p` NUL bucket NUL key NUL id NUL number, 2 bytes big-endian | a part of an upload |
//! | `d` NUL trail's id NUL region NUL key | a file of a trail that was delivered |
//! | `g` NUL trail's id NUL region NUL key | a file of a trail that was given up |
//! | `i` NUL import's id NUL key | a file that an import from a bucket could not take in |
//! | `e` NUL bucket NUL key NUL order, 8 bytes big-endian | what a lifecycle rule did to a file of a trail |
//! | `b` NUL name | nothing: a file of bytes that something names |
//!
//! INVARIANT (no NUL): no name, key or id holds one, so no place is another one's.

/// The byte that ends a name.
const END: &str = "\0";

fn joined(parts: &[&str]) -> Vec<u8> {
    parts.join(END).into_bytes()
}

/// How the places of all versions in a bucket begin.
pub(crate) fn objects(bucket: &str) -> Vec<u8> {
    joined(&["o", bucket, ""])
}

/// How the places of all versions of a key begin.
pub(crate) fn versions(bucket: &str, key: &str) -> Vec<u8> {
    joined(&["o", bucket, key, ""])
}

/// The place of a version.
pub(crate) fn version(bucket: &str, key: &str, order: u64) -> Vec<u8> {
    let mut place = versions(bucket, key);
    place.extend((!order).to_be_bytes());
    place
}

/// How the places of all uploads in a bucket begin.
pub(crate) fn uploads(bucket: &str) -> Vec<u8> {
    joined(&["u", bucket, ""])
}

/// The place of an upload.
pub(crate) fn upload(bucket: &str, key: &str, id: &str) -> Vec<u8> {
    joined(&["u", bucket, key, id])
}

/// How the places of all parts of an upload begin.
pub(crate) fn upload_parts(bucket: &str, key: &str, id: &str) -> Vec<u8> {
    joined(&["p", bucket, key, id, ""])
}

/// The place of a part.
pub(crate) fn upload_part(bucket: &str, key: &str, id: &str, number: u16) -> Vec<u8> {
    let mut place = upload_parts(bucket, key, id);
    place.extend(number.to_be_bytes());
    place
}

/// The place of a file of bytes.
pub(crate) fn body(name: &str) -> Vec<u8> {
    joined(&["b", name])
}

/// The place of a delivered file.
pub(crate) fn delivered(trail: &str, region: &str, key: &str) -> Vec<u8> {
    joined(&["d", trail, region, key])
}

/// The place of a file that was given up.
pub(crate) fn given_up(trail: &str, region: &str, key: &str) -> Vec<u8> {
    joined(&["g", trail, region, key])
}

/// The place of a file that an import could not take in.
pub(crate) fn import_failure(import: &str, key: &str) -> Vec<u8> {
    joined(&["i", import, key])
}

/// How the places begin of what lifecycle rules did to a key.
pub(crate) fn expiries(bucket: &str, key: &str) -> Vec<u8> {
    joined(&["e", bucket, key, ""])
}

/// The place of what a lifecycle rule did to a version.
pub(crate) fn expiry(bucket: &str, key: &str, order: u64) -> Vec<u8> {
    let mut place = expiries(bucket, key);
    place.extend(order.to_be_bytes());
    place
}

/// The first place behind all that begin so.
pub(crate) fn behind(prefix: &[u8]) -> Vec<u8> {
    let mut place = prefix.to_vec();
    // UTF-8 has no byte 0xff, so nothing is carried; elsewhere it may.
    while let Some(last) = place.pop() {
        if let Some(next) = last.checked_add(1) {
            place.push(next);
            break;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_versions_come_first_and_keys_in_their_order() {
        let places = [
            version("b", "a", 9),
            version("b", "a", 2),
            version("b", "a\u{1}", 1),
            version("b", "a/b", 1),
            version("b", "ab", 1),
            version("b", "ä", 1),
            version("ba", "a", 1),
        ];
        assert!(places.is_sorted());
    }

    #[test]
    fn what_is_behind_a_prefix_is_behind_all_of_it() {
        assert_eq!(behind(b"a/"), b"a0");
        assert_eq!(behind(&[b'a', 0xff, 0xff]), b"b");
        assert_eq!(behind(&objects("logs")), b"o\0logs\x01");
        assert!(versions("b", "key") < version("b", "key", 0));
        assert!(version("b", "key", 0) < behind(&versions("b", "key")));
    }
}
