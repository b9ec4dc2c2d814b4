//! Every limit of this crate, in one place.

/// Longest `userAgent` of a record, in bytes; AWS cuts there too.
pub(crate) const USER_AGENT_BYTES_MAX: usize = 1_024;

/// Longest `errorCode` and `errorMessage` of a record, in bytes; AWS cuts there too.
pub(crate) const ERROR_BYTES_MAX: usize = 1_024;

/// Longest record of a call, in bytes. AWS omits `requestParameters` beyond 100 KB, which hides
/// what a padded request did; here they are kept whole until the record is this long.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 20;

/// Longest record of a call where event data stores ask for `Standard` ones, in bytes.
pub(crate) const STANDARD_RECORD_BYTES_MAX: usize = 256 << 10;

/// Longest name of an operation or service that is not built, as recorded, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 128;

/// Longest region of a signature's scope, in bytes.
pub(crate) const REGION_BYTES_MAX: usize = 32;

/// Most signing keys remembered between requests.
pub(crate) const SIGNING_KEYS_MAX: usize = 4_096;

/// Most callers whose rates are followed at once (`--emulate-limits`).
pub(crate) const RATES_MAX: usize = 10_000;

/// Most bytes of records in one page of an answer; a page that would be larger ends earlier.
pub(crate) const PAGE_BYTES_MAX: usize = 8 << 20;

/// Most imports in one answer of `ListImports`, the newest.
pub(crate) const IMPORTS_MAX: usize = 100;

/// Most paths in one `StartImport`.
pub(crate) const IMPORT_PATHS_MAX: usize = 10_000;

/// Longest SQL statement, in characters; AWS's limit too.
pub(crate) const QUERY_CHARS_MAX: usize = 10_000;

/// Most rows of one `Query`.
pub(crate) const QUERY_ROWS_MAX: u64 = 100_000;

/// How long one `Query` may take, in seconds.
pub(crate) const QUERY_SECONDS_MAX: u64 = 120;

/// How much later than others somebody may be asked to try again, in seconds.
pub(crate) const RETRY_SPREAD_S: u32 = 3;

/// Most lines a second that the log says of callers who are turned away; others are counted.
pub(crate) const LINES_A_SECOND_MAX: u32 = 20;
