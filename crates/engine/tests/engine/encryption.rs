//! Objects under keys of KMS: readable while the key is, and never in the clear on disk.

use crate::bodies::read;
use crate::call::{account, uuid};
use crate::lab::{DAY_MS, Lab};
use crate::objects::{commit, object};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use engine::sim::SimDisk;
use engine::{Engine, Error, KeyProblem, StagedBody};
use model::disk::read_all;
use model::resource::{Encryption, KmsKey, Object, Rotation};
use model::{Change, Timestamp};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::path::Path;

/// A key that works and that lets nobody in.
pub(crate) fn key(engine: &Engine, number: u64) -> KmsKey {
    let id = uuid(number);
    KmsKey {
        account: account("111122223333"),
        region: "us-east-1".to_owned(),
        description: String::new(),
        created: Timestamp(0),
        enabled: true,
        deletion: None,
        policy: String::new(),
        tags: Default::default(),
        material: engine.fresh_key(&id),
        rotation: Rotation::OFF,
        managed: false,
        id,
    }
}

pub(crate) fn keep(engine: &Engine, key: &KmsKey) {
    commit(engine, vec![Change::KmsKeyPut(key.clone())]).unwrap();
}

fn under(key: &KmsKey) -> Encryption {
    let key_arn = key.arn().to_string();
    Encryption::Kms { key_arn, bucket_key: false, context: Default::default() }
}

fn stage(engine: &Engine, object: &Object, bytes: &[u8]) -> Result<StagedBody, Error> {
    let mut staging = engine.stage(&[])?;
    staging.write(bytes)?;
    staging.finish_for(&object.bucket, &object.key, &object.encryption)
}

fn put(engine: &Engine, key: &KmsKey, name: &str, order: u64, bytes: &[u8]) -> Object {
    let mut object = Object { encryption: under(key), ..object(name, order) };
    let staged = stage(engine, &object, bytes).unwrap();
    object.bodies = staged.body.iter().cloned().collect();
    commit(engine, vec![Change::ObjectPut(Box::new(object.clone()))]).unwrap();
    object
}

fn bytes(len: usize) -> Vec<u8> {
    b"the pug sleeps in the den ".iter().copied().cycle().take(len).collect()
}

