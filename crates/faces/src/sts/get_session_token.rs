//! `GetSessionToken`:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
//!
//! The record tells the key that was issued and hides the token; AWS's shows it, which hands a
//! live half of the credentials to everybody who reads the log.

use super::prelude::*;
use crate::date;
use crate::hidden::HIDDEN;
use engine::SessionCredentials;
use model::CallerKind;

const LIFETIME_S_MIN: i64 = 900;
const LIFETIME_S_MAX: i64 = 129_600;
const LIFETIME_S_USUAL: i64 = 43_200;
/// AWS gives root an hour and no more, whatever it asks for.
const LIFETIME_S_ROOT: i64 = 3_600;

/// What is wanted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    duration_seconds: Option<i64>,
    serial_number: Option<String>,
    token_code: Option<Hidden<String>>,
}

/// What is given.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    credentials: Credentials,
}

/// A temporary key.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

/// Issues a temporary key for the caller.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<Answer<Output>, Error> {
    if caller.identity().session.is_some() {
        let message = "Cannot call GetSessionToken with session credentials";
        return Err(Error::AccessDenied(message.to_owned()));
    }
    if input.serial_number.is_some() || input.token_code.is_some() {
        let message = "pugmark knows no MFA devices: leave out SerialNumber and TokenCode";
        return Err(Error::AccessDenied(message.to_owned()));
    }
    let lifetime_s = lifetime_s(input.duration_seconds, caller.identity().kind)?;
    Ok(issued(&hands.issue_session(caller.identity(), lifetime_s)))
}

fn lifetime_s(asked: Option<i64>, kind: CallerKind) -> Result<u32, Error> {
    let seconds = asked.unwrap_or(LIFETIME_S_USUAL);
    let bound = match seconds {
        ..LIFETIME_S_MIN => format!("greater than or equal to {LIFETIME_S_MIN}"),
        LIFETIME_S_MIN..=LIFETIME_S_MAX => return Ok(granted_s(seconds, kind)),
        _ => format!("less than or equal to {LIFETIME_S_MAX}"),
    };
    Err(Error::ValidationError(format!(
        "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy \
         constraint: Member must have value {bound}"
    )))
}

fn granted_s(seconds: i64, kind: CallerKind) -> u32 {
    let seconds = match kind {
        CallerKind::Root => seconds.min(LIFETIME_S_ROOT),
        CallerKind::IAMUser => seconds,
    };
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

fn issued(session: &SessionCredentials) -> Answer<Output> {
    let response_elements = json!({
        "credentials": {
            "accessKeyId": session.access_key_id,
            "sessionToken": HIDDEN,
            "expiration": date::spelt(session.expires),
        }
    });
    let credentials = Credentials {
        access_key_id: session.access_key_id.clone(),
        secret_access_key: session.secret.expose().to_owned(),
        session_token: session.token.clone(),
        expiration: model::format_seconds(session.expires.seconds()),
    };
    let output = Output { credentials };
    Answer {
        output,
        response_elements,
    }
}

/// Secrets stay out of logs.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_have_awss_bounds() {
        let of = |asked| lifetime_s(asked, CallerKind::IAMUser);
        assert_eq!(of(None), Ok(43_200));
        assert_eq!(of(Some(900)), Ok(900));
        assert_eq!(of(Some(129_600)), Ok(129_600));
        for wrong in [899, 129_601, -1, i64::MAX] {
            assert!(of(Some(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(lifetime_s(Some(7_200), CallerKind::Root), Ok(3_600));
    }
}
