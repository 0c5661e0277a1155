//! The HTML of a mail's view.

use askama::Template;

use crate::render::customer::keep_signs;

/// Writes a view as HTML. Only a formatter that fails makes it fail, and a string does not.
pub(super) fn html(view: &impl Template) -> String {
    keep_signs(&view.render().unwrap_or_default(), "&nbsp;")
}
