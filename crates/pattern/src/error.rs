//! What selectors are refused for.

/// Why selectors are not valid. The text is fit for the caller's eyes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// There is none.
    #[error("there is no selector: give at least one, or leave the list out")]
    Empty,
    /// There are more than may be.
    #[error("{found} selectors: give at most {most}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// There are more values than may be.
    #[error("{found} values in all conditions of all selectors: give at most {most}")]
    TooManyValues {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// There are more data resources than may be.
    #[error("{found} values in the data resources of all selectors: give at most {most}")]
    TooManyResources {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A data resource names no resource.
    #[error("selector {selector}: `DataResources` of {kind} has no values: give at least one")]
    NoValues {
        /// Its place, from 1.
        selector: usize,
        /// The type.
        kind: &'static str,
    },
    /// A selector has no conditions.
    #[error("selector {selector} has no field selector: begin with `eventCategory`")]
    NoFields {
        /// Its place, from 1.
        selector: usize,
    },
    /// A name, field or value is too long or empty.
    #[error("selector {selector}: {what} must have 1 to {most} bytes")]
    Length {
        /// Its place, from 1.
        selector: usize,
        /// What is too long or empty.
        what: &'static str,
        /// Most bytes.
        most: usize,
    },
    /// A selector does not say what it chooses from.
    #[error("selector {selector} needs `{field}` with `Equals`")]
    Missing {
        /// Its place, from 1.
        selector: usize,
        /// The missing field.
        field: &'static str,
    },
    /// A category that does not exist.
    #[error("selector {selector}: `{found}` is no event category: give {allowed}")]
    Category {
        /// Its place, from 1.
        selector: usize,
        /// What was given.
        found: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// A field that does not exist, or not in this category.
    #[error("selector {selector}: `{field}` cannot be selected on for {category} events")]
    Field {
        /// Its place, from 1.
        selector: usize,
        /// What was given.
        field: String,
        /// The selector's category.
        category: &'static str,
    },
    /// A field with two conditions.
    #[error("selector {selector}: `{field}` is there twice: give all its operators at once")]
    Twice {
        /// Its place, from 1.
        selector: usize,
        /// The field.
        field: String,
    },
    /// A condition without operators.
    #[error("selector {selector}: `{field}` has no operator: give `Equals` or another")]
    NoOperator {
        /// Its place, from 1.
        selector: usize,
        /// The field.
        field: String,
    },
    /// An operator that a field does not take.
    #[error("selector {selector}: `{field}` takes {allowed} only")]
    Operator {
        /// Its place, from 1.
        selector: usize,
        /// The field.
        field: String,
        /// What it takes.
        allowed: &'static str,
    },
    /// A value that a field cannot have.
    #[error("selector {selector}: `{value}` is no value of `{field}`: give {allowed}")]
    Value {
        /// Its place, from 1.
        selector: usize,
        /// The field.
        field: String,
        /// What was given.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// Categories that cannot be in one store.
    #[error("{one} events cannot be in one event data store with {other} events: make two")]
    Mixed {
        /// One category.
        one: &'static str,
        /// Another.
        other: &'static str,
    },
}
