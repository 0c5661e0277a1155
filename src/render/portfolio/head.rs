//! Head of the screen: as-of day, a line for each class of situations, and what changed.

use console::{Style, measure_text_width};

use crate::render::layout::head as layout;
use crate::render::text::{TextPage, colour};
use crate::render::{number, wrap};
use crate::report::portfolio::Portfolio;

impl TextPage<'_> {
    /// Writes the as-of day, the number of contracts, the last day with data, and a line for each class.
    pub(super) fn head(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let line = layout::premise(lang, portfolio, self.context.as_of);
        self.paragraph(&line);
        let signs = [
            (Style::new().red(), layout::FAILED),
            (Style::new().yellow(), layout::WAITING),
        ];
        let unreported = layout::unreported(lang, portfolio).into_iter().zip(signs);
        let unreported: Vec<(usize, &str, String)> = unreported
            .filter(|((count, _), _)| *count > 0)
            .map(|((count, label), (style, sign))| (count, label, self.styled(&style, sign)))
            .collect();
        let shown = match self.context.canvas.terminal {
            true => number::short_day,
            false => number::day,
        };
        let classes = layout::classes(lang, portfolio, shown);
        let counts = classes.iter().map(|line| line.count);
        let counts = counts.chain(unreported.iter().map(|(count, ..)| *count));
        let digits = counts.max().unwrap_or_default();
        let digits = digits.to_string().len();
        let labels = classes.iter().map(|line| line.label);
        let labels = labels.chain(unreported.iter().map(|(_, label, _)| *label));
        let label_width = labels.map(measure_text_width).max().unwrap_or_default();
        for line in classes {
            let bullet = self.styled(&colour(line.class), layout::bullet(line.class));
            let label = (line.label, label_width);
            self.head_line(&bullet, (line.count, digits), label, &line.texts);
        }
        for (count, label, bullet) in unreported {
            let texts = [layout::no_figures(lang).to_owned()];
            self.head_line(&bullet, (count, digits), (label, label_width), &texts);
        }
        self.changes(portfolio);
    }

    fn changes(&mut self, portfolio: &Portfolio) {
        let Some(line) = layout::changes(self.lang(), portfolio) else {
            return;
        };
        let canvas = self.context.canvas;
        match canvas.terminal && !self.context.view.detail.all {
            true => self.line(&wrap::cut(&line, canvas.width, &[])),
            false => self.remark(0, &line, &[]),
        }
    }

    /// A line of the head: `texts` stand side by side, or one below the other where a line is too short.
    fn head_line(
        &mut self,
        bullet: &str,
        (count, digits): (usize, usize),
        (label, label_width): (&str, usize),
        texts: &[String],
    ) {
        let gap = label_width - measure_text_width(label);
        let start = format!("  {bullet} {count:>digits$} {label}{:gap$}", "");
        let indent = measure_text_width(&start) + 2;
        let room = self.context.canvas.width.saturating_sub(indent);
        let mut lines: Vec<String> = Vec::new();
        for text in texts {
            match lines.last_mut() {
                Some(line) if measure_text_width(line) + 3 + measure_text_width(text) <= room => {
                    *line += &format!(" · {text}");
                }
                _ => lines.extend(wrap::wrap(text, room)),
            }
        }
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{start}  {first}"));
        for line in lines {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }
}
