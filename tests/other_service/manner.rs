//! How the service behaves wherever the public facts leave it open.

use fastrand::Rng;

/// How a MONTHLY question is answered when it begins or ends within a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Monthly {
    /// A row runs from the day asked for to the day asked for, and holds their cost. Observed for the end.
    Clipped,
    /// The cost of the days asked for, in a row dated to the month's first day. Guessed.
    Aligned,
    /// The cost of the whole month, though only a part was asked for. Guessed.
    Whole,
    /// 400 unless the question begins on a month's first day. Guessed.
    RefusedWithinMonth,
    /// 400 always. Guessed.
    Refused,
}

/// Where an `Aligned` row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MonthEnd {
    /// Where the question ends.
    Clipped,
    /// On the next month's first day.
    Full,
}

/// What a `limit` over the largest one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverLimit {
    /// 400.
    Refused,
    /// Shorter pages, and more of them.
    Capped,
}

/// The `opc-next-page` of the last page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastToken {
    /// No such header. Documented.
    Absent,
    /// The header with nothing in it. Guessed.
    Empty,
}

/// What page tokens look like. They are documented as opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenForm {
    /// Letters and digits.
    Plain,
    /// Base64 with `+`, `/` and `=`, which a URL must escape.
    Escaped,
    /// Six hundred characters.
    Long,
}

/// The order of rows. Documented as not promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// By time.
    Ascending,
    /// By time, the latest first.
    Descending,
    /// Any.
    Shuffled,
}

/// How times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeForm {
    /// `2026-01-01T00:00:00.000Z`, as observed.
    Millis,
    /// `2026-01-01T00:00:00Z`
    Plain,
    /// `2026-01-01T00:00:00+00:00`
    Offset,
    /// `2026-01-01T00:00:00.000+00:00`
    MillisOffset,
}

/// The field `tenantId` of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TenantField {
    /// null, as said of all that is not grouped by.
    Null,
    /// Not there.
    Absent,
    /// The tenancy.
    Present,
}

/// The field `currency` of a row with money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CurrencyForm {
    /// `USD`
    Plain,
    /// `usd`
    Lower,
    /// `" USD "`
    Padded,
    /// `" "`, observed beside money.
    Blank,
    /// null, observed when grouped.
    Null,
    /// Not there: documented as not required.
    Absent,
}

/// The field `computedAmount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AmountForm {
    /// `12.34`, as documented.
    Number,
    /// `"12.34"`
    Text,
    /// `1.234E1`
    Exponent,
    /// `"1.234E1"`
    TextExponent,
}

/// Rows for days that are not over, if the question reaches so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// None, as reported.
    Nothing,
    /// One for today.
    Today,
    /// Today, and zeros for the days to come.
    FutureZero,
    /// Today, and money for the days to come.
    FutureMoney,
    /// Today, and forecasts for the days to come.
    FutureForecast,
}

/// What a region answers that is not the tenancy's home region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// 403 `NotAllowed`, from the general table of errors.
    Forbidden,
    /// 404 `NotAuthorizedOrNotFound`. Guessed.
    NotFound,
    /// The same as at home: one source says so.
    Anywhere,
}

/// What is said of days before the service's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgotten {
    /// Their rows are absent, and the rest of the window is there.
    RowsAbsent,
    /// A window that begins there gets `{"items":[]}`.
    NoItems,
    /// A window that begins there gets 400.
    Refused,
}

/// What a question about another tenancy gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OtherTenant {
    /// 404 `NotAuthorizedOrNotFound`.
    Coded,
    /// 404 with a message and no code; observed for a neighbour of this service.
    NoCode,
    /// 404 and nothing else.
    Empty,
    /// 404 and a gateway's page.
    Html,
}

/// `Retry-After` on 429 and 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    /// No such header.
    Absent,
    /// `0`
    Zero,
    /// A date in 2015.
    PastDate,
    /// `0.5`
    Half,
    /// No number and no date.
    Garbage,
}

/// What stands in the body of 429 and 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultBody {
    /// `code` and `message`.
    Coded,
    /// Nothing.
    Empty,
    /// A gateway's page.
    Html,
}

