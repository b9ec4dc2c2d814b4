//! A table as text: its cells stand below each other.

use std::fmt;

/// Rows of cells, the first of them the names of the columns.
#[derive(Debug, Clone)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns.
    pub(super) fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self { rows: vec![names.into_iter().map(Into::into).collect()] }
    }

    /// One more row; cells beyond the columns are not shown.
    pub(super) fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// How wide each column is, in characters.
    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let cells = |column| self.rows.iter().filter_map(move |row| row.get(column));
        let wide =
            |column| cells(column).map(|cell: &String| cell.chars().count()).max().unwrap_or(0);
        (0..columns).map(wide).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (at, row) in self.rows.iter().enumerate() {
            f.write_str("|")?;
            for (column, width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                write!(f, " {cell:<width$} |")?;
            }
            writeln!(f)?;
            if at == 0 {
                f.write_str("|")?;
                widths.iter().try_for_each(|width| write!(f, "{:-<1$}|", "", width + 2))?;
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_cells_below_each_other() {
        let mut table = Table::new(["what", "é"]);
        table.row(["a", "12,345"]);
        table.row(["longer"]);
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "| what   | é      |");
        assert_eq!(lines[1], "|--------|--------|");
        assert_eq!(lines[2], "| a      | 12,345 |");
        assert_eq!(lines[3], "| longer |        |");
    }
}
