-- Episodes of children, and those of a child who was already missing in the twelve months before.
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
),
in_sequence AS (
    SELECT *, max(reported_on) OVER (
               PARTITION BY child_id ORDER BY starts_at RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 SECOND PRECEDING
           ) AS latest_before
    FROM episodes
)
SELECT date_trunc('month', e.reported_on)::DATE AS month,
       count(*) FILTER (e.latest_before >= e.reported_on - INTERVAL 12 MONTH) AS numerator, count(*) AS denominator
FROM in_sequence e
JOIN children c ON c.child_id = e.child_id
WHERE e.reported_on >= $opens AND c.date_of_birth > e.reported_on - INTERVAL 18 YEAR AND c.date_of_birth <= e.reported_on
GROUP BY ALL
