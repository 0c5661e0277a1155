//! Validation of every document that a test sees against its schema.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use oci_consumo::internals::render::schema;
use serde_json::{Value, json};

/// The schemas, closed: a key that a schema does not name is an error here, where a reader of documents
/// has to expect keys of later versions.
static SCHEMAS: LazyLock<(Schemas, [SchemaIndex; 4])> = LazyLock::new(|| {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    let documents = [
        schema::report(),
        schema::check(),
        schema::backtest(),
        schema::service_report(),
    ];
    let indices = documents.map(|schema| {
        let mut schema = schema.unwrap();
        close(&mut schema);
        let url = schema["$id"].as_str().unwrap().to_owned();
        compiler.add_resource(&url, schema).unwrap();
        compiler.compile(&url, &mut schemas).unwrap()
    });
    (schemas, indices)
});

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("properties").is_some_and(Value::is_object) {
                let open = object.insert("additionalProperties".to_owned(), json!(false));
                assert_eq!(open, None);
            }
            object.values_mut().for_each(close);
        }
        Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}

/// The document of `text`, which has to be valid by its schema.
#[track_caller]
pub fn document(text: &str) -> Value {
    let document = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    if let Err(error) = valid(&document) {
        panic!("{error}\n{text}");
    }
    document
}

/// Why `document` is none that its schema allows; each kind of document has a key that no other has.
pub fn valid(document: &Value) -> Result<(), String> {
    let (schemas, [report, check, backtest, service]) = &*SCHEMAS;
    let schema = if document.get("simulado").is_some() {
        report
    } else if document.get("metodo_da_faixa").is_some() {
        backtest
    } else if document.get("suposicoes").is_some() {
        service
    } else {
        check
    };
    let outcome = schemas.validate(document, *schema);
    outcome.map_err(|error| format!("{error:#}"))
}
