//! Texts of the problems of a config.

use super::file_problem;
use crate::failure::{ConfigProblem, MissingKey};
use crate::lang::{Lang, say};
use crate::render::number::{self, Numbers};

pub(super) fn config_problem(lang: Lang, problem: &ConfigProblem) -> (String, String) {
    let exact = Numbers { lang, places: 2 };
    match problem {
        ConfigProblem::File(problem) => file_problem(lang, *problem),
        ConfigProblem::Utf16 => (
            say! { lang, "o texto está em UTF-16 ou é binário",
            "the text is UTF-16 or binary" },
            say!(lang, "salve o arquivo como UTF-8", "save the file as UTF-8"),
        ),
        ConfigProblem::Syntax => (
            say! { lang, "não é seção, comentário nem chave = valor",
            "neither a section, nor a comment, nor key = value" },
            say! { lang, "corrija ou comente a linha com #",
            "correct the line, or comment it out with #" },
        ),
        ConfigProblem::SeveralSections => (
            say! { lang, "há mais de uma seção [...]",
            "there is more than one section [...]" },
            say! { lang, "deixe um cliente por arquivo",
            "keep one client per file" },
        ),
        ConfigProblem::RepeatedKey { name, first_line } => (
            say! { lang, "a chave {name} já está na linha {first_line}",
            "the key {name} stands on line {first_line} already" },
            say!(lang, "deixe só uma delas", "keep one of them"),
        ),
        ConfigProblem::Missing(keys) => missing(lang, keys),
        ConfigProblem::AwaitsKey => (
            say! { lang, "aguarda user e fingerprint: a chave pública ainda não está na tenancy do cliente",
            "waits for user and fingerprint: the public key is not in the customer's tenancy yet" },
            say! { lang, "com a resposta do administrador do cliente, execute oci-consumo add nesta pasta; check mostra o pedido a ele",
            "with the answer of the customer's administrator, run oci-consumo add in this folder; check shows the request to send" },
        ),
        ConfigProblem::Placeholder => (
            say! { lang, "o texto de exemplo da console ficou no lugar do valor",
            "the console's placeholder was left in" },
            say! { lang, "troque <...> pelo valor",
            "put the value in place of <...>" },
        ),
        ConfigProblem::NotAnOcid { expected } => (
            say! { lang, "não é um OCID de {expected}",
            "not the OCID of a {expected}" },
            say! { lang, "copie da console o OCID inteiro (ocid1.{expected}...)",
            "copy the whole OCID from the console (ocid1.{expected}...)" },
        ),
        ConfigProblem::NotAFingerprint => (
            say! { lang, "não é uma impressão digital (16 pares hexadecimais)",
            "not a fingerprint (16 hexadecimal pairs)" },
            say! { lang, "copie-a da chave de API do usuário na console",
            "copy it from the user's API key in the console" },
        ),
        ConfigProblem::NotARegion => (
            say! { lang, "o nome da região só tem letras, números e hífens",
            "a region's name has only letters, digits and hyphens" },
            say! { lang, "use o nome, como sa-saopaulo-1",
            "use the name, such as sa-saopaulo-1" },
        ),
        ConfigProblem::UnknownRealm => (
            say! { lang, "região desconhecida, e o realm da tenancy também",
            "unknown region, and so is the tenancy's realm" },
            say!(lang, "confira region e tenancy", "check region and tenancy"),
        ),
        ConfigProblem::KeyInPlace => (
            say! { lang, "a própria chave está no lugar do caminho do seu arquivo",
            "the key itself stands in place of its file's path" },
            say! { lang, "salve a chave em um arquivo e escreva o caminho dele",
            "save the key in a file and write that file's path" },
        ),
        ConfigProblem::NotADate { value } => (
            say! { lang, "\"{value}\" não é uma data de 2000 a 2099",
            "\"{value}\" is not a date from 2000 to 2099" },
            say! { lang, "escreva AAAA-MM-DD ou DD/MM/AAAA",
            "write YYYY-MM-DD or DD/MM/YYYY" },
        ),
        ConfigProblem::EndsBeforeStart { start, end } => {
            let (start, end) = (number::day(lang, *start), number::day(lang, *end));
            (
                say! { lang, "o contrato acaba ({end}) antes de começar ({start})",
                "the contract ends ({end}) before it starts ({start})" },
                say! { lang, "corrija inicio_contrato ou fim_contrato",
                "correct inicio_contrato or fim_contrato" },
            )
        }
        ConfigProblem::TooLong { limit } => (
            say! { lang, "o contrato tem mais de {limit} dias",
            "the contract has over {limit} days" },
            say! { lang, "confira o ano das datas",
            "check the year of the dates" },
        ),
        ConfigProblem::NotAnAmount { value } => (
            say! { lang, "\"{value}\" não é um valor",
            "\"{value}\" is not an amount" },
            say! { lang, "escreva, por exemplo, 150.000,00 ou R$ 150000",
            "write 150,000.00 or US$ 150000, for example" },
        ),
        ConfigProblem::AmbiguousAmount {
            value,
            thousands,
            decimals,
        } => {
            let (thousands, decimals) = (
                exact.money(thousands),
                Numbers { lang, places: 3 }.money(decimals),
            );
            (
                say! { lang, "\"{value}\" pode ser {thousands} ou {decimals}",
                "\"{value}\" may be {thousands} or {decimals}" },
                say! { lang, "escreva com centavos ({thousands}) ou sem separador",
                "write it with cents ({thousands}) or without a separator" },
            )
        }
        ConfigProblem::NegativeAmount => (
            say!(lang, "o valor é negativo", "the amount is negative"),
            say! { lang, "escreva zero ou mais; crédito 0 é sob demanda",
            "write zero or more; credit 0 is pay as you go" },
        ),
        ConfigProblem::AmbiguousCurrency { sign } => (
            say! { lang, "\"{sign}\" é de várias moedas",
            "\"{sign}\" is the sign of several currencies" },
            say! { lang, "escreva R$, US$ ou o código, como USD",
            "write R$, US$ or the code, such as USD" },
        ),
        ConfigProblem::NotACurrency { value } => (
            say! { lang, "\"{value}\" não é um código de moeda",
            "\"{value}\" is not a currency code" },
            say! { lang, "use três letras, como BRL ou USD",
            "use three letters, such as BRL or USD" },
        ),
        ConfigProblem::CurrenciesDisagree { stated, written } => (
            say! { lang, "o contrato está em {stated}, mas um valor está escrito em {written}",
            "the contract is in {stated}, but an amount is written in {written}" },
            say! { lang, "deixe uma só moeda no arquivo",
            "keep one currency in the file" },
        ),
        ConfigProblem::HalfAnOpening { missing } => (
            say!(lang, "falta {missing}", "{missing} is missing"),
            say! { lang, "consumo_anterior e consumo_anterior_ate vão juntos",
            "consumo_anterior and consumo_anterior_ate go together" },
        ),
        ConfigProblem::OpeningOutside => (
            say! { lang, "a data está fora do contrato",
            "the date is outside the contract" },
            say! { lang, "use o último dia já contado em consumo_anterior",
            "use the last day that consumo_anterior holds" },
        ),
        ConfigProblem::OpeningAhead { as_of } => {
            let as_of = number::day(lang, *as_of);
            (
                say! { lang, "a data não é anterior à data-base ({as_of})",
                "the date is not before the as-of day ({as_of})" },
                say!(lang, "use um dia já encerrado", "use a day that is over"),
            )
        }
        ConfigProblem::NotAnAdjustment { value } => (
            say! { lang, "\"{value}\" não é um ajuste",
            "\"{value}\" is not an adjustment" },
            say! { lang, "escreva +10%, -25% ou +5000 por mês (sem as palavras), com desde DD/MM/AAAA se for o caso",
            "write +10%, -25% or +5000 a month (without the words), with desde DD/MM/YYYY if need be" },
        ),
        ConfigProblem::AdjustedBelowNothing => (
            say! { lang, "o ajuste tira mais que tudo",
            "the adjustment takes more than all" },
            say!(lang, "use -100% ou mais", "use -100% or more"),
        ),
        ConfigProblem::IgnoredOutside { day } => {
            let day = number::day(lang, *day);
            (
                say! { lang, "{day} está fora do contrato",
                "{day} is outside the contract" },
                say! { lang, "corrija a data ou apague-a de ignorar_dia",
                "correct the date or delete it from ignorar_dia" },
            )
        }
        ConfigProblem::Overlap { other } => (
            say! { lang, "mesma tenancy e mesmos dias que {other}: o custo contaria duas vezes",
            "same tenancy and days as {other}: the cost would count twice" },
            say! { lang, "deixe um dos dois ou corrija as datas",
            "keep one of the two or correct the dates" },
        ),
    }
}

fn missing(lang: Lang, keys: &[MissingKey]) -> (String, String) {
    let names = keys
        .iter()
        .map(|key| key.name)
        .collect::<Vec<_>>()
        .join(", ");
    let similar: Vec<String> = keys
        .iter()
        .filter_map(|key| {
            let (found, line) = key.similar.as_ref()?;
            let name = key.name;
            Some(say! { lang, "a linha {line} tem {found}: é {name}?",
            "line {line} has {found}: is it {name}?" })
        })
        .collect();
    let remedy = if similar.is_empty() {
        say!(lang, "acrescente chave = valor", "add key = value")
    } else {
        similar.join("; ")
    };
    let what = match keys {
        [_] => say!(lang, "falta {names}", "{names} is missing"),
        _ => say!(lang, "faltam {names}", "{names} are missing"),
    };
    (what, remedy)
}
