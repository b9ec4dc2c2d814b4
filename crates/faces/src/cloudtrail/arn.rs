//! ARNs of event data stores and channels, as callers write them.

/// The parts of `arn:aws:cloudtrail:REGION:ACCOUNT:KIND/ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LakeArn<'a> {
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
}

/// Longest ARN taken, in bytes.
const ARN_BYTES_MAX: usize = 256;

/// Reads an ARN of CloudTrail's; `None` where it is none.
pub(crate) fn parse(text: &str) -> Option<LakeArn<'_>> {
    let fits = text.len() <= ARN_BYTES_MAX && text.bytes().all(is_plain);
    let mut parts = Some(text).filter(|_| fits)?.splitn(6, ':');
    let mut next = || parts.next();
    let is_ours = next()? == "arn" && next()?.starts_with("aws") && next()? == "cloudtrail";
    let (region, account, resource) = (next()?, next()?, next()?);
    let (kind, id) = resource.split_once('/')?;
    let whole = ![region, account, kind, id].contains(&"");
    (is_ours && whole).then_some(LakeArn { region, account, kind, id })
}

/// Whether a text is written as the id of an event data store or a channel: a UUID.
pub(crate) fn is_id(text: &str) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b) || b == b'-';
    text.len() == 36 && text.bytes().all(digit)
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_arns_and_nothing_else() {
        let arn = parse("arn:aws:cloudtrail:eu-west-1:123456789012:channel/a-b").unwrap();
        assert_eq!((arn.region, arn.account), ("eu-west-1", "123456789012"));
        assert_eq!((arn.kind, arn.id), ("channel", "a-b"));
        for bad in [
            "",
            "a-b",
            "arn:aws:s3:::bucket/x",
            "arn:aws:cloudtrail:eu-west-1:123456789012:channel",
            "arn:aws:cloudtrail:eu-west-1:123456789012:channel/",
            "arn:aws:cloudtrail::123456789012:channel/x",
            "arn:aws:cloudtrail:eu-west-1:123456789012:channel/x y",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert!(parse(&format!("arn:aws:cloudtrail:r:1:channel/{}", "x".repeat(300))).is_none());
    }
}
