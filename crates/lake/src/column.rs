//! Columns of codes: one small number a row.

use crate::bits::Packed;
use crate::draft::ROWS_MAX;
use crate::error::Corrupt;
use crate::varint::{self, Reader};
use model::{Field, json};
use std::borrow::Cow;

/// A column that a part may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Field(Field),
    Username,
    Kinds,
    Flags,
    Shape,
    /// Which event data stores hold the record.
    Stores,
}

impl Column {
    /// The number that stands for the column on disk.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Field(field) => field as u8,
            Self::Username => 64,
            Self::Kinds => 65,
            Self::Flags => 66,
            Self::Shape => 67,
            Self::Stores => 68,
        }
    }

    /// A stored value as text. Fields keep the record's spelling, escapes included; what was
    /// derived from records has none.
    pub(crate) fn text(self, stored: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Field(_) => json::unescape(stored),
            _ => std::str::from_utf8(stored).ok().map(Cow::Borrowed),
        }
    }

    /// Whether people look rows up by it, so that rare values get lists of rows.
    pub(crate) const fn indexed(self) -> bool {
        matches!(
            self,
            Self::Username
                | Self::Kinds
                | Self::Stores
                | Self::Field(
                    Field::EventName
                        | Field::EventSource
                        | Field::AccessKeyId
                        | Field::SourceIp
                        | Field::IdentityArn
                        | Field::IssuedKey
                        | Field::ErrorCode
                        | Field::AwsRegion
                        | Field::IssuerUserName
                )
        )
    }
}

/// Stands between the resource types of a row: no text holds this byte.
pub(crate) const BETWEEN_KINDS: u8 = 0xff;

/// Whether a field's values stay in columns even where they hardly repeat: those that questions
/// are asked about, for they are looked for in columns only.
pub(crate) const fn always_coded(field: Field) -> bool {
    Column::Field(field).indexed()
        || matches!(
            field,
            Field::PrincipalId
                | Field::RecipientAccount
                | Field::IssuerArn
                | Field::IdentityAccount
                | Field::UserName
                | Field::InvokedBy
                | Field::SourceIdentity
        )
}

const PACKED: u8 = 0;
const PLANES: u8 = 1;

/// Two ways to write a column; the second compresses where values are skewed.
pub(crate) fn encode_planes(codes: &[u32]) -> Vec<u8> {
    let most = codes.iter().copied().max().unwrap_or(0);
    let planes = (32 - most.leading_zeros()).div_ceil(8);
    let mut out = Vec::with_capacity(codes.len() * planes as usize + 8);
    out.push(PLANES);
    out.push(planes as u8);
    varint::put(&mut out, codes.len() as u64);
    for plane in 0..planes {
        out.extend(codes.iter().map(|code| (code >> (8 * plane)) as u8));
    }
    out
}

pub(crate) fn encode_packed(codes: &[u32]) -> Vec<u8> {
    let mut out = vec![PACKED];
    Packed::of_codes(codes).encode(&mut out);
    out
}

pub(crate) fn decode(raw: &[u8]) -> Result<Packed, Corrupt> {
    match raw.split_first() {
        Some((&PACKED, rest)) => Packed::decode(rest),
        Some((&PLANES, rest)) => decode_planes(rest),
        _ => Err(Corrupt("unknown form of a column")),
    }
}

fn decode_planes(raw: &[u8]) -> Result<Packed, Corrupt> {
    let mut reader = Reader(raw);
    let planes = usize::from(*reader.take(1)?.first().ok_or(Corrupt("no planes"))?);
    let len = reader.size()?;
    // Without planes all codes are 0, and nothing else would bound how many.
    if planes > 4 || len > ROWS_MAX || len.checked_mul(planes) != Some(reader.0.len()) {
        return Err(Corrupt("column of a wrong length"));
    }
    let mut codes = vec![0u32; len];
    for plane in 0..planes {
        let bytes = reader.take(len)?;
        for (code, byte) in codes.iter_mut().zip(bytes) {
            *code |= u32::from(*byte) << (8 * plane);
        }
    }
    Ok(Packed::of_codes(&codes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_come_back() {
        for most in [0u32, 1, 255, 256, 70_000, u32::MAX] {
            let codes: Vec<u32> =
                (0..1_000u32).map(|n| n.wrapping_mul(2_654_435_761) & most).collect();
            for raw in [encode_planes(&codes), encode_packed(&codes)] {
                let packed = decode(&raw).unwrap();
                let back: Vec<u32> = (0..packed.len()).map(|n| packed.at(n) as u32).collect();
                assert_eq!(back, codes);
            }
        }
        assert!(decode(&[PLANES, 9, 1]).is_err());
        assert!(decode(&[PLANES, 0, 0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
        assert!(decode(&[]).is_err());
    }
}
