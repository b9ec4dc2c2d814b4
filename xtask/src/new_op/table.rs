//! The rows of a face's `service!` table, in alphabetical order for the foolish consistency.

use anyhow::{Result, bail};

use super::{Access, name};

/// A row as it stands in the text.
#[derive(Debug)]
struct Row<'a> {
    line: usize,
    indent: &'a str,
    operation: &'a str,
    operation_at: usize,
    equals_at: usize,
}

/// The text of `mod.rs` with one line more.
pub(super) fn insert(text: &str, access: Access, operation: &str) -> Result<String> {
    let Some(table) = Table::find(text) else {
        bail!("no `service! {{ … }}` table found in the face's mod.rs; nothing was written");
    };
    if table.rows.iter().any(|row| row.operation == operation) {
        bail!("`{operation}` stands in the table already; nothing was written");
    }
    let line = table.line_for(operation);
    let row = table.row(access, operation);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(line, &row);
    Ok(lines.join("\n") + "\n")
}

#[derive(Debug)]
struct Table<'a> {
    rows: Vec<Row<'a>>,
    end: usize,
}

impl<'a> Table<'a> {
    /// From the line of `service! {` to the line that closes it.
    fn find(text: &'a str) -> Option<Self> {
        let begins = |line: &str| line.contains("service!") && line.trim_end().ends_with('{');
        let is_code = |line: &str| !line.trim_start().starts_with("//");
        let start = text.lines().position(|line| begins(line) && is_code(line))?;
        let mut depth = 1_usize;
        let mut rows = Vec::new();
        for (line, text) in text.lines().enumerate().skip(start + 1) {
            depth += text.matches('{').count();
            depth = depth.saturating_sub(text.matches('}').count());
            if depth == 0 {
                return Some(Self { rows, end: line });
            }
            rows.extend(Row::read(line, text));
        }
        None
    }

    /// Before the first row that comes later in the alphabet, else after the last row.
    fn line_for(&self, operation: &str) -> usize {
        let later = self.rows.iter().find(|row| row.operation > operation).map(|row| row.line);
        later.or_else(|| self.rows.last().map(|row| row.line + 1)).unwrap_or(self.end)
    }

    /// The new row, under the others where its words leave room.
    fn row(&self, access: Access, operation: &str) -> String {
        let indent = self.rows.first().map_or("    ", |row| row.indent);
        let column = |of: fn(&Row<'_>) -> usize| self.rows.iter().map(of).max().unwrap_or(0);
        let word = format!("{indent}{}", access.word());
        let word_width = column(|row| row.operation_at).saturating_sub(1);
        let head = format!("{word:<word_width$} {operation}");
        let width = column(|row| row.equals_at).saturating_sub(1);
        format!("{head:<width$} = {},", name::snake(operation))
    }
}

impl<'a> Row<'a> {
    /// `read LookupEvents = lookup_events,`
    fn read(line: usize, text: &'a str) -> Option<Self> {
        let trimmed = text.trim_start();
        let (word, rest) = trimmed.split_once(' ')?;
        Access::ALL.iter().find(|access| access.word() == word)?;
        let (operation, _) = rest.split_once('=')?;
        let operation = operation.trim();
        Some(Self {
            line,
            indent: text.get(..text.len() - trimmed.len())?,
            operation,
            operation_at: text.find(operation)?,
            equals_at: text.find('=')?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: &str = r#"//! The table: `service! {` is explained elsewhere.
service! {
    source: "cloudtrail.amazonaws.com",
    protocol: Query {
        version: "X",
    },
    // alphabetical, for the foolish consistency
    write  CreateTrail  = create_trail,
    search LookupEvents = lookup_events,
}

fn other() {}
"#;

    fn line_added(access: Access, operation: &str) -> (usize, String) {
        let changed = insert(FACE, access, operation).unwrap();
        let (old, new): (Vec<_>, Vec<_>) = (FACE.lines().collect(), changed.lines().collect());
        let at = (0..new.len()).find(|i| old.get(*i) != new.get(*i)).unwrap();
        let mut without = new.clone();
        let added = without.remove(at).to_owned();
        assert_eq!(without, old, "more than one line changed");
        (at + 1, added)
    }

    #[test]
    fn inserts_in_alphabetical_order() {
        assert_eq!(line_added(Access::Write, "AddTags").0, 8);
        assert_eq!(line_added(Access::Write, "DeleteTrail").0, 9);
        assert_eq!(line_added(Access::Write, "StopLogging").0, 10);
    }

    #[test]
    fn writes_the_row_under_the_others() {
        let (_, row) = line_added(Access::Write, "StopLogging");
        assert_eq!(row, "    write  StopLogging  = stop_logging,");
        let (_, row) = line_added(Access::Read, "GetTrail");
        assert_eq!(row, "    read   GetTrail     = get_trail,");
        let (_, row) = line_added(Access::Read, "DescribeSomethingLong");
        assert_eq!(row, "    read   DescribeSomethingLong = describe_something_long,");
    }

    #[test]
    fn fills_an_empty_table() {
        let changed = insert("service! {\n    a: 1,\n};\n", Access::Read, "ListX").unwrap();
        assert_eq!(changed, "service! {\n    a: 1,\n    read ListX = list_x,\n};\n");
    }

    #[test]
    fn refuses_a_second_row_and_a_missing_table() {
        let error = insert(FACE, Access::Read, "LookupEvents").unwrap_err();
        assert!(error.to_string().contains("already"), "{error}");
        assert!(insert("fn main() {}\n", Access::Read, "A").is_err());
    }
}
