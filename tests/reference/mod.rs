//! The figures of the report, calculated a second time: from the written rules alone, in exact
//! fractions, sharing nothing with the program. A test that compares the two can thus find an
//! error in either. Slow and plain on purpose: days are enumerated, never counted by formula.
mod cases;
#[cfg(test)]
mod check;
pub mod exact;
mod random;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use num_rational::BigRational;
use serde_json::{Value, json};

pub use cases::written_cases;
pub use random::{every_day_case, random_case};

use exact::{absolute, parse, quotient, sum, text, whole};

/// One customer's contract and what the service knows of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the case is about.
    pub name: String,
    /// D, the as-of day.
    pub as_of: NaiveDate,
    /// `--settle-days`.
    pub settle: u32,
    /// `--surplus-percent`, as decimal text.
    pub surplus_percent: String,
    /// S, the contract's first day.
    pub start: NaiveDate,
    /// E, the contract's last day.
    pub end: NaiveDate,
    /// The credit as decimal text, never one that could be read as grouped.
    pub credit: String,
    /// `consumo_anterior` and `consumo_anterior_ate`.
    pub opening: Option<(String, NaiveDate)>,
    /// The currency that the config names, as a code.
    pub currency: Option<String>,
    /// `ignorar_dia`, in order and each day once.
    pub ignored: Vec<NaiveDate>,
    /// Rows as the service has them: day, decimal text (empty: a null amount), currency code
    /// (`None` or blank: a blank one). Several of a day, and days outside the contract, may occur;
    /// only rows in the asked range are answered.
    pub rows: Vec<(NaiveDate, String, Option<String>)>,
}

const WEEKDAYS: [&str; 7] = [
    "segunda-feira",
    "terça-feira",
    "quarta-feira",
    "quinta-feira",
    "sexta-feira",
    "sábado",
    "domingo",
];

/// How much of a client can be told at all (the rules *missing history* and *situation*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knowledge {
    NotBegun,
    NoData,
    HistoryLost,
    Full,
}

/// The forecast, of the rule so named.
struct Forecast {
    complement: BigRational,
    total: BigRational,
}

/// A charge that comes every month (the rule *recurring charge*).
struct Charge {
    /// 1 to 31.
    of_month: u32,
    size: BigRational,
    /// The days that stood out.
    days: Vec<NaiveDate>,
}

/// What follows from a case before any figure is shown.
struct Facts<'a> {
    case: &'a Case,
    knowledge: Knowledge,
    credit: BigRational,
    opening: Option<(BigRational, NaiveDate)>,
    /// f, the first asked day.
    first_asked: NaiveDate,
    asked: Vec<NaiveDate>,
    /// Days with at least one row that is data, summed.
    booked: BTreeMap<NaiveDate, BigRational>,
    /// Settled days that nobody could say anything of.
    unknown: BTreeSet<NaiveDate>,
    /// L.
    last_data: Option<NaiveDate>,
    /// U.
    unsettled: NaiveDate,
    /// The settled days that averages may use: known, and not ignored by the config.
    usable: Vec<NaiveDate>,
    window: Vec<NaiveDate>,
    provisional: Vec<NaiveDate>,
    future: Vec<NaiveDate>,
    /// Monday first; a weekday outside the window holds the overall mean.
    averages: Option<Vec<BigRational>>,
    /// The latest day of the month first.
    charges: Vec<Charge>,
    /// The mean over the window.
    pace: Option<BigRational>,
    /// `None`: not known.
    consumption: Option<BigRational>,
    forecast: Option<Forecast>,
}

/// The days from `from` up to, but without, `until`.
fn days(from: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
    from.iter_days().take_while(|day| *day < until).collect()
}

fn before(day: NaiveDate, count: u32) -> NaiveDate {
    day - Days::new(u64::from(count))
}

