//! The manual's tables of command line options.
//!
//! Names, values and defaults come from the command line's definition, as does the English text,
//! which is that of `--help`. The table here says the topic of each option and its Portuguese text.

use crate::lang::Lang;
use crate::manual::Topic;
use crate::render::words;

use super::{coded, table as markdown};

/// An option, as the command line defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOption {
    /// Command that has the option; empty for the report. Options of several commands are the report's.
    pub command: String,
    /// Long name, `--jobs` for one.
    pub name: String,
    /// Short name, `-o` for one.
    pub short: Option<String>,
    /// Name of the value.
    pub value: Option<String>,
    /// Help text.
    pub help: String,
    /// Values that are possible; empty where any is.
    pub values: Vec<String>,
    /// Default that the definition holds.
    pub default: Option<String>,
    /// Environment variable.
    pub variable: Option<String>,
}

impl CommandOption {
    /// Command and name, as [`OPTIONS`] has them.
    pub fn id(&self) -> String {
        format!("{} {}", self.command, self.name).trim().to_owned()
    }
}

/// The table of the options of `topic`.
pub(super) fn table(lang: Lang, topic: Topic, options: &[CommandOption]) -> String {
    let heads = [&["Opção", "O que faz"], &["Option", "Meaning"]];
    let rows = options.iter().filter_map(|option| {
        let id = option.id();
        let (_, portuguese, _) = OPTIONS
            .iter()
            .find(|(known, _, at)| *known == id && *at == topic)?;
        Some(row(lang, option, portuguese))
    });
    markdown(lang, heads, rows)
}

fn row(lang: Lang, option: &CommandOption, portuguese: &str) -> Vec<String> {
    let mut name = option.name.clone();
    if let Some(short) = &option.short {
        name = format!("{short}, {name}");
    }
    if let Some(value) = &option.value {
        name += &format!(" {value}");
    }
    let mut cell = coded(name);
    if !option.command.is_empty() {
        cell = format!("{} {cell}", coded(&option.command));
    }
    let mut text = match lang {
        Lang::PtBr => portuguese.to_owned(),
        Lang::En => option.help.replace('|', "\\|"),
    };
    let mut facts = Vec::new();
    // A default that the plan sets stands in the text.
    if let Some((rest, default)) = text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once(" ["))
    {
        facts.push(default.to_owned());
        text = rest.to_owned();
    }
    if !option.values.is_empty() {
        let values: Vec<String> = option.values.iter().map(coded).collect();
        let label = words::pick(lang, "valores", "values");
        facts.push(format!("{label}: {}", values.join(", ")));
    }
    if let Some(default) = &option.default {
        let label = words::pick(lang, "padrão", "default");
        facts.push(format!("{label}: {}", coded(default)));
    }
    if let Some(variable) = &option.variable {
        let label = words::pick(lang, "variável", "variable");
        facts.push(format!("{label}: {}", coded(variable)));
    }
    if !facts.is_empty() {
        text += &format!(" ({})", facts.join("; "));
    }
    vec![cell, text]
}

