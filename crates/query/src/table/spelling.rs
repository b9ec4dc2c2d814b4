//! Numbers of texts within one statement: those of the lexicon, and numbers of its own for what
//! the lexicon has no room for.

use crate::table::dictionaries::{Dictionaries, Words};
use arrow::array::StringViewArray;
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// From here on numbers are a statement's own. The lexicon stays below: each of its texts takes
/// more than a byte of its budget.
const OWN: u32 = 1 << 31;
/// Bytes of a text with a number of its own, besides the text.
const ENTRY_BYTES: usize = 64;

/// The numbers of texts, NULL having 0. A text may come by two numbers, one of them its own, while
/// the lexicon grows: [`Spelling::settled`] tells which.
#[derive(Debug)]
pub(crate) struct Spelling {
    dictionaries: Dictionaries,
    own: Mutex<Own>,
}

#[derive(Debug, Default)]
struct Own {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    bytes: usize,
}

impl Spelling {
    pub(crate) fn new(dictionaries: &Dictionaries) -> Self {
        Self { dictionaries: dictionaries.clone(), own: Mutex::default() }
    }

    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of the texts that have numbers of their own.
    pub(crate) fn bytes(&self) -> usize {
        self.own().bytes
    }

    /// What the codes of a column stand for, in numbers.
    pub(crate) fn words(&self, words: Words) -> Arc<[u32]> {
        match words {
            Words::Numbered(numbers) => numbers,
            Words::Spelled(values) => self.numbers(&values).into(),
        }
    }

    /// The numbers of texts.
    pub(crate) fn numbers(&self, texts: &StringViewArray) -> Vec<u32> {
        let known = self.dictionaries.known(texts.iter().flatten());
        let (mut known, mut own) = (known.into_iter(), self.own());
        let number = |text: Option<&str>| {
            let Some(text) = text else { return 0 };
            known.next().flatten().unwrap_or_else(|| own.number(text))
        };
        texts.iter().map(number).collect()
    }

    /// Which numbers of the lexicon stand for the same texts as numbers that are its own.
    pub(crate) fn settled(&self) -> HashMap<u32, u32> {
        let own = self.own();
        let known = self.dictionaries.known(own.texts.iter().map(|text| &**text));
        (OWN..).zip(known).filter_map(|(own, known)| Some((own, known?))).collect()
    }

    /// The texts of numbers.
    pub(crate) fn texts(&self, numbers: &[u32]) -> StringViewArray {
        let (found, own) = (self.dictionaries.texts(numbers), self.own());
        let text = |(number, found): (&u32, Option<Arc<str>>)| match number.checked_sub(OWN) {
            Some(place) => own.texts.get(place as usize).cloned(),
            None => found,
        };
        numbers.iter().zip(found).map(text).collect()
    }
}

impl Own {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let text: Arc<str> = text.into();
        let number = OWN + self.texts.len() as u32;
        self.bytes += text.len() + ENTRY_BYTES;
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(texts: &[Option<&str>]) -> StringViewArray {
        texts.iter().copied().collect()
    }

    #[test]
    fn a_text_without_room_has_a_number_of_its_own() {
        let spelling = Spelling::new(&Dictionaries::new(1 << 20));
        let texts = array(&[Some("a"), None, Some(""), Some("a")]);
        let numbers = spelling.numbers(&texts);
        assert_eq!(numbers, [OWN, 0, OWN + 1, OWN]);
        assert_eq!(spelling.texts(&numbers), texts);
        assert!(spelling.settled().is_empty());
        assert!(spelling.bytes() > 2 * ENTRY_BYTES);
    }
}
