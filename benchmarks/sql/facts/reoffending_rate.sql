-- Children in each quarter's cohort, and those proven to have reoffended; the period is whole quarters.
SELECT date_trunc('quarter', day)::DATE AS quarter, count(*) FILTER (reoffences > 0) AS numerator, count(*) AS denominator
FROM fact_follow_ups
WHERE day >= $opens AND day < $closes AND age IS NOT NULL
GROUP BY ALL
