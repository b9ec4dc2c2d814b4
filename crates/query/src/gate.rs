//! What a statement may be, decided on its characters and tokens: before any code that follows
//! its nesting with its own stack sees it.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::dialect::place_of;
use crate::error::{Error, ErrorKind, Result};

/// The limits on a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Characters of the text; AWS takes 10,000.
    pub chars_max: usize,
    /// Words, signs and literals.
    pub tokens_max: usize,
    /// Brackets within brackets.
    pub brackets_deep_max: usize,
    /// Operators that may come to lie one below the other in an expression.
    pub operators_deep_max: usize,
    /// `UNION`, `EXCEPT` and `INTERSECT`.
    pub set_operations_max: usize,
    /// Tables, subqueries and `UNNEST`s.
    pub relations_max: usize,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            chars_max: 10_000,
            tokens_max: 6_000,
            brackets_deep_max: 48,
            operators_deep_max: 400,
            set_operations_max: 48,
            relations_max: 48,
        }
    }
}

impl Gate {
    /// Refuses an over-long or empty text.
    pub fn text(&self, sql: &str) -> Result<()> {
        let found = sql.chars().take(self.chars_max.saturating_add(1)).count();
        if found > self.chars_max {
            let message = format!("the statement is longer than {} characters", self.chars_max);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        match sql.trim().is_empty() {
            true => Err(Error::syntax("the statement is empty").hint("write a SELECT")),
            false => Ok(()),
        }
    }

    /// Refuses what is no single question, too large or too deep.
    pub(crate) fn tokens(&self, tokens: &[TokenWithSpan]) -> Result<()> {
        let meaningful: Vec<&TokenWithSpan> =
            tokens.iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).collect();
        if meaningful.len() > self.tokens_max {
            return Err(Error::limit("words and signs", meaningful.len(), self.tokens_max));
        }
        only_a_question(&meaningful)?;
        self.one_statement(&meaningful)?;
        tables_follow(&meaningful)?;
        self.counts(&meaningful)?;
        self.depth(&meaningful)
    }

    fn one_statement(&self, tokens: &[&TokenWithSpan]) -> Result<()> {
        let end = tokens.iter().position(|t| t.token == Token::SemiColon);
        let behind = end.and_then(|end| {
            let rest = tokens.iter().skip(end + 1);
            rest.copied().find(|t| !matches!(t.token, Token::SemiColon | Token::EOF))
        });
        match behind {
            None => Ok(()),
            Some(token) => Err(Error::syntax("more than one statement").at(place_of(token.span))),
        }
    }

    fn counts(&self, tokens: &[&TokenWithSpan]) -> Result<()> {
        let count = |wanted: &[Keyword]| {
            tokens.iter().filter(|t| keyword(t).is_some_and(|k| wanted.contains(&k))).count()
        };
        let sets = count(&[Keyword::UNION, Keyword::EXCEPT, Keyword::INTERSECT]);
        let relations = count(&[Keyword::FROM, Keyword::JOIN]);
        for (what, found, limit) in [
            ("set operations", sets, self.set_operations_max),
            ("tables and joins", relations, self.relations_max),
        ] {
            if found > limit {
                return Err(Error::limit(what, found, limit));
            }
        }
        Ok(())
    }

    /// Bounds how deep an expression can come to lie: every open bracket (and `CASE`) counts
    /// with the operators seen within it since the last comma or clause.
    fn depth(&self, tokens: &[&TokenWithSpan]) -> Result<()> {
        let mut open: Vec<usize> = vec![0];
        for token in tokens {
            match step(token) {
                Step::Open => open.push(0),
                Step::Close => drop((open.len() > 1).then(|| open.pop())),
                Step::Operator => open.iter_mut().rev().take(1).for_each(|n| *n += 1),
                Step::Fresh => open.iter_mut().rev().take(1).for_each(|n| *n = 0),
                Step::Other => {}
            }
            self.shallow(&open, token)?;
        }
        Ok(())
    }

    fn shallow(&self, open: &[usize], token: &TokenWithSpan) -> Result<()> {
        let operators: usize = open.iter().sum();
        let error = match () {
            () if open.len() > self.brackets_deep_max => Error::limit(
                "brackets or CASEs within each other",
                open.len(),
                self.brackets_deep_max,
            ),
            () if operators > self.operators_deep_max => {
                Error::limit("operators in one expression", operators, self.operators_deep_max)
                    .hint("a long OR is better written with IN")
            }
            () => return Ok(()),
        };
        Err(error.at(place_of(token.span)))
    }
}

enum Step {
    Open,
    Close,
    Operator,
    Fresh,
    Other,
}

fn step(token: &TokenWithSpan) -> Step {
    match &token.token {
        Token::LParen | Token::LBracket | Token::LBrace => Step::Open,
        Token::RParen | Token::RBracket | Token::RBrace => Step::Close,
        Token::Comma => Step::Fresh,
        Token::Word(_) => keyword(token).map_or(Step::Other, keyword_step),
        Token::Number(..) | Token::SingleQuotedString(_) | Token::EOF | Token::Period => {
            Step::Other
        }
        _ => Step::Operator,
    }
}

