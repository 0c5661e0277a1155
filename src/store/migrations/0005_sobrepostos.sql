-- The words in braces are each engine's own: see schema.rs.

DROP VIEW IF EXISTS v_carteira;
DROP VIEW IF EXISTS v_contratos;

-- Each contract by its newest shown figures. na_carteira tells whether the newest shown run of its folder had
-- it, and no other config contradicted it: of two configs of one tenancy that overlap and differ, neither is in the
-- portfolio. falha is the code of that run's failure, if it failed: then the figures are of an earlier day.
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
       t.endereco, t.ocid AS tenancy, c.cliente, c.arquivo, d.regiao, d.grupo,
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
       CASE WHEN p.tenancia IS NULL THEN 0
            WHEN f.execucao > n.execucao AND f.codigo = 'contrato_repetido' THEN 0
            ELSE 1 END AS na_carteira,
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
-- clientes_com_falha counts those that counted before they failed, and consumo_com_falha is what they had consumed by
-- then; neither is in another column.
CREATE VIEW v_carteira AS
SELECT COALESCE(MAX(CASE WHEN falha IS NULL THEN data_base END), MAX(data_base)) AS data_base_mais_nova,
       COALESCE(MIN(CASE WHEN falha IS NULL THEN data_base END), MIN(data_base)) AS data_base_mais_antiga,
       endereco, moeda,
       CAST(SUM(CASE WHEN falha IS NULL THEN 1 ELSE 0 END) AS INTEGER) AS clientes,
       ROUND(SUM(CASE WHEN falha IS NULL THEN credito ELSE 0 END), 10) AS credito,
       ROUND(SUM(CASE WHEN falha IS NULL THEN consumo ELSE 0 END), 10) AS consumo,
       ROUND(SUM(CASE WHEN falha IS NULL THEN saldo ELSE 0 END), 10) AS saldo,
       ROUND(SUM(CASE WHEN falha IS NULL THEN previsto ELSE 0 END), 10) AS previsto,
       ROUND(SUM(CASE WHEN falha IS NULL THEN total_estimado ELSE 0 END), 10) AS total_estimado,
       ROUND(SUM(CASE WHEN falha IS NULL THEN sobra ELSE 0 END), 10) AS sobras,
       ROUND(SUM(CASE WHEN falha IS NULL THEN debito ELSE 0 END), 10) AS debitos,
       CAST(SUM(CASE WHEN falha IS NULL THEN 0 ELSE 1 END) AS INTEGER) AS clientes_com_falha,
       ROUND(SUM(CASE WHEN falha IS NULL THEN 0 ELSE consumo END), 10) AS consumo_com_falha
FROM v_contratos
WHERE nos_totais = 1 AND na_carteira = 1
GROUP BY endereco, moeda;
