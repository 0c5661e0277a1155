//! Values of a config: what is removed around them because it has one reading only, the characters that do not
//! belong into them, and the kinds of values.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::config::{
    CLIENTE, FINGERPRINT, GRUPO, KEY_FILE, LONGEST_TERM, PASS_PHRASE, TENANCY, USER,
};
use super::similar;
use crate::calendar::{Day, Days, parse_day};
use crate::failure::{CharacterPlace, ConfigProblem, Odd, Reading, Written};
use crate::money::Currency;
use crate::oci::region::{Region, RegionError, nearest};
use crate::oci::vault;
use crate::path;
use crate::text::{invisible, printable};

/// The keys that tell whose access a file is.
pub(super) const ACCESS: [&str; 2] = [TENANCY, USER];
/// Characters of a refused value that are shown: those of an OCID.
const LONGEST_SHOWN: usize = 100;
/// Quotes of the same kind, as keyboards and word processors write them.
const QUOTES: [&str; 4] = ["\"“”„‟″＂", "'‘’‚‛′＇", "`´", "«»"];
/// Bytes from which on the base64 of a key's content is taken for one.
const SHORTEST_KEY: usize = 64;
/// The most quotes and labels that are removed from a value.
const MOST_READINGS: usize = 8;

/// A value as it is read.
pub(super) struct Cleaned {
    pub(super) value: Zeroizing<String>,
    /// The readings that led to it.
    pub(super) readings: Vec<Reading>,
}

/// Removes from the value `raw` of `key` what has one reading only: invisible characters at its ends, quotes around
/// all of it, and the text that tools write around a fingerprint.
pub(super) fn cleaned(key: &str, raw: &str) -> Cleaned {
    let mut readings = Vec::new();
    let mut value = raw;
    for _ in 0..MOST_READINGS {
        let ends = |c: char| c.is_whitespace() || removable(key, c);
        let bare = value.trim_matches(ends);
        let start = value.len() - value.trim_start_matches(ends).len();
        let (before, rest) = value.split_at(start);
        let mut removed = before.chars().chain(rest[bare.len()..].chars());
        if let Some(c) = removed.find(|c| removable(key, *c)) {
            readings.push(Reading::WithoutInvisible(c));
        }
        value = bare;
        if let Some(inner) = unquoted(value) {
            readings.push(Reading::WithoutQuotes);
            value = inner;
        } else if let Some((label, rest)) = label(value).filter(|_| key == FINGERPRINT) {
            readings.push(Reading::WithoutLabel(printable(label, 60)));
            value = rest;
        } else {
            break;
        }
    }
    readings.dedup();
    let found = (key == FINGERPRINT)
        .then(|| fingerprint_in(value))
        .flatten();
    if let Some(found) = &found {
        readings.retain(|reading| !matches!(reading, Reading::WithoutLabel(_)));
        readings.push(Reading::Value {
            key: FINGERPRINT,
            written: printable(raw, LONGEST_SHOWN),
            value: found.clone(),
        });
    }
    Cleaned {
        value: Zeroizing::new(found.unwrap_or_else(|| value.to_owned())),
        readings,
    }
}

/// Returns the value `raw` of `key` without what [`cleaned`] removes.
pub(crate) fn bare(key: &str, raw: &str) -> Zeroizing<String> {
    cleaned(key, raw).value
}

/// Whether `c` is removed from the ends of a value of `key`. A name may end in an emoji or in a Chinese character, whose
/// last part has no glyph of its own.
fn removable(key: &str, c: char) -> bool {
    let of_glyph = matches!(
        c,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}'
    );
    is_strippable(c) && !(of_glyph && is_free_text(key))
}

/// Whether `c` is a character that nobody sees and that means nothing at the end of a text.
pub(super) fn is_strippable(c: char) -> bool {
    // DOS ends a file with U+001A.
    invisible(c) || c == '\u{1A}'
}

/// Whether people may write anything as the value of `key`.
pub(super) fn is_free_text(key: &str) -> bool {
    [CLIENTE, GRUPO, KEY_FILE].contains(&key)
}

/// Returns `value` without the quotes around it, of which there may be several pairs of a kind; `None` where it has none,
/// or others inside.
pub(super) fn unquoted(value: &str) -> Option<&str> {
    let kind = QUOTES
        .iter()
        .find(|kind| value.starts_with(|c| kind.contains(c)))?;
    let quote = |c: char| kind.contains(c);
    let mut inner = value;
    while let Some(bare) = inner
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
    {
        inner = bare.trim_matches(|c: char| c.is_whitespace() || is_strippable(c));
    }
    (inner.len() < value.len() && !inner.contains(quote)).then_some(inner)
}

