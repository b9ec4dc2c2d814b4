use ledger::Hash;
use ledger::digest::{Digest, Document, Draft, Folder, LogFile, Place, Series};
use ledger::digest::{Signature, Signed, SigningKey};
use model::Timestamp;
use std::fs;
use std::path::{Path, PathBuf};

const ACCOUNT: &str = "123456789012";
const BUCKET: &str = "audit";

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A key made for these tests; it signs nothing else.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_pkcs8(&fs::read(fixture("rsa-2048.pk8")).unwrap()).unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn hash(n: u8) -> Hash {
    Hash([n; 32])
}

/// The digest of one hour of 2026-11-20.
pub(crate) fn hour(hour: i64, files: u8, before: Option<&Digest<Signed>>) -> Digest<Signed> {
    let start = Timestamp::from_seconds(time("2026-11-20T00:00:00Z").seconds() + hour * 3_600);
    let end = Timestamp::from_seconds(start.seconds() + 3_600);
    let folder = Folder { prefix: Some("logs"), account: ACCOUNT, region: "eu-west-1" };
    let series = Series { trail: "main", home_region: "us-east-1" };
    let object = folder.digest(&series, end);
    let file = |n: u8| LogFile {
        place: Place { bucket: BUCKET.into(), object: format!("logs/file-{hour}-{n}") },
        hash: hash(n),
        newest: end,
        oldest: start,
    };
    let draft = Draft {
        account: ACCOUNT.into(),
        start,
        end,
        place: Place { bucket: BUCKET.into(), object },
        previous: before.map(Digest::as_previous),
        log_files: (0..files).map(file).collect(),
    };
    Digest::new(draft).sign(&key()).unwrap()
}

/// `tests/fixtures/digests.txt` has two digests that AWS's own validator found valid
/// (`scenarios/sdk/test_digest_format.py`), each with its signature: what it accepted is written ever since.
#[test]
fn writes_what_awss_validator_accepted() {
    let (first, second) = chain();
    let line = |digest: &Digest<Signed>| {
        let text = String::from_utf8(digest.bytes().to_vec()).unwrap();
        format!("{}\n{text}\n", digest.signature())
    };
    let found = format!("{}{}", line(&first), line(&second));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(fixture("digests.txt"), &found).unwrap();
    }
    assert_eq!(fs::read_to_string(fixture("digests.txt")).unwrap(), found);
}

fn chain() -> (Digest<Signed>, Digest<Signed>) {
    let first = hour(10, 0, None);
    let second = hour(11, 2, Some(&first));
    (first, second)
}

#[test]
fn fingerprints_are_the_md5_of_the_public_key() {
    // `openssl rsa -RSAPublicKey_out -outform DER | md5sum` of the fixture.
    assert_eq!(key().public().fingerprint(), FINGERPRINT);
    assert_eq!(key().public().der(), fs::read(fixture("rsa-2048.pub")).unwrap());
}

const FINGERPRINT: &str = "7dcc73a4446fe053ba971aba7412eaa2";

#[test]
fn a_signature_holds_for_just_these_bytes() {
    let (_, digest) = chain();
    let public = key().public();
    assert!(digest.is_signed_by(&public));
    let text = String::from_utf8(digest.bytes().to_vec()).unwrap();
    for (from, to) in [
        ("\"hashValue\":\"00", "\"hashValue\":\"01"),
        ("2026-11-20T12:00:00Z\",\"digestS3Bucket", "2026-11-20T12:00:01Z\",\"digestS3Bucket"),
        ("\"previousDigestSignature\":\"", "\"previousDigestSignature\":\"0"),
        ("\"digestS3Object\":\"logs", "\"digestS3Object\":\"logz"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let read = Digest::read(changed.into_bytes(), digest.signature().clone()).unwrap();
        assert!(!read.is_signed_by(&public), "{from}");
    }
}

#[test]
fn digests_come_back_as_they_were_written() {
    let (first, second) = chain();
    for digest in [first, second] {
        let signature = Signature::from_hex(&digest.signature().to_string().to_uppercase());
        let read = Digest::read(digest.bytes().to_vec(), signature.unwrap()).unwrap();
        assert_eq!(read, digest);
    }
}

#[test]
fn refuses_what_is_no_digest_and_passes_over_what_is_new() {
    let (_, digest) = chain();
    let text = String::from_utf8(digest.bytes().to_vec()).unwrap();
    let newer = text.replacen('{', "{\"digestVersion\":{\"a\":[1]},", 1);
    assert_eq!(Document::read(newer.as_bytes()).unwrap(), *digest.document());
    for bad in ["", "{}", "[]", &text[..text.len() - 1], &text.replace("12:00:00Z", "noon")] {
        assert!(Document::read(bad.as_bytes()).is_err(), "{bad}");
    }
    assert_eq!(Signature::from_hex("abc"), None);
    assert_eq!(Signature::from_hex("zz"), None);
}

#[test]
fn refuses_keys_that_are_none() {
    assert!(SigningKey::from_pkcs8(b"key").is_err());
    let nobody = ledger::digest::PublicKey::from_der(b"key".to_vec());
    assert!(!chain().0.is_signed_by(&nobody));
    assert!(!format!("{:?}", key()).contains("Rsa"), "only the fingerprint is shown");
}
