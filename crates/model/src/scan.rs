//! One pass over a record: what it holds and where, without copying any of it.
//!
//! A record is seen as *leaves* (texts, numbers, times, ids) set into a *shape* (everything
//! between the leaves). The lake stores the two apart and puts them together again byte for byte.

use crate::field::{Field, Tree};
use crate::json::{self, JsonError};
use crate::record::RecordId;
use crate::shape_tree::ShapeTree;
use crate::time::parse_seconds;

/// Why a record could not be read.
pub type ScanError = JsonError;

/// Longest record taken, in bytes. AWS stops at 1 MiB (`MaxEventSize` `Large`).
pub(crate) const RECORD_LEN_MAX: usize = 16 << 20;

/// Most leaves a record may have; what goes beyond is kept as one raw leaf per member.
const LEAVES_MAX: usize = 4_096;

/// Arrays of at most this many elements are opened; longer ones are one raw leaf, so that the
/// number of shapes stays small.
pub(crate) const ARRAY_ELEMENTS_MAX: usize = 2;

/// A stretch of the record, in bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

impl Span {
    /// Whether there is nothing in it, which is also how absence is written.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The bytes of `text` that lie in the span.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// How a leaf may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LeafKind {
    /// Bytes as they stand: a string's inside, a number, an array.
    Plain = 1,
    /// A string that is a time in CloudTrail's own form, `YYYY-MM-DDThh:mm:ssZ`.
    Time = 2,
    /// A string that is a UUID in lower case.
    Uuid = 3,
}

/// One value of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands; without quotes.
    pub span: Span,
    /// How it may be stored.
    pub kind: LeafKind,
    /// The field it is, where it is one and a string.
    pub field: Option<Field>,
}

/// What one pass found. Made to be used again: [`Scan::read`] clears it first.
#[derive(Clone, Debug)]
pub struct Scan {
    pub(crate) leaves: Vec<Leaf>,
    /// Place in `leaves`, plus one; 0 is absent.
    pub(crate) fields: [u16; Field::COUNT],
    pub(crate) trees: [Span; Tree::COUNT],
    pub(crate) len: u32,
    /// See [`Scan::shape`].
    pub(crate) shape: u64,
    tree: Option<Box<ShapeTree>>,
}

impl Default for Scan {
    fn default() -> Self {
        Self {
            leaves: Vec::new(),
            fields: [0; Field::COUNT],
            trees: [Span::default(); Tree::COUNT],
            len: 0,
            shape: 0,
            tree: None,
        }
    }
}

impl Scan {
    /// One that remembers the shapes it reads, and finds the same in half the time where a record
    /// has one of them. For readers of many records; it takes some megabytes.
    pub fn learning() -> Self {
        Self { tree: Some(Box::default()), ..Self::default() }
    }

    #[cfg(test)]
    pub(crate) fn tree_mut(&mut self) -> Option<&mut ShapeTree> {
        self.tree.as_deref_mut()
    }

    /// A number for everything between the leaves and for their kinds, equal in all scans of this
    /// process where those are; 0 where it is not known.
    pub const fn shape(&self) -> u64 {
        self.shape
    }

    /// Reads the JSON object that starts at `at` and returns the offset behind it.
    ///
    /// # Errors
    /// What is no JSON, no object, nested deeper than [`json::DEPTH_MAX`] or longer than
    /// [`RECORD_LEN_MAX`]. The text must be UTF-8; that is the caller's to check.
    pub fn read(&mut self, text: &[u8], at: usize) -> Result<usize, ScanError> {
        let Some(mut tree) = self.tree.take() else {
            return self.parse(text, at);
        };
        self.clear();
        let outcome = match tree.read(text, at, self) {
            Some(end) => Ok(end),
            None => self.parse(text, at).inspect(|end| {
                tree.learn(text.get(at..*end).unwrap_or_default(), self);
            }),
        };
        self.tree = Some(tree);
        outcome
    }

