//! Random histories: whatever mornings the service is asked on, whatever it forgets, restates, brings late or
//! leaves out, a report has the figures of a service that forgets nothing, or says what it does not know.
//!
//! A history is two tenancies of one folder with one store, and a dozen runs: usual, with `--only`, `--refetch`,
//! `--offline` and `--no-store`, on mornings up to two months apart, by clocks up to an hour off. Both stand-ins
//! tell it: the program's own, and the other one in a manner with several assumptions false at once. Each day
//! that a report shows is compared with the day's cost as the service has it on that morning, and consumption
//! with the exact sum of the days shown; what is missing has to be said.
//!
//! Not in these histories, since nothing could tell them (the table of days: a day without a row is idle where
//! no month's sum contradicts):
//! - a hole of under seven days. Each window that is left out holds a whole month of the contract before the
//!   as-of month, and its other days are not judged until they were asked for again; they are days of the as-of
//!   month, or of a neighbouring month that is judged by its own sum;
//! - a hole in the contract's first month where that is not whole, or in a month that is over a year old: no
//!   sum is asked for. Nor is one of a month over 330 days old by a service that refuses days too old for it,
//!   nor any by one that refuses MONTHLY: those days are not judged, until they are asked for again;
//! - a hole that the month's sum repeats: that service lies in every answer;
//! - a cost that is restated to nothing: an answer without rows takes no known cost away;
//! - days that were left out on the last morning that the service was asked, in a later report by `--offline`:
//!   it has them as they were stored before, and the sum that contradicts was told with the answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use chrono::TimeDelta;
use fastrand::Rng;
use oci_consumo::internals::calendar::{Day, Days, Month, plus_days, two_months_before};
use serde_json::Value;

use crate::common::habits::{Habits, History as Memory};
use crate::common::stand_in::{Fault, WorldRow};
use crate::common::{Config, Folder, Served, answer, day, key_fixture, samples};
use crate::other_service::{Forgotten, Gap, Manner, OtherService, OverLimit, RetryAfter};
use crate::store::document_of;

/// Set to a number, the histories that are tried in each stand-in.
const COUNT: &str = "OCI_CONSUMO_TESTS_HISTORIES";
/// Histories in a usual run of the tests, and in a whole one.
const USUAL: u64 = 3;
const ALL: u64 = 12;
const RUNS: usize = 11;
/// The fewest days that any of these services remembers.
const REMEMBERED: i64 = 330;
const IDS: [&str; 2] = ["um", "dois"];

/// A cost in cents, from a morning on.
type Version = (Day, i64);

/// A tenancy: its contract, and what each day costs as of each morning.
struct Tenancy {
    config: Config,
    /// The days that are asked for in the end.
    asked: Days,
    opening: i64,
    costs: BTreeMap<Day, Vec<Version>>,
}

impl Tenancy {
    /// The cost of `day` that a service without a memory's end gives on `morning`.
    fn cost(&self, day: Day, morning: Day) -> Option<i64> {
        let versions = self.costs.get(&day)?.iter();
        let told = versions.filter(|(from, _)| *from <= morning);
        told.max_by_key(|(from, _)| *from).map(|(_, cents)| *cents)
    }

