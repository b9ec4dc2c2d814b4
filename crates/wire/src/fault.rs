//! What went wrong, as the caller is told.

use http::StatusCode;

/// An error answer before it is written in some protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// AWS's name of the error, without namespace.
    pub code: String,
    /// What AWS says about it.
    pub message: String,
    /// Its HTTP status.
    pub status: ErrorStatus,
    /// Whether the sender is to blame (`Sender` in Query's XML, else `Receiver`).
    pub sender: bool,
    /// When to try again, sent as `Retry-After`.
    pub retry_after_s: Option<u32>,
    /// More elements of S3's errors, such as `Key`.
    pub details: Vec<(&'static str, String)>,
    /// More headers, by their names in lower case.
    pub headers: Vec<(&'static str, String)>,
}

impl Fault {
    /// An error of the sender's own making.
    pub fn sender(
        code: impl Into<String>,
        message: impl Into<String>,
        status: ErrorStatus,
    ) -> Self {
        let (code, message) = (code.into(), message.into());
        let (details, headers) = Default::default();
        Self { code, message, status, sender: true, retry_after_s: None, details, headers }
    }

    /// The same error with one more element in S3's form.
    #[must_use]
    pub fn detail(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.details.push((name, text.into()));
        self
    }

    /// The same error with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    /// An error of ours.
    pub fn receiver(
        code: impl Into<String>,
        message: impl Into<String>,
        status: ErrorStatus,
    ) -> Self {
        Self { sender: false, ..Self::sender(code, message, status) }
    }
}

/// An HTTP status that says something failed: 400 to 599, never a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorStatus(u16);

impl ErrorStatus {
    /// 400
    pub const BAD_REQUEST: Self = Self(400);
    /// 401
    pub const UNAUTHORIZED: Self = Self(401);
    /// 403
    pub const FORBIDDEN: Self = Self(403);
    /// 404
    pub const NOT_FOUND: Self = Self(404);
    /// 409
    pub const CONFLICT: Self = Self(409);
    /// 405
    pub const METHOD_NOT_ALLOWED: Self = Self(405);
    /// 411
    pub const LENGTH_REQUIRED: Self = Self(411);
    /// 412
    pub const PRECONDITION_FAILED: Self = Self(412);
    /// 416
    pub const RANGE_NOT_SATISFIABLE: Self = Self(416);
    /// 413
    pub const TOO_LARGE: Self = Self(413);
    /// 429
    pub const TOO_MANY_REQUESTS: Self = Self(429);
    /// 500
    pub const INTERNAL: Self = Self(500);
    /// 501
    pub const NOT_IMPLEMENTED: Self = Self(501);
    /// 503
    pub const UNAVAILABLE: Self = Self(503);

    /// The status, if it is one of an error.
    pub const fn new(status: u16) -> Option<Self> {
        if matches!(status, 400..=599) { Some(Self(status)) } else { None }
    }

    /// The number.
    pub const fn as_u16(self) -> u16 {
        self.0
    }
}

impl From<ErrorStatus> for StatusCode {
    fn from(status: ErrorStatus) -> Self {
        // Every number from 100 to 999 is a status code; the fallback is never reached.
        Self::from_u16(status.0).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_no_error_status() {
        for status in [0, 100, 200, 204, 302, 399, 600, u16::MAX] {
            assert_eq!(ErrorStatus::new(status), None);
        }
        assert_eq!(ErrorStatus::new(404), Some(ErrorStatus::NOT_FOUND));
        assert_eq!(StatusCode::from(ErrorStatus::UNAVAILABLE), 503);
    }
}
