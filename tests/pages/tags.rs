//! A strict reader of the HTML that the pages are made of.

/// A tag of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    /// Attributes in order, with their values as written.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(attribute, _)| attribute == name)?;
        Some(&found.1)
    }
}

/// A page, read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    pub tags: Vec<Tag>,
    /// Texts outside of style and script.
    pub texts: Vec<String>,
    pub style: String,
    pub script: String,
}

/// Elements without content.
const VOID: [&str; 2] = ["meta", "link"];

/// Reads `page`. Panics if an element is not closed where it has to be, or an attribute is not quoted.
pub fn parse(page: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = page
        .strip_prefix("<!DOCTYPE html>")
        .expect("a document type");
    while let Some((text, tag)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a bare >: {text}");
        if !text.trim().is_empty() {
            parsed.texts.push(text.trim().to_owned());
        }
        let (tag, after) = tag.split_once('>').expect("the end of a tag");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let tag = read(tag);
        let name = tag.name.clone();
        parsed.tags.push(tag);
        if name == "style" || name == "script" {
            let (text, after) = rest.split_once(&format!("</{name}>")).unwrap();
            match name.as_str() {
                "style" => parsed.style = text.to_owned(),
                _ => parsed.script = text.to_owned(),
            }
            rest = after;
        } else if !closed && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    assert_eq!(rest.trim(), "");
    parsed
}

fn read(tag: &str) -> Tag {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    assert!(is_name(name), "{tag}");
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        assert!(is_name(name), "{tag}");
        let (value, after) = match after.strip_prefix("=\"") {
            Some(after) => after.split_once('"').expect("the end of a value"),
            None => ("", after),
        };
        assert!(!after.starts_with('='), "not quoted: {tag}");
        assert!(
            !attributes.iter().any(|(other, _)| other == name),
            "twice: {tag}"
        );
        attributes.push((name.to_owned(), value.to_owned()));
        rest = after;
    }
    Tag {
        name: name.to_owned(),
        attributes,
    }
}

/// The text of a page as its reader sees it, a line for each piece.
pub fn words(page: &str) -> String {
    let text = parse(page).texts.join("\n");
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace('\u{a0}', " ")
}