fn next(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

fn weekday(day: NaiveDate) -> usize {
    day.weekday().num_days_from_monday() as usize
}

/// The same day two months earlier, or that month's last day.
fn two_months_before(day: NaiveDate) -> NaiveDate {
    let months = day.year() * 12 + day.month0().cast_signed() - 2;
    let (year, month) = (
        months.div_euclid(12),
        months.rem_euclid(12).cast_unsigned() + 1,
    );
    (1..=day.day())
        .rev()
        .find_map(|candidate| NaiveDate::from_ymd_opt(year, month, candidate))
        .expect("every month has a first day")
}

/// Whether a day is the one that a day of the month comes to: in a shorter month, its last.
fn falls_on(day: NaiveDate, of_month: u32) -> bool {
    day.day() == of_month || (day.day() < of_month && month(next(day)) != month(day))
}

fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn is_blank(currency: Option<&String>) -> bool {
    currency.is_none_or(|code| code.trim().is_empty())
}

/// The row's money, or nothing where the row is not data: no amount, or zero in any currency.
fn money(row: &(NaiveDate, String, Option<String>)) -> Option<BigRational> {
    if row.1.trim().is_empty() {
        return None;
    }
    let amount = parse(&row.1);
    (amount != whole(0)).then_some(amount)
}

impl<'a> Facts<'a> {
    fn of(case: &'a Case) -> Self {
        let as_of = case.as_of;
        let after_end = next(case.end);
        let opening = case
            .opening
            .as_ref()
            .map(|(amount, until)| (parse(amount), *until));
        let first_asked = opening
            .as_ref()
            .map_or(case.start, |(_, until)| next(*until));

        // The rows that are answered.
        let asked = if as_of < case.start {
            Vec::new()
        } else {
            days(first_asked, as_of.min(after_end))
        };
        let within: BTreeSet<NaiveDate> = asked.iter().copied().collect();
        let mut booked: BTreeMap<NaiveDate, BigRational> = BTreeMap::new();
        for row in &case.rows {
            if let (true, Some(amount)) = (within.contains(&row.0), money(row)) {
                *booked.entry(row.0).or_insert_with(|| whole(0)) += amount;
            }
        }

        // Settled, provisional, future.
        let last_data = booked.keys().next_back().copied();
        let earliest = before(as_of, case.settle.max(7));
        let unsettled = last_data.map_or(earliest, |last| {
            before(as_of, case.settle).min(next(last)).max(earliest)
        });

        // Known days. Every case lies so far back that the service may have forgotten any of its
        // days; it evidently has not forgotten the first that it gives a row of, nor a later one.
        // Without any data nobody can tell an idle day from one that cannot be read.
        let remembered = case
            .rows
            .iter()
            .map(|row| row.0)
            .filter(|day| within.contains(day) && !booked.is_empty())
            .min();
        let unknown: BTreeSet<NaiveDate> = asked
            .iter()
            .copied()
            .filter(|day| *day < unsettled && remembered.is_none_or(|first| *day < first))
            .collect();

        // Missing history.
        let elapsed = days(case.start, as_of.min(after_end)).len();
        let knowledge = if as_of < case.start {
            Knowledge::NotBegun
        } else if booked.is_empty() && (as_of - first_asked).num_days() > i64::from(case.settle) {
            Knowledge::NoData
        } else if unknown.len() > 35 || unknown.len() * 10 > elapsed {
            Knowledge::HistoryLost
        } else {
            Knowledge::Full
        };

        let usable = asked
            .iter()
            .filter(|day| **day < unsettled && !unknown.contains(day))
            .filter(|day| !case.ignored.contains(day))
            .copied()
            .collect();
        let mut facts = Self {
            case,
            usable,
            knowledge,
            credit: parse(&case.credit),
            opening,
            first_asked,
            asked,
            booked,
            unknown,
            last_data,
            unsettled,
            window: Vec::new(),
            provisional: days(unsettled.max(first_asked), as_of.min(after_end)),
            future: days(as_of.max(case.start), after_end),
            averages: None,
            charges: Vec::new(),
            pace: None,
            consumption: None,
            forecast: None,
        };
        if matches!(knowledge, Knowledge::HistoryLost | Knowledge::Full) {
            let from = two_months_before(unsettled)
                .max(first_asked)
                .max(case.start);
            facts.window = days(from, unsettled.min(after_end));
            facts.window.retain(|day| facts.usable.contains(day));
        }
        facts.averages = facts.averages_of(&facts.window);
        if !facts.window.is_empty() {
            facts.pace = Some(quotient(
                &facts.booked_on(&facts.window),
                &count(&facts.window),
            ));
        }
        facts.consumption = match knowledge {
            Knowledge::NotBegun => Some(whole(0)),
            Knowledge::NoData => None,
            Knowledge::HistoryLost | Knowledge::Full => {
                Some(facts.opening_amount() + facts.booked_on(&facts.asked))
            }
        };
        facts.forecast = facts.foresee();
        if facts.forecast.is_some() {
            for of_month in (1..=31).rev() {
                let charge = facts.charge(of_month);
                facts.charges.extend(charge);
            }
        }
        facts
    }

    /// Recurring charge, on one day of the month.
    fn charge(&self, of_month: u32) -> Option<Charge> {
        let settled = self.asked.iter().filter(|day| **day < self.unsettled);
        let on_it: Vec<NaiveDate> = settled
            .filter(|day| falls_on(**day, of_month))
            .copied()
            .collect();
        // Most days of the month need no more than a look at their last.
        self.stands_out_by(*on_it.last()?)?;
        let over: BTreeMap<NaiveDate, BigRational> = on_it
            .iter()
            .filter(|day| !self.charges.iter().any(|other| other.days.contains(day)))
            .filter_map(|day| Some((*day, self.stands_out_by(*day)?)))
            .collect();
        let last_three = on_it.iter().rev().take(3);
        let mut sizes: Vec<&BigRational> = last_three.filter_map(|day| over.get(day)).collect();
        sizes.sort();
        let [_, middle, _] = sizes[..] else {
            return None;
        };
        Some(Charge {
            of_month,
            size: middle.clone(),
            days: over.keys().copied().collect(),
        })
    }

    /// What a day cost over the median of its ten neighbours, if that is over three times it.
    fn stands_out_by(&self, day: NaiveDate) -> Option<BigRational> {
        let usable = &self.usable;
        let place = usable.binary_search(&day).ok()?;
        let (mut left, mut right) = (place, place + 1);
        // One more on the side that has fewer yet; on the other where that side has no more.
        while (place - left) + (right - place - 1) < 10 {
            let behind = place - left < right - place;
            if left > 0 && (behind || right == usable.len()) {
                left -= 1;
            } else if right < usable.len() {
                right += 1;
            } else {
                return None;
            }
        }
        let neighbours = usable[left..right].iter().filter(|other| **other != day);
        let mut costs: Vec<BigRational> = neighbours.map(|other| self.cost(*other)).collect();
        costs.sort();
        let median = quotient(&(&costs[4] + &costs[5]), &whole(2)).max(whole(0));
        let cost = self.cost(day);
        (cost > whole(0) && cost > &median * whole(3)).then(|| cost - median)
    }

    fn opening_amount(&self) -> BigRational {
        self.opening
            .as_ref()
            .map_or_else(|| whole(0), |(amount, _)| amount.clone())
    }

    fn cost(&self, day: NaiveDate) -> BigRational {
        self.booked.get(&day).cloned().unwrap_or_else(|| whole(0))
    }

    fn booked_on(&self, days: &[NaiveDate]) -> BigRational {
        sum(days.iter().filter_map(|day| self.booked.get(day)))
    }

    /// Averages, over the days of a window.
    fn averages_of(&self, window: &[NaiveDate]) -> Option<Vec<BigRational>> {
        if window.is_empty() {
            return None;
        }
        let overall = quotient(&self.booked_on(window), &count(window));
        let averages = (0..7).map(|wanted| {
            let on_it = window.iter().filter(|day| weekday(**day) == wanted);
            let on_it: Vec<NaiveDate> = on_it.copied().collect();
            if on_it.is_empty() {
                overall.clone()
            } else {
                quotient(&self.booked_on(&on_it), &count(&on_it))
            }
        });
        Some(averages.collect())
    }

    /// Forecast.
    fn foresee(&self) -> Option<Forecast> {
        if self.knowledge != Knowledge::Full {
            return None;
        }
        if self.future.is_empty() && self.provisional.is_empty() {
            return Some(Forecast {
                complement: whole(0),
                total: whole(0),
            });
        }
        let averages = self.averages.as_ref()?;
        let lacking = self.provisional.iter().map(|day| {
            let missing = &averages[weekday(*day)] - self.cost(*day);
            missing.max(whole(0))
        });
        let complement: BigRational = lacking.sum();
        let ahead = sum(self.future.iter().map(|day| &averages[weekday(*day)]));
        Some(Forecast {
            total: &complement + ahead,
            complement,
        })
    }

    /// A forecast that says something: there is a day to foresee, and it is foreseen.
    fn forecast_is_made(&self) -> bool {
        self.forecast.is_some() && !(self.future.is_empty() && self.provisional.is_empty())
    }

    fn has_credit(&self) -> bool {
        self.credit != whole(0)
    }

    fn total(&self) -> Option<BigRational> {
        Some(self.consumption.as_ref()? + &self.forecast.as_ref()?.total)
    }

    fn balance(&self) -> Option<BigRational> {
        let told = matches!(self.knowledge, Knowledge::NotBegun | Knowledge::Full);
        if !told || !self.has_credit() {
            return None;
        }
        Some(&self.credit - self.consumption.as_ref()?)
    }

    fn surplus(&self) -> Option<BigRational> {
        let total = self.total().filter(|_| self.has_credit())?;
        Some((&self.credit - total).max(whole(0)))
    }

    fn shortfall(&self) -> Option<BigRational> {
        let total = self.total().filter(|_| self.has_credit())?;
        Some((total - &self.credit).max(whole(0)))
    }

    fn is_spent(&self) -> bool {
        self.consumption
            .as_ref()
            .is_some_and(|consumption| *consumption > self.credit)
    }

    /// Runs out.
    fn runs_out(&self) -> Option<NaiveDate> {
        if self.knowledge != Knowledge::Full || !self.has_credit() {
            return None;
        }
        if self.is_spent() {
            let mut running = whole(0);
            if let Some((amount, until)) = &self.opening {
                running += amount;
                if running > self.credit {
                    return Some(*until);
                }
            }
            for day in &self.asked {
                running += self.cost(*day);
                if running > self.credit {
                    return Some(*day);
                }
            }
            panic!("what is spent was spent on some day");
        }
        let forecast = self.forecast.as_ref()?;
        let first_future = *self.future.first()?;
        let mut running = self.consumption.as_ref()? + &forecast.complement;
        if running > self.credit {
            return Some(first_future);
        }
        for day in &self.future {
            running += &self.averages.as_ref()?[weekday(*day)];
            if running > self.credit {
                return Some(*day);
            }
        }
        None
    }

    /// Situation, first that fits.
    fn situation(&self) -> &'static str {
        match self.knowledge {
            Knowledge::NotBegun => return "nao_iniciado",
            Knowledge::NoData => return "sem_dados",
            Knowledge::HistoryLost => return "historico_incompleto",
            Knowledge::Full => {}
        }
        if self.case.as_of > self.case.end {
            return "encerrado";
        }
        if !self.has_credit() {
            return "sem_credito";
        }
        if self.is_spent() {
            return "esgotado";
        }
        let Some(total) = self.total() else {
            return "sem_previsao";
        };
        let off = absolute(&(&self.credit - &total));
        if off * whole(100) <= &self.credit * whole(2) {
            return "no_limite";
        }
        if total > self.credit {
            return "vai_esgotar";
        }
        let surplus = &self.credit - total;
        if surplus * whole(100) > &self.credit * parse(&self.case.surplus_percent) {
            return "vai_sobrar";
        }
        "dentro"
    }

    /// The running month: booked, complement, and the averages to its end or the contract's; each recurring charge
    /// once. Not known where any of its days is not.
    fn month_estimate(&self) -> Option<BigRational> {
        let as_of = self.case.as_of;
        if as_of < self.case.start || as_of > self.case.end {
            return None;
        }
        self.forecast.as_ref()?;
        let usual: Vec<NaiveDate> = self
            .window
            .iter()
            .filter(|day| !self.charges.iter().any(|charge| charge.days.contains(day)))
            .copied()
            .collect();
        let averages = self.averages_of(&usual)?;
        let expected = |day: NaiveDate| {
            let charges = self.charges.iter();
            let charges = charges.filter(|charge| falls_on(day, charge.of_month));
            &averages[weekday(day)] + sum(charges.map(|charge| &charge.size))
        };
        let running = month(as_of);
        if self
            .opening
            .as_ref()
            .is_some_and(|(_, until)| month(*until) == running)
        {
            return None;
        }
        if self.unknown.iter().any(|day| month(*day) == running) {
            return None;
        }
        let booked: BigRational = self
            .asked
            .iter()
            .filter(|day| month(**day) == running)
            .map(|day| self.cost(*day))
            .sum();
        let complement: BigRational = self
            .provisional
            .iter()
            .filter(|day| month(**day) == running)
            .map(|day| (expected(*day) - self.cost(*day)).max(whole(0)))
            .sum();
        let ahead: BigRational = self
            .future
            .iter()
            .filter(|day| month(**day) == running)
            .map(|day| expected(*day))
            .sum();
        Some(booked + complement + ahead)
    }

    fn months(&self) -> Vec<Value> {
        if self.knowledge == Knowledge::NoData {
            return Vec::new();
        }
        let mut by_month: BTreeMap<String, Vec<NaiveDate>> = BTreeMap::new();
        for day in &self.asked {
            by_month.entry(month(*day)).or_default().push(*day);
        }
        let mut mean_before: Option<BigRational> = None;
        let mut months = Vec::new();
        for (name, days) in by_month {
            let unknown = days.iter().filter(|day| self.unknown.contains(day)).count();
            let booked = (unknown < days.len()).then(|| self.booked_on(&days));
            let mean = booked
                .as_ref()
                .filter(|_| unknown == 0)
                .map(|booked| quotient(booked, &count(&days)));
            let settled: Vec<NaiveDate> = days
                .iter()
                .copied()
                .filter(|day| *day < self.unsettled)
                .collect();
            let settled_mean = (unknown == 0 && !settled.is_empty())
                .then(|| quotient(&self.booked_on(&settled), &count(&settled)));
            let change = match (&mean_before, &settled_mean) {
                (Some(before), Some(now)) if *before > whole(0) => {
                    Some(quotient(&((now - before) * whole(100)), before))
                }
                _ => None,
            };
            months.push(json!({
                "mes": name,
                "consumo": booked.as_ref().map(text),
                "dias": days.len(),
                "media_diaria": mean.as_ref().map(text),
                "variacao_pct": change.as_ref().map(text),
            }));
            mean_before = settled_mean;
        }
        months
    }

    fn weekdays(&self) -> Vec<Value> {
        (0..7)
            .map(|wanted| {
                let ahead = self
                    .future
                    .iter()
                    .filter(|day| weekday(**day) == wanted)
                    .count();
                let average = self.averages.as_ref().map(|averages| &averages[wanted]);
                let foreseen = average
                    .filter(|_| self.knowledge == Knowledge::Full)
                    .map(|average| average * number(ahead));
                json!({
                    "dia": wanted + 1,
                    "nome": WEEKDAYS[wanted],
                    "media_diaria": average.map(text),
                    "dias": ahead,
                    "previsto": foreseen.as_ref().map(text),
                })
            })
            .collect()
    }

    fn daily(&self) -> Vec<Value> {
        self.asked
            .iter()
            .map(|day| {
                let settled = *day < self.unsettled;
                let unknown = self.unknown.contains(day);
                let cost = match self.booked.get(day) {
                    Some(amount) => Some(text(amount)),
                    None if settled && !unknown => Some(text(&whole(0))),
                    None => None,
                };
                let state = match (settled, unknown) {
                    (false, _) => "provisorio",
                    (true, true) => "sem_informacao",
                    (true, false) => "consolidado",
                };
                json!({"data": day.to_string(), "custo": cost, "estado": state})
            })
            .collect()
    }

    fn window_object(&self) -> Value {
        json!({
            "inicio": self.window.first().map(NaiveDate::to_string),
            "fim": self.window.last().map(NaiveDate::to_string),
            "dias": self.window.len(),
            "dias_sem_registro": self.window.iter().filter(|day| !self.booked.contains_key(day)).count(),
        })
    }

    /// The currency code: the config's, else the only one in the data.
    fn currency(&self) -> Option<String> {
        self.case.currency.clone().or_else(|| self.data_currency())
    }

    /// Running, with credit, data and a forecast: the only clients that are summed.
    fn in_totals(&self) -> bool {
        let counted = [
            "esgotado",
            "no_limite",
            "vai_esgotar",
            "vai_sobrar",
            "dentro",
        ];
        counted.contains(&self.situation()) && self.forecast.is_some()
    }

    fn data_currency(&self) -> Option<String> {
        self.case
            .rows
            .iter()
            .filter(|row| self.booked.contains_key(&row.0) && money(row).is_some())
            .find(|row| !is_blank(row.2.as_ref()))
            .and_then(|row| row.2.clone())
    }
}

