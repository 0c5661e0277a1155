//! The identity of a compute instance: metadata, certificate, federation and renewal.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};

use super::authority::{Fault, Machine, bare, silent};
use super::{Scene, config};
use crate::common::{KEY_PEM, assert_words, closed_port};

const METADATA: &str = "OCI_METADATA_BASE_URL";
const HOUR: i64 = 3600;
/// `organizationalUnitName`, a second time.
const UNIT: [u64; 4] = [2, 5, 4, 11];

/// A machine of `tenancy`, whose certificate has the number `serial`.
pub(super) fn machine(tenancy: &str, serial: u64) -> Machine {
    static ISSUER: LazyLock<(String, Issuer<'static, KeyPair>)> = LazyLock::new(|| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "Intermediate");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let own = params.self_signed(&key).unwrap();
        (pem_of(own.der()), Issuer::new(params, key))
    });
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.serial_number = Some(serial.into());
    let name = &mut params.distinguished_name;
    name.push(
        DnType::CommonName,
        "ocid1.instance.oc1.sa-saopaulo-1.maquina",
    );
    name.push(DnType::OrganizationalUnitName, "opc-certtype:instance");
    let tenant = format!("opc-tenant:{tenancy}");
    name.push(DnType::CustomDnType(UNIT.to_vec()), tenant);
    let key = KeyPair::try_from(pem::parse(KEY_PEM).unwrap().contents()).unwrap();
    Machine {
        region: "gru".to_owned(),
        tenancy: tenancy.to_owned(),
        certificate: pem_of(params.signed_by(&key, &ISSUER.1).unwrap().der()),
        key: KEY_PEM.to_owned(),
        intermediate: ISSUER.0.clone(),
    }
}

fn pem_of(der: &[u8]) -> String {
    // The SDK for Go takes out line ends of one kind alone.
    pem::encode(&pem::Pem::new("CERTIFICATE", der)).replace("\r\n", "\n")
}

/// A client on an instance of its own tenancy.
fn instance() -> Scene {
    let scene = Scene::new(config(&[("authentication_type", "instance_principal")]));
    let machine = machine(scene.tenancy(), 1);
    scene.authority.state().employ(machine);
    let metadata = scene.authority.metadata();
    scene.with(METADATA, &metadata)
}

#[test]
fn an_instance_reports_with_one_token() {
    let scene = instance();
    assert_eq!(scene.consumption(), "1670");
    let requests = scene.authority.requests();
    let federations: Vec<_> = requests
        .iter()
        .filter(|seen| seen.target == "/v1/x509")
        .collect();
    assert_eq!(federations.len(), 1);
    // The form of the vendor's SDK for Go: fields in this order, and no other.
    let state = scene.authority.state();
    let machine = state.machines.front().unwrap().clone();
    drop(state);
    let body = String::from_utf8(federations[0].body.clone()).unwrap();
    let sent: Value = serde_json::from_str(&body).unwrap();
    let expected = format!(
        r#"{{"certificate":"{}","fingerprintAlgorithm":"SHA256","intermediateCertificates":["{}"],"publicKey":{}}}"#,
        bare(&machine.certificate),
        bare(&machine.intermediate),
        sent["publicKey"],
    );
    assert_eq!(body, expected);
    assert!(federations[0].key_id.contains("/fed-x509-sha256/"));
    let order: Vec<&str> = requests
        .iter()
        .map(|seen| seen.target.as_str())
        .take(5)
        .collect();
    assert_eq!(
        order,
        [
            "/opc/v2/instance/region",
            "/opc/v2/identity/cert.pem",
            "/opc/v2/identity/key.pem",
            "/opc/v2/identity/intermediate.pem",
            "/v1/x509",
        ]
    );
    let usage = requests
        .iter()
        .filter(|seen| seen.target.starts_with("/20200107"));
    assert!(usage.clone().count() > 0 && usage.clone().all(|seen| seen.key_id.starts_with("ST$")));
}

