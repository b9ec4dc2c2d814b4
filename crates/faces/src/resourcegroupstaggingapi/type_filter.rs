//! Which kinds of resources are told: `SERVICE` or `SERVICE:TYPE`, as they stand in ARNs.

/// Services whose ARNs name no type, and the only type they have tags of.
const UNNAMED: [(&str, &str); 2] = [("s3", "bucket"), ("sns", "topic")];

/// Whether a filter admits a resource.
pub(super) fn admits(filter: &str, arn: &str) -> bool {
    let (service, kind) = filter.split_once(':').unwrap_or((filter, ""));
    let mut parts = arn.splitn(6, ':').skip(2);
    let (is_of, resource) = (parts.next() == Some(service), parts.nth(2).unwrap_or_default());
    is_of && (kind.is_empty() || kind == self::kind(service, resource))
}

fn kind<'a>(service: &str, resource: &'a str) -> &'a str {
    match UNNAMED.iter().find(|(name, _)| *name == service) {
        Some((_, kind)) => kind,
        None => resource.split_once('/').map_or("", |(kind, _)| kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_means_all_its_types() {
        let trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main";
        let bucket = "arn:aws:s3:::den";
        for (filter, arn, expected) in [
            ("cloudtrail", trail, true),
            ("cloudtrail:trail", trail, true),
            ("cloudtrail:channel", trail, false),
            ("s3", trail, false),
            ("s3", bucket, true),
            ("s3:bucket", bucket, true),
            ("s3:den", bucket, false),
            ("sns:topic", "arn:aws:sns:us-east-1:123456789012:news", true),
            ("kms:key", "arn:aws:kms:us-east-1:123456789012:key/1", true),
            ("", trail, false),
        ] {
            assert_eq!(admits(filter, arn), expected, "{filter} {arn}");
        }
    }
}
