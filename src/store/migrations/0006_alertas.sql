-- The words in braces are each engine's own: see schema.rs.
-- No view shows any of these tables, and none holds an address.

-- What alerts remember of a folder. espaco is 'usual', or 'passado' for runs as of an earlier day than the newest. chave
-- makes the words that stand for addresses.
CREATE TABLE alerta_pasta (
    endereco TEXT NOT NULL,
    pasta TEXT NOT NULL,
    espaco TEXT NOT NULL,
    chave TEXT NOT NULL,
    memoria TEXT NOT NULL,
    pausa_ate {day},
    PRIMARY KEY (endereco, pasta, espaco)
) {by_key};

-- What alerts remember of a contract: which rules are open, and what each recipient has heard.
CREATE TABLE alerta_estado (
    endereco TEXT NOT NULL,
    pasta TEXT NOT NULL,
    espaco TEXT NOT NULL,
    tenancy TEXT NOT NULL,
    inicio {day} NOT NULL,
    memoria TEXT NOT NULL,
    PRIMARY KEY (endereco, pasta, espaco, tenancy, inicio)
) {by_key};

-- An event for one recipient. estado is 'pendente', 'enviando', 'aceito', 'entregue', 'falhou', 'incerto',
-- 'substituido', 'cancelado' or 'vencido'.
CREATE TABLE alerta_saida (
    id {identity},
    endereco TEXT NOT NULL,
    pasta TEXT NOT NULL,
    espaco TEXT NOT NULL,
    canal TEXT NOT NULL,
    destinatario TEXT NOT NULL,
    mascara TEXT NOT NULL,
    lado TEXT NOT NULL,
    arquivo TEXT,
    conteudo TEXT NOT NULL,
    data_base {day} NOT NULL,
    decidida_em {instant} NOT NULL,
    estado TEXT NOT NULL,
    tentativas {number} NOT NULL,
    proxima_em {instant},
    arrendatario TEXT,
    arrendada_ate {instant},
    terminada_em {instant},
    mensagem TEXT,
    provedor TEXT,
    problema TEXT
);
CREATE INDEX alerta_saida_da_pasta ON alerta_saida (endereco, pasta, espaco, estado);
