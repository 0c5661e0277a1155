//! Clients of a run, and the totals of those with every figure (rule: totals).

use std::array;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::band::{BandWidths, Bounds};
use super::changes::EarlierRun;
use super::statement::{FigureSettings, Situation, Statement};
use crate::adjustment::Adjustment;
use crate::calendar::Month;
use crate::failure::{Failure, Notice, Warning};
use crate::forecast::Method;
use crate::money::{Amount, Currency};
use crate::text::folded;

/// A client of the folder: its figures, or why there are none.
#[derive(Clone, Debug)]
pub struct Client<F = Box<Statement>> {
    /// Name of the client.
    pub name: String,
    /// File name of the config.
    pub file: String,
    /// Tenancy, if the config could be read.
    pub tenancy: Option<String>,
    /// Region, if the config could be read.
    pub region: Option<String>,
    /// Group, if the config names one.
    pub group: Option<String>,
    /// Time at which the newest days were fetched, if all days are from the store.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Warnings about the config of a failed client; those of another are in its statement.
    pub warnings: Vec<Warning>,
    /// The figures or the failure.
    pub outcome: Result<F, Failure>,
}

/// The result of a run: each client, and the totals.
#[derive(Clone, Debug)]
pub struct Portfolio {
    /// Method of the forecasts.
    pub method: Method,
    /// Adjustment of this run alone, by `--what-if`.
    pub what_if: Option<Adjustment>,
    /// Clients in the order of their files' names.
    pub clients: Vec<Client>,
    /// A total for each currency, in the order of their codes.
    pub totals: Vec<Totals>,
    /// The totals split by group; none where no config names a group.
    pub groups: Vec<Group>,
    /// Notices about the store.
    pub notices: Vec<Notice>,
    /// The newest recorded run of the folder before this one, if the store knows it.
    pub earlier: Option<EarlierRun>,
}

/// The part of a currency's totals that the clients of one group make.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name of the group, as the first config writes it; `None` for the clients without one.
    pub name: Option<String>,
    /// Sums of the group's clients.
    pub totals: Totals,
}

/// The sums over the clients of one currency that have every figure.
#[derive(Clone, Debug)]
pub struct Totals {
    /// The currency.
    pub currency: Currency,
    /// Number of clients.
    pub clients: u32,
    /// Sum of the credits.
    pub credit: Amount,
    /// Sum of the consumption.
    pub consumption: Amount,
    /// Sum of the balances, which may be negative.
    pub balance: Amount,
    /// Sum of the forecasts.
    pub forecast: Amount,
    /// The part of it that provisional days lack.
    pub top_up: Amount,
    /// The part of it that the configs' adjustments add; `None` where there are none.
    pub adjusted: Option<Amount>,
    /// The part of it that the run's own adds; `None` where there is none.
    pub supposed: Option<Amount>,
    /// Consumption and forecast.
    pub projected: Amount,
    /// Credit that will be left, of those that have some left.
    pub surplus: Amount,
    /// Credit that will lack, of those that lack some; never set off against the surplus.
    pub shortfall: Amount,
    /// Opening balances, which are in no month.
    pub opening: Amount,
    /// The months, with how many clients each has.
    pub months: BTreeMap<Month, MonthTotal>,
    /// Each weekday, Monday first.
    pub weekdays: [WeekdayTotal; 7],
    widths: BandWidths,
}

/// A month over clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthTotal {
    /// Sum of the consumption; `None` if no client knows a day of the month.
    pub consumption: Option<Amount>,
    /// Number of clients that have the month.
    pub clients: u32,
}

/// A weekday over clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekdayTotal {
    /// The sum of their averages.
    pub mean: Amount,
    /// Sum of the clients' days left on the weekday.
    pub days: u32,
    /// Expected cost of the days left.
    pub forecast: Amount,
}

impl Portfolio {
    /// Makes the portfolio of `clients`, whose figures were computed with `settings`.
    pub fn new(clients: Vec<Client>, notices: Vec<Notice>, settings: &FigureSettings) -> Self {
        let mut totals: BTreeMap<Currency, Totals> = BTreeMap::new();
        let mut groups: BTreeMap<_, Group> = BTreeMap::new();
        let grouped = clients.iter().any(|client| client.group.is_some());
        for client in &clients {
            let statement = client.statement();
            let Some(statement) = statement.filter(|statement| statement.in_totals()) else {
                continue;
            };
            // A statement in the totals has data, and data have a currency.
            let Some(currency) = statement.currency else {
                continue;
            };
            let empty = || Totals::empty(currency);
            totals.entry(currency).or_insert_with(empty).add(statement);
            if grouped {
                let name = client.group.as_deref();
                groups
                    .entry((currency, name.is_none(), name.map(group_key)))
                    .or_insert_with(|| Group {
                        name: client.group.clone(),
                        totals: empty(),
                    })
                    .totals
                    .add(statement);
            }
        }
        Self {
            method: settings.method,
            what_if: settings.what_if.clone(),
            clients,
            totals: totals.into_values().collect(),
            groups: groups.into_values().collect(),
            notices,
            earlier: None,
        }
    }

    /// Clients with figures, worst first: by severity, by the day the credit runs out or the contract ends, by name.
    pub fn worst_first(&self) -> Vec<(&Client, &Statement)> {
        let mut rows: Vec<_> = self
            .clients
            .iter()
            .filter_map(|client| Some((client, client.statement()?)))
            .collect();
        rows.sort_by_key(|(client, statement)| {
            (
                statement.situation.severity(),
                statement.turning_day(),
                &client.name,
                &client.file,
            )
        });
        rows
    }

