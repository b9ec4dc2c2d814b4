//! What every operation needs; a face's own `prelude` adds its `Error`.

#[allow(unused_imports, reason = "what one operation does not need, the next does")]
mod all {
    pub(crate) use crate::answer::{Answer, Reply};
    pub(crate) use crate::door::Caller;
    pub(crate) use crate::hidden::Hidden;
    pub(crate) use crate::snapshot::{Forge, Hands, Snapshot};
    pub(crate) use engine::State;
    pub(crate) use model::{Change, Effect};
    pub(crate) use serde::{Deserialize, Serialize};
    pub(crate) use serde_json::json;
    pub(crate) use std::collections::BTreeMap;
}

pub(crate) use all::*;
