//! View of the burn-down chart of a customer's page: paths, places in per cent, labels, and the table beside it.
//!
//! Everything that has to keep its size, such as letters and strokes, is placed in per cent of the outer picture; the
//! lines are in an inner picture that is stretched with the page.

use super::labels::{Anchor, Label, Labels};
use super::shape::{PictureSize, Point, Scale, Shape};
use crate::calendar::{Day, Days, Month};
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::render::customer::story::about;
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::burndown::BurnDown;
use crate::report::statement::Situation;

/// Units of the inner picture.
const SIZE: PictureSize = PictureSize {
    width: 1000,
    height: 1000,
};
/// Thousandths of the height above the inner picture, and of the inner picture itself.
const ABOVE: i64 = 95;
const INNER: i64 = 800;
/// Base lines of the labels above the lines and below them.
const HEAD: i64 = 65;
const FOOT: i64 = 985;
/// Distance of a label from its line, above it and below it.
const UP: i64 = 25;
const DOWN: i64 = 85;
/// Days that the table beside the chart has at most, but for those that thinning keeps.
const ROWS: u32 = 60;
/// Months between two ticks of the axis, and the number of ticks that fit.
const TICK_MONTHS: [u32; 7] = [1, 2, 3, 4, 6, 12, 24];
const MOST_TICKS: usize = 6;
/// Grid lines at most.
const GRID_LINES: i64 = 4;

/// The chart.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) shape: Shape,
    /// Height at which zero is, and the as-of day; both in tenths of a per cent of the outer picture.
    pub(super) zero: Tenths,
    pub(super) today: Option<Tenths>,
    /// Heights of the grid lines.
    pub(super) grid: Vec<Tenths>,
    /// Ticks of the months.
    pub(super) ticks: Vec<Tenths>,
    /// The likely range of the day on which the credit runs out.
    pub(super) bracket: Option<[Tenths; 2]>,
    /// The day on which the credit ran out, or should, where it has no range.
    pub(super) dot: Option<Tenths>,
    pub(super) labels: Vec<Label>,
    /// Rows of the table.
    pub(super) rows: Vec<TableDay>,
    /// A row has a range.
    pub(super) has_range: bool,
    pub(super) has_forecast: bool,
}

/// A place in thousandths, written as a per cent: `30.5%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tenths(pub(super) i64);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, tenth) => write!(f, "{whole}.{tenth}%"),
        }
    }
}

/// A day of the table beside the chart.
#[derive(Clone, Debug)]
pub(super) struct TableDay {
    /// Place in thousandths of the width.
    pub(super) x: i64,
    pub(super) day: String,
    pub(super) left: String,
    pub(super) range: Option<String>,
}

/// The words of a chart.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChartWords {
    pub(super) lang: Lang,
    pub(super) currency: Option<Currency>,
    pub(super) situation: Situation,
    /// The page is made on the as-of day.
    pub(super) is_today: bool,
}

impl Chart {
    /// Lays out the chart of `burn_down`.
    pub(super) fn new(burn_down: &BurnDown, words: ChartWords) -> Self {
        let drawn = burn_down.drawn();
        let range = burn_down.bracket.as_ref();
        let runs_out = burn_down
            .runs_out
            .filter(|_| words.situation != Situation::Ended);
        let scale = Scale::new(&drawn, SIZE, runs_out.is_some() || range.is_some());
        let lines = scale.lines(&drawn);
        // The likely range is drawn from its earliest day to its latest, or to the contract's end.
        let bracket = range.and_then(|range| {
            let first = range.high?;
            let last = range.low.unwrap_or(burn_down.last);
            Some([scale.middle(first), scale.middle(last)])
        });
        let dot = runs_out.filter(|_| bracket.is_none());
        let today = Some(burn_down.today).filter(|today| *today <= burn_down.last);

        let mut labels = Labels::default();
        let outer = |point: &Point| (point.0, outer(point.1));
        let ahead = [&lines.forecast, &lines.upper, &lines.lower];
        for line in lines.spent.iter().chain(ahead) {
            labels.avoid(line.iter().map(outer).collect());
        }
        labels.avoid(pace_points(&lines.pace.map(|point| outer(&point))));
        let mut writer = LabelWriter {
            words,
            scale: &scale,
            labels,
        };
        writer.head(burn_down, today);
        let ticks = ticks(burn_down.days());
        writer.axis(burn_down, &ticks);
        writer.range(burn_down, bracket, runs_out);
        if let Some(today) = today {
            let x = scale.start(today);
            writer.labels.avoid(vec![(x, ABOVE), (x, ABOVE + INNER)]);
        }
        writer.zero();
        let zero = self::outer(scale.zero());
        writer.labels.avoid(vec![(0, zero), (SIZE.width, zero)]);
        writer.lines(&lines.spent, &lines.forecast, &lines.pace);
        let grid = writer.grid(burn_down);
        Self {
            shape: Shape::new(&lines),
            zero: Tenths(zero),
            today: today.map(|today| Tenths(scale.start(today))),
            grid,
            ticks: ticks.iter().map(|day| Tenths(scale.start(*day))).collect(),
            bracket: bracket.map(|ends| ends.map(Tenths)),
            dot: dot.map(|day| Tenths(scale.middle(day))),
            labels: writer.labels.into_placed(),
            rows: rows(&burn_down.thinned(ROWS), &scale, words),
            has_range: !burn_down.fan.is_empty(),
            has_forecast: !burn_down.forecast.is_empty(),
        }
    }

