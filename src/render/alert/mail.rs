//! The HTML of a mail's view.

use askama::Template;

/// Writes a view as HTML. Only a formatter that fails makes it fail, and a string does not.
///
/// The sign of a currency stays on the line of its amount.
pub(super) fn html(view: &impl Template) -> String {
    let html = view.render().unwrap_or_default();
    html.replace("$ ", "$&nbsp;").replace("€ ", "€&nbsp;")
}
