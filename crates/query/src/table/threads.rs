//! Work that threads do beside the planner's own, each of them its share.

use datafusion::common::runtime::SpawnedTask;
use datafusion::error::{DataFusionError, Result};
use std::sync::Arc;

/// What so many threads made of what they have in common; one, where none is asked for.
pub(crate) async fn each<S, T>(
    threads: usize,
    shared: &Arc<S>,
    work: fn(&S) -> Result<T>,
) -> Result<Vec<T>>
where
    S: Send + Sync + 'static,
    T: Send + 'static,
{
    let start = |_| {
        let shared = Arc::clone(shared);
        SpawnedTask::spawn_blocking(move || work(&shared))
    };
    let tasks: Vec<SpawnedTask<Result<T>>> = (0..threads.max(1)).map(start).collect();
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.join().await.map_err(|e| DataFusionError::External(Box::new(e)))??);
    }
    Ok(done)
}