fn problem(outcome: Result<Vec<u8>, Error>) -> KeyProblem {
    match outcome {
        Err(Error::Key(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_object_is_readable_while_its_key_is_and_after_a_crash() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let on = key(&engine, 1);
    keep(&engine, &on);
    let sizes = [0, 1, 4 << 10, (4 << 10) + 1, 200_000];
    let objects: Vec<Object> = (1..)
        .zip(sizes)
        .map(|(order, size)| put(&engine, &on, &format!("k{order}"), order, &bytes(size)))
        .collect();
    let engine = lab.crash(engine);
    for (object, size) in objects.iter().zip(sizes) {
        assert_eq!(read(&engine, object, None).unwrap(), bytes(size));
    }
    assert_eq!(read(&engine, &objects[4], Some(70_000..70_010)).unwrap(), bytes(70_010)[70_000..]);
    let off = KmsKey { enabled: false, ..on.clone() };
    keep(&engine, &off);
    for object in &objects {
        assert!(matches!(problem(read(&engine, object, None)), KeyProblem::Disabled(_)));
    }
    assert!(matches!(stage(&engine, &objects[0], b"x"), Err(Error::Key(_))));
    keep(&engine, &on);
    assert_eq!(read(&engine, &objects[3], None).unwrap(), bytes(sizes[3]));
}

#[test]
fn a_key_whose_time_is_over_takes_its_objects_along() {
    let lab = Lab::new();
    let engine = lab.open();
    let on = key(&engine, 1);
    keep(&engine, &on);
    let object = put(&engine, &on, "k", 1, &bytes(9_000));
    let deletion = Some(Timestamp(lab.env.now().0 + 7 * DAY_MS));
    keep(&engine, &KmsKey { deletion, ..on.clone() });
    assert!(matches!(problem(read(&engine, &object, None)), KeyProblem::PendingDeletion(_)));
    lab.env.advance(7 * DAY_MS);
    assert!(matches!(problem(read(&engine, &object, None)), KeyProblem::NotFound(_)));
    assert_eq!(engine.expire().unwrap(), 1);
    // Another key of its id opens nothing: its material is another.
    keep(&engine, &KmsKey { material: engine.fresh_key(&on.id), ..on });
    let error = read(&engine, &object, None).unwrap_err();
    assert!(error.to_string().contains("its key cannot be opened"), "{error}");
}

#[test]
fn what_was_encrypted_for_one_object_is_not_read_as_another() {
    let lab = Lab::new();
    let engine = lab.open();
    let (one, two) = (key(&engine, 1), key(&engine, 2));
    keep(&engine, &one);
    keep(&engine, &two);
    let object = put(&engine, &one, "k", 1, &bytes(9_000));
    for stolen in [
        Object { key: "other".to_owned(), ..object.clone() },
        Object { bucket: "other".to_owned(), ..object.clone() },
        Object { encryption: under(&two), ..object.clone() },
        Object { encryption: Encryption::Aes256, ..object.clone() },
    ] {
        assert!(read(&engine, &stolen, None).is_err(), "{stolen:?}");
    }
}

/// The material in the clear, opened as nobody can without `root.key`.
fn material(disk: &SimDisk, key: &KmsKey) -> Vec<u8> {
    let root = read_all(disk, Path::new("root.key")).unwrap();
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &root[..32]).unwrap());
    let mut sealed = URL_SAFE_NO_PAD.decode(&key.material.0).unwrap();
    let (nonce, text) = sealed.split_at_mut(NONCE_LEN);
    let nonce = Nonce::assume_unique_for_key((&*nonce).try_into().unwrap());
    let name = format!("kms key {}", key.id);
    let text = cipher.open_in_place(nonce, Aad::from(name.as_bytes()), text).unwrap();
    STANDARD_NO_PAD.decode(text).unwrap()
}

/// Panics where any file but `root.key` holds a secret, as it is or in base64.
pub(crate) fn assert_nowhere(disk: &SimDisk, secret: &[u8]) {
    let files = disk.files();
    assert!(files.len() >= 3, "{files:?}");
    let texts = [secret.to_vec(), STANDARD_NO_PAD.encode(secret).into_bytes()];
    for file in files.iter().filter(|file| *file != Path::new("root.key")) {
        let bytes = read_all(disk, file).unwrap();
        for text in &texts {
            let found = bytes.windows(text.len()).any(|window| window == text);
            assert!(!found, "{} holds a secret", file.display());
        }
    }
}

#[test]
fn neither_an_object_nor_a_keys_material_stands_anywhere_in_the_clear() {
    let lab = Lab::new();
    let engine = lab.open();
    let one = key(&engine, 1);
    keep(&engine, &one);
    put(&engine, &one, "short", 1, b"canary: a short one of the den");
    put(
        &engine,
        &one,
        "long",
        2,
        &[b"canary: a long one of the den".to_vec(), bytes(99_000)].concat(),
    );
    engine.seal().unwrap();
    engine.merge_cold().unwrap();
    engine.settle();
    assert!(lab.disk.files().iter().any(|file| file.starts_with("objects")));
    assert_nowhere(&lab.disk, b"canary: a short one of the den");
    assert_nowhere(&lab.disk, b"canary: a long one of the den");
    let secret = material(&lab.disk, &one);
    assert_eq!(secret.len(), 32);
    assert_nowhere(&lab.disk, &secret);
    // The search finds what is there: the key's name stands in the journal.
    let is_told = |file: &std::path::PathBuf| {
        let bytes = read_all(&lab.disk, file).unwrap();
        bytes.windows(one.id.len()).any(|window| window == one.id.as_bytes())
    };
    assert!(lab.disk.files().iter().any(is_told));
}
