//! Meaning and remedy of each fixed word: situations, failures, warnings, notices,
//! findings of a check, conclusions of a backtest and exit statuses.

use std::collections::BTreeSet;

use clap::ValueEnum as _;

use crate::lang::Lang;
use crate::render::words;
use crate::report::statement::Situation;
use crate::text;

use super::{coded, table};

/// A group of fixed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Situations of a contract.
    Situation,
    /// Reasons why a client has no figures.
    Failure,
    /// Warnings beside a client's figures.
    Warning,
    /// Notices about the folder or the store.
    Notice,
    /// Findings of a check that no other group has.
    Finding,
    /// Conclusions of a backtest.
    Conclusion,
}

impl Group {
    fn name(self, lang: Lang) -> &'static str {
        let (pt, en) = match self {
            Self::Situation => ("situação do contrato", "situation of a contract"),
            Self::Failure => ("falha de um cliente", "failure of a client"),
            Self::Warning => ("aviso", "warning"),
            Self::Notice => (
                "aviso sobre a pasta ou o histórico",
                "notice about folder or history",
            ),
            Self::Finding => ("resultado da verificação (check)", "finding of the check"),
            Self::Conclusion => ("conclusão do backtest", "conclusion of the backtest"),
        };
        words::pick(lang, pt, en)
    }
}

