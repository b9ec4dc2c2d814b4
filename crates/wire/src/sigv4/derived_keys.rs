//! A bounded memory of signing keys, so that a busy client costs one HMAC a request, not five.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::digest::{Context, SHA256};
use ring::hmac::Key;

use super::{Credential, SecretKey};
use crate::limits::DERIVED_KEYS_MAX;

/// Hash of key id, scope *and secret*: after a secret changes, its old signing keys are never
/// found again. Entries hold no other trace of whom they belong to.
pub(super) type Fingerprint = [u8; 32];

/// Signing keys already derived, the oldest forgotten first. Shared by reference between threads;
/// the lock is held for a look-up only. A key enters after it verified a signature and not before,
/// so strangers cannot push the keys of real clients out.
pub struct DerivedKeys {
    max: NonZeroUsize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: HashMap<Fingerprint, Key>,
    order: VecDeque<Fingerprint>,
}

impl DerivedKeys {
    /// Remembers at most `max` keys.
    pub fn new(max: NonZeroUsize) -> Self {
        Self { max, kept: Mutex::default() }
    }

    /// How many keys are remembered now.
    pub fn len(&self) -> usize {
        self.lock().keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets every key.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    pub(super) fn find(&self, fingerprint: &Fingerprint) -> Option<Key> {
        self.lock().keys.get(fingerprint).cloned()
    }

    pub(super) fn remember(&self, fingerprint: Fingerprint, key: Key) {
        let mut kept = self.lock();
        if kept.keys.insert(fingerprint, key).is_some() {
            return;
        }
        kept.order.push_back(fingerprint);
        if kept.order.len() > self.max.get() {
            let oldest = kept.order.pop_front();
            oldest.and_then(|oldest| kept.keys.remove(&oldest));
        }
    }

    /// Nothing under this lock can leave the map half changed, so a poisoned one is still good.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for DerivedKeys {
    fn default() -> Self {
        Self::new(NonZeroUsize::new(DERIVED_KEYS_MAX).unwrap_or(NonZeroUsize::MIN))
    }
}

impl fmt::Debug for DerivedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DerivedKeys").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Each part is preceded by its length, so that no two different lists of parts read the same.
pub(super) fn fingerprint(credential: &Credential, secret: &SecretKey) -> Fingerprint {
    let Credential { access_key_id, date, region, service } = credential;
    let mut context = Context::new(&SHA256);
    for part in [access_key_id, date, region, service, secret.expose()] {
        context.update(&part.len().to_le_bytes());
        context.update(part.as_bytes());
    }
    // A SHA-256 digest has 32 bytes; zeros would only ever miss.
    context.finish().as_ref().try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::key::derive;
    use super::*;

    fn remember(keys: &DerivedKeys, region: &str, secret: &str) -> Fingerprint {
        let text = format!("AKID/20150830/{region}/iam/aws4_request");
        let credential = Credential::parse(&text).unwrap();
        let secret = SecretKey::new(secret.to_owned());
        let fingerprint = fingerprint(&credential, &secret);
        keys.remember(fingerprint, derive(&secret, &credential));
        fingerprint
    }

    #[test]
    fn forgets_the_oldest_beyond_its_bound() {
        let keys = DerivedKeys::new(NonZeroUsize::new(2).unwrap());
        let [first, again, second, third] =
            ["one", "one", "two", "three"].map(|region| remember(&keys, region, "secret"));
        assert_eq!(first, again);
        assert_eq!(keys.len(), 2);
        assert!(keys.find(&first).is_none());
        assert!(keys.find(&second).is_some() && keys.find(&third).is_some());
        keys.clear();
        assert!(keys.is_empty());
    }

    #[test]
    fn a_changed_secret_is_another_entry() {
        let keys = DerivedKeys::default();
        assert_ne!(remember(&keys, "one", "old"), remember(&keys, "one", "new"));
    }

    #[test]
    fn parts_that_join_to_the_same_text_stay_apart() {
        let keys = DerivedKeys::default();
        assert_ne!(remember(&keys, "one", "secret"), remember(&keys, "on", "esecret"));
    }
}
