//! The columns of the table: the contract between whoever plans statements and the table.
//!
//! The schema is flat. A column's *name* is its canonical spelling in lower case, dots included
//! (`useridentity.sessioncontext.sessionissuer.username` is one name); the canonical spelling is
//! for output and stands in the field's metadata under [`CANONICAL`].
//!
//! | kind | Arrow type | what it holds |
//! |---|---|---|
//! | [`Kind::Text`] | `Utf8View` | the text of a string; a value that is no string as JSON |
//! | [`Kind::Map`], [`Kind::Row`], [`Kind::Array`] | `Utf8View` | the member's JSON as it stands |
//! | [`Kind::Time`] | `Timestamp(Millisecond)`, no zone | a moment, UTC |
//! | [`Kind::Boolean`] | `Boolean` | also where the record has `"true"` as a string |
//!
//! What is missing or `null` in a record is NULL. JSON columns bear the metadata [`JSON`] with
//! the value `map`, `row` or `array`. The members of a row that have columns of their own are
//! named `<row>.<member>`.
//!
//! Records of the category `ActivityAuditLog` hold their members within `eventData`: every
//! column finds them there too.
//!
//! **Path columns** reach into JSON. They are not in [`COLUMNS`]; a table has those that it is
//! built with (see [`JsonPath`]). `requestparameters#bucketName` is the name of
//! `requestParameters.bucketName`, always `Utf8View`: the text of a string, other values as
//! JSON. With two signs after the member (`requestparameters##bucketName`) strings are given as
//! JSON too, quotes and escapes as they stand.

use arrow::datatypes::{DataType, Field, TimeUnit};
use std::collections::{HashMap, HashSet};

/// Under this key a field's metadata has the canonical spelling of its column.
pub const CANONICAL: &str = "canonical";
/// Under this key a field's metadata has `map`, `row` or `array` where it holds JSON.
pub const JSON: &str = "json";

/// The names from whoever is behind a record down to whoever made it: found out, not recorded.
pub const SESSION_CHAIN: &str = "session_chain";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// JSON: to Lake's users a `map(varchar, varchar)`.
    Map,
    /// JSON: to Lake's users a row whose members have columns of their own.
    Row,
    /// JSON: to Lake's users an array.
    Array,
    /// A moment.
    Time,
    /// Yes or no.
    Boolean,
}

impl Kind {
    /// The Arrow type of such columns.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Map | Self::Row | Self::Array => DataType::Utf8View,
            Self::Time => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::Boolean => DataType::Boolean,
        }
    }

    /// What the metadata says of JSON columns.
    pub const fn json(self) -> Option<&'static str> {
        match self {
            Self::Map => Some("map"),
            Self::Row => Some("row"),
            Self::Array => Some("array"),
            Self::Text | Self::Time | Self::Boolean => None,
        }
    }
}

/// A column that every table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The canonical spelling.
    pub canonical: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether `SELECT *` shows it: members of rows and what AWS does not have stay out.
    pub starred: bool,
}

impl Column {
    /// The name in the schema: lower case.
    pub fn name(&self) -> String {
        self.canonical.to_ascii_lowercase()
    }

    /// The column with this name in lower case.
    pub fn named(name: &str) -> Option<&'static Self> {
        COLUMNS.iter().find(|column| column.canonical.eq_ignore_ascii_case(name))
    }

    /// Whether its JSON stands in the records, so that paths may lead into it.
    pub fn is_recorded(&self) -> bool {
        self.kind.json().is_some() && self.canonical != SESSION_CHAIN
    }

    /// The field of the schema.
    pub fn field(&self) -> Field {
        let json = self.kind.json().map(|json| (JSON.to_owned(), json.to_owned()));
        let canonical = (CANONICAL.to_owned(), self.canonical.to_owned());
        let metadata: HashMap<String, String> = json.into_iter().chain([canonical]).collect();
        Field::new(self.name(), self.kind.data_type(), true).with_metadata(metadata)
    }
}

const fn shown(canonical: &'static str, kind: Kind) -> Column {
    Column { canonical, kind, starred: true }
}

const fn inner(canonical: &'static str, kind: Kind) -> Column {
    Column { canonical, kind, starred: false }
}

