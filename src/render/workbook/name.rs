//! Names of sheets: what Excel takes, and each once.

use std::collections::BTreeSet;

use crate::lang::Lang;
use crate::render::words::pick;
use crate::text::folded;

/// The most that a name may have, in the units of UTF-16.
const LONGEST: usize = 31;
/// Names that Excel reserves.
const RESERVED: [&str; 2] = ["history", "historico"];

/// A sheet name for each of `names`, as close to it as may be.
pub(super) fn sheet_names<'a>(lang: Lang, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = RESERVED.into_iter().map(str::to_owned).collect();
    names
        .map(|name| {
            let fit = fitting(lang, name);
            let numbered = (2..).map(|n| {
                let number = format!(" ({n})");
                format!("{}{number}", shortened(&fit, LONGEST - number.len()))
            });
            let mut free = std::iter::once(fit.clone())
                .chain(numbered)
                // Without case, as Excel compares, and without accents, which is stricter.
                .filter(|name| taken.insert(folded(name)));
            free.next().unwrap_or_default()
        })
        .collect()
}

/// `name` without what no sheet's name may have.
fn fitting(lang: Lang, name: &str) -> String {
    let clean: String = name
        .chars()
        .map(|c| match c {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '-',
            // XML 1.0 has neither controls nor these two.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '-',
            c => c,
        })
        .collect();
    let edge = |c: char| c == '\'' || c.is_whitespace();
    let short = shortened(clean.trim_matches(edge), LONGEST);
    let short = short.trim_end_matches(edge);
    if short.is_empty() {
        pick(lang, "Cliente", "Client").to_owned()
    } else {
        short.to_owned()
    }
}

/// The beginning of `name` that has at most `longest` units.
fn shortened(name: &str, longest: usize) -> &str {
    let mut units = 0;
    let end = name.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > longest
    });
    end.map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_xlsxwriter::utility::check_sheet_name;

    fn names(of: &[&str]) -> Vec<String> {
        sheet_names(Lang::PtBr, of.iter().copied())
    }

    #[test]
    fn names_stay_as_close_as_they_may() {
        let given = [
            "Resumo",
            "Padaria Pão Quente",
            "PADARIA PAO QUENTE",
            "resumo",
            "A/B [x]: c*?\\d",
            "'aspas'",
            "",
            "'",
            "History",
            "Companhia Brasileira de Distribuição S.A.",
            "Companhia Brasileira de Distribuição Ltda",
            "=1+1",
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        ];
        assert_eq!(
            names(&given),
            [
                "Resumo",
                "Padaria Pão Quente",
                "PADARIA PAO QUENTE (2)",
                "resumo (2)",
                "A-B -x-- c---d",
                "aspas",
                "Cliente",
                "Cliente (2)",
                "History (2)",
                "Companhia Brasileira de Distrib",
                "Companhia Brasileira de Dis (2)",
                "=1+1",
                "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
            ]
        );
    }

    proptest! {
        #[test]
        fn any_name_gives_one_that_excel_takes(given in prop::collection::vec(any::<String>(), 1..20)) {
            let found = sheet_names(Lang::En, given.iter().map(String::as_str));
            let mut lower: Vec<String> = found.iter().map(|name| name.to_lowercase()).collect();
            lower.sort();
            lower.dedup();
            prop_assert_eq!(lower.len(), given.len());
            for name in found {
                prop_assert!(check_sheet_name(&name).is_ok(), "{}", name);
            }
        }
    }
}
