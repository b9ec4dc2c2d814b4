//! A face as a value: a table of operations. [`service!`] writes it.

use crate::answer::{Answered, IntoAnswered};
use crate::door::Caller;
use crate::parameters;
use crate::snapshot::{Forge, Hands, Snapshot};
use crate::upload::{Keeping, Staged};
use crate::xml_route::XmlRoute;
use engine::State;
use model::Effect;
use model::resource::{ChecksumAlgorithm, Object};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::Range;
use wire::{Binding, Fault, Protocol, Rejection};

/// One AWS service as we speak it.
#[derive(Debug)]
pub struct Service {
    /// What stands before the colon of an action: `cloudtrail` in `cloudtrail:LookupEvents`.
    pub name: &'static str,
    /// The records' `eventSource`.
    pub source: &'static str,
    /// The names its requests may be signed for.
    pub signing_names: &'static [&'static str],
    /// How it speaks.
    pub dialect: Dialect,
    /// Whether its calls are records of the data plane, of category `Data`.
    pub data: bool,
    /// Operations that every verified caller may call, whatever the policies say.
    pub open: &'static [&'static str],
    /// What it can do, in alphabetical order.
    pub operations: &'static [Operation],
}

/// A protocol and what it must know of a service.
#[derive(Clone, Copy, Debug)]
pub enum Dialect {
    /// AWS JSON 1.1.
    AwsJson11 {
        /// What stands before the last dot of `X-Amz-Target`.
        target: &'static str,
    },
    /// Query: form parameters in, XML out.
    Query {
        /// `Version` in the request.
        version: &'static str,
        /// The namespace of the answers.
        namespace: &'static str,
    },
    /// REST-JSON: method and path say which operation is meant.
    RestJson {
        /// Operation, method and path.
        paths: &'static [(&'static str, &'static str, &'static str)],
    },
    /// REST-XML: method, address, parameters and headers say which operation is meant.
    RestXml {
        /// What means which operation.
        routes: &'static [XmlRoute],
        /// The namespace of the answers.
        namespace: &'static str,
    },
    /// EC2's Query.
    Ec2Query {
        /// `Version` in the request.
        version: &'static str,
        /// The namespace of the answers.
        namespace: &'static str,
    },
}

/// One verb of a service.
#[derive(Debug)]
pub struct Operation {
    /// AWS's spelling.
    pub name: &'static str,
    /// What its handler is given, and so what it can do.
    pub access: Access,
    prepare: fn(Protocol, Value) -> Result<Prepared, Rejection>,
}

/// What a handler is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A [`Snapshot`]: answers at once.
    Read,
    /// A [`Snapshot`], on the engine's reader threads: may take a while.
    Search,
    /// The State between two commits, or a [`Forge`] with it: proposes an [`Effect`].
    Write,
    /// [`Hands`]: does what is no change of State, such as issuing a session.
    Act,
    /// [`Hands`], on the engine's threads for SQL: changes nothing, and may take minutes.
    Query,
    /// As [`Access::Write`], and the body that came with the request.
    Upload,
    /// As [`Access::Upload`]; the body is a copy of one that is here.
    Copy,
}

impl Access {
    /// What the record says as `readOnly`.
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::Read | Self::Search | Self::Query)
    }
}

/// A handler with its input, waiting for what it is given.
pub(crate) type Ready<Given, Done> = Box<dyn FnOnce(&Given, &Caller) -> Result<Done, Fault> + Send>;

/// A handler as its file declares it.
type Handle<Given, I, Done, E> = fn(&Given, &Caller, I) -> Result<Done, E>;

/// What is to be done, and with what.
pub(crate) enum Job {
    Read(Ready<Snapshot, Answered>),
    Write(Ready<State, (Answered, Effect)>),
    Act(Ready<Hands, Answered>),
    Make(Ready<Forge, (Answered, Effect)>),
    Upload(UploadJob),
    Copy(Ready<Snapshot, Source>, UploadJob),
}

/// What is to be done with a body: how it is kept is asked before any of it is taken in.
pub(crate) struct UploadJob {
    pub(crate) keeping: Ready<State, Keeping>,
    pub(crate) put: PutJob,
}

/// What is to be done with a body that was taken in.
pub(crate) type PutJob =
    Box<dyn FnOnce(&State, &Caller, Staged) -> Result<(Answered, Effect), Fault> + Send>;

/// What is to be copied.
#[derive(Debug)]
pub struct Source {
    /// The object whose bytes they are.
    pub(crate) object: Object,
    /// Which of them; `None`: all.
    pub(crate) range: Option<Range<u64>>,
    /// The checksum that the copy is to have.
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
}

/// A handler of a body, as its file declares it.
type HandleBody<I, O, E> = fn(&State, &Caller, I, Staged) -> Result<(O, Effect), E>;

