-- Searches of children aged 10 to 17 with an outcome recorded, and those with one other than no further action.
SELECT date_trunc('month', day)::DATE AS month, coalesce(hub_id, 'unknown') AS hub,
       count(*) FILTER (outcome <> 'no further action') AS numerator, count(*) AS denominator
FROM fact_stop_searches
WHERE day >= $opens AND day < $closes AND of_a_child AND outcome IS NOT NULL
GROUP BY ALL
