//! Evidence for the assumptions in the answers of one client: counts and largest numbers, under fixed words.
//!
//! An answer is looked at a second time for it, apart from the reading that figures come from, and only where a
//! run asks for the service report. No text of an answer is kept for the report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::{Map, Value};

use crate::calendar::{Day, Days, Month, plus_days};
use crate::failure::{Answer, Failure, Problem, ServiceProblem};
use crate::money::Amount;

/// Days before the as-of day from which on a range is an old one.
const OLD: i64 = 330;
/// Months and days that are compared are equal up to one in so many.
const TOLERANCE: i64 = 100;
/// Most names of unknown fields that are counted apart.
const MOST_NAMES: usize = 1_000;

/// The fields of a row by the vendor's SDK.
const FIELDS: [&str; 31] = [
    "ad",
    "attributedCost",
    "attributedUsage",
    "compartmentId",
    "compartmentName",
    "compartmentPath",
    "computedAmount",
    "computedQuantity",
    "currency",
    "discount",
    "isForecast",
    "listRate",
    "overage",
    "overagesFlag",
    "platform",
    "region",
    "resourceId",
    "resourceName",
    "service",
    "shape",
    "skuName",
    "skuPartNumber",
    "subscriptionId",
    "tags",
    "tenantId",
    "tenantName",
    "timeUsageEnded",
    "timeUsageStarted",
    "unit",
    "unitPrice",
    "weight",
];
/// The fields of a page.
const PAGE_FIELDS: [&str; 2] = ["groupBy", "items"];

/// The rule that combines the numbers of a sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Added up.
    Times,
    /// The largest counts.
    Most,
    /// The smallest counts.
    Least,
}

impl Measure {
    /// The fixed word of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Times => "vezes",
            Self::Most => "maior",
            Self::Least => "menor",
        }
    }

    /// Returns both numbers as one.
    pub fn joined(self, a: u64, b: u64) -> u64 {
        match self {
            Self::Times => a.saturating_add(b),
            Self::Most => a.max(b),
            Self::Least => a.min(b),
        }
    }
}

macro_rules! sights {
    ($($name:ident: $assumption:literal, $word:literal, $measure:ident, $pt:literal, $en:literal;)*) => {
        /// Something that answers may show of an assumption.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sight {
            $(
                #[doc = $en]
                $name,
            )*
        }

        impl Sight {
            /// All sights, those of one assumption together.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The assumption that the sight is about.
            pub fn assumption(self) -> &'static str {
                match self {
                    $(Self::$name => $assumption,)*
                }
            }

            /// The fixed word of machine forms.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The text in Portuguese and in English.
            pub fn texts(self) -> [&'static str; 2] {
                match self {
                    $(Self::$name => [$pt, $en],)*
                }
            }

            /// Returns the rule that combines the numbers of several answers.
            pub fn measure(self) -> Measure {
                match self {
                    $(Self::$name => Measure::$measure,)*
                }
            }
        }
    };
}

