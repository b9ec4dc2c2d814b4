//! Whether a value is what a term asks for.

use crate::search::Match;

/// A compiled [`Match`].
#[derive(Clone, Debug)]
pub(crate) enum Matcher {
    Any(Vec<String>),
    Like(Glob),
}

impl Matcher {
    pub(crate) fn new(matches: &Match) -> Self {
        match matches {
            Match::Is(value) => Self::Any(vec![value.clone()]),
            Match::AnyOf(values) => Self::Any(values.clone()),
            Match::Like(pattern) => Self::Like(Glob::new(pattern)),
        }
    }

    pub(crate) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Any(values) => values.iter().any(|wanted| wanted == value),
            Self::Like(glob) => glob.matches(value),
        }
    }

    /// As [`Matcher::matches`], but exact values may be written in either case.
    pub(crate) fn matches_any_case(&self, value: &str) -> bool {
        match self {
            Self::Any(values) => values.iter().any(|wanted| wanted.eq_ignore_ascii_case(value)),
            Self::Like(glob) => glob.matches(value),
        }
    }

    /// Whether a principal's name is meant: the whole value, or one of the [`names`] within.
    pub(crate) fn matches_name(&self, value: &str) -> bool {
        self.matches(value) || names(value).any(|name| self.matches(name))
    }
}

/// The names within an identifier: `assumed-role/Role/session` holds the role and the session.
fn names(value: &str) -> impl Iterator<Item = &str> {
    let resource = value.rsplit(':').next().unwrap_or(value);
    resource.split('/').filter(move |name| *name != value)
}

/// A pattern with `*` (any run) and `?` (any one character), case ignored.
#[derive(Clone, Debug)]
pub(crate) struct Glob(Vec<char>);

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.chars().flat_map(char::to_lowercase).collect())
    }

    /// Walks both once; on a mismatch goes back to the last `*`, which makes it quadratic at
    /// worst and never exponential.
    pub(crate) fn matches(&self, value: &str) -> bool {
        // As in `new`, character by character: `str::to_lowercase` writes a Σ at the end of a
        // word differently.
        let value: Vec<char> = match value.is_ascii() {
            true => value.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).collect(),
            false => value.chars().flat_map(char::to_lowercase).collect(),
        };
        let (mut at, mut p, mut star, mut resume) = (0, 0, None, 0);
        while at < value.len() {
            match self.0.get(p) {
                Some('*') => {
                    star = Some(p);
                    resume = at;
                    p += 1;
                }
                Some(c) if *c == '?' || Some(c) == value.get(at) => {
                    p += 1;
                    at += 1;
                }
                _ => {
                    let Some(back) = star else { return false };
                    resume += 1;
                    at = resume;
                    p = back + 1;
                }
            }
        }
        self.0.iter().skip(p).all(|c| *c == '*')
    }
}

/// A pattern over actions: `iam:*`, `*:Delete*`, `CreateUser`.
#[derive(Clone, Debug)]
pub(crate) struct ActionMatcher {
    source: Option<Glob>,
    name: Glob,
}

impl ActionMatcher {
    pub(crate) fn all(matches: &Match) -> Vec<Self> {
        let texts = match matches {
            Match::Is(text) | Match::Like(text) => std::slice::from_ref(text),
            Match::AnyOf(texts) => texts,
        };
        texts.iter().map(|text| Self::new(text)).collect()
    }

    fn new(text: &str) -> Self {
        match text.split_once(':') {
            Some((source, name)) => Self { source: Some(Glob::new(source)), name: Glob::new(name) },
            None => Self { source: None, name: Glob::new(text) },
        }
    }

    /// Whether calls of any service are meant, also of records that name none.
    pub(crate) const fn of_any_source(&self) -> bool {
        self.source.is_none()
    }

    /// `iam` means `iam.amazonaws.com`; the full name is taken too.
    pub(crate) fn matches_source(&self, source: &str) -> bool {
        let Some(glob) = &self.source else {
            return true;
        };
        let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        glob.matches(short) || glob.matches(source)
    }

    pub(crate) fn matches_action(&self, name: &str) -> bool {
        self.name.matches(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_people_expect() {
        for (pattern, value, want) in [
            ("*", "", true),
            ("*", "anything", true),
            ("iam*", "IAM:CreateUser", true),
            ("*User", "CreateUser", true),
            ("*User", "CreateUsers", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("", "", true),
            ("", "x", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "xxbxxa", false),
            ("É*", "école", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(value), want, "{pattern} {value}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let pattern = "*a".repeat(200);
        assert!(!Glob::new(&pattern).matches(&"a".repeat(199)));
    }

    #[test]
    fn names_hide_in_identifiers() {
        let is = |name: &str| Matcher::new(&Match::Is(name.into()));
        let arn = "arn:aws:sts::123456789012:assumed-role/ReleaseRole/build-7731";
        assert!(is("build-7731").matches_name(arn));
        assert!(is("ReleaseRole").matches_name(arn));
        assert!(is("gh-run-1").matches_name("AROAEXAMPLE:gh-run-1"));
        assert!(!is("build").matches_name(arn));
    }

    #[test]
    fn actions_take_short_and_full_sources() {
        let matcher = ActionMatcher::new("iam:Create*");
        assert!(matcher.matches_source("iam.amazonaws.com"));
        assert!(matcher.matches_action("CreateUser"));
        assert!(!matcher.matches_source("ec2.amazonaws.com"));
        assert!(ActionMatcher::new("CreateUser").matches_source("anything"));
    }
}
