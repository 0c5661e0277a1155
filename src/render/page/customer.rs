//! The template of the customer's page.

use anyhow::Result;
use askama::Template;

use super::view::Page;
use crate::render::customer::keep_signs;

#[derive(Template)]
#[template(path = "customer.html", config = "src/render/askama.toml")]
struct CustomerHtml<'a> {
    page: &'a Page,
}

/// Writes `page`.
pub(super) fn html(page: &Page) -> Result<String> {
    Ok(keep_signs(&CustomerHtml { page }.render()?, "\u{a0}"))
}
