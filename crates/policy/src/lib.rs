//! The AWS policy language: who may do what to which resource, decided from documents and facts
//! alone.
