//! Steps 5 and 7: the operation itself, and its record made durable.
//!
//! A write runs on the single writer, and its changes and its record are one frame. A read runs
//! first, and its record is committed before anybody hears of the answer.

use super::call::Call;
use super::describe;
use super::{Door, Turn};
use crate::answer::Answered;
use crate::fault;
use crate::service::{Access, Job, Ready};
use crate::snapshot::{Forge, Hands, Snapshot};
use engine::{Durable, Engine, State};
use model::{Effect, Record};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use wire::Fault;

/// How a call ended.
pub(super) type Told = Result<Answered, Fault>;

impl Door {
    /// Does what was asked, if it may be done, and records it.
    pub(super) async fn perform(
        &self,
        call: Arc<Call>,
        job: Result<Job, Fault>,
        turn: Turn,
    ) -> Result<Durable<Told>, engine::Error> {
        let (told, turn) = match job {
            Ok(Job::Write(write)) => return self.write(call, write, turn).await,
            Ok(Job::Make(make)) => {
                let material = self.engine.fresh_key(call.caller.fresh_id());
                let write: Ready<State, _> = Box::new(move |state, caller| {
                    make(&Forge::new(state.clone(), material), caller)
                });
                return self.write(call, write, turn).await;
            }
            Ok(Job::Read(read)) => self.read(&call, read, turn).await,
            Ok(Job::Act(act)) => self.act(&call, act, turn).await,
            Ok(Job::Copy(source, job)) => return self.copy(call, source, job, turn.rest()).await,
            // Its body was to be taken in: see `receive`.
            Ok(Job::Upload(_)) => (Err(fault::internal()), turn),
            Err(fault) => (Err(fault), turn),
        };
        self.tell(&call, told, turn).await
    }

    /// Records a call that changes nothing, or failed.
    pub(super) async fn tell(
        &self,
        call: &Call,
        told: Told,
        turn: Turn,
    ) -> Result<Durable<Told>, engine::Error> {
        let record = describe::record(&self.engine.state(), call, &told, self.now());
        let mut effect = Effect::default();
        remember(&mut effect, call, record);
        let committed = self.engine.commit(move |_: &State| (told, effect));
        let _at_work = turn.rest();
        committed.await
    }

    /// Proposes a change. The writer does the work, so the processor is let go of before.
    pub(super) async fn write(
        &self,
        call: Arc<Call>,
        write: Ready<State, (Answered, Effect)>,
        turn: Turn,
    ) -> Result<Durable<Told>, engine::Error> {
        let at = self.now();
        let propose = move |state: &State| {
            let (told, mut effect) = split(write(state, &call.caller));
            remember(&mut effect, &call, describe::record(state, &call, &told, at));
            (told, effect)
        };
        let committed = self.engine.commit(propose);
        let _at_work = turn.rest();
        committed.await
    }

    /// What takes long gives its turn back: the readers have an order of their own, by account.
    async fn read(
        &self,
        call: &Arc<Call>,
        read: Ready<Snapshot, Answered>,
        turn: Turn,
    ) -> (Told, Turn) {
        let snapshot = Snapshot::new(&self.engine, &self.settings);
        let asker = Arc::clone(call);
        let work = move || guarded(|| read(&snapshot, &asker.caller));
        if !is_slow(call) {
            return (work(), turn);
        }
        drop(turn);
        (self.in_the_back(call, work).await, Turn::free())
    }

    /// Queries may take minutes and have a bound of their own for each account.
    async fn act(&self, call: &Arc<Call>, act: Ready<Hands, Answered>, turn: Turn) -> (Told, Turn) {
        let hands = Hands::new(Snapshot::new(&self.engine, &self.settings), turn.gone());
        let asker = Arc::clone(call);
        let work = move || guarded(|| act(&hands, &asker.caller));
        if !is_a_query(call) {
            let _at_work = turn.rest();
            return (self.in_the_back(call, work).await, Turn::free());
        }
        drop(turn);
        let account = call.caller.account();
        let answered = self.engine.ask_long(account, move |_: &Engine| work()).await;
        (told(call, answered), Turn::free())
    }

    /// Runs on the engine's reader threads.
    async fn in_the_back(&self, call: &Call, work: impl FnOnce() -> Told + Send + 'static) -> Told {
        let account = call.caller.account();
        told(call, self.engine.ask(account, move |_: &Engine| work()).await)
    }
}

/// A data event of S3 is kept only where something selects it.
fn remember(effect: &mut Effect, call: &Call, record: Record) {
    match call.route.is_selective() {
        true => effect.data_events.push(record),
        false => effect.records.push(record),
    }
}

fn told(call: &Call, answered: Result<Told, engine::Error>) -> Told {
    let protocol = call.route.protocol;
    answered.unwrap_or_else(|error| Err(fault::of_engine(protocol, &error)))
}

fn is_a_query(call: &Call) -> bool {
    call.route.operation.is_some_and(|it| it.access == Access::Query)
}

fn is_slow(call: &Call) -> bool {
    call.route.operation.is_some_and(|it| it.access == Access::Search)
}

/// A call that failed changes nothing.
fn split(done: Result<(Answered, Effect), Fault>) -> (Told, Effect) {
    match done {
        Ok((answered, effect)) => (Ok(answered), effect),
        Err(fault) => (Err(fault), Effect::default()),
    }
}

/// A bug in one read is the end of that read, not of the server.
fn guarded(work: impl FnOnce() -> Told) -> Told {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Err(fault::internal())
    })
}