    /// Ends of the strokes at the ends of a range.
    pub(super) fn above_zero(&self) -> Tenths {
        Tenths(self.zero.0 - 33)
    }

    pub(super) fn below_zero(&self) -> Tenths {
        Tenths(self.zero.0 + 33)
    }
}

/// The height in the outer picture of a height in the inner one.
fn outer(y: i64) -> i64 {
    ABOVE + y * INNER / SIZE.height
}

/// The straight line between two points, in steps short enough to see what it passes.
fn pace_points([a, b]: &[Point; 2]) -> Vec<Point> {
    let steps = 40;
    let between = |from: i64, to: i64, n: i64| from + (to - from) * n / steps;
    (0..=steps)
        .map(|n| (between(a.0, b.0, n), between(a.1, b.1, n)))
        .collect()
}

/// Days of the contract on which an axis has a tick: first days of months.
pub(super) fn ticks(days: Days) -> Vec<Day> {
    let months = days.months();
    let firsts = |every: u32| -> Vec<Day> {
        let months = months.iter();
        let chosen = months.filter(|month| (month.month - 1) % every.min(12) == 0);
        let chosen = chosen.filter(|month| every <= 12 || month.year % 2 == 0);
        let firsts = chosen.map(|month| month.days().start);
        firsts.filter(|day| days.contains(*day)).collect()
    };
    let mut every = TICK_MONTHS.iter().map(|every| firsts(*every));
    let fitting = every.find(|days| days.len() <= MOST_TICKS);
    fitting.unwrap_or_default()
}

/// Writer of the labels of one chart, the most important first.
struct LabelWriter<'a> {
    words: ChartWords,
    scale: &'a Scale,
    labels: Labels,
}

