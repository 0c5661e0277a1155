//! The kinds of run and what each may do, in one table. A run may be of several kinds: of two cells in one
//! column it has the stricter.

use crate::plan::{Plan, StoreUse};
use crate::store::Showing;

/// A kind of run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunKind {
    /// A folder with its defaults. Every run is of this kind.
    Usual,
    /// The run has `--only`.
    Only,
    /// The run has a method, unsettled days or a surplus of the command line's own.
    Look,
    /// The run has `--what-if`.
    WhatIf,
    /// The as-of day is older than that of the newest run that BI shows; only the store knows this.
    PastAsOf,
    /// The run has `--offline`.
    Offline,
    /// The run has `--endpoint`.
    Endpoint,
    /// The run has `--no-store`.
    NoStore,
    /// The clients are made up.
    Demo,
}

/// Permission of a run in one column; the stricter comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum May {
    /// Never.
    No,
    /// The run needs `--record`.
    IfRecorded,
    /// Always.
    Yes,
}

/// A cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Permission {
    pub(super) may: May,
    /// The permission is for the chosen clients alone.
    pub(super) chosen: bool,
    /// The permission is for the run's own address alone, apart from the service's.
    pub(super) apart: bool,
}

const YES: Permission = Permission {
    may: May::Yes,
    chosen: false,
    apart: false,
};
const NO: Permission = Permission {
    may: May::No,
    ..YES
};
const IF_RECORDED: Permission = Permission {
    may: May::IfRecorded,
    ..YES
};
const CHOSEN: Permission = Permission {
    chosen: true,
    ..YES
};
const APART: Permission = Permission { apart: true, ..YES };

impl Permission {
    fn stricter(self, other: Self) -> Self {
        Self {
            may: self.may.min(other.may),
            chosen: self.chosen || other.chosen,
            apart: self.apart || other.apart,
        }
    }

    /// Returns whether no option allows it.
    pub(super) fn is_never(self) -> bool {
        self.may == May::No
    }
}

/// Makes a row of the table from its columns.
macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident,)+) => {
        /// Permissions of a run: one row of the table, or the strictest cells of several.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) struct Permissions {
            $($(#[$doc])* pub(super) $column: Permission,)+
        }

        impl Permissions {
            fn stricter(self, other: Self) -> Self {
                Self { $($column: self.$column.stricter(other.$column),)+ }
            }
        }
    };
}

columns! {
    /// Asking the service.
    asks,
    /// Keeping days in the store.
    keeps,
    /// Being shown by the views for BI.
    shown,
    /// Moving the states of alerts.
    states,
    /// Sending what waits, and what the run decides; apart, only to this machine.
    sends,
    /// Telling a watchdog that the run was made.
    heartbeat,
    /// Writing the customers' pages that are asked for.
    pages,
}

impl RunKind {
    /// Returns the row of the table.
    fn row(self) -> Permissions {
        let chosen_if_recorded = Permission {
            chosen: true,
            ..IF_RECORDED
        };
        let [asks, keeps, shown, states, sends, heartbeat, pages] = match self {
            Self::Usual => [YES, YES, YES, YES, YES, YES, YES],
            Self::Only => [
                CHOSEN,
                CHOSEN,
                chosen_if_recorded,
                CHOSEN,
                CHOSEN,
                NO,
                CHOSEN,
            ],
            Self::Look => [YES, YES, IF_RECORDED, NO, NO, NO, YES],
            // No customer reads a supposition.
            Self::WhatIf => [YES, YES, NO, NO, NO, NO, NO],
            Self::PastAsOf => [YES, YES, IF_RECORDED, APART, APART, NO, YES],
            // What waits is sent, and nothing new decided.
            Self::Offline => [NO, NO, NO, NO, YES, YES, YES],
            Self::Endpoint => [APART, APART, APART, APART, APART, NO, YES],
            // Without a memory there is the operator's digest alone.
            Self::NoStore => [YES, NO, NO, NO, YES, YES, YES],
            Self::Demo => [APART, NO, NO, NO, NO, NO, YES],
        };
        Permissions {
            asks,
            keeps,
            shown,
            states,
            sends,
            heartbeat,
            pages,
        }
    }

    /// Returns the kinds of `plan`, as far as its command line shows them.
    fn of(plan: &Plan) -> impl Iterator<Item = Self> {
        let looks = plan.looks;
        let changed = looks.method || looks.settle_days || looks.surplus_percent;
        let offline = matches!(plan.history, StoreUse::Alone { .. });
        let kinds = [
            (Self::Usual, true),
            (Self::Only, looks.only),
            (Self::Look, changed),
            (Self::WhatIf, looks.what_if),
            (Self::Offline, offline),
            (Self::Endpoint, plan.endpoint.is_some() && !plan.simulated),
            (Self::NoStore, plan.history == StoreUse::None),
            (Self::Demo, plan.simulated),
        ];
        kinds
            .into_iter()
            .filter_map(|(kind, is)| is.then_some(kind))
    }
}

impl Permissions {
    /// Returns what `plan` may do, unless it turns out to be as of a past day.
    pub(super) fn of(plan: &Plan) -> Self {
        let rows = RunKind::of(plan).map(RunKind::row);
        rows.fold(RunKind::Usual.row(), Self::stricter)
    }

    /// Returns what the same run may do where it is as of a past day.
    pub(super) fn in_past(self) -> Self {
        self.stricter(RunKind::PastAsOf.row())
    }

    /// Returns whether BI shows a run of these permissions, with `--record` or without.
    pub(super) fn showing(self, record: bool) -> Showing {
        match self.shown.may {
            May::No => Showing::Never,
            May::Yes => Showing::Always,
            May::IfRecorded if record => Showing::Always,
            // A part of the folder is no first picture of it.
            May::IfRecorded if self.shown.chosen => Showing::Never,
            May::IfRecorded => Showing::First,
        }
    }
}
