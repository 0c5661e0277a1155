//! Bars of a contract, and the colours that go with their words.

use std::cmp::Ordering;

use crate::alert::Figures;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::number;

/// A colour that goes with a word, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum WordTone {
    Bad,
    Warn,
    Info,
    Good,
}

impl WordTone {
    /// The colour: its contrast to the card's white is above 5.
    pub(in crate::render) fn color(self) -> &'static str {
        match self {
            Self::Bad => "#b42318",
            Self::Warn => "#8a5a00",
            Self::Info => "#0a5ea8",
            Self::Good => "#1a7f37",
        }
    }

    /// The class that has the colour of dark mode.
    pub(in crate::render) fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Good => "good",
        }
    }
}

/// A bar of table cells, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct Bar {
    /// Name and per cent.
    pub(in crate::render) label: String,
    /// Whole per cent that is filled, at most 100.
    pub(in crate::render) filled: u32,
    /// Colour.
    pub(in crate::render) tone: WordTone,
}

impl Bar {
    /// The bar of `part` in `whole`; `None` where there is no whole.
    fn of(lang: Lang, label: &str, part: &Amount, whole: &Amount, tone: WordTone) -> Option<Self> {
        let percent = part.percent_of(whole)?.rounded(0);
        let full = Amount::from(100);
        // The last per cent, and the first beyond, are not rounded to the whole.
        let share = match (percent == full, part.cmp(whole)) {
            (true, Ordering::Greater) => say!(lang, "mais de 100%", "over 100%"),
            (true, Ordering::Less) => say!(lang, "mais de 99%", "over 99%"),
            _ => format!("{percent}%"),
        };
        Some(Self {
            label: format!("{label}: {share}"),
            filled: number::filled(&percent, &full, 100),
            tone,
        })
    }

    /// Returns the rest of the bar in per cent.
    pub(in crate::render) fn rest(&self) -> u32 {
        100 - self.filled
    }
}

/// The bars of the credit that is used and of the time that has passed.
pub(in crate::render) fn bars(lang: Lang, figures: &Figures, tone: WordTone) -> Vec<Bar> {
    if figures.situation.lacks_data() {
        return Vec::new();
    }
    let used = say!(lang, "Crédito usado", "Credit used");
    let time = say!(lang, "Prazo decorrido", "Term elapsed");
    let term = figures.elapsed.saturating_add(figures.left);
    let consumption = figures.consumption.as_ref();
    let used = consumption.and_then(|used_up| Bar::of(lang, &used, used_up, &figures.credit, tone));
    let elapsed = Amount::from(figures.elapsed);
    let time = Bar::of(lang, &time, &elapsed, &Amount::from(term), WordTone::Info);
    // The time alone says nothing about the credit.
    used.into_iter()
        .flat_map(|used| [Some(used), time.clone()])
        .flatten()
        .collect()
}
