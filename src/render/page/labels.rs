//! Labels of a chart: each stands beside its line where it touches no other label and no line, or is left out.

use super::chart::Tenths;
use super::shape::Point;

/// Width of a letter and height of a line of text, in thousandths of the narrowest and of the lowest chart.
const LETTER: i64 = 25;
const LINE: i64 = 82;
/// Part of a line of text that is above its base line.
const ASCENT: i64 = 60;

/// Edge of a text that its place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// The word of the attribute `text-anchor`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A text at a place, both in thousandths of the chart; `y` is the base line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) anchor: Anchor,
    pub(super) text: String,
    /// Class of the colour.
    pub(super) class: &'static str,
}

impl Label {
    pub(super) fn across(&self) -> Tenths {
        Tenths(self.x)
    }

    pub(super) fn down(&self) -> Tenths {
        Tenths(self.y)
    }
}

/// The room that a text takes.
#[derive(Clone, Copy, Debug)]
struct Room {
    left: i64,
    right: i64,
    top: i64,
    bottom: i64,
}

impl Room {
    fn of(label: &Label) -> Self {
        let letters = i64::try_from(label.text.chars().count()).unwrap_or(i64::MAX);
        let width = letters.saturating_mul(LETTER);
        let left = match label.anchor {
            Anchor::Start => label.x,
            Anchor::Middle => label.x - width / 2,
            Anchor::End => label.x - width,
        };
        Self {
            left,
            right: left + width,
            top: label.y - ASCENT,
            bottom: label.y - ASCENT + LINE,
        }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn is_inside(&self) -> bool {
        self.left >= 0 && self.right <= 1000 && self.top >= 0 && self.bottom <= 1010
    }

    /// Whether the step of a line from `a` to `b` passes through.
    fn is_crossed(&self, a: Point, b: Point) -> bool {
        let step = Self {
            left: a.0.min(b.0),
            right: a.0.max(b.0) + 1,
            top: a.1.min(b.1),
            bottom: a.1.max(b.1) + 1,
        };
        self.meets(&step)
    }
}

/// The labels of one chart, and the lines that they keep clear of.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    placed: Vec<Label>,
    lines: Vec<Vec<Point>>,
}

impl Labels {
    /// Keeps later labels off `line`.
    pub(super) fn avoid(&mut self, line: Vec<Point>) {
        self.lines.push(line);
    }

    /// Places the first of `candidates` that has room. Returns whether one has.
    pub(super) fn place(&mut self, candidates: impl IntoIterator<Item = Label>) -> bool {
        let free = candidates.into_iter().find(|label| self.has_room(label));
        let found = free.is_some();
        self.placed.extend(free);
        found
    }

    fn has_room(&self, label: &Label) -> bool {
        let room = Room::of(label);
        let mut lines = self.lines.iter().flat_map(|line| line.windows(2));
        room.is_inside()
            && !self.placed.iter().any(|other| Room::of(other).meets(&room))
            && !lines.any(|step| matches!(step, [a, b] if room.is_crossed(*a, *b)))
    }

    /// The labels that have a place.
    pub(super) fn into_placed(self) -> Vec<Label> {
        self.placed
    }
}