/// Every behaviour the public facts leave open; the default is the most plausible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    /// For what is drawn anew in each answer: pieces, order, rows without an amount.
    pub(crate) seed: u64,
    /// How MONTHLY rows are dated and cut.
    pub(crate) monthly: Monthly,
    /// Where an `Aligned` row ends.
    pub(crate) month_end: MonthEnd,
    /// The longest DAILY window in days; 400 over it. Several users report 90.
    pub(crate) longest_daily: i64,
    /// The longest MONTHLY window in days; 400 over it. Users report 366.
    pub(crate) longest_monthly: i64,
    /// What such a 400 says: the real text is unknown.
    pub(crate) refusal_text: String,
    /// The rows of a page when no `limit` is given. Unknown.
    pub(crate) default_limit: usize,
    /// The largest `limit`. Unknown; people use 1000.
    pub(crate) largest_limit: usize,
    /// What a larger one does.
    pub(crate) over_limit: OverLimit,
    /// How many pages without rows come before pages with rows.
    pub(crate) empty_pages: usize,
    /// Whether the last page is empty, too.
    pub(crate) empty_last_page: bool,
    /// The `opc-next-page` of the last page.
    pub(crate) last_token: LastToken,
    /// What tokens look like.
    pub(crate) token_form: TokenForm,
    /// Every page names itself as the next: a fault a client must notice. Never drawn.
    pub(crate) endless: bool,
    /// The order of rows.
    pub(crate) order: Order,
    /// In how many rows a day's or month's cost comes.
    pub(crate) pieces: u32,
    /// Whether a credit of five and a cost of five are among them.
    pub(crate) credit: bool,
    /// Whether pages end within a day.
    pub(crate) split_days: bool,
    /// How times are written.
    pub(crate) time_form: TimeForm,
    /// The field `tenantId`.
    pub(crate) tenant_field: TenantField,
    /// The field `currency`.
    pub(crate) currency_form: CurrencyForm,
    /// Of how many rows with money one takes that form; the first keeps the plain one if over 1.
    pub(crate) currency_every: usize,
    /// A row of zero money in this currency beside each row.
    pub(crate) zero_beside: Option<String>,
    /// Of a hundred days, how many get a row with no amount and a blank currency. Observed.
    pub(crate) null_rows: u32,
    /// The field `computedAmount`.
    pub(crate) amount_form: AmountForm,
    /// Fields that no document knows.
    pub(crate) unknown_fields: bool,
    /// Rows for days that are not over.
    pub(crate) beyond: Beyond,
    /// What a region answers that is not the home region.
    pub(crate) home: Home,
    /// How many days back the service remembers; today's date less this is the first.
    pub(crate) memory_days: Option<i64>,
    /// What it says of the days before.
    pub(crate) forgotten: Forgotten,
    /// Whether MONTHLY forgets them as well.
    pub(crate) forgets_months: bool,
    /// What a question about another tenancy gets.
    pub(crate) other_tenant: OtherTenant,
    /// Of a hundred answers, how many are 429 or 503 instead; never three in a row for one question.
    pub(crate) faults: u32,
    /// What `Retry-After` they carry.
    pub(crate) retry_after: RetryAfter,
    /// What stands in their body.
    pub(crate) fault_body: FaultBody,
    /// The first DAILY window each morning that holds the day so many days ago gets 400; the next is answered.
    pub(crate) refuse_once: Option<i64>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            seed: 1,
            monthly: Monthly::Clipped,
            month_end: MonthEnd::Clipped,
            longest_daily: 90,
            longest_monthly: 366,
            refusal_text: REFUSALS[0].to_owned(),
            default_limit: 1000,
            largest_limit: 1000,
            over_limit: OverLimit::Capped,
            empty_pages: 0,
            empty_last_page: false,
            last_token: LastToken::Absent,
            token_form: TokenForm::Plain,
            endless: false,
            order: Order::Ascending,
            pieces: 1,
            credit: false,
            split_days: false,
            time_form: TimeForm::Millis,
            tenant_field: TenantField::Null,
            currency_form: CurrencyForm::Plain,
            currency_every: 1,
            zero_beside: None,
            null_rows: 20,
            amount_form: AmountForm::Number,
            unknown_fields: false,
            beyond: Beyond::Nothing,
            home: Home::Forbidden,
            memory_days: None,
            forgotten: Forgotten::RowsAbsent,
            forgets_months: true,
            other_tenant: OtherTenant::Coded,
            faults: 0,
            retry_after: RetryAfter::Absent,
            fault_body: FaultBody::Coded,
            refuse_once: None,
        }
    }
}

const REFUSALS: [&str; 4] = [
    "Invalid time range.",
    "The request is not valid.",
    "",
    "Parameter out of bounds",
];

