-- What spreadsheets and BI read; figures are numbers here, whatever the engine keeps them as.

CREATE VIEW v_custo_diario AS
SELECT t.endereco, t.ocid AS tenancy,
       -- The name in the contract that has the day; a tenancy may have one contract after the other.
       COALESCE(
           (SELECT c.cliente FROM contrato c
            WHERE c.tenancia = t.id AND d.data BETWEEN c.inicio AND c.fim ORDER BY c.id DESC LIMIT 1),
           (SELECT c.cliente FROM contrato c WHERE c.tenancia = t.id ORDER BY c.id DESC LIMIT 1)
       ) AS cliente,
       d.data, d.moeda, CAST(d.custo AS {real}) AS custo, d.buscado_em
FROM custo_diario d
JOIN tenancia t ON t.id = d.tenancia;

CREATE VIEW v_custo_mensal AS
SELECT endereco, tenancy, cliente, {month(}data{)} AS mes, moeda,
       ROUND(SUM(custo), 10) AS custo, COUNT(*) AS dias
FROM v_custo_diario
GROUP BY endereco, tenancy, cliente, {month(}data{)}, moeda;

-- Each finished run's word on each contract.
CREATE VIEW v_previsao_por_execucao AS
SELECT e.endereco, t.ocid AS tenancy, c.cliente, c.arquivo,
       c.inicio AS inicio_contrato, c.fim AS fim_contrato, CAST(c.credito AS {real}) AS credito,
       d.execucao, e.terminada_em AS executado_em, e.data_base, d.moeda, d.situacao, d.nos_totais,
       d.dados_ate, d.consolidado_ate,
       CAST(d.consumo AS {real}) AS consumo,
       CAST(d.consumo_provisorio AS {real}) AS consumo_provisorio,
       CAST(d.saldo AS {real}) AS saldo,
       d.metodo, CAST(d.previsto AS {real}) AS previsto,
       CAST(d.total_estimado AS {real}) AS total_estimado,
       CAST(d.total_min AS {real}) AS total_min, CAST(d.total_max AS {real}) AS total_max,
       d.probabilidade_esgotar,
       CAST(d.total_estimado AS {real}) - LAG(CAST(d.total_estimado AS {real})) OVER (
           PARTITION BY c.tenancia, c.inicio, d.metodo ORDER BY e.data_base, d.execucao
       ) AS total_variacao,
       CAST(d.sobra AS {real}) AS sobra,
       CAST(d.debito AS {real}) AS debito,
       d.esgota_em,
       CAST(d.ritmo_diario AS {real}) AS ritmo_diario
FROM demonstrativo d
JOIN contrato c ON c.id = d.contrato
JOIN tenancia t ON t.id = c.tenancia
JOIN execucao e ON e.id = d.execucao
WHERE d.falha IS NULL AND e.terminada_em IS NOT NULL;

-- Each contract by its newest word with figures. na_carteira tells whether the last complete run of its
-- folder had it; falha is the code of its newest run where that failed.
CREATE VIEW v_contratos AS
WITH novas AS MATERIALIZED (
    SELECT k.tenancia, k.inicio,
           (SELECT d2.execucao
            FROM demonstrativo d2
            JOIN contrato c2 ON c2.id = d2.contrato
            JOIN execucao e2 ON e2.id = d2.execucao
            WHERE c2.tenancia = k.tenancia AND c2.inicio = k.inicio
              AND d2.falha IS NULL AND e2.terminada_em IS NOT NULL
            ORDER BY e2.data_base DESC, d2.execucao DESC
            LIMIT 1) AS execucao
    FROM (SELECT DISTINCT tenancia, inicio FROM contrato) k
)
SELECT t.endereco, t.ocid AS tenancy, c.cliente, c.arquivo,
       c.inicio AS inicio_contrato, c.fim AS fim_contrato, CAST(c.credito AS {real}) AS credito,
       d.moeda, e.data_base, e.terminada_em AS executado_em, d.situacao, d.nos_totais,
       d.dados_ate, d.consolidado_ate,
       CAST(d.consumo AS {real}) AS consumo,
       CAST(d.consumo_provisorio AS {real}) AS consumo_provisorio,
       CAST(d.saldo AS {real}) AS saldo,
       d.metodo, CAST(d.previsto AS {real}) AS previsto,
       CAST(d.total_estimado AS {real}) AS total_estimado,
       CAST(d.total_min AS {real}) AS total_min, CAST(d.total_max AS {real}) AS total_max,
       d.probabilidade_esgotar,
       CAST(d.sobra AS {real}) AS sobra,
       CAST(d.debito AS {real}) AS debito,
       d.esgota_em,
       CAST(d.ritmo_diario AS {real}) AS ritmo_diario,
       CASE WHEN EXISTS (
           SELECT 1
           FROM demonstrativo d2
           JOIN contrato c2 ON c2.id = d2.contrato
           WHERE c2.tenancia = n.tenancia AND c2.inicio = n.inicio
             AND d2.execucao IN (
                 SELECT MAX(id) FROM execucao
                 WHERE completa = 1 AND terminada_em IS NOT NULL
                 GROUP BY endereco, pasta
             )
       ) THEN 1 ELSE 0 END AS na_carteira,
       (SELECT d2.falha
        FROM demonstrativo d2
        JOIN contrato c2 ON c2.id = d2.contrato
        JOIN execucao e2 ON e2.id = d2.execucao
        WHERE c2.tenancia = n.tenancia AND c2.inicio = n.inicio AND e2.terminada_em IS NOT NULL
        ORDER BY d2.execucao DESC
        LIMIT 1) AS falha
FROM novas n
JOIN contrato c ON c.tenancia = n.tenancia AND c.inicio = n.inicio
JOIN demonstrativo d ON d.execucao = n.execucao AND d.contrato = c.id AND d.falha IS NULL
JOIN tenancia t ON t.id = c.tenancia
JOIN execucao e ON e.id = d.execucao;

-- The sums of the contracts that count in totals; currencies are never added.
CREATE VIEW v_carteira AS
SELECT endereco, moeda, COUNT(*) AS clientes,
       ROUND(SUM(credito), 10) AS credito, ROUND(SUM(consumo), 10) AS consumo,
       ROUND(SUM(saldo), 10) AS saldo, ROUND(SUM(previsto), 10) AS previsto,
       ROUND(SUM(total_estimado), 10) AS total_estimado,
       ROUND(SUM(sobra), 10) AS sobras, ROUND(SUM(debito), 10) AS debitos,
       MIN(data_base) AS data_base_mais_antiga, MAX(data_base) AS data_base_mais_nova
FROM v_contratos
WHERE nos_totais = 1 AND na_carteira = 1
GROUP BY endereco, moeda;
