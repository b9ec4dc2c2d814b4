//! Blocks: what is left of some consecutive rows when shapes and codes are taken out.

use crate::error::Corrupt;
use crate::format::RATIO_MAX;
use crate::varint::{self, Reader};

/// Rows of a block. Few enough that one record costs little, many enough to compress.
pub(crate) const BLOCK_ROWS: usize = 128;
/// Compression level. Blocks are 3 to 5 % smaller than at level 1, for a third more of the
/// compressor's time; level 3 would save another 1 % and take more than twice as long.
pub(crate) const LEVEL: i32 = 2;
/// Largest block taken, decoded: the longest records (16 MiB), with some bytes to take them apart.
const BLOCK_MAX: usize = BLOCK_ROWS * (17 << 20);

/// A block while rows are added.
#[derive(Debug, Default)]
pub(crate) struct OpenBlock {
    rows: usize,
    heads: Vec<u8>,
    text: Vec<u8>,
    uuids: Vec<u8>,
}

impl OpenBlock {
    /// Adds a row, whose text `write` puts behind what it is given.
    pub(crate) fn push(
        &mut self,
        uuids: &[u8],
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), Corrupt>,
    ) -> Result<(), Corrupt> {
        let start = self.text.len();
        write(&mut self.text)?;
        varint::put(&mut self.heads, (self.text.len() - start) as u64);
        varint::put(&mut self.heads, uuids.len() as u64 / 16);
        self.uuids.extend_from_slice(uuids);
        self.rows += 1;
        Ok(())
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.rows >= BLOCK_ROWS
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes the block behind `out` and empties it.
    pub(crate) fn close(
        &mut self,
        compressor: &mut zstd::bulk::Compressor<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Corrupt> {
        self.heads.append(&mut self.text);
        let packed = compressor.compress(&self.heads).map_err(|_| Corrupt("block too large"))?;
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        varint::put(out, self.rows as u64);
        varint::put(out, self.heads.len() as u64);
        varint::put_bytes(out, &packed);
        out.append(&mut self.uuids);
        let crc = crc32c::crc32c(out.get(start + 4..).unwrap_or_default());
        if let Some(slot) = out.get_mut(start..start + 4) {
            slot.copy_from_slice(&crc.to_le_bytes());
        }
        self.heads.clear();
        self.rows = 0;
        Ok(())
    }
}

/// A block, decoded.
#[derive(Debug)]
pub(crate) struct Block {
    text: Vec<u8>,
    uuids: Vec<u8>,
    /// Where the text and the UUIDs of each row end.
    ends: Vec<(u32, u32)>,
}

impl Block {
    pub(crate) fn decode(
        stored: &[u8],
        decompressor: &mut zstd::bulk::Decompressor<'_>,
    ) -> Result<Self, Corrupt> {
        let (crc, rest) = stored.split_at_checked(4).ok_or(Corrupt("block cut off"))?;
        if crc != crc32c::crc32c(rest).to_le_bytes() {
            return Err(Corrupt("a block's checksum does not match"));
        }
        let mut reader = Reader(rest);
        let (rows, raw, packed) = (reader.size()?, reader.size()?, reader.bytes()?);
        if raw > BLOCK_MAX || rows > BLOCK_ROWS || raw / RATIO_MAX > packed.len() {
            return Err(Corrupt("block too large"));
        }
        let text = decompressor
            .decompress(packed, raw)
            .map_err(|_| Corrupt("a block does not decompress"))?;
        Self::split(text, reader.0.to_vec(), rows)
    }

    fn split(mut text: Vec<u8>, uuids: Vec<u8>, rows: usize) -> Result<Self, Corrupt> {
        let mut reader = Reader(&text);
        let mut ends = Vec::with_capacity(rows);
        let (mut text_end, mut uuid_end) = (0u32, 0u32);
        for _ in 0..rows {
            let sizes = (reader.number()?, reader.number()?);
            text_end = text_end.saturating_add(u32::try_from(sizes.0).unwrap_or(u32::MAX));
            uuid_end = uuid_end
                .saturating_add(u32::try_from(sizes.1.saturating_mul(16)).unwrap_or(u32::MAX));
            ends.push((text_end, uuid_end));
        }
        let heads = text.len() - reader.0.len();
        text.drain(..heads);
        if text_end as usize != text.len() || uuid_end as usize != uuids.len() {
            return Err(Corrupt("a block of a wrong length"));
        }
        Ok(Self { text, uuids, ends })
    }

    /// The text and the UUIDs of a row, by its place in the block.
    pub(crate) fn row(&self, place: usize) -> Result<(&[u8], &[u8]), Corrupt> {
        let missing = Corrupt("a row outside its block");
        let end = self.ends.get(place).ok_or(missing)?;
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before).ok_or(missing)?,
            None => (0, 0),
        };
        let text = self.text.get(start.0 as usize..end.0 as usize).ok_or(missing)?;
        let uuids = self.uuids.get(start.1 as usize..end.1 as usize).ok_or(missing)?;
        Ok((text, uuids))
    }

    /// The texts of all rows, one behind the other.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The place of the row in whose text the byte at `offset` stands.
    pub(crate) fn place_at(&self, offset: usize) -> Option<usize> {
        let place = self.ends.partition_point(|end| end.0 as usize <= offset);
        (place < self.ends.len()).then_some(place)
    }

    pub(crate) fn weight(&self) -> usize {
        self.text.len() + self.uuids.len() + self.ends.len() * 8
    }
}
