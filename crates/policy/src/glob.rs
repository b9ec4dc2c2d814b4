//! Matching with `*` and `?`, in time of at most the product of both lengths.

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters, or none.
    Run,
}

/// Whether `pattern` takes all of `text`. Only the last `*` is ever tried again: what an earlier
/// one could take more of, the last one can take too.
pub(crate) fn matches(pattern: &[Token], text: &[char]) -> bool {
    let needed = pattern.iter().filter(|token| **token != Token::Run).count();
    if needed > text.len() {
        return false;
    }
    let (mut step, mut place) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while let Some(found) = text.get(place) {
        match pattern.get(step) {
            Some(Token::Run) => {
                step += 1;
                again = Some((step, place));
            }
            Some(token) if *token == Token::One || *token == Token::Char(*found) => {
                step += 1;
                place += 1;
            }
            _ => {
                let Some((after, from)) = again else { return false };
                (step, place) = (after, from + 1);
                again = Some((after, from + 1));
            }
        }
    }
    pattern.iter().skip(step).all(|token| *token == Token::Run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pattern: &str) -> Vec<Token> {
        let token = |c| match c {
            '*' => Token::Run,
            '?' => Token::One,
            c => Token::Char(c),
        };
        pattern.chars().map(token).collect()
    }

    /// The definition, as slow as it likes.
    fn slow(pattern: &[Token], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((Token::Run, rest)) => (0..=text.len()).any(|cut| slow(rest, &text[cut..])),
            Some((token, rest)) => text.split_first().is_some_and(|(c, after)| {
                (*token == Token::One || *token == Token::Char(*c)) && slow(rest, after)
            }),
        }
    }

    /// All texts of at most `length` letters.
    fn all(letters: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..length {
            let longer =
                letters.chars().flat_map(|c| last.iter().map(move |it| format!("{it}{c}")));
            last = longer.collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn agrees_with_the_definition_on_all_small_patterns_and_texts() {
        let texts: Vec<Vec<char>> = all("ab", 5).iter().map(|it| it.chars().collect()).collect();
        for pattern in all("ab*?", 5).iter().map(|it| tokens(it)) {
            for text in &texts {
                assert_eq!(matches(&pattern, text), slow(&pattern, text), "{pattern:?} {text:?}");
            }
        }
    }

    #[test]
    fn many_stars_do_not_take_exponential_time() {
        let text: Vec<char> = "a".repeat(2_000).chars().collect();
        assert!(!matches(&tokens(&format!("{}b", "*a".repeat(500))), &text));
        assert!(matches(&tokens(&"a*".repeat(500)), &text));
    }
}
