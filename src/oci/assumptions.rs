//! The register of assumptions: everything that the program takes for granted about the service, how well each
//! of it is proved, and what happens where it is false.
//!
//! The manual's table of the service, the service report of `check` and the tests' table of false modes are made
//! from it, or compared with it. Texts are in Portuguese and in English.

/// The grade of an assumption's proof: that of its weakest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// The source of the vendor's SDK shows it.
    Sdk,
    /// The vendor says it: documentation, engineers, samples.
    Vendor,
    /// A real answer, or a public report of one, shows it.
    Observed,
    /// Other people's programs alone say it or rely on it.
    ThirdParty,
    /// A memory, without a source.
    Recalled,
    /// No source was found.
    NotFound,
}

impl Proof {
    /// All grades, the best first.
    pub const ALL: [Self; 6] = [
        Self::Sdk,
        Self::Vendor,
        Self::Observed,
        Self::ThirdParty,
        Self::Recalled,
        Self::NotFound,
    ];

    /// The fixed word of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Vendor => "oracle",
            Self::Observed => "observado",
            Self::ThirdParty => "terceiros",
            Self::Recalled => "de_memoria",
            Self::NotFound => "nao_encontrado",
        }
    }

    /// The name in Portuguese and in English.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Sdk => ["SDK da Oracle", "Oracle's SDK"],
            Self::Vendor => ["dito pela Oracle", "said by Oracle"],
            Self::Observed => ["observado", "observed"],
            Self::ThirdParty => ["dito por terceiros", "said by third parties"],
            Self::Recalled => ["de memória", "recalled"],
            Self::NotFound => ["não encontrado", "not found"],
        }
    }

    /// Returns whether the vendor itself proves it. An assumption that the vendor does not prove has a test in which it
    /// is false.
    pub fn is_vendors(self) -> bool {
        matches!(self, Self::Sdk | Self::Vendor)
    }
}

