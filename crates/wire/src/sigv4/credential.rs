//! The credential: which key, and the scope it was used in.

use super::{Error, TERMINATOR};

/// An access key id and the scope of its signature, as the request states them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    /// The access key id.
    pub access_key_id: String,
    /// The day of the signature, `YYYYMMDD`.
    pub date: String,
    /// The region the client had in mind; the signature check accepts any.
    pub region: String,
    /// The signing name of the service the client had in mind.
    pub service: String,
}

impl Credential {
    /// Reads `keyid/date/region/service/aws4_request`.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.split('/').collect();
        let &[access_key_id, date, region, service, terminator] = parts.as_slice() else {
            return Err(Error::scope(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{}'",
                crate::rejection::quote(text)
            )));
        };
        if terminator != TERMINATOR {
            let wrong = crate::rejection::quote(terminator);
            return Err(Error::scope(format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', \
                 not '{wrong}'."
            )));
        }
        Self::checked([access_key_id, date, region, service])
    }

    /// `date/region/service/aws4_request`, the scope as it is signed.
    pub(super) fn scope(&self) -> String {
        format!("{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }

    fn checked(parts: [&str; 4]) -> Result<Self, Error> {
        if !parts.iter().all(|part| is_plain(part)) {
            let message = "Credential elements must be visible ASCII and not empty";
            return Err(Error::scope(message.to_owned()));
        }
        let [access_key_id, date, region, service] = parts.map(str::to_owned);
        Ok(Self { access_key_id, date, region, service })
    }
}

/// The scope is a line of the string to sign: a line feed in it would let one signature stand for
/// two requests.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let credential = Credential::parse("AKID/20150830/us-east-1/iam/aws4_request").unwrap();
        assert_eq!(credential.access_key_id, "AKID");
        assert_eq!(credential.scope(), "20150830/us-east-1/iam/aws4_request");
    }

    #[test]
    fn refuses_scopes_that_are_not_five_plain_words() {
        for text in [
            "",
            "AKID",
            "AKID/20150830/us-east-1/iam",
            "AKID/20150830/us-east-1/iam/aws4_request/",
            "AKID/20150830/us-east-1/iam/aws5_request",
            "AKID/20150830//iam/aws4_request",
            "/20150830/us-east-1/iam/aws4_request",
            "AKID/20150830/us\neast/iam/aws4_request",
            "AKÌD/20150830/us-east-1/iam/aws4_request",
        ] {
            let error = Credential::parse(text).unwrap_err();
            assert!(matches!(error, Error::InvalidCredentialScope { .. }), "{text}");
        }
    }
}
