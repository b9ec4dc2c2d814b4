//! Bodies in chunks (`aws-chunked`), signed or not, with headers behind them or without.
//!
//! Claims: however the wire cuts a body, the same comes out; no more comes out than came; what a
//! client of another make signs is taken; and whatever is changed of it on the way, what is taken
//! in the end is what was signed, bytes and headers alike.

use crate::bits::Bits;
use crate::client::{AT, Client, KEY_ID, NOW_MS, SCOPE, SECRET};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::net::IpAddr;
use wire::sigv4::{self, ChunkSigner, Promise, SecretKey, Skew};
use wire::{ChunkError, Chunked, Request};

/// What a body is announced as.
const KINDS: [&str; 3] = [
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
];

type Trailers = Vec<(String, String)>;

/// A body as a client means it.
#[derive(Debug, Default)]
struct Meant {
    chunks: Vec<Vec<u8>>,
    trailers: Trailers,
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    let (how, step) = (bits.byte(), usize::from(bits.byte()) + 1);
    let kind = KINDS[usize::from(how >> 1) % KINDS.len()];
    match how & 1 {
        0 => drop(read(kind, bits.0, step)),
        _ => made(kind, &mut bits, step),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let plain: &[u8] = b"b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
    let mut seeds = vec![[&[0, 3], plain].concat()];
    let meant = Meant {
        chunks: vec![b"hello ".to_vec(), b"world".to_vec()],
        trailers: vec![("x-amz-checksum-crc32".to_owned(), "AAAA".to_owned())],
    };
    for (place, kind) in KINDS.into_iter().enumerate() {
        let trailers = Trailers::new();
        let meant = match kind.ends_with("TRAILER") {
            true => &meant,
            false => &Meant { trailers, chunks: meant.chunks.clone() },
        };
        seeds.push([&[place as u8 * 2, 50], &written(kind, meant)[..]].concat());
        // Two chunks and a header, whole; then with a byte changed.
        let (how, meant) = (place as u8 * 2 + 1, b"\x02\x03abc\x02de\x01\x02fg\x01h");
        let made = [&[how, 7], &meant[..]].concat();
        seeds.push(made.clone());
        seeds.push([&made[..], &[0, 0, 90, 1]].concat());
        seeds.push([&made[..], &[1, 1, 20, b'\n']].concat());
    }
    seeds
}

/// Reads a body whole and in pieces.
fn read(kind: &str, wire: &[u8], step: usize) -> Result<(Vec<u8>, Trailers), ChunkError> {
    let (whole, given) = taken(kind, wire, wire.len().max(1));
    let (cut, again) = taken(kind, wire, step);
    assert_eq!((&whole, &given), (&cut, &again), "where it is cut matters");
    assert!(given.len() <= wire.len());
    whole.map(|trailers| (given, trailers))
}

fn taken(kind: &str, wire: &[u8], step: usize) -> (Result<Trailers, ChunkError>, Vec<u8>) {
    let (signer, _) = signer(kind);
    let mut chunked = Chunked::new(signer, kind.ends_with("TRAILER"));
    let mut given = Vec::new();
    for piece in wire.chunks(step) {
        let took = chunked.take(piece, &mut |bytes| {
            given.extend_from_slice(bytes);
            Ok::<(), ChunkError>(())
        });
        if let Err(error) = took {
            return (Err(error), given);
        }
    }
    (chunked.finish(), given)
}

thread_local! {
    static CLIENT: Client = Client::new(SECRET);
    /// The heads of bodies, one of each kind, and their signatures.
    static HEADS: [(Request, String); 3] = KINDS.map(head);
}

fn head(kind: &str) -> (Request, String) {
    let names = "host;x-amz-content-sha256;x-amz-date";
    let canonical = format!(
        "PUT\n/b/k\n\nhost:a\nx-amz-content-sha256:{kind}\nx-amz-date:{AT}\n\n{names}\n{kind}"
    );
    let signature = CLIENT.with(|client| client.signature(&canonical));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={KEY_ID}/{SCOPE}, SignedHeaders={names}, \
         Signature={signature}"
    );
    let headers = [
        ("host", "a"),
        ("x-amz-content-sha256", kind),
        ("x-amz-date", AT),
        ("authorization", &authorization),
    ];
    let header = |(name, text)| {
        (HeaderName::from_static(name), HeaderValue::from_str(text).expect("a header"))
    };
    let headers: HeaderMap = headers.map(header).into_iter().collect();
    let (method, target) = (Method::PUT, "/b/k".to_owned());
    let (body, peer) = (Bytes::new(), IpAddr::from([127, 0, 0, 1]));
    (Request { method, target, headers, body, peer, tls: None }, signature)
}

