//! The operator's panel: the portfolio's screen as a page, with a card for each client.
//!
//! All words and rows are the layout's, as in text and Markdown. The page holds every client: it is for nobody else.

use anyhow::Result;
use askama::Template;

use super::chart::{Tenths, ticks};
use super::shape::{PictureSize, Scale, Shape};
use super::{Asset, PageHead};
use crate::calendar::{Day, Days, Month};
use crate::lang::Lang;
use crate::render::layout::ruler::{Ruler, RunsOut, cells_before};
use crate::render::layout::sentences::outlook;
use crate::render::layout::{self, Cell, Tone, client as of_client, head, portfolio as of_all};
use crate::render::words::{self, pick};
use crate::render::{Context, number};
use crate::report::burndown::BurnDown;
use crate::report::class::Class;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;

/// Style of the panel, after the style of every page.
const PANEL_STYLE: Asset = Asset {
    text: concat!(include_str!("style.css"), include_str!("panel.css")),
    hash: "VWFkSBe20taQeeGGFMrseN8sbGOK/ZRHi+m+PPKvPTk=",
};
/// Script of the panel: its filter.
const SCRIPT: Asset = Asset {
    text: include_str!("panel.js"),
    hash: "OdAJn2fho95DOUM6c/usWUtTi2ePu2vC5lPdYMumhLc=",
};
/// Points of a small burn-down: a card of a few hundred has room for no more.
const POINTS: u32 = 30;
/// Units of a small burn-down.
const SIZE: PictureSize = PictureSize {
    width: 300,
    height: 80,
};
/// Thousandths of the time axis.
const AXIS: u32 = 1000;
/// Thousandths of the time axis that the shortest mark has.
const SHORTEST: i64 = 5;

/// Makes the panel of `portfolio`.
///
/// # Errors
/// A template that cannot be written, which no portfolio causes.
pub(in crate::render) fn panel(portfolio: &Portfolio, context: &Context<'_>) -> Result<Vec<u8>> {
    let page = Panel::new(portfolio, context);
    let text = PanelHtml { page: &page }.render()?;
    // A name has none by the time that it is a client's; nobody else's slip may put one into a page.
    let legal = |c: char| match c {
        '\n' => c,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Ok(text.chars().map(legal).collect::<String>().into_bytes())
}

#[derive(Template)]
#[template(path = "panel.html", config = "src/render/askama.toml")]
struct PanelHtml<'a> {
    page: &'a Panel,
}

/// The page: ready sentences, figures, places and classes.
#[derive(Debug)]
struct Panel {
    head: PageHead,
    /// Sentences before any figure, each with its class.
    opening: Vec<(&'static str, String)>,
    premise: String,
    changes: Option<String>,
    chips: Vec<Chip>,
    timeline: Option<Timeline>,
    sections: Vec<Section>,
    tables: Vec<Grid>,
    no_groups: Option<&'static str>,
    warnings: Vec<of_all::Remark>,
    closing: &'static str,
}

/// Number of clients of a class, with its money.
#[derive(Debug)]
struct Chip {
    group: PanelGroup,
    count: usize,
    label: String,
    texts: String,
}

/// Clients that are shown together, and that the filter names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PanelGroup {
    Of(Class),
    Failed,
    Waiting,
}

impl PanelGroup {
    /// Name in addresses within the page.
    fn id(self) -> &'static str {
        match self {
            Self::Of(Class::Spent) => "spent",
            Self::Of(Class::RunsOut) => "runs-out",
            Self::Of(Class::Unclear) => "unclear",
            Self::Of(Class::Borderline) => "borderline",
            Self::Of(Class::LeftOver) => "left-over",
            Self::Of(Class::Within) => "within",
            Self::Of(Class::Rest) => "rest",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }

    /// Class of its colour.
    fn tone(self) -> &'static str {
        match self {
            Self::Of(Class::Spent | Class::RunsOut) | Self::Failed => "bad",
            Self::Of(Class::Unclear | Class::Borderline) | Self::Waiting => "warn",
            Self::Of(Class::LeftOver) => "info",
            Self::Of(Class::Within) => "good",
            Self::Of(Class::Rest) => "plain",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Of(class) => head::bullet(class),
            Self::Failed => head::FAILED,
            Self::Waiting => head::WAITING,
        }
    }

    /// Returns whether somebody must look at its clients.
    fn is_open(self) -> bool {
        match self {
            Self::Of(class) => class.is_trouble(),
            Self::Failed | Self::Waiting => true,
        }
    }
}

/// Rulers of all clients on one axis of time.
#[derive(Debug)]
struct Timeline {
    ticks: Vec<(Tenths, String)>,
    today: Option<Tenths>,
    lines: Vec<RulerLine>,
}

