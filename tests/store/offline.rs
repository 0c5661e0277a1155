//! The report from the store alone, and what a failed client's remedy names from it.

use std::fs;

use super::{document, long_contract, on_each_engine, requests, served};
use crate::common::{
    Config, Folder, assert_words, client, daily, failure, morning, refusal, warnings,
};

#[test]
fn the_store_alone_says_what_the_service_said() {
    on_each_engine(|store| {
        let (store, config) = (&store(), long_contract());
        let served = served(&config, daily("2025-06-18", "2026-06-16", "10"));
        let now = morning("2026-06-17");
        let online = document(&served, now, &["--store", store]);

        let (made, offline) = requests(&served, &config, || {
            document(&served, now, &["--store", store, "--offline"])
        });

        assert_eq!(made, 0);
        let (mut online, mut offline) = (
            client(&online, &config.file).clone(),
            client(&offline, &config.file).clone(),
        );
        assert_eq!(offline["buscado_em"].take(), "2026-06-17T06:00:00Z");
        assert!(online["buscado_em"].take().is_null());
        assert_eq!(offline, online);
    });
}

#[test]
fn days_that_nobody_asked_for_yet_are_not_days_without_cost() {
    let (config, store) = (Config::new("abc"), super::Engine::Sqlite.store().unwrap());
    let served = served(&config, daily("2026-01-01", "2026-05-31", "10"));
    document(&served, morning("2026-06-01"), &["--store", &store]);

    let document = document(
        &served,
        morning("2026-06-17"),
        &["--store", &store, "--offline"],
    );

    let client = client(&document, &config.file);
    // Settled as on 2026-06-01, and what is not known since then is forecast.
    assert_eq!(client["consolidado_ate"], "2026-05-29");
    assert_eq!(client["consumo"], "1510");
    assert_eq!(client["complemento_provisorio"], "160");
    assert_eq!(client["total_estimado"], "3650");
    assert!(warnings(client).contains(&"sem_dados_recentes"));
    let last = client["diario"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["data"], last["custo"].is_null()),
        (&"2026-06-16".into(), true)
    );
}

#[test]
fn a_later_contract_s_run_settles_no_day_of_an_earlier_one() {
    let store = super::Engine::Sqlite.store().unwrap();
    let old = Config::new("a").with("fim_contrato", "2026-05-31");
    let new = Config {
        file: "config_b".to_owned(),
        ..Config::new("a").with("inicio_contrato", "2026-06-01")
    };
    let served = Folder::new()
        .client(&old, daily("2026-01-01", "2026-06-16", "10"))
        .config(&new)
        .serve();
    let offline = ["--store", &store, "--offline", "--only", "config_a"];
    document(&served, morning("2026-06-01"), &["--store", &store]);
    let before = document(&served, morning("2026-06-17"), &offline);

    let only = ["--store", &store, "--only", "config_b"];
    document(&served, morning("2026-06-17"), &only);

    let after = document(&served, morning("2026-06-17"), &offline);
    assert_eq!(client(&after, "config_a")["consolidado_ate"], "2026-05-29");
    assert_eq!(before["clientes"], after["clientes"]);
}

#[test]
fn an_earlier_start_than_was_ever_asked_for_is_no_figure() {
    let (config, store) = (
        Config::new("abc").with("inicio_contrato", "2026-03-01"),
        super::Engine::Sqlite.store().unwrap(),
    );
    let served = served(&config, daily("2026-01-01", "2026-06-16", "10"));
    document(&served, morning("2026-06-17"), &["--store", &store]);
    let earlier = config.clone().with("inicio_contrato", "2026-01-01");
    fs::write(served.dir.path().join(&config.file), earlier.text()).unwrap();

    let document = document(
        &served,
        morning("2026-06-17"),
        &["--store", &store, "--offline"],
    );

    let failed = failure(&document, &config.file);
    assert_eq!(failed["codigo"], "sem_dados_armazenados");
    assert_words(failed["mensagem"].as_str().unwrap(), &["01/01/2026"]);
}

