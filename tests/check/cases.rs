//! What can be wrong with a client, and what each step shows of it.

use super::*;

/// What can be wrong with a config.
pub(super) fn configs() -> Vec<Case> {
    vec![
        case("completo")
            .says("config", &["completo e legível"])
            .says("contrato", &["de 01/01/2026 a 31/12/2026, em curso"])
            .says("regiao", &["sa-saopaulo-1, do realm oc1"])
            .says("chave", &["RSA de 2048 bits, sem senha"])
            .says("fingerprint", &["é o desta chave"])
            .says("conexao", &["127.0.0.1 responde, sem TLS"])
            .says("autenticacao", &["aceita a assinatura"])
            .says("politica", &["a consulta de 16/06/2026 foi respondida"])
            .says("historico", &["há dados desde 01/2026"])
            .says("home_region", &["a region do config é a região home"]),
        case("faltam")
            .without("credito")
            .without("fim_contrato")
            .fails(
                "config",
                "config_invalida",
                &["config_faltam: faltam credito, fim_contrato"],
                &["inclua no arquivo: "],
            )
            .waits(["contrato"], OFFLINE_WAIT),
        case("sem-usuario")
            .without("user")
            .fails("config", "config_invalida", &["falta user"], &["inclua"])
            .stops(OFFLINE_WAIT),
        case("sem-tenancy")
            .without("tenancy")
            .fails("config", "config_invalida", &["falta tenancy"], &[])
            .waits(["regiao", "repeticao"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("sem-chave")
            .without("key_file")
            .fails("config", "config_invalida", &["falta key_file"], &[])
            .waits(["chave", "fingerprint", "permissoes"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("sem-fingerprint")
            .without("fingerprint")
            .fails("config", "config_invalida", &["falta fingerprint"], &[])
            .waits(["fingerprint", "repeticao"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("escrita")
            .without("credito")
            .with("credíto", "10000")
            .fails(
                "config",
                "config_invalida",
                &["falta credito"],
                // It is no warning besides.
                &["a linha 11 tem credíto: é credito?"],
            )
            .waits(["contrato"], OFFLINE_WAIT),
        case("escrita-opcional")
            .with("consumo_anteriro", "10,00")
            .warns(
                "config",
                "chave_parecida",
                &["consumo_anteriro (linha 12)", "seria consumo_anterior?"],
                &["escreva consumo_anterior"],
            ),
        case("varios")
            .with("user", "fulano")
            .with("region", "São Paulo")
            .with("fingerprint", "12:34")
            .with("credito", "150.000")
            .with("fim_contrato", "2025-12-31")
            .fails(
                "config",
                "config_invalida",
                &["linha 2, user: não é um OCID de user"],
                &["ocid1.user"],
            )
            .fails(
                "contrato",
                "config_invalida",
                &["linha 11, fim_contrato", "acaba"],
                &["corrija"],
            )
            .fails(
                "contrato",
                "config_invalida",
                &["linha 9, credito: \"150.000\" pode ser 150.000,00 ou 150,000"],
                &["escreva com centavos"],
            )
            .fails(
                "regiao",
                "config_invalida",
                &["linha 5, region"],
                &["sa-saopaulo-1"],
            )
            .fails(
                "fingerprint",
                "config_invalida",
                &["linha 3, fingerprint: não é uma impressão digital"],
                &["console"],
            )
            .waits(["repeticao"], &["depende de Fingerprint"])
            .stops(REGION_WAIT),
        case("exemplo")
            .with("key_file", "<path to your private keyfile> # TODO")
            .fails(
                "chave",
                "config_invalida",
                &["linha 6, key_file: o texto de exemplo da console"],
                &["troque <...> pelo valor"],
            )
            .waits(["fingerprint", "permissoes"], KEY_WAIT)
            .stops(KEY_WAIT),
        case("embutida")
            .with("key_file", r"-----BEGIN PRIVATE KEY-----\nMIIE")
            .fails(
                "chave",
                "config_invalida",
                &["linha 6, key_file: a própria chave está no lugar do caminho"],
                &["salve a chave em um arquivo"],
            )
            .waits(["fingerprint", "permissoes"], KEY_WAIT)
            .stops(KEY_WAIT),
        case("ao-contrario")
            .with("fim_contrato", "2025-12-31")
            .fails(
                "contrato",
                "config_invalida",
                &["o contrato acaba (31/12/2025) antes de começar (01/01/2026)"],
                &["corrija inicio_contrato ou fim_contrato"],
            ),
        case("encerrado").with("fim_contrato", "2026-05-31").warns(
            "contrato",
            "contrato_encerrado",
            &["terminou em 31/05/2026"],
            &["credito, inicio_contrato e fim_contrato"],
        ),
        case("nao-iniciado")
            .with("inicio_contrato", "2026-07-01")
            .warns(
                "contrato",
                "contrato_nao_iniciado",
                &["só começa em 01/07/2026"],
                &["inicio_contrato"],
            ),
        case("credito-zero").with("credito", "0").warns(
            "contrato",
            "sem_credito",
            &["crédito 0"],
            &["corrija credito"],
        ),
        case("encerrado-e-zero")
            .with("credito", "0")
            .with("fim_contrato", "2026-05-31")
            .warns("contrato", "contrato_encerrado", &[], &[])
            .warns("contrato", "sem_credito", &[], &[]),
        case("regiao-nova").with("region", "xx-nova-9").warns(
            "regiao",
            "regiao_desconhecida",
            &["xx-nova-9 não está na tabela", "realm oc1"],
            &["confira region na console"],
        ),
        case("outro-realm")
            .with("region", "us-gov-ashburn-1")
            .fails(
                "regiao",
                "outro_realm",
                &["us-gov-ashburn-1 é do realm oc3", "realm oc1"],
                &["corrija region ou tenancy"],
            )
            .stops(REGION_WAIT),
        case("realm-desconhecido")
            .with("tenancy", "ocid1.tenancy.oc99..x")
            .with("region", "xx-nova-9")
            .fails(
                "regiao",
                "config_invalida",
                &["região desconhecida, e o realm da tenancy também"],
                &["confira region e tenancy"],
            )
            .stops(REGION_WAIT),
    ]
}

/// What can be wrong with a key, with its permissions, and between configs.
pub(super) fn keys() -> Vec<Case> {
    let key_fails = |id: &str, code, message, remedy| {
        case(id)
            .fails("chave", code, message, remedy)
            .waits(["fingerprint"], KEY_WAIT)
            .stops(KEY_WAIT)
    };
    let mut cases = vec![
        key_fails(
            "chave-ausente",
            "chave_ilegivel",
            &["linha 6, key_file: ", "nao-existe.pem: não existe"],
            &["confira o caminho"],
        )
        .with("key_file", "nao-existe.pem")
        .waits(["permissoes"], KEY_WAIT),
        key_fails(
            "chave-pasta",
            "chave_ilegivel",
            &["não é um arquivo comum"],
            &["aponte para um arquivo"],
        )
        .with("key_file", ".")
        .waits(["permissoes"], KEY_WAIT),
        key_fails(
            "publica",
            "chave_invalida",
            &["é uma chave pública"],
            &["chave privada RSA"],
        )
        .key("public.pem"),
        key_fails(
            "curva",
            "chave_invalida",
            &["não é uma chave RSA"],
            &["RSA"],
        )
        .key("ec.pem"),
        key_fails(
            "curta",
            "chave_invalida",
            &["tem 1024 bits"],
            &["gere outra"],
        )
        .key("rsa-1024.pem"),
        key_fails(
            "sem-senha",
            "senha_da_chave",
            &["a chave tem senha, e falta pass_phrase"],
            &["inclua"],
        )
        .key("pkcs8-aes-256-sha256.pem"),
        key_fails(
            "senha-errada",
            "senha_da_chave",
            &["não abre a chave"],
            &["confira a senha"],
        )
        .key("pkcs1-aes256.pem")
        .with("pass_phrase", WRONG_PHRASE),
        case("cifrada")
            .key("pkcs8-vendor.pem")
            .with("pass_phrase", PASS_PHRASE)
            .says(
                "chave",
                &["RSA de 2048 bits, com senha; pass_phrase a abre"],
            ),
        case("senha-a-mais")
            .with("pass_phrase", PASS_PHRASE)
            .says("chave", &["sem senha"]),
        case("de-outra")
            .with(
                "fingerprint",
                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            )
            .fails(
                "fingerprint",
                "fingerprint_diferente",
                &["é 00:11:", "o da chave é cf:d1:f2:88"],
                &["corrija fingerprint"],
            )
            .says(
                "repeticao",
                &["nenhum outro config da pasta tem esta tenancy"],
            )
            .stops(&["não verificado: depende de Fingerprint"]),
        case("um")
            .warns(
                "repeticao",
                "config_repetido",
                &["config_um-2 é o mesmo contrato"],
                &["deixe um só"],
            )
            .warns(
                "repeticao",
                "chave_repetida",
                &["abre as duas"],
                &["uma chave para cada"],
            )
            .requests(6),
        case("dois")
            .fails(
                "repeticao",
                "contrato_repetido",
                &["mesma tenancy e mesmos dias que config_dois-2"],
                &["deixe um dos dois"],
            )
            .warns("repeticao", "chave_repetida", &[], &[])
            .requests(6),
        case("seguido")
            .with("fim_contrato", "2026-03-31")
            .warns("contrato", "contrato_encerrado", &[], &[])
            .warns(
                "repeticao",
                "tenancy_repetida",
                &["config_seguido-2 tem a mesma tenancy"],
                &["se são dois contratos seguidos"],
            )
            .warns("repeticao", "chave_repetida", &[], &[])
            .requests(6),
    ];
    let again = |id: &str, first: &str| {
        let mut case = case(id).with("tenancy", &format!("ocid1.tenancy.oc1..{first}"));
        case.config = case
            .config
            .with("user", &format!("ocid1.user.oc1..{first}"));
        case.served = false;
        case.requests(6)
    };
    cases.extend([
        again("um-2", "um")
            .warns(
                "repeticao",
                "config_repetido",
                &["config_um é o mesmo contrato"],
                &["deixe um só"],
            )
            .warns("repeticao", "chave_repetida", &[], &[]),
        again("dois-2", "dois")
            .with("credito", "12345")
            .fails(
                "repeticao",
                "contrato_repetido",
                &["mesma tenancy e mesmos dias que config_dois"],
                &["deixe um dos dois"],
            )
            .warns("repeticao", "chave_repetida", &[], &[]),
        again("seguido-2", "seguido")
            .with("inicio_contrato", "2026-04-01")
            .warns(
                "repeticao",
                "tenancy_repetida",
                &["config_seguido tem"],
                &[],
            )
            .warns("repeticao", "chave_repetida", &[], &[]),
    ]);
    if cfg!(unix) {
        cases.extend([
            case("config-aberto")
                .mode("config_config-aberto", 0o644)
                .warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["config_config-aberto tem permissões 644"],
                    &["chmod 600 ", "config_config-aberto"],
                ),
            case("chave-aberta")
                .key("pkcs1.pem")
                .mode("pkcs1.pem", 0o640)
                .warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["pkcs1.pem tem permissões 640"],
                    &["chmod 600 ", "pkcs1.pem"],
                ),
            case("so-leitura").mode("config_so-leitura", 0o400),
            {
                let mut quoted = case("aspas").mode("config_d'água", 0o604).warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["config_d'água tem permissões 604"],
                    &[r"config_d'\''água'"],
                );
                quoted.config.file = "config_d'água".to_owned();
                quoted
            },
        ]);
    }
    cases
}

/// What the service can say.
fn services() -> Vec<Case> {
    let skewed = |id: &str, seconds| case(id).always(Fault::ClockOffset(seconds));
    let clock: Words = &["acerte o relógio"];
    let refused = |id: &str, fault: Fault, code, message, remedy| {
        case(id)
            .meets([fault])
            .fails("politica", code, message, remedy)
            .waits(["historico"], POLICY_WAIT)
    };
    let not_told: Words = &["a resposta não diz se o serviço aceitou a assinatura"];
    let elsewhere = Some("sa-vinhedo-1");
    vec![
        // An answer's date is up to a second old, and so is the answer itself.
        skewed("relogio-certo", 54).says("relogio", &["do relógio do serviço"]),
        skewed("relogio-certo-antes", -54),
        skewed("relogio-atrasado", 66).warns("relogio", "relogio", &["s atrasado"], clock),
        skewed("relogio-adiantado", -62).warns("relogio", "relogio", &["s adiantado"], clock),
        skewed("relogio-muito-atrasado", 310)
            .fails("relogio", "relogio", &["5 min atrasado"], clock)
            .requests(4),
        skewed("relogio-muito-adiantado", -302)
            .fails("relogio", "relogio", &["5 min adiantado"], clock)
            .requests(4),
        case("sem-hora")
            .meets([answer(200, &[("date", "quem sabe")], r#"{"items":[]}"#)])
            .unknown("relogio", "relogio_nao_visto", &["não diz a hora"], &[])
            .says("politica", &["sem custo nesse dia"]),
        case("recusada")
            .meets([refusal(401, "NotAuthenticated")])
            .fails(
                "autenticacao",
                "nao_autenticado",
                &["401 NotAuthenticated: As it is"],
                &[
                    "user ocid1.user.oc1..recusada",
                    "cf:d1:f2:88",
                    "chave pública",
                ],
            )
            .waits(["politica"], &["depende de Autenticação"])
            .waits(["historico", "home_region"], POLICY_WAIT)
            .asks(&[
                "Tenancy: ocid1.tenancy.oc1..recusada",
                "Usuário: ocid1.user.oc1..recusada",
                "-----BEGIN PUBLIC KEY-----",
                "-----END PUBLIC KEY-----",
                "cf:d1:f2:88:70:69:21:75:c4:43:e0:dc:c6:90:73:5d",
            ])
            .requests(1),
        refused(
            "sem-politica",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &["Allow group GRUPO to read usage-report in tenancy"],
        )
        .says("autenticacao", &["aceita a assinatura"])
        .asks(POLICY)
        .requests(2),
        refused(
            "sem-politica-alguma",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404"],
            &[],
        )
        .home(None)
        .unknown(
            "home_region",
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &[
                "o relatório não precisa disso",
                "inspect tenancies in tenancy",
            ],
        )
        .asks(POLICY)
        .requests(2),
        refused(
            "proibida",
            refusal(403, "NotAuthorized"),
            "nao_permitido",
            &["403 NotAuthorized"],
            &["a política: Allow group"],
        )
        .waits(["home_region"], POLICY_WAIT)
        .asks(POLICY)
        .requests(1),
        refused(
            "pagina-404",
            refusal(404, ""),
            "sem_permissao",
            &["404"],
            &[],
        )
        .waits(["autenticacao"], not_told)
        .requests(2),
        refused(
            "indisponivel",
            refusal(503, "ServiceUnavailable"),
            "servico_indisponivel",
            &["503 ServiceUnavailable"],
            &["execute mais tarde"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        refused(
            "pagina",
            answer(200, &[], "<html>Bem-vindo</html>"),
            "resposta_invalida",
            &["não é o JSON documentado"],
            &["execute de novo"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        refused(
            "desvio",
            answer(302, &[], ""),
            "requisicao_recusada",
            &["302"],
            &["proxy ou portal"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        case("calada")
            .meets([Fault::Silent(Duration::from_secs(600))])
            .fails(
                "conexao",
                "tempo_esgotado",
                &["não respondeu a tempo"],
                &["--timeout"],
            )
            .waits(["relogio", "autenticacao", "politica"], CONNECTION_WAIT)
            .waits(["historico", "home_region"], CONNECTION_WAIT)
            .requests(1),
        case("caida")
            .meets([Fault::Reset])
            .fails(
                "conexao",
                "sem_conexao",
                &["a conexão com 127.0.0.1 caiu"],
                &["rede"],
            )
            .waits(["relogio", "autenticacao", "politica"], CONNECTION_WAIT)
            .waits(["historico", "home_region"], CONNECTION_WAIT)
            .requests(1),
        case("outra-moeda")
            .rows(vec![WorldRow::new(
                "2026-06-16".parse().unwrap(),
                "10",
                "USD",
            )])
            .fails(
                "politica",
                "moeda_divergente",
                &["o contrato está em BRL e o custo vem em USD (10,00 desde 16/06/2026)"],
                &["corrija moeda"],
            )
            .waits(["historico", "home_region"], POLICY_WAIT)
            .requests(1),
        case("comeca-tarde")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .warns(
                "historico",
                "inicio_sem_dados",
                &["os primeiros dados são de 03/2026", "desde 01/01/2026"],
                &["consumo_anterior e consumo_anterior_ate"],
            ),
        case("comecou-antes")
            .rows(daily("2025-12-15", "2026-06-16", "10"))
            .says("historico", &["há dados desde 12/2025"]),
        case("aberto-tarde")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .with("consumo_anterior", "500,00")
            .with("consumo_anterior_ate", "2026-02-28")
            .says("historico", &["há dados desde 03/2026"]),
        // What the report would ask for is not known.
        case("aberto-quando")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .with("consumo_anterior", "500,00")
            .with("consumo_anterior_ate", "ontem")
            .fails(
                "contrato",
                "config_invalida",
                &["consumo_anterior_ate: \"ontem\""],
                &["escreva AAAA-MM-DD"],
            )
            .says("historico", &["há dados desde 03/2026"]),
        case("antigo")
            .with("inicio_contrato", "2025-06-30")
            .rows(daily("2025-06-30", "2026-06-16", "10"))
            .says("historico", &["há dados desde 07/2025"])
            .unknown(
                "historico",
                "historico_nao_visto",
                &["nada foi consultado antes de 07/2025"],
                &["o relatório avisa"],
            ),
        case("sem-custo")
            .rows(Vec::new())
            .says(
                "politica",
                &["a consulta de 16/06/2026 foi respondida, sem custo"],
            )
            .unknown(
                "historico",
                "sem_custo",
                &["nenhum dado desde 07/2025"],
                &[],
            ),
        case("historico-estranho")
            .meets([Fault::None, answer(200, &[], "[]")])
            .unknown(
                "historico",
                "resposta_invalida",
                &["não é o JSON documentado"],
                &["o relatório não precisa disso"],
            ),
        case("home-outra").home(elsewhere).warns(
            "home_region",
            "regiao_nao_e_home",
            &["a região home é sa-vinhedo-1; sa-saopaulo-1 respondeu"],
            &["use region=sa-vinhedo-1"],
        ),
        case("home-recusada").home(None).unknown(
            "home_region",
            "sem_permissao",
            &["não foi possível saber: ", "404"],
            &["inspect tenancies in tenancy"],
        ),
        case("home-estranha")
            .meets([Fault::None, Fault::None, answer(200, &[], "[]")])
            .unknown(
                "home_region",
                "resposta_invalida",
                &["não diz qual é a região home"],
                &["o relatório não precisa disso"],
            ),
        case("home-necessaria")
            .meets([refusal(403, "NotAllowed")])
            .home(elsewhere)
            .warns(
                "home_region",
                "regiao_nao_e_home",
                &["a região home é sa-vinhedo-1; sa-saopaulo-1 recusou"],
                &["use region=sa-vinhedo-1"],
            )
            .requests(4),
        refused(
            "home-tambem-recusa",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404"],
            &[],
        )
        .meets([Fault::None, refusal(404, "NotAuthorizedOrNotFound")])
        .home(elsewhere)
        .warns("home_region", "regiao_nao_e_home", &["recusou"], &[])
        .asks(POLICY)
        .requests(3),
    ]
}

pub(super) fn all() -> Vec<Case> {
    [configs(), keys(), services()]
        .into_iter()
        .flatten()
        .collect()
}
