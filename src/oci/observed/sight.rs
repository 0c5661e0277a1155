//! Sights: the signs of an assumption that answers may show, each under a fixed word.

/// The rule that combines the numbers of a sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The numbers are added up.
    Times,
    /// The largest number counts.
    Most,
    /// The smallest number counts.
    Least,
}

impl Measure {
    /// The fixed word of machine forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Times => "vezes",
            Self::Most => "maior",
            Self::Least => "menor",
        }
    }

    /// Returns both numbers as one.
    pub fn joined(self, a: u64, b: u64) -> u64 {
        match self {
            Self::Times => a.saturating_add(b),
            Self::Most => a.max(b),
            Self::Least => a.min(b),
        }
    }
}

macro_rules! sights {
    ($($name:ident: $assumption:literal, $word:literal, $measure:ident, $pt:literal, $en:literal;)*) => {
        /// Something that answers may show of an assumption.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sight {
            $(
                #[doc = $en]
                $name,
            )*
        }

        impl Sight {
            /// All sights, those of one assumption together.
            #[cfg(test)]
            pub(in crate::oci) const ALL: &[Self] = &[$(Self::$name),*];

            /// The assumption that the sight is about.
            pub fn assumption(self) -> &'static str {
                match self {
                    $(Self::$name => $assumption,)*
                }
            }

            /// The fixed word of machine forms.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The text in Portuguese and in English.
            pub fn texts(self) -> [&'static str; 2] {
                match self {
                    $(Self::$name => [$pt, $en],)*
                }
            }

            /// Returns the rule that combines the numbers of several answers.
            pub fn measure(self) -> Measure {
                match self {
                    $(Self::$name => Measure::$measure,)*
                }
            }
        }
    };
}

