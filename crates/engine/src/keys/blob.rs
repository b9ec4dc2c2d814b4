//! What a key of KMS encrypted, as bytes: `docs/formats/kms-ciphertext.md`.

use model::RecordId;
use ring::aead::NONCE_LEN;

/// First byte of all; another one is another form.
pub(super) const VERSION: u8 = 1;
const ID: usize = 16;
const TURN: usize = 4;
/// Version, the key's id, and how often the key had turned.
pub(super) const HEAD: usize = 1 + ID + TURN;

/// The bytes, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blob<'a> {
    /// What stands before the nonce: it is bound in.
    pub(super) head: &'a [u8; HEAD],
    pub(super) nonce: [u8; NONCE_LEN],
    /// The ciphertext and its tag.
    pub(super) sealed: &'a [u8],
}

impl<'a> Blob<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        (head.first() == Some(&VERSION)).then_some(Self { head, nonce: *nonce, sealed })
    }

    /// The key's id, in the form that keys are named by.
    pub(super) fn key(&self) -> String {
        let id = self.head.get(1..=ID).and_then(|id| id.try_into().ok());
        id.map(|id| RecordId(id).to_uuid()).unwrap_or_default()
    }

    pub(super) fn turn(&self) -> u32 {
        self.head.last_chunk::<TURN>().map_or(0, |turn| u32::from_be_bytes(*turn))
    }
}

/// The head of what the key `id` encrypts after it has turned `turn` times. `None` where the id is
/// no UUID.
pub(super) fn head(id: &str, turn: u32) -> Option<[u8; HEAD]> {
    let id = RecordId::from_uuid(id.as_bytes())?;
    let mut head = [0; HEAD];
    let parts = [VERSION].into_iter().chain(id.0).chain(turn.to_be_bytes());
    head.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    Some(head)
}

/// The id of the key that encrypted this; `None` where the bytes are none of ours.
pub fn blob_key(bytes: &[u8]) -> Option<String> {
    Blob::parse(bytes).map(|blob| blob.key())
}
