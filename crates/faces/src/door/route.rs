//! Step 1: which service, which operation, in which protocol?
//!
//! A request is addressed by its `X-Amz-Target`, or by the `Version` beside its `Action`, or else
//! by the service it is signed for. That the two agree is checked with the signature.

use super::{DevMode, dev};
use crate::limits::NAME_CHARS_MAX;
use crate::service::{Dialect, Operation, Service};
use crate::xml_route::{Scope, XmlRoute};
use crate::{SERVICES, pugmark, s3};
use wire::protocol::rest_json;
use wire::protocol::rest_xml::{self, Address};
use wire::{Claim, Protocol, Request};

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) service: Addressed,
    /// `None`: not built, or none was named.
    pub(crate) operation: Option<&'static Operation>,
    /// Whether the request names an operation at all.
    pub(crate) named: bool,
    /// The operation asked for; method and path where none is named.
    pub(crate) event_name: String,
    /// How the answer is to be written.
    pub(crate) protocol: Protocol,
    /// Set for the one request that needs no signature.
    pub(crate) unsigned: Option<DevMode>,
    /// What an address of a REST-XML service names, and what means its operation.
    pub(crate) place: Option<Place>,
}

/// A REST-XML request's address, and the row that it fits.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) address: Address,
    pub(crate) row: Option<&'static XmlRoute>,
}

/// The service meant, built or not.
#[derive(Clone, Debug)]
pub(crate) struct Addressed {
    /// What stands before the colon of an action.
    pub(crate) name: String,
    /// The record's `eventSource`.
    pub(crate) source: String,
    pub(crate) built: Option<&'static Service>,
}

impl Route {
    /// Whether its records are data events.
    pub(super) fn is_data(&self) -> bool {
        self.is_selective() || self.service.built.is_some_and(|service| service.data)
    }

    /// Whether its records are kept only where a trail or an event data store selects them.
    pub(super) fn is_selective(&self) -> bool {
        self.row().is_some_and(|row| row.data)
    }

    /// What means its operation, for a REST-XML service.
    pub(super) fn row(&self) -> Option<&'static XmlRoute> {
        self.place.as_ref()?.row
    }

    /// What policies call it.
    pub(super) fn action(&self) -> String {
        match self.row() {
            Some(row) => row.action.to_owned(),
            None => format!("{}:{}", self.service.name, self.event_name),
        }
    }
}

/// Reads what the request claims; proves nothing.
pub(super) fn route(request: &Request, dev: Option<DevMode>) -> Route {
    if let Some(mode) = dev.filter(|_| dev::is_unsigned_reset(request)) {
        return reset(mode);
    }
    let claim = wire::route::claim(request);
    let service = by_target(&claim).or_else(|| by_version(&claim));
    let service = service.or_else(|| by_signing_name(&claim)).or_else(|| by_path(request, &claim));
    match service {
        Some(service) => to_built(request, &claim, service),
        None => to_foreign(request, &claim),
    }
}

fn reset(mode: DevMode) -> Route {
    let name = "Reset";
    Route {
        service: Addressed::built(&pugmark::SERVICE),
        operation: pugmark::SERVICE.operation(name),
        named: true,
        event_name: name.to_owned(),
        protocol: pugmark::SERVICE.protocol(),
        unsigned: Some(mode),
        place: None,
    }
}

fn to_built(request: &Request, claim: &Claim, service: &'static Service) -> Route {
    let place = place(request, service);
    let (asked, operation) = match service.dialect {
        Dialect::AwsJson11 { target } => {
            let (prefix, name) = claim.target.clone().unzip();
            let is_meant = prefix.is_some_and(|asked| is_target(&asked, target));
            let known = name.as_deref().filter(|_| is_meant);
            let operation = known.and_then(|name| service.operation(name));
            (name, operation)
        }
        Dialect::RestJson { paths } => {
            let asked = named_by_path(request, paths).map(str::to_owned);
            let operation = asked.as_deref().and_then(|name| service.operation(name));
            (asked, operation)
        }
        Dialect::RestXml { .. } => {
            let row = place.as_ref().and_then(|place| place.row);
            let operation = row.and_then(|row| service.operation(row.operation));
            (row.map(|row| row.event.to_owned()), operation)
        }
        Dialect::Query { .. } | Dialect::Ec2Query { .. } => {
            let action = claim.action.clone();
            let operation = action.as_deref().and_then(|name| service.operation(name));
            (action, operation)
        }
    };
    Route {
        service: Addressed::built(service),
        operation,
        named: asked.is_some(),
        event_name: event_name(request, asked),
        protocol: service.protocol(),
        unsigned: None,
        place,
    }
}

/// What a REST-XML request's address names, and which row it fits.
fn place(request: &Request, service: &Service) -> Option<Place> {
    let Dialect::RestXml { routes, .. } = service.dialect else {
        return None;
    };
    let address = rest_xml::address(request)?;
    let scope = Scope::of(&address);
    let row = routes.iter().find(|row| row.fits(request, scope));
    Some(Place { address, row: row.filter(|row| s3::routes::says_all(row, request)) })
}