    fn id(&self) -> &str {
        self.config.value("tenancy")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Usual,
    Only(usize),
    Refetch,
    NoStore,
    Offline,
}

/// A run of a history.
#[derive(Clone, Debug)]
struct Run {
    morning: Day,
    mode: Mode,
    /// By how many seconds this machine's clock, and the service's, is ahead.
    clocks: [i64; 2],
    /// Of each tenancy, the days that are left out of answers by day on that morning.
    left_out: [Option<Days>; 2],
    /// Of each tenancy, whether the service is away.
    away: [bool; 2],
}

struct History {
    seed: u64,
    tenancies: [Tenancy; 2],
    /// How many days the service remembers.
    memory: i64,
    runs: Vec<Run>,
}

impl History {
    fn random(seed: u64) -> Self {
        let rng = &mut Rng::with_seed(seed);
        let first = plus_days(day("2023-03-01"), rng.i64(0..365));
        let mut mornings = vec![first];
        while mornings.len() < RUNS {
            let last = *mornings.last().unwrap();
            let gap = match rng.u32(0..10) {
                0..=1 => 0,
                2..=4 => 1,
                5..=7 => rng.i64(2..15),
                _ => rng.i64(20..61),
            };
            mornings.push(plus_days(last, gap));
        }
        let end = *mornings.last().unwrap();
        let tenancies = IDS.map(|id| tenancy(rng, id, first, end));
        let away_from = IDS.map(|_| mornings[rng.usize(1..RUNS)]);
        let mut runs: Vec<Run> = Vec::new();
        for (n, morning) in mornings.into_iter().enumerate() {
            let same_morning = runs.last().filter(|run| run.morning == morning);
            let left_out = match same_morning {
                Some(run) => run.left_out,
                None => [0, 1].map(|n| window(rng, &tenancies[n], morning)),
            };
            let mode = match rng.u32(0..20) {
                // Without any store there is no `--offline`.
                _ if n == 0 => Mode::Usual,
                0..=8 => Mode::Usual,
                9..=11 => Mode::Only(rng.usize(0..2)),
                12..=13 => Mode::Refetch,
                14..=15 => Mode::NoStore,
                _ => Mode::Offline,
            };
            let clock = |rng: &mut Rng| [0, rng.i64(-3600..=3600)][rng.usize(0..2)];
            runs.push(Run {
                morning,
                mode,
                clocks: [clock(rng), clock(rng)],
                left_out,
                away: away_from.map(|from| (0..7).contains(&(morning - from).num_days())),
            });
        }
        Self {
            seed,
            tenancies,
            memory: rng.i64(REMEMBERED..=400),
            runs,
        }
    }
}

fn tenancy(rng: &mut Rng, id: &str, first: Day, end: Day) -> Tenancy {
    let age = if rng.u32(0..4) > 0 { 20..300 } else { 300..800 };
    let start = plus_days(first, -rng.i64(age));
    let length = 365 * rng.i64(1..4);
    let mut config = Config::new(id)
        .with("inicio_contrato", &start.to_string())
        .with("fim_contrato", &plus_days(start, length - 1).to_string());
    let (mut asked_from, mut opening) = (start, 0);
    if rng.u32(0..4) == 0 {
        opening = rng.i64(0..1_000_000);
        let longest = (first - start).num_days().min(length - 1);
        let until = plus_days(start, rng.i64(0..longest));
        asked_from = plus_days(until, 1);
        config = config
            .with("consumo_anterior", &amount(opening))
            .with("consumo_anterior_ate", &until.to_string());
    }

    let (usual, late) = (rng.i64(500..20_000), rng.i64(1..=10));
    let mut idle_until = start;
    let mut costs = BTreeMap::new();
    for day in plus_days(start, -40)
        .iter_days()
        .take_while(|day| *day < end)
    {
        if rng.u32(0..150) == 0 {
            idle_until = plus_days(day, rng.i64(7..50));
        }
        if day < idle_until || rng.u32(0..20) == 0 {
            continue;
        }
        let mut cents = || match rng.u32(0..40) {
            0 => -rng.i64(1..usual),
            1 => usual * 20,
            _ => rng.i64(usual / 2..usual * 2),
        };
        let mut versions = vec![(day, cents()), (day, cents())];
        versions[0].0 = plus_days(day, rng.i64(1..=late));
        versions[1].0 = plus_days(day, rng.i64(11..=60));
        versions.truncate([1, 2][usize::from(rng.u32(0..15) == 0)]);
        costs.insert(day, versions);
    }
    Tenancy {
        config,
        asked: Days::new(asked_from, plus_days(start, length)),
        opening,
        costs,
    }
}

/// The days that are left out on `morning`, once in a while: a whole month at least.
fn window(rng: &mut Rng, tenancy: &Tenancy, morning: Day) -> Option<Days> {
    let whole = whole_months(tenancy, morning);
    if whole.is_empty() || rng.u32(0..5) != 0 {
        return None;
    }
    let first = rng.usize(0..whole.len());
    let last = (first + rng.usize(0..3)).min(whole.len() - 1);
    let earliest = whole[first.saturating_sub(1)].days().start;
    let before = (whole[first].days().start - earliest).num_days();
    let start = plus_days(whole[first].days().start, -rng.i64(0..=before));
    Some(Days::new(
        start,
        plus_days(whole[last].days().end, rng.i64(0..30)),
    ))
}

/// The whole months of the contract in the year before the month of `morning`.
fn whole_months(tenancy: &Tenancy, morning: Day) -> Vec<Month> {
    let this = Month::of(morning);
    let past = Days::new(this.earlier(12).days().start, this.days().start);
    let wanted = tenancy.asked.within(past);
    let mut months = wanted.months();
    months.retain(|month| month.days().within(wanted) == month.days());
    months
}

/// A service that tells a history.
trait Teller {
    fn place(&self) -> (&Path, String);
    /// From now on it is the morning of `run`.
    fn turn(&self, history: &History, run: &Run);
    /// Whether it may refuse what any service remembers.
    fn is_odd(&self) -> bool {
        false
    }
    /// Whether it refuses months that it has forgotten in part.
    fn refuses_old_months(&self, history: &History) -> bool;
    fn describe(&self) -> String;
}

struct Own(Served);

impl Own {
    fn new(history: &History) -> Self {
        let folder = history.tenancies.iter();
        let folder = folder.fold(Folder::new(), |folder, tenancy| {
            folder.client(&tenancy.config, Vec::new())
        });
        Self(folder.serve())
    }
}

impl Teller for Own {
    fn place(&self) -> (&Path, String) {
        (self.0.dir.path(), self.0.server.endpoint())
    }

