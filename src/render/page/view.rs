//! View of a customer's page: ready sentences, amounts and widths of one contract, and the refusals.
//!
//! Sentences round, tables do not. A figure that is unknown is left out, never written as zero.

use super::chart::{Chart, ChartWords, Tenths};
use super::contact::{Part, linked};
use super::marks::{instant, marks, since};
use super::{PageContext, PageHead, SCRIPT, STYLE, title};
use crate::alert::Figures;
use crate::calendar::day_of;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::customer;
use crate::render::customer::bars::{Bar, WordTone, bars};
use crate::render::customer::rows::rows;
use crate::render::customer::story::{self, Story, about};
use crate::render::number;
use crate::render::words::{self, pick};
use crate::report::burndown::BurnDown;
use crate::report::statement::{MonthLine, Situation, Statement};
use crate::text::printable;

/// Characters of the customer's name.
const LONGEST_NAME: usize = 120;
/// Lines of months that fit a page of paper: those of a year that begins within a month. Of a longer contract each
/// year has a line, and each of the last months.
const MONTH_LINES: usize = 13;
const LAST_MONTHS: usize = 12;

/// A customer's page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) head: PageHead,
    pub(super) marks: Vec<String>,
    pub(super) client: String,
    pub(super) about: String,
    pub(super) until: Option<Time>,
    pub(super) made: Time,
    /// The time from which the page counts its age.
    pub(super) since: String,
    pub(super) tone: WordTone,
    pub(super) sign: &'static str,
    pub(super) verdict: String,
    pub(super) told: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) contact: Vec<Part>,
    pub(super) cards: Vec<FigureCard>,
    pub(super) bars: Vec<Bar>,
    pub(super) chart: Option<Chart>,
    /// Reason for there being no chart.
    pub(super) no_chart: Option<&'static str>,
    /// The finding of the chart, for readers who do not see it.
    pub(super) finding: String,
    pub(super) caption: String,
    pub(super) months: Vec<BarLine>,
    pub(super) weekdays: Vec<BarLine>,
    pub(super) rows: Vec<(String, String)>,
    pub(super) method: Vec<String>,
    pub(super) fine_print: String,
}

/// A day or a time, for people and for programs.
#[derive(Clone, Debug)]
pub(super) struct Time {
    pub(super) iso: String,
    pub(super) text: String,
}

/// A figure with its name.
#[derive(Clone, Debug)]
pub(super) struct FigureCard {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// A line of a table with bars.
#[derive(Clone, Debug)]
pub(super) struct BarLine {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) note: Option<String>,
    pub(super) bar: Option<Tenths>,
    /// Width of the hatched bar below the other, up to an estimate.
    pub(super) hatched: Option<Tenths>,
    /// The line is the sum of a year.
    pub(super) is_sum: bool,
}

