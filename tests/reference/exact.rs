//! Decimal text to exact fractions and back, and the one rounding that the rules know.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;

/// A whole number as a fraction.
pub fn whole(number: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// Reads `-12.50`, `3`, `.5` or `1.5E-7` exactly.
pub fn parse(text: &str) -> BigRational {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().expect("an exponent")),
        None => (text, 0),
    };
    let (integral, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{integral}{fraction}")
        .parse()
        .unwrap_or_else(|_| panic!("not a decimal: {text:?}"));
    let shift = exponent - i32::try_from(fraction.len()).expect("a short fraction");
    let scale = power_of_ten(shift.unsigned_abs());
    if shift < 0 {
        BigRational::new(digits, scale)
    } else {
        BigRational::from_integer(digits * scale)
    }
}

/// Writes a fraction that ends as plain decimal digits without idle zeros: `1234.5`, `0`, `-0.25`.
pub fn text(value: &BigRational) -> String {
    let negative = *value < whole(0);
    let magnitude = absolute(value);
    let mut scaled = magnitude.numer().clone();
    for places in 0..200_usize {
        let (units, rest) = (&scaled / magnitude.denom(), &scaled % magnitude.denom());
        if rest == BigInt::from(0) {
            let width = places + 1;
            let mut digits = format!("{:0>width$}", units.to_string());
            if places > 0 {
                digits.insert(digits.len() - places, '.');
            }
            return if negative {
                format!("-{digits}")
            } else {
                digits
            };
        }
        scaled *= 10;
    }
    panic!("{value} does not end in decimal digits");
}

/// The value without its sign.
pub fn absolute(value: &BigRational) -> BigRational {
    if *value < whole(0) {
        -value
    } else {
        value.clone()
    }
}

/// Divides and rounds to 10 places, half away from zero: how every quotient of the report is kept.
pub fn quotient(dividend: &BigRational, divisor: &BigRational) -> BigRational {
    round(&(dividend / divisor), 10)
}

/// Rounds to so many places, half away from zero.
pub fn round(value: &BigRational, places: u32) -> BigRational {
    let magnitude = absolute(value);
    let scale = power_of_ten(places);
    // floor(m * scale + 1/2), in whole numbers.
    let doubled = magnitude.denom() * BigInt::from(2);
    let steps = (magnitude.numer() * &scale * BigInt::from(2) + magnitude.denom()) / doubled;
    let rounded = BigRational::new(steps, scale);
    if *value < whole(0) { -rounded } else { rounded }
}

/// Adds up: first what has the same denominator, which spares reducing every step.
pub fn sum<T: Borrow<BigRational>>(values: impl IntoIterator<Item = T>) -> BigRational {
    let mut by_denominator: BTreeMap<BigInt, BigInt> = BTreeMap::new();
    for value in values {
        let value = value.borrow();
        *by_denominator.entry(value.denom().clone()).or_default() += value.numer();
    }
    by_denominator
        .into_iter()
        .map(|(denominator, numerator)| BigRational::new(numerator, denominator))
        .fold(whole(0), |total, part| total + part)
}
