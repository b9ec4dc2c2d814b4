//! Changes of what the request says about its signature.

use super::Brood;

impl Brood {
    pub(super) fn signatures(&mut self) {
        let signature = self.signature.clone();
        for index in 0..signature.len() {
            let digit = if &signature[index..=index] == "0" { "1" } else { "0" };
            let mut other = signature.clone();
            other.replace_range(index..=index, digit);
            self.replace(format!("signature digit {index}"), &signature, &other);
        }
        for (kind, other) in [
            signature.to_uppercase(),
            signature[1..].to_owned(),
            format!("{signature}0"),
            String::new(),
            "0".repeat(64),
            signature.chars().rev().collect(),
            format!("0x{}", &signature[2..]),
        ]
        .iter()
        .enumerate()
        {
            self.replace(format!("signature way {kind}"), &signature, other);
        }
    }

    /// Changes text wherever the signature stands, header or query.
    fn replace(&mut self, deed: String, old: &str, new: &str) {
        self.add(deed, |it| {
            it.target = it.target.replace(old, new);
            if let Some(value) = it.header("authorization") {
                let value = value.replace(old, new);
                it.headers.insert("authorization", value.parse().unwrap());
            }
        });
    }

    /// The list of signed headers and what separates its names, as it stands in the request.
    fn list(&self) -> (String, &'static str) {
        let text = self.parent.header("authorization").unwrap_or(&self.parent.target);
        let (_, list) = text.split_once("SignedHeaders=").unwrap();
        let list = list.split([',', '&']).next().unwrap().to_owned();
        let joint = if self.parent.header("authorization").is_some() { ";" } else { "%3B" };
        (list, joint)
    }

    pub(super) fn signed_headers(&mut self) {
        let (list, joint) = self.list();
        let names: Vec<&str> = list.split(joint).collect();
        let mut others = vec![
            String::new(),
            list.to_uppercase(),
            format!("{list}{joint}"),
            format!("{joint}{list}"),
            format!("{list}{joint}zzz"),
            format!("accept{joint}{list}"),
            list.replacen("host", "host:x", 1),
            list.replacen("host", " host", 1),
        ];
        for index in 0..names.len() {
            let (mut less, mut more, mut turned) = (names.clone(), names.clone(), names.clone());
            less.remove(index);
            more.insert(index, names[index]);
            turned.rotate_left(index);
            others.extend([less.join(joint), more.join(joint), turned.join(joint)]);
        }
        for (index, other) in others.iter().enumerate() {
            let (old, new) = (format!("SignedHeaders={list}"), format!("SignedHeaders={other}"));
            self.replace(format!("signed headers way {index}"), &old, &new);
        }
    }

    pub(super) fn scopes(&mut self) {
        let joint = if self.parent.header("authorization").is_some() { "/" } else { "%2F" };
        for (old, new) in [
            ("AKIDEXAMPLE", "AKIDEXAMPLF"),
            ("AKIDEXAMPLE", "akidexample"),
            ("AKIDEXAMPLE", ""),
            ("us-east-1", "us-east-2"),
            ("us-east-1", "US-EAST-1"),
            ("us-east-1", ""),
            ("us-east-1", "us-east-1/x"),
            ("aws4_request", "aws4_reques"),
            ("aws4_request", "AWS4_REQUEST"),
            ("aws4_request", "aws4_request/"),
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            ("AWS4-HMAC-SHA256", "aws4-hmac-sha256"),
            ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        ] {
            self.replace(format!("scope {old} to {new}"), old, &new.replace('/', joint));
        }
        for service in ["logs", "iam", "xray", "s3", "sts"] {
            let old = format!("us-east-1{joint}{service}{joint}");
            for other in ["s3", "events", "", "%00"] {
                let new = format!("us-east-1{joint}{other}{joint}");
                self.replace(format!("service {service} to {other}"), &old, &new);
            }
        }
    }

    pub(super) fn dates(&mut self) {
        for other in [
            "20150830T123601Z",
            "20150830T123559Z",
            "20150831T123600Z",
            "20150830T123600",
            "20150830T1236Z",
            "2015-08-30T12:36:00Z",
            "20150230T123600Z",
            "",
        ] {
            self.add(format!("date {other:?}"), |it| {
                it.target = it.target.replace("20150830T123600Z", other);
                if it.headers.contains_key("x-amz-date") {
                    it.headers.insert("x-amz-date", other.parse().unwrap());
                }
            });
        }
        for other in ["20150829", "20150831", "2015083", "", "20150830T123600Z"] {
            for joint in ["/", "%2F"] {
                let (old, new) =
                    (format!("{joint}20150830{joint}"), format!("{joint}{other}{joint}"));
                self.replace(format!("scope date {other:?} {joint}"), &old, &new);
            }
        }
        for other in ["0", "61", "604801", "-60", "+60", "60.0", "", "%2060", "060"] {
            let (old, new) = ("X-Amz-Expires=60", format!("X-Amz-Expires={other}"));
            self.replace(format!("expires {other:?}"), old, &new);
        }
    }

    pub(super) fn fields(&mut self) {
        let Some(value) = self.parent.header("authorization").map(str::to_owned) else {
            return;
        };
        let (scheme, fields) = value.split_once(' ').unwrap();
        let fields: Vec<&str> = fields.split(", ").collect();
        for index in 0..fields.len() {
            let (mut less, mut more, mut odd) = (fields.clone(), fields.clone(), fields.clone());
            less.remove(index);
            more.push(fields[index]);
            odd.push("Extra=1");
            let lower = fields[index].to_lowercase();
            let mut small = fields.clone();
            small[index] = &lower;
            for (kind, list) in [less, more, odd, small].iter().enumerate() {
                let text = format!("{scheme} {}", list.join(", "));
                self.add(format!("field {index} way {kind}"), |it| {
                    it.headers.insert("authorization", text.parse().unwrap());
                });
            }
        }
        let unscoped = fields.join(" ");
        for (kind, text) in [unscoped, scheme.to_owned(), value.replace(' ', "")].iter().enumerate()
        {
            self.add(format!("whole authorization way {kind}"), |it| {
                it.headers.insert("authorization", text.parse().unwrap());
            });
        }
    }
}