sights! {
    Broken: "address", "sem_resposta", Times, "pedidos sem resposta inteira", "requests without a whole answer";
    OtherStatus: "address", "outro_status", Times, "respostas de outro status", "answers of another status";
    Accepted: "signature", "status_200", Times, "respostas 200", "answers with 200";
    Status401: "signature", "status_401", Times, "respostas 401", "answers with 401";
    DateMissing: "clock", "sem_hora", Times, "respostas sem hora", "answers without a time";
    ClockAccepted: "clock", "diferenca_aceita", Most, "maior diferença dos relógios em uma resposta 200, em segundos", "largest difference of the clocks in an answer with 200, in seconds";
    ClockRefused: "clock", "recusado_pela_hora", Times, "recusas 401 com relógios diferentes", "refusals with 401 and different clocks";
    ClockCorrected: "clock", "aceito_com_a_hora_do_servico", Times, "aceitos com a hora do serviço", "accepted with the service's time";
    PolicyAccepted: "policy", "consulta_respondida", Times, "consultas de custo respondidas", "cost requests answered";
    Status403: "policy", "status_403", Times, "respostas 403", "answers with 403";
    Status404: "policy", "status_404", Times, "respostas 404", "answers with 404";
    HomeAnswered: "home-region", "home_respondeu", Times, "perguntada e respondeu", "asked and answered";
    ElsewhereAnswered: "home-region", "outra_respondeu", Times, "outra região respondeu", "another region answered";
    ElsewhereRefused: "home-region", "outra_recusou", Times, "outra região recusou", "another region refused";
    HomeNotTold: "home-region", "home_nao_dita", Times, "home region não dita", "home region not told";
    DayAtMidnight: "midnight", "meia_noite", Times, "linhas de dia da meia-noite UTC à seguinte", "rows of a day from midnight UTC to the next";
    DayOtherwise: "midnight", "outras_horas", Times, "linhas de dia com outras horas", "rows of a day with other times";
    DailyLongest: "daily-range", "mais_longo_respondido", Most, "período mais longo respondido, em dias", "longest range answered, in days";
    DailyShortestRefused: "daily-range", "mais_curto_recusado", Least, "período mais curto recusado por ser mais longo que os respondidos, em dias", "shortest range refused that was longer than those answered, in days";
    WindowRefused: "refused-window", "recusado_sem_motivo", Times, "períodos recentes recusados de um tamanho que funciona", "recent ranges refused of a length that works";
    Status400: "refused-window", "status_400", Times, "respostas 400", "answers with 400";
    MonthlyLongest: "monthly-range", "meses_respondidos", Most, "mais meses respondidos de uma vez", "most months answered at once";
    MonthlyRefused: "monthly-range", "meses_recusados", Least, "menos meses recusados de uma vez", "fewest months refused at once";
    MonthFirst: "monthly-rows", "inteiro_no_primeiro_dia", Times, "mês inteiro, linha no primeiro dia", "whole month, row on the first day";
    MonthElsewhere: "monthly-rows", "inteiro_em_outro_dia", Times, "mês inteiro, linha em outro dia", "whole month, row on another day";
    PartClipped: "monthly-rows", "parte_recortada", Times, "mês pedido do meio, linha no primeiro dia pedido", "month asked from its middle, row on the first day asked";
    PartFirst: "monthly-rows", "parte_no_primeiro_dia", Times, "mês pedido do meio, linha no primeiro dia do mês", "month asked from its middle, row on the month's first day";
    PartElsewhere: "monthly-rows", "parte_em_outro_dia", Times, "mês pedido do meio, linha em outro dia", "month asked from its middle, row on another day";
    EndsWithMonth: "monthly-rows", "termina_com_o_mes", Times, "linhas que terminam com o mês", "rows that end with the month";
    EndsWithRange: "monthly-rows", "termina_com_o_periodo", Times, "linhas que terminam com o período, antes do mês", "rows that end with the range, before the month";
    EndsBeyondRange: "monthly-rows", "termina_depois_do_periodo", Times, "linhas que terminam com o mês, depois do período", "rows that end with the month, after the range";
    EndsElsewhere: "monthly-rows", "termina_em_outro_dia", Times, "linhas que terminam em outro dia", "rows that end on another day";
    PartRefused: "monthly-rows", "parte_recusada", Times, "períodos do meio de um mês recusados", "ranges from the middle of a month refused";
    WholeRefused: "monthly-rows", "inteiros_recusados", Times, "períodos de meses inteiros recusados", "ranges of whole months refused";
    PartOfCost: "monthly-rows", "custo_da_parte", Times, "do meio do mês, o custo dos dias pedidos", "from the middle of the month, the cost of the days asked";
    WholeCost: "monthly-rows", "custo_do_mes", Times, "do meio do mês, o custo do mês inteiro", "from the middle of the month, the cost of the whole month";
    OtherCost: "monthly-rows", "outro_custo", Times, "do meio do mês, outro custo", "from the middle of the month, another cost";
    MonthAsDays: "monthly-rows", "mes_como_dias", Times, "meses inteiros que valem a soma dos dias", "whole months that are the sum of their days";
    MonthNotAsDays: "monthly-rows", "mes_nao_como_dias", Times, "meses inteiros que não valem a soma dos dias", "whole months that are not the sum of their days";
    MostRows: "page-limit", "mais_linhas", Most, "mais linhas em uma página", "most rows on a page";
    ShortPage: "page-limit", "menos_que_pedido", Times, "páginas com menos linhas que as pedidas, e mais depois", "pages with fewer rows than asked for, and more to come";
    LimitLeftOut: "page-limit", "sem_limite", Times, "consultas respondidas sem o número de linhas, depois de uma recusa", "requests answered without the number of rows, after a refusal";
    TokenAbsent: "next-page", "ausente", Times, "ausente", "absent";
    TokenEmpty: "next-page", "vazio", Times, "vazio", "empty";
    TokenThere: "next-page", "presente", Times, "com valor", "with a value";
    EmptyThenMore: "empty-pages", "vazia_e_mais", Times, "páginas sem linhas, e mais depois", "pages without rows, and more to come";
    RowsAfterEmpty: "empty-pages", "linhas_depois", Times, "páginas com linhas depois de uma sem", "pages with rows after one without";
    MostPages: "pages-end", "mais_paginas", Most, "mais páginas em uma consulta", "most pages of a request";
    TokenAgain: "pages-end", "valor_repetido", Times, "valores de página repetidos", "page values that came again";
    InOrder: "row-order", "por_dia", Times, "páginas em ordem", "pages in order";
    OutOfOrder: "row-order", "fora_de_ordem", Times, "páginas fora de ordem", "pages out of order";
    DayOneRow: "day-on-one-page", "uma_linha", Times, "dias com uma linha", "days with one row";
    DaySeveralRows: "day-on-one-page", "varias_linhas", Times, "dias com várias linhas em uma página", "days with several rows on one page";
    DayOverPages: "day-on-one-page", "em_paginas", Times, "dias com linhas em mais de uma página", "days with rows on more than one page";
    NoRow: "idle-days", "sem_linha", Times, "dias sem linha entre outros", "days without a row between others";
    ZeroRow: "idle-days", "linha_de_zero", Times, "linhas de zero", "rows of zero";
    NullRow: "idle-days", "linha_sem_valor", Times, "linhas sem valor", "rows without an amount";
    Milliseconds: "times", "milissegundos", Times, "com milissegundos e Z", "with milliseconds and Z";
    Seconds: "times", "segundos", Times, "sem milissegundos, com Z", "without milliseconds, with Z";
    Offset: "times", "deslocamento", Times, "com deslocamento", "with an offset";
    OtherTime: "times", "outra_forma", Times, "outra forma da RFC 3339", "another form of RFC 3339";
    NoTime: "times", "ilegivel", Times, "ausente ou ilegível", "absent or unreadable";
    TenantNull: "tenant-id", "nulo", Times, "nulo", "null";
    TenantAbsent: "tenant-id", "ausente", Times, "ausente", "absent";
    TenantBlank: "tenant-id", "vazio", Times, "vazio", "blank";
    TenantOwn: "tenant-id", "proprio", Times, "o da tenancy", "that of the tenancy";
    TenantOther: "tenant-id", "outro", Times, "outro", "another";
    RowKnown: "known-fields", "so_conhecidos", Times, "linhas só com campos conhecidos", "rows with known fields alone";
    RowUnknown: "known-fields", "com_desconhecidos", Times, "linhas com campos desconhecidos", "rows with unknown fields";
    UnknownNames: "known-fields", "nomes_desconhecidos", Most, "nomes de campos desconhecidos", "names of unknown fields";
    PageUnknown: "known-fields", "pagina_com_desconhecidos", Times, "páginas com campos desconhecidos ao lado das linhas", "pages with unknown fields beside the rows";
    AmountNumber: "amounts", "numero", Times, "número", "number";
    AmountText: "amounts", "texto", Times, "texto", "text";
    AmountNegative: "amounts", "negativo", Times, "negativo", "negative";
    AmountUnreadable: "amounts", "ilegivel", Times, "ilegível", "unreadable";
    CurrencyCode: "currency", "codigo", Times, "código em maiúsculas", "code in upper case";
    CurrencyLower: "currency", "minusculas", Times, "código com minúsculas", "code with lower case";
    CurrencySpaced: "currency", "com_espacos", Times, "código entre espaços", "code with blanks around it";
    CurrencyBlank: "currency", "em_branco", Times, "dinheiro com moeda em branco", "money with a blank currency";
    CurrencyNull: "currency", "nula", Times, "dinheiro com moeda nula ou ausente", "money with a currency that is null or absent";
    CurrencyOther: "currency", "outra_forma", Times, "outra forma", "another form";
    Currencies: "one-currency", "moedas", Most, "mais moedas com dinheiro em uma consulta", "most currencies with money in a request";
    ForeignZero: "foreign-zero", "zero_em_outra", Times, "linhas de zero em outra moeda que a do dinheiro", "rows of zero in another currency than the money";
    OwnZero: "foreign-zero", "zero_na_mesma", Times, "linhas de zero na moeda do dinheiro ou em nenhuma", "rows of zero in the currency of the money, or in none";
    ForecastRow: "days-to-come", "previsao", Times, "linhas de previsão", "forecast rows";
    RowBefore: "days-to-come", "antes_do_periodo", Times, "linhas com dinheiro antes do período", "rows with money before the range";
    RowAfter: "days-to-come", "depois_do_periodo", Times, "linhas com dinheiro depois do período", "rows with money after the range";
    RowInside: "days-to-come", "no_periodo", Times, "linhas com dinheiro no período", "rows with money in the range";
    NewestAge: "late-days", "idade_do_mais_novo", Least, "dias desde o dia mais novo com dinheiro", "days since the newest day with money";
    OldestAge: "history", "idade_do_mais_antigo", Most, "dias desde o dia mais antigo com dinheiro", "days since the oldest day with money";
    OldAnswered: "history", "antigo_com_linhas", Times, "períodos antigos respondidos com linhas", "old ranges answered with rows";
    OldEmpty: "history", "antigo_vazio", Times, "períodos antigos respondidos sem linhas", "old ranges answered without rows";
    OldRefused: "history", "antigo_recusado", Times, "períodos antigos recusados com 400", "old ranges refused with 400";
    OldFailed: "history", "antigo_falhou", Times, "períodos antigos sem resposta útil", "old ranges without a useful answer";
    CodeThere: "refusal-code", "com_codigo", Times, "recusas com código", "refusals with a code";
    CodeMissing: "refusal-code", "sem_codigo", Times, "recusas sem código", "refusals without a code";
    CodeMissing404: "refusal-code", "sem_codigo_404", Times, "404 sem código", "404 without a code";
    Status429: "retry-after", "status_429", Times, "respostas 429", "answers with 429";
    Status5xx: "retry-after", "status_5xx", Times, "respostas 5xx", "answers with 5xx";
    WaitAbsent: "retry-after", "ausente", Times, "ausente", "absent";
    WaitSeconds: "retry-after", "segundos", Times, "em segundos", "in seconds";
    WaitDate: "retry-after", "data", Times, "como data", "as a date";
    WaitOther: "retry-after", "outra_forma", Times, "outra forma", "another form";
    WaitTwice: "retry-after", "repetido", Times, "mais de um", "more than one";
}

