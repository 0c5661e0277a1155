//! The dictionary of figures: each figure of a client, and each sum of a total, defined once.
//!
//! The JSON document, its schema, the CSV table of clients, the statistics of text and workbook, the
//! workbook's summary, the columns of the store and the manual's table all iterate these lists. So a
//! figure has the same key, the same name and the same value in every form, and a new figure is one
//! entry here.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};

use super::portfolio::{Client, Totals};
use super::statement::{Situation, Statement};
use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, Month};
use crate::forecast::Method;
use crate::money::{Amount, Currency};

/// Value of a figure, with the type that decides how each form writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureValue<'a> {
    /// Amount in the client's currency.
    Money(Cow<'a, Amount>),
    /// Per cent, exact.
    Percent(Cow<'a, Amount>),
    /// Whole per cent of a probability.
    Chance(u32),
    /// Day.
    Date(Day),
    /// Month.
    Month(Month),
    /// Point in time.
    Instant(DateTime<Utc>),
    /// Number of days, clients or tests.
    Count(u32),
    /// Yes or no.
    Flag(bool),
    /// Situation of a contract.
    Situation(Situation),
    /// Method of a forecast.
    Method(Method),
    /// Currency.
    Currency(Currency),
    /// Text, also from outside this program: a CSV table quotes it, and no spreadsheet runs it.
    Text(Cow<'a, str>),
}

impl<'a> FigureValue<'a> {
    /// Returns the value of an amount of money.
    pub fn money(amount: &'a Amount) -> Self {
        Self::Money(Cow::Borrowed(amount))
    }

    /// Returns the value of a percentage.
    pub fn percent(percent: &'a Amount) -> Self {
        Self::Percent(Cow::Borrowed(percent))
    }

    /// Machine text: exact amounts, ISO dates, fixed words; a flag is `1` or `0`.
    pub fn machine(&self) -> Cow<'_, str> {
        match self {
            Self::Money(amount) | Self::Percent(amount) => amount.to_string().into(),
            Self::Chance(count) | Self::Count(count) => count.to_string().into(),
            Self::Date(day) => day.to_string().into(),
            Self::Month(month) => format!("{}-{:02}", month.year, month.month).into(),
            Self::Instant(instant) => instant.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
            Self::Flag(flag) => if *flag { "1" } else { "0" }.into(),
            Self::Situation(situation) => situation.word().into(),
            Self::Method(method) => method.word().into(),
            Self::Currency(currency) => currency.code().to_owned().into(),
            Self::Text(text) => (&**text).into(),
        }
    }
}

/// Kind of a figure: what its values are, and so how a form lays it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// [`FigureValue::Money`].
    Money,
    /// [`FigureValue::Percent`].
    Percent,
    /// [`FigureValue::Chance`].
    Chance,
    /// [`FigureValue::Date`].
    Date,
    /// [`FigureValue::Instant`].
    Instant,
    /// [`FigureValue::Count`].
    Count,
    /// [`FigureValue::Flag`].
    Flag,
    /// [`FigureValue::Situation`].
    Situation,
    /// [`FigureValue::Method`].
    Method,
    /// [`FigureValue::Currency`].
    Currency,
    /// [`FigureValue::Text`].
    Text,
}

/// Function that takes a figure from `S`; the variant is the figure's kind.
#[derive(Debug)]
enum Of<S: 'static> {
    Money(fn(&S) -> Option<&Amount>),
    Percent(fn(&S) -> Option<&Amount>),
    Chance(fn(&S) -> Option<u32>),
    Date(fn(&S) -> Option<Day>),
    Instant(fn(&S) -> Option<DateTime<Utc>>),
    Count(fn(&S) -> u32),
    Flag(fn(&S) -> bool),
    Situation(fn(&S) -> Situation),
    Method(fn(&S) -> Method),
    Currency(fn(&S) -> Option<Currency>),
    Text(fn(&S) -> Option<Cow<'_, str>>),
}

impl<S> Of<S> {
    fn kind(&self) -> FigureKind {
        match self {
            Self::Money(_) => FigureKind::Money,
            Self::Percent(_) => FigureKind::Percent,
            Self::Chance(_) => FigureKind::Chance,
            Self::Date(_) => FigureKind::Date,
            Self::Instant(_) => FigureKind::Instant,
            Self::Count(_) => FigureKind::Count,
            Self::Flag(_) => FigureKind::Flag,
            Self::Situation(_) => FigureKind::Situation,
            Self::Method(_) => FigureKind::Method,
            Self::Currency(_) => FigureKind::Currency,
            Self::Text(_) => FigureKind::Text,
        }
    }

