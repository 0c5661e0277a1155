//! Pages for browsers: the customer's page and the operator's panel, each complete in one file, and the parts that
//! every page shares.
//!
//! A page names no address but the files beside it, and needs neither them nor its script. Its style and its script
//! are the same bytes for everybody, so that the policy in its head can name them by their hashes; nothing else may
//! run. A template escapes everything but these two.

mod chart;
mod contact;
mod customer;
mod labels;
mod marks;
mod panel;
mod shape;
mod view;

pub(super) use panel::panel;

use std::time::SystemTime;

use anyhow::Result;
use serde::Serialize;

use super::customer::html_lang;
use super::words::pick;
use crate::lang::Lang;
use crate::report::statement::Statement;

/// File name of a customer's page.
pub const PAGE: &str = "index.html";
/// File name of its manifest, by which a phone installs a page that is served.
pub const MANIFEST: &str = "app.webmanifest";
/// File names and contents of the icons, which are the same for everybody.
pub const ICONS: [(&str, &[u8]); 3] = [
    ("icon-180.png", include_bytes!("icons/icon-180.png")),
    ("icon-192.png", include_bytes!("icons/icon-192.png")),
    ("icon-512.png", include_bytes!("icons/icon-512.png")),
];

/// Style of every page, and its SHA-256 in base64.
const STYLE: Asset = Asset {
    text: include_str!("style.css"),
    hash: "JYWuzUG+/l0pzCFTZldfimEe21GCye8LJPVA0NRf4Pw=",
};
/// Script of a customer's page, and its hash.
const SCRIPT: Asset = Asset {
    text: include_str!("customer.js"),
    hash: "Ddbs1gbzH7is1da7NvT/LT8AEppt+xC04Y59TYDQwBA=",
};
/// Colours of a browser's frame, in light mode and in dark mode: the page's own.
const FRAME: [&str; 2] = ["#ffffff", "#0f1216"];

/// A constant part of a page.
#[derive(Clone, Copy, Debug)]
struct Asset {
    text: &'static str,
    hash: &'static str,
}

/// Head of a page.
#[derive(Clone, Copy, Debug)]
struct PageHead {
    lang: Lang,
    /// Title, which previews of a link show: nobody's name.
    title: &'static str,
    style: Asset,
    script: Asset,
}

impl PageHead {
    fn html_lang(&self) -> &'static str {
        html_lang(self.lang)
    }

    fn frame(&self) -> [&'static str; 2] {
        FRAME
    }

    fn say(&self, pt: &'static str, en: &'static str) -> &'static str {
        pick(self.lang, pt, en)
    }
}

/// Inputs of a customer's page besides its statement.
#[derive(Clone, Copy, Debug)]
pub struct PageContext<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Time at which the page is made.
    pub made_at: SystemTime,
    /// The client is made up.
    pub simulated: bool,
    /// The days are from the store alone.
    pub offline: bool,
    /// Address that replaced the service.
    pub endpoint: Option<&'a str>,
    /// Text that says how the customer reaches the operator.
    pub contact: Option<&'a str>,
}

/// Makes the page of the customer `client`. It sees one statement, and no other customer's.
///
/// # Errors
/// A template that cannot be written, which no statement causes.
pub fn customer(client: &str, statement: &Statement, context: &PageContext<'_>) -> Result<Vec<u8>> {
    let view = view::Page::new(client, statement, context);
    Ok(customer::html(&view)?.into_bytes())
}

/// The parts of a manifest that a browser needs. Without an `id` each address is an app of its own.
#[derive(Serialize)]
struct Manifest {
    name: &'static str,
    short_name: &'static str,
    lang: &'static str,
    start_url: String,
    display: &'static str,
    theme_color: &'static str,
    background_color: &'static str,
    icons: Vec<Icon>,
}

#[derive(Serialize)]
struct Icon {
    src: &'static str,
    sizes: String,
    r#type: &'static str,
}

/// Title of a customer's page and of its manifest.
fn title(lang: Lang) -> &'static str {
    pick(lang, "Meu consumo de nuvem", "My cloud usage")
}

/// Makes the manifest of a customer's page.
pub fn manifest(lang: Lang) -> Vec<u8> {
    let icon = |src: &'static str| {
        let size: String = src.chars().filter(char::is_ascii_digit).collect();
        Icon {
            src,
            sizes: format!("{size}x{size}"),
            r#type: "image/png",
        }
    };
    let manifest = Manifest {
        name: title(lang),
        short_name: pick(lang, "Consumo", "Usage"),
        lang: html_lang(lang),
        start_url: format!("./{PAGE}"),
        display: "standalone",
        theme_color: FRAME[0],
        background_color: FRAME[0],
        icons: ICONS[1..].iter().map(|(name, _)| icon(name)).collect(),
    };
    let text = serde_json::to_string_pretty(&manifest);
    // Texts and lists alone can always be written.
    text.unwrap_or_default().into_bytes()
}
