//! Warnings beside a client's figures.

use super::{AlertsProblem, KeyLike, Problem};
use crate::calendar::{Day, Days, Month};
use crate::money::{Amount, Currency};

/// A warning about a client's figures (rule: warnings).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A single day holds over a fifth of the averaging window.
    SpikeInWindow {
        /// The day.
        day: Day,
        /// Amount booked on the day.
        amount: Amount,
        /// The forecast from the averages without that day.
        forecast_without: Amount,
    },
    /// The averaging window has under 28 days.
    ShortWindow {
        /// Number of days in the window.
        days: u32,
    },
    /// Days without a row, on weekdays that otherwise have them.
    DaysWithoutRows {
        /// Number of days without a row.
        missing: u32,
        /// Number of days in the window.
        of: u32,
    },
    /// The last two weeks' mean is far from the last two months'.
    PaceChanged {
        /// Change of pace in per cent.
        change: Amount,
        /// The report's forecast.
        forecast: Amount,
        /// The forecast of the method of the second opinion, if the report's is another method's.
        second: Option<Amount>,
    },
    /// The averaging window has days from which on an adjustment counts: they show it already.
    AdjustmentInWindow {
        /// The adjustment's first day.
        since: Day,
        /// Number of days of the window from `since` on.
        days: u32,
    },
    /// No data came for longer than the service's habit.
    NoRecentData {
        /// The last day with data before the as-of day, if any.
        last: Option<Day>,
    },
    /// The currency was taken from the data.
    CurrencyAssumed(Currency),
    /// The first data come over 60 days after the contract's start.
    SilentStart {
        /// The first day with data.
        first: Day,
    },
    /// Money with a blank currency was counted in the client's.
    BlankCurrency {
        /// Number of days.
        days: u32,
    },
    /// The clocks are too far apart; requests were signed with the service's time.
    ClockOffset {
        /// The service's time less this machine's, in seconds.
        seconds: i64,
    },
    /// The config's region refused the request, and the tenancy's home region answered it.
    NotHomeRegion {
        /// The config's region.
        region: String,
        /// The tenancy's home region.
        home: String,
    },
    /// The region is not in the table; the host follows the tenancy's realm.
    UnknownRegion {
        /// The region.
        region: String,
        /// The realm.
        realm: String,
        /// The region in the table with the nearest name, if one is near.
        near: Option<&'static str>,
    },
    /// The service has moved a month by over one per cent since the store got its days.
    Restated {
        /// The month.
        month: Month,
        /// Cost of the settled days in the store.
        before: Amount,
        /// Cost of the settled days now.
        after: Amount,
    },
    /// The service no longer has these days, and their costs in the store count.
    Forgotten {
        /// Range from the first to the last of the days.
        days: Days,
    },
    /// Nobody could say what some settled days cost; they count as unknown, never as zero.
    UnknownDays {
        /// The days, in ranges.
        days: Vec<Days>,
    },
    /// The service's monthly sums could not be compared with the days.
    MonthsUnchecked {
        /// Reason of the failure.
        problem: Box<Problem>,
    },
    /// The service's own sum of a month is not what its days add up to.
    MonthDiffers {
        /// The month.
        month: Month,
        /// Sum of the month's days.
        days: Amount,
        /// Cost of the month by the service.
        sum: Amount,
    },
    /// A key of the config looks like a known one and is ignored.
    SimilarKey(KeyLike),
    /// Values have one reading only, and were read by it.
    ReadAs {
        /// The keys and their lines.
        keys: Vec<(&'static str, usize)>,
        /// The reading.
        reading: Reading,
    },
    /// An amount with one separator, over three digits before it and three behind it, was read with decimals.
    ThreeDecimals {
        /// The key.
        key: &'static str,
        /// Line of the key, from 1.
        line: usize,
        /// The value as written.
        value: String,
        /// The amount as it was read.
        decimals: Amount,
        /// The amount if the separator were for thousands.
        thousands: Amount,
    },
    /// A day is written twice in `ignorar_dia`.
    DayIgnoredTwice {
        /// The day.
        day: Day,
        /// Line of the first occurrence, from 1.
        first_line: usize,
        /// Line of the second occurrence.
        line: usize,
    },
    /// A value of an `alerta_*` key is not understood and was ignored.
    AlertIgnored {
        /// The key.
        key: &'static str,
        /// Line of the key, from 1.
        line: usize,
        /// The value, fit for a terminal; of a telephone number the last digits alone. `None` where a secret may stand
        /// in it.
        value: Option<String>,
        /// The reason.
        problem: Box<AlertsProblem>,
        /// The customer is told nothing until the value is corrected: it may say so.
        silences: bool,
    },
    /// The config is not UTF-8 and was read in another encoding.
    OtherEncoding(&'static str),
}

/// A reading of a value that is not as a config has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Without the quotes around it.
    WithoutQuotes,
    /// Without an invisible character at its ends.
    WithoutInvisible(char),
    /// Without what a tool writes before it.
    WithoutLabel(String),
    /// Another way of writing a value: a region by its name in the console, a fingerprint as a tool prints it.
    Value {
        /// The key.
        key: &'static str,
        /// The value as written.
        written: String,
        /// The value as a config has it.
        value: String,
    },
}

codes! {
    Warning {
        Self::SpikeInWindow { .. } => "pico_na_janela",
        Self::ShortWindow { .. } => "janela_curta",
        Self::DaysWithoutRows { .. } => "dias_sem_registro",
        Self::PaceChanged { .. } => "ritmo_mudou",
        Self::AdjustmentInWindow { .. } => "ajuste_na_janela",
        Self::NoRecentData { .. } => "sem_dados_recentes",
        Self::SilentStart { .. } => "inicio_sem_dados",
        Self::CurrencyAssumed(_) => "moeda_assumida",
        Self::BlankCurrency { .. } => "moeda_em_branco",
        Self::ClockOffset { .. } => "fuso_do_servico",
        Self::NotHomeRegion { .. } => "regiao_nao_e_home",
        Self::UnknownRegion { .. } => "regiao_desconhecida",
        Self::Restated { .. } => "mes_reapresentado",
        Self::Forgotten { .. } => "servico_esqueceu",
        Self::UnknownDays { .. } => "lacuna_no_historico",
        Self::MonthsUnchecked { .. } => "mes_nao_conferido",
        Self::MonthDiffers { .. } => "mes_nao_confere",
        Self::SimilarKey(_) => "chave_parecida",
        Self::ReadAs { .. } => "valor_interpretado",
        Self::ThreeDecimals { .. } => "valor_em_duvida",
        Self::DayIgnoredTwice { .. } => "dia_repetido",
        Self::AlertIgnored { .. } => "alerta_ignorado",
        Self::OtherEncoding(_) => "codificacao",
    }
}