/// Returns `value` without blanks and quotes around it.
pub(crate) fn without_quotes(value: &str) -> &str {
    let mut bare = value.trim();
    while let Some(inner) = unquoted(bare) {
        bare = inner.trim();
    }
    bare
}

/// Splits off what `openssl` and `md5` write before a fingerprint: `MD5(stdin)= `, `(stdin)= `, `MD5 (key.der) = `.
fn label(value: &str) -> Option<(&str, &str)> {
    let (label, rest) = value.split_at(value.rfind('=')? + 1);
    let name = label.trim_end_matches('=').trim();
    let file = match name.get(..3) {
        Some(digest) if digest.eq_ignore_ascii_case("md5") => name[3..].trim_start(),
        _ => name,
    };
    (file.starts_with('(') && file.ends_with(')')).then(|| (label.trim(), rest.trim()))
}

/// Returns the fingerprint in a text of `ssh-keygen`, `openssl` or `md5sum` that is no fingerprint as a whole:
/// `2048 MD5:aa:bb… user@host (RSA)`, `aabb…  -`, `aa bb …`. `None` where there is none, or another digest.
fn fingerprint_in(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    if lower.contains("sha") || names_secret(value) || fingerprint(value).is_ok() {
        return None;
    }
    let joined = |digits: &str| {
        let whole = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let pairs: Vec<&str> =
            whole.then(|| (0..32).step_by(2).map(|at| &digits[at..at + 2]).collect())?;
        Some(pairs.join(":"))
    };
    // Pairs with blanks or hyphens between them are the whole value.
    let pairs: Vec<&str> = lower
        .split([' ', '-'])
        .filter(|pair| !pair.is_empty())
        .collect();
    if pairs.len() == 16 && pairs.iter().all(|pair| pair.len() == 2) {
        return joined(&pairs.concat());
    }
    let separated = |c: char| c.is_whitespace() || c == '=';
    let mut words = lower.split(separated).filter_map(|word| {
        let word = word.strip_prefix("md5:").unwrap_or(word);
        fingerprint(word).ok().or_else(|| joined(word))
    });
    match (words.next(), words.next()) {
        (Some(found), None) => Some(found),
        _ => None,
    }
}

/// Returns the refused value `raw` of `key` as far as it may be shown; `None` where it is a secret.
pub(crate) fn written(key: &str, raw: &str) -> Option<Box<Written>> {
    (!is_secret(raw) && !is_token(raw) && !names_secret(raw)).then(|| {
        Box::new(Written {
            value: Some(printable(raw, LONGEST_SHOWN)),
            odd: odd(key, raw),
        })
    })
}

/// Whether a word of `value` names a passphrase, which then stands beside it.
pub(super) fn names_secret(value: &str) -> bool {
    let mut words = value.split(|c: char| c.is_whitespace() || "=:;,|#".contains(c));
    words.any(|word| similar::means(PASS_PHRASE, word))
}

/// Whether `value` is a private key, or a part of one.
pub(super) fn is_secret(value: &str) -> bool {
    let value = value.trim();
    let content = value.len() >= SHORTEST_KEY && value.starts_with("MII");
    value.contains("-----BEGIN")
        || value.contains("PRIVATE KEY")
        || value.starts_with("LS0tLS1")
        || content
}

/// Whether `value` is a token, or a part of one: all begin with the base64 of `{"`.
pub(super) fn is_token(value: &str) -> bool {
    let mut words = value.split(|c: char| c.is_whitespace() || "=:;,|\"'$".contains(c));
    words.any(|word| word.len() >= SHORTEST_KEY && word.starts_with("eyJ"))
}

/// Returns the first character of `value` that does not belong into a value of `key`.
pub(super) fn odd(key: &str, value: &str) -> Option<Odd> {
    let unseen = |c: char| invisible(c) || (c.is_control() && c != '\t');
    let blank = |c: char| c.is_whitespace() && !c.is_ascii();
    let foreign =
        |c: char| !c.is_ascii() && !is_free_text(key) && !['€', '£', '¥', '−'].contains(&c);
    let chars: Vec<char> = value.chars().collect();
    let at = chars.iter().position(|c| unseen(*c) || foreign(*c))?;
    let character = chars[at];
    let mark = unicode_normalization::char::is_combining_mark(character);
    Some(Odd {
        character,
        visible: !unseen(character) && !blank(character) && !mark,
        place: match at {
            0 => CharacterPlace::Start,
            at if at + 1 == chars.len() => CharacterPlace::End,
            _ => CharacterPlace::Middle,
        },
    })
}

