-- The words in braces are each engine's own: see schema.rs.

DROP VIEW IF EXISTS v_carteira;
DROP VIEW IF EXISTS v_contratos;
DROP VIEW IF EXISTS v_previsao_por_execucao;
DROP VIEW IF EXISTS v_custo_mensal;
DROP VIEW IF EXISTS v_custo_diario;

-- The checksum of the rows of custo_diario in the range: how many, and their sum over all currencies. Empty
-- where the range was written by 0.1. Where the rows were found damaged, it is not theirs.
ALTER TABLE intervalo ADD COLUMN linhas {number};
ALTER TABLE intervalo ADD COLUMN soma {amount};

-- The settings of the run. A run is shown to BI (mostrada) unless it is a look (olhada) or was made as of an
-- earlier day than the newest shown run of the same folder. The views below read shown runs only.
ALTER TABLE execucao ADD COLUMN olhada {number} NOT NULL DEFAULT 0;
ALTER TABLE execucao ADD COLUMN mostrada {number} NOT NULL DEFAULT 0;
ALTER TABLE execucao ADD COLUMN metodo TEXT;
ALTER TABLE execucao ADD COLUMN dias_parciais {number};
ALTER TABLE execucao ADD COLUMN percentual_sobra {amount};
CREATE INDEX execucao_da_pasta ON execucao (endereco, pasta, data_base);

UPDATE execucao SET mostrada = 1
WHERE completa = 1 AND terminada_em IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM execucao a
    WHERE a.endereco = execucao.endereco AND a.pasta = execucao.pasta AND a.completa = 1
      AND a.terminada_em IS NOT NULL AND a.id < execucao.id AND a.data_base > execucao.data_base
);

-- A failed config of a run. The contract is the one that the config had when it was reported last, if ever;
-- the tenancy is empty where the config does not say it.
CREATE TABLE falha (
    id {identity},
    execucao {number} NOT NULL REFERENCES execucao (id),
    contrato {number} REFERENCES contrato (id),
    arquivo TEXT NOT NULL,
    cliente TEXT NOT NULL,
    tenancy TEXT,
    codigo TEXT NOT NULL
);
CREATE INDEX falha_da_execucao ON falha (execucao);

-- demonstrativo.falha stays for whoever reads it, and is empty from now on.
INSERT INTO falha (execucao, contrato, arquivo, cliente, tenancy, codigo)
SELECT d.execucao, d.contrato, c.arquivo, c.cliente, t.ocid, d.falha
FROM demonstrativo d
JOIN contrato c ON c.id = d.contrato
JOIN tenancia t ON t.id = c.tenancia
WHERE d.falha IS NOT NULL
ORDER BY d.execucao, d.contrato;
DELETE FROM demonstrativo WHERE falha IS NOT NULL;

-- Which config, with which key, the service has answered for a tenancy: only it may be shown the stored days
-- when nobody asks the service. impressao is the key's fingerprint, empty where 0.1 did not keep it.
CREATE TABLE vinculo (
    tenancia {number} NOT NULL REFERENCES tenancia (id),
    pasta TEXT NOT NULL,
    arquivo TEXT NOT NULL,
    impressao TEXT NOT NULL,
    desde {instant} NOT NULL,
    PRIMARY KEY (tenancia, pasta, arquivo, impressao)
) {by_key};

-- A contract that has not begun is reported without asking the service.
INSERT INTO vinculo (tenancia, pasta, arquivo, impressao, desde)
SELECT c.tenancia, e.pasta, c.arquivo, '', MIN(e.terminada_em)
FROM demonstrativo d
JOIN contrato c ON c.id = d.contrato
JOIN execucao e ON e.id = d.execucao
WHERE d.situacao <> 'nao_iniciado' AND e.terminada_em IS NOT NULL
GROUP BY c.tenancia, e.pasta, c.arquivo;

