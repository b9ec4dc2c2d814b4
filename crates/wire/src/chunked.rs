//! `aws-chunked`: a body in chunks, each with its length and perhaps its signature before it, and
//! perhaps headers behind the last one.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>

use ring::digest::{Context, SHA256};

use crate::hex;
use crate::limits::{CHUNK_BYTES_MAX, CHUNK_LINE_BYTES_MAX};
use crate::sigv4::ChunkSigner;

/// Why a body is not the body that was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// A length, a line end or a trailer is not where it should be.
    #[error("the chunks are not well formed")]
    Malformed,
    /// A chunk or the trailer has another signature.
    #[error("the signature of a chunk does not match")]
    Signature,
    /// The body ended before its last chunk.
    #[error("the body ended before its last chunk")]
    Incomplete,
}

/// Takes a body as it comes from the wire and gives its bytes.
#[derive(Debug)]
pub struct Chunked {
    signer: Option<Box<ChunkSigner>>,
    has_trailer: bool,
    expects: Expects,
    line: Vec<u8>,
    trailers: Vec<(String, String)>,
    /// The trailer as it is signed.
    signed: Vec<u8>,
    is_proved: bool,
}

enum Expects {
    /// The line before a chunk.
    Head,
    Data {
        left: u64,
        chunk: Box<Chunk>,
    },
    /// The end of the line behind a chunk.
    LineEnd,
    /// Headers, or the empty line that ends the body.
    Trailer,
    Nothing,
}

/// What is known of a chunk whose bytes are coming.
struct Chunk {
    hash: Context,
    signature: Option<[u8; 32]>,
}

impl std::fmt::Debug for Expects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Head => "Head",
            Self::Data { .. } => "Data",
            Self::LineEnd => "LineEnd",
            Self::Trailer => "Trailer",
            Self::Nothing => "Nothing",
        })
    }
}

impl Chunked {
    /// A body that is about to come.
    pub fn new(signer: Option<Box<ChunkSigner>>, has_trailer: bool) -> Self {
        Self {
            is_proved: signer.is_none() || !has_trailer,
            signer,
            has_trailer,
            expects: Expects::Head,
            line: Vec::new(),
            trailers: Vec::new(),
            signed: Vec::new(),
        }
    }

    /// Takes what came; `give` gets the bytes of the body in it, in pieces. They are proved when
    /// [`Chunked::finish`] says so, not before.
    pub fn take<E: From<ChunkError>>(
        &mut self,
        mut bytes: &[u8],
        give: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        while !bytes.is_empty() {
            if let Expects::Data { left, chunk } = &mut self.expects {
                let here = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                let (piece, rest) = bytes.split_at(here);
                chunk.hash.update(piece);
                *left -= here as u64;
                bytes = rest;
                give(piece)?;
                if *left == 0 {
                    self.end_chunk()?;
                }
            } else {
                bytes = self.take_line(bytes)?;
            }
        }
        Ok(())
    }

    /// The headers behind the last chunk; each name in lower case.
    ///
    /// # Errors
    /// Where the body is not over, or its trailer not proved.
    pub fn finish(self) -> Result<Vec<(String, String)>, ChunkError> {
        match self.expects {
            Expects::Nothing if self.is_proved => Ok(self.trailers),
            Expects::Nothing => Err(ChunkError::Signature),
            _ => Err(ChunkError::Incomplete),
        }
    }

