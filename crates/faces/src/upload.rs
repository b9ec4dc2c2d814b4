//! Bodies that are on disk before anybody is told of them: taken in as they come, checked against
//! all that was promised, and dropped where a promise is not kept.

use crate::fault;
use crate::s3::Code;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use engine::{Engine, StagedBody, Staging};
use model::resource::{BodyRef, Checksum, ChecksumAlgorithm, ChecksumKind, Encryption, Object};
use std::collections::BTreeMap;
use wire::sigv4::Promise;
use wire::{ChunkError, Chunked, Fault, Protocol, Request};

/// Most bytes of one body; AWS's limit too.
const BODY_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// What S3 computes of every object.
const DEFAULT: ChecksumAlgorithm = ChecksumAlgorithm::Crc64Nvme;

/// Whose bytes a body is, and how they are encrypted. It is settled when the head of a request is
/// known, and holds from then on whatever becomes of the bucket's settings meanwhile.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// The bucket's name.
    pub(crate) bucket: String,
    /// The object's key.
    pub(crate) key: String,
    /// How the object is encrypted.
    pub(crate) encryption: Encryption,
    /// What is computed of it besides S3's own checksum and the one that comes along.
    pub(crate) checksum: Option<ChecksumAlgorithm>,
}

impl Keeping {
    /// Begins to take bytes in; `demanded`: the checksum that comes with them.
    pub(crate) fn begin(
        &self,
        engine: &Engine,
        demanded: Option<ChecksumAlgorithm>,
    ) -> Result<Staging, engine::Error> {
        let mut asked = vec![DEFAULT];
        asked.extend(demanded.into_iter().chain(self.checksum));
        asked.sort_unstable();
        asked.dedup();
        engine.stage(&asked)
    }

    /// Makes a body durable.
    pub(crate) fn finish(self, staging: Staging) -> Result<Received, engine::Error> {
        let body = staging.finish_for(&self.bucket, &self.key, &self.encryption)?;
        Ok(Received { body, demanded: None, encryption: self.encryption, source: None })
    }
}

/// A body that was taken in. It must live until the commit that names it is answered.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) body: StagedBody,
    /// The checksum that came with it.
    pub(crate) demanded: Option<ChecksumAlgorithm>,
    /// How it is encrypted.
    pub(crate) encryption: Encryption,
    /// The version that it was copied from, if it was.
    pub(crate) source: Option<Box<Object>>,
}

/// A body that was taken in, checked and synced, and belongs to nothing yet.
#[derive(Debug)]
pub struct Staged {
    /// Length in the clear, in bytes.
    pub(crate) size: u64,
    /// MD5 in hex.
    pub(crate) etag: String,
    /// What was computed, in base64.
    checksums: BTreeMap<ChecksumAlgorithm, String>,
    /// The checksum that the client sent along.
    demanded: Option<ChecksumAlgorithm>,
    /// Where the bytes are; `None` where there are none.
    pub(crate) body: Option<BodyRef>,
    /// How they are encrypted.
    pub(crate) encryption: Encryption,
    /// The version that they were copied from, if they were: whatever is said of the copy is said
    /// of this one, though its key may name another by now.
    pub(crate) source: Option<Box<Object>>,
}

impl Staged {
    /// What was taken in.
    pub(crate) fn of(received: &Received) -> Self {
        let staged = &received.body;
        Self {
            size: staged.size,
            etag: model::hex(&staged.md5),
            checksums: staged.checksums.clone(),
            demanded: received.demanded,
            body: staged.body.clone(),
            encryption: received.encryption.clone(),
            source: received.source.clone(),
        }
    }

    /// The checksum that is kept with an object: the one sent along, or S3's own.
    pub(crate) fn checksum(&self) -> Option<Checksum> {
        self.checksum_by(self.demanded.unwrap_or(DEFAULT))
    }

    /// The checksum by one algorithm, where it was computed.
    pub(crate) fn checksum_by(&self, algorithm: ChecksumAlgorithm) -> Option<Checksum> {
        let value = self.checksums.get(&algorithm)?.clone();
        Some(Checksum { algorithm, value, kind: ChecksumKind::FullObject })
    }
}