ALTER TABLE demonstrativo ADD COLUMN dias_decorridos {number};
ALTER TABLE demonstrativo ADD COLUMN dias_restantes {number};
ALTER TABLE demonstrativo ADD COLUMN dias_sem_informacao {number};
ALTER TABLE demonstrativo ADD COLUMN consumo_pct {amount};
ALTER TABLE demonstrativo ADD COLUMN prazo_pct {amount};
ALTER TABLE demonstrativo ADD COLUMN ritmo_alvo {amount};
ALTER TABLE demonstrativo ADD COLUMN mes_atual_estimado {amount};
ALTER TABLE demonstrativo ADD COLUMN esgota_min {day};
ALTER TABLE demonstrativo ADD COLUMN esgota_max {day};

-- The situations in the order of the report, with their names.
CREATE VIEW v_situacoes AS
SELECT 'esgotado' AS situacao, 1 AS ordem, 'Crédito esgotado' AS rotulo_pt, 'Credit spent' AS rotulo_en
UNION ALL SELECT 'vai_esgotar', 2, 'Vai esgotar', 'Runs out early'
UNION ALL SELECT 'sem_dados', 3, 'Sem dados de consumo', 'No usage data'
UNION ALL SELECT 'historico_incompleto', 4, 'Histórico incompleto', 'Incomplete history'
UNION ALL SELECT 'no_limite', 5, 'No limite', 'Borderline'
UNION ALL SELECT 'vai_sobrar', 6, 'Vai sobrar', 'Unused credit'
UNION ALL SELECT 'dentro', 7, 'Dentro do crédito', 'Within credit'
UNION ALL SELECT 'sem_previsao', 8, 'Sem previsão', 'No forecast'
UNION ALL SELECT 'sem_credito', 9, 'Sem crédito (sob demanda)', 'Pay as you go'
UNION ALL SELECT 'nao_iniciado', 10, 'Não iniciado', 'Not started'
UNION ALL SELECT 'encerrado', 11, 'Encerrado', 'Ended';

-- Each day with cost. The name is the newest one of the contract that has the day; a tenancy may have one
-- contract after the other. Owners are found once, not once a row.
CREATE VIEW v_custo_diario AS
WITH ditas AS MATERIALIZED (
    SELECT c.tenancia, c.inicio, MAX(d.execucao) AS execucao
    FROM demonstrativo d
    JOIN contrato c ON c.id = d.contrato
    JOIN execucao e ON e.id = d.execucao
    WHERE e.mostrada = 1
    GROUP BY c.tenancia, c.inicio
),
atuais AS MATERIALIZED (
    SELECT c.id, c.tenancia, c.cliente, c.inicio, c.fim
    FROM ditas n
    JOIN demonstrativo d ON d.execucao = n.execucao
    JOIN contrato c ON c.id = d.contrato AND c.tenancia = n.tenancia AND c.inicio = n.inicio
),
donos AS MATERIALIZED (
    SELECT d.tenancia, d.data, MAX(a.id) AS contrato
    FROM (SELECT DISTINCT tenancia, data FROM custo_diario) d
    JOIN atuais a ON a.tenancia = d.tenancia AND d.data BETWEEN a.inicio AND a.fim
    GROUP BY d.tenancia, d.data
),
ultimos AS MATERIALIZED (
    SELECT c.tenancia, COALESCE(MAX(a.id), MAX(c.id)) AS contrato
    FROM contrato c
    LEFT JOIN atuais a ON a.id = c.id
    GROUP BY c.tenancia
)
SELECT d.data, t.endereco, t.ocid AS tenancy, COALESCE(a.cliente, b.cliente) AS cliente,
       d.moeda, CAST(d.custo AS {exact}) AS custo, d.buscado_em
FROM custo_diario d
JOIN tenancia t ON t.id = d.tenancia
LEFT JOIN donos o ON o.tenancia = d.tenancia AND o.data = d.data
LEFT JOIN contrato a ON a.id = o.contrato
LEFT JOIN ultimos u ON u.tenancia = d.tenancia
LEFT JOIN contrato b ON b.id = u.contrato;