    /// Collects a line; gives what is behind it.
    fn take_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], ChunkError> {
        if matches!(self.expects, Expects::Nothing) {
            return Err(ChunkError::Malformed);
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (line, rest) = bytes.split_at(end.map_or(bytes.len(), |at| at + 1));
        self.line.extend_from_slice(line);
        if self.line.len() > CHUNK_LINE_BYTES_MAX {
            return Err(ChunkError::Malformed);
        }
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            self.read_line(str::from_utf8(text).map_err(|_| ChunkError::Malformed)?)?;
        }
        Ok(rest)
    }

    fn read_line(&mut self, line: &str) -> Result<(), ChunkError> {
        match self.expects {
            Expects::Head => self.begin_chunk(line),
            Expects::LineEnd if line.is_empty() => {
                self.expects = Expects::Head;
                Ok(())
            }
            Expects::Trailer => self.read_trailer(line),
            _ => Err(ChunkError::Malformed),
        }
    }

    fn begin_chunk(&mut self, line: &str) -> Result<(), ChunkError> {
        let (len, extension) = line.split_once(';').unwrap_or((line, ""));
        let is_hex = !len.is_empty() && len.bytes().all(|byte| byte.is_ascii_hexdigit());
        let left = u64::from_str_radix(len, 16).ok().filter(|_| is_hex);
        let left = left.filter(|left| *left <= CHUNK_BYTES_MAX).ok_or(ChunkError::Malformed)?;
        let signature = extension.strip_prefix("chunk-signature=").and_then(hex::decode_32);
        if self.signer.is_some() && signature.is_none() {
            return Err(ChunkError::Signature);
        }
        let chunk = Box::new(Chunk { hash: Context::new(&SHA256), signature });
        self.expects = Expects::Data { left, chunk };
        if left == 0 { self.end_chunk() } else { Ok(()) }
    }

    /// The bytes of a chunk are all here.
    fn end_chunk(&mut self) -> Result<(), ChunkError> {
        let expects = std::mem::replace(&mut self.expects, Expects::LineEnd);
        let Expects::Data { chunk, .. } = expects else {
            return Err(ChunkError::Malformed);
        };
        if self.is_last(*chunk)? {
            self.expects = Expects::Trailer;
        }
        Ok(())
    }

    /// Proves a chunk; the one without bytes is the last.
    fn is_last(&mut self, Chunk { hash, signature }: Chunk) -> Result<bool, ChunkError> {
        let digest = hash.finish();
        let is_empty = digest.as_ref() == ring::digest::digest(&SHA256, b"").as_ref();
        if let (Some(signer), Some(signature)) = (&mut self.signer, signature)
            && !signer.is_next(&hex::encode(digest.as_ref()), &signature)
        {
            return Err(ChunkError::Signature);
        }
        Ok(is_empty)
    }

    fn read_trailer(&mut self, line: &str) -> Result<(), ChunkError> {
        if line.is_empty() {
            self.expects = Expects::Nothing;
            return Ok(());
        }
        let (name, value) = line.split_once(':').ok_or(ChunkError::Malformed)?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        // Behind the signature of a trailer nothing is signed.
        let is_closed = self.signer.is_some() && self.is_proved;
        if !self.has_trailer || is_closed {
            return Err(ChunkError::Malformed);
        }
        if name == "x-amz-trailer-signature" {
            return self.prove_trailer(value);
        }
        if self.signed.len() > CHUNK_LINE_BYTES_MAX {
            return Err(ChunkError::Malformed);
        }
        self.signed.extend_from_slice(format!("{name}:{value}\n").as_bytes());
        self.trailers.push((name, value.to_owned()));
        Ok(())
    }

    fn prove_trailer(&mut self, signature: &str) -> Result<(), ChunkError> {
        let signature = hex::decode_32(signature).ok_or(ChunkError::Signature)?;
        let Some(signer) = &mut self.signer else {
            return Err(ChunkError::Malformed);
        };
        self.is_proved = signer.is_trailer(&self.signed, &signature);
        if self.is_proved { Ok(()) } else { Err(ChunkError::Signature) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::hmac::{HMAC_SHA256, Key};

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn signer() -> ChunkSigner {
        crate::sigv4::chunk_signer_for_tests(Key::new(HMAC_SHA256, b"k"))
    }

    /// The body in signed chunks, with a trailer.
    fn body(chunks: &[&[u8]], trailer: &str) -> Vec<u8> {
        let (mut out, mut signer) = (Vec::new(), signer());
        for chunk in chunks.iter().chain([&&b""[..]]) {
            let hash = crate::sha256(chunk);
            let hash = hex::encode(&hash);
            let tag = signer.sign("AWS4-HMAC-SHA256-PAYLOAD", &format!("{EMPTY}\n{hash}"));
            assert!(signer.is_next(&hash, &hex::decode_32(&tag).unwrap()));
            out.extend_from_slice(
                format!("{:x};chunk-signature={tag}\r\n", chunk.len()).as_bytes(),
            );
            out.extend_from_slice(chunk);
            if !chunk.is_empty() {
                out.extend_from_slice(b"\r\n");
            }
        }
        if !trailer.is_empty() {
            let hash = hex::encode(&crate::sha256(format!("{trailer}\n").as_bytes()));
            let tag = signer.sign("AWS4-HMAC-SHA256-TRAILER", &hash);
            let line = format!("{trailer}\r\nx-amz-trailer-signature:{tag}\r\n");
            out.extend_from_slice(line.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out
    }

    type Read = Result<(Vec<u8>, Vec<(String, String)>), ChunkError>;

    fn read(mut chunked: Chunked, wire: &[u8], step: usize) -> Read {
        let mut out = Vec::new();
        for piece in wire.chunks(step) {
            chunked.take(piece, &mut |bytes| {
                out.extend_from_slice(bytes);
                Ok::<(), ChunkError>(())
            })?;
        }
        Ok((out, chunked.finish()?))
    }

    #[test]
    fn bytes_come_out_however_they_arrive() {
        let wire = body(&[b"hello ", b"world"], "x-amz-checksum-crc32:AAAA");
        for step in [1, 2, 7, 64, wire.len()] {
            let (out, trailers) =
                read(Chunked::new(Some(Box::new(signer())), true), &wire, step).unwrap();
            assert_eq!(out, b"hello world");
            assert_eq!(trailers, [("x-amz-checksum-crc32".to_owned(), "AAAA".to_owned())]);
        }
        let wire = body(&[], "");
        assert_eq!(read(Chunked::new(Some(Box::new(signer())), false), &wire, 3).unwrap().0, b"");
        let plain = b"b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:A\r\n\r\n";
        assert_eq!(read(Chunked::new(None, true), plain, 5).unwrap().0, b"hello world");
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let wire = body(&[b"hello ", b"world"], "x-amz-checksum-crc32:AAAA");
        let whole = read(Chunked::new(Some(Box::new(signer())), true), &wire, 64);
        for at in 0..wire.len() {
            let mut changed = wire.clone();
            changed[at] ^= 1;
            let read = read(Chunked::new(Some(Box::new(signer())), true), &changed, 64);
            // A carriage return may go missing: the line ends at its line feed.
            assert!(read.is_err() || (wire[at] == b'\r' && read == whole), "byte {at}");
        }
    }

    #[test]
    fn a_body_that_ends_early_or_goes_on_is_refused() {
        let wire = body(&[b"hello"], "x-amz-checksum-crc32:AAAA");
        for len in 0..wire.len() {
            assert!(
                read(Chunked::new(Some(Box::new(signer())), true), &wire[..len], 64).is_err(),
                "{len}"
            );
        }
        for more in ["x\n", "x", "\r", "\n"] {
            let longer = [&wire, more.as_bytes()].concat();
            let read = read(Chunked::new(Some(Box::new(signer())), true), &longer, 64);
            assert_eq!(read, Err(ChunkError::Malformed), "{more:?}");
        }
    }

    #[test]
    fn a_trailer_must_be_signed_where_chunks_are() {
        let wire = body(&[b"hello"], "x-amz-checksum-crc32:AAAA");
        let text = String::from_utf8(wire).unwrap();
        let at = text.find("x-amz-trailer-signature").unwrap();
        let unsigned = format!("{}\r\n", &text[..at]);
        let read = read(Chunked::new(Some(Box::new(signer())), true), unsigned.as_bytes(), 64);
        assert_eq!(read, Err(ChunkError::Signature));
    }

    #[test]
    fn nothing_is_taken_behind_the_signature_of_a_trailer() {
        let wire = body(&[b"hello"], "x-amz-checksum-crc32:AAAA");
        let text = String::from_utf8(wire).unwrap();
        let end = text.len() - 2;
        let signed = text[text.find("x-amz-trailer-signature").unwrap()..end].to_owned();
        for more in ["x-amz-checksum-sha256:BBBB\r\n", &signed] {
            let longer = format!("{}{more}\r\n", &text[..end]);
            let read = read(Chunked::new(Some(Box::new(signer())), true), longer.as_bytes(), 64);
            assert_eq!(read, Err(ChunkError::Malformed), "{more}");
        }
    }

    #[test]
    fn lengths_and_lines_are_bounded() {
        let bomb = format!("{:x}\r\n", CHUNK_BYTES_MAX + 1);
        assert!(read(Chunked::new(None, false), bomb.as_bytes(), 64).is_err());
        let line = vec![b'0'; CHUNK_LINE_BYTES_MAX + 1];
        assert!(read(Chunked::new(None, false), &line, 64).is_err());
        assert!(read(Chunked::new(None, false), b"+5\r\nhello\r\n", 64).is_err());
    }
}
