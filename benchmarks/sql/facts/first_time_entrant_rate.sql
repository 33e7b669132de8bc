-- First-time entrants by hub, and the child-years lived there; the period is whole months.
WITH counted AS (
    SELECT coalesce(hub_id, 'unknown') AS hub, count(*) AS entrants
    FROM fact_first_disposals
    WHERE day >= $opens AND day < $closes AND age IS NOT NULL
    GROUP BY ALL
),
years AS (
    SELECT year(month) AS year, count(*) / 12 AS share
    FROM generate_series($opens::TIMESTAMP, $closes::TIMESTAMP - INTERVAL 1 DAY, INTERVAL 1 MONTH) AS months(month)
    GROUP BY ALL
),
estimates AS (
    SELECT hub_id, year, sum(residents) AS residents
    FROM population
    WHERE age BETWEEN 10 AND 17 AND sex IS NULL AND ethnic_group IS NULL
    GROUP BY ALL
),
lived AS (
    SELECT e.hub_id AS hub, y.share * arg_min(e.residents, abs(e.year - y.year) * 10000 + e.year) AS child_years
    FROM estimates e CROSS JOIN years y
    GROUP BY e.hub_id, y.year, y.share
)
SELECT coalesce(lived.hub, counted.hub) AS hub, coalesce(any_value(entrants), 0) AS numerator, sum(child_years) AS denominator
FROM lived FULL JOIN counted ON counted.hub = lived.hub
GROUP BY ALL
