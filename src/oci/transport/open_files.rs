//! The number of connections that the system lets this process have beside its other files.

/// Files that a run has open beside its connections: standard streams, the runtime's own, the store, two keys and the
/// lookup of names.
#[cfg(unix)]
const OTHERS: u64 = 20;

/// The most connections that may be open at a time, at least one.
#[cfg(unix)]
pub(super) fn connections() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let free = limit.map_or(u64::MAX, |limit| limit.saturating_sub(OTHERS));
    usize::try_from(free).unwrap_or(usize::MAX).max(1)
}

#[cfg(not(unix))]
pub(super) fn connections() -> usize {
    usize::MAX
}