impl Page {
    /// Lays out the page of the customer `client`.
    pub(super) fn new(client: &str, statement: &Statement, context: &PageContext<'_>) -> Self {
        let lang = context.lang;
        let client = match printable(client, LONGEST_NAME) {
            name if name.is_empty() => "?".to_owned(),
            name => name,
        };
        let figures = told_figures(&client, statement);
        let situation = figures.situation;
        let lacks_data = situation.lacks_data();
        let story = Story {
            lang,
            figures: &figures,
            contact: None,
        };
        let made_on = day_of(context.made_at);
        let (tone, sign) = tone(situation);
        let burn_down = BurnDown::of(statement);
        let chart = burn_down.as_ref().map(|burn_down| {
            let words = ChartWords {
                lang,
                currency: statement.currency,
                situation: statement.situation,
                is_today: statement.as_of == made_on,
            };
            Chart::new(burn_down, words)
        });
        let told = story.told();
        let verdict = story.verdict();
        let finding: Vec<&str> = [verdict.as_str()]
            .into_iter()
            .chain(told.iter().take(2).map(String::as_str))
            .collect();
        let writer = PageWriter {
            lang,
            statement,
            figures: &figures,
        };
        Self {
            head: PageHead {
                lang,
                title: title(lang),
                style: STYLE,
                script: SCRIPT,
            },
            marks: marks(context, statement, made_on),
            since: since(context, statement.as_of, made_on),
            about: customer::about(lang, None),
            until: statement.data_through.map(|day| Time {
                iso: day.to_string(),
                text: number::long_day(lang, day),
            }),
            made: Time {
                iso: instant(context.made_at),
                text: number::long_day(lang, made_on),
            },
            tone,
            sign,
            finding: finding.join(" "),
            steps: story.steps(),
            contact: context.contact.map(linked).unwrap_or_default(),
            cards: writer.cards(),
            bars: match situation {
                Situation::NoCredit | Situation::NotStarted => Vec::new(),
                _ => bars(lang, &figures, tone),
            },
            no_chart: writer.no_chart(chart.is_some()),
            caption: chart
                .as_ref()
                .map(|chart| writer.caption(chart))
                .unwrap_or_default(),
            months: if lacks_data {
                Vec::new()
            } else {
                writer.months()
            },
            weekdays: writer.weekdays(),
            rows: rows(lang, &figures),
            method: writer.method(),
            fine_print: customer::fine_print(lang, figures.provisional_days),
            told,
            verdict,
            chart,
            client,
        }
    }

    /// The text of the page's language.
    pub(super) fn say(&self, pt: &'static str, en: &'static str) -> &'static str {
        self.head.say(pt, en)
    }
}

/// Returns the figures as the page tells them. A forecast from too few days is none.
fn told_figures(client: &str, statement: &Statement) -> Figures {
    let figures = Figures::of(client, statement);
    if !(statement.short_history && figures.left > 0) {
        return figures;
    }
    Figures {
        situation: match figures.situation {
            Situation::Borderline
            | Situation::RunsOut
            | Situation::LeftOver
            | Situation::Within => Situation::NoForecast,
            known => known,
        },
        projected: None,
        surplus: None,
        shortfall: None,
        // That the credit has run out is no forecast.
        runs_out: figures
            .runs_out
            .filter(|_| figures.situation == Situation::Spent),
        runs_out_range: None,
        chance: None,
        pace: None,
        ..figures
    }
}

/// Colour and sign of a situation.
fn tone(situation: Situation) -> (WordTone, &'static str) {
    match situation {
        Situation::Within => (WordTone::Good, "✓"),
        Situation::Spent | Situation::RunsOut => (WordTone::Bad, "!"),
        Situation::Borderline => (WordTone::Warn, "!"),
        Situation::LeftOver
        | Situation::Ended
        | Situation::NoForecast
        | Situation::NoData
        | Situation::IncompleteHistory
        | Situation::NotStarted
        | Situation::NoCredit => (WordTone::Info, "i"),
    }
}

/// The share of `part` in the largest amount; none of nothing.
fn width(part: &Amount, most: &Amount) -> Tenths {
    Tenths(number::filled(part, most, 1000).into())
}

/// Writer of the parts of one page.
struct PageWriter<'a> {
    lang: Lang,
    statement: &'a Statement,
    figures: &'a Figures,
}