/// Ruler of a client.
#[derive(Debug)]
struct RulerLine {
    group: PanelGroup,
    id: String,
    name: String,
    /// First and last day, and the end of the credit.
    words: String,
    start: Tenths,
    length: Tenths,
    /// Length of the part that is over.
    over: Option<Tenths>,
    /// Day on which the credit runs out or ran out.
    on: Option<Tenths>,
    /// Days between which it is likely to run out: the first, and how many.
    likely: Option<(Tenths, Tenths)>,
}

/// Cards of a group.
#[derive(Debug)]
struct Section {
    group: PanelGroup,
    title: String,
    cards: Vec<ClientCard>,
}

/// A client: what will happen and what to do.
#[derive(Debug)]
struct ClientCard {
    id: String,
    name: String,
    situation: Option<&'static str>,
    chart: Option<SmallChart>,
    sentences: Vec<String>,
    shares: Vec<String>,
}

/// A small burn-down.
#[derive(Debug)]
struct SmallChart {
    shape: Shape,
    zero: i64,
}

/// A table of texts.
#[derive(Debug)]
struct Grid {
    title: String,
    columns: Vec<(String, bool)>,
    rows: Vec<GridRow>,
    notes: Vec<String>,
}

#[derive(Debug)]
struct GridRow {
    /// Group of the client that the row is about.
    group: Option<PanelGroup>,
    /// The cells, and whether each is one of figures.
    cells: Vec<(String, bool)>,
    is_sum: bool,
}

impl Panel {
    fn new(portfolio: &Portfolio, context: &Context<'_>) -> Self {
        let lang = context.lang();
        let clients = portfolio.worst_first();
        let opening = of_all::preamble(portfolio, context);
        let by_group = context.view.detail.by_group;
        let groups = match by_group {
            true => of_all::groups(lang, portfolio),
            false => Vec::new(),
        };
        Self {
            head: PageHead {
                lang,
                title: pick(lang, "Carteira", "Portfolio"),
                style: PANEL_STYLE,
                script: SCRIPT,
            },
            opening: opening.map(|(tone, text)| (class(tone), text)).collect(),
            premise: head::premise(lang, portfolio, context.as_of),
            changes: head::changes(lang, portfolio),
            chips: chips(lang, portfolio),
            timeline: Timeline::new(lang, context.as_of, &clients),
            sections: sections(lang, portfolio, &clients),
            tables: tables(lang, portfolio, &clients, &groups),
            no_groups: (by_group && groups.is_empty()).then(|| of_all::no_groups(lang)),
            warnings: of_all::warnings(lang, portfolio),
            closing: words::closing(lang),
        }
    }

    fn say(&self, pt: &'static str, en: &'static str) -> &'static str {
        self.head.say(pt, en)
    }
}

/// Returns the class of a sentence.
fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad | Tone::Doubtful => "mark",
        Tone::Strong => "strong",
        Tone::Plain | Tone::Good => "mute",
    }
}

/// Returns the identifier of the `n`th client, worst first.
fn id(n: usize) -> String {
    format!("c{n}")
}

fn chips(lang: Lang, portfolio: &Portfolio) -> Vec<Chip> {
    let classes = head::classes(lang, portfolio, number::day).into_iter();
    let classes = classes.map(|line| Chip {
        group: PanelGroup::Of(line.class),
        count: line.count,
        label: line.label.to_owned(),
        texts: line.texts.join(" · "),
    });
    let unreported = head::unreported(lang, portfolio).into_iter();
    let groups = [PanelGroup::Failed, PanelGroup::Waiting].into_iter();
    let unreported = groups.zip(unreported).map(|(group, (count, label))| Chip {
        group,
        count,
        label: label.to_owned(),
        texts: head::no_figures(lang).to_owned(),
    });
    classes
        .chain(unreported)
        .filter(|chip| chip.count > 0)
        .collect()
}

fn sections(lang: Lang, portfolio: &Portfolio, clients: &[(&Client, &Statement)]) -> Vec<Section> {
    let of_class = Class::ALL.into_iter().map(|class| {
        let cards = clients.iter().enumerate();
        let cards = cards.filter(|(_, (_, statement))| Class::of(statement.situation) == class);
        let cards = cards.map(|(n, (client, statement))| {
            let shares = of_client::shares(lang, statement).into_iter().flatten();
            ClientCard {
                id: id(n),
                name: client.name.clone(),
                situation: Some(words::situation(lang, statement.situation)),
                chart: SmallChart::of(statement),
                sentences: outlook(lang, statement),
                shares: shares
                    .map(|share| format!("{}: {} ({})", share.label, share.shown, share.text))
                    .collect(),
            }
        });
        Section {
            group: PanelGroup::Of(class),
            title: words::class_title(lang, class).to_owned(),
            cards: cards.collect(),
        }
    });
    let unreported = of_all::unreported(lang, portfolio).into_iter();
    let groups = [PanelGroup::Failed, PanelGroup::Waiting].into_iter();
    let unreported = groups.zip(unreported).map(|(group, (title, remarks))| {
        let cards = remarks.into_iter().enumerate();
        let cards = cards.map(|(n, remark)| ClientCard {
            id: format!("{}{n}", group.id()),
            name: remark.about,
            situation: None,
            chart: None,
            sentences: remark.sentences,
            shares: Vec::new(),
        });
        Section {
            group,
            title: title.to_uppercase(),
            cards: cards.collect(),
        }
    });
    let all = of_class.chain(unreported);
    all.filter(|section| !section.cards.is_empty()).collect()
}

