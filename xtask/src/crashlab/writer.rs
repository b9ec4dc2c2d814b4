//! A writer: signed calls of all kinds, one after the other, each in the ledger before it is sent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::audit_event;
use super::book::{Book, Told};
use super::bucket::{self, CELLS, VERSIONS};
use super::call::{self, Call, PART_BYTES, PARTED_BYTES};
use super::ledger::{Fate, Kind};
use super::object;
use super::seen::AGENT;
use super::trail;
use crate::client::{Answer, Client, Credentials};
use crate::clock::now_unix_s;
use crate::random::Random;

/// A server that does not answer for so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);
/// After an answer that takes nothing in, before the next call.
const PAUSE: Duration = Duration::from_millis(5);
/// A writer that has put so many bytes of objects in a cycle puts only small ones.
const SPENT_BYTES: usize = 4 << 20;
const SMALL_BYTES: usize = 200;
/// Keys of a writer's objects.
const KEYS: usize = 9;
/// Events of one call, at most.
pub(super) const EVENTS_MAX: usize = 100;

/// Where writers write to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) address: String,
    pub(super) credentials: Credentials,
    /// How far the server's clock is ahead of ours, in seconds.
    pub(super) ahead_s: i64,
}

/// What the calls of a series are about.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    arn: String,
    pub(super) store: String,
    account: String,
    /// Whether there are buckets to put objects into.
    pub(super) has_buckets: bool,
}

/// One of the threads that call.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    book: &'a Book,
    client: Client,
    spoiled: Client,
    random: Random,
    cycle: usize,
    thread: usize,
    /// All tokens of this writer begin so.
    prefix: String,
    count: usize,
    /// Bytes of objects so far.
    spent_bytes: usize,
}

impl<'a> Writer<'a> {
    /// Connects. Tokens are unique by series, cycle, thread and number.
    pub(super) fn connect(
        book: &'a Book,
        target: &Target,
        (series, cycle, thread): (usize, usize, usize),
        random: Random,
    ) -> Result<Self> {
        Ok(Self {
            book,
            client: client(target, &target.credentials)?,
            spoiled: client(target, &target.credentials.spoiled())?,
            random,
            cycle,
            thread,
            prefix: format!("{AGENT}{series}-{cycle}-{thread}"),
            count: 0,
            spent_bytes: 0,
        })
    }

