//! The pages in Chromium, by the script of `tests/browser`, which `npm ci` there makes ready.

use std::fs;
use std::path::Path;
use std::process::Command;

use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::page::{ICONS, MANIFEST, PAGE, manifest};

use super::panel::{USUAL, crowd, panel};
use super::picture::{context, page};
use super::safety::HOSTILE;
use super::sample::{SITUATIONS, statements};
use crate::common::{installed, pass_over, samples};

/// Contracts whose months need more than a sheet of paper.
const LONG: [&str; 2] = ["tres_anos", "dez_anos"];
/// Clients with hostile names.
const CLIENTS: usize = 40;

/// Writes a page of its own folder, with the files beside it where the page is served.
fn write(folder: &Path, name: &str, text: &str) {
    let folder = folder.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(PAGE), text).unwrap();
}

/// Writes the pages to look at: all of them, or one.
fn write_pages(folder: &Path, all: bool) {
    let usual = context(Lang::PtBr);
    for (n, (word, statement)) in statements().iter().enumerate() {
        if all || *word == "vai_esgotar" {
            let lang = if n % 4 == 3 { Lang::En } else { Lang::PtBr };
            let text = page("Padaria Pão Quente", statement, &context(lang));
            let long = if LONG.contains(word) { "long-" } else { "" };
            write(folder, &format!("{long}{word}"), &text);
        }
    }
    let clients = if all { CLIENTS } else { 0 };
    for n in 0..clients {
        let name = HOSTILE[n % HOSTILE.len()].repeat(1 + n / HOSTILE.len() * 3);
        let (_, statement) = &statements()[n % SITUATIONS];
        write(
            folder,
            &format!("hostile-{n:02}"),
            &page(&name, statement, &usual),
        );
    }
    if all {
        let clients = crowd(300, statements().len());
        write(folder, "panel", &panel(&clients, &[], USUAL));
    }
    // The files beside a page are fetched by nobody who only looks at it.
    let beside = folder.join("vai_esgotar");
    fs::write(beside.join(MANIFEST), manifest(Lang::PtBr)).unwrap();
    for (name, bytes) in ICONS {
        fs::write(beside.join(name), bytes).unwrap();
    }
}

#[test]
#[ignore = "long"]
fn pages_are_right_in_a_browser() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let is_ready = scripts.join("node_modules/playwright-core").is_dir()
        && scripts.join("node_modules/axe-core").is_dir();
    let programs = installed("chromium").zip(installed("node"));
    let Some((chromium, node)) = programs.filter(|_| is_ready) else {
        pass_over("chromium");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let _ = fs::remove_dir_all(&folder);
    write_pages(&folder, samples(false, true));
    let ended = Command::new(node)
        .arg(scripts.join("pages.mjs"))
        .args([&chromium, &folder])
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
}