fn number(count: usize) -> BigRational {
    whole(i64::try_from(count).expect("a small count"))
}

fn count(days: &[NaiveDate]) -> BigRational {
    number(days.len())
}

/// The client object of the JSON document: its keys that depend on figures.
pub fn expected(case: &Case) -> Value {
    let facts = Facts::of(case);
    let as_of = case.as_of;
    let contract = days(case.start, next(case.end));
    let elapsed = contract.iter().filter(|day| **day < as_of).count();
    let left = contract.len() - elapsed;

    let percent_of_credit = match facts.knowledge {
        Knowledge::NoData | Knowledge::HistoryLost => None,
        Knowledge::NotBegun | Knowledge::Full => facts.consumption.as_ref(),
    }
    .filter(|_| facts.has_credit())
    .map(|consumption| quotient(&(consumption * whole(100)), &facts.credit));
    let percent_of_term = facts
        .has_credit()
        .then(|| quotient(&(number(elapsed) * whole(100)), &count(&contract)));
    let provisional = match facts.knowledge {
        Knowledge::NotBegun => Some(whole(0)),
        Knowledge::NoData => None,
        Knowledge::HistoryLost | Knowledge::Full => Some(facts.booked_on(&facts.provisional)),
    };
    let settled_through = match facts.knowledge {
        Knowledge::NotBegun | Knowledge::NoData => None,
        Knowledge::HistoryLost | Knowledge::Full => {
            Some(before(facts.unsettled, 1).min(case.end)).filter(|day| *day >= facts.first_asked)
        }
    };
    let target_pace = facts
        .balance()
        .filter(|balance| left > 0 && *balance > whole(0))
        .map(|balance| quotient(&balance, &number(left)));
    let pace = facts.pace.as_ref().filter(|pace| **pace > whole(0));
    let change_to_zero = target_pace
        .as_ref()
        .zip(pace)
        .map(|(target, pace)| quotient(&(target * whole(100)), pace) - whole(100));
    let forecast = facts.forecast.as_ref();

    json!({
        "situacao": facts.situation(),
        "dados_ate": facts.last_data.map(|day| day.to_string()),
        "consolidado_ate": settled_through.map(|day| day.to_string()),
        "consumo": facts.consumption.as_ref().map(text),
        "consumo_provisorio": provisional.as_ref().map(text),
        "consumo_pct": percent_of_credit.as_ref().map(text),
        "saldo": facts.balance().as_ref().map(text),
        "previsto": forecast.map(|forecast| text(&forecast.total)),
        "complemento_provisorio": forecast.map(|forecast| text(&forecast.complement)),
        "total_estimado": facts.total().as_ref().map(text),
        "sobra": facts.surplus().as_ref().map(text),
        "debito": facts.shortfall().as_ref().map(text),
        "esgota_em": facts.runs_out().map(|day| day.to_string()),
        "dias_sem_informacao": facts.unknown.len(),
        "nos_totais": facts.in_totals(),
        "dias_decorridos": elapsed,
        "dias_restantes": left,
        "prazo_pct": percent_of_term.as_ref().map(text),
        "ritmo_diario": facts.pace.as_ref().map(text),
        "ritmo_alvo": target_pace.as_ref().map(text),
        "ajuste_ritmo_pct": change_to_zero.as_ref().map(text),
        "mes_atual_estimado": facts.month_estimate().as_ref().map(text),
        "consumo_anterior": facts.opening.as_ref().map(|(amount, _)| text(amount)),
        "meses": facts.months(),
        "janela": facts.window_object(),
        "dias_semana": facts.weekdays(),
        "diario": facts.daily(),
        "dias_ignorados": case.ignored.iter().map(NaiveDate::to_string).collect::<Vec<_>>(),
        "cobrancas_recorrentes": facts.charges.iter().rev().map(|charge| json!({
            "dia": charge.of_month, "valor": text(&charge.size),
        })).collect::<Vec<_>>(),
    })
}