#[test]
fn an_instance_checks() {
    let scene = instance();
    let checked = scene.check(&["--details", "-v"]).exited(0);
    assert_words(
        &checked.stdout,
        &[
            "Credencial",
            "instance principal",
            scene.tenancy(),
            "até 17/06/2026 07:00 UTC",
        ],
    );
    let (state, code, text) = scene.step("credencial", &["--offline"]);
    assert_eq!(
        (state.as_str(), code.as_str()),
        ("desconhecido", "nao_verificado")
    );
    assert_words(&text, &["Conexão"]);
}

#[test]
fn a_token_is_renewed_before_its_end_while_a_run_goes_on() {
    // The second request comes two minutes before the token's end, by the service's clock.
    let scene = instance();
    scene
        .authority
        .state()
        .script
        .extend([Fault::None, Fault::Later(HOUR - 120)]);
    scene.check(&["--details"]).exited(0);
    assert_eq!(scene.authority.count("/v1/x509", 200), 2);
    let requests = scene.authority.requests();
    let mut keys: Vec<String> = requests
        .iter()
        .filter(|seen| seen.target == "/v1/x509" && seen.status == 200)
        .map(|seen| serde_json::from_slice::<Value>(&seen.body).unwrap()["publicKey"].to_string())
        .collect();
    keys.dedup();
    assert_eq!(keys.len(), 2, "each token has a session key of its own");
    assert_eq!(scene.authority.count("/opc/v2/identity/cert.pem", 200), 2);
}

#[test]
fn a_token_is_renewed_once_after_a_refusal() {
    let scene = instance();
    scene.authority.state().script.push_back(Fault::Revoke);
    scene.check(&[]).exited(0);
    assert_eq!(scene.authority.count("/v1/x509", 200), 2);
    // A second refusal stands.
    let scene = instance();
    scene
        .authority
        .state()
        .script
        .extend([Fault::Revoke, Fault::Revoke, Fault::Revoke]);
    let (state, code, _) = scene.step("autenticacao", &[]);
    assert_eq!(
        (state.as_str(), code.as_str()),
        ("falha", "nao_autenticado")
    );
    assert_eq!(scene.authority.count("/v1/x509", 200), 2);
}

#[test]
fn the_tenancy_stays_the_same() {
    let scene = instance();
    let other = machine("ocid1.tenancy.oc1..outra", 2);
    scene.authority.state().employ(other);
    scene.authority.state().script.push_back(Fault::Revoke);
    let failure = scene.failure();
    assert_eq!(failure["codigo"], "identidade_de_outra_tenancy");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["ocid1.tenancy.oc1..outra"],
    );
    assert_eq!(scene.authority.count("/v1/x509", 200), 2);
}

#[test]
fn a_machine_serves_the_tenancy_that_it_is_in() {
    let scene = instance();
    scene.authority.state().machines.clear();
    let other = machine("ocid1.tenancy.oc1..parceiro", 3);
    scene.authority.state().employ(other);
    let failure = scene.failure();
    assert_eq!(failure["codigo"], "identidade_de_outra_tenancy");
    assert_words(failure["acao"].as_str().unwrap(), &["use uma chave de API"]);
    assert_eq!(scene.authority.count("/20200107/usage", 200), 0);
}

#[test]
fn a_clock_that_is_off_is_put_right_for_the_token_too() {
    let scene = instance();
    {
        let mut state = scene.authority.state();
        state.script.push_back(Fault::Later(2 * HOUR));
    }
    scene.check(&[]);
    assert_eq!(scene.authority.count("/v1/x509", 200), 2);
    assert_eq!(scene.step("credencial", &[]).0, "ok");
}

#[test]
#[ignore = "long"]
fn a_silent_address_ends_after_two_seconds_in_all() {
    let (_listener, address) = silent().unwrap();
    let scene = instance().with(METADATA, &format!("http://{address}/opc/v2"));
    // A second client waits no longer.
    let second = scene
        .config
        .clone()
        .with("cliente", "Outra")
        .with("inicio_contrato", "2025-01-01");
    let second = second.with("fim_contrato", "2025-12-31");
    scene.write("config_outra", &second.text());
    let started = Instant::now();
    let failure = scene.failure();
    assert!(
        started.elapsed() < Duration::from_millis(3800),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(failure["codigo"], "sem_identidade");
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &[
            "config_casa, linha 9, authentication_type",
            "não respondeu em 2 segundos",
        ],
    );
    assert_words(failure["acao"].as_str().unwrap(), &["instância Compute"]);
    assert!(scene.authority.requests().is_empty());
}