/// The numbers of each sight that was seen.
pub(crate) type Numbers = BTreeMap<Sight, u64>;

/// The observations of one client's requests.
#[derive(Debug)]
pub(crate) struct Observed {
    as_of: Day,
    state: Mutex<Observations>,
}

#[derive(Debug, Default)]
struct Observations {
    numbers: Numbers,
    /// The recent DAILY ranges, with whether they were answered.
    ranges: Vec<(Days, bool)>,
    /// The days that were answered, and what each of them cost in all currencies.
    days: BTreeMap<Day, Amount>,
    /// The MONTHLY ranges that were answered, and what each of their months cost.
    months: Vec<(Days, BTreeMap<Month, Amount>)>,
    unknown: BTreeSet<String>,
}

impl Observations {
    fn see(&mut self, sight: Sight, number: u64) {
        let known = self.numbers.entry(sight);
        known
            .and_modify(|known| *known = sight.measure().joined(*known, number))
            .or_insert(number);
    }
}

impl Observed {
    /// Observes a client that is seen from `as_of`.
    pub(crate) fn new(as_of: Day) -> Self {
        Self {
            as_of,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, Observations> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes `sight` once more.
    pub(crate) fn see(&self, sight: Sight) {
        self.state().see(sight, 1);
    }

    /// Notes an answer with 200; `clock` is the difference of the clocks in seconds, if the answer had a date.
    pub(super) fn answered(&self, clock: Option<i64>) {
        let mut state = self.state();
        state.see(Sight::Accepted, 1);
        match clock {
            Some(seconds) => state.see(Sight::ClockAccepted, seconds.unsigned_abs()),
            None => state.see(Sight::DateMissing, 1),
        }
    }

    /// Notes an answer other than 200.
    pub(super) fn refused(&self, answer: &Answer, headers: &HeaderMap) {
        let mut state = self.state();
        let status = match answer.status {
            400 => Sight::Status400,
            401 => Sight::Status401,
            403 => Sight::Status403,
            404 => Sight::Status404,
            429 => Sight::Status429,
            500..=599 => Sight::Status5xx,
            _ => Sight::OtherStatus,
        };
        state.see(status, 1);
        match (answer.code.is_empty(), answer.status) {
            (false, _) => state.see(Sight::CodeThere, 1),
            (true, status) => {
                state.see(Sight::CodeMissing, 1);
                if status == 404 {
                    state.see(Sight::CodeMissing404, 1);
                }
            }
        }
        let mut waits = headers.get_all(RETRY_AFTER).iter();
        let wait = match waits.next().map(|wait| wait.to_str().map(str::trim)) {
            None if matches!(answer.status, 429 | 503) => Sight::WaitAbsent,
            None => return,
            Some(Ok(text)) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                Sight::WaitSeconds
            }
            Some(Ok(text)) if httpdate::parse_http_date(text).is_ok() => Sight::WaitDate,
            Some(_) => Sight::WaitOther,
        };
        state.see(wait, 1);
        if waits.next().is_some() {
            state.see(Sight::WaitTwice, 1);
        }
    }

    /// Begins to observe the pages of one request for `window`.
    pub(super) fn query(&self, window: Days, monthly: bool, limit: Option<usize>) -> Query<'_> {
        Query {
            observed: self,
            window,
            monthly,
            limit,
            pages: 0,
            empty: false,
            tokens: BTreeSet::new(),
            days: BTreeMap::new(),
            sums: BTreeMap::new(),
            months: BTreeMap::new(),
            money: BTreeSet::new(),
            zeros: Vec::new(),
        }
    }