/// The codes of the figure warnings that must be present, sorted.
pub fn expected_warnings(case: &Case) -> Vec<String> {
    let facts = Facts::of(case);
    let mut codes = BTreeSet::new();
    if let Some(first) = facts.booked.keys().next()
        && (*first - facts.first_asked).num_days() > 60
    {
        codes.insert("inicio_sem_dados");
    }
    let has_data = matches!(facts.knowledge, Knowledge::HistoryLost | Knowledge::Full);
    if has_data && !facts.unknown.is_empty() {
        codes.insert("lacuna_no_historico");
    }
    if facts.forecast_is_made() {
        let window = &facts.window;
        let sum = absolute(&facts.booked_on(window));
        let recurs = |day: &NaiveDate| {
            let mut charges = facts.charges.iter();
            charges.any(|charge| charge.days.contains(day))
        };
        if window.len() >= 28
            && window
                .iter()
                .filter(|day| !recurs(day))
                .any(|day| absolute(&facts.cost(*day)) * whole(5) > sum)
        {
            codes.insert("pico_na_janela");
        }
        if !window.is_empty() && window.len() < 28 {
            codes.insert("janela_curta");
        }
        let seen: BTreeSet<usize> = window
            .iter()
            .filter(|day| facts.booked.contains_key(day))
            .map(|day| weekday(*day))
            .collect();
        let looked_at: Vec<&NaiveDate> = window
            .iter()
            .filter(|day| seen.contains(&weekday(**day)))
            .collect();
        let missing = looked_at
            .iter()
            .filter(|day| !facts.booked.contains_key(day))
            .count();
        if missing * 10 > looked_at.len() {
            codes.insert("dias_sem_registro");
        }
        let usual = facts.usable.iter().rev().filter(|day| !recurs(day));
        let costs: Vec<BigRational> = usual.map(|day| facts.cost(*day)).collect();
        if costs.len() >= 61 {
            let (last, usual) = (
                exact::sum(&costs[..14]) / whole(14),
                exact::sum(&costs[..61]) / whole(61),
            );
            if usual > whole(0) && absolute(&(last - &usual)) * whole(5) > usual {
                codes.insert("ritmo_mudou");
            }
        }
    }
    if matches!(facts.knowledge, Knowledge::HistoryLost | Knowledge::Full) {
        let first_open = facts.unsettled.max(facts.first_asked);
        if first_open < before(case.as_of, case.settle) && first_open <= case.end {
            codes.insert("sem_dados_recentes");
        }
    }
    if case.currency.is_none() && facts.data_currency().is_some() {
        codes.insert("moeda_assumida");
    }
    let blank_money = case.rows.iter().any(|row| {
        facts.booked.contains_key(&row.0) && money(row).is_some() && is_blank(row.2.as_ref())
    });
    if blank_money {
        codes.insert("moeda_em_branco");
    }
    codes.into_iter().map(str::to_owned).collect()
}

