-- Children in each quarter's cohort, and those proven to have reoffended; the period is whole quarters.
WITH starts AS (
    SELECT d.child_id, d.disposal_id, CASE WHEN d.custodial THEN d.released_on ELSE d.decided_on END AS index_on
    FROM disposals d
    WHERE d.kind IN ('youth caution', 'youth conditional caution', 'conviction')
      AND d.recordable IS DISTINCT FROM FALSE AND d.breach IS DISTINCT FROM TRUE
      AND (CASE WHEN d.custodial THEN d.released_on ELSE d.decided_on END) >= $opens
      AND (CASE WHEN d.custodial THEN d.released_on ELSE d.decided_on END) < $closes
),
cohort AS (
    SELECT s.child_id, date_trunc('quarter', s.index_on)::DATE AS quarter, min(s.index_on) AS index_on
    FROM starts s
    JOIN children c ON c.child_id = s.child_id
    WHERE c.date_of_birth <= s.index_on - INTERVAL 10 YEAR AND c.date_of_birth > s.index_on - INTERVAL 18 YEAR
    GROUP BY ALL
),
reoffenders AS (
    SELECT DISTINCT h.child_id, h.quarter
    FROM cohort h
    JOIN disposals d ON d.child_id = h.child_id
        AND d.committed_on >= h.index_on AND d.committed_on < h.index_on + INTERVAL 12 MONTH
        AND d.decided_on > h.index_on AND d.decided_on < h.index_on + INTERVAL 18 MONTH
    WHERE d.kind IN ('youth caution', 'youth conditional caution', 'conviction', 'adult caution')
      AND d.recordable IS DISTINCT FROM FALSE AND d.breach IS DISTINCT FROM TRUE
)
SELECT quarter, count(r.child_id) AS numerator, count(*) AS denominator
FROM cohort LEFT JOIN reoffenders r USING (child_id, quarter)
GROUP BY quarter