/// How a body is kept, as a handler's file declares it.
type HandleKeeping<I, E> = fn(&State, &Caller, &I) -> Result<Keeping, E>;

/// An input that was understood.
pub(crate) struct Prepared {
    /// What the record says as `requestParameters`.
    pub(crate) parameters: Value,
    pub(crate) job: Job,
}

impl Service {
    /// The protocol it speaks.
    pub const fn protocol(&self) -> Protocol {
        match self.dialect {
            Dialect::AwsJson11 { .. } => Protocol::AwsJson11,
            Dialect::RestJson { .. } => Protocol::RestJson,
            Dialect::Query { .. } => Protocol::Query,
            Dialect::Ec2Query { .. } => Protocol::Ec2Query,
            Dialect::RestXml { .. } => Protocol::RestXml,
        }
    }

    /// The namespace of its XML; empty for the others.
    pub const fn namespace(&self) -> &'static str {
        match self.dialect {
            Dialect::AwsJson11 { .. } | Dialect::RestJson { .. } => "",
            Dialect::Query { namespace, .. }
            | Dialect::Ec2Query { namespace, .. }
            | Dialect::RestXml { namespace, .. } => namespace,
        }
    }

    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|it| it.name == name)
    }

    /// What the protocol must know of one operation.
    pub const fn binding<'a>(&self, operation: &'a str) -> Binding<'a>
    where
        'static: 'a,
    {
        Binding { operation, namespace: self.namespace(), uri: "/", raw: None }
    }

    /// What the protocol must know of one operation whose address says what is meant.
    pub(crate) fn rest_binding<'a>(&self, operation: &'a str) -> Binding<'a> {
        match self.dialect {
            Dialect::RestJson { paths } => {
                let path = paths.iter().find(|(name, ..)| *name == operation);
                Binding::rest(operation, path.map_or("/", |(.., uri)| uri))
            }
            Dialect::RestXml { routes, namespace } => {
                let route = routes.iter().find(|route| route.operation == operation);
                Binding::xml(operation, namespace, route.and_then(|route| route.raw))
            }
            _ => self.binding(operation),
        }
    }
}

impl Operation {
    /// Reads the request's values as the operation's input.
    pub(crate) fn prepare(&self, protocol: Protocol, input: Value) -> Result<Prepared, Rejection> {
        (self.prepare)(protocol, input)
    }

    pub(crate) const fn new(
        name: &'static str,
        access: Access,
        prepare: fn(Protocol, Value) -> Result<Prepared, Rejection>,
    ) -> Self {
        Self { name, access, prepare }
    }
}

/// Rows `read` and `search`.
pub(crate) fn reading<I, O, E>(
    protocol: Protocol,
    input: Value,
    handle: Handle<Snapshot, I, O, E>,
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed(protocol, input)?;
    let job = Job::Read(answering(input, handle));
    Ok(Prepared { parameters, job })
}

/// Rows `act` and `query`.
pub(crate) fn acting<I, O, E>(
    protocol: Protocol,
    input: Value,
    handle: Handle<Hands, I, O, E>,
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed(protocol, input)?;
    let job = Job::Act(answering(input, handle));
    Ok(Prepared { parameters, job })
}

/// Rows `write`.
pub(crate) fn writing<I, O, E>(
    protocol: Protocol,
    input: Value,
    handle: Handle<State, I, (O, Effect), E>,
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed(protocol, input)?;
    Ok(Prepared { parameters, job: Job::Write(proposing(input, handle)) })
}

/// Rows `make`.
pub(crate) fn making<I, O, E>(
    protocol: Protocol,
    input: Value,
    handle: Handle<Forge, I, (O, Effect), E>,
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed(protocol, input)?;
    Ok(Prepared { parameters, job: Job::Make(proposing(input, handle)) })
}

/// Rows `upload`.
pub(crate) fn uploading<I, O, E>(
    protocol: Protocol,
    input: Value,
    (keeping, handle): (HandleKeeping<I, E>, HandleBody<I, O, E>),
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Clone + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed(protocol, input)?;
    Ok(Prepared { parameters, job: Job::Upload(taking(input, keeping, handle)) })
}

/// Rows `copy`.
pub(crate) fn copying<I, O, E>(
    protocol: Protocol,
    input: Value,
    find: fn(&Snapshot, &Caller, &I) -> Result<Source, E>,
    (keeping, handle): (HandleKeeping<I, E>, HandleBody<I, O, E>),
) -> Result<Prepared, Rejection>
where
    I: DeserializeOwned + Serialize + Clone + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let (input, parameters) = typed::<I>(protocol, input)?;
    let asked = input.clone();
    let source: Ready<Snapshot, Source> =
        Box::new(move |snapshot, caller| find(snapshot, caller, &asked).map_err(Into::into));
    Ok(Prepared { parameters, job: Job::Copy(source, taking(input, keeping, handle)) })
}

