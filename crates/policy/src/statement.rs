//! One statement: to whom, what, to what, when.

use crate::action::ActionPattern;
use crate::condition::Condition;
use crate::document::Node;
use crate::error::{Malformed, short};
use crate::limits::SID_BYTES_MAX;
use crate::policy::Kind;
use crate::principal::{self, Match, Named};
use crate::request::Request;
use crate::resource::ResourcePattern;

/// What a statement does to what it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// These, or all but these.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice<T> {
    Only(Vec<T>),
    AllBut(Vec<T>),
}

impl<T> Choice<T> {
    pub(crate) fn list(&self) -> &[T] {
        match self {
            Self::Only(list) | Self::AllBut(list) => list,
        }
    }

    fn holds(&self, is_it: impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Only(list) => list.iter().any(is_it),
            Self::AllBut(list) => !list.iter().any(is_it),
        }
    }
}

/// A statement, checked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    /// Absent in policies of identities.
    pub(crate) principals: Option<Choice<Named>>,
    pub(crate) actions: Choice<ActionPattern>,
    pub(crate) resources: Choice<ResourcePattern>,
    pub(crate) conditions: Vec<Condition>,
}

/// The members as they come.
#[derive(Default)]
struct Draft {
    sid: Option<String>,
    effect: Option<Effect>,
    principals: Option<Choice<Named>>,
    actions: Option<Choice<ActionPattern>>,
    resources: Option<Choice<ResourcePattern>>,
    conditions: Vec<Condition>,
}

impl Statement {
    pub(crate) fn parse(node: Node, kind: Kind, variables: bool) -> Result<Self, Malformed> {
        let mut draft = Draft::default();
        for (name, value) in node.members()? {
            draft.take(&name, value, kind, variables).map_err(|error| error.of(&name))?;
        }
        draft.finish(kind)
    }

    /// How well the statement fits the request; [`Match::No`] where it does not.
    pub(crate) fn fits(&self, request: &Request) -> Match {
        let fits = self.actions.holds(|it| it.holds(&request.action))
            && self.resources.holds(|it| it.holds(&request.resource, &request.context))
            && self.conditions.iter().all(|it| it.holds(&request.context));
        if fits { self.knows(request) } else { Match::No }
    }

    fn knows(&self, request: &Request) -> Match {
        let exact = |found| if found { Match::Exact } else { Match::No };
        let asker = &request.principal;
        match (&self.principals, self.effect) {
            (None, _) => Match::Exact,
            (Some(Choice::Only(names)), _) => principal::best(names, asker),
            (Some(Choice::AllBut(names)), Effect::Deny) => exact(!principal::spares(names, asker)),
            // Who is named in any way is not let in by this statement.
            (Some(Choice::AllBut(names)), Effect::Allow) => {
                exact(principal::best(names, asker) == Match::No)
            }
        }
    }
}

impl Draft {
    fn take(
        &mut self,
        name: &str,
        value: Node,
        kind: Kind,
        variables: bool,
    ) -> Result<(), Malformed> {
        match name {
            "Sid" => self.sid = Some(sid(value.text()?, kind)?),
            "Effect" => self.effect = Some(effect(&value.text()?)?),
            "Principal" | "NotPrincipal" if kind == Kind::Identity => {
                return Err(Malformed::new("has no place in a policy of an identity"));
            }
            "Principal" => set(&mut self.principals, Choice::Only(principal::parse(value)?))?,
            "NotPrincipal" => set(&mut self.principals, Choice::AllBut(principal::parse(value)?))?,
            "Action" => set(&mut self.actions, Choice::Only(actions(value)?))?,
            "NotAction" => set(&mut self.actions, Choice::AllBut(actions(value)?))?,
            "Resource" => set(&mut self.resources, Choice::Only(resources(value, variables)?))?,
            "NotResource" => {
                set(&mut self.resources, Choice::AllBut(resources(value, variables)?))?;
            }
            "Condition" => self.conditions = Condition::parse_all(value, variables)?,
            _ => return Err(Malformed::new("is no member of a statement")),
        }
        Ok(())
    }

    fn finish(self, kind: Kind) -> Result<Statement, Malformed> {
        let missing = |member| Malformed::new("is missing").of(member);
        if kind == Kind::Resource && self.principals.is_none() {
            return Err(missing("Principal"));
        }
        Ok(Statement {
            sid: self.sid,
            effect: self.effect.ok_or_else(|| missing("Effect"))?,
            principals: self.principals,
            actions: self.actions.ok_or_else(|| missing("Action"))?,
            resources: self.resources.ok_or_else(|| missing("Resource"))?,
            conditions: self.conditions,
        })
    }
}

/// A member and its opposite exclude each other.
fn set<T>(place: &mut Option<T>, value: T) -> Result<(), Malformed> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Malformed::new("stands beside its opposite: keep one of the two")),
    }
}

fn sid(text: String, kind: Kind) -> Result<String, Malformed> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
    match plain || kind == Kind::Resource {
        _ if text.len() > SID_BYTES_MAX => Err(Malformed::new("is too long")),
        true => Ok(text),
        false => Err(Malformed::new("must consist of letters and digits")),
    }
}

fn effect(text: &str) -> Result<Effect, Malformed> {
    match text {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        _ => Err(Malformed::new(format!("must be Allow or Deny, not `{}`", short(text)))),
    }
}

fn actions(value: Node) -> Result<Vec<ActionPattern>, Malformed> {
    value.texts()?.iter().map(|text| ActionPattern::parse(text)).collect()
}

fn resources(value: Node, variables: bool) -> Result<Vec<ResourcePattern>, Malformed> {
    value.texts()?.iter().map(|text| ResourcePattern::parse(text, variables)).collect()
}