/// What a request's head promises of its body, besides its signature.
#[derive(Clone, Debug, Default)]
struct Demands {
    md5: Option<[u8; 16]>,
    /// The value stands in the head, or comes in the trailer.
    checksum: Option<(ChecksumAlgorithm, Option<String>)>,
    /// Length in the clear.
    bytes: Option<u64>,
}

impl Demands {
    /// Of the checksum that comes along.
    fn algorithm(&self) -> Option<ChecksumAlgorithm> {
        self.checksum.as_ref().map(|(algorithm, _)| *algorithm)
    }

    fn read(head: &Request, promise: &Promise) -> Result<Self, Fault> {
        let md5 = head.header("content-md5").map(|text| {
            let bytes = BASE64_STANDARD.decode(text).ok().and_then(|it| it.try_into().ok());
            bytes.ok_or_else(|| Fault::from(Code::InvalidDigest.error()))
        });
        let is_chunked = matches!(promise, Promise::Chunks { .. });
        let length = if is_chunked { "x-amz-decoded-content-length" } else { "content-length" };
        let bytes: Option<u64> = head.header(length).and_then(|text| text.parse().ok());
        if is_chunked && bytes.is_none() {
            return Err(Code::MissingContentLength.error().into());
        }
        if bytes.is_some_and(|bytes| bytes > BODY_BYTES_MAX) {
            return Err(Code::EntityTooLarge.error().into());
        }
        let demands = Self { md5: md5.transpose()?, checksum: checksum(head)?, bytes };
        match demands.md5.is_none() && demands.checksum.is_none() && locks(head) {
            true => Err(Code::InvalidRequest.says(LOCKED_UNCHECKED).into()),
            false => Ok(demands),
        }
    }
}

/// What is kept for years must be what was meant.
const LOCKED_UNCHECKED: &str = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put \
    Object requests with Object Lock parameters";

fn locks(head: &Request) -> bool {
    let is_put = head.method.as_str() == "PUT" && !head.headers.contains_key("x-amz-copy-source");
    is_put && head.headers.keys().any(|name| name.as_str().starts_with("x-amz-object-lock-"))
}

/// The checksum that a request sends along: once at most.
fn checksum(head: &Request) -> Result<Option<(ChecksumAlgorithm, Option<String>)>, Fault> {
    let in_head = head.headers.keys().filter_map(|name| {
        let algorithm = crate::s3::checksum::of_header(name.as_str())?;
        Some((algorithm, head.header(name.as_str()).map(str::to_owned)))
    });
    let trailer = head.header("x-amz-trailer").and_then(crate::s3::checksum::of_header);
    let mut all = in_head.chain(trailer.map(|algorithm| (algorithm, None)));
    match (all.next(), all.next()) {
        (_, Some(_)) => Err(Code::InvalidRequest
            .says(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not \
                 allowed.",
            )
            .into()),
        (found, None) => Ok(found),
    }
}

/// A body on its way in.
#[derive(Debug)]
pub(crate) struct Intake {
    staging: Staging,
    chunked: Option<Chunked>,
    hash: Option<[u8; 32]>,
    demands: Demands,
    keeping: Keeping,
}

/// Why a body is not taken.
#[derive(Debug)]
enum Halt {
    Chunks(ChunkError),
    Engine(engine::Error),
}

impl From<ChunkError> for Halt {
    fn from(error: ChunkError) -> Self {
        Self::Chunks(error)
    }
}

impl From<Halt> for Fault {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Chunks(ChunkError::Signature) => {
                wire::sigv4::Error::SignatureMismatch.fault(Protocol::RestXml)
            }
            Halt::Chunks(ChunkError::Incomplete) => Code::IncompleteBody.error().into(),
            Halt::Chunks(ChunkError::Malformed) => {
                Code::InvalidRequest.says("The chunks of the body are not well formed").into()
            }
            Halt::Engine(error) => fault::of_engine(Protocol::RestXml, &error),
        }
    }
}

