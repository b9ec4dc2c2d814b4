//! `CompleteMultipartUpload`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
//!
//! The parts' bytes stay where they are; the object names them in their order.

use super::checksum::{self, Sums};
use super::code::Code;
use super::condition::Conditions;
use super::object_headers::{checksum_member, encrypted, quoted, version as versioned};
use super::part::{NUMBER_MAX, OBJECT_BYTES_MAX, PART_BYTES_MIN, Which};
use super::prelude::*;
use super::version;
use engine::{Fresh, upload_over};
use model::resource::{
    Bucket, Checksum, ChecksumAlgorithm, ChecksumKind, Object, PartSize, Upload, UploadPart,
};

/// Which upload, and of which parts.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "if-match")]
    if_match: Option<String>,
    #[serde(rename = "if-none-match")]
    if_none_match: Option<String>,
    #[serde(flatten)]
    sums: Sums,
    #[serde(rename = "CompleteMultipartUpload")]
    upload: Parts,
}

/// The parts, in order.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parts {
    #[serde(default)]
    part: Vec<Part>,
}

/// A part, and what was answered when it came.
#[derive(Debug, Deserialize, Serialize)]
pub struct Part {
    #[serde(rename = "PartNumber")]
    number: u16,
    #[serde(rename = "ETag")]
    etag: String,
    /// Checksums, by their members.
    #[serde(flatten)]
    sums: BTreeMap<String, String>,
}

impl Part {
    /// Whether it is what came.
    fn is(&self, part: &UploadPart) -> bool {
        let sum = part.checksum.as_ref();
        let said = sum.and_then(|sum| Some((self.sums.get(checksum_member(sum.algorithm))?, sum)));
        self.etag.trim_matches('"') == part.etag
            && said.is_none_or(|(said, sum)| *said == sum.value)
    }
}

/// Proposes the object, and that the upload is over.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (bucket, upload) = input.which.find(state)?;
    let parts = state.upload_parts(&upload, 0, usize::from(NUMBER_MAX))?;
    let chosen = choose(&input.upload.part, &parts)?;
    let fresh = version::fresh(state, caller, bucket, &upload.key)?;
    let conditions = Conditions {
        matches: input.if_match.as_deref(),
        none_matches: input.if_none_match.as_deref(),
        ..Conditions::default()
    };
    conditions.write(fresh.current.as_ref())?;
    let object = made(&upload, &chosen, &fresh, caller)?;
    object.checksum.as_ref().map_or(Ok(()), |found| input.sums.check(found))?;
    let reply = told(bucket, &object);
    let kept: Vec<u16> = chosen.iter().map(|part| part.number).collect();
    let mut changes = vec![upload_over(&upload, &parts, |part| !kept.contains(&part.number))];
    changes.extend(fresh.put(object));
    Ok((reply, Effect { changes, ..Effect::default() }))
}

/// The parts that are named, each as it was answered, in ascending order, none but the last small.
fn choose<'a>(named: &[Part], parts: &'a [UploadPart]) -> Result<Vec<&'a UploadPart>, Error> {
    if named.is_empty() {
        return Err(Code::MalformedXML.error());
    }
    if !named.is_sorted_by(|a, b| a.number < b.number) {
        return Err(Code::InvalidPartOrder.error());
    }
    let find = |wanted: &Part| {
        let found = parts.iter().find(|part| part.number == wanted.number);
        let found = found.filter(|part| wanted.is(part));
        let missing = || Code::InvalidPart.error().about("PartNumber", &wanted.number.to_string());
        found.ok_or_else(missing)
    };
    let chosen: Vec<&UploadPart> = named.iter().map(find).collect::<Result<_, _>>()?;
    let small = chosen.iter().rev().skip(1).find(|part| part.size < PART_BYTES_MIN);
    if let Some(part) = small {
        let error = Code::EntityTooSmall.error().about("ProposedSize", &part.size.to_string());
        return Err(error.about("PartNumber", &part.number.to_string()));
    }
    match chosen.iter().map(|part| part.size).sum::<u64>() > OBJECT_BYTES_MAX {
        true => Err(Code::EntityTooLarge.error()),
        false => Ok(chosen),
    }
}

fn made(
    upload: &Upload,
    parts: &[&UploadPart],
    fresh: &Fresh,
    caller: &Caller,
) -> Result<Object, Error> {
    let sums: Vec<(&str, u64)> = parts
        .iter()
        .filter_map(|part| Some((part.checksum.as_ref()?.value.as_str(), part.size)))
        .collect();
    let asked = upload.checksum.unwrap_or((ChecksumAlgorithm::Crc64Nvme, ChecksumKind::FullObject));
    let (algorithm, kind) = asked;
    let value = engine::joined_checksum(algorithm, kind, &sums);
    let value = value.filter(|_| sums.len() == parts.len());
    let value = value.ok_or_else(|| Code::InvalidPart.error())?;
    let checksum = Some(Checksum { algorithm, value, kind });
    let size = |part: &&UploadPart| PartSize {
        number: part.number,
        size: part.size,
        checksum: part.checksum.as_ref().map(|sum| sum.value.clone()),
    };
    Ok(Object {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        version: fresh.version.clone(),
        order: fresh.order,
        marker: false,
        size: parts.iter().map(|part| part.size).sum(),
        etag: engine::joined_etag(parts.iter().map(|part| part.etag.as_str())),
        modified: caller.at(),
        owner: upload.owner.clone(),
        headers: upload.headers.clone(),
        metadata: upload.metadata.clone(),
        tags: upload.tags.clone(),
        storage_class: upload.storage_class.clone(),
        checksum,
        encryption: upload.encryption.clone(),
        parts: parts.iter().map(size).collect(),
        lock: upload.lock.clone(),
        bodies: parts.iter().filter_map(|part| part.body.clone()).collect(),
    })
}

fn told(bucket: &Bucket, object: &Object) -> Reply {
    let mut output = json!({
        "Location": format!("/{}/{}", object.bucket, object.key),
        "Bucket": object.bucket,
        "Key": object.key,
        "ETag": quoted(&object.etag),
    });
    checksum::put_sum_and_kind(&mut output, object.checksum.as_ref());
    let reply = Reply::document("CompleteMultipartUploadResult", &output);
    versioned(encrypted(reply, &object.encryption), bucket, object)
}
