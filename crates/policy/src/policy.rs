//! A policy: its text, and what it says.

use crate::document::Node;
use crate::error::{Malformed, short};
use crate::limits::{DOCUMENT_BYTES_MAX, STATEMENTS_MAX};
use crate::resource::ResourcePattern;
use crate::statement::{Choice, Statement};
use std::collections::BTreeSet;

/// Whom a policy stands with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A resource: it says who may.
    Resource,
    /// A user, group, role or session: it says what they may.
    Identity,
}

/// A policy that was read and found sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    text: String,
    kind: Kind,
    pub(crate) statements: Vec<Statement>,
}

/// The members around the statements.
struct Draft {
    /// Whether `${…}` is a variable: in documents of 2012-10-17 only.
    variables: bool,
    statements: Option<Node>,
}

impl Policy {
    /// Reads a policy of at most [`DOCUMENT_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`Malformed`], with statement and member, where the text is no policy of this kind.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Malformed> {
        Self::parse_within(text, kind, DOCUMENT_BYTES_MAX)
    }

    /// [`Self::parse`] of at most `bytes_max` bytes: each resource has a limit of its own.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_within(text: &str, kind: Kind, bytes_max: usize) -> Result<Self, Malformed> {
        let bytes_max = bytes_max.min(DOCUMENT_BYTES_MAX);
        if text.len() > bytes_max {
            let why = format!("the policy has more than {bytes_max} bytes: shorten it");
            return Err(Malformed::new(why));
        }
        let draft = Draft::parse(Node::parse(text)?)?;
        let statements = statements(draft, kind)?;
        Ok(Self { text: text.to_owned(), kind, statements })
    }

    /// What its statements speak of, as it was written: patterns of ARNs.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let choices = self.statements.iter().map(|statement| &statement.resources);
        choices.flat_map(|choice| choice.list()).map(ResourcePattern::written)
    }

    /// The text, as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every statement speaks of this resource alone, by its plain name.
    pub fn is_about(&self, resource: &str) -> bool {
        self.statements.iter().all(|statement| match &statement.resources {
            Choice::Only(patterns) => patterns.iter().all(|pattern| pattern.is_plainly(resource)),
            Choice::AllBut(_) => false,
        })
    }

    /// Whom it stands with.
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

impl Draft {
    fn parse(document: Node) -> Result<Self, Malformed> {
        let mut draft = Self { variables: false, statements: None };
        for (name, value) in document.members()? {
            match name.as_str() {
                "Version" => {
                    let version = value.text().map_err(|error| error.of(&name))?;
                    draft.variables = has_variables(&version)?;
                }
                "Id" => drop(value.text().map_err(|error| error.of(&name))?),
                "Statement" => draft.statements = Some(value),
                _ => return Err(Malformed::new("is no member of a policy").of(&short(&name))),
            }
        }
        Ok(draft)
    }
}

fn has_variables(version: &str) -> Result<bool, Malformed> {
    match version {
        "2012-10-17" => Ok(true),
        "2008-10-17" => Ok(false),
        _ => Err(Malformed::new("must be 2012-10-17 or 2008-10-17").of("Version")),
    }
}

fn statements(draft: Draft, kind: Kind) -> Result<Vec<Statement>, Malformed> {
    let nodes = draft.statements.map(Node::items).unwrap_or_default();
    if nodes.is_empty() {
        return Err(Malformed::new("is missing: give one at least").of("Statement"));
    }
    if nodes.len() > STATEMENTS_MAX {
        return Err(Malformed::new(format!("more than {STATEMENTS_MAX}")).of("Statement"));
    }
    let mut sids = BTreeSet::new();
    let read = |(place, node): (usize, Node)| {
        let statement = Statement::parse(node, kind, draft.variables)
            .map_err(|error| error.in_statement(place))?;
        let sid = statement.sid.as_ref().filter(|sid| !sid.is_empty());
        match sid.is_none_or(|sid| sids.insert(sid.clone())) {
            true => Ok(statement),
            false => Err(Malformed::new("stands in two statements").of("Sid").in_statement(place)),
        }
    };
    (1..).zip(nodes).map(read).collect()
}
