//! Tables: columns that fit the width on a terminal, tab-separated lines in a pipe.
//!
//! Headers are for eyes and only shown on a terminal: in a pipe every line is a row.

use comfy_table::ColumnConstraint;
use comfy_table::ContentArrangement;
use comfy_table::Table as Grid;
use comfy_table::Width;
use unicode_width::UnicodeWidthStr as _;

use crate::ui::clean;
use crate::ui::words;

/// The column whose cells are sentences. In a list they are cut after a few lines; `info`, a pipe and JSON have the whole.
const DESCRIPTION: &str = "DESCRIPTION";
/// After how many.
const LINES: usize = 3;

/// Rows under headers. The text of every cell is made harmless here, whoever it came from.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    dispensable: &'static [&'static str],
}

impl Table {
    /// One without rows.
    pub(crate) fn new<const N: usize>(headers: [&'static str; N]) -> Self {
        Self { headers: headers.to_vec(), rows: Vec::new(), dispensable: &[] }
    }

    /// The same with columns that a terminal which is too narrow for all goes without, the first of them first: what is
    /// left can then be read. A pipe has them always.
    pub(crate) fn dispensable(mut self, columns: &'static [&'static str]) -> Self {
        self.dispensable = columns;
        self
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
        if let Some((first, rest)) = self.dispensable.split_first()
            && let Some(at) = self.headers.iter().position(|header| header == first)
        {
            // Sentences can be broken anywhere.
            let needed = |column: usize| match self.headers.get(column) {
                Some(&DESCRIPTION) => self.longest(column).min(usize::from(width) / 3),
                _ => self.longest(column),
            };
            let wide: usize = (0..self.headers.len()).map(|column| needed(column) + 2).sum();
            let slack = self.longest(0).saturating_sub(usize::from(width) / 2);
            let mut fewer = Self { dispensable: rest, ..self.clone() };
            if wide - slack > usize::from(width) + 2 {
                fewer.headers.remove(at);
                fewer.rows.iter_mut().for_each(|row| drop(row.remove(at)));
            }
            return fewer.fitted(width);
        }
        let mut grid = Grid::new();
        grid.load_style(comfy_table::presets::NOTHING);
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width(width);
        grid.set_header(&self.headers);
        match self.headers.iter().position(|header| *header == DESCRIPTION) {
            None => grid.add_rows(&self.rows),
            Some(at) => {
                let room = LINES * self.room(at, usize::from(width));
                grid.add_rows(self.rows.iter().map(|row| {
                    let mut row = row.clone();
                    if let Some(cell) = row.get_mut(at) {
                        *cell = words::cut(cell, room);
                    }
                    row
                }))
            }
        };
        for column in grid.column_iter_mut() {
            column.set_padding((0, 2));
        }
        // What one names afterwards stays whole, so that it can be marked and copied; one that is very long is no reason to
        // break the others.
        let longest = self.longest(0);
        if let Some(column) = grid.column_mut(0) {
            let most = width / 2;
            column.set_constraint(if longest <= usize::from(most) {
                ColumnConstraint::ContentWidth
            } else {
                ColumnConstraint::Absolute(Width::Fixed(most))
            });
        }
        grid.trim_fmt()
    }

    /// The columns that the longest cell of a column takes.
    fn longest(&self, column: usize) -> usize {
        let header = self.headers.get(column).map_or(0, |header| header.width());
        self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0).max(header)
    }

    /// What the other columns leave to one of a terminal's width.
    fn room(&self, column: usize, width: usize) -> usize {
        let others = (0..self.headers.len()).filter(|other| *other != column).map(|other| self.longest(other) + 2);
        width.saturating_sub(others.sum()).max(width / 3)
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
    fn one_long_name_breaks_no_other_and_a_long_sentence_is_cut() {
        let mut table = Table::new(["SLUG", "DESCRIPTION"]);
        table.row(["x".repeat(64), "short".to_owned()]);
        table.row(["a-name-of-usual-length".to_owned(), "word ".repeat(200)]);
        let text = table.fitted(60);
        assert!(text.contains("a-name-of-usual-length  "), "{text}");
        assert!(text.lines().all(|line| line.width() <= 60), "{text}");
        assert!(text.contains('…') && text.lines().count() < 12, "{text}");
        assert_eq!(text.chars().filter(|c| *c == 'x').count(), 64, "{text}");
        assert!(table.tabbed().ends_with(&"word ".repeat(200).trim_end()));
    }

    #[test]
    fn a_narrow_terminal_goes_without_what_can_be_looked_up() {
        let mut table = Table::new(["SLUG", "SOURCE", "PATH", "AGENTS"]).dispensable(&["PATH", "SOURCE"]);
        let path = ".agents/skills/csv-profiler";
        table.row(["csv-profiler".to_owned(), "skillzdrive".to_owned(), path.to_owned(), "claude-code".to_owned()]);
        let header =
            |width| table.fitted(width).lines().next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(header(80), "SLUG SOURCE PATH AGENTS");
        assert_eq!(header(60), "SLUG SOURCE AGENTS");
        assert_eq!(header(30), "SLUG AGENTS");
        assert_eq!(table.fitted(30).lines().count(), 2);
        assert!(table.tabbed().contains(path) && table.spoken().contains(path));
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
