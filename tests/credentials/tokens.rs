//! A person's session token, and the identity of a resource.

use std::fs;

use rsa::PublicKey;

use super::authority::{Fault, public};
use super::{Scene, config, session_pem};
use crate::common::{Config, KEY_PEM, assert_words, key_fixture};

const HOUR: i64 = 3600;

/// A change of the files of a client.
type Change = Box<dyn Fn(&Scene)>;

/// A client with a session token of `life` seconds.
fn session(life: i64) -> Scene {
    let scene = Scene::new(config(&[
        ("authentication_type", "security_token"),
        ("security_token_file", "token"),
        ("key_file", "sessao.pem"),
    ]));
    scene.write("sessao.pem", &session_pem());
    let token = scene
        .authority
        .token(scene.tenancy(), &public(&session_pem()), life);
    // As an editor leaves it.
    scene.write("token", &format!("{token}\n"));
    scene
}

/// A client whose resource has its identity in the variables themselves.
fn resource(life: i64) -> Scene {
    let scene = Scene::new(config(&[("authentication_type", "resource_principal")]));
    let token = scene
        .authority
        .token(scene.tenancy(), &public(&session_pem()), life);
    scene
        .with("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2")
        .with("OCI_RESOURCE_PRINCIPAL_RPST", &token)
        .with("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", &session_pem())
        .with("OCI_RESOURCE_PRINCIPAL_REGION", "sa-saopaulo-1")
}

/// The same in files.
fn resource_in_files() -> Scene {
    let scene = resource(HOUR);
    let encrypted = key_fixture("pkcs8-aes-256-sha256.pem");
    let token = scene
        .authority
        .token(scene.tenancy(), &encrypted_key(), HOUR);
    scene.write("rpst", &token);
    scene.write("chave.pem", &encrypted);
    scene.write("senha", "senha-de-teste\n");
    let path = |name: &str| scene.folder.path().join(name).to_str().unwrap().to_owned();
    let [rpst, pem, pass] = ["rpst", "chave.pem", "senha"].map(path);
    let mut scene = scene
        .with("OCI_RESOURCE_PRINCIPAL_RPST", &rpst)
        .with("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", &pem)
        .with("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE", &pass);
    scene.hidden.push("senha-de-teste".to_owned());
    scene
}

/// Has the service refuse the token of `scene` with the next request, and `file` hold another one from then on.
fn renew_at_refusal(scene: &Scene, key: &PublicKey, file: &str) {
    let token = scene.authority.token(scene.tenancy(), key, HOUR);
    let path = scene.folder.path().join(file);
    let renew = move || fs::write(&path, &token).unwrap();
    scene
        .authority
        .state()
        .script
        .push_back(Fault::RevokeAnd(Box::new(renew)));
}

fn encrypted_key() -> PublicKey {
    let text = key_fixture("pkcs8-aes-256-sha256.pem");
    let key = oci_consumo::internals::profile::key::parse(text.as_bytes(), Some("senha-de-teste"));
    key.unwrap().to_public_key()
}

#[test]
fn a_session_token_reports_and_checks() {
    let scene = session(HOUR);
    assert_eq!(scene.consumption(), "1670");
    let requests = scene.authority.requests();
    assert!(!requests.is_empty());
    assert!(requests.iter().all(|seen| seen.key_id.starts_with("ST$")));
    let (state, code, text) = scene.step("credencial", &[]);
    assert_eq!((state.as_str(), code.as_str()), ("ok", ""));
    assert_words(
        &text,
        &["token de sessão", scene.tenancy(), "17/06/2026 07:00 UTC"],
    );
    for step in [
        "chave",
        "fingerprint",
        "permissoes",
        "repeticao",
        "autenticacao",
        "politica",
    ] {
        assert_eq!(scene.step(step, &[]).0, "ok", "{step}");
    }
    // The same without the network.
    assert_eq!(scene.step("credencial", &["--offline"]).0, "ok");
    let english = scene.check(&["--lang", "en", "--details", "-v"]).exited(0);
    assert_words(
        &english.stdout,
        &["Credential", "session token", "until 2026-06-17 07:00 UTC"],
    );
}