fn place_of(kind: &str) -> usize {
    KINDS.iter().position(|it| *it == kind).expect("a kind of body")
}

/// What our side checks chunks with, and the signature that they follow.
fn signer(kind: &str) -> (Option<Box<ChunkSigner>>, String) {
    HEADS.with(|heads| {
        let (head, signature) = &heads[place_of(kind)];
        let claimed = sigv4::parse(head).expect("a signature").expect("a claim");
        let secret = SecretKey::new(SECRET.to_owned());
        match claimed.verify_head(head, &secret, NOW_MS, Skew::DEFAULT) {
            Ok((_, Promise::Chunks { signer, .. })) => (signer, signature.clone()),
            other => panic!("the head of another client is not taken: {other:?}"),
        }
    })
}

/// What a client writes.
fn written(kind: &str, meant: &Meant) -> Vec<u8> {
    CLIENT.with(|client| write(client, kind, meant))
}

fn write(client: &Client, kind: &str, meant: &Meant) -> Vec<u8> {
    let (is_signed, has_trailer) = (kind != KINDS[0], kind.ends_with("TRAILER"));
    let mut previous = HEADS.with(|heads| heads[place_of(kind)].1.clone());
    let mut wire = Vec::new();
    for chunk in meant.chunks.iter().map(Vec::as_slice).chain([&b""[..]]) {
        let mut line = format!("{:x}", chunk.len());
        if is_signed {
            previous = client.chunk(&previous, chunk);
            line.extend([";chunk-signature=", &previous]);
        }
        wire.extend([line.as_bytes(), b"\r\n", chunk].concat());
        wire.extend(if chunk.is_empty() { &b""[..] } else { b"\r\n" });
    }
    let lines = |end| -> String {
        meant.trailers.iter().map(|(name, value)| format!("{name}:{value}{end}")).collect()
    };
    wire.extend(lines("\r\n").into_bytes());
    if is_signed && has_trailer {
        let tag = client.trailer(&previous, &lines("\n"));
        wire.extend(format!("x-amz-trailer-signature:{tag}\r\n").into_bytes());
    }
    wire.extend(b"\r\n");
    wire
}

fn made(kind: &str, bits: &mut Bits<'_>, step: usize) {
    let meant = Meant::of(bits, kind.ends_with("TRAILER"));
    let wire = written(kind, &meant);
    let expected = (meant.chunks.concat(), meant.trailers);
    assert_eq!(read(kind, &wire, step).as_ref(), Ok(&expected), "a sound body is not taken");
    let mut changed = wire.clone();
    harm(bits, &mut changed);
    let found = read(kind, &changed, step);
    if kind != KINDS[0] {
        assert!(found.is_err() || found == Ok(expected), "what nobody signed is taken: {found:?}");
    }
}

impl Meant {
    fn of(bits: &mut Bits<'_>, has_trailer: bool) -> Self {
        let piece = |bits: &mut Bits<'_>| {
            let len = usize::from(bits.byte());
            bits.take(len).to_vec()
        };
        let chunks =
            (0..bits.byte() % 6).map(|_| piece(bits)).filter(|it| !it.is_empty()).collect();
        let count = if has_trailer { bits.byte() % 4 } else { 0 };
        let word = |bytes: &[u8]| -> String {
            let letters = bytes.iter().take(40).map(|byte| char::from(b'a' + byte % 26));
            letters.collect()
        };
        let mut trailer = || (format!("x-{}", word(&piece(bits))), word(&piece(bits)));
        Self { chunks, trailers: (0..count).map(|_| trailer()).collect() }
    }
}

/// Bytes are changed, put in, taken out, doubled, or put behind.
fn harm(bits: &mut Bits<'_>, wire: &mut Vec<u8>) {
    while !bits.is_over() && !wire.is_empty() {
        let (how, at) = (bits.byte(), bits.word() % wire.len());
        match how % 6 {
            0 => wire[at] ^= bits.byte(),
            1 => wire.insert(at, bits.byte()),
            2 => drop(wire.remove(at)),
            3 => wire.truncate(at),
            4 => {
                let piece = wire[at..].to_vec();
                wire.extend(piece);
                wire.truncate(1 << 16);
            }
            _ => {
                // Whole lines, where lines begin.
                let lines: Vec<usize> =
                    (0..wire.len()).filter(|at| *at == 0 || wire[at - 1] == b'\n').collect();
                let len = usize::from(bits.byte() % 40);
                let line = [bits.take(len), b"\r\n"].concat();
                let place = lines[at % lines.len()];
                wire.splice(place..place, line);
            }
        }
    }
}
