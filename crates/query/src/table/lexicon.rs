//! Values under numbers that are the same in all parts, so that the counts of parts are added
//! without a look at their texts.

use hashbrown::HashMap;
use lake::Coded;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a value besides its text.
const ENTRY_BYTES: usize = 64;

/// The values that have numbers. It only grows, up to its limit: what finds no room has none.
#[derive(Debug)]
pub(crate) struct Lexicon {
    numbers: Mutex<Numbers>,
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct Numbers {
    /// Counted from 1: 0 is NULL.
    known: HashMap<Arc<str>, u32>,
    /// The value of number 1, and so on.
    texts: Vec<Arc<str>>,
    bytes: usize,
}

impl Lexicon {
    /// With room for about `bytes_max`.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { numbers: Mutex::default(), bytes_max }
    }

    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of a column's values, by code; `None` where there is no room for them.
    pub(crate) fn of(&self, coded: &Coded) -> Option<Arc<[u32]>> {
        let mut numbers = self.numbers();
        let most = numbers.bytes + coded.weight() + coded.len() * ENTRY_BYTES;
        if most > self.bytes_max {
            return None;
        }
        let codes = 0..=coded.len() as u32;
        Some(codes.map(|code| coded.text(code).map_or(0, |text| numbers.of(&text))).collect())
    }

    /// The numbers of those texts that have one.
    pub(crate) fn known<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<Option<u32>> {
        let numbers = self.numbers();
        texts.into_iter().map(|text| numbers.known.get(text).copied()).collect()
    }

    /// Values by their numbers; NULL has none.
    pub(crate) fn texts(&self, asked: &[u32]) -> Vec<Option<Arc<str>>> {
        let numbers = self.numbers();
        let text = |number: &u32| numbers.texts.get(number.checked_sub(1)? as usize).cloned();
        asked.iter().map(text).collect()
    }
}

impl Numbers {
    fn of(&mut self, text: &str) -> u32 {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let text: Arc<str> = text.into();
        self.bytes += text.len() + ENTRY_BYTES;
        self.texts.push(Arc::clone(&text));
        let number = self.texts.len() as u32;
        self.known.insert(text, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number_and_null_has_none() {
        let lexicon = Lexicon::new(1 << 20);
        let mut numbers = lexicon.numbers();
        assert_eq!(
            [numbers.of("a"), numbers.of(""), numbers.of("a"), numbers.of("b")],
            [1, 2, 1, 3]
        );
        drop(numbers);
        let texts = lexicon.texts(&[3, 0, 2, 9]);
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [Some("b"), None, Some(""), None]);
    }
}
