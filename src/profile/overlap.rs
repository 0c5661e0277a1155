//! Configs of one tenancy whose contracts share days (rule: overlap): the same
//! cost would count twice.

use std::collections::HashMap;

use crate::contract::Contract;

/// Failures of a config that the service, or its own key, refuses: such a config competes with nobody.
const REFUSALS: [&str; 15] = [
    "nao_autenticado",
    "sem_permissao",
    "nao_permitido",
    "fingerprint_diferente",
    "chave_ilegivel",
    "chave_invalida",
    "senha_da_chave",
    "linha_de_outra_tenancy",
    "token_ilegivel",
    "token_vencido",
    "token_de_outra_chave",
    "identidade_de_outra_tenancy",
    "identidade_recusada",
    "sem_identidade",
    "segredo_do_cofre",
];

/// Whether a client that failed with `code` is one that the service does not let in.
pub(crate) fn is_refusal(code: &str) -> bool {
    REFUSALS.contains(&code)
}

/// A readable config.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contender<'a> {
    /// Index of the config in the folder.
    pub(crate) place: usize,
    pub(crate) tenancy: &'a str,
    pub(crate) contract: &'a Contract,
    /// Whether it would count: a run has figures of it, or a check found nothing that keeps it from them.
    pub(crate) reported: bool,
    /// Whether the service, or its own key, refused it: in this run, or in the newest kept one that asked for it.
    pub(crate) refused: bool,
}

/// Decision on a reported client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverlapVerdict {
    /// The config repeats the client at that index, which counts.
    CopyOf(usize),
    /// The config overlaps with the config at that index, and neither counts.
    Clashes(usize),
}

/// Returns the contenders, by their numbers, that overlap with another.
pub(crate) fn rivals(contenders: &[Contender<'_>]) -> Vec<usize> {
    let mut rivals: Vec<usize> = overlapping(contenders)
        .into_iter()
        .flat_map(|(a, b)| [a, b])
        .collect();
    rivals.sort_unstable();
    rivals.dedup();
    rivals
}

/// Judges the reported contenders; those without a verdict count.
pub(crate) fn judge(contenders: &[Contender<'_>]) -> Vec<(usize, OverlapVerdict)> {
    let mut verdicts: HashMap<usize, OverlapVerdict> = HashMap::new();
    for (a, b) in overlapping(contenders) {
        let (first, second) = (&contenders[a], &contenders[b]);
        if first.refused || second.refused {
            continue;
        }
        if is_copy(first.contract, second.contract) {
            if first.reported && second.reported {
                let copy = OverlapVerdict::CopyOf(first.place);
                verdicts.entry(second.place).or_insert(copy);
            }
            continue;
        }
        for (one, other) in [(first, second), (second, first)] {
            // A clash weighs more than being a copy: neither of the copies counts then.
            let clashes = matches!(verdicts.get(&one.place), Some(OverlapVerdict::Clashes(_)));
            if one.reported && !clashes {
                verdicts.insert(one.place, OverlapVerdict::Clashes(other.place));
            }
        }
    }
    let mut verdicts: Vec<(usize, OverlapVerdict)> = verdicts.into_iter().collect();
    verdicts.sort_unstable_by_key(|(place, _)| *place);
    verdicts
}

/// Returns the pairs of contenders of one tenancy that have days in common, the earlier one first.
fn overlapping(contenders: &[Contender<'_>]) -> Vec<(usize, usize)> {
    // By tenancy: folders are large, and few contracts are of one tenancy.
    let mut by_tenancy: HashMap<String, Vec<usize>> = HashMap::new();
    let mut pairs = Vec::new();
    for (number, contender) in contenders.iter().enumerate() {
        let same = by_tenancy
            .entry(contender.tenancy.to_ascii_lowercase())
            .or_default();
        let days = contender.contract.days();
        let common = |other: &&usize| !contenders[**other].contract.days().within(days).is_empty();
        pairs.extend(same.iter().filter(common).map(|other| (*other, number)));
        same.push(number);
    }
    pairs
}

/// Whether two contracts of one tenancy are the same one.
fn is_copy(a: &Contract, b: &Contract) -> bool {
    a.start == b.start && a.end == b.end && a.credit == b.credit && a.opening == b.opening
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Amount;

    fn contract(start: &str, end: &str, credit: u32) -> Contract {
        Contract {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            credit: Amount::from(credit),
            currency: None,
            opening: None,
            adjustment: None,
            ignored: Vec::new(),
        }
    }

    /// Judges contracts of one tenancy; `state` is r for reported, x for refused, f for failed otherwise.
    fn judged(contracts: &[(&Contract, char)]) -> Vec<(usize, OverlapVerdict)> {
        let contenders: Vec<Contender<'_>> = contracts
            .iter()
            .enumerate()
            .map(|(place, (contract, state))| Contender {
                place,
                // However it is written.
                tenancy: ["t", "T"][place % 2],
                contract,
                reported: *state == 'r',
                refused: *state == 'x',
            })
            .collect();
        judge(&contenders)
    }

    #[test]
    fn both_of_two_that_differ_fail_unless_one_is_refused() {
        let old = contract("2026-01-01", "2026-12-31", 100);
        let new = contract("2026-12-31", "2027-12-30", 100);
        let later = contract("2027-01-01", "2027-12-31", 100);

        let both = [
            (0, OverlapVerdict::Clashes(1)),
            (1, OverlapVerdict::Clashes(0)),
        ];
        assert_eq!(judged(&[(&old, 'r'), (&new, 'r')]), both);
        assert_eq!(judged(&[(&old, 'r'), (&later, 'r')]), []);
        assert_eq!(judged(&[(&old, 'x'), (&new, 'r')]), []);
        // A rival that failed for another reason, or was not asked, still competes.
        assert_eq!(
            judged(&[(&old, 'f'), (&new, 'r')]),
            [(1, OverlapVerdict::Clashes(0))]
        );
    }

    #[test]
    fn a_copy_is_not_counted_and_the_first_reported_one_is() {
        let old = contract("2026-01-01", "2026-12-31", 100);
        let raised = contract("2026-01-01", "2026-12-31", 150);

        assert_eq!(
            judged(&[(&old, 'r'), (&old, 'r')]),
            [(1, OverlapVerdict::CopyOf(0))]
        );
        assert_eq!(judged(&[(&old, 'f'), (&old, 'r')]), []);
        assert_eq!(
            judged(&[(&old, 'r'), (&old, 'r'), (&raised, 'r')]),
            [
                (0, OverlapVerdict::Clashes(2)),
                (1, OverlapVerdict::Clashes(2)),
                (2, OverlapVerdict::Clashes(0))
            ]
        );
    }
}
