//! The one way in. Every request walks the same list, and what was verified to come from somebody
//! is recorded, whatever became of it:
//!
//! 1. [`route`]: which service, which operation, in which protocol?
//! 2. [`authenticate`]: who asks? Whoever cannot prove it goes no further and leaves no record.
//! 3. [`authorize`]: may they? And not too often?
//! 4. [`parse`]: what do they ask, as the operation's input?
//! 5. [`handle`]: the operation itself, a pure function.
//! 6. [`describe`]: the CloudTrail record of success, denial or failure.
//! 7. commit: record and change become durable in one frame; only then
//! 8. [`respond`]: is there an answer.

mod authenticate;
pub(crate) mod authorize;
mod call;
mod caller;
mod carried;
mod describe;
mod dev;
mod handle;
mod hush;
mod identity;
mod parse;
mod rates;
mod receive;
mod respond;
mod route;
mod settings;
#[cfg(test)]
mod tests;
mod throttle;
mod touched;
mod turn;

pub use caller::{Caller, Verified};
pub use dev::DevMode;
pub use receive::Reception;
pub(crate) use route::Route;
pub use settings::DoorSettings;
pub use throttle::Crowd;
pub use turn::{Handled, Turn};

use crate::limits::SIGNING_KEYS_MAX;
use crate::metrics::{Metrics, Outcome};
use authenticate::Refusal;
use call::{Call, Ids};
use engine::Engine;
use hush::Hush;
use model::Timestamp;
use rates::Rates;
use respond::Said;
use std::num::NonZeroUsize;
use std::sync::Arc;
use wire::sigv4::DerivedKeys;
use wire::{Request, Response};

/// The way in to one engine. Shared by all connections.
pub struct Door {
    engine: Engine,
    settings: DoorSettings,
    keys: DerivedKeys,
    rates: Rates,
    hush: Hush,
    metrics: Metrics,
}

impl Door {
    /// A door to `engine`.
    pub fn new(engine: Engine, settings: DoorSettings) -> Self {
        let keys_max = NonZeroUsize::new(SIGNING_KEYS_MAX).unwrap_or(NonZeroUsize::MIN);
        Self {
            engine,
            settings,
            keys: DerivedKeys::new(keys_max),
            rates: Rates::default(),
            hush: Hush::default(),
            metrics: Metrics::default(),
        }
    }

    /// Answers one request. The record of it, if it gets one, is durable before this returns.
    pub async fn handle(&self, request: Request) -> Response {
        self.handle_in_turn(request, Turn::free()).await.response
    }

    /// Answers one request of many: `turn` is given back when it is over, or earlier where the
    /// request waits for what may take minutes. Tells who was proved to have asked.
    pub async fn handle_in_turn(&self, request: Request, turn: Turn) -> Handled {
        let began = self.now();
        if self.receives(&request) {
            return self.receive(&request, turn).await;
        }
        let route = route::route(&request, self.settings.dev);
        let (outcome, handled) = self.walk(&request, &route, turn).await;
        let took_ms = self.now().0.saturating_sub(began.0);
        self.metrics.count(&route, outcome, took_ms);
        handled
    }

    /// Everything counted here and in the engine, in Prometheus' text format.
    pub fn metrics(&self) -> String {
        self.metrics.text() + &crate::metrics::of_engine(&self.engine)
    }

    /// The list.
    async fn walk(&self, request: &Request, route: &Route, turn: Turn) -> (Outcome, Handled) {
        let ids = Ids::new(self.engine.env());
        let caller = match self.authenticate(request, route) {
            Ok(caller) => caller,
            Err(refusal) => {
                let (outcome, response) = self.turn_away(route, &ids, &refusal);
                return (outcome, Handled { response, stream: None, account: None });
            }
        };
        let account = Some(caller.account().clone());
        let allowed = self.authorize(request, &caller, route);
        let (job, parameters) = parse::parse(request, route);
        let call = Arc::new(Call::new(request, route, caller, ids, parameters));
        let job = allowed.and(job);
        let told = self.perform(Arc::clone(&call), job, turn).await;
        let Said { outcome, response, stream } = respond::answer(&call, told);
        (outcome, Handled { response, stream, account })
    }

    /// Nobody is proved to have asked: no record, but a line in the log and a count.
    fn turn_away(&self, route: &Route, ids: &Ids, refusal: &Refusal) -> (Outcome, Response) {
        if let Some(unsaid) = self.hush.may_say(self.now()) {
            tracing::warn!(
                key = refusal.key_id,
                cause = refusal.cause,
                peer = refusal.peer,
                service = route.service.name,
                operation = route.event_name,
                code = refusal.fault.code,
                unsaid,
                "authentication refused"
            );
        }
        self.metrics.count_refusal(&refusal.fault.code);
        let response = respond::failure(route, &refusal.fault, &ids.request);
        (Outcome::Refused, response)
    }

    fn now(&self) -> Timestamp {
        self.engine.env().now()
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("settings", &self.settings).finish_non_exhaustive()
    }
}
