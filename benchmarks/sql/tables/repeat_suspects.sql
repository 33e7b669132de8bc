-- Children suspected of two or more crimes in the twelve months to the end of each month.
-- At a month's end only a child's latest crime is looked at, and the one before it: no crime is counted twelve times.
WITH suspected AS (
    SELECT s.child_id, coalesce(k.committed_on, k.recorded_on) AS day
    FROM crimes k
    JOIN suspects s ON s.crime_id = k.crime_id
    LEFT JOIN children c ON c.child_id = s.child_id
    WHERE coalesce(k.committed_on, k.recorded_on) >= $opens::DATE - INTERVAL 11 MONTH
      AND coalesce(k.committed_on, k.recorded_on) < $closes
      AND CASE WHEN c.date_of_birth IS NOT NULL
                   THEN c.date_of_birth > coalesce(k.committed_on, k.recorded_on) - INTERVAL 18 YEAR
                        AND c.date_of_birth <= coalesce(k.committed_on, k.recorded_on)
               ELSE s.age_when_committed < 18 END
),
pairs AS (
    SELECT day, lag(day) OVER of_child AS day_before, lead(day) OVER of_child AS day_after
    FROM suspected
    WINDOW of_child AS (PARTITION BY child_id ORDER BY day)
    QUALIFY day_before + INTERVAL 12 MONTH > day
),
months AS (
    SELECT month::DATE AS month, (month + INTERVAL 1 MONTH)::DATE AS closes
    FROM generate_series($opens::TIMESTAMP, $closes::TIMESTAMP - INTERVAL 1 DAY, INTERVAL 1 MONTH) AS months(month)
)
SELECT months.month, count(*) AS numerator, NULL AS denominator
FROM months
JOIN pairs ON pairs.day < months.closes AND coalesce(pairs.day_after >= months.closes, TRUE)
    AND pairs.day_before >= months.closes - INTERVAL 12 MONTH
GROUP BY ALL