    fn turn(&self, history: &History, run: &Run) {
        for (n, tenancy) in history.tenancies.iter().enumerate() {
            let days = tenancy.costs.keys();
            let costs = days.filter_map(|day| Some((*day, tenancy.cost(*day, run.morning)?)));
            let rows = costs.map(|(day, cents)| WorldRow::new(day, amount(cents), "BRL"));
            let rows: Vec<WorldRow> = rows.collect();
            let first = plus_days(run.morning, -history.memory);
            self.0.server.change(tenancy.id(), |tenant| {
                tenant.rows = rows;
                tenant.habits = Some(Habits {
                    history: match history.seed % 2 {
                        0 => Memory::Since(first),
                        _ => Memory::RefusedBefore(first),
                    },
                    left_out: run.left_out[n].into_iter().collect(),
                    ..Habits::default()
                });
                tenant.always = match (run.away[n], run.clocks[1]) {
                    (true, _) => Some(answer(503, &[("retry-after", "0")], "")),
                    (false, 0) => None,
                    (false, ahead) => Some(Fault::ClockOffset(ahead)),
                };
            });
        }
    }

    fn refuses_old_months(&self, history: &History) -> bool {
        history.seed % 2 == 1
    }

    fn describe(&self) -> String {
        "the program's stand-in".to_owned()
    }
}

struct Other {
    folder: Folder,
    service: OtherService,
    manner: Manner,
}

impl Other {
    fn new(history: &History) -> Self {
        let drawn = Manner::random(history.seed);
        let manner = Manner {
            memory_days: Some(history.memory),
            // Pauses between tries, and hundreds of small requests, would take the time of more histories.
            faults: 0,
            retry_after: RetryAfter::Zero,
            longest_daily: drawn.longest_daily.max(31),
            ..drawn
        };
        let service = OtherService::start(manner.clone());
        let mut folder = Folder::new();
        for tenancy in &history.tenancies {
            folder = folder.config(&tenancy.config);
            let [user, fingerprint] = ["user", "fingerprint"].map(|key| tenancy.config.value(key));
            let fingerprint = fingerprint.to_lowercase();
            let key = key_fixture("public.pem");
            service.register(tenancy.id(), user, &fingerprint, &key);
            service.world(|world| {
                for (day, versions) in &tenancy.costs {
                    for (from, cents) in versions {
                        world.restate(tenancy.id(), *day, *from, &amount(*cents), "BRL");
                    }
                }
            });
        }
        for run in &history.runs {
            for (n, tenancy) in history.tenancies.iter().enumerate() {
                service.world(|world| {
                    if let Some(days) = run.left_out[n] {
                        let last = plus_days(days.end, -1);
                        let gap = Gap::DailyOnly;
                        world.leave_out(tenancy.id(), days.start, last, run.morning, gap);
                    }
                    if run.away[n] {
                        world.away(tenancy.id(), run.morning, run.morning);
                    }
                });
            }
        }
        Self {
            folder,
            service,
            manner,
        }
    }
}

impl Teller for Other {
    fn place(&self) -> (&Path, String) {
        (self.folder.path(), self.service.url())
    }

    fn turn(&self, _: &History, run: &Run) {
        self.service.set_today(run.morning);
        self.service.set_clock_offset(run.clocks[1]);
    }