    /// Becomes as `other`, in the memory it has; what it learned stays.
    pub fn copy_from(&mut self, other: &Self) {
        self.leaves.clear();
        self.leaves.extend_from_slice(&other.leaves);
        (self.fields, self.trees) = (other.fields, other.trees);
        (self.len, self.shape) = (other.len, other.shape);
    }

    fn clear(&mut self) {
        self.leaves.clear();
        self.fields = [0; Field::COUNT];
        self.trees = [Span::default(); Tree::COUNT];
        self.shape = 0;
    }

    fn parse(&mut self, text: &[u8], at: usize) -> Result<usize, ScanError> {
        self.clear();
        let mut pass = Pass { text, at, base: at, scan: self };
        pass.object(Node::Root, 0)?;
        let end = pass.at;
        self.len = offset(end, at)?;
        Ok(end)
    }

    /// For a record that cannot be read: all of it is one value without a name.
    pub fn opaque(len: u32) -> Self {
        let leaf = Leaf { span: Span { start: 0, end: len }, kind: LeafKind::Plain, field: None };
        Self { leaves: vec![leaf], len, ..Self::default() }
    }

    /// Length of the record, in bytes.
    pub const fn record_len(&self) -> usize {
        self.len as usize
    }

    /// The values, in the order in which they stand.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Where a field's text stands; `None` where the record lacks it or it is no string.
    pub fn field(&self, field: Field) -> Option<Span> {
        let place = usize::from(*self.fields.get(field as usize)?);
        Some(self.leaves.get(place.checked_sub(1)?)?.span)
    }

    /// The leaf that holds a field.
    pub fn leaf(&self, field: Field) -> Option<Leaf> {
        let place = usize::from(*self.fields.get(field as usize)?);
        self.leaves.get(place.checked_sub(1)?).copied()
    }

    /// Where a whole member stands, quotes or brackets included.
    pub fn tree(&self, tree: Tree) -> Option<Span> {
        self.trees.get(tree as usize).copied().filter(|span| !span.is_empty())
    }
}

fn offset(at: usize, base: usize) -> Result<u32, ScanError> {
    let distance = at - base;
    match u32::try_from(distance) {
        Ok(short) if distance <= RECORD_LEN_MAX => Ok(short),
        _ => json::error("record longer than 16 MiB", at),
    }
}

/// Where in a record we are, as far as names matter.
#[derive(Clone, Copy)]
enum Node {
    Root,
    Identity,
    SessionContext,
    Issuer,
    Attributes,
    Tls,
    Response,
    Credentials,
    Other,
}

/// What a key means at a node.
struct Meaning {
    field: Option<Field>,
    tree: Option<Tree>,
    node: Node,
}

const UNKNOWN: Meaning = Meaning { field: None, tree: None, node: Node::Other };

const fn field(field: Field) -> Meaning {
    Meaning { field: Some(field), ..UNKNOWN }
}

const fn tree(tree: Tree, node: Node) -> Meaning {
    Meaning { tree: Some(tree), node, ..UNKNOWN }
}

const fn inside(node: Node) -> Meaning {
    Meaning { node, ..UNKNOWN }
}

fn meaning(node: Node, key: &[u8]) -> Meaning {
    match (node, key) {
        (Node::Other, _) => UNKNOWN,
        (Node::Root, key) => root_meaning(key),
        (Node::Identity, key) => identity_meaning(key),
        (Node::SessionContext, b"sessionIssuer") => inside(Node::Issuer),
        (Node::SessionContext, b"attributes") => inside(Node::Attributes),
        (Node::SessionContext, b"sourceIdentity") => field(Field::SourceIdentity),
        (Node::Issuer, b"type") => field(Field::IssuerType),
        (Node::Issuer, b"principalId") => field(Field::IssuerPrincipalId),
        (Node::Issuer, b"arn") => field(Field::IssuerArn),
        (Node::Issuer, b"accountId") => field(Field::IssuerAccount),
        (Node::Issuer, b"userName") => field(Field::IssuerUserName),
        (Node::Attributes, b"mfaAuthenticated") => field(Field::MfaAuthenticated),
        (Node::Tls, b"tlsVersion") => field(Field::TlsVersion),
        (Node::Tls, b"cipherSuite") => field(Field::CipherSuite),
        (Node::Tls, b"clientProvidedHostHeader") => field(Field::TlsHost),
        (Node::Response, b"credentials") => inside(Node::Credentials),
        (Node::Credentials, b"accessKeyId") => field(Field::IssuedKey),
        _ => UNKNOWN,
    }
}

