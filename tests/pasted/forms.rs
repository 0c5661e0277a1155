//! Keys of a config that are none, keys in the forms of other tools, and passphrases.

use super::said;
use super::values::{rows, told};
use crate::common::{Config, Folder, KEY_PEM, assert_words, client, failure, warnings};
use oci_consumo::internals::profile::key;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};

/// The passphrase of the keys in `fixtures/keys`.
const PASS_PHRASE: &str = "senha-de-teste";

#[test]
fn a_passphrase_under_another_name_is_named_by_the_failure() {
    let names = [
        "passphrase",
        "pass-phrase",
        "pass phrase",
        "password",
        "senha",
        "senha_da_chave",
        "key_password",
        "passfrase",
        "private_key_password",
        "export OCI_CLI_PASSPHRASE",
    ];
    let mut folder = Folder::new();
    folder.write(
        "cifrada.pem",
        crate::common::key_fixture("pkcs8-aes-256-sha256.pem").as_bytes(),
    );
    for (n, name) in names.iter().enumerate() {
        let config = Config::new(&format!("c{n}")).with("key_file", "cifrada.pem");
        folder = folder.config(&config);
        let text = format!("{}{name}={PASS_PHRASE}\n", config.text());
        folder.write(&config.file, text.as_bytes());
    }
    let served = folder.serve();
    let document = served.json(4, &[]);
    for (n, name) in names.iter().enumerate() {
        let failure = failure(&document, &format!("config_c{n}"));
        assert_eq!(failure["codigo"], "senha_da_chave");
        assert_words(
            failure["acao"].as_str().unwrap(),
            &["linha 12", name, "pass_phrase"],
        );
    }
    assert!(!said(&served.run(&[]).exited(4)).contains(PASS_PHRASE));
}

#[test]
#[ignore = "long"]
fn a_key_like_a_known_one_is_told_and_changes_no_figure() {
    let lines: [(&str, &str); 29] = [
        ("credito_adicional=10000", "some o valor em credito"),
        ("aditivo=R$ 5.000,00", "some o valor em credito"),
        ("2o_credito=1", "seria credito?"),
        ("valor_credito=1", "seria credito?"),
        ("top-up: 1", "seria credito?"),
        ("fim_do_contrato=2027-12-31", "seria fim_contrato?"),
        ("data_fim=2027-12-31", "seria fim_contrato?"),
        ("vencimento=2027-12-31", "seria fim_contrato?"),
        ("nova_data_inicio=2027-12-31", "seria inicio_contrato?"),
        ("region2=gru", "seria region?"),
        ("home_region=gru", "seria region?"),
        ("grupo_economico=x", "seria grupo?"),
        ("moeda_contrato=USD", "seria moeda?"),
        ("consumo_anterior_1=5", "seria consumo_anterior?"),
        ("ajuste=+10%", "seria ajuste_previsto?"),
        ("ignorar_dias=2026-02-01", "seria ignorar_dia?"),
        ("aporte=10000", "some o valor em credito"),
        ("recarga_2=10000", "some o valor em credito"),
        ("prorrogado_ate=2027-12-31", "seria fim_contrato?"),
        ("vigencia=2026-01-01 a 2027-12-31", "seria fim_contrato?"),
        ("dia_ignorado=2026-02-01", "seria ignorar_dia?"),
        ("+credito=1", "na forma de diff"),
        ("3. credito=1", "na forma de lista numerada"),
        ("export credito=1", "na forma de shell"),
        ("TF_VAR_region=gru", "na forma de Terraform"),
        ("OCI_CLI_REGION=gru", "na forma de variável de ambiente"),
        ("$env:OCI_CLI_REGION = \"gru\"", "na forma de PowerShell"),
        ("\"region\": \"gru\",", "na forma de JSON"),
        ("oci.region=gru", "na forma de properties"),
    ];
    let plain = Config::new("normal").without("moeda").without("grupo");
    let mut folder = Folder::new().client(&plain, rows());
    for (n, (line, _)) in lines.iter().enumerate() {
        let config = Config::new(&format!("c{n}"));
        let text = format!("{}{line}\nnota=x\ncontato=y\n", config.text());
        folder = folder.written(&config, text.as_bytes(), rows());
    }
    let document = folder.serve().json(0, &[]);
    for (n, (line, words)) in lines.iter().enumerate() {
        let client = client(&document, &format!("config_c{n}"));
        assert_eq!(client["credito"], "10000", "{line}");
        assert_eq!(client["fim_contrato"], "2026-12-31", "{line}");
        assert_eq!(warnings(client), ["chave_parecida"], "{line}");
        assert_words(told(client)[0].1, &[words, "linha 12"]);
    }
}

