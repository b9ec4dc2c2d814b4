//! The AWS policy language: who may do what to which resource, decided from documents and facts
//! alone. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html>
//!
//! A [`Policy`] is read once, strictly and within limits. A [`Request`] says who wants what, with a
//! [`Context`] of facts that the server itself verified. [`evaluate`] asks policies of one kind,
//! [`authorize`] weighs what identities may do against what a resource lets in.

mod action;
mod authorize;
mod base64;
mod cidr;
mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod glob;
mod key;
mod limits;
mod operand;
mod operator;
mod policy;
mod principal;
mod public;
mod request;
mod resource;
mod statement;
mod template;

pub use authorize::{Ground, Refusal, Side, Verdict, authorize, authorize_with_key_policy};
pub use context::{Context, Fact};
pub use error::Malformed;
pub use evaluate::{Decision, Reach, Reason, evaluate};
pub use key::{Global, ServiceKey};
pub use limits::DOCUMENT_BYTES_MAX;
pub use policy::{Kind, Policy};
pub use request::{Principal, Request};
