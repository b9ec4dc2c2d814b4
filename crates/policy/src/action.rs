//! Patterns of actions: `s3:Get*`. Case does not matter.

use crate::context::Context;
use crate::error::{Malformed, short};
use crate::glob::{Token, matches};
use crate::template::{Reading, Template};

/// Which actions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ActionPattern(Vec<Token>);

impl ActionPattern {
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        if !is_sound(text) {
            return Err(Malformed::new(format!(
                "`{}` is no action: write `*` or a service and an action, as `s3:GetObject`",
                short(text)
            )));
        }
        let reading = Reading { wildcards: true, variables: false };
        let template = Template::parse(&text.to_ascii_lowercase(), reading)?;
        Ok(Self(template.resolve(&Context::default()).unwrap_or_default()))
    }

    /// Whether this action is one of them.
    pub(crate) fn holds(&self, action: &[char]) -> bool {
        matches(&self.0, action)
    }
}

fn is_sound(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let wild = |b: u8| b.is_ascii_alphanumeric() || b"*?-_".contains(&b);
    let parted = text.split_once(':').is_some_and(|(service, name)| {
        let service = service == "*" || !service.is_empty() && service.bytes().all(plain);
        service && !name.is_empty() && name.bytes().all(wild)
    });
    text == "*" || parted
}