    fn value<'s>(&self, source: &'s S) -> Option<FigureValue<'s>> {
        match self {
            Self::Money(of) => of(source).map(FigureValue::money),
            Self::Percent(of) => of(source).map(FigureValue::percent),
            Self::Chance(of) => of(source).map(FigureValue::Chance),
            Self::Date(of) => of(source).map(FigureValue::Date),
            Self::Instant(of) => of(source).map(FigureValue::Instant),
            Self::Count(of) => Some(FigureValue::Count(of(source))),
            Self::Flag(of) => Some(FigureValue::Flag(of(source))),
            Self::Situation(of) => Some(FigureValue::Situation(of(source))),
            Self::Method(of) => Some(FigureValue::Method(of(source))),
            Self::Currency(of) => of(source).map(FigureValue::Currency),
            Self::Text(of) => of(source).map(FigureValue::Text),
        }
    }

    /// Returns whether the function's type alone guarantees a value.
    fn is_total(&self) -> bool {
        matches!(
            self,
            Self::Count(_) | Self::Flag(_) | Self::Situation(_) | Self::Method(_)
        )
    }
}

/// Source of a client's figure.
#[derive(Debug)]
enum FigureSource {
    /// The client, with or without figures.
    Client(Of<Client>),
    /// The client's statement.
    Statement(Of<Statement>),
}

/// Figure of a client.
#[derive(Debug)]
pub struct Figure {
    /// Key in every machine form: JSON, CSV, the store's columns.
    pub key: &'static str,
    /// Name for people, in Portuguese and in English.
    pub names: [&'static str; 2],
    /// Every client with figures has a value; of a figure of the band, every band has one.
    pub always: bool,
    /// JSON has the figure in the object `faixa`, which is null without a band.
    pub in_band: bool,
    /// Text and workbook have the figure among their statistics.
    pub in_statistics: bool,
    /// The workbook's summary has a column for the figure.
    pub in_summary: bool,
    /// The store's table `demonstrativo` has a column for the figure.
    pub stored: bool,
    source: FigureSource,
}

impl Figure {
    const fn new(key: &'static str, names: [&'static str; 2], of: Of<Statement>) -> Self {
        Self::from(key, names, FigureSource::Statement(of))
    }

    const fn of_client(key: &'static str, names: [&'static str; 2], of: Of<Client>) -> Self {
        Self::from(key, names, FigureSource::Client(of))
    }

    const fn from(key: &'static str, names: [&'static str; 2], source: FigureSource) -> Self {
        Self {
            key,
            names,
            always: false,
            in_band: false,
            in_statistics: false,
            in_summary: false,
            stored: false,
            source,
        }
    }

    const fn always(self) -> Self {
        Self {
            always: true,
            ..self
        }
    }

    const fn in_band(self) -> Self {
        Self {
            in_band: true,
            ..self
        }
    }

    const fn in_statistics(self) -> Self {
        Self {
            in_statistics: true,
            ..self
        }
    }

    const fn in_summary(self) -> Self {
        Self {
            in_summary: true,
            ..self
        }
    }

    const fn stored(self) -> Self {
        Self {
            stored: true,
            ..self
        }
    }

    /// Kind of the figure's values.
    pub fn kind(&self) -> FigureKind {
        match &self.source {
            FigureSource::Client(of) => of.kind(),
            FigureSource::Statement(of) => of.kind(),
        }
    }

    /// Returns whether JSON may have null for the figure.
    pub fn is_nullable(&self) -> bool {
        let total = match &self.source {
            FigureSource::Client(of) => of.is_total(),
            FigureSource::Statement(of) => of.is_total(),
        };
        !(self.always || total)
    }

    /// Value for `client`. `None` where it is not known, and for every figure of a statement where
    /// the client has none.
    pub fn value<'c>(&self, client: &'c Client) -> Option<FigureValue<'c>> {
        match &self.source {
            FigureSource::Client(of) => of.value(client),
            FigureSource::Statement(of) => of.value(client.statement()?),
        }
    }

    /// Value in `statement`. `None` where it is not known, and for a figure of the client.
    pub fn value_in<'s>(&self, statement: &'s Statement) -> Option<FigureValue<'s>> {
        match &self.source {
            FigureSource::Client(_) => None,
            FigureSource::Statement(of) => of.value(statement),
        }
    }
}

/// Figures that released versions of the CSV table of clients begin with; later ones come last.
pub(crate) const FIRST_RELEASED: usize = 33;

