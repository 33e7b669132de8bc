-- Crimes with a child suspect and an outcome, and those that ended in outcome 21, by when and where they were closed.
WITH closed AS (
    SELECT DISTINCT crime_id, outcome_on, outcome_code, hub_id
    FROM fact_suspects
    WHERE outcome_on >= $opens AND outcome_on < $closes AND age < 18 AND outcome_group NOT IN ('not yet assigned', 'no suspect')
)
SELECT date_trunc('month', outcome_on)::DATE AS month, coalesce(hub_id, 'unknown') AS hub,
       count(*) FILTER (outcome_code = '21') AS numerator, count(*) AS denominator
FROM closed
GROUP BY ALL
