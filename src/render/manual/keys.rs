//! The manual's tables of JSON keys, made from the schemas and the dictionary of figures.

use serde_json::Value;

use crate::lang::Lang;
use crate::render::words;
use crate::report::figures::{FIGURES, SUMS};

use super::{coded, table as markdown};

/// A key of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Path from the document, `clientes[].meses[].mes` for one.
    pub path: String,
    /// Name of the type's definition in the schema, or its JSON type.
    kind: String,
    /// The value may be null.
    nullable: bool,
}

/// The table of the keys of the documents that `schema` describes.
pub(super) fn table(lang: Lang, schema: &Value) -> String {
    let heads = [
        &["Chave", "Tipo", "null", "O que é"],
        &["Key", "Type", "null", "Meaning"],
    ];
    let rows = keys(schema).into_iter().map(|key| {
        let nullable = words::pick(lang, "pode ser", "possible");
        vec![
            coded(&key.path),
            kind(lang, &key.kind).to_owned(),
            if key.nullable { nullable } else { "–" }.to_owned(),
            meaning(lang, &key.path).unwrap_or_default().to_owned(),
        ]
    });
    markdown(lang, heads, rows)
}

/// All keys of the documents that `schema` describes, each object's before those of the objects in it.
pub fn keys(schema: &Value) -> Vec<KeyEntry> {
    let mut keys = Vec::new();
    walk(schema, schema, "", &mut keys);
    keys
}

fn walk(schema: &Value, object: &Value, prefix: &str, keys: &mut Vec<KeyEntry>) {
    let Some(properties) = object.get("properties").and_then(Value::as_object) else {
        return;
    };
    let mut inner = Vec::new();
    let mut properties: Vec<(&String, &Value)> = properties.iter().collect();
    properties.sort_by_key(|(name, _)| place(prefix, name));
    for (name, property) in properties {
        let (target, kind, nullable) = resolve(schema, property);
        let items = target.get("items").map(|items| resolve(schema, items).0);
        let path = format!("{prefix}{name}");
        keys.push(KeyEntry {
            path: path.clone(),
            kind,
            nullable,
        });
        match items {
            Some(items) => inner.push((format!("{path}[]."), items)),
            None => inner.push((format!("{path}."), target)),
        }
    }
    for (prefix, object) in inner {
        walk(schema, object, &prefix, keys);
    }
}

/// The place of a figure in its dictionary; all other keys come after the figures.
fn place(prefix: &str, key: &str) -> usize {
    let place = match prefix {
        "clientes[]." => FIGURES.iter().position(|figure| figure.key == key),
        "totais[]." | "grupos[]." => SUMS.iter().position(|sum| sum.key == key),
        _ => None,
    };
    place.unwrap_or(usize::MAX)
}

/// The schema that `property` refers to, the name of its type, and whether null is allowed.
fn resolve<'s>(schema: &'s Value, property: &'s Value) -> (&'s Value, String, bool) {
    for list in ["anyOf", "allOf"] {
        let Some(any) = property.get(list).and_then(Value::as_array) else {
            continue;
        };
        if let Some(first) = any.first() {
            let (target, kind, nullable) = resolve(schema, first);
            return (target, kind, nullable || any.len() > 1);
        }
    }
    if let Some(reference) = property.get("$ref").and_then(Value::as_str) {
        let pointer = reference.trim_start_matches('#');
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let target = schema.pointer(pointer).unwrap_or(property);
        let (target, kind, nullable) = resolve(schema, target);
        let kind = if KINDS.iter().any(|(known, _)| *known == name) {
            name.to_owned()
        } else {
            kind
        };
        return (target, kind, nullable);
    }
    if let Some(constant) = property.get("const") {
        let text = constant.as_str().map(str::to_owned);
        return (
            property,
            text.unwrap_or_else(|| constant.to_string()),
            false,
        );
    }
    if property.get("enum").is_some() {
        return (property, "codigo".to_owned(), false);
    }
    match property.get("type") {
        Some(Value::Array(types)) => {
            let first = types.first().and_then(Value::as_str).unwrap_or_default();
            (property, first.to_owned(), types.len() > 1)
        }
        Some(Value::String(kind)) => (property, kind.clone(), false),
        _ => (property, String::new(), false),
    }
}