/// Part of the credit that is left at the end.
pub(crate) const SURPLUS: Figure = Figure::new(
    "sobra",
    ["Sobra prevista", "Projected surplus"],
    Of::Money(|s| s.surplus.as_ref()),
)
.in_statistics()
.in_summary()
.stored();

/// Credit that lacks at the end.
pub(crate) const SHORTFALL: Figure = Figure::new(
    "debito",
    ["Débito previsto", "Projected shortfall"],
    Of::Money(|s| s.shortfall.as_ref()),
)
.in_statistics()
.in_summary()
.stored();

/// Day on which the credit runs out or ran out.
pub(crate) const RUNS_OUT: Figure = Figure::new(
    "esgota_em",
    ["Crédito acaba em", "Runs out on"],
    Of::Date(|s| s.runs_out),
)
.in_statistics()
.in_summary()
.stored();

/// Region of the client's config.
pub(crate) const REGION: Figure = Figure::of_client(
    "regiao",
    ["Região", "Region"],
    Of::Text(|c| text(c.region.as_ref()?)),
)
.always()
.stored();

/// Group of the client.
pub(crate) const GROUP: Figure = Figure::of_client(
    "grupo",
    ["Grupo", "Group"],
    Of::Text(|c| text(c.group.as_ref()?)),
)
.in_summary()
.stored();

