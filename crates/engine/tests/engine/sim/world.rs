//! Random work on a data directory, cut off at random, opened again, and compared with the model.

use super::claims::check;
use super::model::{Deed, Item, Kept, Model, ObjectStep, Violation, What};
use super::twin;
use crate::call::{Call, MARCH, account, recorded, uuid};
use engine::sim::{Random, SimDisk, WriteFault};
use engine::{Engine, Env, Error, RootKey, Settings, StagedBody};
use model::disk::Disk;
use model::resource::{Object, User};
use model::{AccountId, Change, Effect, Record, Timestamp};
use std::path::Path;
use std::sync::Arc;

/// What happened in a run, to see that it was not all idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lives: u64,
    pub(crate) records: u64,
    pub(crate) cut_openings: u64,
    pub(crate) in_doubt: u64,
    pub(crate) doubts_kept: u64,
    pub(crate) seals: u64,
    pub(crate) failed_seals: u64,
    pub(crate) merges: u64,
    pub(crate) cold_merges: u64,
    pub(crate) objects: u64,
    pub(crate) unlinked: u64,
    pub(crate) imports: u64,
    pub(crate) no_space: u64,
    pub(crate) poisoned: u64,
    pub(crate) retained: u64,
    pub(crate) trace: u64,
}

/// Runs `lives` lives of one data directory.
pub(crate) fn run(seed: u64, lives: u64) -> Result<Tally, Violation> {
    // A third lies in the clear, a third is encrypted, a third is encrypted one day.
    let clear_lives = [lives + 1, 0, lives / 3][(seed % 3) as usize];
    let (mut world, engine) = lived(seed, lives, None, clear_lives)?;
    if world.settings.retention_days.is_none() {
        twin::compare(&engine, &world.model, &world.settings)?;
    }
    engine.close();
    world.tally.lives = lives;
    world.tally.records = world.model.kept.len() as u64;
    world.tally.trace = world.disk.trace_hash();
    Ok(world.tally)
}

/// Looks at a disk between two lives, and while it is open.
pub(crate) type Look = fn(&SimDisk) -> Result<(), Violation>;

/// A directory that has lived, open; from `clear_lives` on it is encrypted.
fn lived(
    seed: u64,
    lives: u64,
    look: Option<Look>,
    clear_lives: u64,
) -> Result<(World, Engine), Violation> {
    let mut world = World::new(seed);
    world.look = look;
    for life in 0..lives {
        if life == clear_lives {
            let key = RootKey::make(&engine::Random::new(|bytes| bytes.fill(7)));
            (world.settings.root_key, world.settings.encrypt) = (Some(key), true);
        }
        world.live()?;
    }
    let engine = world.open()?;
    Ok((world, engine))
}

/// The disk of a directory that has lived, `look`ed at all the time: closed in order, or as a
/// process leaves it that is killed.
pub(crate) fn disk(
    seed: u64,
    lives: u64,
    is_closed: bool,
    look: Option<Look>,
) -> Result<SimDisk, Violation> {
    let (mut world, engine) = lived(seed, lives, look, lives)?;
    if is_closed {
        engine.close();
    } else {
        (0..3).try_for_each(|_| world.commit(&engine))?;
    }
    engine.settle();
    world.disk = world.disk.restart();
    drop(engine);
    world.watched()?;
    Ok(world.disk)
}

struct World {
    disk: SimDisk,
    look: Option<Look>,
    env: Env,
    random: Random,
    settings: Settings,
    model: Model,
    tally: Tally,
    /// The administrator's key, once it was shown to anybody.
    admin: Option<(String, String)>,
    /// Numbers records, users and imports.
    next: u64,
    /// In this life something was told to go wrong.
    is_armed: bool,
    is_limited: bool,
    /// As counted when the last life ended.
    failed_syncs: u64,
}

/// Where objects are put.
pub(crate) const BUCKETS: [&str; 2] = ["attic", "logs"];

const HOUR_MS: i64 = 3_600_000;

