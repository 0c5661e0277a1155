-- The words in braces are each engine's own: see schema.rs.

-- Who was asked, and where: the real service is 'oci', any other place its --endpoint.
CREATE TABLE tenancia (
    id {identity},
    endereco TEXT NOT NULL,
    ocid TEXT NOT NULL,
    UNIQUE (endereco, ocid)
);

-- What a day cost; the currency is blank where the service leaves it blank.
CREATE TABLE custo_diario (
    tenancia {number} NOT NULL REFERENCES tenancia (id),
    data {day} NOT NULL,
    moeda TEXT NOT NULL,
    custo {amount} NOT NULL,
    buscado_em {instant} NOT NULL,
    PRIMARY KEY (tenancia, data, moeda)
) {by_key};

-- Which days were asked for; the end is not in it. A day of one that is 'recente' (and asked for again) or
-- 'definitivo' and without a row in custo_diario cost nothing; 'em_vao' the service no longer knew.
CREATE TABLE intervalo (
    tenancia {number} NOT NULL REFERENCES tenancia (id),
    inicio {day} NOT NULL,
    fim {day} NOT NULL,
    estado TEXT NOT NULL,
    buscado_em {instant} NOT NULL,
    PRIMARY KEY (tenancia, inicio)
) {by_key};

-- A run; one without an end did not come to it. It is complete without --only.
CREATE TABLE execucao (
    id {identity},
    endereco TEXT NOT NULL,
    pasta TEXT NOT NULL,
    completa {number} NOT NULL,
    data_base {day} NOT NULL,
    versao TEXT NOT NULL,
    iniciada_em {instant} NOT NULL,
    terminada_em {instant},
    clientes {number},
    falhas {number}
);

-- A contract's terms; other terms of the same contract are another row.
CREATE TABLE contrato (
    id {identity},
    tenancia {number} NOT NULL REFERENCES tenancia (id),
    cliente TEXT NOT NULL,
    arquivo TEXT NOT NULL,
    inicio {day} NOT NULL,
    fim {day} NOT NULL,
    credito {amount} NOT NULL,
    moeda TEXT,
    consumo_anterior {amount},
    consumo_anterior_ate {day}
);
CREATE INDEX contrato_da_tenancia ON contrato (tenancia, inicio);

-- What a run said of a contract; a failed one has the failure's code and no figures.
CREATE TABLE demonstrativo (
    execucao {number} NOT NULL REFERENCES execucao (id),
    contrato {number} NOT NULL REFERENCES contrato (id),
    falha TEXT,
    situacao TEXT,
    nos_totais {number} NOT NULL,
    moeda TEXT,
    dados_ate {day},
    consolidado_ate {day},
    consumo {amount},
    consumo_provisorio {amount},
    saldo {amount},
    metodo TEXT,
    previsto {amount},
    complemento_provisorio {amount},
    total_estimado {amount},
    total_min {amount},
    total_max {amount},
    probabilidade_esgotar {number},
    sobra {amount},
    debito {amount},
    esgota_em {day},
    ritmo_diario {amount},
    PRIMARY KEY (execucao, contrato)
) {by_key};
CREATE INDEX demonstrativo_do_contrato ON demonstrativo (contrato);
