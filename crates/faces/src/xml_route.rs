//! Which request of a REST-XML service means which operation.

use wire::Request;
use wire::protocol::rest_xml::{self, Address};

/// One operation and what means it. Of several that fit, the first in the table is meant.
#[derive(Debug)]
pub struct XmlRoute {
    /// The operation.
    pub operation: &'static str,
    /// Its method.
    pub method: &'static str,
    /// What its address names.
    pub scope: Scope,
    /// Parameters and headers, all of which it has: `versioning`, `x-amz-copy-source`.
    pub marks: &'static [&'static str],
    /// What CloudTrail calls it.
    pub event: &'static str,
    /// What policies call it.
    pub action: &'static str,
    /// Whether its records are data events.
    pub data: bool,
    /// Whether the handler asks the bucket's policy itself: there is no bucket yet, or each key is
    /// asked for.
    pub asks_itself: bool,
    /// The member that holds the body as it is, where that is no XML.
    pub raw: Option<&'static str>,
}

/// What an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing: all buckets of an account.
    Service,
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

impl Scope {
    /// What this address names.
    pub fn of(address: &Address) -> Self {
        match (&address.bucket, &address.key) {
            (Some(_), Some(_)) => Self::Object,
            (Some(_), None) => Self::Bucket,
            (None, _) => Self::Service,
        }
    }
}

impl XmlRoute {
    /// Whether this is what a request means, whose address has this scope.
    pub(crate) fn fits(&self, request: &Request, scope: Scope) -> bool {
        let has = |mark: &&str| match mark.starts_with("x-amz-") {
            true => request.headers.contains_key(*mark),
            false => rest_xml::has_parameter(request, mark),
        };
        self.scope == scope && request.method.as_str() == self.method && self.marks.iter().all(has)
    }
}