/// Names of the schema's types, in Portuguese and in English.
const KINDS: &[(&str, [&str; 2])] = &[
    ("valor", ["valor", "amount"]),
    ("percentual", ["percentual", "per cent"]),
    ("probabilidade", ["percentual", "per cent"]),
    ("data", ["data", "date"]),
    ("mes", ["mês", "month"]),
    ("instante", ["instante", "time"]),
    ("contagem", ["número", "number"]),
    ("integer", ["número", "number"]),
    ("sim_nao", ["booleano", "boolean"]),
    ("boolean", ["booleano", "boolean"]),
    ("moeda", ["moeda", "currency"]),
    ("texto", ["texto", "text"]),
    ("string", ["texto", "text"]),
    ("endpoint", ["texto", "text"]),
    ("codigo", ["palavra", "word"]),
    ("situacao", ["situação", "situation"]),
    ("metodo", ["método", "method"]),
    ("estado", ["palavra", "word"]),
    ("conclusao", ["palavra", "word"]),
    ("array", ["lista", "list"]),
    ("object", ["objeto", "object"]),
];

fn kind(lang: Lang, kind: &str) -> String {
    let named = KINDS.iter().find(|(name, _)| *name == kind);
    match named {
        Some((_, names)) => words::name(lang, *names).to_owned(),
        None => coded(kind),
    }
}

