//! A text with wildcards and policy variables:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use crate::context::Context;
use crate::error::{Malformed, short};
use crate::glob::Token;
use crate::limits::RESOLVED_CHARS_MAX;

/// How a text is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether `${…}` is a variable: not so in documents of 2008-10-17.
    pub(crate) variables: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Token(Token),
    Variable { key: String, default: Option<String> },
}

/// The text, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template(Vec<Piece>);

impl Template {
    pub(crate) fn parse(text: &str, reading: Reading) -> Result<Self, Malformed> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(inside) = rest.strip_prefix("${").filter(|_| reading.variables) {
                let (inside, after) = cut(inside)?;
                pieces.push(variable(inside)?);
                rest = after;
                continue;
            }
            pieces.push(Piece::Token(token(c, reading.wildcards)));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        Ok(Self(pieces))
    }

    /// The pattern that this is for a request. `None` where a variable has no single value and no
    /// default, or the result would be too long: then nothing matches.
    ///
    /// INVARIANT (values are no patterns): a `*` that comes out of a variable is only a `*`.
    pub(crate) fn resolve(&self, context: &Context) -> Option<Vec<Token>> {
        let mut tokens = Vec::with_capacity(self.0.len());
        for piece in &self.0 {
            match piece {
                Piece::Token(token) => tokens.push(*token),
                Piece::Variable { key, default } => {
                    let value = context.single(key).or_else(|| default.clone())?;
                    tokens.extend(value.chars().map(Token::Char));
                }
            }
            if tokens.len() > RESOLVED_CHARS_MAX {
                return None;
            }
        }
        Some(tokens)
    }

    /// Whether it says the same in all requests: no wildcard, no variable.
    pub(crate) fn is_fixed(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Token(Token::Char(_))))
    }
}

const fn token(c: char, wildcards: bool) -> Token {
    match c {
        '*' if wildcards => Token::Run,
        '?' if wildcards => Token::One,
        c => Token::Char(c),
    }
}

/// What stands before the closing brace, and what comes after it. A brace in quotes closes nothing.
fn cut(text: &str) -> Result<(&str, &str), Malformed> {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '}' if !quoted => {
                let inside = text.get(..place).unwrap_or_default();
                return Ok((inside, text.get(place + 1..).unwrap_or_default()));
            }
            _ => {}
        }
    }
    Err(Malformed::new(format!("the policy variable `${{{}` is not closed", short(text))))
}

fn variable(inside: &str) -> Result<Piece, Malformed> {
    if let "*" | "?" | "$" = inside {
        let c = inside.chars().next().unwrap_or_default();
        return Ok(Piece::Token(Token::Char(c)));
    }
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => (key.trim(), Some(unquoted(default.trim(), inside)?)),
        None => (inside.trim(), None),
    };
    let sound = |c: char| !c.is_whitespace() && !"{}$'\"*?".contains(c);
    let named = key.split_once(':').is_some_and(|(left, right)| {
        !left.is_empty() && !right.is_empty() && key.chars().all(sound)
    });
    match named {
        true => Ok(Piece::Variable { key: key.to_lowercase(), default }),
        false => Err(bad(inside, "it names no condition key")),
    }
}

fn unquoted(text: &str, inside: &str) -> Result<String, Malformed> {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    match inner.filter(|inner| !inner.contains('\'')) {
        Some(inner) => Ok(inner.to_owned()),
        None => Err(bad(inside, "its default stands in no single quotes")),
    }
}

fn bad(inside: &str, why: &str) -> Malformed {
    Malformed::new(format!("the policy variable `${{{}}}` is wrong: {why}", short(inside)))
}