/// Every column but path columns, in the order in which `SELECT *` and the reference show them.
pub const COLUMNS: &[Column] = &[
    shown("eventVersion", Kind::Text),
    shown("userIdentity", Kind::Row),
    inner("userIdentity.type", Kind::Text),
    inner("userIdentity.principalId", Kind::Text),
    inner("userIdentity.arn", Kind::Text),
    inner("userIdentity.accountId", Kind::Text),
    inner("userIdentity.accessKeyId", Kind::Text),
    inner("userIdentity.userName", Kind::Text),
    inner("userIdentity.sessionContext", Kind::Row),
    inner("userIdentity.sessionContext.attributes", Kind::Row),
    inner("userIdentity.sessionContext.attributes.creationDate", Kind::Text),
    inner("userIdentity.sessionContext.attributes.mfaAuthenticated", Kind::Text),
    inner("userIdentity.sessionContext.sessionIssuer", Kind::Row),
    inner("userIdentity.sessionContext.sessionIssuer.type", Kind::Text),
    inner("userIdentity.sessionContext.sessionIssuer.principalId", Kind::Text),
    inner("userIdentity.sessionContext.sessionIssuer.arn", Kind::Text),
    inner("userIdentity.sessionContext.sessionIssuer.accountId", Kind::Text),
    inner("userIdentity.sessionContext.sessionIssuer.userName", Kind::Text),
    inner("userIdentity.sessionContext.webIdFederationData", Kind::Row),
    inner("userIdentity.sessionContext.webIdFederationData.federatedProvider", Kind::Text),
    inner("userIdentity.sessionContext.webIdFederationData.attributes", Kind::Map),
    inner("userIdentity.sessionContext.sourceIdentity", Kind::Text),
    inner("userIdentity.sessionContext.ec2RoleDelivery", Kind::Text),
    inner("userIdentity.sessionContext.ec2IssuedInVpc", Kind::Text),
    inner("userIdentity.invokedBy", Kind::Text),
    inner("userIdentity.identityProvider", Kind::Text),
    inner("userIdentity.credentialId", Kind::Text),
    inner("userIdentity.onBehalfOf", Kind::Row),
    inner("userIdentity.onBehalfOf.userId", Kind::Text),
    inner("userIdentity.onBehalfOf.identityStoreArn", Kind::Text),
    inner("userIdentity.inScopeOf", Kind::Row),
    inner("userIdentity.inScopeOf.sourceArn", Kind::Text),
    inner("userIdentity.inScopeOf.sourceAccount", Kind::Text),
    inner("userIdentity.inScopeOf.issuerType", Kind::Text),
    inner("userIdentity.inScopeOf.credentialsIssuedTo", Kind::Text),
    shown("eventTime", Kind::Time),
    shown("eventSource", Kind::Text),
    shown("eventName", Kind::Text),
    shown("awsRegion", Kind::Text),
    shown("sourceIPAddress", Kind::Text),
    shown("userAgent", Kind::Text),
    shown("errorCode", Kind::Text),
    shown("errorMessage", Kind::Text),
    shown("requestParameters", Kind::Map),
    shown("responseElements", Kind::Map),
    shown("additionalEventData", Kind::Map),
    shown("requestID", Kind::Text),
    shown("eventID", Kind::Text),
    shown("readOnly", Kind::Boolean),
    shown("resources", Kind::Array),
    shown("eventType", Kind::Text),
    shown("apiVersion", Kind::Text),
    shown("managementEvent", Kind::Boolean),
    shown("recipientAccountId", Kind::Text),
    shown("sharedEventID", Kind::Text),
    shown("annotation", Kind::Text),
    shown("vpcEndpointId", Kind::Text),
    shown("vpcEndpointAccountId", Kind::Text),
    shown("serviceEventDetails", Kind::Map),
    shown("addendum", Kind::Map),
    shown("edgeDeviceDetails", Kind::Map),
    shown("insightDetails", Kind::Map),
    shown("eventCategory", Kind::Text),
    shown("tlsDetails", Kind::Row),
    inner("tlsDetails.tlsVersion", Kind::Text),
    inner("tlsDetails.cipherSuite", Kind::Text),
    inner("tlsDetails.clientProvidedHostHeader", Kind::Text),
    shown("sessionCredentialFromConsole", Kind::Text),
    shown("eventContext", Kind::Row),
    inner("eventContext.requestContext", Kind::Map),
    inner("eventContext.tagContext", Kind::Map),
    inner("metadata", Kind::Row),
    inner("metadata.ingestionTime", Kind::Text),
    inner("metadata.channelARN", Kind::Text),
    inner("eventData", Kind::Row),
    shown("eventJson", Kind::Text),
    shown("eventJsonChecksum", Kind::Text),
    inner("root_identity", Kind::Text),
    inner(SESSION_CHAIN, Kind::Array),
    inner("origin", Kind::Text),
    inner("owner", Kind::Text),
    inner("ingestion_time", Kind::Time),
];