    /// Returns all that was seen.
    pub(crate) fn numbers(&self) -> Numbers {
        let state = self.state();
        let mut all = Observations {
            numbers: state.numbers.clone(),
            ..Observations::default()
        };
        let answered = state.ranges.iter().filter(|(_, answered)| *answered);
        let longest = answered
            .map(|(days, _)| days.len())
            .max()
            .unwrap_or_default();
        for (days, _) in state.ranges.iter().filter(|(_, answered)| !answered) {
            match days.len() {
                length if length > longest => {
                    all.see(Sight::DailyShortestRefused, u64::from(length));
                }
                _ => all.see(Sight::WindowRefused, 1),
            }
        }
        let mut whole = BTreeMap::new();
        for (range, sums) in &state.months {
            let is_whole = |month: &Month| month.days().within(*range) == month.days();
            whole.extend(sums.iter().filter(|(month, _)| is_whole(month)));
        }
        for (month, sum) in &whole {
            compare_days(&mut all, &state.days, month.days(), sum);
        }
        for (part, sums) in &state.months {
            let month = Month::of(part.start);
            if part.start > month.days().start
                && let (Some(sum), Some(of_part)) = (whole.get(&month), sums.get(&month))
            {
                compare_part(&mut all, &state.days, (*part, of_part), sum);
            }
        }
        if !state.unknown.is_empty() {
            let names = u64::try_from(state.unknown.len()).unwrap_or(u64::MAX);
            all.see(Sight::UnknownNames, names);
        }
        all.numbers
    }
}