fn root_meaning(key: &[u8]) -> Meaning {
    match key {
        b"eventVersion" => field(Field::EventVersion),
        b"userIdentity" => tree(Tree::UserIdentity, Node::Identity),
        b"eventTime" => field(Field::EventTime),
        b"eventSource" => field(Field::EventSource),
        b"eventName" => field(Field::EventName),
        b"awsRegion" => field(Field::AwsRegion),
        b"sourceIPAddress" => field(Field::SourceIp),
        b"userAgent" => field(Field::UserAgent),
        b"errorCode" => field(Field::ErrorCode),
        b"errorMessage" => field(Field::ErrorMessage),
        b"requestParameters" => tree(Tree::RequestParameters, Node::Other),
        b"responseElements" => tree(Tree::ResponseElements, Node::Response),
        b"additionalEventData" => tree(Tree::AdditionalEventData, Node::Other),
        b"requestID" => field(Field::RequestId),
        // Aggregated events spell it `eventId`.
        b"eventID" | b"eventId" => field(Field::EventId),
        b"readOnly" => tree(Tree::ReadOnly, Node::Other),
        b"resources" => tree(Tree::Resources, Node::Other),
        b"eventType" => field(Field::EventType),
        b"apiVersion" => field(Field::ApiVersion),
        b"managementEvent" => tree(Tree::ManagementEvent, Node::Other),
        b"recipientAccountId" => field(Field::RecipientAccount),
        b"serviceEventDetails" => tree(Tree::ServiceEventDetails, Node::Other),
        b"sharedEventID" => field(Field::SharedEventId),
        b"vpcEndpointId" => field(Field::VpcEndpointId),
        b"vpcEndpointAccountId" => tree(Tree::VpcEndpointAccountId, Node::Other),
        b"eventCategory" => field(Field::EventCategory),
        b"tlsDetails" => tree(Tree::TlsDetails, Node::Tls),
        _ => rare_root_meaning(key),
    }
}

fn rare_root_meaning(key: &[u8]) -> Meaning {
    match key {
        b"insightDetails" => tree(Tree::InsightDetails, Node::Other),
        b"eventContext" => tree(Tree::EventContext, Node::Other),
        b"addendum" => tree(Tree::Addendum, Node::Other),
        b"edgeDeviceDetails" => tree(Tree::EdgeDeviceDetails, Node::Other),
        b"annotation" => tree(Tree::Annotation, Node::Other),
        b"sessionCredentialFromConsole" => tree(Tree::SessionCredentialFromConsole, Node::Other),
        _ => UNKNOWN,
    }
}

fn identity_meaning(key: &[u8]) -> Meaning {
    match key {
        b"type" => field(Field::IdentityType),
        b"principalId" => field(Field::PrincipalId),
        b"arn" => field(Field::IdentityArn),
        b"accountId" => field(Field::IdentityAccount),
        b"accessKeyId" => field(Field::AccessKeyId),
        b"userName" => field(Field::UserName),
        b"invokedBy" => field(Field::InvokedBy),
        b"sessionContext" => inside(Node::SessionContext),
        _ => UNKNOWN,
    }
}

struct Pass<'a> {
    text: &'a [u8],
    at: usize,
    base: usize,
    scan: &'a mut Scan,
}