fn taking<I, O, E>(input: I, keeping: HandleKeeping<I, E>, handle: HandleBody<I, O, E>) -> UploadJob
where
    I: Clone + Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    let asked = input.clone();
    UploadJob {
        keeping: Box::new(move |state, caller| keeping(state, caller, &asked).map_err(Into::into)),
        put: Box::new(move |state, caller, staged| {
            let (output, effect) = handle(state, caller, input, staged).map_err(Into::into)?;
            Ok((output.into_answered()?, effect))
        }),
    }
}

fn answering<Given, I, O, E>(input: I, handle: Handle<Given, I, O, E>) -> Ready<Given, Answered>
where
    Given: 'static,
    I: Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    Box::new(move |given, caller| {
        let output = handle(given, caller, input).map_err(Into::into)?;
        output.into_answered()
    })
}

fn proposing<Given, I, O, E>(
    input: I,
    handle: Handle<Given, I, (O, Effect), E>,
) -> Ready<Given, (Answered, Effect)>
where
    Given: 'static,
    I: Send + 'static,
    O: IntoAnswered + 'static,
    E: Into<Fault> + 'static,
{
    Box::new(move |given, caller| {
        let (output, effect) = handle(given, caller, input).map_err(Into::into)?;
        Ok((output.into_answered()?, effect))
    })
}

fn typed<I>(protocol: Protocol, input: Value) -> Result<(I, Value), Rejection>
where
    I: DeserializeOwned + Serialize,
{
    let input: I = protocol.typed(input)?;
    let parameters = match protocol {
        Protocol::RestXml => parameters::recorded_as_is(&input),
        _ => parameters::recorded(&input),
    };
    Ok((input, parameters))
}

/// Writes a face: its modules and its table. A row is
///
/// ```text
/// read  LookupEvents = lookup_events,
/// ```
///
/// and says three things at once: there is a file `lookup_events.rs`, its `handle` answers
/// `LookupEvents`, and it is given what [`Access::Read`] gives. The face's `error.rs` and the
/// `prelude` that its operations use are declared too, so a face is its table and nothing else.
macro_rules! service {
    (
        name: $name:literal,
        source: $source:literal,
        signing_names: $signing_names:expr,
        protocol: $dialect:ident { $($member:ident: $value:expr),* $(,)? },
        $(data: $data:literal,)?
        open: $open:expr,
        $($access:ident $operation:ident = $module:ident,)*
    ) => {
        pub mod error;
        $(pub mod $module;)*

        /// What the operations of this face share.
        pub(crate) mod prelude {
            pub(crate) use super::error::Error;
            pub(crate) use $crate::prelude::*;
        }

        /// The table of this face.
        pub const SERVICE: $crate::Service = $crate::Service {
            name: $name,
            source: $source,
            signing_names: &$signing_names,
            dialect: $crate::Dialect::$dialect { $($member: $value),* },
            data: false $(|| $data)?,
            open: &$open,
            operations: &[$($crate::service::row!($access $operation $module)),*],
        };
    };
}

/// One row of [`service!`].
macro_rules! row {
    (read $operation:ident $module:ident) => {
        $crate::service::row!(@ Read $operation $module reading)
    };
    (search $operation:ident $module:ident) => {
        $crate::service::row!(@ Search $operation $module reading)
    };
    (write $operation:ident $module:ident) => {
        $crate::service::row!(@ Write $operation $module writing)
    };
    (make $operation:ident $module:ident) => {
        $crate::service::row!(@ Write $operation $module making)
    };
    (act $operation:ident $module:ident) => {
        $crate::service::row!(@ Act $operation $module acting)
    };
    (query $operation:ident $module:ident) => {
        $crate::service::row!(@ Query $operation $module acting)
    };
    (upload $operation:ident $module:ident) => {
        $crate::Operation::new(
            stringify!($operation),
            $crate::Access::Upload,
            |protocol, input| {
                $crate::service::uploading(protocol, input, ($module::keeping, $module::handle))
            },
        )
    };
    (copy $operation:ident $module:ident) => {
        $crate::Operation::new(
            stringify!($operation),
            $crate::Access::Copy,
            |protocol, input| {
                $crate::service::copying(
                    protocol,
                    input,
                    $module::source,
                    ($module::keeping, $module::handle),
                )
            },
        )
    };
    (@ $access:ident $operation:ident $module:ident $by:ident) => {
        $crate::Operation::new(
            stringify!($operation),
            $crate::Access::$access,
            |protocol, input| $crate::service::$by(protocol, input, $module::handle),
        )
    };
}

pub(crate) use row;
pub(crate) use service;