fn settings(random: &mut Random) -> Settings {
    Settings {
        threads: 1,
        cache_bytes: 1 << 20,
        snapshot_bytes: 2_000 + random.below(30_000),
        cold_bytes: 1_000 + random.below(20_000) as usize,
        segment_bytes: 1_000 + random.below(20_000),
        retention_days: random.once_in(4).then_some(1),
        ..Settings::default()
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(!seed);
        Self {
            disk: SimDisk::new(seed),
            look: None,
            env: Env::simulated(Timestamp(MARCH.0 + 400 * 24 * HOUR_MS), seed),
            settings: settings(&mut random),
            random,
            model: Model::default(),
            tally: Tally::default(),
            admin: None,
            next: 0,
            is_armed: false,
            is_limited: false,
            failed_syncs: 0,
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn live(&mut self) -> Result<(), Violation> {
        let engine = self.open()?;
        self.arm();
        for _ in 0..self.random.below(20) {
            self.step(&engine)?;
            engine.settle();
            if !self.disk.is_powered() {
                break;
            }
        }
        self.end(engine);
        Ok(())
    }

    /// Opens the directory, perhaps cut off again while doing so, and checks what it holds.
    fn open(&mut self) -> Result<Engine, Violation> {
        for _ in 0..100 {
            self.watched()?;
            if self.random.once_in(4) {
                self.disk.cut_power_at(1 + self.random.below(12));
            }
            let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
            match Engine::simulated(disk, self.settings.clone(), self.env.clone()) {
                Ok(opened) if self.disk.is_powered() => {
                    // A cut that did not come must not come later: lives arm themselves.
                    self.disk.cut_power_at(u64::MAX);
                    let key = (opened.admin.id, opened.admin.secret.expose().to_owned());
                    if self.admin.get_or_insert_with(|| key.clone()) != &key {
                        return Err("the administrator's key changed".to_owned());
                    }
                    opened.engine.settle();
                    let done = self.model.deeds.len();
                    self.check(&opened.engine)?;
                    self.tally.doubts_kept += (self.model.deeds.len() - done) as u64;
                    self.no_orphans(&opened.engine)?;
                    self.watched()?;
                    return Ok(opened.engine);
                }
                Ok(opened) => opened.engine.settle(),
                Err(error) if self.disk.is_powered() => return Err(format!("open: {error:?}")),
                Err(_) => {}
            }
            self.tally.cut_openings += 1;
            self.disk = self.disk.crash();
        }
        Err("does not come up".to_owned())
    }

    fn watched(&self) -> Result<(), Violation> {
        self.look.map_or(Ok(()), |look| look(&self.disk))
    }

    fn check(&mut self, engine: &Engine) -> Result<(), Violation> {
        let limit = [60, 1_000][self.random.below(2) as usize];
        check(engine, &mut self.model, limit)
    }

    fn no_orphans(&self, engine: &Engine) -> Result<(), Violation> {
        let files = self.disk.list(Path::new("parts")).unwrap();
        let mut live: Vec<String> =
            engine.state().parts().map(|part| part.id.file_name()).collect();
        live.sort_unstable();
        if files != live {
            return Err(format!("{files:?} lie there, {live:?} live"));
        }
        let named = self.model.objects.values().flat_map(|object| object.files());
        let mut named: Vec<String> = named.map(str::to_owned).collect();
        named.sort_unstable();
        let bodies = crate::bodies::files(&self.disk);
        let staged = self.disk.list(Path::new("objects/stage")).unwrap();
        let is_clean = bodies == named && staged.is_empty();
        is_clean.then_some(()).ok_or_else(|| format!("{bodies:?} lie there, {named:?} are named"))
    }

    fn arm(&mut self) {
        self.is_armed = self.random.below(4) > 0;
        if !self.is_armed {
            return;
        }
        match self.random.below(6) {
            0 => self.disk.fail_sync_at(1 + self.random.below(30)),
            1 => {
                let faults = [WriteFault::Broken, WriteFault::Full, WriteFault::Short];
                let fault = faults[self.random.below(3) as usize];
                self.disk.fail_write_at(1 + self.random.below(20), fault);
            }
            _ => self.disk.cut_power_at(1 + self.random.below(50)),
        }
    }

    /// A crash mostly; sometimes an orderly end, or that of the process alone. Never that one
    /// after a sync that failed outside the journal: what the kernel then shows is not what is
    /// durable, and nobody can know (`docs/formats/journal.md`, limits).
    fn end(&mut self, engine: Engine) {
        self.disk.set_capacity(None);
        self.is_limited = false;
        let failed = self.disk.counts().failed_syncs;
        let is_clean = failed == self.failed_syncs;
        self.failed_syncs = failed;
        match self.random.below(4) {
            0 if is_clean => {
                engine.close();
                self.disk = self.disk.restart();
            }
            1 if is_clean => self.disk = self.disk.restart(),
            _ => self.disk = self.disk.crash(),
        }
    }

    fn step(&mut self, engine: &Engine) -> Result<(), Violation> {
        match self.random.below(32) {
            0..=3 => self.seal(engine),
            4..=6 => self.compact(engine),
            7..=8 => self.import(engine),
            9 => self.limit(),
            10 => self.unlimit(),
            11..=12 => self.retain(engine),
            13..=14 => {
                self.env.advance(HOUR_MS * self.random.below(20) as i64);
                Ok(())
            }
            15 => self.look(engine),
            16..=18 => self.merge_cold(engine),
            19 => self.unlink_bodies(engine),
            _ => self.commit(engine),
        }
    }

    /// Also an engine that stopped taking writes goes on answering. What is in doubt is not
    /// there until the journal is read again.
    fn look(&mut self, engine: &Engine) -> Result<(), Violation> {
        let doubt = self.model.doubt.take();
        let outcome = self.check(engine);
        self.model.doubt = doubt;
        outcome
    }

    fn limit(&mut self) -> Result<(), Violation> {
        self.is_limited = true;
        let used = used(&self.disk);
        self.disk.set_capacity(Some(used + self.random.below(20_000)));
        Ok(())
    }

    fn unlimit(&mut self) -> Result<(), Violation> {
        self.is_limited = false;
        self.disk.set_capacity(None);
        Ok(())
    }

    /// Whether an error may be: nothing fails on a sound disk, and a full one stops nothing for
    /// good.
    fn excuse(&mut self, error: &Error) -> Result<(), Violation> {
        let is_full = self.is_limited && !matches!(error, Error::Poisoned { .. });
        self.tally.no_space += u64::from(matches!(error, Error::NoSpace));
        (self.is_armed || is_full).then_some(()).ok_or_else(|| format!("unprovoked: {error:?}"))
    }

    fn seal(&mut self, engine: &Engine) -> Result<(), Violation> {
        match engine.seal() {
            Ok(count) => self.tally.seals += u64::from(count > 0),
            Err(error) => {
                self.tally.failed_seals += 1;
                self.excuse(&error)?;
            }
        }
        Ok(())
    }

    fn compact(&mut self, engine: &Engine) -> Result<(), Violation> {
        match engine.compact() {
            Ok(merged) => self.tally.merges += u64::from(merged),
            Err(error) => self.excuse(&error)?,
        }
        Ok(())
    }

    fn merge_cold(&mut self, engine: &Engine) -> Result<(), Violation> {
        match engine.merge_cold() {
            Ok(merged) => self.tally.cold_merges += u64::from(merged),
            Err(error) => self.excuse(&error)?,
        }
        Ok(())
    }

    fn unlink_bodies(&mut self, engine: &Engine) -> Result<(), Violation> {
        match engine.unlink_bodies() {
            Ok(count) => self.tally.unlinked += count as u64,
            Err(error) => self.excuse(&error)?,
        }
        Ok(())
    }

    fn retain(&mut self, engine: &Engine) -> Result<(), Violation> {
        let Some(days) = self.settings.retention_days else { return Ok(()) };
        let before = Timestamp(self.env.now().0 - i64::from(days) * 24 * HOUR_MS);
        self.model.expired_before = Some(before);
        match engine.retain() {
            Ok(parts) => self.tally.retained += parts as u64,
            Err(error) => self.excuse(&error)?,
        }
        Ok(())
    }

    fn commit(&mut self, engine: &Engine) -> Result<(), Violation> {
        let users = (0..self.random.below(8).saturating_sub(5)).map(|_| self.user()).collect();
        let most = 1 + self.random.below(50);
        let count = self.random.below(most) + 1;
        let records: Vec<(Item, Record)> = (0..count).map(|_| self.record()).collect();
        // Kept until it is known whether anything names them.
        let mut staged = Vec::new();
        let objects = self.objects(engine, &mut staged)?;
        self.tally.objects += objects.len() as u64;
        let deed = self.deed(What::Commit { users, objects, records });
        let effect = effect(&deed);
        let sound = engine.status().poisoned.is_none();
        let outcome = engine.commit(move |_| ((), effect)).wait().map(drop);
        let outcome = self.outcome(sound, deed, outcome);
        drop(staged);
        outcome
    }

    fn import(&mut self, engine: &Engine) -> Result<(), Violation> {
        let count = self.random.below(40) + 1;
        let items: Vec<Item> = (0..count).map(|_| self.import_item()).collect();
        let label = format!("import-{}", self.number());
        let records: Vec<_> =
            items.iter().map(|item| (item.owner.clone(), item.text.clone().into_bytes())).collect();
        let deed = self.deed(What::Import { label: label.clone(), items });
        let sound = engine.status().poisoned.is_none();
        let outcome = engine.import_records(&label, records.into_iter()).map(drop);
        self.tally.imports += u64::from(outcome.is_ok());
        self.outcome(sound, deed, outcome)
    }

    fn deed(&self, what: What) -> Deed {
        Deed { at: self.env.now(), what }
    }

    /// Only a write that failed leaves a doubt; whoever is refused afterwards was refused.
    fn outcome(
        &mut self,
        sound: bool,
        deed: Deed,
        outcome: Result<(), Error>,
    ) -> Result<(), Violation> {
        match outcome {
            Ok(()) if !sound => return Err("acknowledged after a failed write".to_owned()),
            Ok(()) => self.model.take(deed),
            Err(error) => {
                self.excuse(&error)?;
                if sound && matches!(error, Error::Poisoned { .. }) {
                    self.tally.poisoned += 1;
                    self.tally.in_doubt += 1;
                    self.model.doubt = Some(deed);
                }
            }
        }
        Ok(())
    }

    fn user(&mut self) -> User {
        let number = self.number();
        User {
            account: self.owner(),
            name: format!("user-{}", number % 5),
            id: format!("AIDA{number}"),
            created: self.env.now(),
            admin: false,
        }
    }

    /// Some objects that are put or put again, and some that go, each of another key.
    fn objects(
        &mut self,
        engine: &Engine,
        staged: &mut Vec<StagedBody>,
    ) -> Result<Vec<ObjectStep>, Violation> {
        let count = self.random.below(9).saturating_sub(3);
        let mut steps: Vec<ObjectStep> = Vec::new();
        for _ in 0..count {
            let Some(step) = self.object(engine, staged)? else { continue };
            let place = |step: &ObjectStep| {
                let object = step.object();
                (object.bucket.clone(), object.key.clone())
            };
            if steps.iter().all(|other| place(other) != place(&step)) {
                steps.push(step);
            }
        }
        Ok(steps)
    }

    /// `None` where its bytes could not be written.
    fn object(
        &mut self,
        engine: &Engine,
        staged: &mut Vec<StagedBody>,
    ) -> Result<Option<ObjectStep>, Violation> {
        let known = self.model.objects.len() as u64;
        if known > 0 && self.random.once_in(3) {
            let place = self.random.below(known) as usize;
            let mut object = self.model.objects.values().nth(place).unwrap().clone();
            if self.random.once_in(2) {
                return Ok(Some(ObjectStep::Remove(object)));
            }
            object.tags = [("put again".to_owned(), self.number().to_string())].into();
            return Ok(Some(ObjectStep::Put(object)));
        }
        let order = self.number();
        let key = format!("{}/{:02}", ["a", "b/c", "ä"][self.random.below(3) as usize], order % 40);
        let mut object = Object {
            bucket: BUCKETS[self.random.below(2) as usize].to_owned(),
            version: Object::version_of(order, self.random.below(u64::MAX)),
            marker: self.random.once_in(5),
            ..crate::objects::object(&key, order)
        };
        if !object.marker {
            let most = [20, 4_000, 9_000, 140_000][self.random.below(4).min(order % 8) as usize];
            let len = self.random.below(most) as usize;
            let bytes: Vec<u8> = (0..=255).cycle().skip(order as usize % 256).take(len).collect();
            match crate::bodies::stage(engine, &bytes) {
                Ok(body) => {
                    object.bodies.extend(body.body.clone());
                    self.model.contents.insert(object.version.clone(), bytes);
                    staged.push(body);
                }
                Err(error) => {
                    self.excuse(&error)?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(ObjectStep::Put(object)))
    }

    fn owner(&mut self) -> AccountId {
        account(["111122223333", "444455556666", "1234567890123"][self.random.below(3) as usize])
    }

    fn call(&mut self) -> Call {
        let number = self.number();
        let days = self.random.below(3) * 30 + self.random.below(2);
        let seconds = days * 86_400 + self.random.below(50);
        let names = ["PutObject", "DeleteTrail", "AssumeRole", "ConsoleLogin"];
        Call {
            owner: self.owner(),
            id: (!self.random.once_in(10)).then(|| uuid(number)),
            time: Timestamp(MARCH.0 + seconds as i64 * 1_000),
            name: names[self.random.below(4) as usize],
            user: ["alice", "bob"][self.random.below(2) as usize].to_owned(),
            number,
        }
    }

    /// Mostly as AWS writes them; some with odd spaces, some that cannot be read at all.
    fn record(&mut self) -> (Item, Record) {
        let (call, now) = (self.call(), self.env.now());
        let text = call.json();
        let (id, time, text) = match self.random.below(40) {
            0 => (None, now, format!("\u{1}no JSON {}\u{6}!", call.number)),
            1 => (None, now, format!("{text} and more")),
            2..=5 => {
                (call.id.clone(), call.time, text.replace(':', " :  ").replace("00 :  ", "00:"))
            }
            _ => (call.id.clone(), call.time, text),
        };
        let record = recorded(&call.owner, now, text.as_bytes());
        (Item { owner: call.owner, id, time, text }, record)
    }

    /// Something new mostly; sometimes what is there already, or other bytes with its id.
    fn import_item(&mut self) -> Item {
        let again = self.random.below(4);
        let readable = |kept: &&Kept| kept.text.starts_with('{') && kept.text.ends_with('}');
        let known: Vec<&Kept> = self.model.kept.iter().filter(readable).collect();
        if again > 1 || known.is_empty() || self.settings.retention_days.is_some() {
            let call = self.call();
            let text = call.json();
            return Item { owner: call.owner, id: call.id, time: call.time, text };
        }
        let kept = known[self.random.below(known.len() as u64) as usize];
        let mut text = kept.text.clone();
        if again == 1 && kept.id.is_some() {
            self.next += 1;
            text.truncate(text.len() - 1);
            text = format!("{text},\"extra\":{}}}", self.next);
        }
        Item { owner: kept.owner.clone(), id: kept.id.clone(), time: kept.time, text }
    }
}

/// What a commit proposes.
pub(crate) fn effect(deed: &Deed) -> Effect {
    match &deed.what {
        What::Commit { users, objects, records } => Effect {
            changes: {
                let users = users.iter().cloned().map(Change::UserPut);
                users.chain(objects.iter().map(change)).collect()
            },
            records: records.iter().map(|(_, record)| record.clone()).collect(),
            ..Effect::default()
        },
        What::Import { .. } => Effect::default(),
    }
}

fn change(step: &ObjectStep) -> Change {
    match step {
        ObjectStep::Put(object) => Change::ObjectPut(Box::new(object.clone())),
        ObjectStep::Remove(object) => crate::objects::removed(object),
    }
}

/// Bytes of all files.
fn used(disk: &SimDisk) -> u64 {
    let dirs = ["", "journal", "parts", "state", "cold", "objects/stage"];
    let bodies = crate::bodies::dirs();
    let dirs = dirs.into_iter().map(str::to_owned).chain(bodies);
    let paths = dirs.flat_map(|dir| {
        let names = disk.list(Path::new(&dir)).unwrap_or_default();
        names.into_iter().map(move |name| Path::new(&dir).join(name))
    });
    paths.filter_map(|path| disk.open(&path).ok()?.len().ok()).sum()
}