/// The explanation of a code. Texts are in Portuguese and in English.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Group of the code.
    pub group: Group,
    /// Fixed word of machine forms.
    pub code: &'static str,
    /// Meaning of the code.
    pub meaning: [&'static str; 2],
    /// Remedy; empty where there is nothing to do.
    pub remedy: [&'static str; 2],
}

impl Entry {
    /// The entry as `manual codes CODE` prints it.
    pub(super) fn explained(&self, lang: Lang) -> String {
        let mut text = format!(
            "{} ({})\n  {}\n",
            self.code,
            self.group.name(lang),
            words::name(lang, self.meaning)
        );
        if let Some(situation) = self.situation() {
            let label = words::situation(lang, situation);
            text = text.replacen(self.code, &format!("{}: {label}", self.code), 1);
        }
        let remedy = words::name(lang, self.remedy);
        if !remedy.is_empty() {
            text += &format!("  {}\n", words::to_do(lang, &begun_small(remedy)));
        }
        text
    }

    fn situation(&self) -> Option<Situation> {
        let situations = Situation::BY_SEVERITY.into_iter();
        let mut named = situations.filter(|situation| situation.word() == self.code);
        named.next().filter(|_| self.group == Group::Situation)
    }
}

/// The table of a group's codes.
pub(super) fn of(lang: Lang, group: Group) -> String {
    let heads = match lang {
        Lang::PtBr => ["Código", "O que significa", "O que fazer"],
        Lang::En => ["Code", "Meaning", "What to do"],
    };
    let entries = ENTRIES.iter().filter(|entry| entry.group == group);
    let rows = entries.map(|entry| {
        let texts = [entry.meaning, entry.remedy].map(|texts| words::name(lang, texts));
        vec![
            coded(entry.code),
            texts[0].to_owned(),
            if texts[1].is_empty() { "–" } else { texts[1] }.to_owned(),
        ]
    });
    table(&heads, rows)
}

/// The table of the situations, in the order of their test.
pub(super) fn situations(lang: Lang) -> String {
    let heads = match lang {
        Lang::PtBr => ["Palavra", "Na linha de comando", "No relatório", "Quando"],
        Lang::En => ["Word", "On the command line", "In the report", "When"],
    };
    let rows = ENTRIES.iter().filter_map(|entry| {
        let situation = entry.situation()?;
        let typed = situation.to_possible_value()?;
        Some(vec![
            coded(entry.code),
            coded(typed.get_name()),
            words::situation(lang, situation).to_owned(),
            words::name(lang, entry.meaning).to_owned(),
        ])
    });
    table(&heads, rows)
}

/// The table of exit statuses.
pub(super) fn statuses(lang: Lang) -> String {
    let heads = match lang {
        Lang::PtBr => ["Código de saída", "O que significa"],
        Lang::En => ["Status", "Meaning"],
    };
    let rows = STATUSES.iter().map(|(status, meaning)| {
        vec![
            coded(status.to_string()),
            words::name(lang, *meaning).to_owned(),
        ]
    });
    table(&heads, rows)
}

/// `sentence` with a small first letter, as after a colon.
fn begun_small(sentence: &str) -> String {
    let mut rest = sentence.chars();
    let first = rest.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// The codes that `code` may be a misspelling of, nearest first.
pub(super) fn nearest(code: &str) -> Vec<&'static str> {
    let codes: BTreeSet<&'static str> = ENTRIES.iter().map(|entry| entry.code).collect();
    text::nearest(code, codes.into_iter())
}

/// Exit statuses, and their meaning in Portuguese and in English.
pub(crate) const STATUSES: &[(u8, [&str; 2])] = &[
    (
        0,
        [
            "Todos os clientes foram relatados ou testados, ou verificados sem falha",
            "Every client was reported or tested, or checked without a failure",
        ],
    ),
    (
        1,
        [
            "Qualquer outra falha, por exemplo uma saída que não pôde ser gravada",
            "Any other failure, for example an output that could not be written",
        ],
    ),
    (
        2,
        [
            "Uso incorreto: opção inválida, pasta que não pode ser lida, arquivo que não pode ser gravado, data futura, `--only` sem cliente, `--offline` sem histórico",
            "Wrong usage: an invalid option, a folder that cannot be read, a file that cannot be written, a future date, `--only` without a match, `--offline` without a history",
        ],
    ),
    (
        3,
        [
            "Alguns clientes falharam ou não têm todos os dados (`sem_dados`, `historico_incompleto`), ou um arquivo que parece de um cliente não foi lido (`config_nao_lido`)",
            "Some clients failed or lack data (`sem_dados`, `historico_incompleto`), or a file that looks like a client's was not read (`config_nao_lido`)",
        ],
    ),
    (
        4,
        [
            "Nenhum cliente funcionou, ou a pasta não tem `config_*`",
            "No client worked, or the folder has no `config_*`",
        ],
    ),
    (
        10,
        [
            "Um cliente está em uma situação de `--fail-on`, e nada pior aconteceu",
            "A client is in a situation of `--fail-on`, and nothing worse happened",
        ],
    ),
    (
        130,
        [
            "Interrompido (Ctrl-C ou SIGTERM)",
            "Interrupted (Ctrl-C or SIGTERM)",
        ],
    ),
];

const fn entry(
    group: Group,
    code: &'static str,
    meaning: [&'static str; 2],
    remedy: [&'static str; 2],
) -> Entry {
    Entry {
        group,
        code,
        meaning,
        remedy,
    }
}

/// All codes. Situations are in the order in which they are tested; the first that fits holds.
#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    entry(Group::Situation, "nao_iniciado",
        ["O contrato começa depois da data da posição. Nada é consultado.",
         "The contract begins after the as-of day. Nothing is asked for."],
        ["", ""]),
    entry(Group::Situation, "sem_dados",
        ["O contrato começou e não há nenhum dado dele.",
         "The contract has begun, and there is no data of it at all."],
        ["Execute `check`. Se não houve uso, nada falta; se houve, informe `consumo_anterior`.",
         "Run `check`. Without usage nothing is missing; with usage, give `consumo_anterior`."]),
    entry(Group::Situation, "historico_incompleto",
        ["Mais de 35 dias, ou mais de um décimo dos dias decorridos, não têm custo conhecido.",
         "More than 35 days, or more than a tenth of the elapsed days, have no known cost."],
        ["Informe `consumo_anterior` e `consumo_anterior_ate` com o que se sabe de antes.",
         "Give the earlier consumption in `consumo_anterior` and `consumo_anterior_ate`."]),
    entry(Group::Situation, "encerrado",
        ["O último dia do contrato é anterior à data da posição.",
         "The contract's last day is before the as-of day."],
        ["Se foi renovado, crie um config para o novo período.",
         "If it was renewed, make a config for the new period."]),
    entry(Group::Situation, "sem_credito",
        ["O crédito é 0: o contrato é pago por uso.",
         "The credit is 0: the contract is pay as you go."],
        ["", ""]),
    entry(Group::Situation, "esgotado",
        ["O consumo já passou do crédito.",
         "Consumption is over the credit already."],
        ["Contrate mais crédito; o excedente é cobrado pela tabela de preços.",
         "Buy more credit; what is beyond the credit is billed at the rate card."]),
    entry(Group::Situation, "sem_previsao",
        ["Ainda não há dias para calcular uma média.",
         "There are no days yet to average."],
        ["Espere alguns dias de dados.",
         "Wait for some days of data."]),
    entry(Group::Situation, "no_limite",
        ["O total projetado fica a até 2% do crédito, para mais ou para menos.",
         "The projected total is within 2% of the credit, on either side."],
        ["Acompanhe toda semana.",
         "Look at it every week."]),
    entry(Group::Situation, "vai_esgotar",
        ["O total projetado passa do crédito: o crédito acaba antes do fim.",
         "The projected total is over the credit: the credit runs out before the end."],
        ["Reduza o gasto diário até a meta por dia, ou contrate mais crédito antes da data.",
         "Reduce the daily spend to the target pace, or buy more credit before that day."]),
    entry(Group::Situation, "vai_sobrar",
        ["Mais de 10% do crédito (ou de `--surplus-percent`) vai sobrar.",
         "More than 10% of the credit (or than `--surplus-percent`) will be left over."],
        ["Antecipe projetos: o crédito que sobra expira no fim do contrato.",
         "Bring projects forward: credit that is left over lapses at the end."]),
    entry(Group::Situation, "dentro",
        ["O crédito dura até o fim e sobra pouco.",
         "The credit lasts to the end, and little is left over."],
        ["", ""]),

    entry(Group::Failure, "config_ilegivel",
        ["O config não pode ser lido, tem mais de 64 KiB ou está em UTF-16.",
         "The config cannot be read, is over 64 KiB, or is UTF-16."],
        ["Confira caminho e permissões; salve em UTF-8.",
         "Check path and permissions; save it as UTF-8."]),
    entry(Group::Failure, "aguarda_chave",
        ["O config ainda não tem `user` e `fingerprint`: o administrador do cliente ainda não incluiu a chave pública.",
         "The config has no `user` and `fingerprint` yet: the client's administrator has not added the public key."],
        ["Quando receber a prévia da Console, execute `oci-consumo add` de novo.",
         "When you have the console's preview, run `oci-consumo add` again."]),
    entry(Group::Failure, "config_invalida",
        ["Uma linha, uma chave ou um valor está errado ou falta.",
         "A line, a key or a value is wrong or missing."],
        ["Corrija a linha e a chave que a mensagem cita.",
         "Correct the line and the key that the message names."]),
    entry(Group::Failure, "contrato_repetido",
        ["Outro config tem a mesma tenancy em dias comuns e com outros termos; nenhum dos dois conta.",
         "Another config has the same tenancy in common days with other terms; neither counts."],
        ["Mantenha um dos dois ou corrija as datas.",
         "Keep one of the two, or correct the dates."]),
    entry(Group::Failure, "chave_ilegivel",
        ["O arquivo da chave privada não pode ser lido.",
         "The private key's file cannot be read."],
        ["Confira `key_file` e as permissões.",
         "Check `key_file` and the permissions."]),
    entry(Group::Failure, "chave_invalida",
        ["O arquivo não é uma chave privada RSA de 2048 a 8192 bits em PEM ou DER, está danificado, ou usa uma criptografia não suportada. A mensagem diz o que ele é.",
         "The file is not an RSA private key of 2048 to 8192 bits in PEM or DER, is damaged, or uses an unsupported encryption. The message says what it is."],
        ["Aponte para a chave privada RSA; converta com o comando da mensagem.",
         "Point to the RSA private key; convert it by the message's command."]),
    entry(Group::Failure, "senha_da_chave",
        ["A chave está criptografada, e `pass_phrase` falta ou está errada.",
         "The key is encrypted, and `pass_phrase` is missing or wrong."],
        ["Corrija `pass_phrase`.",
         "Correct `pass_phrase`."]),
    entry(Group::Failure, "fingerprint_diferente",
        ["A chave não é a que `fingerprint` indica.",
         "The key is not the one that `fingerprint` names."],
        ["Corrija `fingerprint` ou `key_file`.",
         "Correct `fingerprint` or `key_file`."]),
    entry(Group::Failure, "sem_conexao",
        ["O endereço não foi encontrado, a conexão foi recusada ou caiu, o proxy não liga ao serviço, ou não há certificados.",
         "The host was not found, the connection was refused or broke, the proxy does not connect to the service, or there are no certificates."],
        ["Confira região, rede, DNS, proxy (`HTTPS_PROXY`) e firewall; corrija `SSL_CERT_FILE` ou instale `ca-certificates`.",
         "Check region, network, DNS, proxy (`HTTPS_PROXY`) and firewall; correct `SSL_CERT_FILE` or install `ca-certificates`."]),
    entry(Group::Failure, "tls",
        ["A conexão TLS falhou: certificado, nome ou protocolo.",
         "TLS failed: certificate, name or protocol."],
        ["Confira relógio, proxy e certificados (`SSL_CERT_FILE`).",
         "Check clock, proxy and certificates (`SSL_CERT_FILE`)."]),
    entry(Group::Failure, "tempo_esgotado",
        ["A resposta completa não chegou a tempo.",
         "The whole answer did not come in time."],
        ["Execute de novo, ou aumente `--timeout` ou `--retry-budget`.",
         "Run again, or raise `--timeout` or `--retry-budget`."]),
    entry(Group::Failure, "nao_autenticado",
        ["401: o serviço não aceitou a assinatura, a chave ou o usuário.",
         "401: the service did not accept the signature, the key or the user."],
        ["Compare `user`, `tenancy` e `fingerprint` com a console, veja se a chave pública ainda está lá e se a tenancy está inscrita na região.",
         "Compare `user`, `tenancy` and `fingerprint` with the console; see that the public key is still there, and that the tenancy subscribes to the region."]),
    entry(Group::Failure, "relogio",
        ["O relógio desta máquina está longe demais do relógio do serviço.",
         "This machine's clock is too far from the service's."],
        ["Acerte o relógio, ou use `--as-of`.",
         "Set the clock, or use `--as-of`."]),
    entry(Group::Failure, "sem_permissao",
        ["404: a política falta ou não alcança o usuário.",
         "404: the policy is missing, or does not reach the user."],
        ["Crie a política no compartimento-raiz. Se ela existe: o usuário está no grupo? a política cita o domínio do grupo? `region` é a região home? `check` traz o texto para o administrador.",
         "Make the policy in the root compartment. If it exists: is the user in the group, does the policy name the group's domain, is `region` the home region? `check` has the text for the administrator."]),
    entry(Group::Failure, "nao_permitido",
        ["403: não permitido, muitas vezes porque a região não é a home.",
         "403: not allowed, often because the region is not the home region."],
        ["Ponha a região home em `region`; confira a política.",
         "Put the home region in `region`; check the policy."]),
    entry(Group::Failure, "limite_de_requisicoes",
        ["429: pedidos demais, até o fim das tentativas.",
         "429: too many requests, to the end of the retries."],
        ["Execute mais tarde, com menos `--jobs` ou mais `--retry-budget`.",
         "Run later, with fewer `--jobs` or a larger `--retry-budget`."]),
    entry(Group::Failure, "servico_indisponivel",
        ["5xx ou 409 IncorrectState, até o fim das tentativas.",
         "5xx or 409 IncorrectState, to the end of the retries."],
        ["Execute mais tarde, ou aumente `--retry-budget`. Se persistir, abra um chamado na Oracle com o `opc-request-id`.",
         "Run later, or raise `--retry-budget`. If it persists, open a request with Oracle and give the `opc-request-id`."]),
    entry(Group::Failure, "requisicao_recusada",
        ["Qualquer outra recusa, ou um redirecionamento.",
         "Any other refusal, or a redirect."],
        ["Confira o config e se há um proxy ou portal no caminho; senão, avise-nos.",
         "Check the config, and whether a proxy or portal is in the way; else report it."]),
    entry(Group::Failure, "assinatura",
        ["O pedido não pôde ser assinado.",
         "The request could not be signed."],
        ["Execute de novo.",
         "Run again."]),
    entry(Group::Failure, "moeda_divergente",
        ["O custo está em outra moeda que a do contrato, ou em várias.",
         "The cost is in another currency than the contract, or in several."],
        ["Corrija `moeda` e `credito`.",
         "Correct `moeda` and `credito`."]),
    entry(Group::Failure, "moeda_desconhecida",
        ["Nada diz em que moeda está o custo.",
         "Nothing says the currency of the cost."],
        ["Inclua `moeda`.",
         "Add `moeda`."]),
    entry(Group::Failure, "linha_de_outra_tenancy",
        ["A resposta tem linhas de outra tenancy.",
         "The answer holds rows of another tenancy."],
        ["Se for uma filha, configure só a mãe ou só as filhas, e avise-nos.",
         "If it is a child, configure the parent alone or the children alone, and report the case."]),
    entry(Group::Failure, "linha_fora_do_periodo",
        ["Há custo em um dia que não foi pedido.",
         "There is cost on a day that was not asked for."],
        ["Execute de novo; se persistir, avise-nos com o `opc-request-id`.",
         "Run again; if it persists, report it with the `opc-request-id`."]),
    entry(Group::Failure, "paginacao",
        ["As páginas da resposta se repetem, não acabam ou não podem ser pedidas.",
         "The pages of the answer repeat, do not end, or cannot be asked for."],
        ["Execute de novo; se persistir, avise-nos com o `opc-request-id`.",
         "Run again; if it persists, report it with the `opc-request-id`."]),
    entry(Group::Failure, "resposta_invalida",
        ["A resposta não é o JSON documentado, é grande demais, ou tem um valor, dia ou moeda inválido.",
         "The answer is not the documented JSON, is too large, or has an invalid amount, day or currency."],
        ["Execute de novo; se persistir, avise-nos com o `opc-request-id`.",
         "Run again; if it persists, report it with the `opc-request-id`."]),
    entry(Group::Failure, "sem_dados_armazenados",
        ["`--offline`: o histórico não tem os dias deste cliente, ou não deste config nem desta chave.",
         "`--offline`: the history does not have this client's days, or not from this config or key."],
        ["Execute uma vez sem `--offline`.",
         "Run once without `--offline`."]),
    entry(Group::Failure, "armazenamento_mais_novo",
        ["`--offline`: uma versão mais nova alterou o histórico.",
         "`--offline`: a newer version has changed the history."],
        ["Atualize o programa, ou use outro `--store`.",
         "Update the program, or use another `--store`."]),
    entry(Group::Failure, "armazenamento_corrompido",
        ["`--offline`: o histórico deste cliente não pode ser lido.",
         "`--offline`: the history of this client cannot be read."],
        ["Restaure uma cópia, ou execute uma vez com `--refetch`.",
         "Restore a copy, or run once with `--refetch`."]),
    entry(Group::Failure, "armazenamento_indisponivel",
        ["`--offline`: o histórico não responde.",
         "`--offline`: the history does not answer."],
        ["Siga a mensagem; veja `manual history`.",
         "Follow the message; see `manual history`."]),
    entry(Group::Failure, "prazo_da_execucao",
        ["O tempo de `--deadline` acabou antes deste cliente.",
         "The time of `--deadline` was over before this client was done."],
        ["Aumente `--deadline`, ou execute menos clientes com `--only`.",
         "Raise `--deadline`, or run fewer clients with `--only`."]),
    entry(Group::Failure, "interrompido",
        ["A execução foi interrompida antes deste cliente terminar.",
         "The run was interrupted before this client was done."],
        ["Execute de novo; para um cliente só, use `--only`.",
         "Run again; for one client, use `--only`."]),
    entry(Group::Failure, "erro_interno",
        ["Um defeito deste programa.",
         "A defect of this program."],
        ["Avise-nos, com a saída de `-v`.",
         "Report it with the output of `-v`."]),

    entry(Group::Warning, "pico_na_janela",
        ["Um só dia tem mais de 20% da soma do período da média.",
         "One day holds over 20% of the sum of the averaging window."],
        ["Se não vai se repetir, inclua `ignorar_dia` no config.",
         "If it will not come back, add `ignorar_dia` to the config."]),
    entry(Group::Warning, "janela_curta",
        ["O período da média tem menos de 28 dias; a previsão ainda vai oscilar.",
         "The averaging window has under 28 days; the forecast will still move."],
        ["Espere mais dias de dados.",
         "Wait for more days of data."]),
    entry(Group::Warning, "inicio_sem_dados",
        ["Os primeiros dados vêm mais de 60 dias depois do primeiro dia pedido.",
         "The first data come over 60 days after the first day asked for."],
        ["Se houve uso antes, informe `consumo_anterior`.",
         "If there was usage before, give `consumo_anterior`."]),
    entry(Group::Warning, "dias_sem_registro",
        ["Mais de 10% dos dias do período da média não têm custo, em dias da semana que costumam ter.",
         "Over 10% of the window's days have no cost, on weekdays that usually have one."],
        ["Confira no portal se o uso parou nesses dias.",
         "See in the portal whether usage stopped on those days."]),
    entry(Group::Warning, "ritmo_mudou",
        ["A média dos últimos 14 dias fechados difere mais de 20% da média dos últimos 61.",
         "The mean of the last 14 final days differs by over 20% from that of the last 61."],
        ["A previsão pode estar baixa ou alta: compare com `--method recent` ou informe `ajuste_previsto`.",
         "The forecast may be low or high: compare with `--method recent`, or give `ajuste_previsto`."]),
    entry(Group::Warning, "ajuste_na_janela",
        ["O período da média já tem dias em que o ajuste vale, e uma parte dele conta duas vezes.",
         "The averaging window already has days to which the adjustment applies, so a part of it counts twice."],
        ["Retire `ajuste_previsto` quando o período da média passar desse dia.",
         "Remove `ajuste_previsto` once the window is past that day."]),
    entry(Group::Warning, "sem_dados_recentes",
        ["Não chegam dados há mais tempo que `--settle-days`.",
         "No data came for longer than `--settle-days`."],
        ["Confira no portal se o uso parou.",
         "See in the portal whether usage stopped."]),
    entry(Group::Warning, "moeda_assumida",
        ["A moeda veio dos dados.",
         "The currency was taken from the data."],
        ["Confirme com `moeda` no config.",
         "Confirm it with `moeda` in the config."]),
    entry(Group::Warning, "moeda_em_branco",
        ["Alguns dias tinham custo sem moeda, contado na moeda do contrato.",
         "Some days had cost without a currency, counted in the contract's."],
        ["Compare esses dias com o portal.",
         "Compare those days with the portal."]),
    entry(Group::Warning, "fuso_do_servico",
        ["O relógio desta máquina está mais de 4 minutos longe do serviço; os pedidos usaram a hora do serviço.",
         "This machine's clock is over 4 minutes off the service's; requests used the service's time."],
        ["Acerte o relógio.",
         "Set the clock."]),
    entry(Group::Warning, "regiao_nao_e_home",
        ["A região do config recusou os pedidos, e a região home da tenancy respondeu.",
         "The config's region refused the requests, and the tenancy's home region answered them."],
        ["Ponha a região home em `region`.",
         "Put the home region in `region`."]),
    entry(Group::Warning, "regiao_desconhecida",
        ["A região não está na tabela do programa; o endereço segue o realm da tenancy.",
         "The region is not in the program's table; the address follows the tenancy's realm."],
        ["Confira `region`; se estiver certa, atualize o programa.",
         "Check `region`; if it is right, update the program."]),
    entry(Group::Warning, "mes_reapresentado",
        ["A Oracle corrigiu um mês em mais de 1% desde que os dias foram guardados.",
         "Oracle corrected a month by over 1% since its days were stored."],
        ["Nada a fazer: os dias novos já contam.",
         "Nothing to do: the new days count already."]),
    entry(Group::Warning, "servico_esqueceu",
        ["O serviço não informa mais o custo de alguns dias; vale o que está guardado.",
         "The service no longer tells the cost of some days; the stored cost counts."],
        ["Nada a fazer; guarde cópias do histórico.",
         "Nothing to do; keep copies of the history."]),
    entry(Group::Warning, "lacuna_no_historico",
        ["Ninguém sabe o custo de alguns dias, que a mensagem cita. Eles ficam fora de toda soma.",
         "Nobody can tell the cost of some days, which the message names. They are in no sum."],
        ["Se houve uso, informe `consumo_anterior` até o último deles.",
         "If there was usage, give `consumo_anterior` through the last of them."]),
    entry(Group::Warning, "mes_nao_conferido",
        ["As somas mensais do serviço não puderam ser comparadas com os dias.",
         "The service's monthly sums could not be compared with the days."],
        ["Nada a fazer: os dias vieram inteiros.",
         "Nothing to do: the days came whole."]),
    entry(Group::Warning, "mes_nao_confere",
        ["Os dias de um mês não somam o que o próprio serviço diz do mês.",
         "The days of a month do not add up to the service's own sum of it."],
        ["Se persistir, use `--refetch` e avise-nos.",
         "If it persists, use `--refetch` and report the case."]),
    entry(Group::Warning, "chave_parecida",
        ["Uma chave do config parece escrita errada e foi ignorada.",
         "A key of the config looks misspelt and was ignored."],
        ["Corrija o nome da chave.",
         "Correct the key's name."]),
    entry(Group::Warning, "valor_interpretado",
        ["Um valor do config tem uma só leitura, mas não está como um config o tem: aspas em volta, um caractere invisível na ponta, o texto de um comando antes, o nome de uma região na console.",
         "A value of the config has one reading only, but is not as a config has it: quotes around it, an invisible character at its end, a command's text before it, the console's name of a region."],
        ["O valor já conta; corrija a linha que a mensagem cita.",
         "The value counts already; correct the line that the message names."]),
    entry(Group::Warning, "valor_em_duvida",
        ["Um valor tem mais de três dígitos antes do separador e três depois, como `1500.000`, e foi lido com decimais.",
         "An amount has over three digits before its separator and three behind it, such as `1500.000`, and was read with decimals."],
        ["Se são milhares, escreva com todos os separadores e centavos: `1.500.000,00`.",
         "If these are thousands, write all separators and the cents: `1,500,000.00`."]),
    entry(Group::Warning, "dia_repetido",
        ["Um dia está duas vezes em `ignorar_dia`; conta uma vez.",
         "A day stands twice in `ignorar_dia`; it counts once."],
        ["Apague uma das duas.",
         "Delete one of the two."]),
    entry(Group::Warning, "codificacao",
        ["O config não é UTF-8 e foi lido como Windows-1252.",
         "The config is not UTF-8 and was read as Windows-1252."],
        ["Salve em UTF-8.",
         "Save it as UTF-8."]),

    entry(Group::Notice, "sem_armazenamento",
        ["O relatório foi feito sem o histórico.",
         "The report was made without the history."],
        ["Siga a mensagem; os valores são os do serviço.",
         "Follow the message; the figures are the service's."]),
    entry(Group::Notice, "nao_armazenado",
        ["O relatório está certo, mas esta execução não foi guardada.",
         "The report is right, but this run was not kept."],
        ["Siga a mensagem.",
         "Follow the message."]),
    entry(Group::Notice, "fora_do_bi",
        ["A execução foi guardada, mas as visões de BI não a mostram.",
         "The run was kept, but the views for BI do not show it."],
        ["Use `--record`, ou ponha as opções de todo dia em `oci-consumo.ini`.",
         "Use `--record`, or put everyday options in `oci-consumo.ini`."]),
    entry(Group::Notice, "config_nao_lido",
        ["Um arquivo da pasta tem `tenancy` ou `user`, ou não pôde ser lido, e o nome lembra o de um config, mas não começa com `config_`. Ele não entra no relatório, e o código de saída é 3.",
         "A file of the folder has `tenancy` or `user`, or could not be read, and its name resembles that of a config but does not begin with `config_`. It is not in the report, and the exit status is 3."],
        ["Renomeie o arquivo como a mensagem diz, ou tire-o da pasta.",
         "Rename the file as the message says, or move it out of the folder."]),
    entry(Group::Notice, "nome_parecido",
        ["O nome de um arquivo lembra o de um config, e o arquivo não foi lido. Nele não há `tenancy` nem `user`.",
         "The name of a file resembles that of a config, and the file was not read. It has neither `tenancy` nor `user`."],
        ["Se for um cliente, renomeie para `config_NOME`; senão, tire-o da pasta.",
         "If it is a client, rename it to `config_NAME`; else move it out of the folder."]),
    entry(Group::Notice, "config_repetido",
        ["Um config é cópia de outro e não foi contado.",
         "A config is a copy of another and was not counted."],
        ["Apague a cópia.",
         "Delete the copy."]),

    entry(Group::Finding, "nao_verificado",
        ["O passo depende de outro que falhou.",
         "The step needs another one, which failed."],
        ["Corrija o outro passo.",
         "Correct the other step."]),
    entry(Group::Finding, "contrato_nao_iniciado",
        ["O contrato começa depois da data da posição.",
         "The contract begins after the as-of day."],
        ["Confira `inicio_contrato`.",
         "Check `inicio_contrato`."]),
    entry(Group::Finding, "contrato_encerrado",
        ["O contrato acabou.",
         "The contract is over."],
        ["Se foi renovado, crie um config para o novo período.",
         "If it was renewed, make a config for the new period."]),
    entry(Group::Finding, "sem_credito",
        ["O crédito é 0: pago por uso.",
         "The credit is 0: pay as you go."],
        ["Se há crédito, corrija `credito`.",
         "If credit was bought, correct `credito`."]),
    entry(Group::Finding, "outro_realm",
        ["A região é de outro realm que a tenancy.",
         "The region is of another realm than the tenancy."],
        ["Corrija `region` ou `tenancy`.",
         "Correct `region` or `tenancy`."]),
    entry(Group::Finding, "permissoes_abertas",
        ["Outros usuários da máquina podem ler o arquivo.",
         "Other users of the machine can read the file."],
        ["Execute o `chmod` que aparece.",
         "Run the `chmod` that is shown."]),
    entry(Group::Finding, "permissoes_nao_vistas",
        ["O sistema não tem essas permissões, ou `OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING` está ligada.",
         "The system has no such permissions, or `OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING` is set."],
        ["Confira manualmente quem pode ler a pasta.",
         "See for yourself who can read the folder."]),
    entry(Group::Finding, "tenancy_repetida",
        ["Outro config tem esta tenancy, em outros dias. Está certo para contratos seguidos.",
         "Another config has this tenancy, for other days. That is right for one contract after the other."],
        ["", ""]),
    entry(Group::Finding, "config_repetido",
        ["Outro config é do mesmo contrato; só um dos dois conta.",
         "Another config is of the same contract; one of the two counts."],
        ["Apague a cópia.",
         "Delete the copy."]),
    entry(Group::Finding, "repeticao_nao_vista",
        ["Um config que não pôde ser lido não foi comparado com este.",
         "A config that could not be read was not compared with this one."],
        ["Corrija o outro config e execute de novo.",
         "Correct the other config and run again."]),
    entry(Group::Finding, "chave_repetida",
        ["O config de outra tenancy usa a mesma chave.",
         "Another tenancy's config has the same key."],
        ["Crie uma chave para cada cliente.",
         "Make a key for each client."]),
    entry(Group::Finding, "relogio",
        ["Os relógios diferem mais de 60 s; acima de 300 s o serviço recusa.",
         "The clocks differ by over 60 s; beyond 300 s the service refuses."],
        ["Acerte o relógio.",
         "Set the clock."]),
    entry(Group::Finding, "relogio_nao_visto",
        ["A resposta não traz a hora.",
         "The answer has no time."],
        ["", ""]),
    entry(Group::Finding, "inicio_sem_dados",
        ["Os primeiros dados são de um mês posterior ao primeiro dia pedido.",
         "The first data are of a later month than the first day asked for."],
        ["Se houve uso antes, informe `consumo_anterior`.",
         "If there was usage before, give `consumo_anterior`."]),
    entry(Group::Finding, "historico_nao_visto",
        ["O relatório pede dias anteriores aos doze meses verificados.",
         "The report asks for days before the twelve months that were looked at."],
        ["Execute o relatório: ele diz se falta histórico.",
         "Run the report: it says whether history is missing."]),
    entry(Group::Finding, "sem_custo",
        ["Não há dados em doze meses; pode não ter havido uso.",
         "There are no data in twelve months; there may have been no usage."],
        ["", ""]),
    entry(Group::Finding, "regiao_nao_e_home",
        ["A região home da tenancy é outra.",
         "The tenancy's home region is another."],
        ["Ponha a região home em `region`.",
         "Put the home region in `region`."]),

    entry(Group::Conclusion, "sugerir_troca",
        ["Outro método acertou claramente mais.",
         "Another method was clearly nearer."],
        ["Experimente com `--method`.",
         "Try it with `--method`."]),
    entry(Group::Conclusion, "manter",
        ["Nenhum método acertou claramente mais.",
         "No other method was clearly nearer."],
        ["", ""]),
    entry(Group::Conclusion, "teste_insuficiente",
        ["Há menos de 4 blocos independentes em um horizonte próximo dos dias restantes.",
         "There are under 4 independent blocks at a horizon near the days left."],
        ["", ""]),
    entry(Group::Conclusion, "nada_a_prever",
        ["Não há dias restantes.",
         "No days are left."],
        ["", ""]),
];
