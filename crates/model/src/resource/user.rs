//! Users of an account.

use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};

/// An IAM user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account the user belongs to.
    pub account: AccountId,
    /// Unique within the account.
    pub name: String,
    /// Unique for all time, `AIDA…`.
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it may do everything. Policies take this place when identities are built.
    pub admin: bool,
}

impl User {
    /// The user's name.
    pub fn arn(&self) -> Arn {
        Arn::user(&self.account, &self.name)
    }
}
