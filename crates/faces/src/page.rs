//! A page of an answer is bounded in bytes, too: fifty records may weigh a gigabyte.

use engine::{Found, Page, Place};

/// As many rows as fit in `bytes_max`, at least one, and where to go on.
pub(crate) fn bounded(page: Page, bytes_max: usize) -> (Vec<Found>, Option<Place>) {
    let Page { mut rows, next } = page;
    let mut bytes = 0_usize;
    let fits = |row: &&Found| {
        bytes = bytes.saturating_add(row.bytes.len());
        bytes <= bytes_max
    };
    let count = rows.iter().take_while(fits).count().max(1);
    if rows.len() <= count {
        return (rows, next);
    }
    rows.truncate(count);
    let last = rows.last().map(|row| row.place);
    (rows, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AccountId, Origin, RecordId, Seq, Timestamp};

    fn page(lens: &[usize]) -> Page {
        let row = |(seq, len): (u64, &usize)| Found {
            place: Place { time: Timestamp(0), seq: Seq(seq) },
            owner: AccountId::parse("1").unwrap(),
            origin: Origin::Recorded,
            id: RecordId([0; 16]),
            bytes: vec![b' '; *len].into(),
            hidden: false,
        };
        Page { rows: (0..).zip(lens).map(row).collect(), next: None }
    }

    fn cut(lens: &[usize]) -> (usize, Option<u64>) {
        let (rows, next) = bounded(page(lens), 10);
        (rows.len(), next.map(|place| place.seq.0))
    }

    #[test]
    fn ends_where_the_bytes_end() {
        assert_eq!(cut(&[]), (0, None));
        assert_eq!(cut(&[5, 5]), (2, None));
        assert_eq!(cut(&[5, 5, 1]), (2, Some(1)));
        assert_eq!(cut(&[11]), (1, None));
        assert_eq!(cut(&[11, 1]), (1, Some(0)));
    }
}
