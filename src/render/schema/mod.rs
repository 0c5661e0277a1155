//! JSON Schemas (draft 2020-12) of the documents: report, check, service report and backtest.
//!
//! Flat keys of a client and of a total come from the dictionary of figures; the rest of each schema
//! is a file of this folder. Every key of an object is required, as every key is always present.
//! A key that a schema does not name is allowed, since later versions add keys.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::alert::Rule;
use crate::forecast::Method;
use crate::lang::Lang;
use crate::report::figures::{FIGURES, FigureKind, SUMS};
use crate::report::statement::Situation;

use super::words;

/// Definitions that all schemas share.
const COMMON: &str = include_str!("common.json");

/// Schema of the report's document.
///
/// # Errors
/// When a template is no JSON, which a test excludes.
pub fn report() -> Result<Value> {
    let mut schema = schema(include_str!("report.json"))?;
    for (object, in_band) in [("cliente", false), ("faixa", true)] {
        let figures = FIGURES.iter().filter(|figure| figure.in_band == in_band);
        let keys = figures.map(|figure| {
            let property = property(figure.names, figure.kind(), figure.is_nullable());
            (figure.key.to_owned(), property)
        });
        add(&mut schema, object, keys);
    }
    for object in ["total", "grupo"] {
        let sums = SUMS.iter().map(|sum| {
            let property = property(sum.names, sum.kind(), !sum.always);
            (sum.key.to_owned(), property)
        });
        add(&mut schema, object, sums);
    }
    require_all(&mut schema);
    // Only the document of `alert` has the key.
    let mut alerts = alerts()?;
    for place in ["/properties", "/$defs"] {
        let own = alerts.pointer_mut(place).map(Value::take);
        if let (Some(Value::Object(own)), Some(Value::Object(all))) =
            (own, schema.pointer_mut(place))
        {
            all.extend(own);
        }
    }
    Ok(schema)
}

/// Schema of the key `alertas`, which a run of `alert` adds to the report's document.
///
/// # Errors
/// Fails as [`report`] does.
pub fn alerts() -> Result<Value> {
    let mut schema = schema(include_str!("alerts.json"))?;
    let rules = Rule::ALL.map(Rule::code);
    if let Some(Value::Object(definitions)) = schema.pointer_mut("/$defs") {
        definitions.insert("regra".to_owned(), json!({ "enum": rules }));
    }
    require_all(&mut schema);
    Ok(schema)
}

/// Schema of the document of `check`.
///
/// # Errors
/// Fails as [`report`] does.
pub fn check() -> Result<Value> {
    let mut schema = schema(include_str!("check.json"))?;
    require_all(&mut schema);
    Ok(schema)
}

/// Schema of the document of `check --service-report`.
///
/// # Errors
/// Fails as [`report`] does.
pub fn service_report() -> Result<Value> {
    let mut schema = schema(include_str!("service_report.json"))?;
    require_all(&mut schema);
    Ok(schema)
}

/// Schema of the document of `backtest`.
///
/// # Errors
/// Fails as [`report`] does.
pub fn backtest() -> Result<Value> {
    let mut schema = schema(include_str!("backtest.json"))?;
    require_all(&mut schema);
    Ok(schema)
}

/// The schema of `template`, with the shared definitions and the words that the code has.
fn schema(template: &str) -> Result<Value> {
    let mut schema: Value = serde_json::from_str(template)?;
    let mut common: Map<String, Value> = serde_json::from_str(COMMON)?;
    let situations = Situation::BY_SEVERITY.map(Situation::word);
    common.insert("situacao".to_owned(), json!({ "enum": situations }));
    let methods: Vec<&str> = Method::ALL.iter().map(|method| method.word()).collect();
    common.insert("metodo".to_owned(), json!({ "enum": methods }));
    if let Some(Value::Object(definitions)) = schema.pointer_mut("/$defs") {
        definitions.append(&mut common);
    }
    Ok(schema)
}

/// Adds `keys` to the properties of the definition of `object`.
fn add(schema: &mut Value, object: &str, keys: impl Iterator<Item = (String, Value)>) {
    let properties = format!("/$defs/{object}/properties");
    if let Some(Value::Object(properties)) = schema.pointer_mut(&properties) {
        properties.extend(keys);
    }
}

/// Schema of a flat key.
fn property(names: [&'static str; 2], kind: FigureKind, nullable: bool) -> Value {
    let definition = match kind {
        FigureKind::Money => "valor",
        FigureKind::Percent => "percentual",
        FigureKind::Chance => "probabilidade",
        FigureKind::Date => "data",
        FigureKind::Instant => "instante",
        FigureKind::Count => "contagem",
        FigureKind::Flag => "sim_nao",
        FigureKind::Situation => "situacao",
        FigureKind::Method => "metodo",
        FigureKind::Currency => "moeda",
        FigureKind::Text => "texto",
    };
    let definition = json!({ "$ref": format!("#/$defs/{definition}") });
    let title = words::name(Lang::PtBr, names);
    if nullable {
        json!({ "title": title, "anyOf": [definition, { "type": "null" }] })
    } else {
        json!({ "title": title, "allOf": [definition] })
    }
}

/// Makes every property of every object a required one.
fn require_all(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                let keys: Vec<Value> = properties.keys().map(|key| json!(key)).collect();
                object.insert("required".to_owned(), Value::Array(keys));
            }
            object.values_mut().for_each(require_all);
        }
        Value::Array(list) => list.iter_mut().for_each(require_all),
        _ => {}
    }
}
