//! Functions of at most 70 lines, files of at most 500, lines of at most 100 characters.

use super::Finding;
use super::exempt;
use super::source::Source;

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;
const LINE_CHARACTERS_MAX: usize = 100;

/// Checks one file; tables are exempt from all but the length of functions.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = long_functions(source);
    if !exempt::is_table(source.path()) {
        findings.extend(long_file(source));
        findings.extend(long_lines(source));
    }
    findings
}

fn long_file(source: &Source) -> Option<Finding> {
    let lines = source.written().count();
    let message = format!(
        "{lines} lines of production code, more than {FILE_LINES_MAX}: split it by its nouns"
    );
    (lines > FILE_LINES_MAX).then(|| Finding::new(source.path(), 1, message))
}

fn long_lines(source: &Source) -> Vec<Finding> {
    let long = source
        .written()
        .filter(|(_, line)| line.chars().count() > LINE_CHARACTERS_MAX && !is_unbreakable(line));
    long.map(|(number, line)| {
        let length = line.chars().count();
        let message =
            format!("{length} characters, more than {LINE_CHARACTERS_MAX}: break the line");
        Finding::new(source.path(), number, message)
    })
    .collect()
}

/// Addresses and rows of tables in documentation have no place for a break.
fn is_unbreakable(line: &str) -> bool {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
    text.is_some_and(|text| text.contains("https://") || text.trim_start().starts_with('|'))
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let long = functions(source).into_iter().filter(|f| f.lines > FUNCTION_LINES_MAX);
    long.map(|function| {
        let message = format!(
            "function `{}` has {} lines, more than {FUNCTION_LINES_MAX}: give its steps names",
            function.name, function.lines
        );
        Finding::new(source.path(), function.start, message)
    })
    .collect()
}

/// A function with a body: where it starts and how long it is.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    start: usize,
    lines: usize,
}

fn functions(source: &Source) -> Vec<Function> {
    let lines: Vec<(usize, &str)> = source.code().collect();
    let starts = lines.iter().enumerate().filter_map(|(at, (_, line))| Some((at, name_of(line)?)));
    starts.filter_map(|(at, name)| measure(name, lines.get(at..)?)).collect()
}

/// The name of the function that a line begins, if it begins one.
pub(super) fn name_of(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let ends_a_word = before.is_empty() || before.ends_with([' ', '\t']);
    let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
    let name = after.get(..end).filter(|name| !name.is_empty())?;
    ends_a_word.then_some(name)
}

/// Follows the braces to the end of the body; a declaration without a body is nothing.
fn measure(name: &str, lines: &[(usize, &str)]) -> Option<Function> {
    let (start, _) = *lines.first()?;
    let mut braces = 0_usize;
    let mut parentheses = 0_i64;
    for (number, line) in lines {
        for c in line.chars() {
            match c {
                '(' | '[' => parentheses += 1,
                ')' | ']' => parentheses -= 1,
                '{' => braces += 1,
                '}' if braces <= 1 => {
                    return Some(Function {
                        name: name.to_owned(),
                        start,
                        lines: number - start + 1,
                    });
                }
                '}' => braces -= 1,
                ';' if braces == 0 && parentheses == 0 => return None,
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).into_iter().map(|f| f.to_string()).collect()
    }

    fn function_of(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn allows_a_function_of_seventy_lines() {
        assert_eq!(messages("crates/model/src/x.rs", &function_of(70)), [""; 0]);
    }

    #[test]
    fn refuses_a_function_of_seventy_one_lines() {
        let found = messages("crates/model/src/x.rs", &function_of(71));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("function `long` has 71 lines"), "{found:?}");
    }

    #[test]
    fn does_not_count_test_modules() {
        let text = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function_of(90));
        assert_eq!(messages("crates/model/src/x.rs", &text), [""; 0]);
    }

    #[test]
    fn refuses_a_file_beyond_five_hundred_lines() {
        let found = messages("crates/model/src/x.rs", &"// a\n".repeat(501));
        assert!(found[0].contains("501 lines of production code"), "{found:?}");
        assert_eq!(messages("crates/model/src/x.rs", &"// a\n".repeat(500)), [""; 0]);
    }

    #[test]
    fn refuses_a_line_beyond_a_hundred_characters() {
        let found = messages("crates/model/src/x.rs", &format!("// {}\n", "ü".repeat(98)));
        assert!(found[0].contains("101 characters"), "{found:?}");
        assert_eq!(messages("crates/model/src/x.rs", &"ü".repeat(100)), [""; 0]);
    }

    #[test]
    fn lets_addresses_and_tables_of_documentation_be() {
        let text = format!("//! <https://{}>\n/// | {} |\n", "x".repeat(99), "y".repeat(99));
        assert_eq!(messages("crates/model/src/x.rs", &text), [""; 0]);
        let code = format!("let a = \"https://{}\";\n", "x".repeat(99));
        assert_eq!(messages("crates/model/src/x.rs", &code).len(), 1);
    }

    #[test]
    fn lets_a_table_be_long() {
        let text = format!("// {}\n", "x".repeat(200)).repeat(600);
        let (table, _) = exempt::TABLE_FILES[0];
        assert_eq!(messages(table, &text), [""; 0]);
        assert!(!messages("xtask/src/other.rs", &text).is_empty());
    }

    #[test]
    fn is_not_fooled_by_braces_in_text_and_by_declarations() {
        let text =
            "trait T {\n    fn declared(&self) -> [u8; 4];\n}\nfn f() {\n    let a = \"}\";\n}\n";
        let found = functions(&Source::new("x.rs", text));
        assert_eq!(found, [Function { name: "f".to_owned(), start: 4, lines: 3 }]);
    }
}
