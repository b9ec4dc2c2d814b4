//! Words we do not use, each with what to write instead.

use std::fs;

use anyhow::Result;

use super::Finding;
use super::source::Source;
use crate::repository::{Repository, files_below};

/// Words of code: (what, what instead). Comments and literals are not searched.
const CODE: &[(&str, &str)] = &[
    ("unbounded_channel", "a bounded queue: overload is an answer, not an accident"),
    ("mmap", "positioned reads and a bounded cache"),
    ("memmap2", "positioned reads and a bounded cache"),
    ("todo!", "an honest error that names what is not built"),
    ("fn get_", "the noun alone: `fn name`, not `fn get_name`"),
];

/// Words of text, searched everywhere: (first half, second half, what instead). They stand here
/// in halves, so that this file does not break its own rule.
const TEXT: &[(&str, &str, &str)] = &[
    ("/wo", "rk/", "a path relative to the repository"),
    ("/ro", "ot/", "a path relative to the repository"),
    ("crates", ".io", "the package's name alone"),
    ("pypi", ".org", "the package's name alone"),
    ("npmjs", ".com", "the package's name alone"),
    ("npmjs", ".org", "the package's name alone"),
    ("deb.debian", ".org", "the package's name alone"),
    ("proxy.golang", ".org", "the package's name alone"),
];

/// File names that say nothing.
const FILES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "types", "manager", "misc"];

/// Kinds of text files that are searched.
const EXTENSIONS: &[&str] = &["rs", "md", "toml", "py", "txt", "yaml", "yml", "json", "html", "js"];

/// The one part of tokio that the engine may use: it has queues, but no runtime and no sockets.
const ENGINE_TOKIO: &str = "tokio::sync";

/// Checks names and code of one Rust file.
pub(super) fn check_code(source: &Source) -> Vec<Finding> {
    let mut findings: Vec<Finding> = file_name(source).into_iter().collect();
    for (number, line) in source.code() {
        let banned = CODE.iter().filter(|(word, _)| contains_word(line, word));
        findings.extend(banned.map(|(word, instead)| {
            Finding::new(source.path(), number, format!("`{word}` is not used here: {instead}"))
        }));
        if source.package() == "engine" && foreign_tokio(line) {
            let message =
                format!("the engine uses only `{ENGINE_TOKIO}`: runtimes are `pugmark`'s");
            findings.push(Finding::new(source.path(), number, message));
        }
    }
    findings
}

fn file_name(source: &Source) -> Option<Finding> {
    let stems = source.path().trim_end_matches(".rs").split('/');
    let bad = stems.skip(2).find(|stem| FILES.contains(stem))?;
    let message = format!("a file named `{bad}` says nothing: name it for the noun it holds");
    Some(Finding::new(source.path(), 1, message))
}

fn foreign_tokio(line: &str) -> bool {
    line.match_indices("tokio::")
        .any(|(at, _)| line.get(at..).is_some_and(|rest| !rest.starts_with(ENGINE_TOKIO)))
}

/// Checks every text file of the repository for words of text.
pub(super) fn check_texts(repository: &Repository) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in files_below(repository.root())? {
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if EXTENSIONS.contains(&extension.as_str())
            && let Ok(text) = fs::read_to_string(&path)
        {
            findings.extend(check_text(&repository.relative(&path), &text));
        }
    }
    Ok(findings)
}

fn check_text(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (first, second, instead) in TEXT {
        let word = format!("{first}{second}");
        for (index, line) in text.lines().enumerate() {
            if line.contains(&word) {
                let message = format!("`{word}` does not belong in the repository: use {instead}");
                findings.push(Finding::new(path, index + 1, message));
            }
        }
    }
    findings
}

/// True when `word` stands in `line` and is not the tail or the head of a longer name.
fn contains_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, found)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line.get(at + found.len()..).and_then(|tail| tail.chars().next());
        let ends_open = !word.ends_with(|c: char| c.is_alphanumeric());
        !before.is_some_and(is_name) && (ends_open || !after.is_some_and(is_name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check_code(&Source::new(path, text)).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn refuses_each_banned_word_in_code() {
        for (word, _) in CODE {
            let found = messages("crates/lake/src/x.rs", &format!("    {word}name();\n"));
            let found_alone = messages("crates/lake/src/x.rs", &format!("    {word}();\n"));
            assert!(found.len() + found_alone.len() > 0, "`{word}` passed");
        }
    }

    #[test]
    fn lets_comments_literals_and_longer_names_pass() {
        let text = "// mmap\nlet a = \"todo!\";\nlet mmapped = 1;\nfn forget_me() {}\n";
        assert_eq!(messages("crates/lake/src/x.rs", text), [""; 0]);
    }

    #[test]
    fn refuses_file_names_that_say_nothing() {
        assert!(messages("crates/lake/src/utils.rs", "")[0].contains("`utils`"));
        assert!(messages("crates/lake/src/common/part.rs", "")[0].contains("`common`"));
        assert_eq!(messages("crates/lake/src/part.rs", ""), [""; 0]);
    }

    #[test]
    fn keeps_the_runtime_out_of_the_engine() {
        assert!(
            messages("crates/engine/src/x.rs", "tokio::spawn(f);\n")[0].contains("tokio::sync")
        );
        assert_eq!(messages("crates/engine/src/x.rs", "use tokio::sync::oneshot;\n"), [""; 0]);
        assert_eq!(messages("crates/pugmark/src/x.rs", "tokio::net::bind();\n"), [""; 0]);
    }

    #[test]
    fn refuses_each_banned_word_in_text() {
        for (first, second, _) in TEXT {
            let found = check_text("docs/x.md", &format!("plain\nsee {first}{second} there\n"));
            assert_eq!(found.first().map(|f| f.line), Some(2), "`{first}{second}` passed");
        }
        assert_eq!(check_text("docs/x.md", "nothing to see\n"), []);
    }
}
