//! Columns for reading, fitted to the width of the terminal.

use super::{Column, Kind, Row, Sink, escape};
use crate::talk::say;
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, presets,
};
use std::io::{self, Write};

/// Rows laid out together; more are laid out in further blocks, so that memory stays bounded.
const BLOCK_ROWS: usize = 1_000;

/// Longest cell shown, in characters.
const CELL_CHARS_MAX: usize = 400;

/// Most lines that a row takes.
const ROW_LINES_MAX: usize = 6;

/// Spaces between columns.
const GAP: u16 = 2;

pub(super) struct Table {
    out: Box<dyn Write>,
    columns: Vec<Column>,
    /// Those that fit, by their place in `columns`; known when the first block is laid out.
    shown: Vec<usize>,
    block: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(out: Box<dyn Write>, columns: &[Column]) -> Self {
        Self { out, columns: columns.to_vec(), shown: Vec::new(), block: Vec::new() }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let mut grid = grid();
        grid.set_truncation_indicator("…");
        if self.shown.is_empty() {
            self.shown = fitting(&self.columns, grid.width());
            let columns = self.shown.iter().filter_map(|place| self.columns.get(*place));
            grid.set_header(columns.map(|column| safe(&column.name)));
        }
        for cells in self.block.drain(..) {
            let shown = self.shown.iter().map(|place| cells.get(*place));
            let shown: Vec<&str> = shown.map(|cell| cell.map_or("", String::as_str)).collect();
            grid.add_row(shown);
        }
        for row in grid.row_iter_mut() {
            row.max_height(ROW_LINES_MAX);
        }
        let columns: Vec<Column> = self.columns_shown().cloned().collect();
        write(&mut *self.out, &mut grid, &columns)
    }

    fn columns_shown(&self) -> impl Iterator<Item = &Column> {
        self.shown.iter().filter_map(|place| self.columns.get(*place))
    }

    /// A column that is left out silently would mislead.
    fn tell_what_is_missing(&self) {
        let missing = (0..self.columns.len()).filter(|place| !self.shown.contains(place));
        let missing = missing.filter_map(|place| self.columns.get(place));
        let missing: Vec<&str> = missing.map(|column| &*column.name).collect();
        if !self.shown.is_empty() && !missing.is_empty() {
            say(format!(
                "left out on this narrow terminal: {}; with -o csv all is shown",
                missing.join(", ")
            ));
        }
    }
}

impl Sink for Table {
    fn row(&mut self, row: &dyn Row) -> io::Result<()> {
        let cells = row.cells().into_iter().map(|cell| safe(&cell));
        self.block.push(cells.collect());
        if self.block.len() < BLOCK_ROWS {
            return Ok(());
        }
        self.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        self.out.flush()?;
        self.tell_what_is_missing();
        Ok(())
    }
}

/// The columns that fit in `width`, in order; the more important ones are placed first. Where
/// there is no terminal there is no width, and all fit.
fn fitting(columns: &[Column], width: Option<u16>) -> Vec<usize> {
    let mut by_rank: Vec<(usize, &Column)> = columns.iter().enumerate().collect();
    by_rank.sort_by_key(|(_, column)| column.rank);
    let mut left = width.unwrap_or(u16::MAX);
    let mut shown = Vec::new();
    for (place, column) in by_rank {
        let needed = column.width_min + GAP;
        if column.rank == 0 || needed <= left {
            left = left.saturating_sub(needed);
            shown.push(place);
        }
    }
    shown.sort_unstable();
    shown
}

fn grid() -> Grid {
    let mut grid = Grid::new();
    grid.load_preset(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    grid
}

fn write(out: &mut dyn Write, grid: &mut Grid, columns: &[Column]) -> io::Result<()> {
    for (place, column) in columns.iter().enumerate() {
        let Some(laid) = grid.column_mut(place) else {
            continue;
        };
        laid.set_padding((0, if place + 1 < columns.len() { GAP } else { 0 }));
        match column.kind {
            Kind::Text => {}
            Kind::Whole => {
                laid.set_constraint(ColumnConstraint::ContentWidth);
            }
            Kind::Number => laid.set_cell_alignment(CellAlignment::Right),
        }
    }
    for line in grid.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A cell without anything that acts, and not longer than a screen.
pub(crate) fn safe(cell: &str) -> String {
    let shown = escape::line(cell);
    if shown.chars().count() <= CELL_CHARS_MAX {
        return shown.into_owned();
    }
    let cut: String = shown.chars().take(CELL_CHARS_MAX).collect();
    cut + "…"
}

/// Names and values below each other.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let mut grid = grid();
    for (name, value) in facts {
        grid.add_row([Cell::new(name), Cell::new(safe(value))]);
    }
    let mut text = Vec::new();
    let columns = [Column::whole("name", 0, 0), Column::text("value", 0, 0)];
    // INVARIANT: writing to memory cannot fail.
    let _ = write(&mut text, &mut grid, &columns);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::whole("time", 20, 0),
        Column::text("account", 12, 3),
        Column::text("who", 10, 0),
        Column::whole("id", 36, 1),
        Column::text("from", 11, 2),
    ];

    #[test]
    fn the_more_important_columns_are_placed_first() {
        assert_eq!(fitting(COLUMNS, None), [0, 1, 2, 3, 4]);
        assert_eq!(fitting(COLUMNS, Some(99)), [0, 1, 2, 3, 4]);
        assert_eq!(fitting(COLUMNS, Some(98)), [0, 2, 3, 4]);
        assert_eq!(fitting(COLUMNS, Some(72)), [0, 2, 3]);
        // What is too wide leaves room for what is not.
        assert_eq!(fitting(COLUMNS, Some(71)), [0, 1, 2, 4]);
        assert_eq!(fitting(COLUMNS, Some(1)), [0, 2]);
    }
}
