//! Who a request is taken for before it is verified.
//!
//! Anybody can claim any key. A claim is believed only where the same key was proved on the same
//! connection, from the same address, the last time: nobody else can send there.

use model::AccountId;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who shares room and turns with whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// All requests of an account that proved who it is.
    Account(AccountId),
    /// All others, by the network they come from.
    Newcomer(IpAddr),
}

/// What one connection has proved.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing(Arc<Mutex<Option<Proved>>>);

#[derive(Debug)]
struct Proved {
    key_id: String,
    address: IpAddr,
    account: AccountId,
}

impl Class {
    /// The account, where there is one.
    pub(super) const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Newcomer(_) => None,
        }
    }

    /// Somebody unknown at an address.
    pub(super) fn newcomer(address: IpAddr) -> Self {
        Self::Newcomer(network(address))
    }
}

/// Whoever has one IPv6 address has 2^64 of them.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

impl Standing {
    /// Who a claim of `key_id` from `address` is taken for.
    pub(super) fn class(&self, key_id: Option<&str>, address: IpAddr) -> Class {
        let proved = self.proved();
        let is_it = |it: &&Proved| key_id == Some(&it.key_id) && it.address == address;
        match proved.as_ref().filter(is_it) {
            Some(proved) => Class::Account(proved.account.clone()),
            None => Class::newcomer(address),
        }
    }

    /// The claim was verified, or turned out to be false: then it counts for nothing any more.
    pub(super) fn learn(
        &self,
        key_id: Option<String>,
        address: IpAddr,
        account: Option<AccountId>,
    ) {
        let proved = key_id.zip(account);
        *self.proved() = proved.map(|(key_id, account)| Proved { key_id, address, account });
    }

    /// Nothing under this lock can leave it half changed.
    fn proved(&self) -> MutexGuard<'_, Option<Proved>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn account() -> AccountId {
        AccountId::parse("111111111111").unwrap()
    }

    #[test]
    fn a_claim_alone_is_believed_nowhere() {
        let standing = Standing::default();
        let class = standing.class(Some("AKIAVICTIM"), ip("192.0.2.1"));
        assert_eq!(class, Class::Newcomer(ip("192.0.2.1")));
    }

    #[test]
    fn who_proved_it_is_believed_on_this_connection_from_this_address_with_this_key() {
        let standing = Standing::default();
        let here = ip("192.0.2.1");
        standing.learn(Some("AKIAONE".into()), here, Some(account()));
        assert_eq!(standing.class(Some("AKIAONE"), here), Class::Account(account()));
        let is_new = |class| matches!(class, Class::Newcomer(_));
        assert!(is_new(standing.class(Some("AKIATWO"), here)));
        assert!(is_new(standing.class(None, here)));
        assert!(is_new(standing.class(Some("AKIAONE"), ip("192.0.2.2"))));
        assert!(is_new(Standing::default().class(Some("AKIAONE"), here)));
    }

    #[test]
    fn one_false_claim_ends_it() {
        let standing = Standing::default();
        let here = ip("192.0.2.1");
        standing.learn(Some("AKIAONE".into()), here, Some(account()));
        standing.learn(Some("AKIAONE".into()), here, None);
        assert_eq!(standing.class(Some("AKIAONE"), here), Class::newcomer(here));
    }

    #[test]
    fn many_addresses_of_one_network_are_one_newcomer() {
        let of = |text| Class::newcomer(ip(text));
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
