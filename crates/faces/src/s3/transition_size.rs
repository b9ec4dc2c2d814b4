//! Which objects are too small to be moved by lifecycle rules that name no size:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>.
//!
//! It is kept and told; nothing is moved here.

use super::code::Code;
use super::error::Error;
use crate::answer::Reply;
use model::resource::Bucket;

const HEADER: &str = "x-amz-transition-default-minimum-object-size";
/// What AWS does unless it is told otherwise.
const USUAL: &str = "all_storage_classes_128K";
const VARIES: &str = "varies_by_storage_class";

/// Whether the size is to differ by storage class.
pub(super) fn read(asked: Option<&str>) -> Result<bool, Error> {
    match asked {
        None | Some(USUAL) => Ok(false),
        Some(VARIES) => Ok(true),
        Some(_) => {
            Err(Code::InvalidArgument.says(format!("`{HEADER}` is `{USUAL}` or `{VARIES}`")))
        }
    }
}

/// The answer, and the size that stands with the rules.
pub(super) fn tell(bucket: &Bucket, reply: Reply) -> Reply {
    reply.header(HEADER, if bucket.transition_size_varies { VARIES } else { USUAL })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_one_of_two_words() {
        assert!(!read(None).unwrap());
        assert!(!read(Some(USUAL)).unwrap());
        assert!(read(Some(VARIES)).unwrap());
        assert!(read(Some("128K")).is_err());
    }
}
