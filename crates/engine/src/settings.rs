//! What an engine may be told, and its limits, in one place.

use crate::digest_keys::KeySource;
use crate::outside::Outside;
use crate::queries::WorkerCommand;
use crypt::RootKey;
use model::AccountId;
use std::time::Duration;

/// What an engine may be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The account of calls that name no other.
    pub account: AccountId,
    /// Anybody may call: for tests and laptops.
    pub dev: bool,
    /// The key of an encrypted directory.
    pub root_key: Option<RootKey>,
    /// The directory is to be encrypted, where it is not yet.
    pub encrypt: bool,
    /// The tail is sealed when it holds this many records.
    pub seal_records: usize,
    /// The tail is sealed when it holds this many bytes.
    pub seal_bytes: usize,
    /// The tail is sealed when its first record is this old, in milliseconds.
    pub seal_age_ms: i64,
    /// No call is taken while the tail takes this much memory, in bytes: it cannot be sealed as
    /// fast as it grows, or not at all.
    pub tail_bytes: usize,
    /// Records are dropped this many days after they came in; `None` keeps them.
    pub retention_days: Option<u32>,
    /// Decoded sections of parts kept in memory, in bytes.
    pub cache_bytes: u64,
    /// Threads that import, and threads that read.
    pub threads: usize,
    /// Drafts of an import are sealed when they weigh this much, in bytes.
    pub draft_bytes: usize,
    /// State is written out when the journal has grown by this much, in bytes.
    pub snapshot_bytes: u64,
    /// Cold State is written to a run when it takes this much memory, in bytes.
    pub cold_bytes: usize,
    /// A segment of the journal that has this many bytes gets no further frame.
    pub segment_bytes: u64,
    /// Small parts are merged in the background.
    pub compaction: bool,
    /// How SQL is answered; `None`: it is not.
    pub worker: Option<WorkerCommand>,
    /// Processes that answer SQL, at most.
    pub workers: usize,
    /// A started query may take so long.
    pub query_time: Duration,
    /// Records are delivered to the buckets of their trails so long after they came in, at most,
    /// in milliseconds.
    pub delivery_interval_ms: i64,
    /// Digests are delivered so often, in milliseconds; they end at multiples of it.
    pub digest_interval_ms: i64,
    /// From the end of one walk through the buckets with lifecycle rules to the next, in
    /// milliseconds.
    pub lifecycle_interval_ms: i64,
    /// Files of one trail that wait for their bucket take so much of the disk, in bytes; beyond
    /// it records wait where they are.
    pub delivery_backlog_bytes: u64,
    /// Buckets of others, and what puts files into them; `None`: those that were told before stay,
    /// and their files wait.
    pub outside: Option<Outside>,
    /// Text of one file of a query's results, in bytes: an answer that has more gets more files.
    pub result_bytes: usize,
    /// Where the keys that sign digests come from.
    pub digest_keys: KeySource,
    /// Parts are read ahead in the background: for whoever answers many questions.
    pub read_ahead: bool,
}

/// AWS's own example account.
const DEFAULT_ACCOUNT: &str = "123456789012";

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: AccountId::parse(DEFAULT_ACCOUNT).unwrap_or_else(|| unreachable!()),
            dev: false,
            root_key: None,
            encrypt: false,
            seal_records: 32_768,
            seal_bytes: 64 << 20,
            seal_age_ms: 300_000,
            tail_bytes: 512 << 20,
            retention_days: None,
            cache_bytes: 512 << 20,
            threads: std::thread::available_parallelism().map_or(2, usize::from).min(16),
            draft_bytes: 384 << 20,
            snapshot_bytes: 64 << 20,
            cold_bytes: 64 << 20,
            segment_bytes: journal::SEGMENT_BYTES_MAX,
            compaction: true,
            worker: None,
            workers: std::thread::available_parallelism().map_or(2, usize::from).min(4),
            query_time: Duration::from_secs(3_600),
            delivery_interval_ms: 60_000,
            digest_interval_ms: 3_600_000,
            lifecycle_interval_ms: 3_600_000,
            delivery_backlog_bytes: 256 << 20,
            outside: None,
            result_bytes: 256 << 20,
            digest_keys: KeySource::Made,
            read_ahead: false,
        }
    }
}

/// What a record in the tail takes beside its bytes, for indexes and fields: about.
pub(crate) const ENTRY_BYTES: usize = 1_024;
/// Blocks of cold State kept in memory, in bytes.
pub(crate) const COLD_CACHE_BYTES: u64 = 32 << 20;
/// Calls that may wait for the writer.
pub(crate) const QUEUE_MAX: usize = 4_096;
/// Calls that go into one frame, and the bytes of their records.
pub(crate) const BATCH_MAX: usize = 1_024;
/// Bytes of records after which a frame takes no further call.
pub(crate) const BATCH_BYTES_MAX: usize = 8 << 20;
/// Bytes of the records of one call: with what a frame held before, they fit into one.
pub(crate) const EFFECT_BYTES_MAX: usize = 32 << 20;
/// Reads that may wait for a reader.
pub(crate) const READS_MAX: usize = 1_024;
/// Threads that wait for SQL: they hardly use the processor themselves.
pub(crate) const QUERIERS: usize = 12;
/// Queries of one account under way, as at AWS.
pub(crate) const QUERIES_PER_ACCOUNT: usize = 10;
/// Queries remembered, and for how long: seven days, as at AWS.
pub(crate) const QUERIES_KEPT_MAX: usize = 1_000;
pub(crate) const QUERY_KEPT_MS: i64 = 7 * 86_400_000;
/// Rows and bytes of one answer.
pub(crate) const QUERY_ROWS_MAX: u64 = 10_000_000;
pub(crate) const QUERY_BYTES_MAX: u64 = 1 << 30;
/// Buckets of one histogram.
pub(crate) const BUCKETS_MAX: usize = 1_000;
/// Values of one facet, or differences, in one answer.
pub(crate) const TOP_MAX: usize = 1_000;
/// Facets counted for one answer.
pub(crate) const FACETS_MAX: usize = 25;
/// Longest value that somebody asks about, in bytes.
pub(crate) const VALUE_BYTES_MAX: usize = 2_048;
/// Sessions in one tree.
pub(crate) const NODES_MAX: usize = 1_000;
/// Records read one by one for one answer, to tell what was touched.
pub(crate) const DETAILS_MAX: usize = 6_000;
/// Rows of each kind in one answer of `Unused`.
pub(crate) const UNUSED_MAX: usize = 1_000;
/// Text of one file of records, in bytes: as at AWS.
pub(crate) const FILE_TEXT_MAX: usize = 50_000_000;
/// Text of all files that are planned at one time, in bytes.
pub(crate) const ROUND_TEXT_MAX: usize = 200_000_000;
/// Bytes of records read at one time.
pub(crate) const ROUND_PAGE_BYTES: usize = 8 << 20;
/// A planned file is tried for so long, as at AWS: thirty days.
pub(crate) const DELIVERY_TRIED_MS: i64 = 30 * 86_400_000;
/// After a refusal a bucket is left alone for so long, and twice as long after the next…
pub(crate) const DELIVERY_PAUSE_MS: i64 = 5_000;
/// …up to this.
pub(crate) const DELIVERY_PAUSE_MS_MAX: i64 = 900_000;
