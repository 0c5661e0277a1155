-- The words in braces are each engine's own: see schema.rs.

DROP VIEW IF EXISTS v_carteira;
DROP VIEW IF EXISTS v_falhas;
DROP VIEW IF EXISTS v_previsao_por_execucao;
DROP VIEW IF EXISTS v_custo_mensal;

-- The days of each contract's newest shown report, as a JSON array: from primeiro_dia on, ["state",booked,forecast].
CREATE TABLE contrato_dias (
    tenancia {number} NOT NULL REFERENCES tenancia (id),
    inicio {day} NOT NULL,
    execucao {number} NOT NULL REFERENCES execucao (id),
    primeiro_dia {day} NOT NULL,
    dias TEXT NOT NULL,
    PRIMARY KEY (tenancia, inicio)
);

-- The forecast by month of each shown report, as a JSON array of ["month",booked,forecast].
CREATE TABLE previsao_mes (
    execucao {number} NOT NULL REFERENCES execucao (id),
    contrato {number} NOT NULL REFERENCES contrato (id),
    meses TEXT NOT NULL,
    PRIMARY KEY (execucao, contrato)
) {by_key};

-- The meanings of the failures' codes, in Portuguese and in English.
CREATE TABLE falha_rotulo (
    codigo TEXT PRIMARY KEY,
    pt TEXT NOT NULL,
    en TEXT NOT NULL
) {by_key};

-- Amounts of a view have a precision: some BI tools read no more than 28 digits.
CREATE VIEW v_custo_mensal AS
SELECT CAST({month(}data{)} || '-01' AS {day}) AS primeiro_dia, {month(}data{)} AS mes,
       endereco, tenancy, cliente, moeda,
       CAST(ROUND(SUM(custo), 10) AS {exact}) AS custo, CAST(COUNT(*) AS INTEGER) AS dias
FROM v_custo_diario
GROUP BY endereco, tenancy, cliente, {month(}data{)}, moeda;

-- The failed configs of each folder and as-of day, by its newest complete run that BI shows and the later
-- recorded ones. ultima_data_base is the newest as-of day that the contract has figures of. A code without a label is
-- its own.
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
       f.cliente, f.tenancy, f.arquivo, f.codigo, n.data_base AS ultima_data_base,
       COALESCE(m.pt, f.codigo) AS rotulo_pt, COALESCE(m.en, f.codigo) AS rotulo_en
FROM falhas v
JOIN falha f ON f.id = v.id
JOIN execucao e ON e.id = f.execucao
LEFT JOIN falha_rotulo m ON m.codigo = f.codigo
LEFT JOIN contrato c ON c.id = f.contrato
LEFT JOIN ditas n ON n.tenancia = c.tenancia AND n.inicio = c.inicio
WHERE v.idade = 1;

-- The word of the newest shown run of each as-of day on each contract, under its newest name.
CREATE VIEW v_previsao_por_execucao AS
SELECT data_base, executado_em, CAST(execucao AS INTEGER) AS execucao,
       endereco, tenancy, nome AS cliente, arquivo, regiao, grupo,
       inicio AS inicio_contrato, fim AS fim_contrato, CAST(credito AS {exact}) AS credito,
       moeda, situacao, CAST(nos_totais AS INTEGER) AS nos_totais,
       CAST(completa AS INTEGER) AS completa,
       dados_ate, consolidado_ate,
       CAST(dias_decorridos AS INTEGER) AS dias_decorridos,
       CAST(dias_restantes AS INTEGER) AS dias_restantes,
       CAST(dias_sem_informacao AS INTEGER) AS dias_sem_informacao,
       CAST(consumo AS {exact}) AS consumo,
       CAST(consumo_provisorio AS {exact}) AS consumo_provisorio,
       CAST(consumo_pct AS {exact}) AS consumo_pct, CAST(prazo_pct AS {exact}) AS prazo_pct,
       CAST(saldo AS {exact}) AS saldo,
       metodo, CAST(previsto AS {exact}) AS previsto,
       CAST(complemento_provisorio AS {exact}) AS complemento_provisorio,
       CAST(total_estimado AS {exact}) AS total_estimado,
       CAST(total_min AS {exact}) AS total_min, CAST(total_max AS {exact}) AS total_max,
       CAST(probabilidade_esgotar AS INTEGER) AS probabilidade_esgotar,
       CAST(total_estimado - LAG(total_estimado) OVER (
           PARTITION BY tenancia, inicio, metodo ORDER BY data_base, execucao
       ) AS {exact}) AS total_variacao,
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