CREATE VIEW v_custo_mensal AS
SELECT CAST({month(}data{)} || '-01' AS {day}) AS primeiro_dia, {month(}data{)} AS mes,
       endereco, tenancy, cliente, moeda,
       ROUND(SUM(custo), 10) AS custo, CAST(COUNT(*) AS INTEGER) AS dias
FROM v_custo_diario
GROUP BY endereco, tenancy, cliente, {month(}data{)}, moeda;

-- Each kept run. ultima_do_dia is 1 for the newest complete run of its folder and as-of day that BI shows.
CREATE VIEW v_execucoes AS
WITH ultimas AS MATERIALIZED (
    SELECT MAX(id) AS id FROM execucao
    WHERE mostrada = 1 AND completa = 1
    GROUP BY endereco, pasta, data_base
)
SELECT e.data_base, CAST(e.id AS INTEGER) AS execucao, e.endereco, e.pasta,
       e.iniciada_em, e.terminada_em AS executado_em, e.versao,
       CAST(e.completa AS INTEGER) AS completa, CAST(e.mostrada AS INTEGER) AS mostrada,
       CASE WHEN u.id IS NULL THEN 0 ELSE 1 END AS ultima_do_dia,
       CAST(e.olhada AS INTEGER) AS olhada,
       e.metodo, CAST(e.dias_parciais AS INTEGER) AS dias_parciais,
       CAST(e.percentual_sobra AS {exact}) AS percentual_sobra,
       CAST(e.clientes AS INTEGER) AS clientes, CAST(e.falhas AS INTEGER) AS falhas
FROM execucao e
LEFT JOIN ultimas u ON u.id = e.id;

-- The failed configs of each folder and as-of day, by its newest complete run that BI shows and the later
-- recorded ones. ultima_data_base is the newest as-of day that the contract has figures of.
CREATE VIEW v_falhas AS
WITH ultimas AS MATERIALIZED (
    SELECT endereco, pasta, data_base, MAX(id) AS id FROM execucao
    WHERE mostrada = 1 AND completa = 1
    GROUP BY endereco, pasta, data_base
),
falhas AS MATERIALIZED (
    SELECT f.id, RANK() OVER (
               PARTITION BY e.endereco, e.pasta, e.data_base, f.arquivo ORDER BY f.execucao DESC
           ) AS idade
    FROM falha f
    JOIN execucao e ON e.id = f.execucao
    LEFT JOIN ultimas u
        ON u.endereco = e.endereco AND u.pasta = e.pasta AND u.data_base = e.data_base
    WHERE e.mostrada = 1 AND e.id >= COALESCE(u.id, 0)
),
ditas AS MATERIALIZED (
    SELECT c.tenancia, c.inicio, MAX(e.data_base) AS data_base
    FROM demonstrativo d
    JOIN contrato c ON c.id = d.contrato
    JOIN execucao e ON e.id = d.execucao
    WHERE e.mostrada = 1
    GROUP BY c.tenancia, c.inicio
)
SELECT e.data_base, e.terminada_em AS executado_em, CAST(e.id AS INTEGER) AS execucao, e.endereco, e.pasta,
       f.cliente, f.tenancy, f.arquivo, f.codigo, n.data_base AS ultima_data_base
FROM falhas v
JOIN falha f ON f.id = v.id
JOIN execucao e ON e.id = f.execucao
LEFT JOIN contrato c ON c.id = f.contrato
LEFT JOIN ditas n ON n.tenancia = c.tenancia AND n.inicio = c.inicio
WHERE v.idade = 1;

