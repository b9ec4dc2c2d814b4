//! Answers of several searches read as one: newest first, each record once, page by page.

use crate::complaint::Complaint;
use crate::reach::Reach;
use engine::{Found, Page, Place, Search};
use std::collections::VecDeque;

/// Rows asked for at a time.
const PAGE_ROWS: usize = 1_000;

/// Whoever can answer a search.
pub(crate) trait Answers {
    /// One page.
    fn page(&self, search: &Search) -> Result<Page, Complaint>;
}

impl Answers for Reach {
    fn page(&self, search: &Search) -> Result<Page, Complaint> {
        self.search(search)
    }
}

/// Reads on as long as there is something.
pub(crate) struct Reading<'a, A> {
    answers: &'a A,
    streams: Vec<Stream>,
    page_rows: usize,
}

/// One search, and what of it was read ahead.
struct Stream {
    search: Search,
    ahead: VecDeque<Found>,
    done: bool,
}

impl<'a, A: Answers> Reading<'a, A> {
    /// Starts at the newest record. `expected` is how many rows will be read, where that is known.
    pub(crate) fn new(answers: &'a A, searches: Vec<Search>, expected: Option<usize>) -> Self {
        let streams = searches.into_iter().map(|search| Stream {
            search,
            ahead: VecDeque::new(),
            done: false,
        });
        Self {
            answers,
            streams: streams.collect(),
            // One more than shown tells whether there is more.
            page_rows: expected.map_or(PAGE_ROWS, |rows| rows.saturating_add(1).min(PAGE_ROWS)),
        }
    }

    /// The next record, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, Complaint> {
        for stream in &mut self.streams {
            stream.fill(self.answers, self.page_rows)?;
        }
        let heads = self.streams.iter().filter_map(Stream::head);
        let Some(newest) = heads.max() else {
            return Ok(None);
        };
        // A record may answer more than one of the searches.
        let mut found = None;
        for stream in &mut self.streams {
            if stream.head() == Some(newest) {
                found = stream.ahead.pop_front();
            }
        }
        Ok(found)
    }
}

impl Stream {
    /// Time, then number: the order of all answers.
    fn head(&self) -> Option<(i64, u64)> {
        let Place { time, seq } = self.ahead.front()?.place;
        Some((time.0, seq.0))
    }

    fn fill<A: Answers>(&mut self, answers: &A, rows: usize) -> Result<(), Complaint> {
        // A page may be empty and yet not be the last.
        while self.ahead.is_empty() && !self.done {
            self.search.limit = rows;
            let page = answers.page(&self.search)?;
            self.done = page.next.is_none();
            self.search.after = page.next;
            self.ahead.extend(page.rows);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sighting::tests::found;
    use std::cell::RefCell;

    /// Answers search number n, told by its region, with the n-th list; two rows a page.
    struct Lists {
        lists: Vec<Vec<(i64, u64)>>,
        asked: RefCell<usize>,
    }

    impl Answers for Lists {
        fn page(&self, search: &Search) -> Result<Page, Complaint> {
            *self.asked.borrow_mut() += 1;
            let list: usize = search.region.as_ref().unwrap().parse().unwrap();
            let behind = search.after.as_ref().map(|place| (place.time.seconds(), place.seq.0));
            let left = self.lists[list]
                .iter()
                .filter(|place| behind.is_none_or(|behind| **place < behind));
            let rows: Vec<Found> =
                left.clone().take(2).map(|(second, seq)| found("{}", *second, *seq)).collect();
            let more = left.count() > rows.len();
            let next = rows.last().filter(|_| more).map(|row| row.place);
            Ok(Page { rows, next })
        }
    }

    fn read(lists: Vec<Vec<(i64, u64)>>) -> Vec<u64> {
        let searches = (0..lists.len())
            .map(|list| Search { region: Some(list.to_string()), ..Search::default() });
        let asked = RefCell::new(0);
        let lists = Lists { lists, asked };
        let mut reading = Reading::new(&lists, searches.collect(), None);
        let mut seqs = Vec::new();
        while let Some(found) = reading.next().unwrap() {
            seqs.push(found.place.seq.0);
        }
        seqs
    }

    #[test]
    fn pages_follow_one_another() {
        let list: Vec<(i64, u64)> = (0..7).rev().map(|n| (n, n as u64)).collect();
        assert_eq!(read(vec![list]), [6, 5, 4, 3, 2, 1, 0]);
        assert!(read(vec![vec![]]).is_empty());
    }

    #[test]
    fn searches_become_one_without_repetition() {
        let one = vec![(9, 1), (5, 7), (5, 6), (1, 2)];
        let other = vec![(9, 3), (9, 1), (5, 6), (0, 4)];
        assert_eq!(read(vec![one, other]), [3, 1, 7, 6, 2, 4]);
    }
}
