//! Work that threads do beside the planner's own, each of them its share.

use datafusion::common::runtime::SpawnedTask;
use datafusion::error::{DataFusionError, Result};
use std::sync::Arc;

/// What so many threads made of what they have in common; this one is among them, and alone where
/// no other is asked for.
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
    let others: Vec<SpawnedTask<Result<T>>> = (1..threads).map(start).collect();
    let mut done = Vec::with_capacity(threads.max(1));
    done.push(work(shared)?);
    for task in others {
        done.push(task.join().await.map_err(|e| DataFusionError::External(Box::new(e)))??);
    }
    Ok(done)
}
