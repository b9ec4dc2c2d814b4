//! Encrypting with keys of KMS: AES-256-GCM with a random nonce, and with the encryption context
//! bound in, so that what was encrypted for one purpose is not opened for another.

use super::blob::{self, Blob, HEAD};
use crate::engine::Engine;
use crate::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use crypt::{Cipher, NONCE_BYTES};
use model::Timestamp;
use model::resource::{KmsKey, Sealed};
use ring::hmac;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

const MATERIAL_BYTES: usize = 32;
/// What makes the key of one turn different from that of any other use of the material.
const PURPOSE: &[u8] = b"pugmark kms turn ";

/// A key to encrypt data with, in the clear and encrypted under a key of KMS.
pub struct DataKey {
    /// To encrypt with, and to forget.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// To keep beside what was encrypted.
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

/// What a ciphertext is bound to: names and values, in any order.
type Context = BTreeMap<String, String>;

impl Vault {
    /// New material for the key of this id.
    pub fn fresh_key(&self, id: &str) -> Sealed {
        let material = Zeroizing::new(self.env().bytes::<MATERIAL_BYTES>());
        let text = Zeroizing::new(STANDARD_NO_PAD.encode(*material));
        self.seal(&sealed_for(id), &text)
    }

    /// Encrypts `plaintext` with the key as it is at `at`. `None` where the key's material cannot
    /// be opened: it was sealed by another directory.
    pub fn encrypt(
        &self,
        key: &KmsKey,
        at: Timestamp,
        plaintext: &[u8],
        context: &Context,
    ) -> Option<Vec<u8>> {
        let turn = key.rotation.turns_at(at);
        let head = blob::head(&key.id, turn)?;
        let nonce: [u8; NONCE_BYTES] = self.env().bytes();
        let mut sealed = plaintext.to_vec();
        self.turned(key, turn)?.seal(nonce, &bound(&head, context), &mut sealed, 0)?;
        Some([&head[..], &nonce, &sealed].concat())
    }

    /// Decrypts what [`Self::encrypt`] made with this key and this context; `None` for anything
    /// else.
    pub fn decrypt(
        &self,
        key: &KmsKey,
        bytes: &[u8],
        context: &Context,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let blob = Blob::parse(bytes).filter(|blob| blob.key() == key.id)?;
        let mut opened = Zeroizing::new(blob.sealed.to_vec());
        let cipher = self.turned(key, blob.turn())?;
        let length = cipher.open(blob.nonce, &bound(blob.head, context), &mut opened)?.len();
        opened.truncate(length);
        Some(opened)
    }

    /// A new data key of `bytes` bytes under the key. `None` as for [`Self::encrypt`].
    pub fn data_key(
        &self,
        key: &KmsKey,
        at: Timestamp,
        bytes: usize,
        context: &Context,
    ) -> Option<DataKey> {
        let mut plaintext = Zeroizing::new(vec![0; bytes]);
        self.env().random(&mut plaintext);
        let ciphertext = self.encrypt(key, at, &plaintext, context)?;
        Some(DataKey { plaintext, ciphertext })
    }

    /// The key after `turn` turns. All turns follow from one material: none of them leads to
    /// another, and the material never leaves the vault.
    fn turned(&self, key: &KmsKey, turn: u32) -> Option<Cipher> {
        let text = self.open(&sealed_for(&key.id), &key.material)?;
        let material = Zeroizing::new(STANDARD_NO_PAD.decode(text.expose()).ok()?);
        let material = hmac::Key::new(hmac::HMAC_SHA256, &material);
        let bytes = hmac::sign(&material, &[PURPOSE, &turn.to_be_bytes()].concat());
        Cipher::new(bytes.as_ref())
    }
}

impl Engine {
    /// [`Vault::fresh_key`].
    pub fn fresh_key(&self, id: &str) -> Sealed {
        self.vault().fresh_key(id)
    }

    /// [`Vault::encrypt`], now.
    pub fn encrypt(&self, key: &KmsKey, plaintext: &[u8], context: &Context) -> Option<Vec<u8>> {
        self.vault().encrypt(key, self.env().now(), plaintext, context)
    }

    /// [`Vault::decrypt`].
    pub fn decrypt(
        &self,
        key: &KmsKey,
        bytes: &[u8],
        context: &Context,
    ) -> Option<Zeroizing<Vec<u8>>> {
        self.vault().decrypt(key, bytes, context)
    }