    /// Clients in one of `situations`, in the order of their files' names.
    pub fn in_situations(
        &self,
        situations: &[Situation],
    ) -> impl Iterator<Item = (&Client, &Statement)> {
        self.clients.iter().filter_map(|client| {
            let statement = client.statement()?;
            let met = situations.contains(&statement.situation);
            met.then_some((client, statement))
        })
    }

    /// Clients without figures, in the order of their files' names.
    pub fn failed(&self) -> impl Iterator<Item = (&Client, &Failure)> {
        failed(&self.clients)
    }

    /// The part of [`Self::failed`] that waits for its key: nothing went wrong with it.
    pub(crate) fn awaiting_key(&self) -> impl Iterator<Item = (&Client, &Failure)> {
        self.failed().filter(|(_, failure)| failure.awaits_key())
    }

    /// The part of [`Self::failed`] with which something went wrong.
    pub(crate) fn in_error(&self) -> impl Iterator<Item = (&Client, &Failure)> {
        self.failed().filter(|(_, failure)| !failure.awaits_key())
    }

    /// Returns the number of clients in each situation, in the order of [`Situation::BY_SEVERITY`], without empty
    /// ones.
    pub fn situations(&self) -> Vec<(Situation, usize)> {
        let count = |situation| {
            let is = |statement: &&Statement| statement.situation == situation;
            self.clients
                .iter()
                .filter_map(Client::statement)
                .filter(is)
                .count()
        };
        let counts = Situation::BY_SEVERITY
            .into_iter()
            .map(|situation| (situation, count(situation)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// Writes the name of each of `groups` as the first does: case, accents and blanks make no other group.
pub(crate) fn unify_groups<'g>(groups: impl Iterator<Item = &'g mut String>) {
    let mut names: HashMap<String, String> = HashMap::new();
    for group in groups {
        let first = names
            .entry(group_key(group))
            .or_insert_with(|| group.clone());
        group.clone_from(first);
    }
}

/// Returns the part of a group's name that tells it from others.
fn group_key(name: &str) -> String {
    let folded = folded(name);
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

/// Returns the `clients` that have failed, with their failures.
pub(super) fn failed<F>(clients: &[Client<F>]) -> impl Iterator<Item = (&Client<F>, &Failure)> {
    clients
        .iter()
        .filter_map(|client| Some((client, client.outcome.as_ref().err()?)))
}

impl Client {
    /// Returns the client's figures, if there are any.
    pub fn statement(&self) -> Option<&Statement> {
        self.outcome.as_deref().ok()
    }

    /// Returns whether the client has no figures only because its key is not in its tenancy yet.
    pub(crate) fn awaits_key(&self) -> bool {
        self.outcome.as_ref().is_err_and(Failure::awaits_key)
    }
}

impl Totals {
    fn empty(currency: Currency) -> Self {
        Self {
            currency,
            clients: 0,
            credit: Amount::zero(),
            consumption: Amount::zero(),
            balance: Amount::zero(),
            forecast: Amount::zero(),
            top_up: Amount::zero(),
            adjusted: None,
            supposed: None,
            projected: Amount::zero(),
            surplus: Amount::zero(),
            shortfall: Amount::zero(),
            opening: Amount::zero(),
            months: BTreeMap::new(),
            weekdays: array::from_fn(|_| WeekdayTotal::default()),
            widths: BandWidths::none(),
        }
    }

    /// Returns the band of the sum if all clients' errors went the same way; `None` if a client has a forecast
    /// without a band.
    pub fn dependent(&self) -> Option<Bounds<Amount>> {
        self.widths.dependent(&self.forecast)
    }

    /// Returns the band of the sum if the clients' errors were independent; `None` as in [`Self::dependent`].
    pub fn independent(&self) -> Option<Bounds<Amount>> {
        self.widths.independent(&self.forecast)
    }

    fn add(&mut self, statement: &Statement) {
        let add = |sum: &mut Amount, part: Option<&Amount>| {
            part.into_iter().for_each(|part| *sum += part)
        };
        self.clients += 1;
        self.credit += &statement.contract.credit;
        add(&mut self.consumption, statement.consumption.as_ref());
        add(&mut self.balance, statement.balance.as_ref());
        add(&mut self.forecast, statement.forecast.as_ref());
        add(&mut self.top_up, statement.top_up.as_ref());
        for line in &statement.adjustments {
            let sum = match line.what_if {
                true => &mut self.supposed,
                false => &mut self.adjusted,
            };
            add(sum.get_or_insert_default(), line.amount.as_ref());
        }
        if let Some(forecast) = &statement.forecast {
            self.widths.add(forecast, statement.band.as_ref());
        }
        add(&mut self.projected, statement.projected.as_ref());
        add(&mut self.surplus, statement.surplus.as_ref());
        add(&mut self.shortfall, statement.shortfall.as_ref());
        add(
            &mut self.opening,
            statement
                .contract
                .opening
                .as_ref()
                .map(|opening| &opening.amount),
        );
        for line in &statement.months {
            let month = self.months.entry(line.month).or_default();
            if let Some(consumption) = &line.consumption {
                *month.consumption.get_or_insert_default() += consumption;
            }
            month.clients += 1;
        }
        for (total, line) in self.weekdays.iter_mut().zip(&statement.weekdays) {
            add(&mut total.mean, line.mean.as_ref());
            add(&mut total.forecast, line.forecast.as_ref());
            total.days += line.days;
        }
    }
}
