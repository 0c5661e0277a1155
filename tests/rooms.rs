//! Who may import whom: data flows one way, and the stand-in shares no code with what it checks. No two types have one
//! name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may import of ours; `*` is everything but the stand-in and the demo.
const ROOMS: &[(&str, &[&str])] = &[
    ("lang", &[]),
    ("form", &[]),
    ("path", &["text"]),
    ("money", &[]),
    ("calendar", &[]),
    ("text", &[]),
    ("adjustment", &["calendar", "money"]),
    ("alerting", &["money"]),
    ("contract", &["adjustment", "calendar", "money"]),
    ("failure", &["path", "calendar", "money"]),
    ("manual", &["lang"]),
    (
        "cli",
        &[
            "lang",
            "form",
            "path",
            "adjustment",
            "calendar",
            "money",
            "failure",
            "text",
            "profile",
            "forecast",
            "report",
            "manual",
        ],
    ),
    (
        "plan",
        &[
            "lang", "form", "path", "calendar", "money", "text", "failure", "cli", "oci",
            "profile", "forecast", "report", "store", "manual",
        ],
    ),
    // Decoding gives the ledger at once.
    (
        "oci",
        &["path", "calendar", "money", "text", "days", "failure"],
    ),
    (
        "profile",
        &[
            "alerting",
            "lang",
            "path",
            "adjustment",
            "calendar",
            "money",
            "text",
            "contract",
            "failure",
            "oci",
        ],
    ),
    ("days", &["calendar", "money", "contract", "failure"]),
    ("forecast", &["adjustment", "calendar", "money", "days"]),
    (
        "report",
        &[
            "adjustment",
            "calendar",
            "money",
            "text",
            "contract",
            "failure",
            "days",
            "forecast",
        ],
    ),
    (
        "alert",
        &[
            "alerting", "calendar", "money", "contract", "failure", "report",
        ],
    ),
    (
        "check",
        &[
            "calendar", "text", "contract", "failure", "oci", "profile", "days",
        ],
    ),
    ("add", &["calendar", "money", "text", "failure", "profile"]),
    // Of the service it knows the register of assumptions alone.
    (
        "render",
        &[
            "add",
            "oci",
            "adjustment",
            "calendar",
            "money",
            "text",
            "lang",
            "form",
            "path",
            "failure",
            "plan",
            "forecast",
            "report",
            "alert",
            "check",
            "manual",
        ],
    ),
    (
        "deliver",
        &["alerting", "calendar", "text", "failure", "oci"],
    ),
    (
        "store",
        &[
            "path", "calendar", "money", "text", "contract", "days", "failure", "report", "alert",
        ],
    ),
    (
        "progress",
        &[
            "lang", "form", "failure", "plan", "oci", "profile", "render",
        ],
    ),
    ("app", &["*"]),
    ("sim", &["calendar", "money"]),
    ("demo", &["calendar", "text", "lang", "profile", "sim"]),
    // Re-exports of every room for the tests.
    ("internals", &["*", "sim", "demo"]),
    ("lib", &[]),
    ("main", &["app", "cli", "plan"]),
];

/// The one folder where estimates are binary fractions.
const ESTIMATES: &str = "src/forecast/estimate";

/// Each file below `path` and its text, without what is only for tests.
fn files(path: &Path) -> Vec<(PathBuf, String)> {
    if !path.is_dir() {
        // An icon has no text.
        let source = fs::read(path).unwrap();
        let source = String::from_utf8(source).unwrap_or_default();
        let text = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        return vec![(path.to_owned(), text.to_owned())];
    }
    let entries = fs::read_dir(path).unwrap();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files(entry)).collect()
}

/// The text of each room's files.
fn rooms() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = fs::read_dir(src).unwrap();
    let mut rooms: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries {
        let path = entry.unwrap().path();
        // A room may be a file and a folder of its parts.
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let texts = files(&path).into_iter().map(|(_, text)| text);
        rooms.entry(name).or_default().extend(texts);
    }
    rooms
}

#[test]
fn each_room_imports_only_what_it_may() {
    let rooms = rooms();
    let listed: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert!(
        rooms.keys().all(|room| listed.contains(&room.as_str())),
        "a room without a rule: {:?}",
        rooms.keys()
    );
    for (room, allowed) in ROOMS {
        let text = &rooms[*room];
        for import in text.split("crate::").skip(1) {
            let name: String = import
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let known = rooms.contains_key(&name) && name != *room;
            let anything =
                allowed.contains(&"*") && name != "sim" && (name != "demo" || *room == "app");
            assert!(
                !known || anything || allowed.contains(&name.as_str()),
                "{room} imports {name}"
            );
        }
    }
}

/// But for the one file where they leave for a spreadsheet, which has nothing else.
#[test]
fn amounts_are_never_binary_fractions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let says = |text: &str| text.contains("f64") || text.contains("f32");
    let (estimates, others): (Vec<_>, Vec<_>) = files(&root.join("src"))
        .into_iter()
        .partition(|(path, _)| path.starts_with(root.join(ESTIMATES)));
    assert!(estimates.iter().any(|(_, text)| says(text)));
    let sheet = root.join("src/render/workbook/sheet.rs");
    for (path, text) in others {
        if path == sheet {
            assert_eq!(text.matches("f64").count(), 1);
        } else {
            assert!(!says(&text), "{}", path.display());
        }
    }
}

/// The names of the types that `text` defines, without those that an `impl` gives a trait's types.
fn type_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let item = line.trim_start();
        let item = match item.strip_prefix("pub") {
            Some(limited) if limited.starts_with('(') => limited.split_once(") ")?.1,
            Some(public) => public.trim_start(),
            None => item,
        };
        let (word, rest) = item.split_once(' ')?;
        let defines = match word {
            "struct" | "enum" | "trait" | "union" => true,
            "type" => !line.starts_with(' '),
            _ => false,
        };
        let name = rest.split(|c: char| !c.is_alphanumeric()).next()?;
        defines.then_some(name)
    })
}

#[test]
fn no_two_types_have_one_name() {
    let text = "pub(in crate::app) struct Page<T> {\n    type Error = ();\n    pub enum Word {\ntype Rows = ();\n// a type Row";
    let names: Vec<_> = type_names(text).collect();
    assert_eq!(names, ["Page", "Word", "Rows"]);
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut places: BTreeMap<&str, Vec<&Path>> = BTreeMap::new();
    for (path, text) in &files {
        for name in type_names(text) {
            places.entry(name).or_default().push(path);
        }
    }
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}
