//! AWS's filter values: `*` is any text, `?` any one character.

/// Whether `text` is what `pattern` describes. Takes at most their lengths multiplied.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    // `reached[n]`: the pattern so far describes the first `n` characters of the text.
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for wanted in pattern {
        reached = step(wanted, &reached, &text);
    }
    reached.last() == Some(&true)
}

fn step(wanted: char, reached: &[bool], text: &[char]) -> Vec<bool> {
    let mut next = Vec::with_capacity(reached.len());
    let mut so_far = false;
    for (at, here) in reached.iter().enumerate() {
        so_far |= *here;
        let before = at.checked_sub(1);
        let came = before.and_then(|before| reached.get(before)) == Some(&true);
        let letter = before.and_then(|before| text.get(before));
        next.push(match wanted {
            '*' => so_far,
            '?' => came,
            wanted => came && letter == Some(&wanted),
        });
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [
            ("us-east-1", "us-east-1"),
            ("us-*", "us-east-1"),
            ("*-1", "us-east-1"),
            ("*", ""),
            ("??-*-?", "us-east-1"),
            ("*a*a*", "banana"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("us-east", "us-east-1"), ("?", ""), ("us-*-2", "us-east-1"), ("", "a")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
