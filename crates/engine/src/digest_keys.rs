//! The RSA keys that sign digests: one at a time for each account and region, in turn.

use crate::State;
use crate::error::Error;
use crate::vault::Vault;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::digest::SigningKey;
use model::resource::DigestKey;
use model::{AccountId, Change, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

const DAY_MS: i64 = 86_400_000;
/// A key is taken into use for so long…
const TURN_MS: i64 = 15 * DAY_MS;
/// …and listed for so long, so that the times of two overlap.
const VALID_MS: i64 = 30 * DAY_MS;
/// Keys begin at full hours.
const HOUR_MS: i64 = 3_600_000;

/// All keys there ever were: what they signed is verified with them for ever.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DigestKeys {
    /// By account and region, then by the time from which they sign.
    keys: Arc<BTreeMap<String, BTreeMap<i64, Arc<DigestKey>>>>,
}

fn ring_name(account: &AccountId, region: &str) -> String {
    format!("{account}/{region}")
}

impl DigestKeys {
    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        if let Change::DigestKeyPut(key) = change {
            let ring = Arc::make_mut(&mut self.keys);
            let ring = ring.entry(ring_name(&key.account, &key.region)).or_default();
            ring.insert(key.from.0, Arc::new(key.clone()));
        }
    }

    /// The key whose turn it is at `at`.
    pub(crate) fn at(
        &self,
        account: &AccountId,
        region: &str,
        at: Timestamp,
    ) -> Option<&Arc<DigestKey>> {
        let ring = self.keys.get(&ring_name(account, region))?;
        let (from, key) = ring.range(..=at.0).next_back()?;
        (at.0 - from < TURN_MS).then_some(key)
    }
}

impl State {
    /// The keys of an account and region, oldest first.
    pub fn digest_keys<'a>(
        &'a self,
        account: &AccountId,
        region: &str,
    ) -> impl Iterator<Item = &'a DigestKey> + use<'a> {
        let ring = self.digest_key_room().keys.get(&ring_name(account, region));
        ring.into_iter().flat_map(|ring| ring.values()).map(|key| &**key)
    }
}

/// Whether a change would put a key in the place of another one, which somebody else made
/// meanwhile: what that one signed could not be verified any more.
pub(crate) fn is_taken(state: &State, change: &Change) -> bool {
    let Change::DigestKeyPut(key) = change else { return false };
    let mut known = state.digest_keys(&key.account, &key.region);
    known.any(|known| known.from == key.from && known.fingerprint != key.fingerprint)
}

/// Where keys come from.
#[derive(Clone, Default)]
pub enum KeySource {
    /// They are made, at random.
    #[default]
    Made,
    /// It is this one, a PKCS#8 in DER, again and again: for simulations, which must repeat.
    Given(Arc<[u8]>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Made => "KeySource::Made",
            Self::Given(_) => "KeySource::Given",
        })
    }
}

impl KeySource {
    fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self {
            Self::Given(der) => Ok(Zeroizing::new(der.to_vec())),
            Self::Made => {
                let made = KeyPair::generate(KeySize::Rsa2048);
                let der: Result<Pkcs8V1Der<'static>, _> = made.and_then(|pair| pair.as_der());
                let der = der.map_err(|_| Error::NoKey { what: "the machine made no RSA key" })?;
                Ok(Zeroizing::new(der.as_ref().to_vec()))
            }
        }
    }
}

/// What a secret key is sealed for.
fn name(fingerprint: &str) -> String {
    format!("digest key {fingerprint}")
}

/// Makes the key whose turn begins with the hour of `at`.
pub(crate) fn make(
    source: &KeySource,
    vault: &Vault,
    account: &AccountId,
    region: &str,
    at: Timestamp,
) -> Result<DigestKey, Error> {
    let pkcs8 = source.pkcs8()?;
    let public = signing(&pkcs8)?.public();
    let (fingerprint, from) = (public.fingerprint(), at.0 - at.0.rem_euclid(HOUR_MS));
    Ok(DigestKey {
        account: account.clone(),
        region: region.to_owned(),
        secret: vault.seal(&name(&fingerprint), &Zeroizing::new(STANDARD.encode(&*pkcs8))),
        public: STANDARD.encode(public.der()),
        fingerprint,
        from: Timestamp(from),
        until: Timestamp(from + VALID_MS),
    })
}

/// Opens a key that was kept.
pub(crate) fn open(vault: &Vault, key: &DigestKey) -> Result<SigningKey, Error> {
    let closed = || Error::NoKey { what: "a kept RSA key cannot be opened" };
    let secret = vault.open(&name(&key.fingerprint), &key.secret).ok_or_else(closed)?;
    let pkcs8 = Zeroizing::new(STANDARD.decode(secret.expose()).map_err(|_| closed())?);
    signing(&pkcs8)
}

fn signing(pkcs8: &[u8]) -> Result<SigningKey, Error> {
    SigningKey::from_pkcs8(pkcs8).map_err(|_| Error::NoKey { what: "an RSA key is none" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Env;
    use crate::vault::KEY_LEN;

    fn vault() -> Vault {
        Vault::new(&[7; KEY_LEN], Env::simulated(Timestamp(0), 1)).unwrap()
    }

    fn key_at(at: i64) -> DigestKey {
        let account = AccountId::parse("123456789012").unwrap();
        make(&KeySource::Made, &vault(), &account, "eu-west-1", Timestamp(at)).unwrap()
    }

    #[test]
    fn a_key_that_was_made_opens_again_and_shows_no_secret() {
        let key = key_at(5 * HOUR_MS + 7);
        assert_eq!((key.from.0, key.until.0), (5 * HOUR_MS, 5 * HOUR_MS + VALID_MS));
        let signing = open(&vault(), &key).unwrap();
        assert_eq!(signing.public().fingerprint(), key.fingerprint);
        assert_eq!(STANDARD.encode(signing.public().der()), key.public);
        let other = Vault::new(&[8; KEY_LEN], Env::simulated(Timestamp(0), 1)).unwrap();
        assert!(open(&other, &key).is_err());
        let moved = DigestKey { fingerprint: "00".into(), ..key };
        assert!(open(&vault(), &moved).is_err());
    }

    #[test]
    fn no_key_takes_the_place_of_another_one() {
        let (one, other) = (key_at(0), key_at(1));
        let mut state = State::default();
        let put = |key: &DigestKey| Change::DigestKeyPut(key.clone());
        assert!(!is_taken(&state, &put(&one)));
        state.apply(&put(&one));
        assert!(!is_taken(&state, &put(&one)), "the same one may come again");
        assert!(is_taken(&state, &put(&other)) && !is_taken(&state, &put(&key_at(HOUR_MS))));
    }

    #[test]
    fn keys_take_turns_and_their_times_overlap() {
        let (first, second) = (key_at(0), key_at(TURN_MS));
        assert!(second.from < first.until);
        let mut keys = DigestKeys::default();
        for key in [&first, &second] {
            keys.apply(&Change::DigestKeyPut(key.clone()));
        }
        let at = |ms| keys.at(&first.account, "eu-west-1", Timestamp(ms));
        let print = |ms| at(ms).map(|key| key.fingerprint.as_str());
        assert_eq!(print(TURN_MS - 1), Some(&*first.fingerprint));
        assert_eq!(print(TURN_MS), Some(&*second.fingerprint));
        assert_eq!((print(-1), print(2 * TURN_MS)), (None, None));
        assert!(keys.at(&first.account, "eu-west-2", Timestamp(0)).is_none());
    }
}
