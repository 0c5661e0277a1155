//! Ten mistakes of a new user's.

use super::*;

/// A mistake of a new user's, the step that shows it, and what is said of it in each language.
struct Mistake {
    case: Case,
    step: [&'static str; 2],
    says: [Words; 2],
}

fn mistakes() -> Vec<Mistake> {
    let mistake = |case, step, pt, en| Mistake {
        case,
        step,
        says: [pt, en],
    };
    let (config, key, contract) = (
        ["Config", "Config"],
        ["Chave", "Key"],
        ["Contrato", "Contract"],
    );
    let fails = |id: &str, status, code| case(id).meets([refusal(status, code)]);
    vec![
        mistake(
            case("m1").without("fim_contrato"),
            config,
            &["falta fim_contrato", "O que fazer: inclua"],
            &["fim_contrato is missing", "What to do: add"],
        ),
        mistake(
            case("m2").with("user", "ocid1.tenancy.oc1..m2"),
            config,
            &["linha 2, user: não é um OCID de user", "ocid1.user"],
            &["line 2, user: not the OCID of a user", "ocid1.user"],
        ),
        mistake(
            case("m3").with("key_file", "<path to your private keyfile> # TODO"),
            key,
            &["linha 6, key_file: o texto de exemplo", "troque <...>"],
            &[
                "line 6, key_file: the console's placeholder",
                "in place of <...>",
            ],
        ),
        mistake(
            case("m4").with("key_file", "m4.pem"),
            key,
            &["m4.pem: não existe", "confira o caminho"],
            &["m4.pem: it does not exist", "check the path"],
        ),
        mistake(
            case("m5").key("public.pem"),
            key,
            &["é uma chave pública", "aponte para a chave privada"],
            &["it is a public key", "point to the RSA private key"],
        ),
        mistake(
            case("m6").key("pkcs8-vendor.pem"),
            key,
            &[
                "a chave tem senha, e falta pass_phrase",
                "inclua pass_phrase",
            ],
            &["encrypted and pass_phrase is missing", "add pass_phrase"],
        ),
        mistake(
            case("m7").with(
                "fingerprint",
                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            ),
            ["Fingerprint", "Fingerprint"],
            &[
                "do config é 00:11:22",
                "o da chave é cf:d1:f2",
                "corrija fingerprint",
            ],
            &[
                "config's fingerprint is 00:11:22",
                "the key's is cf:d1:f2",
                "correct fingerprint",
            ],
        ),
        mistake(
            case("m8").with("fim_contrato", "31/12/2025"),
            contract,
            &[
                "acaba (31/12/2025) antes",
                "corrija inicio_contrato ou fim_contrato",
            ],
            &[
                "ends (2025-12-31) before",
                "correct inicio_contrato or fim_contrato",
            ],
        ),
        mistake(
            case("m9").with("region", "eu-frankfurt-2"),
            ["Região", "Region"],
            &[
                "eu-frankfurt-2 é do realm oc19",
                "corrija region ou tenancy",
            ],
            &[
                "eu-frankfurt-2 is of the realm oc19",
                "correct region or tenancy",
            ],
        ),
        mistake(
            fails("m10", 404, "NotAuthorizedOrNotFound"),
            ["Política", "Policy"],
            &[
                "404 NotAuthorizedOrNotFound",
                "crie a política no compartimento-raiz: Allow group",
            ],
            &[
                "404 NotAuthorizedOrNotFound",
                "policy in the root compartment: Allow group",
            ],
        ),
    ]
}

#[test]
fn a_new_user_s_folder_of_ten_different_mistakes() {
    for (n, lang) in ["pt-BR", "en"].into_iter().enumerate() {
        let mistakes = mistakes();
        let cases = mistakes.iter().map(|mistake| mistake.case.clone());
        let served = served(cases.chain([case("bom").key("rsa-4096.pem")]));
        let text = served.check(&["--lang", lang]).exited(3).stdout;
        let parts: Vec<&str> = text.split("\n━━ ").collect();
        let part = |title: &str| {
            let begins = |part: &&&str| part.starts_with(&format!("{title} ━"));
            *parts
                .iter()
                .find(begins)
                .unwrap_or_else(|| panic!("{title}"))
        };
        let summary = part(["Resumo", "Summary"][n]);
        for Mistake { case, step, says } in &mistakes {
            let (name, file) = (case.config.value("cliente"), &case.config.file);
            let own = in_short(&text, name);
            assert_words(own[0], &[file.as_str(), &format!("✗ {}", step[n])]);
            let failed = own[1..].iter().filter(|line| line.contains(" ✗ "));
            let lines: Vec<&&str> = failed.collect();
            assert_eq!(lines.len(), 1, "{own:?}");
            assert_words(lines[0], &[step[n]]);
            assert_words(&own.join("\n"), says[n]);
        }
        let of_eleven = [
            "11 clientes: 10 com falha (✗), 1 sem problemas (✓)",
            "11 clients: 10 failed (✗), 1 without problems (✓)",
        ];
        assert_eq!(in_short(&text, "Cliente bom").len(), 1);
        if cfg!(unix) {
            assert_words(summary, &[of_eleven[n]]);
        }
        let request = [
            "Para enviar ao administrador de Cliente m10",
            "To send to the administrator of Cliente m10",
        ];
        let statements = [
            "  Allow group GRUPO to read usage-report in tenancy\n",
            "  Allow group GROUP to read usage-report in tenancy\n",
        ];
        assert_words(part(request[n]), &[statements[n], "ocid1.user.oc1..m10"]);
    }
}
