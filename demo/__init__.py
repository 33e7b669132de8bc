"""An invented Cumbria: eight years of invented children and events, set to published figures, for trying the dashboard out.

Nobody in it exists. Only the residents are real (Office for National Statistics). Everything is drawn at random from the seed,
so that the same seed and day give the same force to the last row, and each table has random numbers of its own.

Changes planted for the charts to find, in months before the end of the data:

- Carlisle, 18 months: a bail desk sends children home in the evening, and overnight detention falls.
- Allerdale, 14 months: outcome 22 (diversion) takes the place of most of outcome 21, and is recorded as a step of the chart.
- Copeland, 12 months: supervisors review the grounds of searches, and the conversion rate rises.
- Barrow, 10 months: runs of missing episodes, and with them the repeats, rise.
- South Lakeland, 9 months: a children's home opens, and calls for service from homes rise.

``build`` makes the frames, ``python -m demo`` loads them.
"""

from datetime import date

import pandas as pd

from demo import care, codes, custody, days, disposals, missing, offending, people, places, searches, targets, wider
from demo.frames import Frames
from queries.tables import CONTRACT

SEED = 2024


def build(seed: int = SEED, today: date | None = None) -> Frames:
    """A frame for each table of the contract, in loading order, up to the last day of the month before `today`.

    Dates and UTC instants are datetime64[s], booleans and numbers nullable; no row breaks the contract.
    """
    when = days.span(today or date.today())  # noqa: DTZ011 - the force's own day, and the demo's only clock
    pool = people.pool(days.stream(seed, "children"), when)
    dealt = disposals.careers(days.stream(seed, "careers"), pool, when)
    dealt["offence_group"] = offending.offence_groups(days.stream(seed, "offence groups"), len(dealt))
    frames = {"care_spells": care.spells(days.stream(seed, "care_spells"), pool, when)}
    frames |= _crimes(seed, pool, when, dealt, frames["care_spells"])
    frames |= _encounters(seed, pool, when, frames["care_spells"])
    frames |= _responses(seed, pool, when, frames)
    pnc = disposals.first_on_pnc(days.stream(seed, "pnc"), pool, when, dealt)
    frames["children"] = people.children(days.stream(seed, "records"), pool, _everyone(frames), pnc)
    frames |= {"hubs": places.hubs(), "population": places.population(), "care_homes": places.care_homes()}
    frames["outcome_codes"] = codes.outcome_codes()
    frames |= {"targets": targets.targets(when), "chart_steps": targets.chart_steps(when)}
    return {table.name: frames[table.name] for table in CONTRACT}


def _crimes(seed: int, pool: people.Pool, when: days.Span, dealt: pd.DataFrame, care_spells: pd.DataFrame) -> Frames:
    """Crimes, who was suspected, their outcomes, and all offences dealt with."""
    cases = offending.recorded(days.stream(seed, "recorded"), pool, when, dealt)
    closed = offending.settled(days.stream(seed, "settled"), cases, when)
    return {
        "crimes": offending.crimes(days.stream(seed, "crimes"), pool, cases, care_spells),
        "suspects": offending.suspects(days.stream(seed, "suspects"), pool, cases),
        "crime_outcomes": offending.crime_outcomes(days.stream(seed, "crime_outcomes"), closed, when),
        "disposals": disposals.disposals(days.stream(seed, "disposals"), pool, when, dealt, offending.resolved(closed, when)),
    }


def _encounters(seed: int, pool: people.Pool, when: days.Span, care_spells: pd.DataFrame) -> Frames:
    """Custody, searches, missing children, incidents, sessions."""
    return {
        "detentions": custody.detentions(days.stream(seed, "detentions"), pool, when),
        "voluntary_interviews": custody.voluntary_interviews(days.stream(seed, "voluntary_interviews"), pool, when),
        "stop_searches": searches.stop_searches(days.stream(seed, "stop_searches"), pool, when),
        "missing_episodes": missing.missing_episodes(days.stream(seed, "missing_episodes"), pool, when, care_spells),
        "incidents": wider.incidents(days.stream(seed, "incidents"), pool, when, care_spells),
        "engagements": wider.engagements(days.stream(seed, "engagements"), when),
    }


def _responses(seed: int, pool: people.Pool, when: days.Span, frames: Frames) -> Frames:
    """What was done about the children who had come to notice."""
    return {
        "ace_assessments": wider.ace_assessments(days.stream(seed, "ace_assessments"), pool, when, _first_seen(frames)),
        "risk_management_plans": wider.risk_management_plans(
            days.stream(seed, "risk_management_plans"), pool, when, frames["crimes"], frames["suspects"]
        ),
    }


def _first_seen(frames: Frames) -> pd.Series:
    """The day on which each child first came to notice."""
    linked = frames["suspects"].merge(frames["crimes"][["crime_id", "recorded_on"]], on="crime_id")
    seen = [linked[["child_id", "recorded_on"]]]
    for name, column in (("detentions", "authorised_on"), ("missing_episodes", "reported_on"), ("incidents", "created_on")):
        seen.append(frames[name][["child_id", column]])
    everyone = pd.concat([rows.set_axis(["child_id", "day"], axis=1) for rows in seen])
    first: pd.Series = everyone.groupby("child_id")["day"].min()
    return first


def _everyone(frames: Frames) -> pd.Series:
    """Every child that some table speaks of."""
    named = pd.concat([rows["child_id"] for rows in frames.values() if "child_id" in rows])
    return pd.Series(named.dropna().unique())