-- The word of the newest shown run of each as-of day on each contract, under its newest name.
CREATE VIEW v_previsao_por_execucao AS
SELECT data_base, executado_em, CAST(execucao AS INTEGER) AS execucao,
       endereco, tenancy, nome AS cliente, arquivo,
       inicio AS inicio_contrato, fim AS fim_contrato, CAST(credito AS {exact}) AS credito,
       moeda, situacao, CAST(nos_totais AS INTEGER) AS nos_totais,
       CAST(completa AS INTEGER) AS completa,
       dados_ate, consolidado_ate,
       CAST(dias_sem_informacao AS INTEGER) AS dias_sem_informacao,
       CAST(consumo AS {exact}) AS consumo,
       CAST(consumo_provisorio AS {exact}) AS consumo_provisorio,
       CAST(saldo AS {exact}) AS saldo,
       metodo, CAST(previsto AS {exact}) AS previsto,
       CAST(complemento_provisorio AS {exact}) AS complemento_provisorio,
       CAST(total_estimado AS {exact}) AS total_estimado,
       CAST(total_min AS {exact}) AS total_min, CAST(total_max AS {exact}) AS total_max,
       CAST(probabilidade_esgotar AS INTEGER) AS probabilidade_esgotar,
       CAST(total_estimado AS {exact}) - LAG(CAST(total_estimado AS {exact})) OVER (
           PARTITION BY tenancia, inicio, metodo ORDER BY data_base, execucao
       ) AS total_variacao,
       CAST(sobra AS {exact}) AS sobra,
       CAST(debito AS {exact}) AS debito,
       esgota_em, esgota_min, esgota_max,
       CAST(ritmo_diario AS {exact}) AS ritmo_diario,
       CAST(ritmo_alvo AS {exact}) AS ritmo_alvo,
       CAST(mes_atual_estimado AS {exact}) AS mes_atual_estimado
FROM (
    SELECT d.*, e.data_base, e.terminada_em AS executado_em, e.completa,
           t.endereco, t.ocid AS tenancy,
           c.tenancia, c.arquivo, c.inicio, c.fim, c.credito,
           FIRST_VALUE(c.cliente) OVER (
               PARTITION BY c.tenancia, c.inicio ORDER BY d.execucao DESC
           ) AS nome,
           ROW_NUMBER() OVER (
               PARTITION BY c.tenancia, c.inicio, e.data_base ORDER BY d.execucao DESC
           ) AS idade
    FROM demonstrativo d
    JOIN contrato c ON c.id = d.contrato
    JOIN tenancia t ON t.id = c.tenancia
    JOIN execucao e ON e.id = d.execucao
    WHERE e.mostrada = 1
) r
WHERE idade = 1;

