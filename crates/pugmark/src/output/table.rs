//! Columns for reading, fitted to the width of the terminal.

use super::{Column, Kind, Row, Sink, escape};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, presets,
};
use std::io::{self, Write};

/// Rows laid out together; more are laid out in further blocks, so that memory stays bounded.
const BLOCK_ROWS: usize = 1_000;

/// Longest cell shown, in characters.
const CELL_CHARS_MAX: usize = 400;

pub(super) struct Table {
    out: Box<dyn Write>,
    columns: &'static [Column],
    block: Vec<Vec<String>>,
    headed: bool,
}

impl Table {
    pub(super) fn new(out: Box<dyn Write>, columns: &'static [Column]) -> Self {
        Self {
            out,
            columns,
            block: Vec::new(),
            headed: false,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let mut grid = Grid::new();
        grid.load_preset(presets::NOTHING);
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        if !self.headed {
            grid.set_header(self.columns.iter().map(|column| column.name));
        }
        grid.add_rows(self.block.drain(..));
        fit(&mut grid, self.columns);
        self.headed = true;
        for line in grid.lines() {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
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
        self.out.flush()
    }
}

fn fit(grid: &mut Grid, columns: &[Column]) {
    for (place, column) in columns.iter().enumerate() {
        let Some(laid) = grid.column_mut(place) else {
            continue;
        };
        laid.set_padding((0, if place + 1 < columns.len() { 2 } else { 0 }));
        match column.kind {
            Kind::Text => {}
            Kind::Whole => {
                laid.set_constraint(ColumnConstraint::ContentWidth);
            }
            Kind::Number => laid.set_cell_alignment(CellAlignment::Right),
        }
    }
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
    let mut grid = Grid::new();
    grid.load_preset(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Dynamic);
    for (name, value) in facts {
        grid.add_row([Cell::new(name), Cell::new(safe(value))]);
    }
    fit(&mut grid, &[Column::whole("name"), Column::text("value")]);
    let lines = grid.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}
