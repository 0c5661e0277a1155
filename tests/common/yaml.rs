//! YAML as values of JSON.

use std::iter::Peekable;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value};

type Events<'a> = Peekable<Parser<'a, StrInput<'a>>>;

/// Returns the one document of `text`. A plain scalar is a number, a truth or null where JSON reads it as one; aliases
/// and repeated keys are refused.
#[track_caller]
pub fn document(text: &str) -> Value {
    let mut events: Events<'_> = Parser::new_from_str(text).peekable();
    assert_eq!(next(&mut events), Event::StreamStart);
    assert!(matches!(next(&mut events), Event::DocumentStart(_)));
    let document = node(&mut events);
    assert_eq!(next(&mut events), Event::DocumentEnd);
    assert_eq!(next(&mut events), Event::StreamEnd, "a second document");
    document
}

/// Calls `visit` with each value of `key` in `value`, however deep.
pub fn each<'a>(value: &'a Value, key: &str, visit: &mut impl FnMut(&'a Value)) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name == key {
                    visit(value);
                }
                each(value, key, visit);
            }
        }
        Value::Array(values) => {
            for value in values {
                each(value, key, visit);
            }
        }
        _ => {}
    }
}

fn next<'a>(events: &mut Events<'a>) -> Event<'a> {
    let event: Option<Result<(Event<'a>, Span), ScanError>> = events.next();
    event.expect("an event").expect("YAML").0
}

/// Returns whether the next event is `end`, and takes it if so.
fn ended(events: &mut Events<'_>, end: &Event<'_>) -> bool {
    let ended = matches!(events.peek(), Some(Ok((event, _))) if event == end);
    if ended {
        next(events);
    }
    ended
}

fn node(events: &mut Events<'_>) -> Value {
    match next(events) {
        Event::Scalar(text, ScalarStyle::Plain, _, _) => match serde_json::from_str(&text) {
            Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
            _ => Value::String(text.into_owned()),
        },
        Event::Scalar(text, _, _, _) => Value::String(text.into_owned()),
        Event::SequenceStart(..) => {
            let mut values = Vec::new();
            while !ended(events, &Event::SequenceEnd) {
                values.push(node(events));
            }
            Value::Array(values)
        }
        Event::MappingStart(..) => {
            let mut map = Map::new();
            while !ended(events, &Event::MappingEnd) {
                let key = match node(events) {
                    Value::String(key) => key,
                    key => key.to_string(),
                };
                let value = node(events);
                assert!(
                    map.insert(key.clone(), value).is_none(),
                    "{key} stands twice"
                );
            }
            Value::Object(map)
        }
        event => panic!("{event:?}"),
    }
}