sights! {
    Broken: "address", "sem_resposta", Times, "pedidos sem resposta inteira", "requests without a whole answer";
    OtherStatus: "address", "outro_status", Times, "respostas de outro status", "answers of another status";
    Accepted: "signature", "status_200", Times, "respostas 200", "answers with 200";
    Status401: "signature", "status_401", Times, "respostas 401", "answers with 401";
    DateMissing: "clock", "sem_hora", Times, "respostas sem hora", "answers without a time";
    ClockAccepted: "clock", "diferenca_aceita", Most, "maior diferença dos relógios em uma resposta 200, em segundos", "largest difference of the clocks in an answer with 200, in seconds";
    ClockRefused: "clock", "recusado_pela_hora", Times, "recusas 401 com relógios diferentes", "refusals with 401 and different clocks";
    ClockCorrected: "clock", "aceito_com_a_hora_do_servico", Times, "aceitos com a hora do serviço", "accepted with the service's time";
    PolicyAccepted: "policy", "consulta_respondida", Times, "consultas de custo respondidas", "cost requests answered";
    Status403: "policy", "status_403", Times, "respostas 403", "answers with 403";
    Status404: "policy", "status_404", Times, "respostas 404", "answers with 404";
    HomeAnswered: "home-region", "home_respondeu", Times, "perguntada e respondeu", "asked and answered";
    ElsewhereAnswered: "home-region", "outra_respondeu", Times, "outra região respondeu", "another region answered";
    ElsewhereRefused: "home-region", "outra_recusou", Times, "outra região recusou", "another region refused";
    HomeNotTold: "home-region", "home_nao_dita", Times, "home region não dita", "home region not told";
    DayAtMidnight: "midnight", "meia_noite", Times, "linhas de dia da meia-noite UTC à seguinte", "rows of a day from midnight UTC to the next";
    DayOtherwise: "midnight", "outras_horas", Times, "linhas de dia com outras horas", "rows of a day with other times";
    DailyLongest: "daily-range", "mais_longo_respondido", Most, "período mais longo respondido, em dias", "longest range answered, in days";
    DailyShortestRefused: "daily-range", "mais_curto_recusado", Least, "período mais curto recusado por ser mais longo que os respondidos, em dias", "shortest range refused that was longer than those answered, in days";
    WindowRefused: "refused-window", "recusado_sem_motivo", Times, "períodos recentes recusados de um tamanho que funciona", "recent ranges refused of a length that works";
    Status400: "refused-window", "status_400", Times, "respostas 400", "answers with 400";
    MonthlyLongest: "monthly-range", "meses_respondidos", Most, "mais meses respondidos de uma vez", "most months answered at once";
    MonthlyRefused: "monthly-range", "meses_recusados", Least, "menos meses recusados de uma vez", "fewest months refused at once";
    MonthFirst: "monthly-rows", "inteiro_no_primeiro_dia", Times, "mês inteiro, linha no primeiro dia", "whole month, row on the first day";
    MonthElsewhere: "monthly-rows", "inteiro_em_outro_dia", Times, "mês inteiro, linha em outro dia", "whole month, row on another day";
    PartClipped: "monthly-rows", "parte_recortada", Times, "mês pedido do meio, linha no primeiro dia pedido", "month asked from its middle, row on the first day asked";
    PartFirst: "monthly-rows", "parte_no_primeiro_dia", Times, "mês pedido do meio, linha no primeiro dia do mês", "month asked from its middle, row on the month's first day";
    PartElsewhere: "monthly-rows", "parte_em_outro_dia", Times, "mês pedido do meio, linha em outro dia", "month asked from its middle, row on another day";
    EndsWithMonth: "monthly-rows", "termina_com_o_mes", Times, "linhas que terminam com o mês", "rows that end with the month";
    EndsWithRange: "monthly-rows", "termina_com_o_periodo", Times, "linhas que terminam com o período, antes do mês", "rows that end with the range, before the month";
    EndsBeyondRange: "monthly-rows", "termina_depois_do_periodo", Times, "linhas que terminam com o mês, depois do período", "rows that end with the month, after the range";
    EndsElsewhere: "monthly-rows", "termina_em_outro_dia", Times, "linhas que terminam em outro dia", "rows that end on another day";
    PartRefused: "monthly-rows", "parte_recusada", Times, "períodos do meio de um mês recusados", "ranges from the middle of a month refused";
    WholeRefused: "monthly-rows", "inteiros_recusados", Times, "períodos de meses inteiros recusados", "ranges of whole months refused";
    PartOfCost: "monthly-rows", "custo_da_parte", Times, "do meio do mês, o custo dos dias pedidos", "from the middle of the month, the cost of the days asked";
    WholeCost: "monthly-rows", "custo_do_mes", Times, "do meio do mês, o custo do mês inteiro", "from the middle of the month, the cost of the whole month";
    OtherCost: "monthly-rows", "outro_custo", Times, "do meio do mês, outro custo", "from the middle of the month, another cost";
    MonthAsDays: "monthly-rows", "mes_como_dias", Times, "meses inteiros que valem a soma dos dias", "whole months that are the sum of their days";
    MonthNotAsDays: "monthly-rows", "mes_nao_como_dias", Times, "meses inteiros que não valem a soma dos dias", "whole months that are not the sum of their days";
    MostRows: "page-limit", "mais_linhas", Most, "mais linhas em uma página", "most rows on a page";
    ShortPage: "page-limit", "menos_que_pedido", Times, "páginas com menos linhas que as pedidas, e mais depois", "pages with fewer rows than asked for, and more to come";
    LimitLeftOut: "page-limit", "sem_limite", Times, "consultas respondidas sem o número de linhas, depois de uma recusa", "requests answered without the number of rows, after a refusal";
    TokenAbsent: "next-page", "ausente", Times, "ausente", "absent";
    TokenEmpty: "next-page", "vazio", Times, "vazio", "empty";
    TokenThere: "next-page", "presente", Times, "com valor", "with a value";
    EmptyThenMore: "empty-pages", "vazia_e_mais", Times, "páginas sem linhas, e mais depois", "pages without rows, and more to come";
    RowsAfterEmpty: "empty-pages", "linhas_depois", Times, "páginas com linhas depois de uma sem", "pages with rows after one without";
    MostPages: "pages-end", "mais_paginas", Most, "mais páginas em uma consulta", "most pages of a request";
    TokenAgain: "pages-end", "valor_repetido", Times, "valores de página repetidos", "page values that came again";
    InOrder: "row-order", "por_dia", Times, "páginas em ordem", "pages in order";
    OutOfOrder: "row-order", "fora_de_ordem", Times, "páginas fora de ordem", "pages out of order";
    DayOneRow: "day-on-one-page", "uma_linha", Times, "dias com uma linha", "days with one row";
    DaySeveralRows: "day-on-one-page", "varias_linhas", Times, "dias com várias linhas em uma página", "days with several rows on one page";
    DayOverPages: "day-on-one-page", "em_paginas", Times, "dias com linhas em mais de uma página", "days with rows on more than one page";
    NoRow: "idle-days", "sem_linha", Times, "dias sem linha entre outros", "days without a row between others";
    ZeroRow: "idle-days", "linha_de_zero", Times, "linhas de zero", "rows of zero";
    NullRow: "idle-days", "linha_sem_valor", Times, "linhas sem valor", "rows without an amount";
    Milliseconds: "times", "milissegundos", Times, "com milissegundos e Z", "with milliseconds and Z";
    Seconds: "times", "segundos", Times, "sem milissegundos, com Z", "without milliseconds, with Z";
    Offset: "times", "deslocamento", Times, "com deslocamento", "with an offset";
    OtherTime: "times", "outra_forma", Times, "outra forma da RFC 3339", "another form of RFC 3339";
    NoTime: "times", "ilegivel", Times, "ausente ou ilegível", "absent or unreadable";
    TenantNull: "tenant-id", "nulo", Times, "nulo", "null";
    TenantAbsent: "tenant-id", "ausente", Times, "ausente", "absent";
    TenantBlank: "tenant-id", "vazio", Times, "vazio", "blank";
    TenantOwn: "tenant-id", "proprio", Times, "o da tenancy", "that of the tenancy";
    TenantOther: "tenant-id", "outro", Times, "outro", "another";
    RowKnown: "known-fields", "so_conhecidos", Times, "linhas só com campos conhecidos", "rows with known fields alone";
    RowUnknown: "known-fields", "com_desconhecidos", Times, "linhas com campos desconhecidos", "rows with unknown fields";
    UnknownNames: "known-fields", "nomes_desconhecidos", Most, "nomes de campos desconhecidos", "names of unknown fields";
    PageUnknown: "known-fields", "pagina_com_desconhecidos", Times, "páginas com campos desconhecidos ao lado das linhas", "pages with unknown fields beside the rows";
    AmountNumber: "amounts", "numero", Times, "número", "number";
    AmountText: "amounts", "texto", Times, "texto", "text";
    AmountNegative: "amounts", "negativo", Times, "negativo", "negative";
    AmountUnreadable: "amounts", "ilegivel", Times, "ilegível", "unreadable";
    CurrencyCode: "currency", "codigo", Times, "código em maiúsculas", "code in upper case";
    CurrencyLower: "currency", "minusculas", Times, "código com minúsculas", "code with lower case";
    CurrencySpaced: "currency", "com_espacos", Times, "código entre espaços", "code with blanks around it";
    CurrencyBlank: "currency", "em_branco", Times, "dinheiro com moeda em branco", "money with a blank currency";
    CurrencyNull: "currency", "nula", Times, "dinheiro com moeda nula ou ausente", "money with a currency that is null or absent";
    CurrencyOther: "currency", "outra_forma", Times, "outra forma", "another form";
    Currencies: "one-currency", "moedas", Most, "mais moedas com dinheiro em uma consulta", "most currencies with money in a request";
    ForeignZero: "foreign-zero", "zero_em_outra", Times, "linhas de zero em outra moeda que a do dinheiro", "rows of zero in another currency than the money";
    OwnZero: "foreign-zero", "zero_na_mesma", Times, "linhas de zero na moeda do dinheiro ou em nenhuma", "rows of zero in the currency of the money, or in none";
    ForecastRow: "days-to-come", "previsao", Times, "linhas de previsão", "forecast rows";
    RowBefore: "days-to-come", "antes_do_periodo", Times, "linhas com dinheiro antes do período", "rows with money before the range";
    RowAfter: "days-to-come", "depois_do_periodo", Times, "linhas com dinheiro depois do período", "rows with money after the range";
    RowInside: "days-to-come", "no_periodo", Times, "linhas com dinheiro no período", "rows with money in the range";
    NewestAge: "late-days", "idade_do_mais_novo", Least, "dias desde o dia mais novo com dinheiro", "days since the newest day with money";
    OldestAge: "history", "idade_do_mais_antigo", Most, "dias desde o dia mais antigo com dinheiro", "days since the oldest day with money";
    OldAnswered: "history", "antigo_com_linhas", Times, "períodos antigos respondidos com linhas", "old ranges answered with rows";
    OldEmpty: "history", "antigo_vazio", Times, "períodos antigos respondidos sem linhas", "old ranges answered without rows";
    OldRefused: "history", "antigo_recusado", Times, "períodos antigos recusados com 400", "old ranges refused with 400";
    OldFailed: "history", "antigo_falhou", Times, "períodos antigos sem resposta útil", "old ranges without a useful answer";
    CodeThere: "refusal-code", "com_codigo", Times, "recusas com código", "refusals with a code";
    CodeMissing: "refusal-code", "sem_codigo", Times, "recusas sem código", "refusals without a code";
    CodeMissing404: "refusal-code", "sem_codigo_404", Times, "404 sem código", "404 without a code";
    Status429: "retry-after", "status_429", Times, "respostas 429", "answers with 429";
    Status5xx: "retry-after", "status_5xx", Times, "respostas 5xx", "answers with 5xx";
    WaitAbsent: "retry-after", "ausente", Times, "ausente", "absent";
    WaitSeconds: "retry-after", "segundos", Times, "em segundos", "in seconds";
    WaitDate: "retry-after", "data", Times, "como data", "as a date";
    WaitOther: "retry-after", "outra_forma", Times, "outra forma", "another form";
    WaitTwice: "retry-after", "repetido", Times, "mais de um", "more than one";
}
