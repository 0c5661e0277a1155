//! Keys and passphrases that lie in Vault, read with the machine's identity.

use std::time::Duration;

use serde_json::{Value, json};

use super::authority::public;
use super::instances::machine;
use super::{Scene, session_pem};
use crate::common::{Config, KEY_PEM, Ran, assert_words, key_fixture};

const KEY: &str = "ocid1.vaultsecret.oc1.sa-saopaulo-1.chave";
const PHRASE: &str = "ocid1.vaultsecret.oc1.gru.senha";
const PARTNER: &str = "ocid1.tenancy.oc1..parceiro";
const WORD: &str = "senha-de-teste";

/// A change of what Vault or the machine has.
type Change<'a> = &'a dyn Fn(&Scene);

/// A client with an API key in Vault, on an instance of the partner's.
fn vault(config: Config) -> Scene {
    let mut scene = Scene::new(config);
    scene.authority.state().employ(machine(PARTNER, 1));
    scene.hidden.push(WORD.to_owned());
    store(&scene, KEY, KEY_PEM.as_bytes());
    let metadata = scene.authority.metadata();
    scene.with("OCI_METADATA_BASE_URL", &metadata)
}

fn client() -> Config {
    Config::new("casa").with("key_file", KEY)
}

fn store(scene: &Scene, secret: &str, content: &[u8]) {
    scene.authority.state().store(secret, content);
}

/// The service was asked with the customer's key, and Vault with the machine's token.
fn asked_with_the_customer_s_key(scene: &Scene) {
    let requests = scene.authority.requests();
    let usage: Vec<_> = requests
        .iter()
        .filter(|seen| seen.target.starts_with("/20200107"))
        .collect();
    assert!(!usage.is_empty());
    let own = format!("{}/", scene.tenancy());
    assert!(
        usage.iter().all(|seen| seen.key_id.starts_with(&own)),
        "{usage:?}"
    );
    let secrets = requests
        .iter()
        .filter(|seen| seen.target.starts_with("/20190301/"));
    assert!(secrets.clone().count() > 0);
    assert!(
        secrets
            .clone()
            .all(|seen| seen.key_id.starts_with("ST$") && seen.status == 200)
    );
}

fn checked(scene: &Scene) -> Ran {
    scene.check(&["--details", "-v"])
}

#[test]
#[ignore = "long"]
fn a_key_in_vault_signs_for_its_client() {
    let scene = vault(client());
    assert_eq!(scene.consumption(), "1670");
    asked_with_the_customer_s_key(&scene);
    let (state, _, text) = scene.step("chave", &[]);
    assert_eq!(state, "ok");
    assert_words(&text, &["RSA de 2048 bits"]);
    for step in ["fingerprint", "credencial", "permissoes"] {
        assert_eq!(scene.step(step, &[]).0, "ok", "{step}");
    }
    checked(&scene);
    // Nothing of it is written.
    let files = std::fs::read_dir(scene.folder.path()).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["config_casa"]);
}

#[test]
fn a_passphrase_in_vault_opens_a_key_in_vault_or_in_a_file() {
    let encrypted = key_fixture("pkcs8-aes-256-sha256.pem");
    let scene = vault(client().with("pass_phrase", PHRASE));
    store(&scene, KEY, encrypted.as_bytes());
    store(&scene, PHRASE, format!("{WORD}\n").as_bytes());
    assert_words(&scene.step("chave", &[]).2, &["com senha"]);
    let scene = vault(Config::new("casa").with("pass_phrase", PHRASE));
    scene.write("key.pem", &encrypted);
    store(&scene, PHRASE, WORD.as_bytes());
    assert_eq!(scene.step("fingerprint", &[]).0, "ok");
    store(&scene, PHRASE, b"outra");
    assert_eq!(scene.code(), "senha_da_chave");
}

#[test]
fn a_container_reads_vault_with_its_own_identity() {
    let scene = vault(client());
    scene.authority.state().machines.clear();
    let token = scene
        .authority
        .token(PARTNER, &public(&session_pem()), 3600);
    let scene = scene
        .with("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2")
        .with("OCI_RESOURCE_PRINCIPAL_RPST", &token)
        .with("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", &session_pem());
    assert_eq!(scene.step("fingerprint", &[]).0, "ok");
    assert_eq!(scene.authority.count("/opc/v2", 200), 0);
}