/// Figures of a client, in the order of JSON keys and CSV columns. New ones are added at the end.
pub const FIGURES: &[Figure] = &[
    Figure::of_client(
        "cliente",
        ["Cliente", "Client"],
        Of::Text(|c| text(&c.name)),
    )
    .always()
    .in_summary(),
    Figure::of_client("arquivo", ["Arquivo", "File"], Of::Text(|c| text(&c.file))).always(),
    Figure::of_client(
        "tenancy",
        ["Tenancy", "Tenancy"],
        Of::Text(|c| text(c.tenancy.as_ref()?)),
    )
    .always(),
    REGION,
    Figure::new("moeda", ["Moeda", "Currency"], Of::Currency(|s| s.currency))
        .in_summary()
        .stored(),
    Figure::new(
        "credito",
        ["Crédito", "Credit"],
        Of::Money(|s| Some(&s.contract.credit)),
    )
    .always()
    .in_statistics()
    .in_summary(),
    Figure::new(
        "inicio_contrato",
        ["Início", "Start"],
        Of::Date(|s| Some(s.contract.start)),
    )
    .always(),
    Figure::new(
        "fim_contrato",
        ["Fim", "End"],
        Of::Date(|s| Some(s.contract.end)),
    )
    .always()
    .in_summary(),
    Figure::new(
        "situacao",
        ["Situação", "Situation"],
        Of::Situation(|s| s.situation),
    )
    .in_summary()
    .stored(),
    Figure::of_client(
        "buscado_em",
        ["Buscado em", "Fetched on"],
        Of::Instant(|c| c.fetched_at),
    ),
    Figure::new(
        "dados_ate",
        ["Dados até", "Data through"],
        Of::Date(|s| s.data_through),
    )
    .stored(),
    Figure::new(
        "consolidado_ate",
        ["Fechado até", "Final through"],
        Of::Date(|s| s.settled_through),
    )
    .stored(),
    Figure::new(
        "consumo",
        ["Consumo", "Consumption"],
        Of::Money(|s| s.consumption.as_ref()),
    )
    .in_statistics()
    .in_summary()
    .stored(),
    Figure::new(
        "consumo_provisorio",
        ["Parcial (últimos dias)", "Partial (last days)"],
        Of::Money(|s| s.provisional.as_ref()),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "consumo_pct",
        ["Crédito usado", "Credit used"],
        Of::Percent(|s| s.credit_percent.as_ref()),
    )
    .in_statistics()
    .in_summary()
    .stored(),
    Figure::new(
        "saldo",
        ["Saldo hoje", "Balance today"],
        Of::Money(|s| s.balance.as_ref()),
    )
    .in_statistics()
    .in_summary()
    .stored(),
    Figure::new("metodo", ["Método", "Method"], Of::Method(|s| s.method)).stored(),
    Figure::new("previsto", FORECAST, Of::Money(|s| s.forecast.as_ref()))
        .in_statistics()
        .in_summary()
        .stored(),
    Figure::new(
        "complemento_provisorio",
        TOP_UP,
        Of::Money(|s| s.top_up.as_ref()),
    )
    .stored(),
    Figure::new("ajuste", ADJUSTED, Of::Money(|s| s.added(false))),
    Figure::new("hipotese", SUPPOSED, Of::Money(|s| s.added(true))),
    Figure::new(
        "total_estimado",
        PROJECTED,
        Of::Money(|s| s.projected.as_ref()),
    )
    .in_statistics()
    .in_summary()
    .stored(),
    SURPLUS,
    SHORTFALL,
    RUNS_OUT,
    Figure::new(
        "dias_decorridos",
        ["Dias decorridos", "Days elapsed"],
        Of::Count(|s| s.elapsed),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "dias_restantes",
        ["Dias restantes", "Days left"],
        Of::Count(|s| s.left),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "prazo_pct",
        ["Prazo decorrido", "Term elapsed"],
        Of::Percent(|s| s.term_percent.as_ref()),
    )
    .in_statistics()
    .in_summary()
    .stored(),
    Figure::new(
        "ritmo_diario",
        ["Consumo médio por dia", "Daily pace"],
        Of::Money(|s| s.pace.as_ref()),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "ritmo_alvo",
        ["Meta por dia", "Target pace"],
        Of::Money(|s| s.target_pace.as_ref()),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "mes_atual_estimado",
        ["Projeção do mês", "Month estimate"],
        Of::Money(|s| s.month_estimate.as_ref()),
    )
    .in_statistics()
    .stored(),
    Figure::new(
        "consumo_anterior",
        ["Consumo anterior", "Opening balance"],
        Of::Money(|s| Some(&s.contract.opening.as_ref()?.amount)),
    ),
    Figure::new(
        "ajuste_previsto",
        ["Ajuste previsto", "Planned adjustment"],
        Of::Text(|s| s.contract.adjustment.as_ref().map(written)),
    ),
    Figure::new(
        "nos_totais",
        ["Nos totais", "In totals"],
        Of::Flag(Statement::in_totals),
    )
    .in_summary()
    .stored(),
    Figure::new(
        "previsto_min",
        ["Previsto, mínimo", "Forecast, low"],
        Of::Money(|s| Some(&s.band.as_ref()?.forecast.low)),
    )
    .always()
    .in_band(),
    Figure::new(
        "previsto_max",
        ["Previsto, máximo", "Forecast, high"],
        Of::Money(|s| Some(&s.band.as_ref()?.forecast.high)),
    )
    .always()
    .in_band(),
    Figure::new(
        "total_min",
        ["Total projetado, mínimo", "Projected total, low"],
        Of::Money(|s| Some(&s.band.as_ref()?.projected.low)),
    )
    .always()
    .in_band()
    .in_summary()
    .stored(),
    Figure::new(
        "total_max",
        ["Total projetado, máximo", "Projected total, high"],
        Of::Money(|s| Some(&s.band.as_ref()?.projected.high)),
    )
    .always()
    .in_band()
    .in_summary()
    .stored(),
    // The earlier day comes of the upper end.
    Figure::new(
        "esgota_min",
        ["Crédito acaba em, o mais cedo", "Runs out on, earliest"],
        Of::Date(|s| s.band.as_ref()?.runs_out.high),
    )
    .in_band()
    .in_summary()
    .stored(),
    Figure::new(
        "esgota_max",
        ["Crédito acaba em, o mais tarde", "Runs out on, latest"],
        Of::Date(|s| s.band.as_ref()?.runs_out.low),
    )
    .in_band()
    .in_summary()
    .stored(),
    Figure::new(
        "probabilidade_esgotar",
        ["Chance de esgotar", "Chance of running out"],
        Of::Chance(|s| s.band.as_ref()?.chance),
    )
    .in_band()
    .in_summary()
    .stored(),
    Figure::new(
        "dias_sem_informacao",
        ["Dias sem informação", "Days without information"],
        Of::Count(|s| s.unknown.iter().map(Days::len).sum()),
    )
    .in_summary()
    .stored(),
    GROUP,
    Figure::new(
        "ajuste_ritmo_pct",
        ["Ajuste para fechar em zero", "Change to end at zero"],
        Of::Percent(|s| s.change_to_zero.as_ref()),
    )
    .in_statistics(),
];

/// Name of the forecast, of a client and of a total.
pub(crate) const FORECAST: [&str; 2] = ["Previsto até o fim", "Forecast to end"];
/// Name of the rest of the provisional days.
pub(crate) const TOP_UP: [&str; 2] = [
    "Estimativa do que falta nos últimos dias",
    "Estimated rest of the last days",
];
/// Name of the part of the forecast that the configs' adjustments add.
pub(crate) const ADJUSTED: [&str; 2] = ["Ajuste", "Adjustment"];
/// Name of the part of the forecast that the run's own adjustment adds.
pub(crate) const SUPPOSED: [&str; 2] = ["Hipótese", "What if"];
/// Name of consumption and forecast.
const PROJECTED: [&str; 2] = ["Total projetado", "Projected total"];

