//! Ctrl-C: the first one ends the waiting for clients, so that the others are reported; the next one ends the run.
//!
//! Signals belong to the process, and so does this state.

use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// No clients are awaited: Ctrl-C ends the run.
const IDLE: u8 = 0;
/// Clients are awaited, and Ctrl-C ends the waiting.
const AWAITING: u8 = 1;
/// Ctrl-C has ended the waiting.
const ENDED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(IDLE);
static END: Notify = Notify::const_new();

/// Notes that clients are awaited, as long as it lives.
#[derive(Debug)]
pub(super) struct Awaiting;

impl Awaiting {
    pub(super) fn begin() -> Self {
        let _ = change(IDLE, AWAITING);
        Self
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        let _ = change(AWAITING, IDLE);
    }
}

/// Ends the waiting for clients at a Ctrl-C. Returns whether there was one to end.
pub(super) fn end_of_waiting() -> bool {
    let ended = change(AWAITING, ENDED);
    END.notify_waiters();
    ended
}

/// Returns whether a Ctrl-C has ended the waiting for clients.
pub(super) fn has_ended() -> bool {
    STATE.load(Ordering::SeqCst) == ENDED
}

/// Waits until a Ctrl-C ends the waiting for clients.
pub(super) async fn ended() {
    let end = END.notified();
    if !has_ended() {
        end.await;
    }
}

fn change(from: u8, to: u8) -> bool {
    STATE
        .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        .is_ok()
}
