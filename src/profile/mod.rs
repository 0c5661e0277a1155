//! A folder of `config_*` files, read into clients: who they are, what they
//! bought, and the key that signs for them.

pub mod amount;
pub mod config;
pub mod file;
pub mod key;
pub mod walk;

use config::Config;

/// For each config, the earlier one that has the same tenancy in days that both contracts have: the
/// same cost would count twice. One that is refused for that counts nothing, so it stands in nobody's way.
pub fn overlaps(configs: &[&Config]) -> Vec<Option<usize>> {
    let clash = |later: &Config, earlier: &Config| {
        later.tenancy.eq_ignore_ascii_case(&earlier.tenancy)
            && !later
                .contract
                .days()
                .within(earlier.contract.days())
                .is_empty()
    };
    let mut refused: Vec<Option<usize>> = Vec::new();
    for (n, later) in configs.iter().enumerate() {
        let earlier =
            (0..n).find(|&earlier| refused[earlier].is_none() && clash(later, configs[earlier]));
        refused.push(earlier);
    }
    refused
}