/// Sum over the clients of a currency that have every figure.
#[derive(Debug)]
pub struct TotalFigure {
    /// Key in every machine form.
    pub key: &'static str,
    /// Name for people, in Portuguese and in English.
    pub names: [&'static str; 2],
    /// Every total has a value.
    pub always: bool,
    of: Of<Totals>,
}

impl TotalFigure {
    const fn new(key: &'static str, names: [&'static str; 2], of: Of<Totals>) -> Self {
        Self {
            key,
            names,
            always: true,
            of,
        }
    }

    /// A sum that is null where no client has the figure.
    const fn optional(self) -> Self {
        Self {
            always: false,
            ..self
        }
    }

    /// Kind of the sum's values.
    pub fn kind(&self) -> FigureKind {
        self.of.kind()
    }

    /// Value in `totals`.
    pub fn value<'t>(&self, totals: &'t Totals) -> Option<FigureValue<'t>> {
        self.of.value(totals)
    }
}

/// Sums of a total, in the order of JSON keys and of the rows of text and workbook.
pub const SUMS: &[TotalFigure] = &[
    TotalFigure::new(
        "moeda",
        ["Moeda", "Currency"],
        Of::Currency(|t| Some(t.currency)),
    ),
    TotalFigure::new(
        "clientes",
        ["Clientes", "Clients"],
        Of::Count(|t| t.clients),
    ),
    TotalFigure::new(
        "credito",
        ["Crédito", "Credit"],
        Of::Money(|t| Some(&t.credit)),
    ),
    TotalFigure::new(
        "consumo",
        ["Consumo", "Consumption"],
        Of::Money(|t| Some(&t.consumption)),
    ),
    TotalFigure::new(
        "saldo",
        ["Saldo hoje", "Balance today"],
        Of::Money(|t| Some(&t.balance)),
    ),
    TotalFigure::new("previsto", FORECAST, Of::Money(|t| Some(&t.forecast))),
    TotalFigure::new(
        "complemento_provisorio",
        TOP_UP,
        Of::Money(|t| Some(&t.top_up)),
    ),
    TotalFigure::new("ajuste", ADJUSTED, Of::Money(|t| t.adjusted.as_ref())).optional(),
    TotalFigure::new("hipotese", SUPPOSED, Of::Money(|t| t.supposed.as_ref())).optional(),
    TotalFigure::new(
        "total_estimado",
        PROJECTED,
        Of::Money(|t| Some(&t.projected)),
    ),
    TotalFigure::new(
        "sobras",
        ["Soma das sobras", "Total surplus"],
        Of::Money(|t| Some(&t.surplus)),
    ),
    TotalFigure::new(
        "debitos",
        ["Soma dos débitos", "Total shortfall"],
        Of::Money(|t| Some(&t.shortfall)),
    ),
];

/// Figures that the store records, each a column of its table `demonstrativo`.
pub(crate) fn stored() -> impl Iterator<Item = &'static Figure> {
    FIGURES.iter().filter(|figure| figure.stored)
}

fn text(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

fn written(adjustment: &Adjustment) -> Cow<'static, str> {
    adjustment.to_string().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_and_names_are_there_once() {
        let keys: BTreeSet<&str> = FIGURES.iter().map(|figure| figure.key).collect();
        assert_eq!(keys.len(), FIGURES.len());
        for language in [0, 1] {
            let names: BTreeSet<&str> = FIGURES.iter().map(|f| f.names[language]).collect();
            assert_eq!(names.len(), FIGURES.len());
        }
        let keys: BTreeSet<&str> = SUMS.iter().map(|sum| sum.key).collect();
        assert_eq!(keys.len(), SUMS.len());
    }

    #[test]
    fn names_are_names_and_no_sentences() {
        let names = FIGURES.iter().map(|figure| figure.names);
        for name in names.chain(SUMS.iter().map(|sum| sum.names)).flatten() {
            assert!(!name.ends_with('.'), "{name}");
            assert!(name.chars().count() <= 40, "{name}");
        }
    }

    #[test]
    fn machine_keys_are_portuguese_snake_case() {
        let keys = FIGURES.iter().map(|figure| figure.key);
        for key in keys.chain(SUMS.iter().map(|sum| sum.key)) {
            assert!(
                key.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{key}"
            );
        }
    }
}
