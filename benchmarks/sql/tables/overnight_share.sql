-- Detentions of children with both times, and those of at least four hours between midnight and eight of one night.
WITH timed AS (
    SELECT d.authorised_on, d.hub_id, d.authorised_at, d.released_at,
           timezone('Europe/London', timezone('UTC', d.authorised_at))::DATE AS first_day
    FROM detentions d
    JOIN children c ON c.child_id = d.child_id
    WHERE d.authorised_on >= $opens AND d.authorised_on < $closes
      AND d.authorised_at IS NOT NULL AND d.released_at IS NOT NULL
      AND c.date_of_birth > d.authorised_on - INTERVAL 18 YEAR AND c.date_of_birth <= d.authorised_on
),
nights AS (
    SELECT *,
           timezone('UTC', timezone('Europe/London', first_day::TIMESTAMP)) AS first_opens,
           timezone('UTC', timezone('Europe/London', first_day + INTERVAL 8 HOUR)) AS first_closes,
           timezone('UTC', timezone('Europe/London', first_day + INTERVAL 24 HOUR)) AS second_opens,
           timezone('UTC', timezone('Europe/London', first_day + INTERVAL 32 HOUR)) AS second_closes
    FROM timed
)
SELECT date_trunc('month', authorised_on)::DATE AS month, coalesce(hub_id, 'unknown') AS hub,
       count(*) FILTER (least(released_at, first_closes) - greatest(authorised_at, first_opens) >= INTERVAL 4 HOUR
                        OR least(released_at, second_closes) - greatest(authorised_at, second_opens) >= INTERVAL 4 HOUR)
           AS numerator,
       count(*) AS denominator
FROM nights
GROUP BY ALL