fn to_foreign(request: &Request, claim: &Claim) -> Route {
    let target = claim.target.as_ref().map(|(_, operation)| operation);
    let asked = target.or(claim.action.as_ref()).cloned();
    Route {
        service: Addressed::foreign(claim.signing_name.as_deref().unwrap_or_default()),
        operation: None,
        named: asked.is_some(),
        event_name: event_name(request, asked),
        protocol: foreign_protocol(request, claim),
        unsigned: None,
        place: None,
    }
}

/// What the clients of a service we do not know will understand.
fn foreign_protocol(request: &Request, claim: &Claim) -> Protocol {
    let content_type = request.header("content-type").unwrap_or_default();
    let is_json_1_0 = content_type.starts_with("application/x-amz-json-1.0");
    match claim {
        Claim { signing_name: Some(name), .. } if name.starts_with("s3") => Protocol::RestXml,
        Claim { target: Some(_), .. } if is_json_1_0 => Protocol::AwsJson10,
        Claim { target: Some(_), .. } => Protocol::AwsJson11,
        Claim { action: Some(_), .. } => Protocol::Query,
        _ => Protocol::RestJson,
    }
}

fn by_target(claim: &Claim) -> Option<&'static Service> {
    let (asked, _) = claim.target.as_ref()?;
    find(|service| match service.dialect {
        Dialect::AwsJson11 { target } => is_target(asked, target),
        _ => false,
    })
}

/// Some clients put CloudTrail's name into a namespace (boto3, the AWS CLI), others give the name
/// alone (AWS's SDK for Go, and Terraform with it).
fn is_target(asked: &str, target: &str) -> bool {
    let bare = target.rsplit('.').next();
    asked == target || bare == Some(asked)
}

fn by_version(claim: &Claim) -> Option<&'static Service> {
    claim.action.as_ref().filter(|_| claim.target.is_none())?;
    let asked = claim.version.as_ref()?;
    find(|service| match service.dialect {
        Dialect::AwsJson11 { .. } | Dialect::RestJson { .. } | Dialect::RestXml { .. } => false,
        Dialect::Query { version, .. } | Dialect::Ec2Query { version, .. } => version == asked,
    })
}

fn by_signing_name(claim: &Claim) -> Option<&'static Service> {
    let name = claim.signing_name.as_deref()?;
    find(|service| service.signing_names.contains(&name))
}

/// Where neither target nor signature leads anywhere: the signature is then refused. Whoever signs
/// nothing and addresses nothing else means a bucket, as browsers do.
fn by_path(request: &Request, claim: &Claim) -> Option<&'static Service> {
    let is_bare = claim.target.is_none() && claim.action.is_none();
    Some(()).filter(|()| is_bare)?;
    let named = find(|service| match service.dialect {
        Dialect::RestJson { paths } => named_by_path(request, paths).is_some(),
        _ => false,
    });
    let fits = || place(request, &s3::SERVICE).is_some_and(|place| place.row.is_some());
    let is_bucket = claim.signing_name.is_none() && (request.method.as_str() != "POST" || fits());
    named.or_else(|| is_bucket.then_some(&s3::SERVICE))
}

/// The operation that method and path mean.
fn named_by_path(
    request: &Request,
    paths: &[(&'static str, &'static str, &'static str)],
) -> Option<&'static str> {
    let is_meant = |(_, method, uri): &&(&str, &str, &str)| {
        request.method.as_str() == *method && rest_json::matches(uri, request.path())
    };
    paths.iter().find(is_meant).map(|(name, ..)| *name)
}

fn find(is_meant: impl Fn(&Service) -> bool) -> Option<&'static Service> {
    SERVICES.iter().copied().find(|service| is_meant(service))
}

fn event_name(request: &Request, asked: Option<String>) -> String {
    let unnamed = || format!("{} {}", request.method, request.path());
    plain(&asked.unwrap_or_else(unnamed))
}

/// A stranger's name, fit for records, logs and messages.
fn plain(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '_' };
    name.chars().take(NAME_CHARS_MAX).map(letter).collect()
}

impl Addressed {
    pub(super) fn built(service: &'static Service) -> Self {
        Self {
            name: service.name.to_owned(),
            source: service.source.to_owned(),
            built: Some(service),
        }
    }

    fn foreign(signing_name: &str) -> Self {
        let name = plain(signing_name);
        Self { source: format!("{name}.amazonaws.com"), name, built: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_with_and_without_its_namespace() {
        let target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";
        for (asked, expected) in [
            (target, true),
            ("CloudTrail_20131101", true),
            ("CloudTrail_20131102", false),
            ("com.example.CloudTrail_20131101", false),
            ("v20131101.CloudTrail_20131101", false),
            ("", false),
        ] {
            assert_eq!(is_target(asked, target), expected, "{asked}");
        }
        assert!(is_target("TrentService", "TrentService"));
    }
}
