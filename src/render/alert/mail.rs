//! Parts that the mails share: colours, bars, and the HTML of a view.

use askama::Template;

use crate::alert::Figures;
use crate::lang::{Lang, say};
use crate::money::Amount;

/// A colour that goes with a word, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Bad,
    Warn,
    Info,
    Good,
}

impl Tone {
    /// The colour: its contrast to the card's white is above 5.
    pub(super) fn color(self) -> &'static str {
        match self {
            Self::Bad => "#b42318",
            Self::Warn => "#8a5a00",
            Self::Info => "#0a5ea8",
            Self::Good => "#1a7f37",
        }
    }

    /// The class that has the colour of dark mode.
    pub(super) fn class(self) -> &'static str {
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
pub(super) struct Bar {
    /// Name and per cent.
    pub(super) label: String,
    /// Whole per cent that is filled, at most 100.
    pub(super) filled: u32,
    /// Colour.
    pub(super) tone: Tone,
}

impl Bar {
    /// The bar of `part` in `whole`; `None` where there is no whole.
    fn of(label: &str, part: &Amount, whole: &Amount, tone: Tone) -> Option<Self> {
        let percent = part.percent_of(whole)?.rounded(0);
        let filled = percent.to_string().parse::<u32>().ok();
        let filled = match filled {
            Some(filled) => filled.min(100),
            None if percent.is_negative() => 0,
            None => 100,
        };
        Some(Self {
            label: format!("{label}: {percent}%"),
            filled,
            tone,
        })
    }

    /// Returns the rest of the bar in per cent.
    pub(super) fn rest(&self) -> u32 {
        100 - self.filled
    }
}

/// The bars of the credit that is used and of the time that has passed.
pub(super) fn bars(lang: Lang, figures: &Figures, tone: Tone) -> Vec<Bar> {
    if figures.situation.lacks_data() {
        return Vec::new();
    }
    let used = say!(lang, "Crédito usado", "Credit used");
    let time = say!(lang, "Prazo decorrido", "Term elapsed");
    let term = figures.elapsed.saturating_add(figures.left);
    let consumption = figures.consumption.as_ref();
    let used = consumption.and_then(|used_up| Bar::of(&used, used_up, &figures.credit, tone));
    let elapsed = Amount::from(figures.elapsed);
    let time = Bar::of(&time, &elapsed, &Amount::from(term), Tone::Info);
    // The time alone says nothing about the credit.
    used.into_iter()
        .flat_map(|used| [Some(used), time.clone()])
        .flatten()
        .collect()
}

/// The word of a language in HTML.
pub(super) fn html_lang(lang: Lang) -> &'static str {
    match lang {
        Lang::PtBr => "pt-BR",
        Lang::En => "en",
    }
}

/// Writes a view as HTML. Only a formatter that fails makes it fail, and a string does not.
///
/// The sign of a currency stays on the line of its amount.
pub(super) fn html(view: &impl Template) -> String {
    let html = view.render().unwrap_or_default();
    html.replace("$ ", "$&nbsp;").replace("€ ", "€&nbsp;")
}
