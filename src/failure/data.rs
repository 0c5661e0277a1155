//! Problems of an answer of the service.

use crate::calendar::Day;
use crate::money::{Amount, Currency};

/// The money of one currency in a client's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencySum {
    /// The currency.
    pub currency: Currency,
    /// The sum over all asked days.
    pub amount: Amount,
    /// The first day with money in it.
    pub first: Day,
}

/// An answer with status 200 that no figure can be built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataProblem {
    /// Larger than any honest answer; the limit in bytes.
    BodyTooLarge(usize),
    /// The answer is not the JSON that the service documents.
    NotTheDocument {
        /// Position and kind of the JSON fault, without the content.
        detail: String,
    },
    /// A row's day is not a UTC day.
    NotADay {
        /// The value as it came.
        value: String,
    },
    /// An amount that is no number, or not one of money.
    NotAnAmount {
        /// The value as it came.
        value: String,
    },
    /// A currency that is no code.
    NotACurrency {
        /// The value as it came.
        value: String,
    },
    /// The service names the same next page twice.
    PageLoop,
    /// A page equals an earlier one byte for byte.
    PageRepeated,
    /// A window has more rows than any honest answer; the limit.
    TooManyRows(usize),
    /// An answer has more pages than any honest one; the limit.
    TooManyPages(usize),
    /// A page token that cannot be sent back.
    BadPageToken,
    /// A row of another tenancy: a child's, or somebody else's.
    OtherTenancy {
        /// The tenancy of the row.
        tenancy: String,
    },
    /// A row with money on a day that was not asked for.
    OutsideRange {
        /// The row's day.
        day: Day,
    },
    /// Money in another currency than the contract's.
    OtherCurrency {
        /// The contract's.
        expected: Currency,
        /// The money by currency, in the order of the codes.
        sums: Vec<CurrencySum>,
    },
    /// Money in several currencies, and no `moeda` to say which is the contract's.
    SeveralCurrencies {
        /// The money by currency, in the order of the codes.
        sums: Vec<CurrencySum>,
    },
    /// Money, and no currency anywhere.
    NoCurrency,
    /// A list of the tenancy's regions without a home region, or with several.
    NoHomeRegion,
}

impl DataProblem {
    /// Builds the problem from the position of the JSON fault, never from the content there, which may be
    /// anything.
    pub fn not_the_document(error: &serde_json::Error) -> Self {
        let (kind, line, column) = (error.classify(), error.line(), error.column());
        Self::NotTheDocument {
            detail: format!("{kind:?}, {line}:{column}"),
        }
    }
}

codes! {
    DataProblem {
        Self::OtherCurrency { .. } | Self::SeveralCurrencies { .. } => "moeda_divergente",
        Self::NoCurrency => "moeda_desconhecida",
        Self::OtherTenancy { .. } => "linha_de_outra_tenancy",
        Self::OutsideRange { .. } => "linha_fora_do_periodo",
        Self::PageLoop
            | Self::PageRepeated
            | Self::TooManyPages(_)
            | Self::BadPageToken => "paginacao",
        _ => "resposta_invalida",
    }
}