/// The console's preview writes what is still to be filled in between angle brackets.
pub(crate) fn is_placeholder(value: &str) -> bool {
    value
        .split_once('<')
        .is_some_and(|(_, rest)| rest.contains('>'))
}

/// An OCID of the kind `expected`, `ocid1.<kind>.<realm>.<region>.<id>`, by the characters that the vendor's SDK allows.
pub(crate) fn ocid(value: &str, expected: &'static str) -> Result<String, ConfigProblem> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    let parts: Vec<&str> = value.split(['.', ':']).collect();
    let whole = parts.len() >= 5 && parts.last().is_some_and(|id| !id.is_empty());
    let ocid = whole && parts[0].starts_with("ocid") && parts[1] == expected;
    if value.len() > 255 || !value.bytes().all(allowed) || !ocid {
        return Err(ConfigProblem::NotAnOcid { expected });
    }
    Ok(value.to_owned())
}

pub(crate) fn fingerprint(value: &str) -> Result<String, ConfigProblem> {
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    if value.split(':').count() != 16 || !value.split(':').all(pair) {
        return Err(ConfigProblem::NotAFingerprint);
    }
    Ok(value.to_ascii_lowercase())
}

/// The region by its name, its short code or its name in the console; `None` where only the tenancy could say its
/// realm and there is no good one.
pub(crate) fn region(value: &str, tenancy: Option<&str>) -> Result<Option<Region>, ConfigProblem> {
    let owner = tenancy.unwrap_or_default();
    match Region::find(value, owner) {
        Ok(region) => Ok(Some(region)),
        Err(RegionError::NotAName) => match Region::of_console(value, owner) {
            Some(region) => Ok(Some(region)),
            None => Err(ConfigProblem::NotARegion {
                near: nearest(value),
            }),
        },
        Err(RegionError::UnknownRealm) if tenancy.is_none() => Ok(None),
        Err(RegionError::UnknownRealm) => Err(ConfigProblem::UnknownRealm),
    }
}

/// The key's path, or the OCID of the secret of Vault that holds the key: `~` is the user's folder, a relative path starts
/// at the config's own, and the console's trailing `# TODO` goes where only the path without it exists.
pub(crate) fn key_path(value: &str, folder: &Path) -> Result<PathBuf, ConfigProblem> {
    // A path is shown, and a key never.
    if is_secret(value) {
        return Err(ConfigProblem::KeyInPlace);
    }
    if value.starts_with(vault::PREFIX) {
        return ocid(value, vault::KIND).map(PathBuf::from);
    }
    let resolve = |value: &str| path::resolve(value, folder);
    let path = resolve(value);
    let without = value
        .rsplit_once('#')
        .filter(|(_, comment)| comment.trim() == "TODO");
    Ok(match without.map(|(bare, _)| resolve(bare.trim_end())) {
        Some(bare) if !path.exists() && bare.exists() => bare,
        _ => path,
    })
}

/// A contract's first and last day.
pub(crate) fn term(start: Day, end: Day) -> Result<(Day, Day), ConfigProblem> {
    if end < start {
        return Err(ConfigProblem::EndsBeforeStart { start, end });
    }
    if Days::inclusive(start, end).len() > LONGEST_TERM {
        return Err(ConfigProblem::TooLong {
            limit: LONGEST_TERM,
        });
    }
    Ok((start, end))
}

/// Parses the value of `moeda`.
pub(crate) fn currency(value: &str) -> Result<Currency, ConfigProblem> {
    let stated = match value {
        "R$" => Currency::parse("BRL"),
        "US$" => Currency::parse("USD"),
        "€" => Currency::parse("EUR"),
        code => Currency::listed(code),
    };
    stated.ok_or_else(|| ConfigProblem::NotACurrency {
        value: printable(value, 60),
    })
}

/// Returns the currency of `moeda`, else the currency that an amount is written with (rule: currency).
pub(crate) fn agreed(
    stated: Option<Currency>,
    written: Option<Currency>,
) -> Result<Option<Currency>, ConfigProblem> {
    match (stated, written) {
        (Some(stated), Some(written)) if stated != written => {
            Err(ConfigProblem::CurrenciesDisagree { stated, written })
        }
        _ => Ok(stated.or(written)),
    }
}

/// A day, `YYYY-MM-DD` or `DD/MM/YYYY`, of this century.
pub(crate) fn date(value: &str) -> Result<Day, ConfigProblem> {
    parse_day(value).ok_or_else(|| ConfigProblem::NotADate {
        value: printable(value, 60),
    })
}
