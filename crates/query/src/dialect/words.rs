//! Mends the words of a statement before they are parsed: names of stores that are no
//! identifiers, types written with round brackets, keywords that lost the space before them.

use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{
    Span, Token, TokenWithSpan, Tokenizer, Whitespace, Word,
};

use crate::dialect::place;
use crate::dialect::trino::Trino;
use crate::error::{Error, Result};

/// The words of `sql`, mended.
pub(crate) fn tokens(sql: &str) -> Result<Vec<TokenWithSpan>> {
    let dialect: &dyn Dialect = &Trino;
    let tokens = Tokenizer::new(dialect, sql).tokenize_with_location();
    let tokens = tokens.map_err(|error| {
        let at = place(error.location.line, error.location.column);
        Error::syntax(error.message.to_lowercase()).at(at)
    })?;
    Ok(round_arrays(names(unglued(tokens))))
}

/// `GROUP BY aORDER BY b`: queries that were copied from a page often lose a line's end.
fn unglued(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut mended = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.iter().skip(index + 1).find(|t| !is_space(t));
        match next.and_then(|next| split(token, next)) {
            Some(parts) => mended.extend(parts),
            None => mended.push(token.clone()),
        }
    }
    mended
}

fn split(token: &TokenWithSpan, next: &TokenWithSpan) -> Option<[TokenWithSpan; 3]> {
    let Token::Word(word) = &token.token else { return None };
    if word.quote_style.is_some() || word.keyword != Keyword::NoKeyword {
        return None;
    }
    let tail = match &next.token {
        Token::Word(next) if next.keyword == Keyword::BY => ["ORDER", "GROUP"].as_slice(),
        Token::Number(..) => ["LIMIT"].as_slice(),
        _ => return None,
    };
    let tail = tail.iter().find(|tail| word.value.ends_with(**tail))?;
    let head = word.value.strip_suffix(tail).filter(|head| {
        let direction = matches!(*head, "ASC" | "DESC");
        direction || head.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
    })?;
    let space = Token::Whitespace(Whitespace::Space);
    let parts = [Token::make_word(head, None), space, Token::make_word(tail, None)];
    Some(parts.map(|part| TokenWithSpan { token: part, span: token.span }))
}

/// After FROM and JOIN (and, where it can be nothing else, after a comma) an id, an ARN or a
/// name with hyphens is one quoted word.
fn names(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut mended: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    let mut before = Before::Other;
    while let Some((token, behind)) = rest.split_first() {
        let run = rest.iter().take_while(|t| may_be_in_a_name(t)).count();
        let text: String = rest.iter().take(run).map(|t| t.token.to_string()).collect();
        if run > 0 && before.takes(&text) {
            let last = rest.get(run - 1).unwrap_or(token);
            mended.push(quoted(&text, Span::new(token.span.start, last.span.end)));
            rest = rest.get(run..).unwrap_or_default();
            before = Before::Other;
            continue;
        }
        if !is_space(token) {
            before = Before::of(&token.token);
        }
        mended.push(token.clone());
        rest = behind;
    }
    mended
}

enum Before {
    From,
    Comma,
    Other,
}

impl Before {
    fn of(token: &Token) -> Self {
        match token {
            Token::Word(w) if matches!(w.keyword, Keyword::FROM | Keyword::JOIN) => Self::From,
            Token::Comma => Self::Comma,
            _ => Self::Other,
        }
    }

    fn takes(&self, text: &str) -> bool {
        let odd =
            text.contains(['-', ':', '/', '$']) || text.starts_with(|c: char| c.is_ascii_digit());
        match self {
            Self::From => odd && text.contains(|c: char| c.is_ascii_alphanumeric()),
            Self::Comma => text.starts_with("arn:") || is_uuid(text),
            Self::Other => false,
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn may_be_in_a_name(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Word(word) => word.quote_style.is_none(),
        Token::Number(..) | Token::Placeholder(_) => true,
        Token::Minus | Token::Colon | Token::DoubleColon | Token::Div => true,
        _ => false,
    }
}

fn quoted(text: &str, span: Span) -> TokenWithSpan {
    let word = Word { value: text.to_owned(), quote_style: Some('"'), keyword: Keyword::NoKeyword };
    TokenWithSpan { token: Token::Word(word), span }
}

/// `array(varchar)` to `array<varchar>`, which is how the parser knows the type.
fn round_arrays(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut open: Vec<bool> = Vec::new();
    let mut behind_array = false;
    for index in 0..tokens.len() {
        let asks = asks_next(&tokens, index);
        let Some(token) = tokens.get_mut(index) else { break };
        match &token.token {
            Token::LParen => {
                open.push(behind_array && !asks);
                token.token = bracket(&token.token, open.last(), Token::Lt);
            }
            Token::RParen => {
                let array = open.pop();
                token.token = bracket(&token.token, array.as_ref(), Token::Gt);
            }
            _ => {}
        }
        if !is_space(token) {
            behind_array = is_keyword(token, Keyword::ARRAY);
        }
    }
    tokens
}

fn bracket(round: &Token, array: Option<&bool>, angle: Token) -> Token {
    if array == Some(&true) { angle } else { round.clone() }
}

fn asks_next(tokens: &[TokenWithSpan], index: usize) -> bool {
    let next = tokens.iter().skip(index + 1).find(|t| !is_space(t));
    next.is_some_and(|t| is_keyword(t, Keyword::SELECT) || is_keyword(t, Keyword::WITH))
}

fn is_keyword(token: &TokenWithSpan, keyword: Keyword) -> bool {
    matches!(&token.token, Token::Word(w) if w.keyword == keyword && w.quote_style.is_none())
}

fn is_space(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Whitespace(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(sql: &str) -> String {
        tokens(sql).unwrap().iter().map(|t| t.token.to_string()).collect::<String>()
    }

    #[test]
    fn quotes_names_of_stores() {
        let id = "1e111111-2222-3333-4444-555555555555";
        let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{id}");
        for name in [id, &arn, "eds-123", "$EDS_ID"] {
            let said = mended(&format!("SELECT a-1 FROM {name} WHERE b"));
            assert_eq!(said, format!("SELECT a-1 FROM \"{name}\" WHERE b"));
        }
        assert_eq!(mended(&format!("FROM a, {id} AS x")), format!("FROM a, \"{id}\" AS x"));
        assert_eq!(mended("FROM events e"), "FROM events e");
        assert_eq!(mended("SELECT a, b-1"), "SELECT a, b-1");
        assert_eq!(mended("FROM default.x"), "FROM default.x");
    }

    #[test]
    fn parts_glued_keywords() {
        assert_eq!(mended("aORDER BY b DESCLIMIT 10"), "a ORDER BY b DESC LIMIT 10");
        assert_eq!(mended("BORDER BY"), "BORDER BY");
        assert_eq!(mended("\"aORDER\" BY"), "\"aORDER\" BY");
    }

    #[test]
    fn writes_arrays_with_angles() {
        assert_eq!(mended("cast(x AS array(map(a, b)))"), "cast(x AS array<map(a, b)>)");
        assert_eq!(mended("ARRAY[1]"), "ARRAY[1]");
        assert_eq!(mended("array(SELECT 1)"), "array(SELECT 1)");
    }

    #[test]
    fn says_where_a_string_is_left_open() {
        let said = tokens("SELECT\n 'abc").unwrap_err().to_string();
        assert!(said.starts_with("line 2, column 2: unterminated string literal"), "{said}");
    }
}