#[test]
fn the_profile_that_the_vendor_s_tool_writes_is_read_as_it_is() {
    let fingerprint = Config::new("x").value("fingerprint").to_owned();
    let scene = Scene::new(config(&[
        ("fingerprint", &fingerprint),
        ("security_token_file", "token"),
        ("key_file", "sessao.pem"),
    ]));
    scene.write("sessao.pem", KEY_PEM);
    let token = scene
        .authority
        .token(scene.tenancy(), &public(KEY_PEM), HOUR);
    scene.write("token", &token);
    assert_eq!(scene.consumption(), "1670");
    assert_eq!(scene.step("fingerprint", &[]).0, "ok");
    scene.write("sessao.pem", &session_pem());
    assert_eq!(scene.code(), "fingerprint_diferente");
    // Beside a user the token is passed over, as the vendor's tools do.
    let both = Config::new("casa").with("security_token_file", "nada");
    let scene = Scene::new(both);
    scene.write("key.pem", KEY_PEM);
    assert_eq!(scene.consumption(), "1670");
    assert!(
        scene.authority.requests()[0]
            .key_id
            .starts_with("ocid1.tenancy")
    );
}

#[test]
fn a_session_token_that_is_over_asks_nothing() {
    for life in [0, -1, -10 * HOUR] {
        let scene = session(life);
        let failure = scene.failure();
        assert_eq!(failure["codigo"], "token_vencido");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(
            message,
            &["linha", "security_token_file", "o token acabou em"],
        );
        assert_words(failure["acao"].as_str().unwrap(), &["oci session refresh"]);
        let (state, code, _) = scene.step("credencial", &[]);
        assert_eq!((state.as_str(), code.as_str()), ("falha", "token_vencido"));
        let (state, code, _) = scene.step("conexao", &[]);
        assert_eq!(
            (state.as_str(), code.as_str()),
            ("desconhecido", "nao_verificado")
        );
        assert!(scene.authority.requests().is_empty());
    }
    // A minute is enough for a request.
    assert_eq!(session(60).consumption(), "1670");
}

#[test]
fn a_session_token_that_was_renewed_meanwhile_is_read_again() {
    let scene = session(HOUR);
    renew_at_refusal(&scene, &public(&session_pem()), "token");
    assert_eq!(scene.consumption(), "1670");
    assert_ne!(scene.authority.count("/20200107/usage", 401), 0);
    // Without another one the refusal stands, after one request.
    let scene = session(HOUR);
    scene.authority.state().script.push_back(Fault::Revoke);
    let failure = scene.failure();
    assert_eq!(failure["codigo"], "nao_autenticado");
    assert_words(
        failure["acao"].as_str().unwrap(),
        &["oci session authenticate"],
    );
    assert!(scene.authority.requests().len() <= 2);
}

#[test]
fn a_token_is_judged_by_the_service_s_clock() {
    // The service's clock is two hours ahead, where the token is over.
    let scene = session(HOUR);
    scene
        .authority
        .state()
        .script
        .push_back(Fault::Later(2 * HOUR));
    assert_eq!(scene.code(), "token_vencido");
    // And the other token is good until then.
    let scene = session(3 * HOUR);
    scene
        .authority
        .state()
        .script
        .push_back(Fault::Later(2 * HOUR));
    assert_eq!(scene.consumption(), "1670");
}

#[test]
fn what_is_no_token_of_the_client_is_refused_before_any_request() {
    let other_key = |scene: &Scene| scene.write("sessao.pem", KEY_PEM);
    let other_tenancy = |scene: &Scene| {
        let token =
            scene
                .authority
                .token("ocid1.tenancy.oc1..outra", &public(&session_pem()), HOUR);
        scene.write("token", &token);
    };
    let cases: [(&str, Change); 8] = [
        ("token_de_outra_chave", Box::new(other_key)),
        ("identidade_de_outra_tenancy", Box::new(other_tenancy)),
        ("token_ilegivel", Box::new(|scene| scene.write("token", ""))),
        (
            "token_ilegivel",
            Box::new(|scene| scene.write("token", "a.b.c")),
        ),
        (
            "token_ilegivel",
            Box::new(|scene| scene.write("token", &"a".repeat(70_000))),
        ),
        (
            "token_ilegivel",
            Box::new(|scene| fs::remove_file(scene.folder.path().join("token")).unwrap()),
        ),
        (
            "chave_invalida",
            Box::new(|scene| scene.write("sessao.pem", "no key")),
        ),
        (
            "chave_ilegivel",
            Box::new(|scene| fs::remove_file(scene.folder.path().join("sessao.pem")).unwrap()),
        ),
    ];
    for (code, change) in cases {
        let scene = session(HOUR);
        change(&scene);
        let failure = scene.failure();
        assert_eq!(failure["codigo"], code);
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &["config_casa, linha "],
        );
        assert!(!failure["acao"].as_str().unwrap().is_empty());
        assert!(scene.authority.requests().is_empty(), "{code}");
    }
}