impl Pass<'_> {
    fn object(&mut self, node: Node, depth: usize) -> Result<(), ScanError> {
        if depth >= json::DEPTH_MAX {
            return json::error("nested too deeply", self.at);
        }
        if self.text.get(self.at) != Some(&b'{') {
            return json::error("expected an object", self.at);
        }
        self.at += 1;
        let mut first = true;
        while json::step(self.text, &mut self.at, first, b'}')? {
            first = false;
            self.member(node, depth)?;
        }
        Ok(())
    }

    fn member(&mut self, node: Node, depth: usize) -> Result<(), ScanError> {
        let (key, value_at) = json::key_at(self.text, self.at)?;
        let meaning = meaning(node, key);
        self.at = value_at;
        self.value(meaning.field, meaning.node, depth + 1)?;
        if let Some(tree) = meaning.tree {
            let span = self.span(value_at, self.at)?;
            if let Some(slot) = self.scan.trees.get_mut(tree as usize) {
                *slot = span;
            }
        }
        Ok(())
    }

    fn value(&mut self, field: Option<Field>, node: Node, depth: usize) -> Result<(), ScanError> {
        if self.scan.leaves.len() >= LEAVES_MAX {
            return self.raw(depth);
        }
        match self.text.get(self.at) {
            Some(b'"') => self.string(field),
            Some(b'{') => self.object(node, depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.raw(depth),
            _ => {
                self.at = json::word_end(self.text, self.at)?;
                Ok(())
            }
        }
    }

    fn string(&mut self, field: Option<Field>) -> Result<(), ScanError> {
        let start = self.at + 1;
        let end = json::string_end(self.text, start)?;
        self.at = end + 1;
        let kind = kind_of(self.text.get(start..end).unwrap_or_default());
        self.leaf(start, end, kind, field)
    }

    /// Opens a short array; takes a long one as a single leaf, forgetting what was opened.
    fn array(&mut self, depth: usize) -> Result<(), ScanError> {
        if depth >= json::DEPTH_MAX {
            return json::error("nested too deeply", self.at);
        }
        let (start, leaves) = (self.at, self.scan.leaves.len());
        self.at += 1;
        let mut count = 0;
        while json::step(self.text, &mut self.at, count == 0, b']')? {
            count += 1;
            if count > ARRAY_ELEMENTS_MAX {
                self.scan.leaves.truncate(leaves);
                self.at = start;
                return self.raw(depth);
            }
            self.value(None, Node::Other, depth + 1)?;
        }
        Ok(())
    }

    fn raw(&mut self, depth: usize) -> Result<(), ScanError> {
        let start = self.at;
        self.at = json::value_end(self.text, start, depth)?;
        self.leaf(start, self.at, LeafKind::Plain, None)
    }

    fn leaf(
        &mut self,
        start: usize,
        end: usize,
        kind: LeafKind,
        field: Option<Field>,
    ) -> Result<(), ScanError> {
        let span = self.span(start, end)?;
        let place = self.scan.leaves.len() + 1;
        // A key that comes twice: the first is the field, the second an unnamed leaf.
        let slot = field.and_then(|field| self.scan.fields.get_mut(field as usize));
        let mut named = None;
        if let (Some(slot @ 0), Ok(place)) = (slot, u16::try_from(place)) {
            *slot = place;
            named = field;
        }
        self.scan.leaves.push(Leaf { span, kind, field: named });
        Ok(())
    }

    fn span(&self, start: usize, end: usize) -> Result<Span, ScanError> {
        Ok(Span { start: offset(start, self.base)?, end: offset(end, self.base)? })
    }
}

#[inline]
pub(crate) fn kind_of(inner: &[u8]) -> LeafKind {
    match inner.len() {
        20 if parse_seconds(inner).is_some_and(in_u32) => LeafKind::Time,
        36 if RecordId::from_uuid(inner).is_some() => LeafKind::Uuid,
        _ => LeafKind::Plain,
    }
}

/// Times are stored as seconds in 32 bits; what lies outside (before 1970, after 2106) is text.
fn in_u32(seconds: i64) -> bool {
    u32::try_from(seconds).is_ok()
}

#[cfg(test)]
mod tests;
