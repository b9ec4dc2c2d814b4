//! Events of somebody's own application, as PutAuditEvents takes them.

use jiff::Timestamp;

use super::draw::Draw;
use super::world::World;
use crate::clock;
use crate::random::Random;

/// One event's data; `<name>` is a value drawn for each.
const DATA: &str = concat!(
    r#"{"version":"1.0","userIdentity":{"type":"CustomUserIdentity","principalId":"<principal>","#,
    r#""details":{"department":"<word>","session":"<hex16>","signInMethod":"saml"}},"#,
    r#""userAgent":"orders-service/4.12 (linux; amd64)","eventSource":"orders.example.com","#,
    r#""eventName":"<verb>Order","eventTime":"<time>","UID":"<uuid>","requestParameters":{"#,
    r#""order":"ORD-<number>","customer":"CUST-<hex8>","currency":"EUR","amount":<port>,"#,
    r#""lines":[{"article":"<fresh>","count":<byte>},{"article":"<fresh>","count":<byte>}]},"#,
    r#""responseElements":{"status":"accepted","reference":"<fresh>"},"#,
    r#""sourceIPAddress":"<address>","recipientAccountId":"<account>","additionalEventData":{"#,
    r#""service":"<word>","trace":"<fresh><fresh>","host":"ip-10-0-<byte>-17","stage":"prod"}}"#,
);

/// Events of one connection.
#[derive(Debug)]
pub(super) struct AuditEvents<'a> {
    world: &'a World,
    random: Random,
    account: String,
}

impl<'a> AuditEvents<'a> {
    /// Each `stream` of a seed is one of its own.
    pub(super) fn new(world: &'a World, seed: u64, stream: u64, account: &str) -> Self {
        Self { world, random: Random::new(seed, stream), account: account.to_owned() }
    }

    /// The body of a call with so many events, which happened now.
    pub(super) fn body(&mut self, count: usize) -> String {
        let now_s = i64::try_from(clock::now_unix_s()).unwrap_or(0);
        let time = Timestamp::from_second(now_s).map_or_else(|_| String::new(), |t| t.to_string());
        let mut body = String::with_capacity(count * 1_200);
        body.push_str("{\"auditEvents\":[");
        for place in 0..count {
            if place > 0 {
                body.push(',');
            }
            self.event(&time, &mut body);
        }
        body + "]}"
    }

    fn event(&mut self, time: &str, body: &mut String) {
        let id = self.random.uuid();
        let user = self.world.users.get(self.world.user_rank.draw(&mut self.random));
        let address = self.world.addresses.get(self.world.address_rank.draw(&mut self.random));
        let verb = self.random.pick(&["Create", "Approve", "Cancel", "Ship", "Refund", "Read"]);
        let mut draw = Draw::new(self.world, &mut self.random);
        draw.set("principal", user.map_or("nobody", |user| &user.name));
        draw.set("address", address.map_or("203.0.113.1", String::as_str));
        draw.set("verb", verb.unwrap_or("Read"));
        draw.set("time", time);
        draw.set("account", &self.account);
        let mut data = String::with_capacity(DATA.len() + 400);
        draw.fill(DATA, &mut data);
        // The template's only characters that JSON escapes are its quotes.
        let data = data.replace('"', "\\\"");
        body.push_str(&format!("{{\"id\":\"{id}\",\"eventData\":\"{data}\"}}"));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn makes_calls_as_the_service_takes_them() {
        let world = World::new(1);
        let body = AuditEvents::new(&world, 1, 1, "111122223333").body(100);
        let body: Value = serde_json::from_str(&body).unwrap();
        let events = body["auditEvents"].as_array().unwrap();
        let ids: BTreeSet<&str> =
            events.iter().map(|event| event["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 100);
        for event in events {
            let text = event["eventData"].as_str().unwrap();
            assert!((700..1_200).contains(&text.len()), "{} bytes", text.len());
            assert!(!text.contains('<'), "{text}");
            let data: Value = serde_json::from_str(text).unwrap();
            assert_eq!(data["recipientAccountId"], "111122223333");
            assert!(data["requestParameters"].is_object() && data["UID"].is_string());
        }
    }

    #[test]
    fn differs_from_stream_to_stream() {
        let world = World::new(1);
        let id = |stream| {
            let body = AuditEvents::new(&world, 1, stream, "111122223333").body(1);
            let body: Value = serde_json::from_str(&body).unwrap();
            body["auditEvents"][0]["id"].as_str().unwrap().to_owned()
        };
        assert_ne!(id(1), id(2));
    }
}
