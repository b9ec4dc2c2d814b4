//! Lower-case hexadecimal, the only spelling SigV4 knows.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes bytes as lower-case hexadecimal.
pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

/// Reads exactly 64 lower-case digits; upper case is refused, so that a signature has one spelling.
pub(crate) fn decode_32(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (nibble(*high)? << 4) | nibble(*low)?;
    }
    Some(bytes)
}

fn digit(nibble: u8) -> char {
    char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'))
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_wrote() {
        let bytes: [u8; 32] = std::array::from_fn(|index| index as u8 * 8 + 3);
        assert_eq!(decode_32(&encode(&bytes)), Some(bytes));
    }

    #[test]
    fn refuses_other_lengths_upper_case_and_non_digits() {
        let good = "ab".repeat(32);
        assert!(decode_32(&good).is_some());
        assert!(decode_32(&good[1..]).is_none());
        assert!(decode_32(&format!("{good}0")).is_none());
        assert!(decode_32(&good.to_uppercase()).is_none());
        assert!(decode_32(&good.replacen('a', "g", 1)).is_none());
        assert!(decode_32(&"é".repeat(32)).is_none());
    }
}
