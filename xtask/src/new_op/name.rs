//! AWS's spelling of a name and ours: `S3BucketName` and `s3_bucket_name`.

/// True for a name as AWS gives operations: letters and digits, beginning with a capital.
pub(super) fn is_operation(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Snake case: `KMSKeyId` becomes `kms_key_id`, `cloudtrail-data` becomes `cloudtrail_data`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|i| letters.get(i)).copied();
        let after = letters.get(at + 1).copied();
        if starts_word(before, letter, after) {
            snake.push('_');
        }
        match letter {
            '-' | '.' | ':' => snake.push('_'),
            letter => snake.push(letter.to_ascii_lowercase()),
        }
    }
    snake
}

fn starts_word(before: Option<char>, letter: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    if !letter.is_ascii_uppercase() || !before.is_ascii_alphanumeric() {
        return false;
    }
    let ends_abbreviation = after.is_some_and(|c| c.is_ascii_lowercase());
    !before.is_ascii_uppercase() || ends_abbreviation
}

/// What serde's `rename_all = "PascalCase"` makes of a snake case name.
pub(super) fn pascal(snake: &str) -> String {
    let words = snake.split('_');
    words.map(capitalised).collect()
}

/// What serde's `rename_all = "camelCase"` makes of a snake case name.
pub(super) fn camel(snake: &str) -> String {
    let pascal = pascal(snake);
    let mut letters = pascal.chars();
    letters.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_names_our_way() {
        for (aws, ours) in [
            ("StopLogging", "stop_logging"),
            ("S3BucketName", "s3_bucket_name"),
            ("KMSKeyId", "kms_key_id"),
            ("KmsKeyId", "kms_key_id"),
            ("includeShadowTrails", "include_shadow_trails"),
            ("trailARN", "trail_arn"),
            ("cloudtrail-data", "cloudtrail_data"),
        ] {
            assert_eq!(snake(aws), ours);
        }
    }

    #[test]
    fn spells_names_as_serde_would() {
        assert_eq!(pascal("s3_bucket_name"), "S3BucketName");
        assert_eq!(pascal("kms_key_id"), "KmsKeyId");
        assert_eq!(camel("include_shadow_trails"), "includeShadowTrails");
    }
}
