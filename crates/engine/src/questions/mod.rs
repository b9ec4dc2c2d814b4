//! The everyday questions: counts, what is usual and new, who is behind it, what nobody uses.
//!
//! Each is asked of one moment and answered in plain rows, a bounded number of them.

mod entity;
mod explain;
mod facets;
mod figures;
mod growth;
mod histogram;
mod inference;
mod node;
mod portrait;
mod selection;
mod session;
mod story;
mod unused;

pub use entity::{Entity, EntityAsk, EntityKind};
pub use explain::{Difference, Explain, ExplainAsk};
pub use facets::{FacetValues, Facets, FacetsAsk};
pub use figures::{Figures, Value};
pub use histogram::{Bucket, Histogram, HistogramAsk};
pub use node::{Edge, Made, Node, Transfer, Witness};
pub use session::{Session, SessionAsk};
pub use unused::{Unused, UnusedAsk, UnusedKind, UnusedRow};

use crate::{Engine, Error};

impl Engine {
    /// How many records, and how they went, by time.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn histogram(&self, ask: &HistogramAsk) -> Result<Histogram, Error> {
        histogram::answer(&self.snapshot(), ask)
    }

    /// The most frequent values of each facet.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn facets(&self, ask: &FacetsAsk) -> Result<Facets, Error> {
        facets::answer(&self.snapshot(), ask)
    }

    /// Which values tell a selection from the rest.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn explain(&self, ask: &ExplainAsk) -> Result<Explain, Error> {
        explain::answer(&self.snapshot(), ask)
    }

    /// What is known of a principal, key, address or resource: what is usual, what is new.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn entity(&self, ask: &EntityAsk) -> Result<Entity, Error> {
        entity::answer(&self.snapshot(), ask)
    }

    /// Who became whom, and what each did.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn session(&self, ask: &SessionAsk) -> Result<Session, Error> {
        session::answer(&self.snapshot(), ask)
    }

    /// What was seen once and not since.
    ///
    /// # Errors
    /// [`Error::BadQuestion`]; parts that cannot be read.
    pub fn unused(&self, ask: &UnusedAsk) -> Result<Unused, Error> {
        unused::answer(&self.snapshot(), &self.state(), ask)
    }
}
