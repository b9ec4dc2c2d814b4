//! Questions as the engine understands them, from what people type.

use crate::when::{self, When};
use engine::{Attribute, Match, Search, Term};
use model::{AccountId, TimeRange, Timestamp};

/// What narrows a question; all of it must hold.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Filters {
    /// User, role, session, ARN, access key, account or service; * and ? stand for anything
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
    /// Only calls that were denied or failed
    #[arg(long)]
    pub(crate) failed: bool,
    /// Address or service the call came from; * and ? stand for anything
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) from_ip: Option<String>,
    /// Access key id that signed
    #[arg(long, value_name = "ID")]
    pub(crate) key: Option<String>,
    /// Name or ARN of what was touched; * and ? stand for anything
    #[arg(long, value_name = "NAME")]
    pub(crate) resource: Option<String>,
    /// Only this region
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Only this account
    #[arg(long, value_name = "ID", value_parser = account)]
    pub(crate) account: Option<AccountId>,
    /// From this time on: 2026-11-01T02:13:07Z, 2026-11-01, 90d, 2h
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,
}

fn account(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).ok_or_else(|| "an account id is twelve digits".to_owned())
}

impl Filters {
    /// The searches whose answers together are the answer: one per kind of action asked for, since
    /// all terms of one search must hold.
    pub(crate) fn searches(&self, actions: &[String], now: Timestamp) -> Vec<Search> {
        let base = Search {
            owner: self.account.clone(),
            region: self.region.clone(),
            times: self.times(now),
            terms: self.terms(),
            ..Search::default()
        };
        if actions.is_empty() {
            return vec![base];
        }
        let with = |term| {
            let mut search = base.clone();
            search.terms.push(term);
            search
        };
        action_terms(actions).into_iter().map(with).collect()
    }

    /// One search for all actions together, for questions that count.
    pub(crate) fn search(&self, actions: &[String], now: Timestamp) -> Search {
        let mut terms = self.terms();
        if !actions.is_empty() {
            let matches = Match::AnyOf(actions.to_vec());
            terms.push(Term { what: Attribute::Action, matches });
        }
        Search {
            owner: self.account.clone(),
            region: self.region.clone(),
            times: self.times(now),
            terms,
            ..Search::default()
        }
    }

    /// The range of time asked for.
    pub(crate) fn times(&self, now: Timestamp) -> TimeRange {
        when::range(self.since.as_ref(), self.until.as_ref(), now)
    }

    fn terms(&self) -> Vec<Term> {
        let who = self.who.as_ref().map(|who| term(Attribute::Who, &session(who)));
        let named = [
            (Attribute::SourceIp, &self.from_ip),
            (Attribute::AccessKeyId, &self.key),
            (Attribute::ResourceName, &self.resource),
        ];
        let named = named.into_iter().filter_map(|(what, text)| Some(term(what, text.as_ref()?)));
        let failed = self
            .failed
            .then(|| Term { what: Attribute::Failed, matches: Match::Is("true".to_owned()) });
        who.into_iter().chain(named).chain(failed).collect()
    }
}

/// A role's session, shown as `ReleaseRole/build-7731`, is the end of its ARN.
fn session(who: &str) -> String {
    if who.contains('/') && !who.contains(':') && !is_glob(who) {
        return format!("*/{who}");
    }
    who.to_owned()
}

/// The terms that find any of these actions: exact names of a kind go together, globs apart.
fn action_terms(actions: &[String]) -> Vec<Term> {
    let (mut whole, mut bare, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    for action in actions {
        let action = action.replacen(".amazonaws.com:", ":", 1);
        let what = if action.contains(':') { Attribute::Action } else { Attribute::EventName };
        if is_glob(&action) {
            terms.push(term(what, &action));
        } else if what == Attribute::Action {
            whole.push(action);
        } else {
            bare.push(action);
        }
    }
    for (what, names) in [(Attribute::Action, whole), (Attribute::EventName, bare)] {
        if !names.is_empty() {
            let matches = Match::AnyOf(names);
            terms.push(Term { what, matches });
        }
    }
    terms
}

/// The same searches, exact names taken in any spelling of upper and lower case; `None` where
/// that asks nothing new.
pub(crate) fn any_case(searches: &[Search]) -> Option<Vec<Search>> {
    let mut changed = false;
    let mut loose = Vec::new();
    for search in searches {
        let Some((last, rest)) = search.terms.split_last() else {
            continue;
        };
        let Match::AnyOf(names) = &last.matches else {
            loose.push(search.clone());
            continue;
        };
        changed = true;
        loose.extend(names.iter().map(|name| {
            let mut search = search.clone();
            search.terms = rest.to_vec();
            search.terms.push(Term { what: last.what, matches: Match::Like(name.clone()) });
            search
        }));
    }
    changed.then_some(loose)
}

fn term(what: Attribute, text: &str) -> Term {
    let text = text.to_owned();
    let matches = if is_glob(&text) { Match::Like(text) } else { Match::Is(text) };
    Term { what, matches }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(actions: &[&str]) -> Vec<Term> {
        let actions: Vec<String> = actions.iter().map(|it| (*it).to_owned()).collect();
        action_terms(&actions)
    }

    #[test]
    fn names_go_together_and_globs_apart() {
        let got = terms(&["iam:*", "CreateUser", "iam.amazonaws.com:CreateRole", "DeleteUser"]);
        let want = [
            Term { what: Attribute::Action, matches: Match::Like("iam:*".to_owned()) },
            Term {
                what: Attribute::Action,
                matches: Match::AnyOf(vec!["iam:CreateRole".to_owned()]),
            },
            Term {
                what: Attribute::EventName,
                matches: Match::AnyOf(vec!["CreateUser".to_owned(), "DeleteUser".to_owned()]),
            },
        ];
        assert_eq!(format!("{got:?}"), format!("{want:?}"));
    }

    #[test]
    fn every_filter_is_a_term() {
        let filters = Filters {
            who: Some("ali*".to_owned()),
            failed: true,
            from_ip: Some("192.0.2.20".to_owned()),
            ..Filters::default()
        };
        let searches = filters.searches(&[], Timestamp(0));
        assert_eq!(searches.len(), 1);
        assert_eq!(searches[0].terms.len(), 3);
        assert!(matches!(&searches[0].terms[0].matches, Match::Like(glob) if glob == "ali*"));
        assert!(matches!(&searches[0].terms[1].matches, Match::Is(ip) if ip == "192.0.2.20"));
    }

    #[test]
    fn a_session_is_asked_for_as_it_is_shown() {
        assert_eq!(session("ReleaseRole/build-7731"), "*/ReleaseRole/build-7731");
        for whole in ["alice", "*Role/x", "arn:aws:iam::1:user/alice", "ec2.amazonaws.com"] {
            assert_eq!(session(whole), whole);
        }
    }

    #[test]
    fn a_second_look_takes_any_case() {
        let filters = Filters::default();
        let actions = ["createuser".to_owned(), "deleteuser".to_owned()];
        let searches = filters.searches(&actions, Timestamp(0));
        assert_eq!(any_case(&searches).unwrap().len(), 2);
        let globs = filters.searches(&["iam:*".to_owned()], Timestamp(0));
        assert!(any_case(&globs).is_none());
        assert!(any_case(&filters.searches(&[], Timestamp(0))).is_none());
    }
}