/// Returns the cost of `wanted`, where every day of it was answered.
fn cost(days: &BTreeMap<Day, Amount>, wanted: Days) -> Option<Amount> {
    let mut sum = Amount::zero();
    for day in wanted.iter() {
        sum += days.get(&day)?;
    }
    Some(sum)
}

fn about_equal(a: &Amount, b: &Amount) -> bool {
    (a - b).abs().times(TOLERANCE) <= a.abs()
}

/// Compares a whole month's `sum` with its days.
fn compare_days(seen: &mut Observations, days: &BTreeMap<Day, Amount>, month: Days, sum: &Amount) {
    if let Some(cost) = cost(days, month) {
        seen.see(
            match about_equal(sum, &cost) {
                true => Sight::MonthAsDays,
                false => Sight::MonthNotAsDays,
            },
            1,
        );
    }
}

/// Compares what came for a month that was asked for from its middle with the month's whole `sum`, if the days
/// before the middle cost something.
fn compare_part(
    seen: &mut Observations,
    days: &BTreeMap<Day, Amount>,
    (part, of_part): (Days, &Amount),
    sum: &Amount,
) {
    let month = Month::of(part.start).days();
    let before = cost(days, Days::new(month.start, part.start));
    let Some(before) = before.filter(|before| !about_equal(sum, &(sum - before))) else {
        return;
    };
    let sight = if about_equal(of_part, sum) {
        Sight::WholeCost
    } else if about_equal(&(of_part + &before), sum) {
        Sight::PartOfCost
    } else {
        Sight::OtherCost
    };
    seen.see(sight, 1);
}

/// The observation of one request and its further pages.
#[derive(Debug)]
pub(super) struct Query<'o> {
    observed: &'o Observed,
    window: Days,
    monthly: bool,
    /// The number of rows of a page that was asked for.
    limit: Option<usize>,
    pages: u64,
    /// Whether the last page had no rows.
    empty: bool,
    tokens: BTreeSet<Vec<u8>>,
    /// The rows of each day, and the pages that they are on.
    days: BTreeMap<Day, (u64, BTreeSet<u64>)>,
    sums: BTreeMap<Day, Amount>,
    months: BTreeMap<Month, Amount>,
    /// The currencies of rows with money, and of each row of zero.
    money: BTreeSet<String>,
    zeros: Vec<String>,
}

