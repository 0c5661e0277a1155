//! A folder of `config_*` files, read into clients: who they are, what they
//! bought, and the key that signs for them.

pub(crate) mod adjustment;
pub(crate) mod amount;
pub(crate) mod config;
pub(crate) mod defaults;
pub(crate) mod file;
pub(crate) mod key;
pub(crate) mod provider;
pub(crate) mod walk;

use std::collections::HashMap;

use config::Config;

/// Returns, for each config, the earlier one that has the same tenancy on days that both contracts have: the same
/// cost would count twice (rule: overlap). A refused config counts nothing, so no later config is refused because
/// of it.
pub(crate) fn overlaps(configs: &[&Config]) -> Vec<Option<usize>> {
    // By tenancy, those that are not refused: folders are large, and few contracts are of one tenancy.
    let mut counted: HashMap<String, Vec<usize>> = HashMap::new();
    let mut refused = Vec::with_capacity(configs.len());
    for (n, later) in configs.iter().enumerate() {
        let counted = counted
            .entry(later.tenancy.to_ascii_lowercase())
            .or_default();
        let clashes = |earlier: &Config| {
            let common = later.contract.days().within(earlier.contract.days());
            !common.is_empty()
        };
        let earlier = counted.iter().copied().find(|&n| clashes(configs[n]));
        if earlier.is_none() {
            counted.push(n);
        }
        refused.push(earlier);
    }
    refused
}
