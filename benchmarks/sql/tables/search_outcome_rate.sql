-- Searches of children aged 10 to 17 with an outcome recorded, and those with one other than no further action.
SELECT date_trunc('month', s.searched_on)::DATE AS month, coalesce(s.hub_id, 'unknown') AS hub,
       count(*) FILTER (s.outcome <> 'no further action') AS numerator, count(*) AS denominator
FROM stop_searches s
LEFT JOIN children c ON c.child_id = s.child_id
WHERE s.searched_on >= $opens AND s.searched_on < $closes
  AND s.kind IN ('person', 'person and vehicle') AND s.outcome IS NOT NULL
  AND CASE WHEN c.date_of_birth IS NOT NULL
               THEN c.date_of_birth <= s.searched_on - INTERVAL 10 YEAR AND c.date_of_birth > s.searched_on - INTERVAL 18 YEAR
           WHEN s.age IS NOT NULL THEN s.age BETWEEN 10 AND 17
           ELSE s.age_band = '10-17' END
GROUP BY ALL