impl PageWriter<'_> {
    fn exact(&self, amount: &Amount) -> String {
        words::priced(self.lang, self.figures.currency, amount)
    }

    fn about(&self, amount: &Amount) -> String {
        about(self.lang, self.figures.currency, amount)
    }

    /// The three figures that matter.
    fn cards(&self) -> Vec<FigureCard> {
        let (lang, figures) = (self.lang, self.figures);
        let card = |name: [&'static str; 2], value: Option<String>| {
            Some(FigureCard {
                name: words::name(lang, name),
                value: value?,
            })
        };
        let exact = |amount: &Option<Amount>| amount.as_ref().map(|amount| self.exact(amount));
        let positive = |amount| customer::positive(amount).map(|amount| self.exact(amount));
        let bought = || {
            card(
                ["Crédito comprado", "Credit bought"],
                Some(self.exact(&figures.credit)),
            )
        };
        let spent = || card(["Gasto", "Spent"], exact(&figures.consumption));
        let balance = || match &figures.balance {
            Some(balance) if balance.is_negative() => card(
                ["Uso além do crédito", "Usage beyond the credit"],
                Some(self.exact(&balance.abs())),
            ),
            balance => card(["Crédito que resta", "Credit left"], exact(balance)),
        };
        let end = || {
            let day = number::day(lang, figures.end);
            card(["Fim do contrato", "End of the contract"], Some(day))
        };
        let remainder = || {
            let lacks = positive(&figures.shortfall);
            match lacks {
                Some(lacks) => card(["Deve faltar", "Should be short"], Some(lacks)),
                None => card(["Deve sobrar", "Should be left"], exact(&figures.surplus)),
            }
        };
        let cards = match figures.situation {
            Situation::NoData | Situation::IncompleteHistory => Vec::new(),
            Situation::NotStarted => {
                let start = number::day(lang, figures.start);
                let start = card(["Começo do contrato", "Start of the contract"], Some(start));
                let credit = bought().filter(|_| !figures.credit.is_zero());
                vec![credit, start, end()]
            }
            Situation::NoCredit => {
                let months = &self.statement.months;
                let running = months.last().filter(|month| month.running.is_some());
                let running = running.and_then(|month| month.consumption.as_ref());
                vec![
                    spent(),
                    card(
                        ["Este mês, até agora", "This month so far"],
                        running.map(|amount| self.exact(amount)),
                    ),
                    card(
                        ["Deve ser no fim do mês", "Expected at the month's end"],
                        self.estimate().map(|amount| self.exact(amount)),
                    ),
                ]
            }
            Situation::Ended => {
                let [left, beyond] = story::ended_names(figures);
                vec![
                    bought().filter(|_| !figures.credit.is_zero()),
                    spent(),
                    card(left, positive(&figures.surplus)),
                    card(beyond, positive(&figures.shortfall)),
                ]
            }
            Situation::NoForecast => vec![balance(), spent(), end()],
            Situation::Spent => vec![
                balance(),
                remainder(),
                card(["Gasto por dia", "Spent a day"], exact(&figures.pace)),
            ],
            Situation::Borderline
            | Situation::RunsOut
            | Situation::LeftOver
            | Situation::Within => {
                vec![
                    balance(),
                    remainder(),
                    card(
                        ["Dá para gastar por dia", "You can spend a day"],
                        positive(&figures.target_pace),
                    ),
                ]
            }
        };
        cards.into_iter().flatten().collect()
    }

    /// The reason for there being no chart, of a contract that would have one.
    fn no_chart(&self, has_chart: bool) -> Option<&'static str> {
        let situation = self.figures.situation;
        let expected = !situation.lacks_data()
            && situation != Situation::NotStarted
            && !self.figures.credit.is_zero();
        (expected && !has_chart).then(|| match situation {
            Situation::Ended => pick(
                self.lang,
                "Houve poucos dias de uso para um gráfico.",
                "There were too few days of usage for a chart.",
            ),
            _ => pick(
                self.lang,
                "Ainda há poucos dias de uso para um gráfico.",
                "There are too few days of usage for a chart yet.",
            ),
        })
    }

    /// The words below the chart, of the lines that it has.
    fn caption(&self, chart: &Chart) -> String {
        let lang = self.lang;
        let summed = self.statement.contract.opening.as_ref().map(|opening| {
            let day = number::day(lang, opening.through);
            say!(
                lang,
                "Até {day} só temos a soma do gasto.",
                "Through {day} we have only the sum of the cost."
            )
        });
        let mut days = self.statement.daily.iter();
        let has_gap = days.any(|line| line.settled && line.cost.is_none());
        let sentences = [
            Some(pick(
                lang,
                "A linha cheia é o crédito que resta.",
                "The solid line is the credit that is left.",
            )),
            summed.as_deref(),
            has_gap.then(|| {
                pick(
                    lang,
                    "Onde ela falta, não sabemos o gasto do dia.",
                    "Where it is missing we do not know the day's cost.",
                )
            }),
            chart.has_forecast.then(|| {
                pick(
                    lang,
                    "A tracejada é o que esperamos.",
                    "The dashed one is what we expect.",
                )
            }),
            chart.has_range.then(|| {
                pick(
                    lang,
                    "Em 8 de cada 10 casos o resultado fica dentro da faixa clara.",
                    "In 8 of 10 cases the outcome is inside the light band.",
                )
            }),
            Some(pick(
                lang,
                "A linha de pontinhos mostra como seria gastar igual todo dia.",
                "The dotted line shows how it would be to spend the same each day.",
            )),
        ];
        let sentences: Vec<&str> = sentences.into_iter().flatten().collect();
        sentences.join(" ")
    }

    /// The running month's estimate, of a contract that has a forecast.
    fn estimate(&self) -> Option<&Amount> {
        let is_told =
            !self.statement.short_history && self.figures.situation != Situation::NoForecast;
        self.statement.month_estimate.as_ref().filter(|_| is_told)
    }

    /// The months, each with its bar; years and the last months of a long contract.
    fn months(&self) -> Vec<BarLine> {
        let lang = self.lang;
        let months = &self.statement.months;
        let estimate = self.estimate();
        let first = match months.len() {
            ..=MONTH_LINES => 0,
            all => all - LAST_MONTHS,
        };
        let shown = months.get(first..).unwrap_or_default();
        let amounts = shown.iter().filter_map(|month| month.consumption.as_ref());
        let most = amounts.chain(estimate).max().cloned().unwrap_or_default();
        let opening = self.statement.contract.opening.as_ref().map(|opening| {
            let day = number::day(lang, opening.through);
            BarLine {
                name: say!(lang, "Até {day}", "Until {day}"),
                value: self.exact(&opening.amount),
                note: None,
                bar: None,
                hatched: None,
                is_sum: true,
            }
        });
        let years = match first {
            0 => Vec::new(),
            _ => self.years(),
        };
        let months = shown.iter().map(|month| {
            let estimate = estimate.filter(|_| month.running.is_some());
            let mut line = self.month(month);
            line.bar = month.consumption.as_ref().map(|spent| width(spent, &most));
            line.hatched = estimate.map(|estimate| width(estimate, &most));
            if let Some(estimate) = estimate {
                let estimate = self.exact(estimate);
                line.note = Some(say!(lang, "deve ser {estimate}", "{estimate} expected"));
            }
            line
        });
        opening.into_iter().chain(years).chain(months).collect()
    }

    fn month(&self, month: &MonthLine) -> BarLine {
        let lang = self.lang;
        let name = number::short_month(lang, month.month);
        let year = month.month.year;
        BarLine {
            name: match lang {
                Lang::PtBr => format!("{name}/{year}"),
                Lang::En => format!("{name} {year}"),
            },
            value: self.spent(month.consumption.as_ref()),
            note: (month.unknown > 0 && month.consumption.is_some())
                .then(|| self.missing(u64::from(month.unknown))),
            bar: None,
            hatched: None,
            is_sum: false,
        }
    }

    fn spent(&self, amount: Option<&Amount>) -> String {
        match amount {
            Some(amount) => self.exact(amount),
            None => pick(self.lang, "sem dados", "no data").to_owned(),
        }
    }

    /// `sem 3 dias`.
    fn missing(&self, unknown: u64) -> String {
        let days = words::days(self.lang, unknown);
        say!(self.lang, "sem {days}", "without {days}")
    }

    /// The sums of the years.
    fn years(&self) -> Vec<BarLine> {
        let months = self.statement.months.as_slice();
        let years = months.chunk_by(|a, b| a.month.year == b.month.year);
        years
            .map(|months| {
                let year = months.first().map_or(0, |month| month.month.year);
                let known = months.iter().filter_map(|month| month.consumption.as_ref());
                let is_known = months.iter().any(|month| month.consumption.is_some());
                let spent = is_known.then(|| known.sum::<Amount>());
                let unknown: u32 = months.iter().map(|month| month.unknown).sum();
                BarLine {
                    name: year.to_string(),
                    value: self.spent(spent.as_ref()),
                    note: (unknown > 0 && spent.is_some())
                        .then(|| self.missing(u64::from(unknown))),
                    bar: None,
                    hatched: None,
                    is_sum: true,
                }
            })
            .collect()
    }

    /// The weekdays' means, of a contract with a forecast.
    fn weekdays(&self) -> Vec<BarLine> {
        let has_forecast = self.figures.projected.is_some() && self.figures.left > 0;
        let lines = &self.statement.weekdays;
        let means: Vec<&Amount> = lines.iter().filter_map(|line| line.mean.as_ref()).collect();
        let most = means.iter().max().map(|most| (*most).clone());
        let most = most.filter(|_| has_forecast && means.len() == lines.len());
        let Some(most) = most else {
            return Vec::new();
        };
        let names = words::weekdays(self.lang).into_iter().zip(means);
        names
            .map(|(name, mean)| BarLine {
                name: name.to_owned(),
                value: self.exact(mean),
                note: None,
                bar: Some(width(mean, &most)),
                hatched: None,
                is_sum: false,
            })
            .collect()
    }

    /// Sentences about the method and the days that are missing.
    fn method(&self) -> Vec<String> {
        let (lang, statement, figures) = (self.lang, self.statement, self.figures);
        if figures.situation.lacks_data() {
            return Vec::new();
        }
        let foreseen = figures.left > 0 && figures.projected.is_some();
        let window = statement.window.filter(|_| foreseen).map(|window| {
            let days = number::days(lang, window.days);
            match statement.is_adjusted() {
                true => say! { lang, "A previsão parte do gasto de {days} e inclui uma mudança de uso que já esperamos.",
                "The forecast starts from the cost of {days} and includes a change of usage that we expect already." },
                false => say! { lang, "A previsão parte do gasto de {days} e supõe que o uso continua assim até o fim do contrato.",
                "The forecast starts from the cost of {days} and supposes that usage goes on like that until the contract's end." },
            }
        });
        let band = statement.band.as_ref().filter(|_| foreseen);
        let band = band.map(|band| {
            let low = self.about(&band.projected.low);
            let high = self.about(&band.projected.high);
            say! { lang, "Em 8 de cada 10 casos o gasto total do contrato fica entre {low} e {high}.",
            "In 8 of 10 cases the contract's total cost is between {low} and {high}." }
        });
        let unsure = (statement.short_history && figures.left > 0).then(|| {
            say! { lang, "Com menos de 14 dias de uso não dá para dizer quanto uma previsão pode errar, por isso não fazemos nenhuma.",
            "With less than 14 days of usage nobody can tell how far off a forecast may be, so we make none." }
        });
        let unknown: u32 = statement.unknown.iter().map(|days| days.len()).sum();
        let unknown = (unknown > 0 && statement.data_through.is_some()).then(|| {
            let days = words::days(lang, u64::from(unknown));
            say! { lang, "De {days} não temos o gasto: não estão nas somas.",
            "Of {days} we do not have the cost: they are not in the sums." }
        });
        [window, band, unsure, unknown]
            .into_iter()
            .flatten()
            .collect()
    }
}