    fn is_odd(&self) -> bool {
        // Who refuses the length of a window, its number of rows and its age uses up the requests that a client
        // may have refused.
        let manner = &self.manner;
        let refuses_all = manner.over_limit == OverLimit::Refused
            && manner.largest_limit < 1000
            && manner.longest_daily < 90
            && manner.forgotten == Forgotten::Refused;
        manner.refuse_once.is_some() || refuses_all
    }

    fn refuses_old_months(&self, _: &History) -> bool {
        self.manner.forgets_months && self.manner.forgotten == Forgotten::Refused
    }

    fn describe(&self) -> String {
        format!(
            "the other service: {}",
            self.manner.differences().join(", ")
        )
    }
}

/// What is remembered of a tenancy from run to run.
#[derive(Default)]
struct Memo {
    /// The mornings of the runs that recorded it.
    recorded: Vec<Day>,
    /// Days that a recorded run showed.
    known: BTreeSet<Day>,
    /// Days that were left out when it was last recorded.
    left_out: BTreeSet<Day>,
    /// Days that were left out, that no month's sum covered, and that are too old to be asked for again.
    stuck: BTreeSet<Day>,
}

/// How the reports ended.
#[derive(Debug, Default)]
struct Counts {
    equal: usize,
    told: usize,
    failed: usize,
    modes: BTreeMap<String, usize>,
}

/// Tells `history` and judges each report; `Err` says what is wrong with which.
fn tell(history: &History, teller: &dyn Teller, counts: &mut Counts) -> Result<(), String> {
    let store = store(&teller.describe(), history.seed);
    let mut memos: [Memo; 2] = Default::default();
    for (n, run) in history.runs.iter().enumerate() {
        teller.turn(history, run);
        let now = run.morning.and_hms_opt(6, 0, 0).unwrap().and_utc();
        let now = now + TimeDelta::seconds(run.clocks[0]);
        let (dir, endpoint) = teller.place();
        let only = match run.mode {
            Mode::Only(n) => history.tenancies[n].config.file.clone(),
            _ => String::new(),
        };
        let store = ["--store", store.to_str().unwrap()];
        let args = match run.mode {
            Mode::Usual => store.to_vec(),
            Mode::Only(_) => [&store[..], &["--only", &only]].concat(),
            Mode::Refetch => [&store[..], &["--refetch"]].concat(),
            Mode::Offline => [&store[..], &["--offline"]].concat(),
            Mode::NoStore => vec!["--no-store"],
        };
        let document = document_of(dir, &endpoint, now, &args);
        let mode = format!("{:?}", run.mode);
        *counts.modes.entry(mode[..4].to_owned()).or_default() += 1;
        for (place, memo) in memos.iter_mut().enumerate() {
            if matches!(run.mode, Mode::Only(chosen) if chosen != place) {
                continue;
            }
            let tenancy = &history.tenancies[place];
            let judge = Judge {
                tenancy,
                run,
                left_out: run.left_out[place],
                away: run.away[place],
                odd: teller.is_odd(),
                refuses_old_months: teller.refuses_old_months(history),
            };
            judge.judge(&document, memo, counts).map_err(|wrong| {
                let until = history.runs[..=n].iter();
                let runs = until.fold(String::new(), |mut text, run| {
                    writeln!(text, "  {run:?}").unwrap();
                    text
                });
                format!(
                    "seed {}, run {n}, {}: {wrong}\n{}\nmemory {}\n{}{runs}",
                    history.seed,
                    tenancy.config.file,
                    teller.describe(),
                    history.memory,
                    tenancy.config.text(),
                )
            })?;
        }
    }
    Ok(())
}

struct Judge<'a> {
    tenancy: &'a Tenancy,
    run: &'a Run,
    left_out: Option<Days>,
    away: bool,
    /// Whether the service may refuse what any remembers.
    odd: bool,
    /// Whether it refuses months that it has forgotten in part.
    refuses_old_months: bool,
}

