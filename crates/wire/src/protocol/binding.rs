//! What a protocol must know of one operation.

/// Name, XML namespace and URI of an operation; each protocol reads what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The operation, such as `GetCallerIdentity`.
    pub operation: &'a str,
    /// The namespace of the answer's XML; Query protocols only.
    pub namespace: &'a str,
    /// Path with labels, such as `/tags/{resourceArn}` or `/objects/{key+}`; REST only.
    pub uri: &'a str,
    /// The member that holds the body as it is; REST-XML only.
    pub raw: Option<&'a str>,
}

impl<'a> Binding<'a> {
    /// An operation of an AWS JSON service, which is bound to nothing but its name.
    pub const fn json(operation: &'a str) -> Self {
        Self { operation, namespace: "", uri: "/", raw: None }
    }

    /// An operation of a Query service.
    pub const fn query(operation: &'a str, namespace: &'a str) -> Self {
        Self { operation, namespace, uri: "/", raw: None }
    }

    /// An operation of a REST-XML service.
    pub const fn xml(operation: &'a str, namespace: &'a str, raw: Option<&'a str>) -> Self {
        Self { operation, namespace, uri: "/", raw }
    }

    /// An operation of a REST service.
    pub const fn rest(operation: &'a str, uri: &'a str) -> Self {
        Self { operation, namespace: "", uri, raw: None }
    }
}