fn keyword_step(keyword: Keyword) -> Step {
    match keyword {
        Keyword::CASE => Step::Open,
        Keyword::END => Step::Close,
        Keyword::AND
        | Keyword::OR
        | Keyword::NOT
        | Keyword::IS
        | Keyword::IN
        | Keyword::LIKE
        | Keyword::ILIKE
        | Keyword::RLIKE
        | Keyword::REGEXP
        | Keyword::SIMILAR
        | Keyword::BETWEEN
        | Keyword::COLLATE
        | Keyword::AT
        | Keyword::INTERVAL
        | Keyword::DIV
        | Keyword::XOR
        | Keyword::PRIOR
        | Keyword::OVERLAPS => Step::Operator,
        Keyword::SELECT
        | Keyword::FROM
        | Keyword::WHERE
        | Keyword::GROUP
        | Keyword::HAVING
        | Keyword::ORDER
        | Keyword::LIMIT
        | Keyword::ON
        | Keyword::WHEN
        | Keyword::THEN
        | Keyword::ELSE => Step::Fresh,
        _ => Step::Other,
    }
}

fn keyword(token: &TokenWithSpan) -> Option<Keyword> {
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    }
}

/// The parser would take `FROM WHERE x` for a table called `WHERE`.
fn tables_follow(tokens: &[&TokenWithSpan]) -> Result<()> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    let mut froms =
        pairs.filter(|(t, _)| matches!(keyword(t), Some(Keyword::FROM | Keyword::JOIN)));
    let wrong = froms.find(|(_, next)| {
        let clause = [Keyword::WHERE, Keyword::GROUP, Keyword::ORDER, Keyword::HAVING, Keyword::ON];
        keyword(next).is_some_and(|k| clause.contains(&k))
    });
    match wrong {
        None => Ok(()),
        Some((_, next)) => Err(Error::syntax(format!("expected a table, found `{}`", next.token))
            .hint("write an event data store's id or `events`")
            .at(place_of(next.span))),
    }
}

fn only_a_question(tokens: &[&TokenWithSpan]) -> Result<()> {
    let first = tokens.iter().find(|t| t.token != Token::LParen);
    let Some(first) = first.filter(|t| t.token != Token::EOF) else {
        return Err(Error::syntax("the statement is empty").hint("write a SELECT"));
    };
    match keyword(first) {
        Some(Keyword::SELECT | Keyword::WITH | Keyword::VALUES) => Ok(()),
        _ => Err(Error::syntax(format!("a statement cannot begin with `{}`", first.token))
            .hint("only SELECT and WITH are answered")
            .at(place_of(first.span))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::tokens;

    fn refusal(sql: &str) -> String {
        let gate = Gate::default();
        let passed = gate.text(sql).and_then(|()| gate.tokens(&tokens(sql).unwrap()));
        passed.err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn passes_ordinary_questions() {
        for sql in ["SELECT 1", "(SELECT 1) UNION (SELECT 2);", "WITH a AS (SELECT 1) SELECT 2"] {
            assert_eq!(refusal(sql), "");
        }
        let list = vec!["'x'"; 1_500].join(",");
        assert_eq!(refusal(&format!("SELECT 1 WHERE 'a' IN ({list})")), "");
    }

    #[test]
    fn refuses_what_is_no_single_question() {
        for (sql, said) in [
            (" ", "empty"),
            (";", "begin with `;`"),
            ("DROP TABLE events", "begin with `DROP`"),
            ("EXPLAIN ANALYZE SELECT 1", "begin with `EXPLAIN`"),
            ("SET x = 1", "begin with `SET`"),
            ("SELECT 1; SELECT 2", "line 1, column 11: more than one statement"),
        ] {
            assert!(refusal(sql).contains(said), "{sql}: {}", refusal(sql));
        }
    }

    #[test]
    fn refuses_the_long_and_the_deep() {
        let chain = |n: usize, op: &str| format!("SELECT {}1", format!("1{op}").repeat(n));
        for (sql, said) in [
            (format!("SELECT '{}'", "x".repeat(10_000)), "longer than 10000 characters"),
            (chain(2_000, "+"), "operators in one expression"),
            (chain(420, " OR "), "operators in one expression"),
            (format!("SELECT {}1", "- ".repeat(420)), "operators in one expression"),
            (format!("SELECT {}1{}", "(".repeat(60), ")".repeat(60)), "within each other"),
            (format!("SELECT {}1", "CASE WHEN ".repeat(60)), "within each other"),
            ("SELECT 1 UNION ALL ".repeat(60) + "SELECT 1", "set operations"),
            ("SELECT 1 FROM a JOIN ".to_owned() + &"a JOIN ".repeat(60), "tables and joins"),
        ] {
            assert!(refusal(&sql).contains(said), "{said}: {}", refusal(&sql));
        }
    }

    #[test]
    fn operators_add_up_through_brackets_and_not_through_commas() {
        let nested =
            format!("SELECT {}1{}", format!("({}", "1+".repeat(20)).repeat(30), ")".repeat(30));
        assert!(refusal(&nested).contains("operators in one expression"), "{}", refusal(&nested));
        let listed = format!("SELECT {}", vec!["1+1+1+1"; 300].join(","));
        assert_eq!(refusal(&listed), "");
    }
}
