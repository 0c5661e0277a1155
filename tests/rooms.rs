//! Who may import whom: data flows one way, and the stand-in shares no code with what it checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What each room may import of ours; `*` is everything but the stand-in and the demo.
const ROOMS: [(&str, &[&str]); 23] = [
    ("money", &[]),
    ("calendar", &[]),
    ("text", &[]),
    ("contract", &["calendar", "money"]),
    ("cost", &["calendar", "money"]),
    ("failure", &["calendar", "money"]),
    ("cli", &["calendar", "money", "oci", "report", "store"]),
    (
        "plan",
        &[
            "calendar", "money", "failure", "cli", "oci", "report", "store",
        ],
    ),
    ("oci", &["calendar", "money", "text", "cost", "failure"]),
    (
        "profile",
        &["calendar", "money", "text", "contract", "failure", "oci"],
    ),
    (
        "series",
        &["calendar", "money", "contract", "cost", "failure"],
    ),
    ("forecast", &["calendar", "money", "series"]),
    (
        "report",
        &[
            "calendar", "money", "contract", "failure", "series", "forecast",
        ],
    ),
    (
        "check",
        &[
            "calendar", "text", "contract", "cost", "failure", "oci", "profile", "series",
        ],
    ),
    (
        "render",
        &[
            "calendar", "money", "text", "failure", "cli", "plan", "forecast", "report", "check",
        ],
    ),
    ("deliver", &["failure"]),
    (
        "store",
        &[
            "calendar", "money", "text", "contract", "cost", "failure", "report",
        ],
    ),
    (
        "progress",
        &["failure", "cli", "plan", "oci", "profile", "render"],
    ),
    ("app", &["*"]),
    ("sim", &["calendar", "money"]),
    (
        "demo",
        &["calendar", "text", "cli", "profile", "render", "sim"],
    ),
    ("lib", &[]),
    ("main", &["*"]),
];

/// The text of each room's files, without what is only for tests.
fn rooms() -> BTreeMap<String, String> {
    fn collect(path: &Path, text: &mut String) {
        if path.is_dir() {
            let mut entries: Vec<_> = fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            entries.sort();
            entries.iter().for_each(|entry| collect(entry, text));
        } else {
            let source = fs::read_to_string(path).unwrap();
            text.push_str(source.split("#[cfg(test)]\nmod tests {").next().unwrap());
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = fs::read_dir(src)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let room = |path: std::path::PathBuf| {
        let mut text = String::new();
        collect(&path, &mut text);
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), text)
    };
    entries.map(room).collect()
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
        let text = &rooms[room];
        for import in text.split("crate::").skip(1) {
            let name: String = import
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let known = rooms.contains_key(&name) && name != room;
            let anything =
                allowed.contains(&"*") && name != "sim" && (name != "demo" || room == "main");
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
    let sheet = "render/workbook/sheet.rs";
    let sheet = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(sheet),
    );
    let sheet = sheet.unwrap();
    assert_eq!(sheet.matches("f64").count(), 1);
    for (room, text) in rooms() {
        let text = text.replace(&sheet, "");
        assert!(!text.contains("f64") && !text.contains("f32"), "{room}");
    }
}