impl LabelWriter<'_> {
    fn about(&self, amount: &Amount) -> String {
        about(self.words.lang, self.words.currency, amount)
    }

    /// The as-of day and the credit, above the lines.
    fn head(&mut self, burn_down: &BurnDown, today: Option<Day>) {
        let lang = self.words.lang;
        let label = |x, anchor, text: &str, class| Label {
            x,
            y: HEAD,
            anchor,
            text: text.to_owned(),
            class,
        };
        if let Some(day) = today {
            let text = match self.words.is_today {
                true => pick(lang, "hoje", "today").to_owned(),
                false => number::short_day(lang, day),
            };
            let x = self.scale.start(day);
            let places = [
                (x, Anchor::Middle),
                (x, Anchor::End),
                (x, Anchor::Start),
                (0, Anchor::Start),
                (1000, Anchor::End),
            ];
            self.labels
                .place(places.map(|(x, anchor)| label(x, anchor, &text, "ink")));
        }
        let credit = self.about(&burn_down.credit);
        let credit = say!(lang, "crédito: {credit}", "credit: {credit}");
        let places = [(0, Anchor::Start), (1000, Anchor::End)];
        self.labels
            .place(places.map(|(x, anchor)| label(x, anchor, &credit, "mute")));
    }

    /// The contract's end and the months, below the lines.
    fn axis(&mut self, burn_down: &BurnDown, ticks: &[Day]) {
        let lang = self.words.lang;
        let end = number::short_day(lang, burn_down.last);
        self.labels.place([Label {
            x: 1000,
            y: FOOT,
            anchor: Anchor::End,
            text: end,
            class: "ink",
        }]);
        for (n, day) in ticks.iter().enumerate() {
            let month = Month::of(*day);
            let name = number::short_month(lang, month);
            let text = match n == 0 || month.month == 1 {
                true => format!("{name}/{:02}", month.year % 100),
                false => name,
            };
            let x = self.scale.start(*day);
            let label = |x, anchor| Label {
                x,
                y: FOOT,
                anchor,
                text: text.clone(),
                class: "mute",
            };
            self.labels
                .place([label(x, Anchor::Middle), label(x, Anchor::Start)]);
        }
        // A short contract may have no month's first day near its own.
        self.labels.place([Label {
            x: 0,
            y: FOOT,
            anchor: Anchor::Start,
            text: number::short_day(lang, burn_down.first),
            class: "ink",
        }]);
    }

    /// The days between which the credit runs out, in words beside the zero line.
    fn range(&mut self, burn_down: &BurnDown, bracket: Option<[i64; 2]>, runs_out: Option<Day>) {
        let lang = self.words.lang;
        let short = |day| number::day_within(lang, burn_down.days(), day);
        let zero = outer(self.scale.zero());
        // A forecast is no fact.
        let verb = match self.words.situation {
            Situation::RunsOut => pick(lang, "deve acabar", "should run out"),
            _ => pick(lang, "pode acabar", "may run out"),
        };
        let (texts, ends) = match (bracket, &burn_down.bracket, runs_out) {
            (Some(ends), Some(range), _) => {
                let Some(first) = range.high else { return };
                let first = short(first);
                let texts = match range.low {
                    Some(last) if Some(last) != range.high => {
                        let last = short(last);
                        [
                            say!(
                                lang,
                                "{verb} de {first} a {last}",
                                "{verb} {first} to {last}"
                            ),
                            say!(lang, "{first} a {last}", "{first} to {last}"),
                        ]
                    }
                    Some(_) => [
                        say!(lang, "{verb} em {first}", "{verb} {first}"),
                        first.clone(),
                    ],
                    None => [
                        say!(
                            lang,
                            "pode acabar a partir de {first}",
                            "may run out from {first}"
                        ),
                        say!(lang, "desde {first}", "from {first}"),
                    ],
                };
                (texts, ends)
            }
            (None, _, Some(day)) => {
                let x = self.scale.middle(day);
                let is_past = day < burn_down.today;
                let day = short(day);
                let long = match is_past {
                    true => say!(lang, "acabou em {day}", "ran out {day}"),
                    false => say!(lang, "{verb} em {day}", "{verb} {day}"),
                };
                ([long, day], [x, x])
            }
            _ => return,
        };
        let candidates = texts.iter().flat_map(|text| {
            let label = |x, y, anchor| Label {
                x,
                y,
                anchor,
                text: text.clone(),
                class: "bad",
            };
            [
                label(ends[0] + 8, zero + DOWN, Anchor::End),
                label(ends[1] + 8, zero - UP, Anchor::Start),
                label(ends[1] + 8, zero + DOWN, Anchor::Start),
                label(0, zero + DOWN, Anchor::Start),
                label(1000, zero - UP, Anchor::End),
                label(ends[0] - 12, zero - UP, Anchor::End),
            ]
        });
        let candidates: Vec<Label> = candidates.collect();
        self.labels.place(candidates);
    }

    fn zero(&mut self) {
        let zero = outer(self.scale.zero());
        let text = words::priced_whole(self.words.lang, self.words.currency, &Amount::zero());
        let label = |x, y, anchor| Label {
            x,
            y,
            anchor,
            text: text.clone(),
            class: "ink",
        };
        self.labels.place([
            label(0, zero - UP, Anchor::Start),
            label(0, zero + DOWN, Anchor::Start),
            label(1000, zero + DOWN, Anchor::End),
            label(1000, zero - UP, Anchor::End),
        ]);
    }

    /// Names of the lines, each somewhere beside its line.
    fn lines(&mut self, spent: &[Vec<Point>], forecast: &[Point], pace: &[Point; 2]) {
        let lang = self.words.lang;
        let longest = spent.iter().max_by_key(|part| part.len());
        let pace = pace_points(pace);
        let named = [
            (
                longest.map(Vec::as_slice).unwrap_or_default(),
                [
                    pick(lang, "crédito que resta", "credit left"),
                    pick(lang, "resta", "left"),
                ],
                "spent",
            ),
            (
                forecast,
                [
                    pick(lang, "o que esperamos", "expected"),
                    pick(lang, "esperado", "expected"),
                ],
                "forecast",
            ),
            (
                pace.as_slice(),
                [
                    pick(lang, "igual todo dia", "the same each day"),
                    pick(lang, "ritmo igual", "even pace"),
                ],
                "mute",
            ),
        ];
        for (line, texts, class) in named {
            let candidates: Vec<Label> = texts
                .iter()
                .flat_map(|text| beside(line, text, class))
                .collect();
            self.labels.place(candidates);
        }
    }

    /// Lines at round amounts, each with its amount where that has room.
    fn grid(&mut self, burn_down: &BurnDown) -> Vec<Tenths> {
        let Some(step) = round_step(&burn_down.credit) else {
            return Vec::new();
        };
        let mut grid = Vec::new();
        for n in 1..=GRID_LINES * 3 {
            let amount = step.times(n);
            // The last line before the credit would touch it.
            if amount.times(12) > burn_down.credit.times(11) {
                break;
            }
            let y = outer(self.scale.y(&amount));
            grid.push(Tenths(y));
            let text = self.about(&amount);
            let label = |x, anchor| Label {
                x,
                y: y - 12,
                anchor,
                text: text.clone(),
                class: "mute",
            };
            self.labels
                .place([label(0, Anchor::Start), label(1000, Anchor::End)]);
        }
        grid
    }
}

