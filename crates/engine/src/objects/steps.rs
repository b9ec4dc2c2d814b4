//! What changes do to objects in cold State. Each says all that it needs, so that nothing has to
//! be read, and taking it twice does no harm.

use super::place;
use crate::Error;
use cold::{KEY_BYTES_MAX, Store, VALUE_BYTES_MAX};
use model::Change;
use model::resource::{NULL_VERSION, Object};
use serde::Serialize;

/// Takes one step; steps of other resources are none of its business.
pub(crate) fn apply(cold: &mut Store, change: &Change) {
    match change {
        Change::ObjectPut(object) => {
            let at = place::version(&object.bucket, &object.key, object.order);
            put(cold, &at, object);
            object.files().for_each(|name| name_file(cold, name));
        }
        Change::ObjectRemoved { bucket, key, order, dropped, .. } => {
            remove(cold, &place::version(bucket, key, *order));
            dropped.iter().for_each(|name| remove(cold, &place::body(name)));
        }
        Change::ObjectExpired(expiry) => {
            put(cold, &place::expiry(&expiry.bucket, &expiry.key, expiry.order), expiry);
        }
        Change::UploadPut(upload) => {
            put(cold, &place::upload(&upload.bucket, &upload.key, &upload.id), upload);
        }
        Change::UploadPartPut { part, dropped } => {
            let at = place::upload_part(&part.bucket, &part.key, &part.upload, part.number);
            put(cold, &at, part);
            dropped.iter().for_each(|name| remove(cold, &place::body(name)));
            let file = part.body.as_ref().and_then(|body| body.file());
            file.into_iter().for_each(|name| name_file(cold, name));
        }
        Change::UploadRemoved { bucket, key, id, parts, dropped } => {
            remove(cold, &place::upload(bucket, key, id));
            for number in parts {
                remove(cold, &place::upload_part(bucket, key, id, *number));
            }
            dropped.iter().for_each(|name| remove(cold, &place::body(name)));
        }
        _ => {}
    }
}

/// INVARIANT (fits): the writer takes no change that [`check`] refuses, so cold State takes all.
fn put(cold: &mut Store, place: &[u8], value: &impl Serialize) {
    let value = serde_json::to_vec(value);
    let outcome = value.ok().map(|value| cold.put(place, Some(value.into())));
    assert!(matches!(outcome, Some(Ok(()))), "INVARIANT (fits): {outcome:?}");
}

fn name_file(cold: &mut Store, name: &str) {
    let outcome = cold.put(&place::body(name), Some(cold::Bytes::default()));
    assert!(outcome.is_ok(), "INVARIANT (fits): {outcome:?}");
}

fn remove(cold: &mut Store, place: &[u8]) {
    let outcome = cold.put(place, None);
    assert!(outcome.is_ok(), "INVARIANT (fits): {outcome:?}");
}

/// Files of bytes that nothing names any more after a change.
pub(crate) fn dropped(change: &Change) -> &[String] {
    match change {
        Change::ObjectRemoved { dropped, .. }
        | Change::UploadPartPut { dropped, .. }
        | Change::UploadRemoved { dropped, .. } => dropped,
        _ => &[],
    }
}

/// Whether cold State takes what a change says; gives about how many bytes it has in a frame, 0
/// for changes of other resources.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::BadQuestion`] for names that hold NUL and versions that do not say
/// their order.
pub(crate) fn check(change: &Change) -> Result<usize, Error> {
    match change {
        Change::ObjectPut(object) => {
            check_version(object)?;
            fits(&[&object.bucket, &object.key], object.files(), Some(object))
        }
        Change::ObjectExpired(expiry) => {
            fits(&[&expiry.bucket, &expiry.key], [].into_iter(), Some(expiry))
        }
        Change::UploadPut(upload) => {
            fits(&[&upload.bucket, &upload.key, &upload.id], [].into_iter(), Some(upload))
        }
        Change::UploadPartPut { part, dropped } => {
            let file = part.body.as_ref().and_then(|body| body.file());
            let files = dropped.iter().map(String::as_str).chain(file);
            fits(&[&part.bucket, &part.key, &part.upload], files, Some(part))
        }
        Change::ObjectRemoved { bucket, key, dropped, .. } => {
            fits(&[bucket, key], dropped.iter().map(String::as_str), None::<&()>)
        }
        Change::UploadRemoved { bucket, key, id, dropped, .. } => {
            fits(&[bucket, key, id], dropped.iter().map(String::as_str), None::<&()>)
        }
        _ => Ok(0),
    }
}

/// A version is found by the order in its name.
fn check_version(object: &Object) -> Result<(), Error> {
    let is_null = object.version == NULL_VERSION;
    match is_null || Object::order_of(&object.version) == Some(object.order) {
        true => Ok(()),
        false => {
            let what = format!("version `{}` does not say its order", object.version);
            Err(Error::BadQuestion { what })
        }
    }
}

fn fits<'a>(
    names: &[&str],
    files: impl Iterator<Item = &'a str>,
    value: Option<&impl Serialize>,
) -> Result<usize, Error> {
    let mut place = names.iter().map(|name| name.len()).sum::<usize>() + 32;
    let mut bytes = place + 128;
    let mut is_plain = !names.iter().any(|name| name.contains('\0'));
    for name in files {
        place = place.max(name.len() + 8);
        bytes += name.len() + 8;
        is_plain &= is_file_name(name);
    }
    if !is_plain {
        let what = "names of objects hold no NUL, and files of bytes are named for their SHA-256";
        return Err(Error::BadQuestion { what: what.to_owned() });
    }
    let len = match value.map(serde_json::to_vec) {
        Some(value) => value.map_or(usize::MAX, |value| value.len()),
        None => 0,
    };
    for (bytes, limit) in [(place, KEY_BYTES_MAX), (len, VALUE_BYTES_MAX)] {
        if bytes > limit {
            return Err(Error::TooLarge { bytes, limit });
        }
    }
    Ok(bytes + len)
}

/// Whether a file of bytes may have this name: 64 hex digits in lower case.
pub(crate) fn is_file_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
