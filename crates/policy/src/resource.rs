//! Patterns of resources. A `*` spans `/` and `:`, as it does at AWS.

use crate::context::Context;
use crate::error::{Malformed, short};
use crate::glob::matches;
use crate::template::{Reading, Template};

/// Which resources.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ResourcePattern(Template, String);

impl ResourcePattern {
    pub(crate) fn parse(text: &str, variables: bool) -> Result<Self, Malformed> {
        let is_arn = text.starts_with("arn:") && text.bytes().filter(|b| *b == b':').count() >= 5;
        if text != "*" && !is_arn {
            return Err(Malformed::new(format!("`{}` is neither an ARN nor `*`", short(text))));
        }
        let template = Template::parse(text, Reading { wildcards: true, variables })?;
        Ok(Self(template, text.to_owned()))
    }

    /// As it was written.
    pub(crate) fn written(&self) -> &str {
        &self.1
    }

    /// Whether this resource is one of them. A variable without a value makes it none.
    pub(crate) fn holds(&self, resource: &[char], context: &Context) -> bool {
        self.0.resolve(context).is_some_and(|pattern| matches(&pattern, resource))
    }

    /// Whether it is this one text in all requests.
    pub(crate) fn is_plainly(&self, resource: &str) -> bool {
        let text: Vec<char> = resource.chars().collect();
        self.0.is_fixed() && self.holds(&text, &Context::default())
    }
}
