//! Tables: columns that fit the width on a terminal, tab-separated lines in a pipe.
//!
//! Headers are for eyes and only shown on a terminal: in a pipe every line is a row.

use comfy_table::ColumnConstraint;
use comfy_table::ContentArrangement;
use comfy_table::Table as Grid;
use unicode_width::UnicodeWidthStr as _;

use crate::ui::clean;

/// Rows under headers. The text of every cell is made harmless here, whoever it came from.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One without rows.
    pub(crate) fn new<const N: usize>(headers: [&'static str; N]) -> Self {
        Self { headers: headers.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; a cell that is missing is empty, one too many is dropped.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        let mut row: Vec<String> = cells.iter().map(|cell| clean::line(cell)).collect();
        row.resize(self.headers.len(), String::new());
        self.rows.push(row);
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text for a pipe: one line for each row, a tab between cells.
    pub(crate) fn tabbed(&self) -> String {
        self.rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n")
    }

    /// The text for a person to whom it is read: one line for each row, with what each cell is.
    pub(crate) fn spoken(&self) -> String {
        let row = |row: &Vec<String>| {
            let cells = self.headers.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            cells.map(|(header, cell)| format!("{}: {cell}", header.to_lowercase())).collect::<Vec<_>>().join("; ")
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    /// The text for a terminal of so many columns.
    pub(crate) fn fitted(&self, width: u16) -> String {
        let mut grid = Grid::new();
        grid.load_style(comfy_table::presets::NOTHING);
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width(width);
        grid.set_header(&self.headers);
        grid.add_rows(&self.rows);
        for column in grid.column_iter_mut() {
            column.set_padding((0, 2));
        }
        // What one names afterwards stays whole, so that it can be marked and copied.
        let first = self.rows.iter().filter_map(|row| row.first()).map(|cell| cell.width()).max();
        if first.is_some_and(|first| first <= usize::from(width) / 2)
            && let Some(column) = grid.column_mut(0)
        {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        grid.trim_fmt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["SLUG", "DESCRIPTION"]);
        table.row(["pdf".to_owned(), "reads\tPDF files \u{1b}[31mwell and writes them too".to_owned()]);
        table.row(["csv-profiler".to_owned(), "short".to_owned()]);
        table
    }

    #[test]
    fn a_pipe_gets_one_line_a_row_and_no_header() {
        assert_eq!(table().tabbed(), "pdf\treads PDF files [31mwell and writes them too\ncsv-profiler\tshort");
    }

    #[test]
    fn what_is_read_aloud_says_what_each_cell_is() {
        assert_eq!(
            table().spoken(),
            "slug: pdf; description: reads PDF files [31mwell and writes them too\nslug: csv-profiler; description: short"
        );
    }

    #[test]
    fn columns_stand_below_each_other_whatever_the_characters_are() {
        let mut table = Table::new(["NAME", "V"]);
        for name in ["plain", "日本語のスキル", "🦀🧰", "grün", "שלום"] {
            table.row([name.to_owned(), "1".to_owned()]);
        }
        let text = table.fitted(40);
        let starts: Vec<usize> = text.lines().skip(1).map(|line| line.strip_suffix('1').unwrap().width()).collect();
        assert_eq!(starts, [starts[0]; 5], "{text}");
    }

    #[test]
    fn a_terminal_gets_headers_and_no_line_is_wider_than_it() {
        let text = table().fitted(40);
        assert!(text.starts_with("SLUG"));
        assert!(text.lines().count() > 3);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.contains("csv-profiler"), "the first column is not broken: {text}");
        assert!(table().fitted(20).lines().all(|line| line.chars().count() <= 20));
    }
}