/// Places for `text` beside a line: above it to the right, and below it to the left.
fn beside<'a>(
    line: &'a [Point],
    text: &'a str,
    class: &'static str,
) -> impl Iterator<Item = Label> + 'a {
    let at = |percent: usize| line.get(line.len().saturating_sub(1) * percent / 100);
    let points = [50, 30, 70, 15, 85, 5].into_iter().filter_map(at);
    points.flat_map(move |(x, y)| {
        let y = outer(*y);
        let label = |x, y, anchor| Label {
            x,
            y,
            anchor,
            text: text.to_owned(),
            class,
        };
        [
            label(x + 12, y - 15, Anchor::Start),
            label(x - 12, y + 75, Anchor::End),
            label(x + 25, y - 45, Anchor::Start),
            label(x - 25, y + 105, Anchor::End),
        ]
    })
}

/// The largest round amount that is at least a quarter of `credit`, or so: 1, 2 or 5 with zeros.
fn round_step(credit: &Amount) -> Option<Amount> {
    let lines = Amount::from(u32::try_from(GRID_LINES).ok()?);
    (-2..=15).find_map(|zeros| {
        let steps = ["1", "2", "5"].map(|digit| Amount::parse(&format!("{digit}e{zeros}")));
        let mut steps = steps.into_iter().filter_map(Result::ok);
        steps.find(|step| step.multiplied(&lines) >= *credit)
    })
}

/// The days of the table beside the chart.
fn rows(burn_down: &BurnDown, scale: &Scale, words: ChartWords) -> Vec<TableDay> {
    let ChartWords { lang, currency, .. } = words;
    let priced = |amount: &Amount| words::priced(lang, currency, amount);
    let past = burn_down.past.iter().map(|(day, left)| TableDay {
        x: scale.x(*day),
        day: number::day(lang, *day),
        left: left
            .as_ref()
            .map_or_else(|| number::NONE.to_owned(), priced),
        range: None,
    });
    let mut fan = burn_down.fan.iter().peekable();
    let forecast = burn_down.forecast.iter().map(|(day, left)| {
        while fan.next_if(|(edge, _)| edge < day).is_some() {}
        let edges = fan.next_if(|(edge, _)| edge == day);
        TableDay {
            x: scale.x(*day),
            day: number::day(lang, *day),
            left: priced(left),
            range: edges.map(|(_, edges)| {
                let (low, high) = (priced(&edges.high), priced(&edges.low));
                say!(lang, "{low} a {high}", "{low} to {high}")
            }),
        }
    });
    past.chain(forecast).collect()
}
