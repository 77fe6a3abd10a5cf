//! Charts: drawn on the server as SVG, with the table that says the same. Nothing is told by colour alone: the parts of a bar stand in
//! the table and in the description.

use super::Page;

/// The width of a drawing, in its own units.
const WIDTH: u64 = 720;
/// The height of the area of upright bars.
const HEIGHT: u64 = 220;
/// Room for the numbers at the left.
const LEFT: u64 = 64;
/// Room for the words at the left of lying bars.
const LEFT_OF_NAMES: u64 = 300;
/// The height of a lying bar with the space around it.
const LINE: u64 = 30;

/// What a chart is drawn from.
pub(crate) struct Figures {
    /// A word for its element.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What the rows are: months, departments.
    pub(crate) of: String,
    /// The name of each series.
    pub(crate) series: Vec<String>,
    /// A row's name in full, its short one for the drawing, and a value for each series.
    pub(crate) rows: Vec<Row>,
}

/// A row of a chart's table.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) short: String,
    pub(crate) values: Vec<u64>,
}

/// A chart as it is drawn.
pub(crate) struct Chart {
    pub(crate) figures: Figures,
    pub(crate) description: String,
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) bars: Vec<Bar>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) lines: Vec<Line>,
    /// The table's numbers as they are written.
    pub(crate) written: Vec<(String, Vec<String>)>,
}

/// A rectangle.
pub(crate) struct Bar {
    pub(crate) x: u64,
    pub(crate) y: u64,
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) class: &'static str,
}

/// A word in the drawing.
pub(crate) struct Mark {
    pub(crate) x: u64,
    pub(crate) y: u64,
    pub(crate) anchor: &'static str,
    pub(crate) text: String,
}

/// A line of the grid.
pub(crate) struct Line {
    pub(crate) x1: u64,
    pub(crate) x2: u64,
    pub(crate) y: u64,
}

/// The colours of the series, in order.
const CLASSES: [&str; 3] = ["bar", "bar-2", "bar-3"];

fn class(series: usize) -> &'static str {
    CLASSES.get(series).copied().unwrap_or("bar-3")
}

/// A round number at or above the greatest value, so that four equal steps lead to it.
fn ceiling(greatest: u64) -> u64 {
    let mut magnitude = 1_u64;
    loop {
        for step in [1, 2, 3, 4, 5, 6, 8] {
            let top = magnitude.saturating_mul(4 * step);
            if top >= greatest || top == u64::MAX {
                return top;
            }
        }
        magnitude = magnitude.saturating_mul(10);
    }
}

/// So much of a length as a value is of the whole; what is not nothing is seen.
fn part(length: u64, value: u64, whole: u64) -> u64 {
    let whole = u128::from(whole.max(1));
    let exact = u128::from(length) * u128::from(value) / whole;
    u64::try_from(exact).unwrap_or(length).max(u64::from(value > 0))
}

impl Chart {
    /// Upright bars, a row each, the series one upon the other.
    pub(crate) fn upright(p: &Page, figures: Figures) -> Self {
        let greatest = figures.rows.iter().map(|row| row.values.iter().sum()).max().unwrap_or(0);
        let top = ceiling(greatest);
        let count = u64::try_from(figures.rows.len()).unwrap_or(1).max(1);
        let step = (WIDTH - LEFT) / count;
        let (mut bars, mut marks, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for quarter in 0..=4 {
            let y = 10 + HEIGHT - HEIGHT * quarter / 4;
            lines.push(Line { x1: LEFT, x2: WIDTH, y });
            let text = p.number(top / 4 * quarter);
            marks.push(Mark { x: LEFT - 8, y: y + 4, anchor: "end", text });
        }
        for (place, row) in (0..count).zip(&figures.rows) {
            let x = LEFT + step * place + step / 8;
            let mut y = 10 + HEIGHT;
            for (series, value) in row.values.iter().enumerate() {
                let height = part(HEIGHT, *value, top);
                y = y.saturating_sub(height);
                bars.push(Bar { x, y, width: step * 3 / 4, height, class: class(series) });
            }
            // What stands in two lines is a month and, where another begins, its year.
            for (y, text) in [HEIGHT + 30, HEIGHT + 48].into_iter().zip(row.short.lines()) {
                let text = text.to_owned();
                marks.push(Mark { x: x + step * 3 / 8, y, anchor: "middle", text });
            }
        }
        Self::drawn(p, figures, HEIGHT + 60, bars, marks, lines)
    }

    /// Lying bars, a row each, the series one behind the other.
    pub(crate) fn lying(p: &Page, figures: Figures) -> Self {
        let greatest = figures.rows.iter().map(|row| row.values.iter().sum()).max().unwrap_or(0);
        let (mut bars, mut marks) = (Vec::new(), Vec::new());
        let room = WIDTH - LEFT_OF_NAMES - 80;
        let mut y = 4;
        for row in &figures.rows {
            let text = row.short.clone();
            marks.push(Mark { x: LEFT_OF_NAMES - 10, y: y + 18, anchor: "end", text });
            let mut x = LEFT_OF_NAMES;
            for (series, value) in row.values.iter().enumerate() {
                let width = part(room, *value, greatest);
                bars.push(Bar { x, y: y + 4, width, height: LINE - 10, class: class(series) });
                x += width;
            }
            let sum = p.number(row.values.iter().sum::<u64>());
            marks.push(Mark { x: x + 8, y: y + 18, anchor: "start", text: sum });
            y += LINE;
        }
        Self::drawn(p, figures, y + 4, bars, marks, Vec::new())
    }

    fn drawn(
        p: &Page,
        figures: Figures,
        height: u64,
        bars: Vec<Bar>,
        marks: Vec<Mark>,
        lines: Vec<Line>,
    ) -> Self {
        let written: Vec<(String, Vec<String>)> = figures
            .rows
            .iter()
            .map(|row| (row.name.clone(), row.values.iter().map(|value| p.number(value)).collect()))
            .collect();
        let description = p.t("chart-description").to_owned();
        Self { figures, description, width: WIDTH, height, bars, marks, lines, written }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_holds_the_greatest_value() {
        for (greatest, top) in
            [(0, 4), (4, 4), (5, 8), (13, 16), (21, 24), (240, 240), (3_000, 3_200), (90_000, 120_000)]
        {
            assert_eq!(ceiling(greatest), top, "{greatest}");
        }
        assert_eq!(ceiling(u64::MAX), u64::MAX);
    }

    #[test]
    fn a_small_value_beside_a_large_one_is_still_seen() {
        assert_eq!(part(220, 1, 1_000_000), 1);
        assert_eq!(part(220, 0, 1_000_000), 0);
        assert_eq!(part(220, u64::MAX, u64::MAX), 220);
    }

    #[test]
    fn every_bar_lies_within_its_drawing() {
        let page = Page::at(false, "/statistics");
        let figures = |count: usize| Figures {
            id: "x",
            title: "t".to_owned(),
            of: "m".to_owned(),
            series: vec!["a".to_owned(), "b".to_owned()],
            rows: (0..count)
                .map(|row| Row {
                    name: row.to_string(),
                    short: row.to_string(),
                    values: vec![row as u64 * 1_000_003, 7],
                })
                .collect(),
        };
        for count in [0, 1, 12, 60] {
            for chart in [Chart::upright(&page, figures(count)), Chart::lying(&page, figures(count))] {
                assert_eq!(chart.bars.len(), count * 2);
                for bar in &chart.bars {
                    assert!(bar.x + bar.width <= chart.width && bar.y + bar.height <= chart.height);
                }
            }
        }
    }
}