#[test]
fn metadata_that_are_none_are_refused() {
    let closed = format!("http://{}/opc/v2", closed_port());
    let scene = instance().with(METADATA, &closed);
    assert_words(
        scene.failure()["mensagem"].as_str().unwrap(),
        &["não há conexão"],
    );
    for address in [
        "http://10.0.0.1/opc/v2",
        "https://169.254.169.254/opc/v2",
        "http://example.com",
        "x",
    ] {
        let scene = instance().with(METADATA, address);
        let failure = scene.failure();
        assert_eq!(failure["codigo"], "sem_identidade");
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &["OCI_METADATA_BASE_URL"],
        );
    }
    let long = "a".repeat(70_000);
    let nobody = machine("x", 5).certificate;
    for (path, status, body) in [
        ("/instance/region", 404, ""),
        ("/instance/region", 401, ""),
        ("/instance/region", 200, "a b/c"),
        ("/instance/region", 200, &long),
        ("/identity/cert.pem", 200, ""),
        ("/identity/cert.pem", 200, KEY_PEM),
        ("/identity/cert.pem", 200, &nobody),
        ("/identity/key.pem", 200, "no key"),
        ("/identity/key.pem", 404, ""),
        ("/identity/intermediate.pem", 200, "\u{1b}[2J"),
    ] {
        let scene = instance();
        scene
            .authority
            .state()
            .metadata
            .insert(path.to_owned(), (status, body.to_owned()));
        assert_eq!(scene.code(), "sem_identidade", "{path} {status}");
        assert_eq!(scene.authority.count("/v1/x509", 200), 0);
    }
}

#[test]
#[ignore = "long"]
fn an_outage_of_the_auth_service_is_no_refusal() {
    for (status, code) in [
        (503, "servico_indisponivel"),
        (429, "limite_de_requisicoes"),
    ] {
        let scene = instance();
        for _ in 0..3 {
            let mut state = scene.authority.state();
            state.federation.push_back((status, String::new()));
        }
        assert_eq!(scene.code(), code);
    }
}

#[test]
fn the_auth_service_s_refusals_and_odd_answers_fail_the_client() {
    let refusal = json!({"code": "NotAuthenticated", "message": "no"}).to_string();
    for (status, body, code) in [
        (401, refusal.as_str(), "identidade_recusada"),
        (400, "", "identidade_recusada"),
        (302, "", "identidade_recusada"),
        (200, "{}", "token_ilegivel"),
        (200, r#"{"token":"a.b.c"}"#, "token_ilegivel"),
        (200, "<html>", "token_ilegivel"),
    ] {
        let scene = instance();
        scene
            .authority
            .state()
            .federation
            .push_back((status, body.to_owned()));
        let failure = scene.failure();
        assert_eq!(failure["codigo"], code, "{status} {body}");
        assert_eq!(failure["request_id"], "PEDIDO-DO-DUBLE");
        assert_eq!(scene.authority.count("/20200107/usage", 200), 0);
    }
    // A certificate that the service did not issue.
    let scene = instance();
    let stranger = machine(scene.tenancy(), 9);
    scene.authority.state().machines = [stranger].into();
    assert_eq!(scene.code(), "identidade_recusada");
}

/// The metadata and the auth service are asked directly, whatever the environment says of a proxy.
#[test]
fn no_proxy_sees_the_metadata() {
    let proxy = format!("http://{}", closed_port());
    let scene = instance()
        .with("HTTPS_PROXY", &proxy)
        .with("ALL_PROXY", &proxy);
    let scene = scene.with("HTTP_PROXY", &proxy);
    assert_eq!(scene.consumption(), "1670");
}