/// The columns that a table is built with: planning takes time for each of them, used or not.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Columns of [`COLUMNS`].
    pub columns: Vec<&'static Column>,
    /// Places in JSON with columns of their own.
    pub paths: Vec<JsonPath>,
}

impl Wanted {
    /// All [`COLUMNS`], and one column for each of `paths`.
    pub fn all(paths: &[JsonPath]) -> Self {
        Self { columns: COLUMNS.iter().collect(), paths: paths.to_vec() }
    }

    /// Those of [`COLUMNS`] whose names are among `names`; at least one, for a table without
    /// columns has no rows either.
    pub fn named(names: &HashSet<String>, paths: &[JsonPath]) -> Self {
        let is_named = |column: &&Column| names.contains(&column.name());
        let mut columns: Vec<&'static Column> = COLUMNS.iter().filter(is_named).collect();
        if columns.is_empty() && paths.is_empty() {
            columns.extend(COLUMNS.first());
        }
        Self { columns, paths: paths.to_vec() }
    }
}

/// A place within the JSON of a member.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JsonPath {
    /// The member's canonical name, as `requestParameters`; dotted ones will do.
    pub member: String,
    /// Keys from there on, spelled as in the records. A key in decimal digits finds an element
    /// of an array, counted from 0. At least one.
    pub keys: Vec<String>,
    /// Whether strings are given as JSON, too.
    pub raw: bool,
}

impl JsonPath {
    /// The path with `keys` below `member`, giving strings as text.
    pub fn text(member: &str, keys: &[&str]) -> Self {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Self { member: member.to_owned(), keys, raw: false }
    }

    /// The name of the path's column: the member in lower case, `#` (`##` for raw ones), the
    /// keys with `#` between them. In keys `\` and `#` get a `\` before them; an empty key is
    /// written `\e`.
    pub fn column_name(&self) -> String {
        let mut name = self.member.to_ascii_lowercase();
        if self.raw {
            name.push('#');
        }
        for key in &self.keys {
            name.push('#');
            match key.as_str() {
                "" => name.push_str("\\e"),
                key => name.push_str(&key.replace('\\', "\\\\").replace('#', "\\#")),
            }
        }
        name
    }

    /// The field of the schema.
    pub fn field(&self) -> Field {
        let canonical = format!("{}.{}", self.member, self.keys.join("."));
        let metadata = HashMap::from([(CANONICAL.to_owned(), canonical)]);
        Field::new(self.column_name(), DataType::Utf8View, true).with_metadata(metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_found() {
        let names: HashSet<String> = COLUMNS.iter().map(Column::name).collect();
        assert_eq!(names.len(), COLUMNS.len());
        let column = Column::named("useridentity.arn").unwrap();
        assert_eq!(column.canonical, "userIdentity.arn");
        assert_eq!(column.field().metadata().get(CANONICAL).unwrap(), "userIdentity.arn");
        assert!(Column::named("arn").is_none());
    }

    #[test]
    fn a_table_has_the_columns_that_are_named_and_one_in_any_case() {
        let names = |wanted: &Wanted| wanted.columns.iter().map(|it| it.canonical).collect();
        let named = HashSet::from(["eventname".to_owned(), "c0".to_owned()]);
        let found: Vec<&str> = names(&Wanted::named(&named, &[]));
        assert_eq!(found, ["eventName"]);
        let found: Vec<&str> = names(&Wanted::named(&HashSet::new(), &[]));
        assert_eq!(found.len(), 1);
        let path = [JsonPath::text("requestParameters", &["a"])];
        assert!(Wanted::named(&HashSet::new(), &path).columns.is_empty());
    }

    #[test]
    fn different_paths_have_different_columns() {
        let path = |keys: &[&str]| JsonPath::text("requestParameters", keys).column_name();
        assert_eq!(path(&["bucketName"]), "requestparameters#bucketName");
        assert_eq!(path(&["a", "b"]), "requestparameters#a#b");
        assert_eq!(path(&["a#b"]), "requestparameters#a\\#b");
        assert_eq!(path(&["", "b"]), "requestparameters#\\e#b");
        let raw = JsonPath { raw: true, ..JsonPath::text("requestParameters", &["b"]) };
        assert_eq!(raw.column_name(), "requestparameters##b");
    }
}
