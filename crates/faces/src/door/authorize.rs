//! Step 3: may they? And not too often?

use super::route::Route;
use super::{Caller, Door};
use crate::fault;
use engine::Decision;
use wire::Fault;

impl Door {
    /// Asks the policies, then AWS's rate limits where they are emulated. What is not built has
    /// nothing to guard, and `--dev` guards nothing.
    pub(super) fn authorize(&self, caller: &Caller, route: &Route) -> Result<(), Fault> {
        let (Some(service), Some(operation)) = (route.service.built, route.operation) else {
            return Ok(());
        };
        let open = service.open.contains(&operation.name);
        if !open && self.settings.dev.is_none() {
            self.ask_policies(caller, route)?;
        }
        let emulated = self.settings.emulate_limits;
        if emulated && !self.rates.admit(caller, service.name, operation.name) {
            return Err(fault::throttled(route.protocol, "Rate exceeded"));
        }
        Ok(())
    }

    fn ask_policies(&self, caller: &Caller, route: &Route) -> Result<(), Fault> {
        let action = route.action();
        let state = self.engine.state();
        match engine::authorize(&state, caller.identity(), &action) {
            Decision::Allowed => Ok(()),
            Decision::Denied { message } => Err(fault::denied(route.protocol, &message)),
        }
    }
}