impl Intake {
    /// Makes ready for a body.
    pub(crate) fn begin(
        engine: &Engine,
        head: &Request,
        promise: Promise,
        keeping: Keeping,
    ) -> Result<Self, Fault> {
        let demands = Demands::read(head, &promise)?;
        let staging = keeping.begin(engine, demands.algorithm()).map_err(Halt::Engine)?;
        let (chunked, hash) = match promise {
            Promise::Hash(hash) => (None, Some(hash)),
            Promise::Nothing => (None, None),
            Promise::Chunks { signer, has_trailer } => {
                (Some(Chunked::new(signer, has_trailer)), None)
            }
        };
        Ok(Self { staging, chunked, hash, demands, keeping })
    }

    /// Takes what came.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let Self { staging, chunked, .. } = self;
        let mut give = |piece: &[u8]| staging.write(piece).map_err(Halt::Engine);
        let taken = match chunked {
            Some(chunked) => chunked.take(bytes, &mut give),
            None => give(bytes),
        };
        taken?;
        let most = self.demands.bytes.unwrap_or(BODY_BYTES_MAX);
        match self.staging.size() > most {
            true if most == BODY_BYTES_MAX => Err(Code::EntityTooLarge.error().into()),
            true => Err(Code::IncompleteBody.error().into()),
            false => Ok(()),
        }
    }

    /// The body, durable and as promised. May wait for the disk.
    pub(crate) fn finish(self) -> Result<Received, Fault> {
        let Self { staging, chunked, hash, demands, keeping } = self;
        let trailers = chunked.map(Chunked::finish).transpose().map_err(Halt::Chunks)?;
        if demands.bytes.is_some_and(|bytes| bytes != staging.size()) {
            return Err(Code::IncompleteBody.error().into());
        }
        let received = keeping.finish(staging).map_err(Halt::Engine)?;
        let staged = &received.body;
        if hash.is_some_and(|hash| hash != staged.sha256) {
            return Err(wire::sigv4::Error::PayloadMismatch.fault(Protocol::RestXml));
        }
        if demands.md5.is_some_and(|md5| md5 != staged.md5) {
            return Err(Code::BadDigest.error().into());
        }
        let demanded = demands.algorithm();
        if let Some(demand) = demands.checksum {
            verify(&staged.checksums, demand, &trailers.unwrap_or_default())?;
        }
        Ok(Received { demanded, ..received })
    }
}

/// Checks a body that came whole and is no object's against what its head says of it.
/// `must_say`: it must say something.
pub(crate) fn check_whole(request: &Request, must_say: bool) -> Result<(), Fault> {
    let Demands { md5, checksum, .. } = Demands::read(request, &Promise::Nothing)?;
    if must_say && md5.is_none() && checksum.is_none() {
        return Err(Code::InvalidRequest
            .says("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
            .into());
    }
    let asked: Vec<ChecksumAlgorithm> = checksum.iter().map(|(it, _)| *it).collect();
    let sums = engine::sums_of(&request.body, &asked);
    if md5.is_some_and(|md5| md5 != sums.md5) {
        return Err(Code::BadDigest.error().into());
    }
    checksum.map_or(Ok(()), |demand| verify(&sums.checksums, demand, &[]))
}

fn verify(
    found: &BTreeMap<ChecksumAlgorithm, String>,
    (algorithm, value): (ChecksumAlgorithm, Option<String>),
    trailers: &[(String, String)],
) -> Result<(), Fault> {
    let in_trailer = || {
        let is_it = |name: &str| crate::s3::checksum::of_header(name) == Some(algorithm);
        trailers.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.clone())
    };
    let name = crate::s3::checksum::name(algorithm);
    let Some(value) = value.or_else(in_trailer) else {
        let words = "the trailer that was announced did not come";
        return Err(Code::InvalidRequest.says(words).into());
    };
    if BASE64_STANDARD.decode(&value).is_err() {
        let words = format!("Value for x-amz-checksum-{} header is invalid.", name.to_lowercase());
        return Err(Code::InvalidRequest.says(words).into());
    }
    match found.get(&algorithm) {
        Some(found) if *found == value => Ok(()),
        _ => Err(Code::BadDigest
            .says(format!("The {name} you specified did not match the calculated checksum."))
            .into()),
    }
}