impl Judge<'_> {
    fn judge(&self, document: &Value, memo: &mut Memo, counts: &mut Counts) -> Result<(), String> {
        let (file, morning) = (&self.tenancy.config.file, self.run.morning);
        let find = |list: &str| {
            let mut entries = document[list].as_array().unwrap().iter();
            entries.find(|entry| entry["arquivo"] == *file)
        };
        let offline = self.run.mode == Mode::Offline;
        let wanted = Days::new(
            self.tenancy.asked.start,
            self.tenancy.asked.end.min(morning),
        );
        // Where nothing was left out or forgotten there is nothing to be unknown.
        let remembered = wanted.start >= plus_days(morning, -(REMEMBERED - 1));
        let plain = !offline && !self.away && self.left_out.is_none() && !self.odd && remembered;
        let Some(client) = find("clientes") else {
            let failed = find("falhas").ok_or("it is in no list")?;
            let code = failed["codigo"].as_str().unwrap();
            let right = match code {
                "servico_indisponivel" => self.away,
                "sem_dados_armazenados" => offline && memo.recorded.is_empty(),
                _ => false,
            };
            counts.failed += 1;
            return match right {
                true => Ok(()),
                false => Err(format!("failed for a wrong reason: {failed:#}")),
            };
        };
        if self.away && !wanted.is_empty() && !offline {
            return Err("reported though the service is away".to_owned());
        }

        // The mornings on which the service was asked for what is shown.
        let asked_on = match client["buscado_em"].as_str().filter(|_| offline) {
            Some(at) => {
                let since = day(&at[..10]);
                memo.recorded
                    .iter()
                    .copied()
                    .filter(|morning| *morning >= since)
                    .collect()
            }
            None => vec![morning],
        };
        if asked_on.is_empty() {
            return Err(format!("not asked at {}", client["buscado_em"]));
        }
        let warnings = client["avisos"].as_array().unwrap();
        let whole = match warnings
            .iter()
            .any(|it| it["codigo"] == "mes_nao_conferido")
        {
            true => Vec::new(),
            false => whole_months(self.tenancy, morning),
        };
        let old = plus_days(morning, -REMEMBERED);
        let refused = |month: &Month| self.refuses_old_months && month.days().start <= old;
        let not_compared = |day: &Day| {
            let month = Month::of(*day);
            !whole.contains(&month) || refused(&month)
        };
        let fresh_from = plus_days(two_months_before(plus_days(morning, -7)), -7);
        let left_out = self
            .left_out
            .filter(|_| !offline)
            .map(|days| days.within(wanted));
        let left_out: BTreeSet<Day> = left_out.into_iter().flat_map(|days| days.iter()).collect();
        let mut doubtful: BTreeSet<Day> = left_out.iter().copied().filter(not_compared).collect();
        let mut stuck: BTreeSet<Day> = doubtful
            .iter()
            .copied()
            .filter(|day| *day < fresh_from)
            .collect();
        match self.run.mode {
            Mode::Offline => doubtful.extend(memo.left_out.union(&memo.stuck)),
            Mode::Usual | Mode::Only(_) => {
                doubtful.extend(&memo.stuck);
                stuck.extend(&memo.stuck);
            }
            Mode::Refetch | Mode::NoStore => {}
        }
        let differs: Vec<&str> = warnings
            .iter()
            .filter(|warning| warning["codigo"] == "mes_nao_confere")
            .map(|warning| warning["mensagem"].as_str().unwrap())
            .collect();
        let differs = |day: Day| {
            let month = day.format("%m/%Y").to_string();
            differs.iter().any(|text| text.contains(&month))
        };

        let lines = client["diario"].as_array().unwrap();
        let shown_days: Vec<Day> = lines.iter().map(date).collect();
        if shown_days != wanted.iter().collect::<Vec<_>>() {
            return Err(format!("not the days {wanted:?}"));
        }
        let situation = client["situacao"].as_str().unwrap();
        let no_data = situation == "sem_dados";
        let (mut sum, mut unknown, mut excused) = (self.tenancy.opening, 0, 0);
        let mut wrong = Vec::new();
        for line in lines {
            let day = date(line);
            let on = |morning: &Day| self.tenancy.cost(day, *morning).filter(|_| day < *morning);
            let truths: BTreeSet<Option<i64>> = asked_on.iter().map(on).collect();
            let is_true = |shown| {
                truths
                    .iter()
                    .any(|truth| truth.unwrap_or_default() == shown)
            };
            match line["custo"].as_str().map(cents) {
                Some(shown) => {
                    sum += shown;
                    if is_true(shown) {
                        continue;
                    }
                    if doubtful.contains(&day) || differs(day) {
                        excused += 1;
                    } else {
                        wrong.push(format!("{day} is {shown}, and truly {truths:?}"));
                    }
                }
                None if no_data => {}
                None if line["estado"] == "sem_informacao" => {
                    unknown += 1;
                    if memo.known.contains(&day) && self.run.mode < Mode::Refetch {
                        wrong.push(format!("{day} was known, and is no more"));
                    }
                }
                // Not known yet, and nothing booked.
                None if truths.contains(&None) || offline || doubtful.contains(&day) => {}
                None if self.left_out.is_some_and(|days| days.contains(day)) => {}
                None => wrong.push(format!("{day} is open, and truly {truths:?}")),
            }
        }
        let said = client["dias_sem_informacao"].as_u64().unwrap_or(0);
        if unknown > 0 && !no_data && said != unknown {
            wrong.push(format!(
                "{unknown} days are unknown, and {said} are said to be"
            ));
        }
        match client["consumo"].as_str().map(cents) {
            Some(shown) if shown != sum => {
                wrong.push(format!(
                    "consumption is {shown}, and its days add up to {sum}"
                ));
            }
            None if !no_data => wrong.push("no consumption".to_owned()),
            _ => {}
        }
        if plain && unknown > 0 {
            wrong.push(format!(
                "{unknown} days are unknown, and nothing was kept back"
            ));
        }
        let young = whole.iter().filter(|month| month.days().start > old);
        let alarm = young
            .map(|month| month.days().start)
            .find(|first| differs(*first));
        if let Some(first) =
            alarm.filter(|_| self.left_out.is_none() && !self.odd && memo.stuck.is_empty())
        {
            wrong.push(format!("a false alarm for the month from {first}"));
        }
        if !wrong.is_empty() {
            wrong.truncate(8);
            let codes: Vec<&Value> = warnings.iter().map(|it| &it["codigo"]).collect();
            return Err(format!("{situation} {codes:?}\n  {}", wrong.join("\n  ")));
        }
        match unknown > 0 || excused > 0 || no_data {
            true => counts.told += 1,
            false => counts.equal += 1,
        }
        if !offline && self.run.mode != Mode::NoStore && !wanted.is_empty() {
            memo.recorded.push(morning);
            let known = lines.iter().filter(|line| !line["custo"].is_null());
            memo.known.extend(known.map(date));
            memo.left_out = left_out;
            memo.stuck = stuck;
        }
        Ok(())
    }
}