impl Query<'_> {
    /// Observes one page.
    pub(super) fn page(&mut self, body: &[u8], token: Option<&[u8]>, tenancy: &str) {
        let mut state = self.observed.state();
        self.pages += 1;
        let token = match token {
            None => None,
            Some([]) => {
                state.see(Sight::TokenEmpty, 1);
                None
            }
            Some(token) => Some(token),
        };
        if let Some(token) = token {
            state.see(Sight::TokenThere, 1);
            if !self.tokens.insert(token.to_owned()) {
                state.see(Sight::TokenAgain, 1);
            }
        }
        let Ok(Value::Object(page)) = serde_json::from_slice(body) else {
            return;
        };
        if page.keys().any(|key| !PAGE_FIELDS.contains(&key.as_str())) {
            state.see(Sight::PageUnknown, 1);
        }
        let Some(Value::Array(rows)) = page.get("items") else {
            return;
        };
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        state.see(Sight::MostRows, count);
        if token.is_none() {
            state.see(Sight::TokenAbsent, 1);
        }
        match (rows.is_empty(), token) {
            (true, Some(_)) => state.see(Sight::EmptyThenMore, 1),
            (false, Some(_)) if self.limit.is_some_and(|limit| rows.len() < limit) => {
                state.see(Sight::ShortPage, 1);
            }
            _ => {}
        }
        if self.empty && !rows.is_empty() {
            state.see(Sight::RowsAfterEmpty, 1);
        }
        self.empty = rows.is_empty();
        let mut starts = Vec::new();
        for row in rows.iter().filter_map(Value::as_object) {
            starts.extend(self.row(&mut state, row, tenancy));
        }
        if starts.len() > 1 {
            let sight = match starts.is_sorted() {
                true => Sight::InOrder,
                false => Sight::OutOfOrder,
            };
            state.see(sight, 1);
        }
    }

    /// Observes one row and returns its first day.
    fn row(
        &mut self,
        state: &mut Observations,
        row: &Map<String, Value>,
        tenancy: &str,
    ) -> Option<Day> {
        let mut unknown = false;
        for name in row.keys().filter(|key| !FIELDS.contains(&key.as_str())) {
            unknown = true;
            if state.unknown.len() < MOST_NAMES {
                state.unknown.insert(name.clone());
            }
        }
        let sight = match unknown {
            true => Sight::RowUnknown,
            false => Sight::RowKnown,
        };
        state.see(sight, 1);
        state.see(tenant(row.get("tenantId"), tenancy), 1);
        let start = time(state, row.get("timeUsageStarted"));
        let end = time(state, row.get("timeUsageEnded"));
        let day = start.map(|start| start.date_naive());
        if row.get("isForecast") == Some(&Value::Bool(true)) {
            state.see(Sight::ForecastRow, 1);
            return day;
        }
        let amount = amount(state, row.get("computedAmount"));
        let code = match row.get("currency") {
            Some(Value::String(code)) => code.trim().to_uppercase(),
            _ => String::new(),
        };
        match &amount {
            Some(amount) if amount.is_zero() => {
                state.see(Sight::ZeroRow, 1);
                self.zeros.push(code);
            }
            Some(_) => {
                state.see(currency(row.get("currency")), 1);
                if !code.is_empty() {
                    self.money.insert(code);
                }
            }
            None => {}
        }
        let amount = amount.filter(|amount| !amount.is_zero());
        let (Some(day), Some(start)) = (day, start) else {
            return day;
        };
        if amount.is_some() && !self.monthly {
            let sight = if day < self.window.start {
                Sight::RowBefore
            } else if day >= self.window.end {
                Sight::RowAfter
            } else {
                Sight::RowInside
            };
            state.see(sight, 1);
        }
        if self.monthly {
            self.month(state, day, end.map(|end| end.date_naive()));
            if let Some(amount) = &amount {
                *self.months.entry(Month::of(day)).or_default() += amount;
            }
            return Some(day);
        }
        let whole = start.time() == NaiveTime::MIN
            && end.is_some_and(|end| end - start == TimeDelta::days(1));
        let sight = match whole {
            true => Sight::DayAtMidnight,
            false => Sight::DayOtherwise,
        };
        state.see(sight, 1);
        let of_day = self.days.entry(day).or_default();
        of_day.0 += 1;
        of_day.1.insert(self.pages);
        if let Some(amount) = &amount {
            *self.sums.entry(day).or_default() += amount;
            let age = u64::try_from((self.observed.as_of - day).num_days());
            if let Ok(age) = age {
                state.see(Sight::OldestAge, age);
                state.see(Sight::NewestAge, age);
            }
        }
        Some(day)
    }

    /// Observes how a MONTHLY row is dated.
    fn month(&self, state: &mut Observations, start: Day, end: Option<Day>) {
        let (month, asked) = (Month::of(start).days(), self.window);
        let dated = if asked.start > month.start {
            match start {
                start if start == asked.start => Sight::PartClipped,
                start if start == month.start => Sight::PartFirst,
                _ => Sight::PartElsewhere,
            }
        } else if start == month.start {
            Sight::MonthFirst
        } else {
            Sight::MonthElsewhere
        };
        state.see(dated, 1);
        let Some(end) = end else {
            return;
        };
        let ends = match end {
            end if end == month.end && month.end <= asked.end => Sight::EndsWithMonth,
            end if end == month.end => Sight::EndsBeyondRange,
            end if end == asked.end => Sight::EndsWithRange,
            _ => Sight::EndsElsewhere,
        };
        state.see(ends, 1);
    }

    /// Notes how the request ended.
    pub(super) fn end(self, outcome: Result<(), &Failure>) {
        let mut state = self.observed.state();
        let refused = outcome.is_err_and(is_refusal);
        if self.pages > 0 {
            state.see(Sight::MostPages, self.pages);
        }
        if outcome.is_ok() {
            state.see(Sight::PolicyAccepted, 1);
            if self.limit.is_none() {
                state.see(Sight::LimitLeftOut, 1);
            }
        }
        for zero in &self.zeros {
            let own = self.money.is_empty() || zero.is_empty() || self.money.contains(zero);
            let sight = match own {
                true => Sight::OwnZero,
                false => Sight::ForeignZero,
            };
            state.see(sight, 1);
        }
        if !self.money.is_empty() {
            let currencies = u64::try_from(self.money.len()).unwrap_or(u64::MAX);
            state.see(Sight::Currencies, currencies);
        }
        match self.monthly {
            true => self.end_monthly(&mut state, outcome.is_ok(), refused),
            false => self.end_daily(&mut state, outcome.is_ok(), refused),
        }
    }

    fn end_monthly(self, state: &mut Observations, answered: bool, refused: bool) {
        let begun = self.window.start > Month::of(self.window.start).days().start;
        let months = u64::try_from(self.window.months().len()).unwrap_or(u64::MAX);
        if answered {
            state.see(Sight::MonthlyLongest, months);
        } else if refused {
            let sight = match begun {
                true => Sight::PartRefused,
                false => Sight::WholeRefused,
            };
            state.see(sight, 1);
            if !begun {
                state.see(Sight::MonthlyRefused, months);
            }
        }
        // An answer that figures refuse still shows how months are dated and summed.
        state.months.push((self.window, self.months));
    }

    fn end_daily(self, state: &mut Observations, answered: bool, refused: bool) {
        for (rows, pages) in self.days.values() {
            let sight = match (rows, pages.len()) {
                (_, 2..) => Sight::DayOverPages,
                (1, _) => Sight::DayOneRow,
                _ => Sight::DaySeveralRows,
            };
            state.see(sight, 1);
        }
        let (first, last) = (self.days.keys().next(), self.days.keys().last());
        if let (true, Some(first), Some(last)) = (answered, first, last) {
            let between = Days::inclusive(*first, *last).len();
            let without = u64::from(between)
                .saturating_sub(u64::try_from(self.days.len()).unwrap_or(u64::MAX));
            if without > 0 {
                state.see(Sight::NoRow, without);
            }
        }
        let old = self.window.end <= plus_days(self.observed.as_of, -OLD);
        if answered {
            state.see(Sight::DailyLongest, u64::from(self.window.len()));
        }
        if old {
            let sight = match (answered, refused) {
                (true, _) if self.days.is_empty() => Sight::OldEmpty,
                (true, _) => Sight::OldAnswered,
                (false, true) => Sight::OldRefused,
                (false, false) => Sight::OldFailed,
            };
            state.see(sight, 1);
        } else if answered || refused {
            state.ranges.push((self.window, answered));
        }
        if answered {
            let days = self.window.iter();
            let mut sums = self.sums;
            let costs = days.map(|day| (day, sums.remove(&day).unwrap_or_default()));
            state.days.extend(costs);
        }
    }
}