#[test]
fn a_config_in_another_tool_s_form_is_told_how_to_write_it() {
    let config = Config::new("x");
    let each = |form: &dyn Fn(&str, &str) -> String| -> String {
        config
            .lines
            .iter()
            .map(|(key, value)| form(key, value))
            .collect()
    };
    let inner = each(&|key, value| format!("  \"{key}\": \"{value}\",\n"));
    let forms: [(&str, String, &str); 22] = [
        (
            "shell",
            each(&|key, value| format!("export {key}=\"{value}\"\n")),
            "shell",
        ),
        (
            "declare",
            each(&|key, value| format!("declare -x {key}='{value}'\n")),
            "shell",
        ),
        (
            "cli",
            each(&|key, value| format!("OCI_CLI_{}={value}\n", key.to_uppercase())),
            "variável de ambiente",
        ),
        (
            "tfvar",
            each(&|key, value| format!("TF_VAR_{key}={value}\n")),
            "Terraform",
        ),
        (
            "hcl",
            format!(
                "provider \"oci\" {{\n  user_ocid = \"{}\"\n}}\n",
                config.value("user")
            ),
            "Terraform",
        ),
        (
            "windows",
            each(&|key, value| format!("set {key}={value}\r\n")),
            "Windows",
        ),
        (
            "setx",
            each(&|key, value| format!("setx {key} \"{value}\"\n")),
            "Windows",
        ),
        (
            "powershell",
            each(&|key, value| format!("$env:{key} = \"{value}\"\n")),
            "PowerShell",
        ),
        ("json", format!("{{\n{inner}}}\n"), "JSON"),
        (
            "json-junto",
            format!("{{{}}}", inner.replace('\n', "")),
            "JSON",
        ),
        (
            "yaml",
            each(&|key, value| format!("- {key}: {value}\n")),
            "YAML",
        ),
        (
            "yaml-marca",
            format!("---\n{}", each(&|key, value| format!("{key}: {value}\n"))),
            "YAML",
        ),
        (
            "mail",
            each(&|key, value| format!("> {key}={value}\n")),
            "e-mail",
        ),
        (
            "fish",
            each(&|key, value| format!("set -gx {key} '{value}'\n")),
            "shell",
        ),
        (
            "csh",
            each(&|key, value| format!("setenv {key} {value}\n")),
            "shell",
        ),
        (
            "json-dentro",
            format!("{{\"oci\": {{\"user\": \"{}\"}}}}", config.value("user")),
            "JSON",
        ),
        (
            "mapa",
            format!(
                "oci = {{\n{}}}\n",
                each(&|key, value| format!("  {key} = \"{value}\"\n"))
            ),
            "Terraform",
        ),
        (
            "xml",
            each(&|key, value| format!("<entry key=\"{key}\">{value}</entry>\n")),
            "XML",
        ),
        (
            "diff",
            format!(
                "+[DEFAULT]\n{}",
                each(&|key, value| format!("+{key}={value}\n"))
            ),
            "diff",
        ),
        (
            "conversa",
            each(&|key, value| format!("22/11/2026 10:11 - Maria: {key}={value}\n")),
            "WhatsApp",
        ),
        (
            "cerca",
            format!("```ini\n{}```\n", config.text()),
            "Markdown",
        ),
        (
            "java",
            each(&|key, value| format!("oci.auth.{key}={value}\n")),
            "properties",
        ),
    ];
    let folder = Folder::new();
    for (id, text, _) in &forms {
        folder.write(&format!("config_{id}"), text.as_bytes());
    }
    let document = folder.serve().json(4, &[]);
    for (id, _, name) in &forms {
        let failure = failure(&document, &format!("config_{id}"));
        let whole = format!("{} {}", failure["mensagem"], failure["acao"]);
        assert_words(&whole, &[name, "escreva"]);
    }
}