fn date(line: &Value) -> Day {
    day(line["data"].as_str().unwrap())
}

fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The cents of an amount that has no less.
fn cents(text: &str) -> i64 {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or((1, text), |digits| (-1, digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(rest.len() <= 2, "{text}");
    sign * (whole.parse::<i64>().unwrap() * 100 + format!("{rest:0<2}").parse::<i64>().unwrap())
}

/// The file of a new store.
fn store(name: &str, seed: u64) -> PathBuf {
    let kind = usize::from(name.starts_with("the other"));
    let file = format!("history {} {kind} {seed}.db", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    let _ = fs::remove_file(&path);
    path
}

#[test]
#[ignore = "long"]
fn a_report_is_that_of_a_service_that_forgets_nothing_or_says_what_it_lacks() {
    let count = env::var(COUNT).ok().and_then(|count| count.parse().ok());
    let first: u64 = env::var(format!("{COUNT}_FROM")).map_or(0, |first| first.parse().unwrap());
    let seeds = first..first + count.unwrap_or_else(|| samples(USUAL, ALL));
    let tried = |make: &dyn Fn(&History) -> Box<dyn Teller>| {
        let (mut counts, mut wrong) = (Counts::default(), Vec::new());
        for seed in seeds.clone() {
            let history = History::random(seed);
            let teller = make(&history);
            wrong.extend(tell(&history, &*teller, &mut counts).err());
        }
        (counts, wrong)
    };
    let tries: [_; 2] = thread::scope(|scope| {
        let other = scope.spawn(|| tried(&|history| Box::new(Other::new(history))));
        [
            tried(&|history| Box::new(Own::new(history))),
            other.join().unwrap(),
        ]
    });
    let wrong: Vec<&str> = tries
        .iter()
        .flat_map(|(_, wrong)| wrong)
        .map(String::as_str)
        .collect();
    let few = wrong[..wrong.len().min(5)].join("\n");
    assert!(wrong.is_empty(), "{} histories:\n{few}", wrong.len());
    for (counts, _) in tries {
        // Most reports that there are have nothing to say, and each kind of run was judged.
        assert!(
            counts.equal > counts.told && counts.equal > counts.failed,
            "{counts:?}"
        );
        assert!(counts.told > 0 && counts.failed > 0, "{counts:?}");
        assert_eq!(counts.modes.len(), 5, "{counts:?}");
    }
}