fn is_refusal(failure: &Failure) -> bool {
    matches!(
        &failure.problem,
        Problem::Service(ServiceProblem::Rejected(answer)) if answer.status == 400
    )
}

fn tenant(value: Option<&Value>, tenancy: &str) -> Sight {
    match value {
        None => Sight::TenantAbsent,
        Some(Value::Null) => Sight::TenantNull,
        Some(Value::String(id)) if id.trim().is_empty() => Sight::TenantBlank,
        Some(Value::String(id)) if id.trim().eq_ignore_ascii_case(tenancy) => Sight::TenantOwn,
        Some(_) => Sight::TenantOther,
    }
}

/// Observes how an instant is written, and reads it.
fn time(state: &mut Observations, value: Option<&Value>) -> Option<DateTime<Utc>> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let Ok(instant) = DateTime::parse_from_rfc3339(text) else {
        state.see(Sight::NoTime, 1);
        return None;
    };
    let form = match text.get(19..) {
        Some("Z") => Sight::Seconds,
        Some(end) if end.len() == 5 && end.starts_with('.') && end.ends_with('Z') => {
            Sight::Milliseconds
        }
        Some(end) if end.len() >= 6 && !end.ends_with(['Z', 'z']) => Sight::Offset,
        _ => Sight::OtherTime,
    };
    state.see(form, 1);
    Some(instant.with_timezone(&Utc))
}

/// Observes how an amount is written, and reads it.
fn amount(state: &mut Observations, value: Option<&Value>) -> Option<Amount> {
    let (sight, text) = match value {
        None | Some(Value::Null) => {
            state.see(Sight::NullRow, 1);
            return None;
        }
        Some(Value::Number(number)) => (Sight::AmountNumber, number.to_string()),
        Some(Value::String(text)) => (Sight::AmountText, text.trim().to_owned()),
        Some(_) => (Sight::AmountUnreadable, String::new()),
    };
    let amount = Amount::parse(&text).ok();
    state.see(
        match amount {
            Some(_) => sight,
            None => Sight::AmountUnreadable,
        },
        1,
    );
    if amount.as_ref().is_some_and(Amount::is_negative) {
        state.see(Sight::AmountNegative, 1);
    }
    amount
}

