//! Ranges of addresses: `203.0.113.0/24`, `2001:db8::/32`, or one address.

use std::net::IpAddr;

/// The addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    first: IpAddr,
    bits: u32,
}

impl Cidr {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().ok()?;
        let all = width(first);
        let bits = match bits {
            None => all,
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
        };
        (bits <= all).then_some(Self { first, bits })
    }

    /// Whether the address lies inside. An IPv4 address written as IPv6 is an IPv4 address.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let shift = 128 - self.bits;
        let same = |a: u128, b: u128| a.checked_shr(shift) == b.checked_shr(shift);
        width(address) == width(self.first) && same(left(address), left(self.first))
    }

    /// Whether the range is so wide that S3 calls whoever is inside the public: more than a /8 of
    /// IPv4 or a /32 of IPv6.
    pub(crate) const fn is_wide(self) -> bool {
        match self.first {
            IpAddr::V4(_) => self.bits < 8,
            IpAddr::V6(_) => self.bits < 32,
        }
    }
}

const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address's bits, beginning at the left of 128.
const fn left(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => (address.to_bits() as u128) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}