/// The totals per currency over several cases (the rule *totals*), ordered by currency code.
pub fn expected_totals(cases: &[&Case]) -> Value {
    let mut by_currency: BTreeMap<String, Vec<(&Case, Value)>> = BTreeMap::new();
    for case in cases {
        let client = expected(case);
        if client["nos_totais"] != true {
            continue;
        }
        let currency = Facts::of(case)
            .currency()
            .unwrap_or_else(|| panic!("{}: no currency at all", case.name));
        by_currency
            .entry(currency)
            .or_default()
            .push((case, client));
    }
    by_currency
        .into_iter()
        .map(|(currency, clients)| {
            let sum = |key: &str| -> String {
                text(&clients.iter().map(|(_, client)| amount(&client[key])).sum())
            };
            let credit: BigRational = clients.iter().map(|(case, _)| parse(&case.credit)).sum();
            json!({
                "moeda": currency,
                "clientes": clients.len(),
                "credito": text(&credit),
                "consumo": sum("consumo"),
                "saldo": sum("saldo"),
                "previsto": sum("previsto"),
                "complemento_provisorio": sum("complemento_provisorio"),
                "total_estimado": sum("total_estimado"),
                "sobras": sum("sobra"),
                "debitos": sum("debito"),
                "meses": total_months(&clients),
                "dias_semana": total_weekdays(&clients),
            })
        })
        .collect()
}