/// Options of every command: id, Portuguese text and topic.
#[rustfmt::skip]
pub const OPTIONS: &[(&str, &str, Topic)] = &[
    ("--as-of", "Mostra a posição neste dia UTC [padrão: hoje]", Topic::Folder),
    ("--only", "Só os clientes com este texto no nome ou no arquivo, sem distinção de maiúsculas e acentos; pode ser repetida", Topic::Folder),
    ("--situation", "Mostra só os clientes nestas situações, separadas por vírgula; totais, arquivos e código de saída ficam inteiros", Topic::Folder),
    ("--top", "Mostra só os primeiros N clientes, na ordem de `--sort`; totais, arquivos e código de saída ficam inteiros", Topic::Folder),
    ("--sort", "Ordem dos clientes no texto", Topic::Folder),
    ("--by-group", "Inclui na carteira os subtotais de cada `grupo` dos configs, em texto", Topic::Folder),
    ("--summary", "Só os totais e a carteira, sem a parte de cada cliente", Topic::Files),
    ("--details", "Inclui o que o texto omite: estatísticas, período da média, dias parciais, intervalo provável, meses mais antigos", Topic::Files),
    ("--all", "Mostra todas as linhas e os nomes inteiros, também em um terminal", Topic::Files),
    ("--fail-on", "Sai com 10 se um cliente está em uma destas situações", Topic::Codes),
    ("--settle-days", "Dias antes da data da posição que o serviço ainda pode mudar [padrão: 2]", Topic::Forecast),
    ("--method", "Método da previsão [padrão: weekday]", Topic::Forecast),
    ("--what-if", "Muda todas as previsões: +10%, -25% ou +5000 (por mês)", Topic::Forecast),
    ("--surplus-percent", "Parte do crédito, em por cento, a partir da qual a sobra conta como *vai sobrar* [padrão: 10]", Topic::Forecast),
    ("--format", "Formato do que é impresso", Topic::Files),
    ("--lang", "Língua do que é impresso [padrão: pt-BR]", Topic::Files),
    ("--color", "Quando usar cores: auto é só em um terminal e sem NO_COLOR", Topic::Files),
    ("--quiet", "Sem progresso nem avisos na saída de erros", Topic::Files),
    ("--verbose", "Mostra pedidos, tentativas e tempos na saída de erros", Topic::Files),
    ("--daily", "Inclui os dias de cada cliente no JSON", Topic::Files),
    ("--output", "Grava também neste arquivo: .json, .csv, .xlsx, .md ou .html; {date} é a data da posição; pode ser repetida. `oci://BUCKET@NAMESPACE/CAMINHO` é um objeto do Object Storage", Topic::Files),
    ("--publish-as", "Publica com o usuário deste arquivo: `user`, `fingerprint`, `tenancy`, `region` e `key_file` [padrão: `[publicar]` em `alertas.ini`]", Topic::Files),
    ("--table", "Tabela do CSV e do Markdown [padrão: clients]", Topic::Files),
    ("--csv-style", "Estilo do CSV [padrão: standard]", Topic::Files),
    ("--jobs", "Pedidos ao mesmo tempo, no máximo 4 por tenancy [padrão: 32]", Topic::Network),
    ("--timeout", "Desiste de um pedido depois destes segundos, incluída a conexão", Topic::Network),
    ("--retry-budget", "Para de tentar de novo um cliente depois destes segundos", Topic::Network),
    ("--deadline", "Encerra a execução depois destes segundos; quem não terminou falha [padrão: nenhum]", Topic::Network),
    ("--endpoint", "Usa este endereço no lugar do serviço: https, ou http nesta máquina", Topic::Network),
    ("--store", "Guarda o histórico neste arquivo SQLite ou banco PostgreSQL [padrão: consumo.db na pasta]", Topic::History),
    ("--no-store", "Não lê nem guarda o histórico", Topic::History),
    ("--refetch", "Busca todos os dias de novo, guardados ou não", Topic::History),
    ("--offline", "Relatório só do histórico, sem consultar o serviço", Topic::History),
    ("--record", "Mostra esta execução no BI, mesmo que seja diferente da de rotina", Topic::History),
    ("add --preview", "A prévia da Console (*Configuration file preview*), neste arquivo ou, com -, na entrada padrão", Topic::Folder),
    ("add --from-oci", "Usa o acesso deste perfil de ~/.oci/config", Topic::Folder),
    ("add --generate-key", "Cria o par de chaves aqui; o administrador do cliente inclui a chave pública depois", Topic::Folder),
    ("add --tenancy", "OCID da tenancy", Topic::Folder),
    ("add --region", "Região home da tenancy", Topic::Folder),
    ("add --user", "OCID do usuário dono da chave", Topic::Folder),
    ("add --fingerprint", "Fingerprint da chave [padrão: o de `--key`]", Topic::Folder),
    ("add --key", "A chave privada [padrão: a que tem esse fingerprint na pasta, em ~/Downloads ou em ~/.oci]", Topic::Folder),
    ("add --pass-phrase-file", "Arquivo cuja primeira linha é a senha da chave privada", Topic::Folder),
    ("add --client", "Nome do cliente; o de um que aguarda a chave, para completá-lo", Topic::Folder),
    ("add --credit", "Crédito contratado, como em um config: \"R$ 150.000,00\"", Topic::Folder),
    ("add --currency", "Moeda do contrato [padrão: a de `--credit`]", Topic::Folder),
    ("add --start", "Primeiro dia do contrato", Topic::Folder),
    ("add --end", "Último dia do contrato", Topic::Folder),
    ("add --file", "Nome do config [padrão: config_ e o nome do cliente]", Topic::Folder),
    ("add --yes", "Grava sem perguntar antes", Topic::Folder),
    ("check --offline", "Só o que se verifica sem a rede", Topic::Check),
    ("backtest --details", "Inclui a tabela dos erros de cada método", Topic::Forecast),
    ("check --details", "Mostra todos os passos de todos os clientes, também os que deram certo", Topic::Check),
    ("check --service-report", "Imprime o que as respostas mostraram do serviço, sem nome, OCID, valor nem endereço", Topic::Service),
    ("demo --seed", "Número que gera os dias inventados", Topic::Folder),
    ("demo --faults", "Inclui clientes que falham", Topic::Folder),
    ("demo --serve", "Mantém o serviço simulado no ar e mostra o endereço e a pasta", Topic::Folder),
    ("demo --dir", "Grava a pasta dos clientes aqui e a deixa", Topic::Folder),
    ("--pages", "Grava a página de cada cliente nesta pasta", Topic::Pages),
    ("--no-pages", "Não grava páginas, seja o que for que `oci-consumo.ini` diz", Topic::Pages),
    ("--pages-url", "Endereço em que os clientes acham a pasta, para `links.csv`: https, ou http nesta máquina", Topic::Pages),
    ("--pages-group", "Só este grupo lê as páginas, como o do servidor web [padrão: todos]", Topic::Pages),
    ("--contact", "Linha das páginas que diz com quem o cliente fala", Topic::Pages),
    ("pages prune --yes", "Apaga sem perguntar", Topic::Pages),
    ("pages show --to", "Grava a página nesta pasta [padrão: uma temporária nova]", Topic::Pages),
    ("alert --dry-run", "Não envia nem muda nada: mostra cada mensagem, e por que cada cliente é ou não avisado", Topic::Alerts),
    ("alert --alerts", "Lê os ajustes dos alertas deste arquivo [padrão: `alertas.ini` na pasta]", Topic::Alerts),
    ("alert init --email", "Endereço que recebe os alertas do operador; perguntado em um terminal", Topic::Alerts),
    ("alert init --by", "Caminho do e-mail: `smtp://SERVIDOR:PORTA`, `smtps://SERVIDOR:PORTA`, `sendmail` ou `oci`; perguntado em um terminal", Topic::Alerts),
];
