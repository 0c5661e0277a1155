//! Money as exact decimal digits: the service adds up months without a binary float in between.

use num_bigint::{BigInt, Sign};

/// `digits` divided by ten to the power of `scale`.
#[derive(Clone, Debug)]
pub(crate) struct Money {
    digits: BigInt,
    scale: u32,
}

impl Money {
    /// Nothing at all.
    pub(crate) fn zero() -> Self {
        Self {
            digits: BigInt::from(0),
            scale: 0,
        }
    }

    /// Reads `-12.340`, `7`, `.5` and `1.5E-7`; keeps the zeros at the end.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (minus, bare) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut digits: BigInt = all.parse().ok()?;
        if minus {
            digits = -digits;
        }
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        if scale < 0 {
            digits *= ten_to(u32::try_from(-scale).ok()?);
        }
        let scale = u32::try_from(scale.max(0)).ok()?;
        Some(Self { digits, scale })
    }

    /// The exact sum.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self {
            digits: self.digits_at(scale) + other.digits_at(scale),
            scale,
        }
    }

    /// The same money with the other sign.
    pub(crate) fn negated(&self) -> Self {
        Self {
            digits: -self.digits.clone(),
            scale: self.scale,
        }
    }

    /// `123.45`
    pub(crate) fn plain(&self) -> String {
        let scale = usize::try_from(self.scale).unwrap_or(usize::MAX);
        let digits = self.digits.magnitude().to_string();
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{}{whole}{point}{fraction}", self.sign())
    }

    /// `1.2345E2`, the way Java prints a double.
    pub(crate) fn exponent(&self) -> String {
        let digits = self.digits.magnitude().to_string();
        if digits == "0" {
            return "0.0E0".to_owned();
        }
        let (first, rest) = digits.split_at(1);
        let exponent = i64::try_from(rest.len()).unwrap_or(0) - i64::from(self.scale);
        let rest = if rest.is_empty() { "0" } else { rest };
        format!("{}{first}.{rest}E{exponent}", self.sign())
    }

    /// Cuts the money into `count` uneven pieces that add up to it exactly.
    pub(crate) fn pieces(&self, count: u32, rng: &mut fastrand::Rng) -> Vec<Self> {
        if count <= 1 {
            return vec![self.clone()];
        }
        let scale = self.scale + 2;
        let mut left = self.digits_at(scale);
        let mut pieces = Vec::new();
        for _ in 1..count {
            let digits = &left * rng.i64(1..=6) / 10;
            left -= &digits;
            pieces.push(Self { digits, scale });
        }
        pieces.push(Self {
            digits: left,
            scale,
        });
        pieces
    }

    fn digits_at(&self, scale: u32) -> BigInt {
        &self.digits * ten_to(scale.saturating_sub(self.scale))
    }

    fn sign(&self) -> &'static str {
        if self.digits.sign() == Sign::Minus {
            "-"
        } else {
            ""
        }
    }
}

/// Equal worth, however many zeros follow.
impl PartialEq for Money {
    fn eq(&self, other: &Self) -> bool {
        let scale = self.scale.max(other.scale);
        self.digits_at(scale) == other.digits_at(scale)
    }
}

impl Eq for Money {}

fn ten_to(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}
