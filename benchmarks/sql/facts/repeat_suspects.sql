-- Children suspected of two or more crimes in the twelve months to the end of each month.
-- At a month's end only a child's latest crime is looked at, and the one before it: no crime is counted twelve times.
WITH months AS (
    SELECT month::DATE AS month, (month + INTERVAL 1 MONTH)::DATE AS closes
    FROM generate_series($opens::TIMESTAMP, $closes::TIMESTAMP - INTERVAL 1 DAY, INTERVAL 1 MONTH) AS months(month)
)
SELECT months.month, count(*) AS numerator, NULL AS denominator
FROM months
JOIN fact_suspects s ON s.day < months.closes AND coalesce(s.day_after >= months.closes, TRUE)
    AND s.day_before >= months.closes - INTERVAL 12 MONTH
WHERE s.ordinal IS NOT NULL
GROUP BY ALL