-- Each contract by its newest shown figures. na_carteira tells whether the newest shown run of its folder had
-- it; falha is the code of that run's failure, if it failed: then the figures are of an earlier day.
CREATE VIEW v_contratos AS
WITH ditas AS MATERIALIZED (
    SELECT c.tenancia, c.inicio, MAX(d.execucao) AS execucao
    FROM demonstrativo d
    JOIN contrato c ON c.id = d.contrato
    JOIN execucao e ON e.id = d.execucao
    WHERE e.mostrada = 1
    GROUP BY c.tenancia, c.inicio
),
falhas AS MATERIALIZED (
    SELECT c.tenancia, c.inicio, MAX(f.id) AS id
    FROM falha f
    JOIN contrato c ON c.id = f.contrato
    JOIN execucao e ON e.id = f.execucao
    WHERE e.mostrada = 1
    GROUP BY c.tenancia, c.inicio
),
completas AS MATERIALIZED (
    SELECT endereco, pasta, MAX(id) AS id FROM execucao
    WHERE mostrada = 1 AND completa = 1
    GROUP BY endereco, pasta
),
presentes AS MATERIALIZED (
    SELECT DISTINCT c.tenancia, c.inicio
    FROM (SELECT execucao, contrato FROM demonstrativo UNION ALL SELECT execucao, contrato FROM falha) r
    JOIN execucao e ON e.id = r.execucao
    LEFT JOIN completas k ON k.endereco = e.endereco AND k.pasta = e.pasta
    JOIN contrato c ON c.id = r.contrato
    WHERE e.mostrada = 1 AND e.id >= COALESCE(k.id, 0)
)
SELECT e.data_base, e.terminada_em AS executado_em,
       t.endereco, t.ocid AS tenancy, c.cliente, c.arquivo,
       c.inicio AS inicio_contrato, c.fim AS fim_contrato, CAST(c.credito AS {exact}) AS credito,
       d.moeda, d.situacao, CAST(d.nos_totais AS INTEGER) AS nos_totais,
       d.dados_ate, d.consolidado_ate,
       CAST(d.dias_decorridos AS INTEGER) AS dias_decorridos,
       CAST(d.dias_restantes AS INTEGER) AS dias_restantes,
       CAST(d.dias_sem_informacao AS INTEGER) AS dias_sem_informacao,
       CAST(c.consumo_anterior AS {exact}) AS consumo_anterior, c.consumo_anterior_ate,
       CAST(d.consumo AS {exact}) AS consumo,
       CAST(d.consumo_provisorio AS {exact}) AS consumo_provisorio,
       CAST(d.consumo_pct AS {exact}) AS consumo_pct, CAST(d.prazo_pct AS {exact}) AS prazo_pct,
       CAST(d.saldo AS {exact}) AS saldo,
       d.metodo, CAST(d.previsto AS {exact}) AS previsto,
       CAST(d.complemento_provisorio AS {exact}) AS complemento_provisorio,
       CAST(d.total_estimado AS {exact}) AS total_estimado,
       CAST(d.total_min AS {exact}) AS total_min, CAST(d.total_max AS {exact}) AS total_max,
       CAST(d.probabilidade_esgotar AS INTEGER) AS probabilidade_esgotar,
       CAST(d.sobra AS {exact}) AS sobra,
       CAST(d.debito AS {exact}) AS debito,
       d.esgota_em, d.esgota_min, d.esgota_max,
       CAST(d.ritmo_diario AS {exact}) AS ritmo_diario,
       CAST(d.ritmo_alvo AS {exact}) AS ritmo_alvo,
       CAST(d.mes_atual_estimado AS {exact}) AS mes_atual_estimado,
       CASE WHEN p.tenancia IS NULL THEN 0 ELSE 1 END AS na_carteira,
       CASE WHEN f.execucao > n.execucao THEN f.codigo END AS falha,
       CASE WHEN f.execucao > n.execucao THEN ef.data_base END AS falha_em
FROM ditas n
JOIN demonstrativo d ON d.execucao = n.execucao
JOIN contrato c ON c.id = d.contrato AND c.tenancia = n.tenancia AND c.inicio = n.inicio
JOIN tenancia t ON t.id = c.tenancia
JOIN execucao e ON e.id = d.execucao
LEFT JOIN presentes p ON p.tenancia = n.tenancia AND p.inicio = n.inicio
LEFT JOIN falhas u ON u.tenancia = n.tenancia AND u.inicio = n.inicio
LEFT JOIN falha f ON f.id = u.id
LEFT JOIN execucao ef ON ef.id = f.execucao;

-- The totals of the report: the contracts that count in them and did not fail; currencies are never added.
CREATE VIEW v_carteira AS
SELECT MAX(data_base) AS data_base_mais_nova, MIN(data_base) AS data_base_mais_antiga,
       endereco, moeda, CAST(COUNT(*) AS INTEGER) AS clientes,
       ROUND(SUM(credito), 10) AS credito, ROUND(SUM(consumo), 10) AS consumo,
       ROUND(SUM(saldo), 10) AS saldo, ROUND(SUM(previsto), 10) AS previsto,
       ROUND(SUM(total_estimado), 10) AS total_estimado,
       ROUND(SUM(sobra), 10) AS sobras, ROUND(SUM(debito), 10) AS debitos
FROM v_contratos
WHERE nos_totais = 1 AND na_carteira = 1 AND falha IS NULL
GROUP BY endereco, moeda;
