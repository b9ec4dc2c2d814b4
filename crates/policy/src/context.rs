//! What is known about a request, from whoever verified it.

use crate::key::{Global, ServiceKey};
use model::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The value of a condition key.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
    /// An address.
    Ip(IpAddr),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Several; none at all is as if the key were not there. A list in a list counts as one value
    /// that equals nothing.
    List(Vec<Self>),
}

impl Fact {
    /// The fact as text, where it is one value.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Time(time) => Some(time.to_string()),
            Self::Ip(address) => Some(address.to_canonical().to_string()),
            Self::Bytes(_) | Self::List(_) => None,
        }
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Fact {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for Fact {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<IpAddr> for Fact {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl FromIterator<String> for Fact {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}

/// The facts of one request, by condition key. Case of keys does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context(BTreeMap<String, Fact>);

impl Context {
    /// Adds a fact that the server verified itself. Put nothing here on a client's word but what
    /// AWS says is a client's word (`aws:UserAgent`, `aws:referer`, request tags).
    #[must_use]
    pub fn global(mut self, key: Global<'_>, fact: impl Into<Fact>) -> Self {
        self.0.insert(key.name(), fact.into());
        self
    }

    /// [`Self::global`], where there is such a fact.
    #[must_use]
    pub fn global_opt(self, key: Global<'_>, fact: Option<impl Into<Fact>>) -> Self {
        match fact {
            Some(fact) => self.global(key, fact),
            None => self,
        }
    }

    /// Adds what a request says in the words of a service.
    #[must_use]
    pub fn service(mut self, key: ServiceKey, fact: impl Into<Fact>) -> Self {
        self.0.insert(key.into_name(), fact.into());
        self
    }

    /// The values of a key in lower case; `None` where there is none.
    pub(crate) fn values(&self, key: &str) -> Option<&[Fact]> {
        let values = match self.0.get(key)? {
            Fact::List(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        Some(values).filter(|values| !values.is_empty())
    }

    /// The value of a key that has exactly one, as text: what a policy variable stands for.
    pub(crate) fn single(&self, key: &str) -> Option<String> {
        self.0.get(key)?.text()
    }
}
