//! The schemas of the documents: what they say, and that they refuse what a document must not be.
//! Every document that any test sees is validated by `common`.

use oci_consumo::internals::render::schema;
use serde_json::{Value, json};

use crate::common::schema::valid;
use crate::common::{Config, Folder, answer, daily};

#[test]
fn schemas_say_what_documents_are() {
    for (name, schema) in [
        ("report", schema::report()),
        ("check", schema::check()),
        ("backtest", schema::backtest()),
        ("service_report", schema::service_report()),
    ] {
        let mut lines = Vec::new();
        flatten(&schema.unwrap(), "", &mut lines);
        insta::assert_snapshot!(format!("schema_of_{name}"), lines.join("\n"));
    }
}

/// A line for each key of a schema whose value holds no further properties.
fn flatten(schema: &Value, path: &str, lines: &mut Vec<String>) {
    match schema.as_object() {
        Some(object)
            if schema.to_string().contains("\"properties\"") || path.ends_with("/properties") =>
        {
            for (key, value) in object {
                flatten(value, &format!("{path}/{key}"), lines);
            }
        }
        _ => lines.push(format!("{path} {schema}")),
    }
}

/// The document of a run with a customer that failed, one with a band, and one without.
fn document() -> Value {
    let refused = answer(404, &[], "");
    let served = Folder::new()
        .client(&Config::new("a"), daily("2026-01-01", "2026-06-16", "26"))
        .client(&Config::new("b"), Vec::new())
        .faulty(&Config::new("c"), Vec::new(), [], Some(refused))
        .serve();
    served.json(3, &["--daily"])
}

/// Each object of `value`, by its pointer.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.push(pointer.to_owned());
            for (key, value) in object {
                objects(value, &format!("{pointer}/{key}"), found);
            }
        }
        // The rows of a list are alike.
        Value::Array(list) => {
            for (n, value) in list.iter().enumerate().take(2) {
                objects(value, &format!("{pointer}/{n}"), found);
            }
        }
        _ => {}
    }
}

#[test]
#[ignore = "long"]
fn a_key_more_or_less_is_refused_wherever_it_is() {
    let document = document();
    let mut pointers = Vec::new();
    objects(&document, "", &mut pointers);
    pointers.retain(|pointer| pointer != "/resumo/situacoes");
    assert!(pointers.contains(&"/clientes/0/faixa".to_owned()));
    assert!(pointers.len() > 20, "{pointers:?}");
    for pointer in pointers {
        let mut more = document.clone();
        let object = more.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        object.insert("a_mais".to_owned(), Value::Null);
        assert!(valid(&more).is_err(), "a key more in {pointer}");
        let keys: Vec<String> = document
            .pointer(&pointer)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for key in keys {
            let mut less = document.clone();
            let object = less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
            object.remove(&key);
            assert!(valid(&less).is_err(), "{pointer} without {key}");
        }
    }
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let document = document();
    assert_eq!(valid(&document), Ok(()));
    for (pointer, wrong) in [
        ("/versao", json!(1)),
        ("/simulado", Value::Null),
        ("/endpoint", json!(true)),
        ("/gerado_em", json!("2026-06-17 06:00")),
        ("/clientes/0/cliente", Value::Null),
        ("/clientes/0/moeda", json!("R$")),
        ("/clientes/0/credito", Value::Null),
        ("/clientes/0/credito", json!(10_000)),
        ("/clientes/0/credito", json!("10.000,00")),
        ("/clientes/0/consumo", json!("1e3")),
        ("/clientes/0/fim_contrato", json!("31/12/2026")),
        ("/clientes/0/situacao", json!("falhou")),
        ("/clientes/0/metodo", json!("media")),
        ("/clientes/0/dias_decorridos", json!("167")),
        ("/clientes/0/dias_decorridos", json!(-1)),
        ("/clientes/0/nos_totais", json!(1)),
        ("/clientes/0/faixa/probabilidade_esgotar", json!("100")),
        ("/clientes/0/dias_semana", json!([])),
        ("/clientes/0/diario/0/estado", json!("futuro")),
        ("/totais/0/saldo", Value::Null),
        ("/falhas/0/codigo", json!("Sem permissão")),
        ("/resumo/situacoes/falhou", json!(1)),
    ] {
        let mut changed = document.clone();
        let (object, key) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(object).unwrap()[key] = wrong.clone();
        assert!(valid(&changed).is_err(), "{pointer}: {wrong}");
    }
}
