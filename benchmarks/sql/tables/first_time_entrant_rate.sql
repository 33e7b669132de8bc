-- First-time entrants by hub, and the child-years lived there; the period is whole months.
WITH firsts AS (
    SELECT child_id, min(decided_on) AS decided_on
    FROM disposals
    WHERE kind IN ('youth caution', 'youth conditional caution', 'conviction', 'adult caution')
    GROUP BY child_id
    HAVING min(decided_on) >= $opens AND min(decided_on) < $closes
),
entries AS (
    SELECT first(d.residence_hub_id ORDER BY d.disposal_id) AS hub_id, any_value(c.date_of_birth) AS born
    FROM firsts
    JOIN disposals d ON d.child_id = firsts.child_id AND d.decided_on = firsts.decided_on
    LEFT JOIN children c ON c.child_id = d.child_id
    WHERE d.kind IN ('youth caution', 'youth conditional caution', 'conviction')
      AND (c.date_of_birth IS NULL
           OR (c.date_of_birth <= d.decided_on - INTERVAL 10 YEAR AND c.date_of_birth > d.decided_on - INTERVAL 18 YEAR))
      AND d.resident_in_england_and_wales IS DISTINCT FROM FALSE
      AND d.in_england_and_wales IS DISTINCT FROM FALSE
      AND coalesce(d.prosecutor, 'police') = 'police'
      AND (c.pnc_first_disposal_on IS NULL OR c.pnc_first_disposal_on >= d.decided_on)
    GROUP BY d.child_id
),
counted AS (
    SELECT coalesce(hub_id, 'unknown') AS hub, count(*) AS entrants FROM entries WHERE born IS NOT NULL GROUP BY ALL
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