#[test]
#[ignore = "long"]
fn a_passphrase_is_tried_as_written_and_then_without_quotes() {
    let key = key::parse(KEY_PEM.as_bytes(), None).unwrap();
    let locked = |phrase: &str| {
        let der = key.to_pkcs8_der().unwrap();
        let parameters = pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(
            2048,
            b"sal-sal-",
            [7; 16],
        );
        let info =
            <pkcs8::PrivateKeyInfoRef<'_> as pkcs8::der::Decode<'_>>::from_der(der.as_bytes())
                .unwrap();
        let locked = info
            .encrypt_with_params(parameters.unwrap(), phrase)
            .unwrap();
        locked
            .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)
            .unwrap()
            .to_string()
    };
    let folder = Folder::new();
    folder.write("sem.pem", locked(PASS_PHRASE).as_bytes());
    folder.write("com.pem", locked("\"aspas fazem parte\"").as_bytes());
    let of = |id: &str, file: &str, phrase: &str| {
        Config::new(id)
            .with("key_file", file)
            .with("pass_phrase", phrase)
    };
    let forms = [
        of("dupla", "sem.pem", &format!("\"{PASS_PHRASE}\"")),
        of("simples", "sem.pem", &format!("'{PASS_PHRASE}'")),
        of("curva", "sem.pem", &format!("“{PASS_PHRASE}”")),
    ];
    let unseen = [
        of("fim", "sem.pem", &format!("{PASS_PHRASE}\u{200b}")),
        of("inicio", "sem.pem", &format!("\u{feff}{PASS_PHRASE}")),
        of(
            "ambos",
            "sem.pem",
            &format!("\u{2060}\"{PASS_PHRASE}\"\u{200e}"),
        ),
    ];
    let whole = of("parte", "com.pem", "\"aspas fazem parte\"");
    let wrong = of("errada", "sem.pem", "\"outra-senha-secreta\"");
    let mut folder = folder.client(&whole, rows()).config(&wrong);
    for form in forms.iter().chain(&unseen) {
        folder = folder.client(form, rows());
    }
    let served = folder.serve();
    let document = served.json(3, &[]);
    for form in &unseen {
        let client = client(&document, &form.file);
        assert_eq!(client["consumo"], "1670");
        let told: String = told(client).iter().map(|(_, text)| *text).collect();
        assert_words(&told, &["caractere invisível", "pass_phrase (linha 12)"]);
    }
    for form in &forms {
        let client = client(&document, &form.file);
        assert_eq!(client["consumo"], "1670");
        assert_eq!(warnings(client), ["valor_interpretado"]);
        assert_words(
            told(client)[0].1,
            &["sem as aspas", "pass_phrase (linha 12)"],
        );
    }
    assert_eq!(warnings(client(&document, "config_parte")), [""; 0]);
    assert_eq!(
        failure(&document, "config_errada")["codigo"],
        "senha_da_chave"
    );
    for args in [&["-v"][..], &["-v", "--format", "json"]] {
        let said = said(&served.run(args).exited(3));
        for secret in [PASS_PHRASE, "aspas fazem parte", "outra-senha-secreta"] {
            assert!(!said.contains(secret), "{secret}");
        }
    }
    let check = served.check(&["--offline", "--format", "json"]).exited(3);
    assert_words(&check.stdout, &["valor_interpretado"]);
}