-- The totals of the report: the contracts that count in them and did not fail; currencies are never added.
-- clientes_com_falha counts those that counted before they failed, and consumo_com_falha is what they had consumed by
-- then; neither is in another column.
CREATE VIEW v_carteira AS
SELECT COALESCE(MAX(CASE WHEN falha IS NULL THEN data_base END), MAX(data_base)) AS data_base_mais_nova,
       COALESCE(MIN(CASE WHEN falha IS NULL THEN data_base END), MIN(data_base)) AS data_base_mais_antiga,
       endereco, moeda,
       CAST(SUM(CASE WHEN falha IS NULL THEN 1 ELSE 0 END) AS INTEGER) AS clientes,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN credito ELSE 0 END), 10) AS {exact}) AS credito,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN consumo ELSE 0 END), 10) AS {exact}) AS consumo,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN saldo ELSE 0 END), 10) AS {exact}) AS saldo,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN previsto ELSE 0 END), 10) AS {exact}) AS previsto,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN total_estimado ELSE 0 END), 10) AS {exact}) AS total_estimado,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN sobra ELSE 0 END), 10) AS {exact}) AS sobras,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN debito ELSE 0 END), 10) AS {exact}) AS debitos,
       CAST(SUM(CASE WHEN falha IS NULL THEN 0 ELSE 1 END) AS INTEGER) AS clientes_com_falha,
       CAST(ROUND(SUM(CASE WHEN falha IS NULL THEN 0 ELSE consumo END), 10) AS {exact}) AS consumo_com_falha
FROM v_contratos
WHERE nos_totais = 1 AND na_carteira = 1
GROUP BY endereco, moeda;

-- Each day of each contract by its newest shown report, booked and forecast; the opening balance is on its last day.
-- acumulado is the running sum of both, and saldo the credit that is left. Both are empty where a part is not known. The
-- window has the columns that a tool filters by, so that PostgreSQL makes only the days asked for.
CREATE VIEW v_dias AS
SELECT data, data_base, endereco, tenancy, cliente, arquivo, regiao, grupo, inicio_contrato, fim_contrato,
       moeda, na_carteira, falha, estado,
       CASE WHEN estado IN ('provisorio', 'futuro') THEN 'previsto' ELSE 'realizado' END AS tipo,
       CAST(realizado AS {exact}) AS realizado, CAST(previsto AS {exact}) AS previsto,
       CAST(CASE WHEN faltam = 0 OR data < data_base THEN soma END AS {exact}) AS acumulado,
       credito,
       CAST(CASE WHEN faltam = 0 OR data < data_base THEN saldo_inicial - soma END AS {exact}) AS saldo
