-- Different children reported missing, by the hub of the episode's first report.
SELECT coalesce(hub_id, 'unknown') AS hub, count(DISTINCT child_id) AS numerator, NULL AS denominator
FROM fact_missing_episodes
WHERE day >= $opens AND day < $closes AND age < 18
GROUP BY ALL
