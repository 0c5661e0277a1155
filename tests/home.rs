//! The report of a client whose config's region is not the tenancy's home region.

use serde_json::Value;

use crate::common::stand_in::Fault;
use crate::common::{
    Config, Folder, Served, answer, assert_words, client, daily, failure, figures, refusal,
    warnings,
};

const HOME: &str = "sa-vinhedo-1";

/// A client of one window, so of one request.
fn short(id: &str) -> Config {
    Config::new(id)
        .with("inicio_contrato", "2026-06-01")
        .with("fim_contrato", "2026-06-30")
}

/// A folder with one client whose requests meet `script`, and another that is in order.
fn served(script: impl IntoIterator<Item = Fault>, home: Option<&str>) -> Served {
    let rows = daily("2026-06-01", "2026-06-16", "12.5");
    let mut folder = Folder::new().faulty(&short("longe"), rows.clone(), script, None);
    if let Some(tenant) = folder.world.tenants.last_mut() {
        tenant.home = home.map(str::to_owned);
    }
    folder.client(&short("perto"), rows).serve()
}

fn not_found() -> Fault {
    refusal(404, "NotAuthorizedOrNotFound")
}

/// What each request of the client asked for.
fn asked(served: &Served) -> Vec<&'static str> {
    let seen = served.seen_of(&short("longe"));
    seen.iter()
        .map(|seen| match seen.target.contains("/regionSubscriptions") {
            true => "home region",
            false => "usage",
        })
        .collect()
}

/// The other client is as it always is.
#[track_caller]
fn assert_other_unharmed(served: &Served, document: &Value) {
    let near = client(document, "config_perto");
    // Sixteen days of 12.5.
    assert_eq!(near["consumo"], "200", "{near:#}");
    assert_eq!(warnings(near), ["janela_curta"]);
    assert_eq!(served.requests_of(&short("perto")), 1);
}

#[test]
fn what_the_config_s_region_refuses_the_home_region_is_asked_once() {
    for refused in [refusal(403, "NotAllowed"), not_found(), refusal(404, "")] {
        let served = served([refused], Some(HOME));
        let document = served.json(0, &[]);
        assert_other_unharmed(&served, &document);
        let far = client(&document, "config_longe");
        let near = client(&document, "config_perto");
        assert_eq!(figures(far), figures(near));
        let found = warnings(far);
        assert!(found.contains(&"regiao_nao_e_home"), "{found:?}");
        let warning = far["avisos"].as_array().unwrap().iter();
        let mut warning = warning.filter(|warning| warning["codigo"] == "regiao_nao_e_home");
        let text = warning.next().unwrap()["mensagem"].as_str().unwrap();
        assert_words(text, &["sa-saopaulo-1", "use region=sa-vinhedo-1"]);
        assert_eq!(asked(&served), ["usage", "home region", "usage"]);
    }
}

#[test]
#[ignore = "long"]
fn a_refusal_stands_where_no_other_home_region_is_known() {
    let refusals = [
        (not_found(), "sem_permissao"),
        (refusal(403, "NotAllowed"), "nao_permitido"),
    ];
    let region = Some("sa-saopaulo-1");
    let other_realm = r#"[{"regionName":"us-gov-ashburn-1","isHomeRegion":true}]"#;
    let host = r#"[{"regionName":"evil.example/","isHomeRegion":true}]"#;
    for (refused, code) in refusals {
        for (name, answer, home) in [
            ("at home", Fault::None, region),
            ("not told", Fault::None, None),
            ("forbidden", refusal(403, "NotAuthorized"), Some(HOME)),
            (
                "unauthenticated",
                refusal(401, "NotAuthenticated"),
                Some(HOME),
            ),
            ("other realm", answer(200, &[], other_realm), region),
            ("no host", answer(200, &[], host), region),
            ("garbage", answer(200, &[], "<html>"), region),
            ("no home", answer(200, &[], "[]"), region),
        ] {
            let served = served([refused.clone(), answer], home);
            let document = served.json(3, &[]);
            assert_other_unharmed(&served, &document);
            let failed = failure(&document, "config_longe");
            assert_eq!(failed["codigo"], code, "{name}: {failed:#}");
            assert_words(failed["mensagem"].as_str().unwrap(), &["As it is"]);
            assert_eq!(asked(&served), ["usage", "home region"], "{name}");
        }
    }
}

#[test]
fn other_refusals_ask_for_no_home_region() {
    for (refused, code) in [
        (refusal(403, "NotAuthorized"), "nao_permitido"),
        (refusal(403, ""), "nao_permitido"),
        (refusal(401, "NotAuthenticated"), "nao_autenticado"),
    ] {
        let served = served([refused], Some(HOME));
        let document = served.json(3, &[]);
        assert_other_unharmed(&served, &document);
        assert_eq!(failure(&document, "config_longe")["codigo"], code);
        assert_eq!(asked(&served), ["usage"], "{code}");
    }
}

#[test]
fn what_the_home_region_refuses_too_fails_with_its_words() {
    for (refused, code, words) in [
        (refusal(403, "NotAuthorized"), "nao_permitido", "403"),
        (not_found(), "sem_permissao", "404"),
        (refusal(401, "NotAuthenticated"), "nao_autenticado", "401"),
        (answer(200, &[], "<html>"), "resposta_invalida", "JSON"),
    ] {
        let served = served(
            [refusal(403, "NotAllowed"), Fault::None, refused],
            Some(HOME),
        );
        let document = served.json(3, &[]);
        assert_other_unharmed(&served, &document);
        let failed = failure(&document, "config_longe");
        assert_eq!(failed["codigo"], code, "{failed:#}");
        assert_words(failed["mensagem"].as_str().unwrap(), &[words]);
        assert_eq!(asked(&served), ["usage", "home region", "usage"]);
    }
}
