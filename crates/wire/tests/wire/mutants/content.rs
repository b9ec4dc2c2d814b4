//! Changes of headers and body.

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::Brood;
use crate::oracle::HOST;

impl Brood {
    pub(super) fn headers(&mut self) {
        let headers = self.parent.headers.clone();
        for name in headers.keys() {
            let value = headers[name].clone();
            let doubled = value.clone();
            self.add(format!("without {name}"), |it| drop(it.headers.remove(name)));
            self.add(format!("twice {name}"), |it| {
                it.headers.append(name, doubled);
            });
            for (kind, other) in others(&value).into_iter().enumerate() {
                self.add(format!("{name} way {kind}"), |it| {
                    it.headers.insert(name, other);
                });
            }
        }
        if headers.contains_key("my-list") {
            self.add("list turned round".to_owned(), |it| {
                it.headers.insert("my-list", HeaderValue::from_static("a"));
                it.headers.append("my-list", HeaderValue::from_static("b"));
            });
        }
    }

    pub(super) fn strange_headers(&mut self) {
        for name in [
            "x-amz-acl",
            "x-amz-target",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-content-sha256",
            "x-amz-copy-source",
            "x-amz-meta-b",
            "x-amz-decoded-content-length",
            "x-amz-",
        ] {
            for value in ["", "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
                self.add(format!("unsigned {name}: {value}"), |it| {
                    it.headers.append(HeaderName::from_static(name), value.parse().unwrap());
                });
            }
        }
        for value in ["AWS AKIDEXAMPLE:x", "Bearer x", "", "AWS4-HMAC-SHA256"] {
            self.add(format!("one more authorization: {value}"), |it| {
                it.headers.append("authorization", value.parse().unwrap());
            });
        }
    }

    pub(super) fn bodies(&mut self) {
        if !self.body_signed {
            return;
        }
        let body = self.parent.body.to_vec();
        for index in 0..body.len() {
            let mut other = body.clone();
            other[index] ^= 1;
            self.add(format!("body byte {index}"), |it| it.body = Bytes::from(other));
        }
        for (kind, other) in
            [&body[..body.len() / 2], &[&body[..], b" "].concat()].into_iter().enumerate()
        {
            let other = Bytes::copy_from_slice(other);
            self.add(format!("body length {kind}"), |it| it.body = other);
        }
    }
}

/// Values near this one that mean something else.
fn others(value: &HeaderValue) -> Vec<HeaderValue> {
    let text = value.to_str().unwrap();
    let mut all = vec![format!("{text}x"), format!("x{text}"), format!("{text},")];
    if text != text.to_uppercase() && text != HOST {
        all.push(text.to_uppercase());
    }
    all.push(text.replace(' ', ""));
    all.retain(|other| other != text);
    all.iter().map(|other| other.parse().unwrap()).collect()
}
