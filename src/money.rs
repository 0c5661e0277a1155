//! Exact decimal amounts and the currencies they are in.
//!
//! Sums, differences and products are exact whatever the digits; only a
//! division rounds, and it says where (rule: exact money). An [`Amount`]
//! carries no currency: all the figures of one client are in that client's
//! single currency, and totals are kept per [`Currency`], so that there is no
//! place where unlike ones could be added.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use bigdecimal::num_bigint::{BigInt, Sign};
use bigdecimal::{BigDecimal, RoundingMode, Signed, Zero};

/// Decimal places of a division's result.
pub(crate) const DIVISION_PLACES: i64 = 10;

/// Digits that an amount may be written with, before and after the point.
const MAX_DIGITS: usize = 40;
/// Power of ten that no amount reaches: no bill is a quadrillion.
const MAX_MAGNITUDE: i64 = 15;

/// An exact decimal amount, of money or of per cent.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(BigDecimal);

/// The reasons why a text is not an [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// The text is not a decimal number.
    NotANumber,
    /// The number is longer or larger than any amount of money.
    OutOfRange,
}

impl Amount {
    /// Reads a decimal number as JSON writes it (`-12.5`, `1.25e-7`), keeping every digit.
    ///
    /// # Errors
    /// [`AmountError`] when it is no such number, has over 40 digits before or
    /// after the point, or is 10^15 or more.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        Self::parse_within(text, MAX_DIGITS, MAX_MAGNITUDE)
    }

    fn parse_within(text: &str, digits_max: usize, magnitude: i64) -> Result<Self, AmountError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text, None),
        };
        let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !fraction.is_none_or(digits) {
            return Err(AmountError::NotANumber);
        }
        if whole.len() + fraction.map_or(0, str::len) > digits_max {
            return Err(AmountError::OutOfRange);
        }
        if let Some(exponent) = exponent {
            let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            if !digits(unsigned) {
                return Err(AmountError::NotANumber);
            }
            if !unsigned.parse::<usize>().is_ok_and(|e| e <= digits_max) {
                return Err(AmountError::OutOfRange);
            }
        }
        let value = BigDecimal::from_str(text).map_err(|_| AmountError::NotANumber)?;
        // Few digits before the point say it without a calculation, and nearly all amounts have few.
        let digits = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        let small = exponent.is_none() && digits <= magnitude;
        if !small && value.abs() >= BigDecimal::new(BigInt::from(1), -magnitude) {
            return Err(AmountError::OutOfRange);
        }
        Ok(Self(value))
    }

    /// Reads a sum of amounts as [`fmt::Display`] writes it, which is longer than an amount may be.
    ///
    /// # Errors
    /// Fails as [`Self::parse`] does, but beyond twice the digits and ten billion times the amount.
    pub fn parse_sum(text: &str) -> Result<Self, AmountError> {
        Self::parse_within(text, 2 * MAX_DIGITS, MAX_MAGNITUDE + 10)
    }

    /// Returns the amount zero.
    pub fn zero() -> Self {
        Self::default()
    }

    /// Returns whether the amount is exactly zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Returns whether the amount is above zero.
    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    /// Returns whether the amount is below zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Returns the amount without its sign.
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// Itself, or zero when it is below zero.
    pub fn or_zero(self) -> Self {
        if self.is_negative() {
            Self::zero()
        } else {
            self
        }
    }

    /// `n` times the amount, exactly.
    pub fn times(&self, n: i64) -> Self {
        Self(&self.0 * BigDecimal::from(n))
    }

    /// The product, exactly.
    pub fn multiplied(&self, factor: &Self) -> Self {
        Self(&self.0 * &factor.0)
    }

    /// The amount over `divisor`, with ten places, half away from zero; `None` over zero.
    pub fn over(&self, divisor: &Self) -> Option<Self> {
        let (numerator, numerator_scale) = self.0.as_bigint_and_exponent();
        let (denominator, denominator_scale) = divisor.0.as_bigint_and_exponent();
        if denominator.is_zero() {
            return None;
        }
        // numerator / 10^a over denominator / 10^b, in units of 10^-10.
        let shift = denominator_scale - numerator_scale + DIVISION_PLACES;
        let power = BigInt::from(10).pow(u32::try_from(shift.unsigned_abs()).unwrap_or(u32::MAX));
        let (numerator, denominator) = if shift >= 0 {
            (numerator * power, denominator)
        } else {
            (numerator, denominator * power)
        };
        let (sign, numerator) = (numerator.sign() * denominator.sign(), numerator.abs());
        let denominator = denominator.abs();
        let doubled = numerator * 2 + &denominator;
        let quotient: BigInt = doubled / (denominator * 2);
        let quotient = if sign == Sign::Minus {
            -quotient
        } else {
            quotient
        };
        Some(Self(BigDecimal::new(quotient, DIVISION_PLACES)))
    }

    /// The mean of `count` values that add up to this amount; `None` of no values.
    pub fn mean(&self, count: u32) -> Option<Self> {
        self.over(&Self::from(count))
    }

    /// Returns the share of `whole` in per cent; `None` if `whole` is zero.
    pub fn percent_of(&self, whole: &Self) -> Option<Self> {
        self.times(100).over(whole)
    }

    /// Returns the digits as a whole number and the number of decimals; `None` if there are over 38 decimals.
    pub fn digits(&self) -> Option<(i128, i32)> {
        let (digits, places) = self.0.as_bigint_and_scale();
        Some((
            i128::try_from(digits.as_ref()).ok()?,
            i32::try_from(places).ok()?,
        ))
    }

    /// Rounded to `places` decimals, half away from zero.
    pub fn rounded(&self, places: u8) -> Self {
        Self(
            self.0
                .with_scale_round(i64::from(places), RoundingMode::HalfUp),
        )
    }
}

