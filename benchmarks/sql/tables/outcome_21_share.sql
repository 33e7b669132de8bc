-- Crimes with a child suspect and an outcome, and those that ended in outcome 21, by when and where they were closed.
-- An outcome before the period cannot stand inside it, so the earlier ones are never ranked.
WITH standing AS (
    SELECT crime_id, max(outcome_on) AS outcome_on, arg_max(outcome_code, (outcome_on, outcome_code)) AS outcome_code
    FROM crime_outcomes
    WHERE superseded_on IS NULL AND outcome_on >= $opens
    GROUP BY crime_id
    HAVING max(outcome_on) < $closes
),
closed AS (
    SELECT s.crime_id, s.outcome_on, s.outcome_code
    FROM standing s LEFT JOIN outcome_codes o ON o.outcome_code = s.outcome_code
    WHERE coalesce(o.outcome_group, 'unknown') NOT IN ('not yet assigned', 'no suspect')
),
of_children AS (
    SELECT DISTINCT closed.crime_id, closed.outcome_on, closed.outcome_code, k.hub_id
    FROM closed
    JOIN crimes k ON k.crime_id = closed.crime_id
    JOIN suspects s ON s.crime_id = k.crime_id
    LEFT JOIN children c ON c.child_id = s.child_id
    WHERE CASE WHEN c.date_of_birth IS NOT NULL
                   THEN c.date_of_birth > coalesce(k.committed_on, k.recorded_on) - INTERVAL 18 YEAR
                        AND c.date_of_birth <= coalesce(k.committed_on, k.recorded_on)
               ELSE s.age_when_committed < 18 END
)
SELECT date_trunc('month', outcome_on)::DATE AS month, coalesce(hub_id, 'unknown') AS hub,
       count(*) FILTER (outcome_code = '21') AS numerator, count(*) AS denominator
FROM of_children
GROUP BY ALL
