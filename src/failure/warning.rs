//! What a client's figures need said beside them.

use super::Problem;
use crate::calendar::{Day, Days, Month};
use crate::money::{Amount, Currency};

/// What the reader of a client's figures must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// One day holds over a fifth of the averaging window.
    SpikeInWindow {
        /// The day.
        day: Day,
        /// What was booked on it.
        amount: Amount,
        /// The forecast from the averages without that day.
        forecast_without: Amount,
    },
    /// The averaging window has under 28 days.
    ShortWindow {
        /// How many it has.
        days: u32,
    },
    /// Days without a row, on weekdays that otherwise have them.
    DaysWithoutRows {
        /// How many.
        missing: u32,
        /// Of how many.
        of: u32,
    },
    /// The last two weeks' mean is far from the last two months'.
    PaceChanged {
        /// How many per cent it is off.
        change: Amount,
    },
    /// The averaging window has days from which on an adjustment counts: they show it already.
    AdjustmentInWindow {
        /// The adjustment's first day.
        since: Day,
        /// How many days of the window.
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
        /// On how many days.
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
    },
    /// The service has moved a month by over one per cent since the store got its days.
    Restated {
        /// The month.
        month: Month,
        /// What its settled days cost in the store.
        before: Amount,
        /// What they cost now.
        after: Amount,
    },
    /// The service no longer tells what these days cost, and what the store has of them counts.
    Forgotten {
        /// From the first to the last of them.
        days: Days,
    },
    /// Nobody could say what some settled days cost; they count as unknown, never as zero.
    UnknownDays {
        /// The days, in ranges.
        days: Vec<Days>,
    },
    /// The service's monthly sums could not be compared with the days.
    MonthsUnchecked {
        /// Why they could not.
        problem: Box<Problem>,
    },
    /// The service's own sum of a month is not what its days add up to.
    MonthDiffers {
        /// The month.
        month: Month,
        /// What its days add up to.
        days: Amount,
        /// What the service says that it cost.
        sum: Amount,
    },
    /// A key of the config looks like a misspelt one and is ignored.
    SimilarKey {
        /// As written.
        found: String,
        /// What it looks like.
        meant: &'static str,
        /// Its line, from 1.
        line: usize,
    },
    /// The config is not UTF-8 and was read as Windows-1252.
    ReadAsWindows1252,
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
        Self::SimilarKey { .. } => "chave_parecida",
        Self::ReadAsWindows1252 => "codificacao",
    }
}