/// A row of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The machine word.
    pub id: &'static str,
    /// The assumption itself, in Portuguese and in English.
    pub belief: [&'static str; 2],
    /// The proof of the belief.
    pub proof: Proof,
    /// The consequence if the belief is false, in Portuguese and in English.
    pub otherwise: [&'static str; 2],
}

const fn row(
    id: &'static str,
    proof: Proof,
    belief: [&'static str; 2],
    otherwise: [&'static str; 2],
) -> Assumption {
    Assumption {
        id,
        belief,
        proof,
        otherwise,
    }
}

/// The register.
pub const ASSUMPTIONS: &[Assumption] = &[
    row(
        "address",
        Proof::Sdk,
        [
            "A Usage API responde em usageapi.REGIÃO.oci.DOMÍNIO, versão 20200107",
            "The Usage API answers at usageapi.REGION.oci.DOMAIN, version 20200107",
        ],
        [
            "O cliente falha com `sem_conexao` ou com o código da resposta",
            "The client fails with `sem_conexao` or with the code of the answer",
        ],
    ),
    row(
        "signature",
        Proof::Sdk,
        [
            "Uma chave de API assina data, alvo, host, tamanho, tipo e resumo do corpo",
            "An API key signs date, target, host, length, type and digest of the body",
        ],
        [
            "O cliente falha com `nao_autenticado`",
            "The client fails with `nao_autenticado`",
        ],
    ),
    row(
        "clock",
        Proof::Recalled,
        [
            "Uma data mais de 5 minutos errada é recusada com 401, e `Date` diz a hora do serviço",
            "A date over 5 minutes off is refused with 401, and `Date` tells the service's time",
        ],
        [
            "Com `Date`, assina-se com a hora do serviço; sem ela, o cliente falha com `nao_autenticado`",
            "With `Date`, requests are signed with the service's time; without it the client fails with `nao_autenticado`",
        ],
    ),
    row(
        "policy",
        Proof::Vendor,
        [
            "Basta `read usage-report` na tenancy",
            "`read usage-report` in the tenancy is enough",
        ],
        [
            "O cliente falha com `sem_permissao`",
            "The client fails with `sem_permissao`",
        ],
    ),
    row(
        "home-region",
        Proof::Vendor,
        [
            "A home region responde por todas as regiões; outra pode recusar com 403 ou 404",
            "The home region answers for all regions; another may refuse with 403 or 404",
        ],
        [
            "A recusa leva à home region, se ela puder ser lida; senão o cliente falha",
            "A refusal leads to the home region where that can be read; else the client fails",
        ],
    ),
    row(
        "midnight",
        Proof::Vendor,
        [
            "Um período começa e termina à meia-noite UTC, sem o seu fim",
            "A range begins and ends at midnight UTC, without its end",
        ],
        [
            "O cliente falha com `requisicao_recusada` ou `linha_fora_do_periodo`",
            "The client fails with `requisicao_recusada` or `linha_fora_do_periodo`",
        ],
    ),
    row(
        "daily-range",
        Proof::ThirdParty,
        [
            "Uma consulta DAILY pode pedir 90 dias",
            "A DAILY request may ask for 90 days",
        ],
        [
            "Com 400, o período mais novo é pedido de novo com a metade dos dias, até 1",
            "After a 400 the newest range is asked for again with half as many days, down to 1",
        ],
    ),
    row(
        "refused-window",
        Proof::NotFound,
        [
            "Um 400 fala do tamanho do período, ou de dias antigos demais",
            "A 400 is about the length of the range, or about days that are too old",
        ],
        [
            "Os outros períodos contam; os dias que ninguém respondeu ficam desconhecidos, nunca zero",
            "The other ranges count; days that nobody answered for are unknown, never zero",
        ],
    ),
    row(
        "monthly-range",
        Proof::ThirdParty,
        [
            "Uma consulta MONTHLY pode pedir 12 meses",
            "A MONTHLY request may ask for 12 months",
        ],
        [
            "Os meses não são conferidos: aviso `mes_nao_conferido`",
            "Months are not compared: warning `mes_nao_conferido`",
        ],
    ),
    row(
        "monthly-rows",
        Proof::Observed,
        [
            "Uma linha MONTHLY vale pelo que o período tem do seu mês, e começa num dia desse mês",
            "A MONTHLY row is for what the range has of its month, and begins on a day of that month",
        ],
        [
            "Só se pedem meses inteiros, e uma linha vale com qualquer data do mês; o resto é aviso `mes_nao_conferido`",
            "Only whole months are asked for, and a row counts with any date of its month; all else is a warning `mes_nao_conferido`",
        ],
    ),
    row(
        "page-limit",
        Proof::NotFound,
        [
            "Podem-se pedir 1.000 linhas por página",
            "A page of 1,000 rows may be asked for",
        ],
        [
            "Menos linhas vêm em mais páginas; recusado o número, pede-se sem ele",
            "Fewer rows come on more pages; where the number is refused, requests do without it",
        ],
    ),
    row(
        "next-page",
        Proof::Sdk,
        [
            "`opc-next-page` diz que há mais; a última página não o tem",
            "`opc-next-page` says that there is more; the last page has none",
        ],
        [
            "Um valor vazio termina a lista",
            "An empty value ends the list",
        ],
    ),
    row(
        "empty-pages",
        Proof::NotFound,
        [
            "Páginas sem linhas não vêm antes de outras com linhas",
            "Pages without rows do not come before others with rows",
        ],
        [
            "As páginas são seguidas até a última",
            "Pages are followed to the last one",
        ],
    ),
    row(
        "pages-end",
        Proof::ThirdParty,
        [
            "As páginas terminam, e nenhuma vem duas vezes",
            "Pages end, and none comes twice",
        ],
        [
            "O cliente falha com `paginacao`",
            "The client fails with `paginacao`",
        ],
    ),
    row(
        "row-order",
        Proof::ThirdParty,
        ["As linhas vêm por dia", "Rows come by day"],
        ["A ordem não é usada", "The order is not used"],
    ),
    row(
        "day-on-one-page",
        Proof::NotFound,
        [
            "Um dia tem uma linha, ou todas as suas linhas em uma página",
            "A day has one row, or all its rows on one page",
        ],
        [
            "As linhas de um dia são somadas, venham de que página vierem",
            "The rows of a day are summed, whichever page they come on",
        ],
    ),
    row(
        "idle-days",
        Proof::ThirdParty,
        [
            "Um dia sem uso não tem linha",
            "A day without usage has no row",
        ],
        [
            "Uma linha de zero ou sem valor não é dado",
            "A row of zero or without an amount is no data",
        ],
    ),
    row(
        "times",
        Proof::Observed,
        [
            "As horas vêm como 2026-01-31T00:00:00.000Z",
            "Times come as 2026-01-31T00:00:00.000Z",
        ],
        [
            "Toda forma da RFC 3339 é lida; com outra, ou fora da meia-noite UTC, o cliente falha com `resposta_invalida`",
            "Every form of RFC 3339 is read; any other, or one that is not midnight UTC, fails the client with `resposta_invalida`",
        ],
    ),
    row(
        "tenant-id",
        Proof::Observed,
        [
            "`tenantId` de uma linha é nulo ou o da tenancy pedida",
            "`tenantId` of a row is null or that of the tenancy asked for",
        ],
        [
            "Vazio é como nulo; com outro o cliente falha com `linha_de_outra_tenancy`",
            "Blank is as null; with another the client fails with `linha_de_outra_tenancy`",
        ],
    ),
    row(
        "known-fields",
        Proof::Sdk,
        [
            "As linhas têm os campos do SDK da Oracle",
            "Rows have the fields of Oracle's SDK",
        ],
        [
            "Um campo desconhecido é ignorado",
            "An unknown field is ignored",
        ],
    ),
    row(
        "amounts",
        Proof::Sdk,
        [
            "`computedAmount` é um número ou nulo",
            "`computedAmount` is a number or null",
        ],
        [
            "Um número escrito como texto é lido; com outra coisa o cliente falha com `resposta_invalida`",
            "A number written as text is read; anything else fails the client with `resposta_invalida`",
        ],
    ),
    row(
        "currency",
        Proof::Observed,
        [
            "Uma linha com dinheiro diz a moeda, por código da ISO 4217",
            "A row with money says its currency, by a code of ISO 4217",
        ],
        [
            "Minúsculas e espaços são lidos; sem moeda, vale a do cliente, com aviso `moeda_em_branco`",
            "Lower case and blanks are read; without a currency the client's holds, with a warning `moeda_em_branco`",
        ],
    ),
    row(
        "one-currency",
        Proof::NotFound,
        [
            "Todo o dinheiro de uma tenancy está em uma moeda",
            "All money of a tenancy is in one currency",
        ],
        [
            "O cliente falha com `moeda_divergente`; moedas nunca são somadas",
            "The client fails with `moeda_divergente`; currencies are never added",
        ],
    ),
    row(
        "foreign-zero",
        Proof::NotFound,
        [
            "Uma linha de zero está na moeda do cliente, ou em nenhuma",
            "A row of zero is in the client's currency, or in none",
        ],
        [
            "Zero em qualquer moeda não é dado",
            "Zero in whatever currency is no data",
        ],
    ),
    row(
        "days-to-come",
        Proof::Observed,
        [
            "Nenhuma linha com dinheiro é de um dia fora do período pedido",
            "No row with money is of a day outside the range asked for",
        ],
        [
            "Previsões (`isForecast`) não contam; com outra linha assim o cliente falha com `linha_fora_do_periodo`",
            "Forecasts (`isForecast`) do not count; another row of this kind fails the client with `linha_fora_do_periodo`",
        ],
    ),
    row(
        "late-days",
        Proof::Vendor,
        [
            "Os últimos 2 dias podem estar incompletos",
            "The last 2 days may be incomplete",
        ],
        [
            "Um dia sem dados no fim continua provisório, até 7 dias; mais com `--settle-days`",
            "A day without data at the end stays provisional, up to 7 days; more with `--settle-days`",
        ],
    ),
    row(
        "restated",
        Proof::Vendor,
        [
            "O custo de dias passados ainda pode mudar",
            "The cost of past days may still change",
        ],
        [
            "Os últimos dois meses são pedidos de novo a cada execução, e os outros conferidos por mês",
            "The last two months are asked for again in every run, and the others compared by month",
        ],
    ),
    row(
        "history",
        Proof::NotFound,
        [
            "O serviço responde por 330 dias ao menos, e de 400 em diante talvez não",
            "The service answers for 330 days at least, and from 400 on perhaps not",
        ],
        [
            "Dias que nem o serviço nem a base têm ficam desconhecidos; muitos: `historico_incompleto`",
            "Days that neither the service nor the store has are unknown; many of them: `historico_incompleto`",
        ],
    ),
    row(
        "refusal-code",
        Proof::Observed,
        [
            "Uma recusa traz `code` e `message` em JSON",
            "A refusal has `code` and `message` in JSON",
        ],
        [
            "Sem eles, o status decide",
            "Without them the status decides",
        ],
    ),
    row(
        "retry-after",
        Proof::NotFound,
        [
            "`Retry-After`, se vem, traz segundos ou uma data",
            "`Retry-After`, where it comes, has seconds or a date",
        ],
        [
            "De outro modo, a pausa é a do programa; longa demais, o cliente falha com `limite_de_requisicoes`",
            "Otherwise the pause is the program's own; where it is too long, the client fails with `limite_de_requisicoes`",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::days::coverage::{FORGOTTEN_AFTER, FORGOTTEN_FROM};

    #[test]
    fn every_row_is_whole_and_has_a_name_of_its_own() {
        let ids: BTreeSet<&str> = ASSUMPTIONS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), ASSUMPTIONS.len());
        for row in ASSUMPTIONS {
            let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(row.id.chars().all(kebab), "{}", row.id);
            for text in row.belief.iter().chain(&row.otherwise) {
                assert!(
                    text.len() > 10 && !text.ends_with('.'),
                    "{}: {text:?}",
                    row.id
                );
                assert!(!text.contains('|'), "{}: a cell ends in {text:?}", row.id);
            }
        }
    }

    #[test]
    fn the_ages_are_those_that_days_are_judged_by() {
        let history = ASSUMPTIONS.iter().find(|row| row.id == "history").unwrap();
        for text in history.belief {
            assert!(text.contains(&FORGOTTEN_FROM.to_string()), "{text}");
            assert!(text.contains(&FORGOTTEN_AFTER.to_string()), "{text}");
        }
    }
}
