//! Faults that any face may answer, in the words of each protocol.

use engine::{ErrorKind, KeyProblem};
use wire::{ErrorStatus, Fault, Protocol};

/// How long to wait before trying again, where we ask for it.
const RETRY_AFTER_S: u32 = 1;

/// The policies say no.
pub(crate) fn denied(protocol: Protocol, message: &str) -> Fault {
    let (code, status) = match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            ("AccessDeniedException", ErrorStatus::BAD_REQUEST)
        }
        Protocol::RestJson => ("AccessDeniedException", ErrorStatus::FORBIDDEN),
        Protocol::Query | Protocol::RestXml => ("AccessDenied", ErrorStatus::FORBIDDEN),
        Protocol::Ec2Query => ("UnauthorizedOperation", ErrorStatus::FORBIDDEN),
    };
    Fault::sender(code, message, status)
}

/// Too much at once. AWS answers 400, not 429, except for EC2.
pub(crate) fn throttled(protocol: Protocol, message: &str) -> Fault {
    let (code, status) = match protocol {
        Protocol::Query => ("Throttling", ErrorStatus::BAD_REQUEST),
        Protocol::Ec2Query => ("RequestLimitExceeded", ErrorStatus::UNAVAILABLE),
        Protocol::RestXml => ("SlowDown", ErrorStatus::UNAVAILABLE),
        _ => ("ThrottlingException", ErrorStatus::BAD_REQUEST),
    };
    Fault { retry_after_s: Some(RETRY_AFTER_S), ..Fault::sender(code, message, status) }
}

/// We cannot serve anybody now.
pub(crate) fn unavailable(protocol: Protocol, message: &str) -> Fault {
    let code = match protocol {
        Protocol::Ec2Query => "Unavailable",
        _ => "ServiceUnavailable",
    };
    Fault::receiver(code, message, ErrorStatus::UNAVAILABLE)
}

/// A bug of ours.
pub(crate) fn internal() -> Fault {
    let message = "an internal error occurred; the server's log names the cause: try again, and \
        report it if it stays";
    Fault::receiver("InternalFailure", message, ErrorStatus::INTERNAL)
}

/// A verb of AWS's that is not built here.
pub(crate) fn not_built(protocol: Protocol, service: &str, operation: &str) -> Fault {
    let message = format!("pugmark does not implement {service}:{operation} yet");
    let (code, status) = match protocol {
        Protocol::Query | Protocol::Ec2Query => ("InvalidAction", ErrorStatus::BAD_REQUEST),
        Protocol::RestJson => ("UnknownOperationException", ErrorStatus::NOT_FOUND),
        Protocol::RestXml => ("NotImplemented", ErrorStatus::NOT_IMPLEMENTED),
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            ("UnknownOperationException", ErrorStatus::BAD_REQUEST)
        }
    };
    Fault::sender(code, message, status)
}

/// What the engine could not do. The cause is logged; the caller is told what it means and what
/// to do next.
pub(crate) fn of_engine(protocol: Protocol, error: &engine::Error) -> Fault {
    if let engine::Error::Key(problem) = error {
        return of_key(problem);
    }
    match error.kind() {
        ErrorKind::Throttled => throttled(protocol, "Rate exceeded"),
        ErrorKind::Unavailable => {
            tracing::error!(
                error = error as &(dyn std::error::Error + 'static),
                "the engine is unavailable"
            );
            let message = format!("nothing can be recorded, so nothing was done: {error}");
            unavailable(protocol, &message)
        }
        ErrorKind::NotFound => refused(protocol, "ResourceNotFoundException", error),
        ErrorKind::Invalid => refused(protocol, "ValidationException", error),
        ErrorKind::Conflict => refused(protocol, "ConflictException", error),
        ErrorKind::Internal => {
            tracing::error!(
                error = error as &(dyn std::error::Error + 'static),
                "the engine failed"
            );
            internal()
        }
    }
}

/// Why a key of KMS cannot be used, as services say it that asked KMS.
fn of_key(problem: &KeyProblem) -> Fault {
    let code = match problem {
        KeyProblem::NotFound(_) | KeyProblem::InvalidArn(_) => "KMS.NotFoundException",
        KeyProblem::Disabled(_) => "KMS.DisabledException",
        KeyProblem::PendingDeletion(_) => "KMS.KMSInvalidStateException",
    };
    Fault::sender(code, problem.to_string(), ErrorStatus::BAD_REQUEST)
}

fn refused(protocol: Protocol, code: &str, error: &engine::Error) -> Fault {
    let code = match protocol {
        Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => {
            code.trim_end_matches("Exception")
        }
        _ => code,
    };
    Fault::sender(code, error.to_string(), ErrorStatus::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTOCOLS: [Protocol; 5] = [
        Protocol::AwsJson11,
        Protocol::RestJson,
        Protocol::Query,
        Protocol::Ec2Query,
        Protocol::RestXml,
    ];

    #[test]
    fn overload_is_answered_and_says_when_to_come_back() {
        let code = |protocol| {
            let fault = of_engine(protocol, &engine::Error::Overloaded);
            assert_eq!(fault.retry_after_s, Some(RETRY_AFTER_S));
            (fault.code, fault.status.as_u16())
        };
        let codes = PROTOCOLS.map(code);
        let want = [
            ("ThrottlingException", 400),
            ("ThrottlingException", 400),
            ("Throttling", 400),
            ("RequestLimitExceeded", 503),
            ("SlowDown", 503),
        ];
        assert_eq!(codes, want.map(|(code, status)| (code.to_owned(), status)));
    }

    #[test]
    fn what_stops_the_engine_is_told_with_a_next_step() {
        for protocol in PROTOCOLS {
            let fault = of_engine(protocol, &engine::Error::NoSpace);
            assert_eq!(fault.status, ErrorStatus::UNAVAILABLE);
            assert!(!fault.sender);
            assert!(fault.message.contains("; free some space"), "{}", fault.message);
        }
    }
}