    /// Makes the event data store and the channel that the calls are about.
    pub(super) fn prepare(&mut self) -> Result<Channel> {
        let selector = json!({"Field": "eventCategory", "Equals": ["ActivityAuditLog"]});
        let store = json!({
            "Name": "crashlab-store",
            "AdvancedEventSelectors": [{"Name": "put", "FieldSelectors": [selector]}],
            "TerminationProtectionEnabled": false,
        });
        let store = self.made("CreateEventDataStore", &store, "EventDataStoreArn")?;
        let channel = json!({
            "Name": "crashlab-channel",
            "Source": "Custom",
            "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": store}],
        });
        let arn = self.made("CreateChannel", &channel, "ChannelArn")?;
        let account = arn.split(':').nth(4).context("the channel's ARN names no account")?;
        Ok(Channel { account: account.to_owned(), store, arn, has_buckets: false })
    }

    fn made(&mut self, operation: &str, input: &Value, member: &str) -> Result<String> {
        let token = self.token(Kind::Call);
        let answer = self.client.cloudtrail(operation, &input.to_string())?;
        self.note(&token, &answer);
        let body = answer.json(operation)?;
        let text = body.get(member).and_then(Value::as_str);
        Ok(text.with_context(|| format!("{operation} answered without `{member}`"))?.to_owned())
    }

    /// Calls until told to stop, or until the connection breaks: how many calls were answered.
    pub(super) fn run(&mut self, channel: &Channel, stop: &AtomicBool) -> usize {
        let mut answered = 0;
        while !stop.load(Ordering::Relaxed) {
            let call = Call::draw(&mut self.random);
            match self.make(call, channel) {
                Ok(Told::Nothing) => thread::sleep(PAUSE),
                Ok(_) => {}
                // The server is gone: that is the point.
                Err(_) => break,
            }
            answered += 1;
        }
        answered
    }

    /// Makes one call; what its answer says of its record.
    pub(super) fn make(&mut self, call: Call, channel: &Channel) -> Result<Told> {
        match call {
            Call::Put(count) => {
                let (token, now_s) = (self.next(), self.now_s());
                let token = |place| audit_event::token(&token, place, now_s);
                let events: Vec<String> = (0..count).map(token).collect();
                self.put(channel, &events)
            }
            Call::Tag => self.tag(channel),
            Call::Object(bytes) if channel.has_buckets => self.object(bytes),
            Call::Spoiled => {
                let token = self.token(Kind::Call);
                self.spoiled.call_itself(&token);
                let answer = self.spoiled.caller_identity()?;
                Ok(self.note(&token, &answer))
            }
            other => {
                let token = self.token(Kind::Call);
                let answer = other.send(&mut self.client)?;
                Ok(self.note(&token, &answer))
            }
        }
    }

    /// Each writer has a tag of its own, whose value is the token of the call that set it.
    fn tag(&mut self, channel: &Channel) -> Result<Told> {
        let token = self.token(Kind::Tag(self.thread));
        let tag = json!({ "Key": tag_key(self.thread), "Value": token });
        let input = json!({ "ResourceId": channel.store, "TagsList": [tag] });
        let answer = self.client.cloudtrail("AddTags", &input.to_string())?;
        Ok(self.note(&token, &answer))
    }

    /// One more call of S3 that must be taken.
    pub(super) fn s3(
        &mut self,
        method: &str,
        target: &str,
        header: Option<(&'static str, &str)>,
        body: &[u8],
    ) -> Result<()> {
        let token = self.token(Kind::Call);
        let answer = match header {
            Some(header) => self.client.s3_with(method, target, header, body)?,
            None => self.client.s3(method, target, body)?,
        };
        self.note(&token, &answer);
        trail::must(&answer, target)
    }

    /// One more call of CloudTrail that must be taken.
    pub(super) fn cloudtrail(&mut self, operation: &str, input: &Value) -> Result<()> {
        let token = self.token(Kind::Call);
        let answer = self.client.cloudtrail(operation, &input.to_string())?;
        self.note(&token, &answer);
        trail::must(&answer, operation)
    }

    /// Puts an object: over the writer's own, as a version of one, or in parts.
    fn object(&mut self, bytes: usize) -> Result<Told> {
        let bytes = if self.spent_bytes < SPENT_BYTES { bytes } else { SMALL_BYTES };
        self.spent_bytes += bytes;
        match self.random.below(KEYS) {
            _ if bytes == PARTED_BYTES => self.parted(),
            0 => self.cell(bytes),
            key => self.version(key, bytes),
        }
    }

    fn cell(&mut self, bytes: usize) -> Result<Told> {
        let token = self.token(Kind::Cell(self.thread));
        let body = object::body(&object::token(&token, bytes));
        let target = format!("/{CELLS}/{}", trail::cell(self.thread));
        let answer = self.client.s3("PUT", &target, &body)?;
        Ok(self.note(&token, &answer))
    }

    fn version(&mut self, key: usize, bytes: usize) -> Result<Told> {
        let token = self.token(Kind::Call);
        let object = object::token(&token, bytes);
        self.book.intend(&object, Kind::Object, self.cycle);
        let target = format!("/{VERSIONS}/{}/{key}", self.thread);
        let answer = self.client.s3("PUT", &target, &object::body(&object))?;
        Ok(self.note_object(&token, &object, &answer))
    }

    /// Two parts; the object is that of the call which completes it.
    fn parted(&mut self) -> Result<Told> {
        let target = format!("/{VERSIONS}/{}/parted", self.thread);
        let token = self.token(Kind::Call);
        let answer = self.client.s3("POST", &format!("{target}?uploads"), b"")?;
        self.note(&token, &answer);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let Some(upload) = bucket::member(&text, "UploadId") else { return Ok(Told::Nothing) };
        // The token of the completing call, after those of the two parts.
        let last = format!("{}-{}", self.prefix, self.count + 3);
        let object = object::token(&last, PARTED_BYTES);
        let body = object::body(&object);
        let (first, second) = body.split_at(PART_BYTES.min(body.len()));
        let mut list = String::new();
        for (part, number) in [(first, 1), (second, 2)] {
            let token = self.token(Kind::Call);
            let place = format!("{target}?partNumber={number}&uploadId={upload}");
            let answer = self.client.s3("PUT", &place, part)?;
            self.note(&token, &answer);
            let etag = &answer.etag;
            list += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
        }
        let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
        let token = self.token(Kind::Call);
        self.book.intend(&object, Kind::Object, self.cycle);
        let place = format!("{target}?uploadId={upload}");
        let answer = self.client.s3("POST", &place, list.as_bytes())?;
        Ok(self.note_object(&token, &object, &answer))
    }

    /// A call that was refused puts no object, also where its refusal is recorded.
    fn note_object(&mut self, token: &str, object: &str, answer: &Answer) -> Told {
        let told = self.note(token, answer);
        let of_object = match told {
            Told::Recorded if !(200..300).contains(&answer.status) => Told::Refused,
            other => other,
        };
        self.book.note(object, of_object, "");
        told
    }

    /// Puts events, for the first time or again.
    pub(super) fn put(&mut self, channel: &Channel, events: &[String]) -> Result<Told> {
        let call = self.token(Kind::Call);
        events.iter().for_each(|token| self.book.intend(token, Kind::Event, self.cycle));
        let bodies = events.iter().map(|token| audit_event::of(token, &channel.account));
        let input = json!({ "auditEvents": bodies.collect::<Vec<Value>>() }).to_string();
        let answer = self.client.put_audit_events(&channel.arn, &input)?;
        for token in events {
            let told = call::told_of_event(&answer, token);
            self.book.note(token, told, &answer.request_id);
        }
        Ok(self.note(&call, &answer))
    }

    /// Puts events again, after a recovery: each must be taken.
    pub(super) fn put_again(&mut self, channel: &Channel, events: &[String]) -> Result<()> {
        for some in events.chunks(EVENTS_MAX) {
            if self.put(channel, some)? != Told::Recorded {
                bail!("a call that was repeated after a recovery was not taken");
            }
            let ledger = self.book.open();
            let fate = |token: &String| ledger.entry(token).map(|entry| entry.fate);
            if let Some(token) = some.iter().find(|it| fate(it) != Some(Fate::Acknowledged)) {
                bail!("{token} was put again after a recovery and not taken");
            }
        }
        Ok(())
    }

    /// What the server says each writer's tag is: (writer, value).
    pub(super) fn tags(&mut self, channel: &Channel) -> Result<Vec<(usize, String)>> {
        let token = self.token(Kind::Call);
        let input = json!({ "ResourceIdList": [channel.store] }).to_string();
        let answer = self.client.cloudtrail("ListTags", &input)?;
        self.note(&token, &answer);
        let body = answer.json("ListTags")?;
        let tags = body.pointer("/ResourceTagList/0/TagsList").and_then(Value::as_array);
        let tag = |tag: &Value| {
            let thread = tag.get("Key")?.as_str()?.strip_prefix(TAG_KEY)?.parse().ok()?;
            Some((thread, tag.get("Value")?.as_str()?.to_owned()))
        };
        Ok(tags.map_or_else(Vec::new, |tags| tags.iter().filter_map(tag).collect()))
    }

    fn now_s(&self) -> u64 {
        now_unix_s().saturating_add_signed(self.client.ahead_s)
    }

    fn next(&mut self) -> String {
        self.count += 1;
        format!("{}-{}", self.prefix, self.count)
    }

    /// A new token, in the ledger, under which the next call goes.
    fn token(&mut self, kind: Kind) -> String {
        let token = self.next();
        self.book.intend(&token, kind, self.cycle);
        self.client.call_itself(&token);
        token
    }

    fn note(&self, token: &str, answer: &Answer) -> Told {
        let told = call::told(answer);
        self.book.note(token, told, &answer.request_id);
        told
    }
}

const TAG_KEY: &str = "writer";

fn tag_key(thread: usize) -> String {
    format!("{TAG_KEY}{thread}")
}

fn client(target: &Target, credentials: &Credentials) -> Result<Client> {
    let mut client = Client::connect(&target.address, credentials)?;
    client.patience(PATIENCE)?;
    client.ahead_s = target.ahead_s;
    Ok(client)
}

/// Where a token stands among those of its writer: (cycle, number).
pub(super) fn place(token: &str) -> (usize, usize) {
    let numbers = token.strip_prefix(AGENT).unwrap_or_default().split('-');
    let numbers: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [_, cycle, _, number] => (*cycle, *number),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_a_writer_have_an_order() {
        assert_eq!(place("crashlab/1-20-3-104"), (20, 104));
        assert!(place("crashlab/1-2-3-104") < place("crashlab/1-10-3-4"));
        assert_eq!(place("nonsense"), (0, 0));
    }
}
