//! A server without sockets: an engine over a disk in memory, with a clock that stands still.

use crate::request::Ask;
use crate::wait::block_on;
use engine::sim::SimDisk;
use engine::{Engine, Env, Place, Search, Settings};
use faces::{DevMode, Door, DoorSettings};
use model::{AccountId, Body, Change, Effect, Field, Origin, Record, RecordView, Scan, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use wire::sigv4::SecretKey;
use wire::{Request, Response};

/// 2026-09-21T14:13:20Z.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// An access key somebody holds.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: SecretKey,
    pub(crate) token: Option<String>,
}

impl Key {
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        let (id, secret) = (id.to_owned(), SecretKey::new(secret.to_owned()));
        let token = None;
        Self { id, secret, token }
    }
}

/// What the door is told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags {
    pub(crate) dev: bool,
    pub(crate) extended: bool,
    pub(crate) emulate_limits: bool,
}

pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) env: Env,
    pub(crate) door: Door,
    pub(crate) admin: Key,
    pub(crate) disk: SimDisk,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(Flags::default())
    }

    pub(crate) fn with(flags: Flags) -> Self {
        let disk = SimDisk::new(7);
        let env = Env::simulated(NOW, 7);
        let settings = Settings { dev: flags.dev, ..Settings::default() };
        let opened = Engine::simulated(Arc::new(disk.clone()), settings, env.clone()).unwrap();
        let admin = Key::new(&opened.admin.id, opened.admin.secret.expose());
        let settings = DoorSettings {
            dev: DevMode::for_loopback(([127, 0, 0, 1], 4610).into()).filter(|_| flags.dev),
            extended: flags.extended,
            emulate_limits: flags.emulate_limits,
        };
        Self {
            engine: opened.engine.clone(),
            env,
            door: Door::new(opened.engine, settings),
            admin,
            disk,
        }
    }

    /// Sends a request as it is.
    pub(crate) fn send(&self, request: Request) -> Response {
        block_on(self.door.handle(request))
    }

    /// Sends it signed by the administrator.
    pub(crate) fn ask(&self, ask: &Ask) -> Response {
        self.send(ask.signed(&self.admin, self.env.now()))
    }

    /// The answer to a JSON request by the administrator; panics unless it succeeded.
    pub(crate) fn json(&self, ask: &Ask) -> Value {
        let response = self.ask(ask);
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert_eq!(response.status.as_u16(), 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Every record of every account, newest first.
    pub(crate) fn records(&self) -> Vec<Value> {
        let question = Search { limit: 1_000, ..Search::default() };
        let page = self.engine.search(&question).unwrap();
        assert_eq!(page.next, None::<Place>, "more records than a test should make");
        let rows = page.rows.iter();
        rows.map(|row| serde_json::from_slice(&row.bytes).unwrap()).collect()
    }

    /// The records of one request.
    pub(crate) fn records_of(&self, response: &Response) -> Vec<Value> {
        let id = response.header("x-amzn-requestid").unwrap();
        let mut records = self.records();
        records.retain(|record| record["requestID"] == id);
        records
    }

    /// Puts a record there as an import would.
    pub(crate) fn import(&self, json: &str) {
        let mut scan = Scan::default();
        scan.read(json.as_bytes(), 0).unwrap();
        let view = RecordView::new(json.as_bytes(), &scan);
        let owner = AccountId::parse(&view.text(Field::RecipientAccount).unwrap()).unwrap();
        let record = Record {
            owner,
            origin: Origin::Imported,
            ingested: self.env.now(),
            stores: None,
            body: Body::ApiCall(json.as_bytes().into()),
        };
        let effect = Effect::from(record);
        self.engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
    }

    pub(crate) fn change(&self, change: Change) {
        let effect = Effect::from(change);
        self.engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
    }
}