/// The meaning of the key at `path`: a figure's name, or the longest end of the path in [`MEANINGS`].
fn meaning(lang: Lang, path: &str) -> Option<&'static str> {
    let (object, key) = path.rsplit_once('.').unwrap_or(("", path));
    let names = match object {
        "clientes[]" | "clientes[].faixa" => {
            let band = object.ends_with("faixa");
            let mut figures = FIGURES.iter().filter(|figure| figure.in_band == band);
            figures.find(|f| f.key == key).map(|f| f.names)
        }
        _ if object.ends_with("numeros") => FIGURES.iter().find(|f| f.key == key).map(|f| f.names),
        "totais[]" | "grupos[]" => SUMS.iter().find(|sum| sum.key == key).map(|sum| sum.names),
        _ => None,
    };
    let ends = MEANINGS.iter().filter(|(end, _)| {
        let rest = path.strip_suffix(end);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    let written = || {
        ends.max_by_key(|(end, _)| end.len())
            .map(|(_, names)| *names)
    };
    Some(words::name(lang, names.or_else(written)?))
}

/// Meanings of the keys that are no figures, by the end of their paths.
#[rustfmt::skip]
const MEANINGS: &[(&str, [&str; 2])] = &[
    ("versao", ["Versão do formato", "Version of the form"]),
    ("programa", ["Nome e versão do programa", "Name and version of the program"]),
    ("simulado", ["Se os clientes são do `demo`", "Whether the clients are those of `demo`"]),
    ("endpoint", ["Endereço que respondeu no lugar do serviço", "Address that answered instead of the service"]),
    ("gerado_em", ["Momento da execução, em UTC", "Time of the run, in UTC"]),
    ("data_base", ["Posição em", "As of"]),
    ("offline", ["Se os dias vieram só do histórico", "Whether the days are from the history alone"]),
    ("metodo", ["Método das previsões", "Method of the forecasts"]),
    ("hipotese", ["Simulação de `--what-if`", "What `--what-if` changes"]),
    ("avisos", ["Avisos", "Warnings"]),
    ("clientes", ["Clientes com valores, por nome de arquivo", "Clients with figures, by file name"]),
    ("totais", ["Um total por moeda", "One total per currency"]),
    ("grupos", ["Um total por `grupo` dos configs e moeda", "One total per `grupo` of the configs and currency"]),
    ("grupos[].grupo", ["O grupo; `null` dos clientes sem grupo", "The group; null for the clients without one"]),
    ("falhas", ["Clientes sem valores", "Clients without figures"]),
    ("resumo", ["Contagens", "Counts"]),
    ("codigo", ["Código; veja `manual codes`", "Code; see `manual codes`"]),
    ("mensagem", ["Texto para pessoas", "Text for people"]),
    ("acao", ["O que fazer", "What to do"]),
    ("request_id", ["`opc-request-id` da Oracle", "Oracle's `opc-request-id`"]),
    ("cliente", ["Nome do cliente", "Name of the client"]),
    ("arquivo", ["Arquivo do config", "File of the config"]),
    ("tenancy", ["OCID da tenancy", "OCID of the tenancy"]),
    ("regiao", ["Nome completo da região", "Full name of the region"]),
    ("resumo.configs", ["Configs selecionados", "Configs selected"]),
    ("resumo.relatados", ["Clientes em `clientes`", "Clients in `clientes`"]),
    ("resumo.testados", ["Clientes em `clientes`", "Clients in `clientes`"]),
    ("resumo.falhas", ["Clientes em `falhas`", "Clients in `falhas`"]),
    ("resumo.situacoes", ["Quantos clientes em cada situação; as vazias não aparecem", "How many clients in each situation; empty ones are left out"]),
    ("resumo.fail_on", ["Quem está nas situações de `--fail-on`", "Who is in the situations of `--fail-on`"]),
    ("fail_on.situacoes", ["As situações de `--fail-on`", "The situations of `--fail-on`"]),
    ("fail_on.clientes", ["Os clientes que estão nelas", "The clients that are in them"]),
    ("fail_on.clientes[].situacao", ["Situação", "Situation"]),
    ("dias_ignorados", ["Dias de `ignorar_dia`", "Days of `ignorar_dia`"]),
    ("cobrancas_recorrentes", ["Cobranças recorrentes", "Recurring charges"]),
    ("cobrancas_recorrentes[].dia", ["Dia do mês", "Day of the month"]),
    ("cobrancas_recorrentes[].valor", ["Valor da última", "Amount of the last one"]),
    ("resumo.clientes", ["Clientes verificados", "Clients looked at"]),
    ("resumo.ok", ["Clientes sem problemas", "Clients without problems"]),
    ("resumo.aviso", ["Clientes com avisos", "Clients with warnings"]),
    ("resumo.falha", ["Clientes com falha", "Clients with a failure"]),
    ("resumo.desconhecido", ["Clientes com passos não verificados", "Clients with steps that are not known"]),
    ("canais", ["Canais dos alertas; vazio sem `alertas.ini`", "Channels of alerts; empty without `alertas.ini`"]),
    ("canais[].canal", ["Canal", "Channel"]),
    ("canais[].estado", ["Resultado", "Result"]),
    ("resumo.perguntados", ["Clientes sobre os quais algo foi perguntado", "Clients that something was asked about"]),
    ("alertas", ["Alertas da execução", "Alerts of the run"]),
    ("alertas.dry_run", ["Se é só um ensaio (`--dry-run`)", "Whether it is a rehearsal (`--dry-run`)"]),
    ("alertas.pausado", ["Se os envios estão em pausa", "Whether sending is paused"]),
    ("alertas.pausado_ate", ["Último dia da pausa", "Last day of the pause"]),
    ("alertas.proximo_resumo_ate", ["Último dia em que o próximo resumo deve chegar", "Last day on which the next digest is due"]),
    ("alertas.aceitas", ["Mensagens aceitas pelo provedor", "Messages accepted by the provider"]),
    ("alertas.pendentes", ["Mensagens que esperam nova tentativa", "Messages that wait for another try"]),
    ("alertas.falhas", ["Mensagens recusadas ou vencidas", "Messages refused or given up"]),
    ("alertas.incertas", ["Mensagens talvez enviadas", "Messages that may have been sent"]),
    ("alertas.eventos", ["O que foi decidido", "What was decided"]),
    ("eventos[].tipo", ["`contrato` ou `falha_geral`", "`contrato` or `falha_geral`"]),
    ("eventos[].inicio_contrato", ["Primeiro dia do contrato", "First day of the contract"]),
    ("eventos[].regra", ["Regra; veja `manual alerts`", "Rule; see `manual alerts`"]),
    ("eventos[].novidade", ["`linha_de_base`, `abriu`, `piorou`, `melhorou` ou `saiu`", "`linha_de_base`, `abriu`, `piorou`, `melhorou` or `saiu`"]),
    ("eventos[].nivel", ["Nível, de 1 a 4", "Level, 1 to 4"]),
    ("eventos[].desde", ["Data em que abriu", "Day on which it opened"]),
    ("eventos[].motivo", ["Por que não há números: código ou situação", "Why there are no figures: a code or a situation"]),
    ("eventos[].clientes", ["Quantos clientes falham, em uma falha geral", "Number of clients of a general failure"]),
    ("eventos[].numeros", ["Números do dia da decisão", "Figures of the day of the decision"]),
    ("alertas.mensagens", ["Mensagens que deviam sair", "Messages that were due"]),
    ("mensagens[].canal", ["Canal", "Channel"]),
    ("mensagens[].destino", ["Destino, mascarado", "Address, masked"]),
    ("mensagens[].estado", ["Estado; veja `manual alerts`", "State; see `manual alerts`"]),
    ("mensagens[].id", ["Id que o provedor deu", "The provider's id"]),
    ("faixa", ["Intervalo provável (80%)", "Likely range (80%)"]),
    ("faixa.nivel", ["Nível do intervalo", "Level of the range"]),
    ("faixa.origens", ["Testes no passado do próprio cliente", "Tests on the client's own past"]),
    ("faixa.blocos", ["Quantos deles não têm dias em comum", "How many of them share no days"]),
    ("faixa.mudanca_ritmo", ["Mudança de ritmo *d*; veja `manual forecast`", "Change of pace *d*; see `manual forecast`"]),
    ("segunda_opiniao", ["O que o outro método diz", "What the other method says"]),
    ("segunda_opiniao.metodo", ["O outro método", "The other method"]),
    ("segunda_opiniao.previsto", ["Previsto por ele", "Its forecast"]),
    ("segunda_opiniao.total_estimado", ["Total projetado por ele", "Its projected total"]),
    ("segunda_opiniao.situacao", ["Situação por ele", "The situation by it"]),
    ("meses", ["Meses, do início à data da posição", "Months, from the start to the as-of day"]),
    ("meses[].mes", ["Mês", "Month"]),
    ("meses[].consumo", ["Consumo dos dias conhecidos do mês", "Consumption of the month's known days"]),
    ("meses[].dias", ["Dias do contrato no mês, antes da data da posição", "Contract days of the month before the as-of day"]),
    ("meses[].media_diaria", ["Consumo por dia", "Consumption per day"]),
    ("meses[].variacao_pct", ["Variação da média diária sobre o mês anterior", "Change of the daily average from the month before"]),
    ("meses[].clientes", ["Quantos clientes têm o mês", "How many clients have the month"]),
    ("janela", ["Período da média", "Averaging window"]),
    ("janela.inicio", ["Primeiro dia", "First day"]),
    ("janela.fim", ["Último dia", "Last day"]),
    ("janela.dias", ["Dias conhecidos", "Known days"]),
    ("janela.dias_sem_registro", ["Dias conhecidos sem custo", "Known days without cost"]),
    ("dias_semana", ["Sete dias, a segunda-feira primeiro", "Seven days, Monday first"]),
    ("dias_semana[].dia", ["1 é segunda-feira, 7 é domingo", "1 is Monday, 7 is Sunday"]),
    ("dias_semana[].nome", ["Nome do dia, em português", "The weekday's name, in Portuguese"]),
    ("dias_semana[].media_diaria", ["Custo de um dia desses, pelo método", "Cost of such a day by the method"]),
    ("dias_semana[].dias", ["Dias restantes", "Days left"]),
    ("dias_semana[].previsto", ["Média × dias restantes", "Average × days left"]),
    ("diario", ["Cada dia pedido, com `--daily`", "Each day asked for, with `--daily`"]),
    ("diario[].data", ["Dia", "Day"]),
    ("diario[].custo", ["Custo; `null` quando não se sabe", "Cost; null where it is not known"]),
    ("diario[].estado", ["`consolidado`, `provisorio` ou `sem_informacao`", "`consolidado`, `provisorio` or `sem_informacao`"]),
    ("faixa_independente", ["Intervalo da soma, se os erros forem independentes", "Range of the sum with independent errors"]),
    ("faixa_dependente", ["Intervalo da soma, se todos errarem igual", "Range of the sum if all are off alike"]),
    ("previsto_min", ["Previsto, mínimo", "Forecast, low"]),
    ("previsto_max", ["Previsto, máximo", "Forecast, high"]),
    ("total_min", ["Total projetado, mínimo", "Projected total, low"]),
    ("total_max", ["Total projetado, máximo", "Projected total, high"]),
    ("passos", ["O que foi encontrado, na ordem dos passos", "Findings, in the order of the steps"]),
    ("passos[].passo", ["Palavra do passo", "Word of the step"]),
    ("estado", ["`ok`, `aviso`, `falha` ou `desconhecido`: o pior dos passos", "`ok`, `aviso`, `falha` or `desconhecido`: the worst step"]),
    ("passos[].estado", ["O mesmo, do passo", "The same, of the step"]),
    ("pedido", ["Texto para o administrador do cliente", "Text for the client's administrator"]),
    ("metodo_da_faixa", ["Método cujo intervalo foi testado", "Method whose range was tested"]),
    ("total", ["Todos os clientes juntos", "All clients together"]),
    ("inicio_historico", ["Primeiro dia fechado e conhecido", "First final day that is known"]),
    ("fim_historico", ["Último dia fechado e conhecido", "Last final day that is known"]),
    ("dias_historico", ["Dias fechados e conhecidos", "Final days that are known"]),
    ("dias_restantes", ["Dias restantes", "Days left"]),
    ("testes", ["Um teste por horizonte", "One test for each horizon"]),
    ("sugestao", ["O método sugerido", "The method suggested"]),
    ("conclusao", ["Conclusão; veja `manual forecast`", "Conclusion; see `manual forecast`"]),
    ("testes[].horizonte", ["28 ou 90 dias", "28 or 90 days"]),
    ("testes[].clientes", ["Quantos clientes", "How many clients"]),
    ("testes[].origens", ["Previsões testadas", "Forecasts tested"]),
    ("testes[].blocos", ["Blocos independentes", "Independent blocks"]),
    ("testes[].blocos_na_faixa", ["Blocos dentro do intervalo provável", "Blocks inside the likely range"]),
    ("testes[].blocos_com_faixa", ["Blocos que tinham um intervalo", "Blocks that had a range"]),
    ("testes[].metodos", ["Todos os métodos", "All methods"]),
    ("metodos[].metodo", ["Método", "Method"]),
    ("metodos[].erro_pct", ["Erro médio", "Mean error"]),
    ("metodos[].blocos_melhores", ["Blocos em que acertou mais que `weekday`", "Blocks in which it was nearer than `weekday`"]),
    ("sugestao.metodo", ["Método sugerido", "Method suggested"]),
    ("sugestao.horizonte", ["Horizonte em que acertou mais", "Horizon at which it was nearer"]),
    ("outro_endereco", ["Se `--endpoint` respondeu no lugar do serviço", "Whether `--endpoint` answered in place of the service"]),
    ("suposicoes", ["Uma linha por suposição; veja `manual service`", "One row for each assumption; see `manual service`"]),
    ("suposicoes[].suposicao", ["Id da suposição", "Id of the assumption"]),
    ("texto", ["Texto para pessoas", "Text for people"]),
    ("suposicoes[].prova", ["Grau da prova", "Grade of the proof"]),
    ("vistos", ["O que as respostas mostraram", "What the answers showed"]),
    ("vistos[].visto", ["Palavra fixa", "Fixed word"]),
    ("vistos[].medida", ["`vezes`, `maior` ou `menor`", "`vezes`, `maior` or `menor`"]),
    ("vistos[].numero", ["Quantas vezes, ou o número", "How often, or the number"]),
    ("vistos[].clientes", ["Nas respostas de quantos clientes", "By how many clients' answers"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    #[test]
    fn every_key_has_a_meaning() {
        let schemas = [
            schema::report(),
            schema::check(),
            schema::backtest(),
            schema::service_report(),
            schema::alerts(),
        ];
        for schema in schemas {
            for key in keys(&schema.unwrap()) {
                assert!(meaning(Lang::En, &key.path).is_some(), "{}", key.path);
            }
        }
    }
}