impl Manner {
    /// Draws each open behaviour, about half of them other than the default.
    ///
    /// `memory_days` is drawn one time in five, and then the days before are lost to any client: a test that
    /// expects a total has to look at it or to clear it. `endless` is never drawn.
    pub(crate) fn random(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let r = &mut rng;
        let currency_form = pick(
            r,
            &[
                CurrencyForm::Plain,
                CurrencyForm::Plain,
                CurrencyForm::Lower,
                CurrencyForm::Padded,
                CurrencyForm::Blank,
                CurrencyForm::Null,
                CurrencyForm::Absent,
            ],
        );
        let nameless = matches!(
            currency_form,
            CurrencyForm::Blank | CurrencyForm::Null | CurrencyForm::Absent
        );
        Self {
            seed,
            monthly: pick(
                r,
                &[
                    Monthly::Clipped,
                    Monthly::Clipped,
                    Monthly::Aligned,
                    Monthly::Whole,
                    Monthly::RefusedWithinMonth,
                    Monthly::Refused,
                ],
            ),
            month_end: pick(r, &[MonthEnd::Clipped, MonthEnd::Full]),
            longest_daily: pick(r, &[90, 90, 90, 60, 31, 7]),
            longest_monthly: pick(r, &[366, 366, 365]),
            refusal_text: pick(r, &REFUSALS).to_owned(),
            default_limit: pick(r, &[1000, 100, 25]),
            largest_limit: pick(r, &[1000, 1000, 500, 100, 25]),
            over_limit: pick(r, &[OverLimit::Capped, OverLimit::Refused]),
            empty_pages: pick(r, &[0, 0, 1, 2, 4]),
            empty_last_page: pick(r, &[false, false, true]),
            last_token: pick(r, &[LastToken::Absent, LastToken::Empty]),
            token_form: pick(r, &[TokenForm::Plain, TokenForm::Escaped, TokenForm::Long]),
            endless: false,
            order: pick(r, &[Order::Ascending, Order::Descending, Order::Shuffled]),
            pieces: pick(r, &[1, 1, 2, 3]),
            credit: pick(r, &[false, false, true]),
            split_days: pick(r, &[false, true]),
            time_form: pick(
                r,
                &[
                    TimeForm::Millis,
                    TimeForm::Plain,
                    TimeForm::Offset,
                    TimeForm::MillisOffset,
                ],
            ),
            tenant_field: pick(
                r,
                &[TenantField::Null, TenantField::Absent, TenantField::Present],
            ),
            currency_form,
            currency_every: if nameless { 3 } else { pick(r, &[1, 2]) },
            zero_beside: pick(r, &[None, None, Some("USD"), Some("EUR")]).map(str::to_owned),
            null_rows: pick(r, &[0, 20, 60]),
            amount_form: pick(
                r,
                &[
                    AmountForm::Number,
                    AmountForm::Number,
                    AmountForm::Text,
                    AmountForm::Exponent,
                    AmountForm::TextExponent,
                ],
            ),
            unknown_fields: r.bool(),
            beyond: pick(
                r,
                &[
                    Beyond::Nothing,
                    Beyond::Nothing,
                    Beyond::Today,
                    Beyond::FutureZero,
                    Beyond::FutureMoney,
                    Beyond::FutureForecast,
                ],
            ),
            home: pick(r, &[Home::Forbidden, Home::NotFound, Home::Anywhere]),
            memory_days: pick(r, &[None, None, None, None, Some(365)])
                .map(|days| days + pick(r, &[0, 35, 365])),
            forgotten: pick(
                r,
                &[
                    Forgotten::RowsAbsent,
                    Forgotten::NoItems,
                    Forgotten::Refused,
                ],
            ),
            forgets_months: pick(r, &[true, true, false]),
            other_tenant: pick(
                r,
                &[
                    OtherTenant::Coded,
                    OtherTenant::NoCode,
                    OtherTenant::Empty,
                    OtherTenant::Html,
                ],
            ),
            faults: pick(r, &[0, 0, 10, 25]),
            retry_after: pick(
                r,
                &[
                    RetryAfter::Absent,
                    RetryAfter::Zero,
                    RetryAfter::PastDate,
                    RetryAfter::Half,
                    RetryAfter::Garbage,
                ],
            ),
            fault_body: pick(r, &[FaultBody::Coded, FaultBody::Empty, FaultBody::Html]),
            refuse_once: (r.u32(0..8) == 0).then(|| r.i64(40..200)),
        }
    }

    /// What differs from the default, one `field: value` each: for the message of a failing test.
    pub(crate) fn differences(&self) -> Vec<String> {
        let plain = Self::default();
        macro_rules! differing {
            ($($field:ident)*) => {
                [$((self.$field != plain.$field).then(|| format!("{}: {:?}", stringify!($field), self.$field))),*]
            };
        }
        differing!(
            seed monthly month_end longest_daily longest_monthly refusal_text default_limit largest_limit
            over_limit empty_pages empty_last_page last_token token_form endless order pieces credit split_days
            time_form tenant_field currency_form currency_every zero_beside null_rows amount_form
            unknown_fields beyond home memory_days forgotten forgets_months other_tenant faults retry_after
            fault_body refuse_once
        )
        .into_iter()
        .flatten()
        .collect()
    }
}

fn pick<T: Clone>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(0..from.len())].clone()
}