#[test]
fn without_a_store_or_a_client_s_days_there_is_no_figure() {
    let config = Config::new("abc");
    let folder = Folder::new().client(&config, daily("2026-01-01", "2026-06-16", "10"));
    let served = folder.serve();

    let none = served.run(&["--offline"]).exited(2);
    assert_words(&none.stderr, &["--offline", "consumo.db", "não existe"]);
    assert_eq!(none.stdout, "");
    assert!(!served.dir.path().join("consumo.db").exists());

    served.run(&["--only", "abc"]).exited(0);
    let other = Config::new("def");
    fs::write(served.dir.path().join(&other.file), other.text()).unwrap();
    let partly = served.json(3, &["--offline"]);
    assert_eq!(client(&partly, &config.file)["consumo"], "1670");
    let failed = failure(&partly, &other.file);
    assert_eq!(failed["codigo"], "sem_dados_armazenados");
    assert_words(failed["mensagem"].as_str().unwrap(), &["01/01/2026"]);
    assert_words(failed["acao"].as_str().unwrap(), &["sem --offline"]);
    assert_eq!(served.requests_of(&other), 0);
}

#[test]
fn the_text_says_how_old_the_days_are() {
    let config = Config::new("abc");
    let served = served(&config, daily("2026-01-01", "2026-06-16", "10"));
    served.run(&[]).exited(0);

    let ran = served.run(&["--offline"]).exited(0);

    assert_words(
        &ran.stdout,
        &[
            "sem consultar o serviço (--offline)",
            "buscado em",
            " UTC (hoje)",
        ],
    );
    assert_eq!(served.run(&["--offline", "--no-store"]).status, Some(2));
    assert_eq!(served.run(&["--offline", "--refetch"]).status, Some(2));
}

#[test]
fn a_failed_client_is_told_its_last_figures_and_given_none() {
    on_each_engine(|store| {
        let (store, config) = (&store(), Config::new("abc"));
        let well = Config::new("def");
        let folder = Folder::new()
            .faulty(&config, daily("2026-01-01", "2026-06-16", "10"), [], None)
            .client(&well, daily("2026-01-01", "2026-06-16", "10"));
        let served = folder.serve();
        document(&served, morning("2026-06-17"), &["--store", store]);
        // From the next day on the key is one that the service does not know.
        let stranger = config.clone().with("user", "ocid1.user.oc1..outro");
        fs::write(served.dir.path().join(&config.file), stranger.text()).unwrap();

        let failed_run = document(&served, morning("2026-06-18"), &["--store", store]);

        let failed = failure(&failed_run, &config.file);
        assert_eq!(failed["codigo"], "nao_autenticado");
        assert_words(
            failed["acao"].as_str().unwrap(),
            &[
                "17/06/2026",
                "16/06/2026",
                "1.670,00 BRL",
                "3.650,00 BRL",
                "--offline",
            ],
        );
        assert_eq!(client(&failed_run, &well.file)["consumo"], "1670");
        assert_eq!(failed_run["totais"][0]["clientes"], 1);
        // Nothing stored, nothing named.
        let new = document(&served, morning("2026-06-18"), &["--no-store"]);
        assert!(
            !failure(&new, &config.file)["acao"]
                .as_str()
                .unwrap()
                .contains("BRL")
        );
    });
}

#[test]
fn a_failed_client_s_days_stay_as_they_were() {
    let config = Config::new("abc");
    let served = Folder::new()
        .faulty(
            &config,
            daily("2026-01-01", "2026-06-16", "10"),
            [],
            Some(refusal(404, "NotAuthorizedOrNotFound")),
        )
        .serve();
    let failed = served.run(&["--format", "json"]).exited(4).json();
    assert_eq!(failure(&failed, &config.file)["codigo"], "sem_permissao");

    let offline = served.json(4, &["--offline"]);

    assert_eq!(
        failure(&offline, &config.file)["codigo"],
        "sem_dados_armazenados"
    );
}
