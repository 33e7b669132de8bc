-- Detentions of children with both times, and those of at least four hours between midnight and eight of one night.
SELECT date_trunc('month', day)::DATE AS month, coalesce(hub_id, 'unknown') AS hub,
       count(*) FILTER (is_overnight) AS numerator, count(*) AS denominator
FROM fact_detentions
WHERE day >= $opens AND day < $closes AND age < 18 AND seconds_held IS NOT NULL
GROUP BY ALL
