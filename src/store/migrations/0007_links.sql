-- The words in braces are each engine's own: see schema.rs.

-- The pre-authenticated requests by which customers read their pages. No view shows them, and no row holds an address:
-- whoever has one reads the page. nome is what the request is called at the service, where it is found again if its answer
-- was lost; requisicao is the service's identifier, and empty until links.csv has the address. A row with encerrado_em is
-- of a request that is no more.
CREATE TABLE enlace (
    endereco TEXT NOT NULL,
    pasta TEXT NOT NULL,
    nome TEXT NOT NULL,
    arquivo TEXT NOT NULL,
    tenancy TEXT NOT NULL,
    inicio {day} NOT NULL,
    objeto TEXT NOT NULL,
    requisicao TEXT,
    expira_em {day} NOT NULL,
    pedido_em {instant} NOT NULL,
    encerrado_em {instant},
    PRIMARY KEY (endereco, pasta, nome)
) {by_key};