FROM (
    SELECT d.*,
           CASE WHEN situacao NOT IN ('sem_dados', 'historico_incompleto')
                THEN SUM(COALESCE(realizado, 0) + COALESCE(previsto, 0)) OVER contrato END AS soma,
           SUM(CASE WHEN estado IN ('provisorio', 'futuro') AND previsto IS NULL THEN 1 ELSE 0 END)
               OVER contrato AS faltam
    FROM (
        SELECT {day(}p.primeiro_dia{+}v.key{day)} AS data, k.data_base, k.endereco, k.tenancy, k.cliente, k.arquivo,
               k.regiao, k.grupo, k.inicio_contrato, k.fim_contrato, k.moeda, k.na_carteira, k.falha, k.situacao,
               k.credito,
               CASE WHEN k.saldo IS NOT NULL THEN k.credito END AS saldo_inicial,
               CASE v.value ->> 0
                   WHEN 'a' THEN 'anterior'
                   WHEN 'c' THEN 'consolidado'
                   WHEN 's' THEN 'sem_informacao'
                   WHEN 'p' THEN 'provisorio'
                   WHEN 'f' THEN 'futuro'
               END AS estado,
               CAST(v.value ->> 1 AS {real}) AS realizado, CAST(v.value ->> 2 AS {real}) AS previsto
        FROM v_contratos k
        JOIN tenancia t ON t.endereco = k.endereco AND t.ocid = k.tenancy
        JOIN contrato_dias p ON p.tenancia = t.id AND p.inicio = k.inicio_contrato
        JOIN execucao e ON e.id = p.execucao AND e.mostrada = 1
            AND e.data_base = k.data_base AND e.terminada_em = k.executado_em
        CROSS JOIN {each(}p.dias{as v}
    ) d
    WHERE estado IS NOT NULL
    WINDOW contrato AS (PARTITION BY endereco, tenancy, cliente, inicio_contrato, moeda ORDER BY data)
) s;

-- The forecast of each month by the newest shown run of each as-of day, and realizado, what came: the cost of the month,
-- empty until all of its days are final. antecedencia_meses is 0 for a forecast from within the month. ultima_do_mes is 1
-- for the newest as-of day of its month.
CREATE VIEW v_previsao_mensal AS
WITH vieram AS MATERIALIZED (
    -- One text as the key: PostgreSQL takes three for a merge, which compares each month with every other.
    SELECT CAST(tenancia AS TEXT) || ' ' || CAST(inicio AS TEXT) || ' ' || mes AS chave, SUM(realizado) AS realizado
    FROM (
        SELECT p.tenancia, p.inicio, {month(}{day(}p.primeiro_dia{+}v.key{day)}{)} AS mes,
               v.value ->> 0 AS estado, CAST(v.value ->> 1 AS {real}) AS realizado
        FROM contrato_dias p
        JOIN execucao e ON e.id = p.execucao AND e.mostrada = 1
        CROSS JOIN {each(}p.dias{as v}
    ) d
    WHERE estado <> 'a'
    GROUP BY tenancia, inicio, mes
    HAVING MIN(CASE estado WHEN 'c' THEN 1 ELSE 0 END) = 1
)
SELECT CAST(m.mes || '-01' AS {day}) AS primeiro_dia, m.mes, m.data_base,
       m.endereco, m.tenancy, m.cliente, m.arquivo, m.regiao, m.grupo, m.inicio_contrato, m.fim_contrato,
       m.moeda, m.metodo, m.antecedencia_meses, m.ultima_do_mes,
       CAST(m.realizado AS {exact}) AS realizado_ate_entao, CAST(m.previsto AS {exact}) AS previsto,
       CAST(m.realizado + m.previsto AS {exact}) AS total_previsto,
       CAST(f.realizado AS {exact}) AS realizado,
       CAST(m.realizado + m.previsto - f.realizado AS {exact}) AS diferenca,
       CAST(CASE WHEN f.realizado <> 0 THEN 100 * (m.realizado + m.previsto - f.realizado) / f.realizado END
            AS {exact}) AS diferenca_pct
FROM (
    SELECT r.*, v.value ->> 0 AS mes,
           CAST(v.value ->> 1 AS {real}) AS realizado, CAST(v.value ->> 2 AS {real}) AS previsto,
           12 * (CAST(substr(v.value ->> 0, 1, 4) AS INTEGER) - CAST(substr(r.mes_base, 1, 4) AS INTEGER))
               + CAST(substr(v.value ->> 0, 6, 2) AS INTEGER) - CAST(substr(r.mes_base, 6, 2) AS INTEGER)
               AS antecedencia_meses
    FROM (
        SELECT d.execucao, d.contrato, d.moeda, d.metodo, d.regiao, d.grupo,
               e.data_base, {month(}e.data_base{)} AS mes_base, t.endereco, t.ocid AS tenancy,
               c.tenancia, c.arquivo, c.inicio AS inicio_contrato, c.fim AS fim_contrato,
               FIRST_VALUE(c.cliente) OVER (
                   PARTITION BY c.tenancia, c.inicio ORDER BY d.execucao DESC
               ) AS cliente,
               ROW_NUMBER() OVER (
                   PARTITION BY c.tenancia, c.inicio, e.data_base ORDER BY d.execucao DESC
               ) AS idade,
               CASE WHEN e.data_base = MAX(e.data_base) OVER (
                   PARTITION BY c.tenancia, c.inicio, {month(}e.data_base{)}
               ) THEN 1 ELSE 0 END AS ultima_do_mes
        FROM demonstrativo d
        JOIN contrato c ON c.id = d.contrato
        JOIN tenancia t ON t.id = c.tenancia
        JOIN execucao e ON e.id = d.execucao
        WHERE e.mostrada = 1
    ) r
    JOIN previsao_mes p ON p.execucao = r.execucao AND p.contrato = r.contrato
    CROSS JOIN {each(}p.meses{as v}
    WHERE r.idade = 1
) m
LEFT JOIN vieram f
    ON f.chave = CAST(m.tenancia AS TEXT) || ' ' || CAST(m.inicio_contrato AS TEXT) || ' ' || m.mes;
