//! Whose key is it? Long-lived keys are kept; temporary ones carry all about themselves in a
//! token that only this server can open, so that no number of them fills a disk.

use crate::vault::{Secret, Vault};
use crate::{Env, State};
use model::resource::{KeyStatus, Sealed};
use model::{CallerKind, Identity, SessionIssuer, Timestamp};
use serde::{Deserialize, Serialize};

/// A key that may be used, and whose it is.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What the signature must have been made with.
    pub secret: Secret,
    /// Who.
    pub identity: Identity,
}

/// Why a key may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// There is no such key.
    Unknown,
    /// It was switched off.
    Inactive,
    /// A temporary key came without its token.
    TokenMissing,
    /// The token is not one of ours, or belongs to another key.
    TokenInvalid,
    /// The session is over.
    TokenExpired,
}

/// A temporary key, as it is given to whoever asked for it.
#[derive(Clone, Debug)]
pub struct SessionCredentials {
    /// `ASIA…`.
    pub access_key_id: String,
    /// To sign with.
    pub secret: Secret,
    /// To be sent along.
    pub token: String,
    /// When it ends.
    pub expires: Timestamp,
}

/// What a token holds.
#[derive(Serialize, Deserialize)]
struct Token {
    secret: String,
    identity: Identity,
}

/// First letters of temporary keys.
const TEMPORARY: &str = "ASIA";

pub(crate) fn resolve(
    state: &State,
    vault: &Vault,
    now: Timestamp,
    id: &str,
    token: Option<&str>,
) -> Result<Resolved, KeyError> {
    match token {
        Some(token) => resolve_temporary(state, vault, now, id, token),
        None if id.starts_with(TEMPORARY) => Err(KeyError::TokenMissing),
        None => resolve_long_lived(state, vault, id),
    }
}

fn resolve_long_lived(state: &State, vault: &Vault, id: &str) -> Result<Resolved, KeyError> {
    let key = state.access_key(id).ok_or(KeyError::Unknown)?;
    if key.status == KeyStatus::Inactive {
        return Err(KeyError::Inactive);
    }
    let user = state.user(&key.account, &key.user).ok_or(KeyError::Unknown)?;
    let secret = vault.open(id, &key.secret).ok_or(KeyError::Unknown)?;
    let identity = Identity {
        kind: CallerKind::IAMUser,
        principal_id: user.id.clone(),
        arn: user.arn(),
        account_id: user.account.clone(),
        access_key_id: id.to_owned(),
        user_name: Some(user.name.clone()),
        session: None,
    };
    Ok(Resolved { secret, identity })
}

fn resolve_temporary(
    state: &State,
    vault: &Vault,
    now: Timestamp,
    id: &str,
    token: &str,
) -> Result<Resolved, KeyError> {
    let opened = vault.open(id, &Sealed(token.to_owned())).ok_or(KeyError::TokenInvalid)?;
    let token: Token = serde_json::from_str(opened.expose()).map_err(|_| KeyError::TokenInvalid)?;
    let session = token.identity.session.as_ref().ok_or(KeyError::TokenInvalid)?;
    if session.expires <= now {
        return Err(KeyError::TokenExpired);
    }
    // A parent that was switched off or removed takes its sessions along. Under `--dev` any key
    // is a parent.
    let dev = state.birth().is_some_and(|birth| birth.dev);
    if token.identity.kind == CallerKind::IAMUser && !dev {
        let parent = state.access_key(&session.parent_key);
        match parent.map(|key| key.status) {
            Some(KeyStatus::Active) => {}
            Some(KeyStatus::Inactive) => return Err(KeyError::Inactive),
            None => return Err(KeyError::TokenInvalid),
        }
    }
    Ok(Resolved { secret: Secret::new(token.secret), identity: token.identity })
}

pub(crate) fn issue(
    vault: &Vault,
    env: &Env,
    parent: &Identity,
    lifetime_s: u32,
) -> SessionCredentials {
    let now = env.now();
    let expires = Timestamp::from_seconds(now.seconds() + i64::from(lifetime_s));
    let access_key_id = format!("{TEMPORARY}{}", env.base32(16));
    let secret = new_secret(env);
    let parent_key = parent.access_key_id.clone();
    let identity = Identity {
        access_key_id: access_key_id.clone(),
        session: Some(SessionIssuer { parent_key, created: now, expires }),
        ..parent.clone()
    };
    let token = Token { secret: secret.expose().to_owned(), identity };
    let text = Secret::new(serde_json::to_string(&token).unwrap_or_default());
    let token = vault.seal(&access_key_id, text.expose()).0;
    SessionCredentials { access_key_id, secret, token, expires }
}

/// Forty characters, as AWS's secrets have: 200 random bits.
pub(crate) fn new_secret(env: &Env) -> Secret {
    Secret::new(env.base32(40))
}
