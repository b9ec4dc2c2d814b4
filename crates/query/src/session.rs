//! What all statements have in common for the engine: functions, rules, settings.

use crate::error::Result;
use crate::functions;
use crate::table::{CountByCode, GroupByCode};
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
    MemorySchemaProvider, SchemaProvider, TableProvider,
};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::execution::{SessionStateDefaults, TaskContext};
use datafusion::prelude::SessionConfig;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Our functions and rules, no tables, and nothing that is on disk. Made once: there are hundreds
/// of functions.
#[derive(Clone, Debug)]
pub(crate) struct Session(Arc<SessionState>);

impl Session {
    /// For statements that `threads` answer.
    pub(crate) fn new(threads: NonZeroUsize) -> Result<Self> {
        let mut config = SessionConfig::new()
            .with_target_partitions(threads.get())
            .with_information_schema(false);
        config.options_mut().sql_parser.default_null_ordering = "nulls_last".to_owned();
        let no_disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let runtime = RuntimeEnvBuilder::new().with_disk_manager_builder(no_disk).build_arc()?;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_expr_planners(SessionStateDefaults::default_expr_planners())
            .with_scalar_functions(functions::ALL.scalars.clone())
            .with_aggregate_functions(functions::ALL.aggregates.clone())
            .with_window_functions(functions::ALL.windows.clone())
            .with_higher_order_functions(functions::ALL.higher_order.clone())
            .with_physical_optimizer_rule(Arc::new(GroupByCode))
            .with_physical_optimizer_rule(Arc::new(CountByCode))
            .build();
        Ok(Self(Arc::new(state)))
    }

    /// For plans that need no table by name.
    pub(crate) fn state(&self) -> &SessionState {
        &self.0
    }

    /// A state that knows these tables by their names, and no others.
    pub(crate) fn with_tables<'a>(
        &self,
        tables: impl Iterator<Item = (&'a str, Arc<dyn TableProvider>)>,
    ) -> Result<SessionState> {
        let mut state = SessionState::clone(&self.0);
        let (schema, catalog) = (MemorySchemaProvider::new(), MemoryCatalogProvider::new());
        for (name, table) in tables {
            schema.register_table(name.to_owned(), table)?;
        }
        let names = state.config_options().catalog.clone();
        catalog.register_schema(&names.default_schema, Arc::new(schema))?;
        let catalogs = MemoryCatalogProviderList::new();
        catalogs.register_catalog(names.default_catalog, Arc::new(catalog));
        state.register_catalog_list(Arc::new(catalogs));
        Ok(state)
    }

    /// What a plan runs in, with so much memory for sorting, joining and grouping.
    pub(crate) fn task(&self, memory_bytes: usize) -> TaskContext {
        let memory_pool = Arc::new(GreedyMemoryPool::new(memory_bytes));
        let runtime = RuntimeEnv { memory_pool, ..RuntimeEnv::clone(self.0.runtime_env()) };
        // Plans hold the functions that they call: nobody looks one up by its name any more.
        TaskContext::new(
            None,
            self.0.session_id().to_owned(),
            self.0.config().clone(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            Arc::new(runtime),
        )
    }
}
