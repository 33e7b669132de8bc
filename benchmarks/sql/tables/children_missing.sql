-- Different children reported missing, by the hub of the episode's first report.
-- A report that comes before the return so far joins its episode; the first report alone tells all that is asked.
WITH reports AS (
    SELECT m.child_id, m.episode_id, m.reported_on, m.hub_id, m.returned_at, m.reported_at IS NOT NULL AS timed,
           coalesce(m.reported_at, timezone('UTC', timezone('Europe/London', m.reported_on::TIMESTAMP))) AS starts_at
    FROM missing_episodes m
    WHERE m.reported_on < $closes
      AND m.child_id IN (SELECT child_id FROM missing_episodes WHERE reported_on >= $opens AND reported_on < $closes)
),
stretches AS (
    SELECT *, count(*) FILTER (returned_at IS NULL) OVER (
               PARTITION BY child_id, timed ORDER BY starts_at, episode_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS stretch
    FROM reports
),
episodes AS (
    SELECT child_id, reported_on, hub_id, starts_at
    FROM stretches
    QUALIFY coalesce(NOT timed OR starts_at >= max(returned_at) OVER (
        PARTITION BY child_id, timed, stretch ORDER BY starts_at, episode_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), TRUE)
)
SELECT coalesce(e.hub_id, 'unknown') AS hub, count(DISTINCT e.child_id) AS numerator, NULL AS denominator
FROM episodes e
JOIN children c ON c.child_id = e.child_id
WHERE e.reported_on >= $opens AND c.date_of_birth > e.reported_on - INTERVAL 18 YEAR AND c.date_of_birth <= e.reported_on
GROUP BY ALL
