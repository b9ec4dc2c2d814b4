//! An event for PutAuditEvents that follows from its token: sent again, it has the same bytes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::seen::EVENT_MARK;
use crate::random::Random;

/// Letters that hardly shrink in an event, at most.
const PADDING_MAX: usize = 600;

/// The token of the `place`-th event of a call, which happened at `now_s`.
pub(super) fn token(call: &str, place: usize, now_s: u64) -> String {
    format!("{call}{EVENT_MARK}{place}@{now_s}")
}

/// One member of `auditEvents`.
pub(super) fn of(token: &str, account: &str) -> Value {
    json!({ "id": id(token), "eventData": data(token, account).to_string() })
}

/// The event's own id: its token in the letters that such ids may have.
pub(super) fn id(token: &str) -> String {
    token.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}

fn data(token: &str, account: &str) -> Value {
    let time = token.rsplit_once('@').and_then(|(_, second)| second.parse().ok()).unwrap_or(0);
    let time = Timestamp::from_second(time).unwrap_or_default();
    let mut random = Random::new(digest(token), 1);
    let length = random.below(PADDING_MAX);
    json!({
        "version": "1.0",
        "userIdentity": { "type": "CustomUserIdentity", "principalId": "crashlab" },
        "eventSource": "crashlab.example.com",
        "eventName": "Written",
        "eventTime": time.to_string(),
        "UID": token,
        "requestParameters": { "padding": random.base64(length) },
        "recipientAccountId": account,
    })
}

/// FNV-1a: two tokens seldom have the same one.
pub(super) fn digest(token: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    token.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_whenever_it_is_sent() {
        let token = token("crashlab/1-2-3-4", 5, 1_795_000_000);
        assert_eq!(token, "crashlab/1-2-3-4#e5@1795000000");
        let (first, again) = (of(&token, "1"), of(&token, "1"));
        assert_eq!(first, again);
        assert_eq!(id(&token), "crashlab-1-2-3-4-e5-1795000000");
        let data: Value = serde_json::from_str(first["eventData"].as_str().unwrap()).unwrap();
        assert_eq!(data["UID"], token.as_str());
        assert_eq!(data["eventTime"], "2026-11-18T11:06:40Z");
        assert_ne!(of("crashlab/a#e0@1", "1"), of("crashlab/a#e1@1", "1"));
    }
}