impl From<u32> for Amount {
    fn from(n: u32) -> Self {
        Self(BigDecimal::from(n))
    }
}

/// The exact value in plain digits with a point, without idle zeros: `1234.5`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.normalized().to_plain_string())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({self})")
    }
}

impl<'a> Add<&'a Amount> for &Amount {
    type Output = Amount;
    fn add(self, other: &'a Amount) -> Amount {
        Amount(&self.0 + &other.0)
    }
}

impl<'a> Sub<&'a Amount> for &Amount {
    type Output = Amount;
    fn sub(self, other: &'a Amount) -> Amount {
        Amount(&self.0 - &other.0)
    }
}

impl AddAssign<&Self> for Amount {
    fn add_assign(&mut self, other: &Self) {
        self.0 += &other.0;
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<'a> Sum<&'a Self> for Amount {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        amounts.fold(Self::zero(), |mut total, amount| {
            total += amount;
            total
        })
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::zero(), |mut total, amount| {
            total += &amount;
            total
        })
    }
}

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The ISO 4217 currencies that are legal tender somewhere.
const LISTED: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD \
    BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN \
    ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD \
    IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD \
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD \
    OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP \
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD \
    UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// ISO 4217 currencies without a minor unit.
const NO_MINOR_UNIT: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
];

impl Currency {
    /// Reads a three-letter code, in any case.
    pub fn parse(code: &str) -> Option<Self> {
        match *code.as_bytes() {
            [a, b, c] if code.bytes().all(|letter| letter.is_ascii_alphabetic()) => {
                Some(Self([a, b, c].map(|letter| letter.to_ascii_uppercase())))
            }
            _ => None,
        }
    }

    /// Parses as [`Self::parse`] does, but accepts only ISO 4217 codes: people write other words of three letters.
    pub fn listed(code: &str) -> Option<Self> {
        Self::parse(code)
            .filter(|currency| LISTED.split(' ').any(|listed| listed == currency.code()))
    }

    /// The code in capitals.
    pub fn code(&self) -> &str {
        // Only ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Decimals that its amounts are shown with: 0 without a minor unit, else 2.
    pub fn places(&self) -> u8 {
        if NO_MINOR_UNIT.contains(&self.code()) {
            0
        } else {
            2
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn every_digit_is_kept() {
        for (text, plain) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("12.50", "12.5"),
            ("1.2345678901234567E-7", "0.00000012345678901234567"),
            ("1e3", "1000"),
            (
                "123456789012345.123456789012345678901234",
                "123456789012345.123456789012345678901234",
            ),
        ] {
            assert_eq!(amount(text).to_string(), plain, "{text}");
        }
        // A 96-bit decimal would round this sum.
        assert_eq!(
            (&amount("79228162514264") + &amount("1.2345678901234567E-7")).to_string(),
            "79228162514264.00000012345678901234567"
        );
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "", "-", ".", "1.", ".5", "+1", "1_000", "NaN", "Infinity", "1e", "1e+", "0x10", " 1",
            "1,5",
        ] {
            assert_eq!(Amount::parse(text), Err(AmountError::NotANumber), "{text}");
        }
        for text in [
            "1e400",
            "1e-400",
            "1e99999999999999999999",
            "1000000000000000",
            "-1e15",
            &"1".repeat(41),
        ] {
            assert_eq!(Amount::parse(text), Err(AmountError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn division_rounds_half_away_from_zero_at_ten_places() {
        for (dividend, divisor, quotient) in [
            ("1", "3", "0.3333333333"),
            ("2", "3", "0.6666666667"),
            ("-2", "3", "-0.6666666667"),
            ("1", "20000000000", "0.0000000001"),
            ("-1", "20000000000", "-0.0000000001"),
            ("0.99", "20000000000", "0"),
            ("10", "0.25", "40"),
        ] {
            assert_eq!(
                amount(dividend).over(&amount(divisor)),
                Some(amount(quotient)),
                "{dividend}/{divisor}"
            );
        }
        assert_eq!(amount("1").over(&Amount::zero()), None);
        assert_eq!(Amount::zero().mean(0), None);
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (value, rounded) in [
            ("0.005", "0.01"),
            ("-0.005", "-0.01"),
            ("2.675", "2.68"),
            ("1.004999", "1"),
        ] {
            assert_eq!(amount(value).rounded(2), amount(rounded), "{value}");
        }
        assert_eq!(amount("0.5").rounded(0), amount("1"));
    }

    #[test]
    fn currencies_are_three_letters() {
        assert_eq!(Currency::parse("brl").unwrap().code(), "BRL");
        assert_eq!(Currency::parse("JPY").unwrap().places(), 0);
        for text in ["", "R$", "BR", "BRLL", "B1L", "ÃB"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
        assert_eq!(Currency::listed("brl"), Currency::parse("BRL"));
        assert_eq!(Currency::listed("mil"), None);
        assert!(
            NO_MINOR_UNIT
                .iter()
                .all(|code| Currency::listed(code).is_some())
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            if let Ok(value) = Amount::parse(&text) {
                prop_assert_eq!(Amount::parse(&value.to_string()), Ok(value));
            }
        }

        #[test]
        fn sums_are_exact(units in prop::collection::vec(-1_000_000_000_000i64..1_000_000_000_000, 0..50)) {
            let total: Amount = units.iter().map(|n| Amount::parse(&format!("{n}e-9")).unwrap()).sum();
            let exact: i128 = units.iter().map(|&n| i128::from(n)).sum();
            prop_assert_eq!(total.0, BigDecimal::new(BigInt::from(exact), 9));
        }
    }
}
