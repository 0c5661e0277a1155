//! Messages that programs get: the bodies of webhooks, and the value of `alertas` in the report's document.

use std::time::{Duration, SystemTime};

use boon::{Compiler, Schemas};
use oci_consumo::internals::alert::{AlertRun, News, Pause, Rule, RunMessage};
use oci_consumo::internals::render::{alert as render, schema};
use oci_consumo::internals::report::statement::Situation;
use serde_json::{Value, json};

use super::sample::{day, digest, event, figures_in, letter};

fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_413_600)
}

#[test]
fn webhooks() {
    let body: Value =
        serde_json::from_slice(&render::digest_event(&digest(), "d-1", at())).unwrap();
    insta::assert_snapshot!("digest_event", serde_json::to_string_pretty(&body).unwrap());
    let event = event(
        Rule::RunsOut,
        News::Opened,
        2,
        Some(figures_in(Situation::RunsOut)),
    );
    let body: Value =
        serde_json::from_slice(&render::letter_event(&letter(vec![event]), "c-1", at())).unwrap();
    assert_eq!(body["instante"], "2026-11-23T06:00:00Z");
    assert_eq!(
        body["dados"]["eventos"][0]["numeros"]["debito"],
        "162192.83"
    );
    assert_eq!(body["dados"]["eventos"].as_array().unwrap().len(), 1);
}

#[test]
fn a_run_s_alerts_are_as_the_schema_says() {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    let schema = schema::alerts().unwrap();
    let url = schema["$id"].as_str().unwrap().to_owned();
    compiler.add_resource(&url, schema).unwrap();
    let index = compiler.compile(&url, &mut schemas).unwrap();
    let message = |state: &str| RunMessage {
        channel: "sms".to_owned(),
        to: "+55 11 9****-5678".to_owned(),
        client: Some("Padaria Pão Quente".to_owned()),
        state: state.to_owned(),
        id: Some("SM1".to_owned()),
        problem: None,
    };
    let states = [
        "aceito",
        "entregue",
        "pendente",
        "enviando",
        "falhou",
        "vencido",
        "incerto",
        "cancelado",
    ];
    let run = AlertRun {
        dry_run: true,
        pause: Some(Pause {
            until: Some(day("2026-11-30")),
        }),
        next_due: Some(day("2026-11-24")),
        events: digest().events,
        messages: states.map(message).into(),
    };
    for run in [run.clone(), AlertRun::default()] {
        let document = json!({ "alertas": serde_json::to_value(render::json(&run)).unwrap() });
        schemas
            .validate(&document, index)
            .map_err(|error| error.to_string())
            .unwrap();
        for key in ["dry_run", "pausado", "eventos", "mensagens", "aceitas"] {
            let mut less = document.clone();
            less["alertas"].as_object_mut().unwrap().remove(key);
            assert!(schemas.validate(&less, index).is_err(), "{key}");
        }
    }
    let value = serde_json::to_value(render::json(&run)).unwrap();
    let counts = ["aceitas", "pendentes", "falhas", "incertas"].map(|key| value[key].clone());
    assert_eq!(counts, [json!(2), json!(2), json!(2), json!(1)]);
    assert_eq!(value["eventos"].as_array().unwrap().len(), 8);
}