impl SmallChart {
    fn of(statement: &Statement) -> Option<Self> {
        let mut burn_down = BurnDown::of(statement)?.thinned(POINTS);
        let scale = Scale::new(&burn_down, SIZE, false);
        // A card has no room for the fan, but is of its height.
        burn_down.fan.clear();
        Some(Self {
            shape: Shape::new(&scale.lines(&burn_down)),
            zero: scale.zero(),
        })
    }
}

impl Timeline {
    /// Returns the rulers of `clients`; `None` without any.
    fn new(lang: Lang, as_of: Day, clients: &[(&Client, &Statement)]) -> Option<Self> {
        let terms = clients
            .iter()
            .map(|(_, statement)| statement.contract.days());
        let first = terms.clone().map(|term| term.start).min()?;
        let end = terms.map(|term| term.end).max()?;
        let axis = Days::new(first, end);
        let place = |day| i64::from(cells_before(axis, day, AXIS));
        let lines = clients.iter().enumerate().map(|(n, (client, statement))| {
            let ruler = Ruler::of(statement);
            let [start, end, now] = [ruler.term.start, ruler.term.end, as_of].map(place);
            let likely = match ruler.runs_out {
                Some(RunsOut::Between(first, last)) => Some((first, last)),
                Some(RunsOut::From(first)) => Some((first, statement.contract.end)),
                _ => None,
            };
            let on = match ruler.runs_out {
                Some(RunsOut::On(day)) => Some(Tenths(place(day))),
                _ => None,
            };
            let term = number::days(lang, ruler.term);
            let words = match ruler.runs_out_words(lang) {
                Some(words) => format!("{term} · {words}"),
                None => term,
            };
            RulerLine {
                group: PanelGroup::Of(Class::of(statement.situation)),
                id: id(n),
                name: client.name.clone(),
                words,
                start: Tenths(start),
                length: Tenths((end - start).max(SHORTEST)),
                over: (now > start).then(|| Tenths(now.min(end) - start)),
                on,
                likely: likely.map(|(first, last)| {
                    let (first, last) = (place(first), place(last));
                    (Tenths(first), Tenths((last - first).max(SHORTEST)))
                }),
            }
        });
        let ticks = ticks(axis).into_iter();
        let ticks = ticks.map(|day| (Tenths(place(day)), number::month(lang, Month::of(day))));
        Some(Self {
            ticks: ticks.collect(),
            today: axis.contains(as_of).then(|| Tenths(place(as_of))),
            lines: lines.collect(),
        })
    }
}

/// Returns the tables of the portfolio: `clients`, sums by currency, months, weekdays and the tables of `groups`,
/// clients in no total.
fn tables(
    lang: Lang,
    portfolio: &Portfolio,
    clients: &[(&Client, &Statement)],
    groups: &[layout::Table<'_>],
) -> Vec<Grid> {
    let mut overview = Grid::new(lang, &of_all::overview(lang, clients));
    for (row, (_, statement)) in overview.rows.iter_mut().zip(clients) {
        row.group = Some(PanelGroup::Of(Class::of(statement.situation)));
    }
    let mut tables = Vec::new();
    for totals in &portfolio.totals {
        tables.push(of_all::totals(lang, totals, portfolio.clients.len()));
        tables.push(of_all::months_of_totals(lang, totals));
        tables.push(of_all::weekdays_of_totals(lang, totals, portfolio.method));
    }
    let outside = of_all::outside(lang, portfolio);
    let tables = tables.iter().chain(groups).chain(&outside);
    let tables = tables.map(|table| Grid::new(lang, table));
    let all = std::iter::once(overview).chain(tables);
    all.filter(|table| !table.rows.is_empty()).collect()
}

impl Grid {
    fn new(lang: Lang, table: &layout::Table<'_>) -> Self {
        let sides: Vec<bool> = table.columns.iter().map(|column| column.right).collect();
        let text = |cells: &[Cell<'_>]| {
            let cells = cells.iter().map(|cell| cell.shown(lang));
            cells.zip(sides.iter().copied()).collect()
        };
        let rows = table.rows.iter().map(|cells| GridRow {
            group: None,
            cells: text(cells),
            is_sum: false,
        });
        let sums = table.sum_rows().map(|cells| GridRow {
            group: None,
            cells: text(&cells),
            is_sum: true,
        });
        let columns = table.columns.iter();
        Self {
            title: table.title.clone(),
            columns: columns
                .map(|column| (column.name.clone(), column.right))
                .collect(),
            rows: rows.chain(sums).collect(),
            notes: table.notes.clone(),
        }
    }
}