    /// [`Vault::data_key`], now.
    pub fn data_key(&self, key: &KmsKey, bytes: usize, context: &Context) -> Option<DataKey> {
        self.vault().data_key(key, self.env().now(), bytes, context)
    }
}

fn sealed_for(id: &str) -> String {
    format!("kms key {id}")
}

/// The head and the context, so written that no two contexts are written alike.
fn bound(head: &[u8; HEAD], context: &Context) -> Vec<u8> {
    let mut bytes = head.to_vec();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Env;
    use crate::keys::blob_key;
    use crate::vault::KEY_LEN;
    use model::AccountId;
    use model::resource::Rotation;

    const ID: &str = "0a1b2c3d-1111-4222-8333-444455556666";
    const DAY_MS: i64 = 86_400_000;
    const AT: Timestamp = Timestamp(0);

    fn vault() -> Vault {
        Vault::new(&[7; KEY_LEN], Env::simulated(AT, 1)).unwrap()
    }

    fn key(vault: &Vault, id: &str) -> KmsKey {
        KmsKey {
            id: id.to_owned(),
            account: AccountId::parse("111111111111").unwrap(),
            region: "us-east-1".to_owned(),
            description: String::new(),
            created: AT,
            enabled: true,
            deletion: None,
            policy: String::new(),
            tags: BTreeMap::new(),
            material: vault.fresh_key(id),
            rotation: Rotation::OFF,
            managed: false,
        }
    }

    fn context(pairs: &[(&str, &str)]) -> Context {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn opens_what_it_encrypted_for_the_same_purpose_and_nothing_else() {
        let vault = vault();
        let (key, other) = (key(&vault, ID), key(&vault, "0a1b2c3d-1111-4222-8333-444455556667"));
        let purpose = context(&[("a", "bc"), ("d", "")]);
        let blob = vault.encrypt(&key, AT, b"secret", &purpose).unwrap();
        assert_eq!(blob_key(&blob).as_deref(), Some(ID));
        assert_eq!(vault.decrypt(&key, &blob, &purpose).unwrap().as_slice(), b"secret");
        for wrong in [&[][..], &[("ab", "c"), ("d", "")], &[("a", "bc")], &[("a", "bcd"), ("", "")]]
        {
            assert!(vault.decrypt(&key, &blob, &context(wrong)).is_none(), "{wrong:?}");
        }
        assert!(vault.decrypt(&other, &blob, &purpose).is_none());
        for place in 0..blob.len() {
            let mut bent = blob.clone();
            bent[place] ^= 1;
            assert!(vault.decrypt(&key, &bent, &purpose).is_none(), "byte {place}");
            assert!(vault.decrypt(&key, &blob[..place], &purpose).is_none(), "cut at {place}");
        }
        assert_ne!(vault.encrypt(&key, AT, b"secret", &purpose).unwrap(), blob);
    }

    #[test]
    fn a_turned_key_still_opens_what_it_encrypted_before() {
        let vault = vault();
        let mut key = key(&vault, ID);
        let before = vault.encrypt(&key, AT, b"old", &Context::new()).unwrap();
        key.rotation = Rotation { since: Some(AT), period_days: 90, turns: 0 };
        let later = Timestamp(91 * DAY_MS);
        let after = vault.encrypt(&key, later, b"new", &Context::new()).unwrap();
        let turn = |blob: &[u8]| Blob::parse(blob).unwrap().turn();
        assert_eq!((turn(&before), turn(&after)), (0, 1));
        for (blob, text) in [(before, b"old"), (after, b"new")] {
            assert_eq!(vault.decrypt(&key, &blob, &Context::new()).unwrap().as_slice(), text);
        }
    }

    #[test]
    fn a_data_key_comes_with_its_own_ciphertext() {
        let vault = vault();
        let key = key(&vault, ID);
        let purpose = context(&[("bucket", "b")]);
        let made = vault.data_key(&key, AT, 32, &purpose).unwrap();
        assert_eq!(made.plaintext.len(), 32);
        assert_eq!(vault.decrypt(&key, &made.ciphertext, &purpose).unwrap(), made.plaintext);
        assert_ne!(vault.data_key(&key, AT, 32, &purpose).unwrap().plaintext, made.plaintext);
        assert_eq!(format!("{made:?}"), "DataKey");
    }

    #[test]
    fn another_directory_opens_nothing() {
        let (vault, key) = (vault(), key(&vault(), ID));
        let blob = vault.encrypt(&key, AT, b"secret", &Context::new()).unwrap();
        let other = Vault::new(&[8; KEY_LEN], Env::simulated(AT, 1)).unwrap();
        assert!(other.decrypt(&key, &blob, &Context::new()).is_none());
        assert!(other.encrypt(&key, AT, b"secret", &Context::new()).is_none());
    }

    /// The frozen example: what was encrypted once must be opened for ever.
    #[test]
    fn opens_the_frozen_example() {
        let vault = Vault::new(&[7; KEY_LEN], Env::simulated(AT, 1)).unwrap();
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/formats/examples/kms-ciphertext-v1.json"
        );
        if std::env::var_os("FREEZE").is_some() {
            let key = key(&vault, ID);
            let blob =
                vault.encrypt(&key, AT, b"frozen", &context(&[("purpose", "test")])).unwrap();
            let blob = STANDARD_NO_PAD.encode(blob);
            let text = serde_json::json!({ "material": key.material, "ciphertext": blob });
            std::fs::write(path, format!("{text:#}\n")).unwrap();
        }
        let example: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut key = key(&vault, ID);
        key.material = Sealed(example["material"].as_str().unwrap().to_owned());
        let blob = STANDARD_NO_PAD.decode(example["ciphertext"].as_str().unwrap()).unwrap();
        let opened = vault.decrypt(&key, &blob, &context(&[("purpose", "test")])).unwrap();
        assert_eq!(opened.as_slice(), b"frozen");
    }
}
