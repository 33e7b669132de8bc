"""How crimes ended, year by year, counted by hand; and what is said to have moved."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, numbered, row, rows
from recount.test_worked_cases_of_outcomes import CODES

from metrics.reports.endings import PARTS, endings, names, parts_of, what_moved
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
YEAR = Scope(Access("command"), date(2025, 4, 1), date(2026, 4, 1))
KNOWN = (*CODES, ("99", "other body"))


def ended(**by_day):
    """A database in which so many crimes ended by each code on each day: ``on_2025_05_01={"1": 2}``."""
    listed = [
        (day.removeprefix("on_").replace("_", "-"), code)
        for day, codes in by_day.items()
        for code in codes
        for _ in range(codes[code])
    ]
    crimes = numbered("crime_id", [row(recorded_on=day, hub_id="EDE") for day, _ in listed])
    outcomes = [
        row(crime_id=crime["crime_id"], outcome_code=code, outcome_on=day)
        for crime, (day, code) in zip(crimes, listed, strict=True)
    ]
    return database_of(
        rows(
            children=[child("A")],
            crimes=crimes,
            suspects=[row(crime_id=crime["crime_id"], child_id="A") for crime in crimes],
            outcome_codes=[row(outcome_code=code, label=code, outcome_group=group) for code, group in KNOWN],
            crime_outcomes=outcomes,
        )
    )


def of(scope=YEAR, **by_day):
    return answered(connect(ended(**by_day)), endings, scope)


def test_the_parts_of_two_years():
    """Of 10 in 2025/26: 1 charged, 2 cautions, 1 resolution, 1 diverted, 2 outcome 21, 2 without evidence, 1 passed on."""
    frame = of(on_2026_03_31={"1": 1, "2": 2, "8": 1, "22": 1, "21": 2, "16": 2, "99": 1}, on_2024_04_30={"1": 3, "18": 4})
    latest = frame[frame["opens"] == date(2025, 4, 1)].set_index("part")
    assert latest["numerator"].to_dict() == {
        "Charged": 1,
        "Out of court": 3,
        "Diversion": 1,
        "Outcome 21": 2,
        "Other no further action": 2,
        "Other": 1,
    }
    assert latest["value"].sum() == pytest.approx(1)
    assert latest["denominator"].unique().tolist() == [10]
    before = frame[frame["opens"] == date(2024, 4, 1)].set_index("part")
    assert before["numerator"].sum() == before.loc["Charged", "numerator"] == 3, "18, no suspect, is in no share"
    assert names(frame) == ["Apr 2024 to Mar 2025", "Apr 2025 to Mar 2026"]
    assert list(parts_of(frame)) == list(PARTS)
    assert what_moved(frame) == "Too few ended to compare with the year before."


def test_a_year_that_the_data_do_not_cover_in_whole_is_left_out():
    frame = of(on_2024_05_01={"1": 1}, on_2025_05_01={"1": 1})
    assert sorted(set(frame["opens"])) == [date(2025, 4, 1)]
    assert what_moved(frame) == "There is nothing to compare with the year before."


def test_what_moved_by_more_than_chance_is_in_the_title():
    """Outcome 21 from 40 of 100 to 10 of 100, charged from 10 to 40; diversion stays at 50."""
    frame = of(on_2024_04_01={"21": 40, "1": 10, "22": 50}, on_2025_04_01={"21": 10, "1": 40, "22": 50})
    said = (
        "Outcome 21 down 30.0 points (40.0% to 10.0%) and charged up 30.0 points (10.0% to 40.0%), compared with the year before."
    )
    assert what_moved(frame) == said
    same = of(on_2024_04_01={"21": 40, "1": 60}, on_2025_04_01={"21": 41, "1": 59})
    assert what_moved(same) == "No part is clearly larger or smaller than the year before."


def test_nothing_ended_is_nothing_drawn():
    frame = of(on_2020_01_01={"1": 1}, on_2026_05_01={"1": 1})
    assert frame.empty
    assert what_moved(frame) == "There is nothing to compare with the year before."
