//! The words of a target: the fuzzer puts them where it likes, and so gets further than by letters.

use std::collections::BTreeSet;

/// Fewer letters are soon found by chance.
const LETTERS_MIN: usize = 3;
const LETTERS_MAX: usize = 40;
const WORDS_MAX: usize = 400;

/// Every word that stands in one of the seeds, once.
pub fn words(seeds: &[Vec<u8>]) -> impl Iterator<Item = String> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte);
    let all = seeds.iter().flat_map(|seed| seed.split(move |byte| !is_letter(*byte)));
    let fits = |word: &&[u8]| (LETTERS_MIN..=LETTERS_MAX).contains(&word.len());
    let words: BTreeSet<&[u8]> = all.filter(fits).collect();
    let texts = words.into_iter().map(|word| String::from_utf8_lossy(word).into_owned());
    texts.take(WORDS_MAX).collect::<Vec<_>>().into_iter()
}