#[test]
#[ignore = "long"]
fn what_vault_does_not_hold_fails_the_client_and_says_the_line() {
    let place = "config_casa, linha 6, key_file: ocid1.vaultsecret.oc1.sa-saopaulo-1.chave";
    let missing = |scene: &Scene| scene.authority.state().secrets.clear();
    let other = |scene: &Scene| {
        let mut state = scene.authority.state();
        let bundle = state.secrets.get_mut(KEY).unwrap();
        bundle["secretId"] = json!("ocid1.vaultsecret.oc1.sa-saopaulo-1.outra");
    };
    let odd = |scene: &Scene| {
        let mut state = scene.authority.state();
        state.secrets.get_mut(KEY).unwrap()["secretBundleContent"]["content"] = json!("não");
    };
    let large = |scene: &Scene| store(scene, KEY, &[b'a'; 26 << 10]);
    let public = |scene: &Scene| store(scene, KEY, key_fixture("public.pem").as_bytes());
    let else_s = |scene: &Scene| store(scene, KEY, session_pem().as_bytes());
    let nowhere = |scene: &Scene| scene.authority.state().machines.clear();
    let cases: [(&str, Change<'_>); 7] = [
        ("segredo_do_cofre", &missing),
        ("segredo_do_cofre", &other),
        ("segredo_do_cofre", &odd),
        ("segredo_do_cofre", &large),
        ("chave_invalida", &public),
        ("fingerprint_diferente", &else_s),
        ("sem_identidade", &nowhere),
    ];
    for (code, change) in cases {
        let scene = vault(client());
        change(&scene);
        let failure = scene.failure();
        assert_eq!(failure["codigo"], code);
        assert_words(failure["mensagem"].as_str().unwrap(), &[place]);
        assert_eq!(scene.authority.count("/20200107", 401), 0);
    }
    let scene = vault(client().with("key_file", "ocid1.vaultsecret.oc1..chave"));
    assert_eq!(scene.code(), "config_invalida");
}

/// The report over a client with a key in Vault, and a rival of the same tenancy whose key is in `secret`.
fn contested(secret: &str) -> (Scene, Ran) {
    let scene = vault(client());
    let rival = Config::new("rival")
        .with("tenancy", scene.tenancy())
        .with("credito", "1")
        .with("key_file", &format!("ocid1.vaultsecret.oc1.gru.{secret}"));
    scene.write(&rival.file, &rival.text());
    let ran = scene.report(&["--format", "json", "--no-store"]);
    (scene, ran)
}

/// The codes of the failures in a report, sorted.
fn failures(document: &Value) -> Vec<&str> {
    let failures = document["falhas"].as_array().unwrap().iter();
    let mut codes: Vec<&str> = failures
        .map(|failed| failed["codigo"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    codes
}

#[test]
fn a_config_whose_secret_vault_refuses_competes_with_nobody() {
    let (scene, ran) = contested("nenhum");
    let document = ran.exited(3).json();
    assert_eq!(failures(&document), ["segredo_do_cofre"]);
    assert_eq!(document["clientes"][0]["consumo"], "1670");
    assert_eq!(scene.step("repeticao", &[]).0, "aviso");
}

#[test]
#[ignore = "long"]
fn an_outage_of_vault_says_nothing_of_a_config() {
    let (_, ran) = contested("avaria");
    let document = ran.exited(4).json();
    assert_eq!(
        failures(&document),
        ["contrato_repetido", "servico_indisponivel"]
    );
    let outage = document["falhas"].as_array().unwrap().iter();
    let mut outage = outage.filter(|failed| failed["codigo"] == "servico_indisponivel");
    let outage = outage.next().unwrap();
    assert_words(
        outage["mensagem"].as_str().unwrap(),
        &[
            "linha 6, key_file",
            "ocid1.vaultsecret.oc1.gru.avaria",
            "503",
        ],
    );
    assert_eq!(outage["acao"], "execute de novo em alguns minutos");
}

#[test]
fn without_the_network_vault_is_not_read() {
    let scene = vault(client());
    for step in ["chave", "fingerprint", "credencial"] {
        let (state, code, _) = scene.step(step, &["--offline"]);
        assert_eq!(
            (state.as_str(), code.as_str()),
            ("desconhecido", "nao_verificado"),
            "{step}"
        );
    }
    assert!(scene.authority.requests().is_empty());
}

#[test]
fn no_more_secrets_than_jobs_are_asked_for_at_a_time() {
    let scene = vault(client());
    for name in ["oficina", "padaria", "posto", "quitanda", "sapataria"] {
        let config = Config::new(name).with("key_file", KEY);
        scene.write(&config.file, &config.text());
    }
    scene.authority.state().vault_latency = Duration::from_millis(30);
    scene.check(&["--jobs", "2"]);
    let most = scene.authority.state().vault_most;
    assert!((1..=2).contains(&most), "{most}");
    assert_eq!(scene.authority.count("/20190301/", 200), 6);
}
