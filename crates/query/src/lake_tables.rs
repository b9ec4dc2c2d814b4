//! The tables of one moment of the lake.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use lake::Snapshot;
use serde::{Deserialize, Serialize};

use crate::database::Tables;
use crate::table::{Dictionaries, LakeTable, TableSpec, Wanted};

/// A table and what it may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// `events`, an event data store's id, its ARN, …; case does not matter.
    pub names: Vec<String>,
    /// Which records it has.
    pub spec: TableSpec,
}

/// The tables that a statement may read, all of one snapshot.
#[derive(Debug)]
pub struct LakeTables {
    snapshot: Arc<Snapshot>,
    dictionaries: Dictionaries,
    tables: Vec<Named>,
}

impl LakeTables {
    /// Tables over `snapshot`.
    pub fn new(snapshot: Arc<Snapshot>, dictionaries: Dictionaries, tables: Vec<Named>) -> Self {
        Self { snapshot, dictionaries, tables }
    }
}

impl Tables for LakeTables {
    fn find(&self, name: &str) -> Option<usize> {
        let called = |table: &Named| table.names.iter().any(|n| n.eq_ignore_ascii_case(name));
        self.tables.iter().position(called)
    }

    fn names(&self) -> Vec<String> {
        self.tables.iter().flat_map(|table| table.names.iter().cloned()).collect()
    }

    fn open(&self, table: usize, wanted: &Wanted) -> Result<Arc<dyn TableProvider>, String> {
        let Some(named) = self.tables.get(table) else {
            return Err("the table is gone".to_owned());
        };
        Ok(Arc::new(LakeTable::new(&self.snapshot, &named.spec, wanted, &self.dictionaries)))
    }
}