/// Returns the sight of a row's currency.
fn currency(value: Option<&Value>) -> Sight {
    let text = match value {
        None | Some(Value::Null) => return Sight::CurrencyNull,
        Some(Value::String(text)) => text,
        Some(_) => return Sight::CurrencyOther,
    };
    let code = text.trim();
    let letters = code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    if code.is_empty() {
        Sight::CurrencyBlank
    } else if !letters {
        Sight::CurrencyOther
    } else if code.len() < text.len() {
        Sight::CurrencySpaced
    } else if code.bytes().any(|b| b.is_ascii_lowercase()) {
        Sight::CurrencyLower
    } else {
        Sight::CurrencyCode
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::assumptions::ASSUMPTIONS;

    const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn seen(window: [&str; 2], monthly: bool, pages: &[(&str, Option<&[u8]>)]) -> Numbers {
        let observed = Observed::new(day("2026-06-17"));
        let mut query = observed.query(Days::new(day(window[0]), day(window[1])), monthly, Some(9));
        for (body, token) in pages {
            query.page(body.as_bytes(), *token, TENANCY);
        }
        query.end(Ok(()));
        observed.numbers()
    }

    #[test]
    fn every_sight_is_about_a_row_of_the_register_and_has_a_word_of_its_own() {
        let ids: BTreeSet<&str> = ASSUMPTIONS.iter().map(|row| row.id).collect();
        let mut words = BTreeSet::new();
        for sight in Sight::ALL {
            assert!(ids.contains(sight.assumption()), "{sight:?}");
            assert!(
                words.insert((sight.assumption(), sight.word())),
                "{sight:?}"
            );
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(sight.word().chars().all(plain), "{sight:?}");
        }
    }

    #[test]
    fn rows_are_seen_as_they_are_written() {
        let row = |day: &str, rest: &str| {
            format!(
                r#"{{"timeUsageStarted":"{day}T00:00:00Z","timeUsageEnded":"{day}T23:00:00.000Z"{rest}}}"#
            )
        };
        let rows = [
            row(
                "2026-06-03",
                r#","computedAmount":"-1","currency":"brl","novo":1"#,
            ),
            row(
                "2026-06-01",
                r#","computedAmount":0,"currency":"USD","tenantId":null"#,
            ),
            row("2026-06-09", r#","computedAmount":[],"tenantId":"x""#),
        ];
        let body = format!(r#"{{"items":[{}]}}"#, rows.join(","));
        let pages: [(&str, Option<&[u8]>); 3] = [
            (r#"{"items":[],"total":1}"#, Some(b"a")),
            (&body, Some(b"")),
            ("não é JSON", None),
        ];
        let numbers = seen(["2026-06-01", "2026-06-08"], false, &pages);
        for (sight, number) in [
            (Sight::EmptyThenMore, 1),
            (Sight::RowsAfterEmpty, 1),
            (Sight::TokenEmpty, 1),
            (Sight::PageUnknown, 1),
            (Sight::RowUnknown, 1),
            (Sight::RowKnown, 2),
            (Sight::UnknownNames, 1),
            (Sight::OutOfOrder, 1),
            (Sight::AmountText, 1),
            (Sight::AmountNegative, 1),
            (Sight::AmountNumber, 1),
            (Sight::AmountUnreadable, 1),
            (Sight::CurrencyLower, 1),
            (Sight::ForeignZero, 1),
            (Sight::TenantOther, 1),
            (Sight::TenantNull, 1),
            (Sight::TenantAbsent, 1),
            (Sight::Seconds, 3),
            (Sight::Milliseconds, 3),
            (Sight::DayOtherwise, 3),
            (Sight::RowInside, 1),
            (Sight::NewestAge, 14),
            (Sight::MostPages, 3),
        ] {
            assert_eq!(numbers.get(&sight), Some(&number), "{sight:?}: {numbers:?}");
        }
        assert_eq!(numbers.get(&Sight::InOrder), None);
    }

    #[test]
    fn a_month_asked_from_its_middle_is_compared_with_the_whole() {
        let asked = |window: [&str; 2], monthly, rows: &str, observed: &Observed| {
            let days = Days::new(day(window[0]), day(window[1]));
            let mut query = observed.query(days, monthly, None);
            query.page(rows.as_bytes(), None, TENANCY);
            query.end(Ok(()));
        };
        let row = |start: &str, end: &str, amount: u32| {
            format!(
                r#"{{"timeUsageStarted":"{start}T00:00:00.000Z","timeUsageEnded":"{end}T00:00:00.000Z","computedAmount":{amount},"currency":"BRL"}}"#
            )
        };
        for (part, expected) in [
            (16, Sight::PartOfCost),
            (31, Sight::WholeCost),
            (20, Sight::OtherCost),
        ] {
            let observed = Observed::new(day("2026-06-17"));
            let days: Vec<String> = Days::new(day("2026-05-01"), day("2026-06-01"))
                .iter()
                .map(|day| row(&day.to_string(), &plus_days(day, 1).to_string(), 1))
                .collect();
            let items = |rows: &str| format!(r#"{{"items":[{rows}]}}"#);
            let daily = items(&days.join(","));
            asked(["2026-05-01", "2026-06-01"], false, &daily, &observed);
            let whole = items(&row("2026-05-01", "2026-06-01", 31));
            asked(["2026-05-01", "2026-06-01"], true, &whole, &observed);
            let part = items(&row("2026-05-16", "2026-06-01", part));
            asked(["2026-05-16", "2026-06-01"], true, &part, &observed);
            let numbers = observed.numbers();
            assert_eq!(numbers.get(&expected), Some(&1), "{numbers:?}");
            assert_eq!(numbers.get(&Sight::MonthAsDays), Some(&1), "{numbers:?}");
            assert_eq!(numbers.get(&Sight::PartClipped), Some(&1), "{numbers:?}");
        }
    }
}
