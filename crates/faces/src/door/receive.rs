//! Requests whose body is an object: who asks, and whether they may, is known before the body is
//! looked at. The body is taken in as it comes; the operation sees it when it is on disk.

use super::call::{Call, Ids};
use super::handle::Told;
use super::parse;
use super::respond::{self, Said};
use super::route;
use super::turn::Rest;
use super::{Door, Handled, Turn};
use crate::fault;
use crate::service::{Access, Job, PutJob, Ready, Source, UploadJob};
use crate::snapshot::Snapshot;
use crate::upload::{Intake, Keeping, Received, Staged};
use engine::{Durable, Engine, State};
use model::Timestamp;
use std::sync::Arc;
use wire::{Fault, Protocol, Request};

/// A body on its way in, and the call that it belongs to.
pub struct Reception {
    call: Arc<Call>,
    began: Timestamp,
    job: Result<PutJob, Fault>,
    intake: Option<Intake>,
}

impl std::fmt::Debug for Reception {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reception").field("call", &self.call).finish_non_exhaustive()
    }
}

impl Reception {
    /// Takes what came of the body. `false`: no more is wanted of it. May wait for the disk.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let taken = match &mut self.intake {
            Some(intake) => intake.take(bytes),
            None => return false,
        };
        match taken {
            Ok(()) => true,
            Err(fault) => {
                self.refuse(fault);
                false
            }
        }
    }

    /// The body will not come to its end.
    pub fn break_off(&mut self, fault: Fault) {
        self.refuse(fault);
    }

    /// Whether any of the body is wanted.
    pub const fn is_wanted(&self) -> bool {
        self.intake.is_some()
    }

    fn refuse(&mut self, fault: Fault) {
        self.intake = None;
        if self.job.is_ok() {
            self.job = Err(fault);
        }
    }
}

impl Door {
    /// Whether a request's body is to be taken in as it comes.
    pub fn receives(&self, head: &Request) -> bool {
        // Most requests are told apart without a look at their address.
        if head.method.as_str() != "PUT" {
            return false;
        }
        let route = route::route(head, None);
        route.operation.is_some_and(|it| it.access == Access::Upload)
    }

    /// Looks at the head of such a request; answers at once who cannot prove who they are. Others
    /// are answered by [`Door::end`], whatever they may.
    ///
    /// # Errors
    /// The answer.
    pub fn begin(&self, head: &Request) -> Result<Reception, Box<Handled>> {
        let began = self.now();
        let route = route::route(head, self.settings.dev);
        let ids = Ids::new(self.engine.env());
        let (caller, promise) = match self.authenticate_head(head, &route) {
            Ok(proved) => proved,
            Err(refusal) => {
                let (outcome, response) = self.turn_away(&route, &ids, &refusal);
                self.metrics.count(&route, outcome, 0);
                return Err(Box::new(Handled { response, stream: None, account: None }));
            }
        };
        let allowed = self.authorize(head, &caller, &route);
        let (job, parameters) = parse::parse(head, &route);
        let call = Call::new(head, &route, caller, ids, parameters);
        let job = allowed.and(job).and_then(|job| match job {
            Job::Upload(job) => Ok(job),
            _ => Err(fault::internal()),
        });
        let intake = job.and_then(|UploadJob { keeping, put }| {
            let keeping = keeping(&self.engine.state(), &call.caller)?;
            let intake = Intake::begin(&self.engine, head, promise, keeping)?;
            Ok((put, intake))
        });
        let call = Arc::new(call);
        Ok(match intake {
            Ok((put, intake)) => Reception { call, began, job: Ok(put), intake: Some(intake) },
            Err(fault) => Reception { call, began, job: Err(fault), intake: None },
        })
    }

    /// Makes the body durable, does what was asked, records it and answers.
    pub async fn end(&self, reception: Reception, turn: Turn) -> Handled {
        let Reception { call, began, job, intake } = reception;
        let told = self.settle(Arc::clone(&call), job, intake, turn).await;
        let Said { outcome, response, stream } = respond::answer(&call, told);
        let took_ms = self.now().0.saturating_sub(began.0);
        self.metrics.count(&call.route, outcome, took_ms);
        Handled { response, stream, account: Some(call.caller.account().clone()) }
    }

    /// One that came whole.
    pub(super) async fn receive(&self, request: &Request, turn: Turn) -> Handled {
        let head = Request { body: Default::default(), ..request.clone() };
        match self.begin(&head) {
            Err(handled) => *handled,
            Ok(mut reception) => {
                reception.take(&request.body);
                self.end(reception, turn).await
            }
        }
    }

    async fn settle(
        &self,
        call: Arc<Call>,
        job: Result<PutJob, Fault>,
        intake: Option<Intake>,
        turn: Turn,
    ) -> Result<Durable<Told>, engine::Error> {
        let at_work = turn.rest();
        let received = match intake.filter(|_| job.is_ok()) {
            Some(intake) => {
                let account = call.caller.account();
                let finished = self.engine.ask(account, move |_: &Engine| intake.finish()).await;
                finished.unwrap_or_else(|error| Err(fault::of_engine(Protocol::RestXml, &error)))
            }
            None => Err(fault::internal()),
        };
        match (job, received) {
            (Ok(job), Ok(received)) => self.put(call, job, received, at_work).await,
            (Err(fault), _) | (Ok(_), Err(fault)) => {
                self.tell(&call, Err(fault), at_work.again()).await
            }
        }
    }

    /// Proposes what the operation makes of a body.
    async fn put(
        &self,
        call: Arc<Call>,
        job: PutJob,
        received: Received,
        at_work: Rest,
    ) -> Result<Durable<Told>, engine::Error> {
        let staged = Staged::of(&received);
        let write = Box::new(move |state: &State, caller: &_| job(state, caller, staged));
        let told = self.write(call, write, at_work.again()).await;
        // Until here nothing may take the file away; if nothing names it, it goes now.
        drop(received);
        told
    }

    /// Reads what is to be copied, writes it anew, and proposes the copy.
    pub(super) async fn copy(
        &self,
        call: Arc<Call>,
        source: Ready<Snapshot, Source>,
        UploadJob { keeping, put }: UploadJob,
        at_work: Rest,
    ) -> Result<Durable<Told>, engine::Error> {
        let snapshot = Snapshot::new(&self.engine, &self.settings);
        let asker = Arc::clone(&call);
        let work = move |engine: &Engine| {
            let source = source(&snapshot, &asker.caller)?;
            let keeping = keeping(snapshot.state(), &asker.caller)?;
            copied(engine, source, keeping)
        };
        let received = self.engine.ask(call.caller.account(), work).await;
        let failed = |error: engine::Error| Err(fault::of_engine(Protocol::RestXml, &error));
        match received.unwrap_or_else(failed) {
            Ok(received) => self.put(call, put, received, at_work).await,
            Err(fault) => self.tell(&call, Err(fault), at_work.again()).await,
        }
    }
}

/// The bytes of a source, written anew under a key of their own.
fn copied(engine: &Engine, source: Source, keeping: Keeping) -> Result<Received, Fault> {
    let failed = |error| fault::of_engine(Protocol::RestXml, &error);
    let mut staging = keeping.begin(engine, source.algorithm).map_err(failed)?;
    let pieces = engine.body(&source.object, source.range.clone()).map_err(failed)?;
    for piece in pieces {
        staging.write(&piece.map_err(failed)?).map_err(failed)?;
    }
    let received = keeping.finish(staging).map_err(failed)?;
    let Source { object, algorithm, .. } = source;
    Ok(Received { demanded: algorithm, source: Some(Box::new(object)), ..received })
}
