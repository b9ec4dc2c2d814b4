//! Records as no producer in its right mind would write them, and yet JSON.

use crate::dice::Dice;

/// A JSON object: known members and unknown ones, in any order and spelling.
pub(crate) fn record(dice: &mut Dice) -> Vec<u8> {
    let mut wild = Wild { dice, out: Vec::new() };
    wild.object("", 0);
    wild.out
}

const ROOT: &[&str] = &[
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "eventId",
    "readOnly",
    "resources",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "eventCategory",
    "tlsDetails",
    "insightDetails",
    "eventContext",
    "addendum",
    "annotation",
    "sessionCredentialFromConsole",
];

/// The members of an object that is known by name; those of all others are made up.
fn members(object: &str) -> &'static [&'static str] {
    match object {
        "" => ROOT,
        "userIdentity" => &[
            "type",
            "principalId",
            "arn",
            "accountId",
            "accessKeyId",
            "userName",
            "invokedBy",
            "sessionContext",
        ],
        "sessionContext" => &["sessionIssuer", "attributes", "sourceIdentity"],
        "sessionIssuer" => &["type", "principalId", "arn", "accountId", "userName"],
        "attributes" => &["mfaAuthenticated", "creationDate"],
        "tlsDetails" => &["tlsVersion", "cipherSuite", "clientProvidedHostHeader"],
        "responseElements" => &["credentials", "bucketName"],
        "credentials" => &["accessKeyId", "expiration", "sessionToken"],
        _ => &["name", "eventName", "a", ""],
    }
}

const TIMES: &[&str] = &[
    "2023-07-10T11:42:31Z",
    "2023-07-10T11:42:31.250Z",
    "2023-07-10 11:42:31",
    "2023-07-10T13:42:31+02:00",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "2106-02-07T06:28:15Z",
    "2106-02-07T06:28:16Z",
    "9999-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "2023-02-30T00:00:00Z",
    "2016-12-31T23:59:60Z",
    "2023-7-10T11:42:31Z",
    "yesterday",
];

const NUMBERS: &[&str] =
    &["0", "-0", "7", "1.5e+9", "-12.000", "1E-7", "123456789012345678901234567890"];

const PIECES: &[&str] = &[
    "a",
    "Bucket",
    "-",
    "/",
    "\\/",
    "\\\"",
    "\\\\",
    "\\n",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\u0001",
    "é",
    "漢字",
    "🐾",
    "\u{7f}",
    "\u{2028}",
    "arn:aws:iam::123456789012:user/ann",
    " ",
    "%2F",
];

struct Wild<'a> {
    dice: &'a mut Dice,
    out: Vec<u8>,
}

impl Wild<'_> {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn space(&mut self) {
        if self.dice.once_in(8) {
            let space = *self.dice.pick(&[" ", "  ", "\n", "\t", "\r\n    "]);
            self.put(space);
        }
    }

    fn object(&mut self, name: &str, depth: usize) {
        self.put("{");
        let count = self.dice.below(if depth == 0 { 24 } else { 6 });
        for place in 0..count {
            if place > 0 {
                self.put(",");
            }
            self.space();
            self.member(members(name), depth);
            self.space();
        }
        self.put("}");
    }

    /// Keys may come twice; some are written with escapes.
    fn member(&mut self, keys: &[&str], depth: usize) {
        let key = match self.dice.below(12) {
            0 => "event\\u004eame".to_owned(),
            1 => self.text(),
            _ => (*self.dice.pick(keys)).to_owned(),
        };
        self.put(&format!("\"{key}\""));
        self.space();
        self.put(":");
        self.space();
        self.value(&key, depth + 1);
    }

    fn value(&mut self, key: &str, depth: usize) {
        let sane = !self.dice.once_in(4);
        let kinds = if depth > 6 { 9 } else { 14 };
        match self.dice.below(kinds) {
            _ if sane && key == "eventTime" => self.time(),
            _ if sane && matches!(key, "eventID" | "requestID" | "sharedEventID") => self.uuid(),
            0 => {
                let word = *self.dice.pick(&["null", "true", "false", "\"true\""]);
                self.put(word);
            }
            1 => {
                let number = *self.dice.pick(NUMBERS);
                self.put(number);
            }
            2 => self.time(),
            3 => self.uuid(),
            4..9 => {
                let text = self.text();
                self.put(&format!("\"{text}\""));
            }
            9..12 => self.object(key, depth),
            _ => self.array(depth),
        }
    }

    fn array(&mut self, depth: usize) {
        let many = if self.dice.once_in(20) { 300 } else { 5 };
        let count = self.dice.below(many);
        self.put("[");
        for place in 0..count {
            if place > 0 {
                self.put(",");
            }
            self.space();
            // Wide arrays stay flat, or records would grow without end.
            self.value("", if many > 5 { 7 } else { depth + 1 });
        }
        self.put("]");
    }

    fn time(&mut self) {
        let time = *self.dice.pick(TIMES);
        self.put(&format!("\"{time}\""));
    }

    fn uuid(&mut self) {
        let id = model::RecordId(self.dice.id()).to_uuid();
        let id = match self.dice.below(8) {
            0 => id.to_uppercase(),
            1 => id.replace('-', "_"),
            _ => id,
        };
        self.put(&format!("\"{id}\""));
    }

    fn text(&mut self) -> String {
        let count = self.dice.below(6);
        (0..count).map(|_| *self.dice.pick(PIECES)).collect()
    }
}