fn amount(value: &Value) -> BigRational {
    parse(value.as_str().expect("an amount as text"))
}

/// A month that a client does not know adds nothing, but the client is counted; a month that no
/// client knows is not known.
fn total_months(clients: &[(&Case, Value)]) -> Vec<Value> {
    let mut by_month: BTreeMap<&str, (Option<BigRational>, usize)> = BTreeMap::new();
    for (_, client) in clients {
        for entry in client["meses"].as_array().expect("months") {
            let name = entry["mes"].as_str().expect("a month's name");
            let (sum, clients) = by_month.entry(name).or_insert((None, 0));
            if !entry["consumo"].is_null() {
                *sum = Some(sum.take().unwrap_or_else(|| whole(0)) + amount(&entry["consumo"]));
            }
            *clients += 1;
        }
    }
    by_month
        .into_iter()
        .map(|(name, (sum, clients))| {
            json!({"mes": name, "consumo": sum.as_ref().map(text), "clientes": clients})
        })
        .collect()
}

fn total_weekdays(clients: &[(&Case, Value)]) -> Vec<Value> {
    (0..7)
        .map(|wanted| {
            let entries: Vec<&Value> = clients
                .iter()
                .map(|(_, client)| &client["dias_semana"][wanted])
                .collect();
            let sum = |key: &str| text(&entries.iter().map(|entry| amount(&entry[key])).sum());
            json!({
                "dia": wanted + 1,
                "nome": WEEKDAYS[wanted],
                "media_diaria": sum("media_diaria"),
                "dias": entries.iter().filter_map(|entry| entry["dias"].as_u64()).sum::<u64>(),
                "previsto": sum("previsto"),
            })
        })
        .collect()
}