#[test]
fn contradictory_keys_are_refused_with_their_lines() {
    let user = ("user", "ocid1.user.oc1..u");
    let kind = |kind: &'static str| ("authentication_type", kind);
    let cases: [(&[(&'static str, &str)], &str); 9] = [
        (&[kind("instance_principal"), user], "linha 10, user"),
        (&[kind("resource_principal"), user], "linha 10, user"),
        (
            &[kind("instance_principal"), ("key_file", "a.pem")],
            "linha 10, key_file",
        ),
        (
            &[kind("instance_principal"), ("pass_phrase", "x")],
            "linha 10, pass_phrase",
        ),
        (
            &[kind("resource_principal"), ("fingerprint", "x")],
            "linha 10, fingerprint",
        ),
        (
            &[kind("resource_principal"), ("security_token_file", "x")],
            "linha 10, security_token_file",
        ),
        (
            &[
                kind("security_token"),
                user,
                ("security_token_file", "x"),
                ("key_file", "y"),
            ],
            "linha 10, user",
        ),
        (
            &[kind("oke_workload_identity")],
            "linha 9, authentication_type",
        ),
        (
            &[kind("security_token"), ("key_file", "y")],
            "falta security_token_file",
        ),
    ];
    for (lines, place) in cases {
        let scene = Scene::new(config(lines));
        let failure = scene.failure();
        assert_eq!(failure["codigo"], "config_invalida", "{lines:?}");
        assert_words(failure["mensagem"].as_str().unwrap(), &[place]);
        assert_eq!(scene.authority.requests().len(), 0);
        // The check says it, too, and asks nothing.
        assert_eq!(scene.check(&["--format", "json"]).status, Some(4));
        assert_eq!(scene.authority.requests().len(), 0);
    }
    let explicit = Config::new("casa").with("authentication_type", "API_KEY");
    let scene = Scene::new(explicit);
    scene.write("key.pem", KEY_PEM);
    assert_eq!(scene.consumption(), "1670");
}

#[test]
fn a_token_in_place_of_a_path_is_not_shown() {
    for key in [
        "security_token_file",
        "key_file",
        "user",
        "cliente",
        "token",
    ] {
        let scene = session(HOUR);
        let token = scene.authority.tokens().swap_remove(0);
        for value in [token.clone(), format!("ST${token}"), format!("\"{token}\"")] {
            let mut config = scene.config.clone();
            config.lines.retain(|(name, _)| *name != key);
            config.lines.push((key, value));
            scene.write(&config.file, &config.text());
            for format in ["text", "json"] {
                let ran = scene.report(&["--format", format, "--no-store", "-v"]);
                let works = key == "token";
                assert_eq!(
                    ran.status,
                    Some(if works { 0 } else { 4 }),
                    "{key}\n{}",
                    ran.stdout
                );
            }
            scene.check(&["--details"]);
        }
    }
}

#[test]
fn a_resource_s_identity_reports_and_checks() {
    for scene in [resource(HOUR), resource_in_files()] {
        assert_eq!(scene.consumption(), "1670");
        let (state, _, text) = scene.step("credencial", &["--offline"]);
        assert_eq!(state, "ok");
        assert_words(&text, &["resource principal", scene.tenancy(), "07:00 UTC"]);
        for step in ["chave", "fingerprint", "permissoes", "autenticacao"] {
            assert_eq!(scene.step(step, &[]).0, "ok", "{step}");
        }
        assert_words(&scene.step("chave", &[]).2, &["não se aplica"]);
        scene.check(&["--details", "-v", "--lang", "en"]).exited(0);
    }
}

#[test]
fn a_resource_s_identity_in_files_is_read_again_after_a_refusal() {
    let scene = resource_in_files();
    renew_at_refusal(&scene, &encrypted_key(), "rpst");
    assert_eq!(scene.consumption(), "1670");
    assert_ne!(scene.authority.count("/20200107/usage", 401), 0);
}

#[test]
fn what_is_no_resource_s_identity_is_refused_before_any_request() {
    let other = public(KEY_PEM);
    for (variable, value, code, words) in [
        (
            "OCI_RESOURCE_PRINCIPAL_VERSION",
            "",
            "sem_identidade",
            "VERSION",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_VERSION",
            "1.1",
            "sem_identidade",
            "1.1",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_VERSION",
            "3.0\u{1b}[2J",
            "sem_identidade",
            "3.0",
        ),
        ("OCI_RESOURCE_PRINCIPAL_RPST", "", "sem_identidade", "RPST"),
        (
            "OCI_RESOURCE_PRINCIPAL_RPST",
            "a.b.c",
            "token_ilegivel",
            "RPST",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_RPST",
            "/none/rpst",
            "token_ilegivel",
            "RPST=/none/rpst",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM",
            "",
            "sem_identidade",
            "PRIVATE_PEM",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM",
            "x",
            "chave_invalida",
            "PRIVATE_PEM",
        ),
        (
            "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM",
            KEY_PEM,
            "token_de_outra_chave",
            "outra chave",
        ),
    ] {
        let scene = resource(HOUR).with(variable, value);
        let failure = scene.failure();
        assert_eq!(failure["codigo"], code, "{variable}={value}");
        let message = failure["mensagem"].as_str().unwrap();
        assert_words(message, &["linha 9, authentication_type", words]);
        assert_eq!(scene.step("credencial", &["--offline"]).1, code);
        assert!(scene.authority.requests().is_empty());
    }
    let scene = resource(HOUR);
    let token = scene
        .authority
        .token("ocid1.tenancy.oc1..outra", &public(&session_pem()), HOUR);
    assert_eq!(
        scene.with("OCI_RESOURCE_PRINCIPAL_RPST", &token).code(),
        "identidade_de_outra_tenancy"
    );
    assert_eq!(resource(-1).code(), "token_vencido");
    let scene = resource(HOUR);
    let token = scene.authority.token(scene.tenancy(), &other, HOUR);
    assert_eq!(
        scene.with("OCI_RESOURCE_PRINCIPAL_RPST", &token).code(),
        "token_de_outra_chave"
    );
}

#[test]
fn a_missing_policy_is_one_for_a_dynamic_group() {
    let scene = resource(HOUR);
    let tenancy = "ocid1.tenancy.oc1..sempolitica";
    let token = scene
        .authority
        .token(tenancy, &public(&session_pem()), HOUR);
    let config = scene.config.clone().with("tenancy", tenancy);
    scene.write(&config.file, &config.text());
    let scene = scene.with("OCI_RESOURCE_PRINCIPAL_RPST", &token);
    let failure = scene.failure();
    assert_eq!(failure["codigo"], "sem_permissao");
    assert_words(
        failure["acao"].as_str().unwrap(),
        &["Allow dynamic-group GRUPO to read usage-report in tenancy"],
    );
    let checked = scene.check(&["--details"]);
    assert_words(
        &checked.stdout,
        &[
            "computecontainerinstance",
            "Allow dynamic-group GRUPO to inspect tenancies in tenancy",
        ],
    );
    assert!(!checked.stdout.contains("Allow group"));
}

#[test]
fn a_refusal_that_repeats_the_token_is_shown_without_it() {
    let scene = session(HOUR);
    scene
        .authority
        .state()
        .script
        .extend([Fault::Echo, Fault::Echo, Fault::Echo]);
    let failure = scene.failure();
    assert_words(
        failure["mensagem"].as_str().unwrap(),
        &["401", "bad keyId ST$[…]"],
    );
}
