//! What keys of KMS encrypted, as bytes that clients keep and send back.
//!
//! Claims: what was encrypted is opened, under the same key and context, also after the key has
//! turned; nothing that was changed, cut, or sealed by somebody else is opened, nor under another
//! key or context; the key that a blob names is the one that encrypted it.

use crate::bits::Bits;
use crate::memory_engine::{self, NOW};
use engine::{Engine, blob_key};
use model::AccountId;
use model::resource::{KmsKey, Rotation};
use std::collections::BTreeMap;

type Context = BTreeMap<String, String>;

const IDS: [&str; 2] =
    ["0a1b2c3d-1111-4222-8333-444455556666", "0a1b2c3d-1111-4222-8333-444455556667"];

struct House {
    engine: Engine,
    keys: [KmsKey; 2],
}

thread_local! {
    static HOUSE: House = House::new();
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    HOUSE.with(|house| match bits.byte() & 1 {
        0 => house.strange(bits.0),
        _ => house.made(&mut bits),
    });
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let blob = HOUSE.with(|house| house.engine.encrypt(&house.keys[0], b"x", &Context::new()));
    let blob = blob.expect("a sound key");
    vec![
        [&[0], &blob[..]].concat(),
        [&[0], &blob[..33]].concat(),
        b"\x01\x00\x02\x01a\x02bc\x00\x00\x06secret\x00\x00\x05\x01".to_vec(),
        b"\x01\x03\x01\x01a\x01b\x00\x00\x01\x02\x00\x10".to_vec(),
        b"\x01\x02\x02\x01a\x01b\x01c\x00\x10".to_vec(),
    ]
}

impl House {
    fn new() -> Self {
        let (engine, _) = memory_engine::open();
        let keys = IDS.map(|id| KmsKey {
            id: id.to_owned(),
            account: AccountId::parse("111111111111").expect("an account"),
            region: "us-east-1".to_owned(),
            description: String::new(),
            created: NOW,
            enabled: true,
            deletion: None,
            policy: String::new(),
            tags: BTreeMap::new(),
            managed: false,
            material: engine.fresh_key(id),
            rotation: Rotation::OFF,
        });
        Self { engine, keys }
    }

    /// Whatever this is, nobody here encrypted it in this run.
    fn strange(&self, bytes: &[u8]) {
        let named = blob_key(bytes);
        for key in &self.keys {
            if let Some(plain) = self.engine.decrypt(key, bytes, &Context::new()) {
                // It was a seed.
                assert_eq!((named.as_deref(), plain.as_slice()), (Some(&*key.id), &b"x"[..]));
            }
        }
    }

    fn made(&self, bits: &mut Bits<'_>) {
        let how = bits.byte();
        let mut key = self.keys[usize::from(how & 1)].clone();
        key.rotation.turns = u32::from(how >> 1);
        let context = context(bits);
        let len = bits.word();
        let plain = bits.take(len);
        let blob = self.engine.encrypt(&key, plain, &context).expect("a sound key");
        assert_eq!(blob_key(&blob).as_deref(), Some(&*key.id));
        let open = |key: &KmsKey, blob: &[u8], context: &Context| {
            self.engine.decrypt(key, blob, context).map(|plain| plain.to_vec())
        };
        assert_eq!(open(&key, &blob, &context).as_deref(), Some(plain));
        let later = Rotation { turns: key.rotation.turns + 1, ..key.rotation };
        let turned = KmsKey { rotation: later, ..key.clone() };
        assert_eq!(open(&turned, &blob, &context).as_deref(), Some(plain), "a turned key");
        let other = &self.keys[usize::from(how & 1 ^ 1)];
        assert_eq!(open(other, &blob, &context), None, "another key opens it");
        let mut changed = blob.clone();
        harm(bits, &mut changed);
        if changed != blob {
            assert_eq!(open(&key, &changed, &context), None, "what was changed is opened");
        }
        let purpose = self::context(bits);
        if purpose != context {
            assert_eq!(open(&key, &blob, &purpose), None, "opened for another purpose");
        }
    }
}

fn context(bits: &mut Bits<'_>) -> Context {
    let text = |bits: &mut Bits<'_>| {
        let len = usize::from(bits.byte() % 16);
        String::from_utf8_lossy(bits.take(len)).into_owned()
    };
    (0..bits.byte() % 4).map(|_| (text(bits), text(bits))).collect()
}

fn harm(bits: &mut Bits<'_>, blob: &mut Vec<u8>) {
    for _ in 0..bits.byte() % 4 {
        let at = bits.word() % blob.len().max(1);
        match bits.byte() % 3 {
            0 => blob.truncate(at),
            1 => blob.extend(bits.take(at % 8)),
            _ => blob.get_mut(at).into_iter().for_each(|byte| *byte ^= bits.byte()),
        }
    }
}
