-- Episodes of children, and those of a child who was already missing in the twelve months before.
SELECT date_trunc('month', day)::DATE AS month, count(*) FILTER (is_repeat) AS numerator, count(*) AS denominator
FROM fact_missing_episodes
WHERE day >= $opens AND day < $closes AND age < 18
GROUP BY ALL
