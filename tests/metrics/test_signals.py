"""Which measures have changed: by which method each is charted, which points are judged, and that chart and table agree.

One small force serves all tests: two hubs over five years, Eden with about a dozen of everything a month and Carlisle with two or
three. Counts repeat every five months, so that no time of year stands out.
"""

from datetime import date, timedelta
from itertools import count as numbers

import guarded
import pandas as pd
import pytest
from product import answered, database_of
from recount.by_hand import HUBS, child, numbered, residents, row
from recount.test_worked_cases_of_outcomes import CODES

from metrics.signals import sentences
from metrics.signals.judgement import judge
from metrics.signals.series import course, with_history
from metrics.signals.targets import Rebase, Target
from metrics.statistics.spc import FIRM_FROM
from metrics.themes import METRICS
from metrics.themes.outcomes import on_basis
from queries.clock import add_months
from queries.counting.question import Coverage
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

FIRST, END = date(2021, 1, 1), date(2026, 1, 1)
MONTHS = [add_months(FIRST, month) for month in range(60)]
QUARTERS = MONTHS[::3]
MANY, FEW = [10, 14, 11, 13, 12], [2, 3, 2, 3, 3]
SUMMER = [12, 12, 12, 12, 12, 24, 30, 30, 18, 12, 12, 12]
STRIP_SEARCHES = [FIRST + timedelta(days=50 * number) for number in range(36)]
CHIEF = Access("command")
LATEST = date(2025, 12, 1)


def tenth(month, more=0):
    return month + timedelta(days=9 + more)


def detention(month, place, hub):
    """Each of some hours, from 2 to 6; one in three from 23:00 on, and so overnight; a strip search now and then."""
    on = tenth(month)
    start = f"{on} 23:00" if place % 3 == 0 else f"{on} 10:00"
    ends = on + timedelta(days=1) if place % 3 == 0 else on
    return row(
        child_id="A",
        hub_id=hub,
        authorised_on=on,
        authorised_at=start,
        released_at=f"{ends} 08:00" if place % 3 == 0 else f"{on} {12 + place % 5}:00",
        strip_search="none",
        strip_search_with_adult=None,
    )


def detentions():
    """December 2025 brings 40 to Eden. A strip search on the first day of every 50, with an adult or not."""
    listed = [row(child_id="Z", authorised_on=day) for day in (FIRST, END - timedelta(days=1))]
    for place, month in enumerate(MONTHS):
        many = 40 if month == LATEST else MANY[place % 5]
        listed += [detention(month, each, "EDE") for each in range(many)]
        listed += [detention(month, each, "CAR") for each in range(FEW[place % 5])]
    for on in STRIP_SEARCHES:
        listed.append(row(child_id="A", hub_id="EDE", authorised_on=on, strip_search="strip", strip_search_with_adult=True))
    return numbered("detention_id", listed)


def incidents():
    """Antisocial behaviour with a summer, the same every year up to one; July 2025 is the end of a period that is asked for."""
    listed = []
    for place, month in enumerate(MONTHS):
        number = SUMMER[month.month - 1] + MANY[place % 5] % 3
        listed += [row(child_id="A", hub_id="EDE", category="ASB", created_on=tenth(month)) for _ in range(number)]
    listed.append(row(child_id="Z", category="ASB", created_on=END - timedelta(days=1)))
    return numbered("incident_id", [*listed, row(child_id="Z", category="ASB", created_on=FIRST)])


def crimes():
    """Those of a month end on its 20th, a third of them in charge. Without outcome: half of the last two months, two of Eden in
    March 2025, and one of Carlisle's in June 2025. The last month has three times as many, all of them charged."""
    listed, outcomes, key = [], [], numbers()
    for place, month in enumerate(MONTHS):
        number = 40 if month == LATEST else MANY[place % 5]
        for hub, those in (("EDE", number), ("CAR", FEW[place % 5])):
            for each in range(those):
                crime = f"{next(key):05}"
                listed.append(row(crime_id=crime, committed_on=tenth(month), recorded_on=tenth(month, 2), hub_id=hub))
                late = month >= add_months(LATEST, -1) and each % 2 == 1
                late |= month == date(2025, 3, 1) and hub == "EDE" and each < 2
                late |= month == date(2025, 6, 1) and hub == "CAR" and each < 1
                if not late:
                    code = "1" if each % 3 == 0 or month == LATEST else "16"
                    outcomes.append(row(crime_id=crime, outcome_code=code, outcome_on=tenth(month, 10)))
    listed.append(row(crime_id="last", committed_on=END - timedelta(days=1), recorded_on=END - timedelta(days=1), hub_id="EDE"))
    return listed, outcomes


def disposals():
    """Forty children a quarter, a dozen of whom are cautioned again within the year; in the latest quarters all of them are."""
    names, listed = [], []
    for place, quarter in enumerate(QUARTERS):
        again = 40 if quarter >= date(2024, 7, 1) else MANY[place % 5]
        for each in range(40):
            names.append(f"R{place:02}{each:02}")
            listed.append(row(child_id=names[-1], kind="conviction", decided_on=tenth(quarter), residence_hub_id="EDE"))
            if each < again:
                once = {"committed_on": tenth(quarter, 30), "decided_on": tenth(quarter, 40), "residence_hub_id": "EDE"}
                listed.append(row(child_id=names[-1], kind="adult caution", **once))
    listed += [row(child_id="Z", kind="conviction", decided_on=day) for day in (FIRST, END - timedelta(days=1))]
    return [child(name, "2010-01-01") for name in names], numbered("disposal_id", listed)


def aim(key, value, applies_from_on="2024-01-01", hub_id=None):
    said = {"set_by": "the board", "set_on": "2024-01-01", "reason": "for a reason"}
    return row(metric_key=key, hub_id=hub_id, value=value, applies_from_on=applies_from_on, **said)


def rebase(key, starts_on, hub_id=None):
    said = {"reason": "for a reason", "recorded_by": "the lead", "recorded_on": starts_on}
    return row(metric_key=key, hub_id=hub_id, starts_on=starts_on, **said)


TARGETS = [aim("overnight_share", 0.25), aim("overnight_share", 0.9, hub_id="EDE"), aim("hours_detained", 1.0)]
REBASES = [
    rebase("overnight_share", "2024-07-01"),
    rebase("hours_detained", "2024-10-15"),
    rebase("hours_detained_p90", "2025-06-01", "EDE"),
    rebase("charged_share", "2025-04-01", "CAR"),
]


@pytest.fixture(scope="module")
def force(on_each_engine):
    """The address of the force's database."""
    listed, outcomes = crimes()
    cohort, disposed = disposals()
    url = database_of(
        {
            "hubs": HUBS,
            "population": [*residents("EDE", 2023, 12_000), *residents("CAR", 2023, 6_000)],
            "children": [child("A", "2012-01-01"), child("Z", "1980-01-01"), *cohort],
            "detentions": detentions(),
            "incidents": incidents(),
            "crimes": listed,
            "suspects": [row(crime_id=crime["crime_id"], child_id="A") for crime in listed],
            "crime_outcomes": outcomes,
            "outcome_codes": [row(outcome_code=code, label=code, outcome_group=group) for code, group in CODES],
            "disposals": disposed,
            "targets": TARGETS,
            "chart_steps": REBASES,
        }
    )
    return guarded.install(url) if on_each_engine == "postgresql" else url


KEYS = (
    *("detentions", "detention_rate", "overnight_share", "hours_detained", "hours_detained_p90", "strip_searches"),
    *("overnight_detentions", "children_detained", "strip_search_with_adult_share", "detentions_top_tenth_share"),
    *("repeat_suspects", "not_yet_assigned_share", "searches", "ccp_visit_share", "strip_searches_intimate"),
    *("asb_incidents", "asb_incident_rate", "child_suspect_crimes", "child_suspect_crime_rate", "reoffending_rate"),
    *("nfa_share", "days_to_outcome"),
)


@pytest.fixture(scope="module")
def by_place(force):
    """What is judged of the force and of each hub, by key and hub."""
    return judged_at(force, hubs=True)


def judged_at(url, keys=KEYS, *, hubs=False, basis="closed", access=CHIEF, **narrowed):
    metrics = [on_basis(METRICS[key], basis) for key in keys]
    found = answered(connect(url), judge, metrics, Scope(access, **narrowed), hubs=hubs)
    return {(judgement.key, judgement.hub): judgement for judgement in found}


def judged_points(judgement):
    return judgement.chart["label"][judgement.chart["judged"]].tolist()


def unripe(judgement):
    return judgement.chart["label"][~judgement.chart["judged"]].tolist()


# By which method


@pytest.mark.parametrize(
    ("key", "hub", "method"),
    [
        ("detentions", None, "months"),
        ("detentions", "EDE", "months"),  # 12 a month
        ("detentions", "CAR", "quarters"),  # 2.6 a month, 7.8 a quarter
        ("detention_rate", "CAR", "quarters"),
        ("overnight_detentions", "EDE", "quarters"),  # 4.4 a month
        ("overnight_detentions", "CAR", "days between"),  # 1 a month, 3 a quarter
        ("overnight_share", None, "months"),  # of a share the rarer side: about 5.4 a month
        ("overnight_share", "EDE", "quarters"),
        ("overnight_share", "CAR", "too few"),  # the waits of a share's cases say nothing of the share
        ("hours_detained", "EDE", "months"),  # 6 on either side of the median
        ("hours_detained_p90", "EDE", "too few"),  # a tenth of 38 a quarter
        ("strip_searches", None, "days between"),  # 36 in five years
        ("strip_searches_intimate", None, "too few"),  # none: no waits
        ("strip_searches", "CAR", "too few"),
        ("children_detained", None, "too few"),  # always one and the same, of whom no waits can be told
        ("strip_search_with_adult_share", None, "too few"),
        ("reoffending_rate", None, "quarters"),
        ("reoffending_rate", "CAR", "too few"),
        ("detentions_top_tenth_share", None, "not charted"),
        ("repeat_suspects", None, "not charted"),
        ("not_yet_assigned_share", None, "not charted"),
        ("searches", None, "not available"),
        ("ccp_visit_share", None, "not available"),
    ],
)
def test_the_method_follows_the_volume(by_place, key, hub, method):
    found = by_place[key, hub]
    assert found.method == method
    expected = {"not available": "not available", "too few": "too few to tell", "not charted": "not judged"}
    if method in expected:
        assert found.chart.empty and not found.is_judged
        assert found.verdict == expected[method] and found.assurance == "no target"
    else:
        assert len(found.chart) == {"months": 36, "quarters": 20, "days between": 36}[method]


def test_what_is_not_charted_or_not_available_has_one_row_for_all(by_place):
    for key in ("detentions_top_tenth_share", "repeat_suspects", "searches", "ccp_visit_share"):
        assert [hub for own, hub in by_place if own == key] == [None]
    assert {hub for own, hub in by_place if own == "detentions"} == {None, "EDE", "CAR"}


def test_judgements_are_in_the_order_asked_for_the_whole_before_the_hubs(by_place):
    assert list(dict.fromkeys(key for key, _ in by_place)) == list(KEYS)
    assert [hub for key, hub in by_place if key == "detentions"] == [None, "CAR", "EDE"]


def test_months_look_back_three_years_and_quarters_five(by_place):
    months, quarters = by_place["detentions", "EDE"].chart, by_place["detentions", "CAR"].chart
    assert months["label"].tolist() == [str(month) for month in MONTHS[-36:]]
    eden = [*(MANY[place % 5] for place in range(24, 59)), 40]
    stripped = [sum(on.replace(day=1) == month for on in STRIP_SEARCHES) for month in MONTHS[-36:]]
    assert months["value"].tolist() == [many + more for many, more in zip(eden, stripped, strict=True)]
    assert quarters["label"].tolist() == [str(quarter) for quarter in QUARTERS]
    assert quarters["value"].tolist() == [sum(FEW[(3 * place + month) % 5] for month in range(3)) for place in range(20)]
    assert by_place["detentions", "EDE"].expected == pytest.approx(months["value"].mean())


def test_forty_where_a_dozen_are_usual_are_a_concern(by_place):
    found = by_place["detentions", "EDE"]
    last = found.current_points.iloc[-1]
    assert (last["label"], last["signal"], found.verdict) == ("2025-12-01", "outside limits", "concern")
    assert last["centre"] == pytest.approx(found.chart["value"].mean())
    assert by_place["detention_rate", "EDE"].verdict == "concern"
    assert by_place["detentions", "CAR"].verdict == "common cause"


def test_days_between_strip_searches(by_place):
    """Every 50 days, the last on 17 October 2025: 75 days before the end of the data, which is longer than usual."""
    chart = by_place["strip_searches", None].chart
    assert chart["label"].tolist()[-2:] == ["2025-10-17", "2025-12-31"]
    assert chart["value"].tolist() == pytest.approx([50] * 35 + [75])
    assert chart["waiting"].tolist() == [False] * 35 + [True]
    assert by_place["strip_searches", None].verdict == "improvement"


def test_a_period_of_the_past_is_judged_by_what_came_up_to_its_end(force):
    found = judged_at(force, ["detentions", "strip_searches", "asb_incidents"], start=date(2025, 1, 1), end=date(2025, 8, 15))
    assert found["detentions", None].chart["label"].tolist()[-1] == "2025-07-01", "a month that is not over is not shown"
    assert found["detentions", None].verdict == "common cause"
    waits = found["strip_searches", None].chart
    assert waits["label"].tolist()[-1] == "2025-07-09" and not waits["waiting"].any()


def test_a_quarter_that_is_not_over_is_not_shown(force):
    found = judged_at(force, ["detentions"], hubs=True, start=date(2025, 1, 1), end=date(2025, 12, 1))
    assert found["detentions", "CAR"].chart["label"].tolist()[-1] == "2025-07-01"


def test_as_at_a_day_what_came_later_is_not_seen(force):
    found = judged_at(force, ["detentions"], as_at=date(2025, 11, 30))["detentions", None]
    assert found.chart["label"].tolist()[-1] == "2025-11-01" and found.verdict == "common cause"


def test_fewer_than_twelve_points_are_not_judged(force):
    found = judged_at(force, ["detentions"], start=date(2021, 1, 1), end=date(2021, 12, 1))["detentions", None]
    assert (found.method, len(found.current_points), found.verdict) == ("months", FIRM_FROM - 1, "not judged")
    found = judged_at(force, ["detentions"], start=date(2021, 1, 1), end=date(2022, 1, 1))["detentions", None]
    assert (len(found.current_points), found.verdict) == (FIRM_FROM, "common cause")


# After how much history


@pytest.fixture(scope="module")
def years_of_entrants(on_each_engine):
    """Entrants from 2012: while few years of disposals are known, twice as many look new in Eden, and five times in Carlisle."""
    days = [add_months(date(2012, 1, 1), month) for month in range(120) for _ in range(20 if month < 96 else 10)]
    days += [date(2012, 1, 1) + timedelta(days=10 * number) for number in range(292)]  # to 19 December 2019
    days += [date(2020, 1, 10) + timedelta(days=50 * number) for number in range(15)]
    hubs = ["EDE"] * (96 * 20 + 24 * 10) + ["CAR"] * (292 + 15)
    listed = [
        row(child_id=f"E{number:04}", kind="conviction", decided_on=day, residence_hub_id=hub)
        for number, (day, hub) in enumerate(zip(days, hubs, strict=True))
    ]
    known = [child(each["child_id"], add_months(each["decided_on"], -12 * 14).isoformat()) for each in listed]
    return database_of({"hubs": HUBS, "children": known, "disposals": numbered("disposal_id", listed)})


def test_entrants_are_judged_only_where_eight_years_of_disposals_come_before(years_of_entrants):
    """From January 2020 on (data end on 1 December 2021): a fall that is only a longer memory is no improvement."""
    found = judged_at(years_of_entrants, ["first_time_entrants"], hubs=True, start=date(2021, 1, 1), end=date(2022, 1, 1))
    eden, carlisle = found["first_time_entrants", "EDE"], found["first_time_entrants", "CAR"]
    assert (eden.chart["label"].iloc[0], eden.chart["value"].tolist(), eden.verdict) == ("2020-01-01", [10] * 23, "common cause")
    assert carlisle.method == "days between"
    assert carlisle.chart["label"].iloc[0] == "2020-02-29"
    assert carlisle.chart["value"].tolist()[:-1] == pytest.approx([50] * 13)
    assert carlisle.verdict == "common cause"


def test_a_force_with_less_history_is_told_that_it_is_too_early(years_of_entrants):
    metric = METRICS["first_time_entrants"]
    found = judged_at(years_of_entrants, [metric.key], start=date(2019, 1, 1), end=date(2020, 1, 1))[metric.key, None]
    assert (len(found.chart), found.verdict) == (0, "not judged")
    assert sentences.verdict(metric, found) == "Not judged yet: each point of its chart needs 8 years of data before it."


def test_a_line_over_time_leaves_out_what_has_less_history(years_of_entrants):
    """Of 2018 to 2021 by quarter it begins in 2020; of 2018 and 2019 nothing is left."""
    metric = METRICS["first_time_entrants"]

    def drawn(opens, closes):
        return answered(connect(years_of_entrants), course, metric, Scope(CHIEF, start=opens, end=closes), "quarter")

    line = drawn(date(2018, 1, 1), date(2021, 10, 1))
    assert (line.frame["quarter"].tolist()[0], len(line.frame), line.starts_on) == ("2020-01-01", 7, date(2020, 1, 1))
    assert sentences.drawn_from(line) == "Drawn from January 2020 on: each point needs 8 years of data before it."
    nothing = drawn(date(2018, 1, 1), date(2020, 1, 1))
    said = "Not drawn over time: each point needs 8 years of data before it, which there are from January 2020 on."
    assert nothing.frame.empty and sentences.drawn_from(nothing) == said
    whole = drawn(date(2020, 1, 1), date(2021, 10, 1))
    assert len(whole.frame) == 7 and sentences.drawn_from(whole) == ""


def test_twelve_months_to_the_end_of_a_quarter_need_nine_before_it(force):
    """Crimes begin on 10 January 2021: the first quarter whose twelve months are all known is January to March 2022."""
    repeats = METRICS["repeat_suspects"]
    assert [repeats.history_before(months) for months in (1, 3, 12, 24)] == [11, 9, 0, 0]
    line = answered(connect(force), course, repeats, Scope(CHIEF, start=date(2021, 1, 1), end=END), "quarter")
    assert (line.frame["quarter"].tolist()[0], line.starts_on) == ("2022-01-01", date(2022, 1, 1))


@pytest.mark.parametrize(
    ("data_begin_on", "judged_from"),
    [("2012-01-01", "2020-01-01"), ("2012-01-02", "2020-04-01"), ("2012-02-29", "2020-04-01"), ("2012-12-31", "2021-01-01")],
)
def test_whole_quarters_come_after_the_history(data_begin_on, judged_from):
    data = Coverage(date.fromisoformat(data_begin_on), END)
    assert with_history(data, METRICS["first_time_entrants"].months_of_history).first == date.fromisoformat(judged_from)
    assert with_history(data, METRICS["detentions"].months_of_history) == data


# Which points are judged


def test_quarters_whose_follow_up_is_not_over_are_not_judged(by_place):
    """The data end on 31 December 2025, so that the last quarter followed up for 18 months is April to June 2024."""
    found = by_place["reoffending_rate", None]
    assert found.chart["label"].tolist()[-7:-5] == ["2024-04-01", "2024-07-01"]
    assert unripe(found) == [str(quarter) for quarter in QUARTERS[-6:]]
    assert found.current_points["label"].tolist()[-1] == "2024-04-01"
    assert found.chart["value"].tolist()[:14] == [MANY[place % 5] / 40 for place in range(14)]
    assert found.verdict == "common cause", "all of the later ones reoffend"


def test_crimes_committed_in_the_last_two_months_are_not_all_reported_yet(by_place):
    for key in ("child_suspect_crimes", "child_suspect_crime_rate"):
        found = by_place[key, None]
        assert unripe(found) == ["2025-11-01", "2025-12-01"]
        assert found.chart["numerator"].iloc[-1] == 44
        assert found.current_points["label"].iloc[-1] == "2025-10-01" and found.verdict == "common cause"


def test_months_in_which_many_crimes_have_no_outcome_yet_are_not_judged_on_the_recorded_basis(force):
    """More than a tenth: the last two months, and March 2025 with 2 of 13; June 2025 has 1 of 17."""
    found = judged_at(force, ["nfa_share"], basis="recorded")["nfa_share", None]
    open_share = found.chart.set_index("label")["denominator"]
    assert found.method == "months"
    assert unripe(found) == ["2025-03-01", "2025-11-01", "2025-12-01"]
    assert open_share["2025-03-01"] == FEW[0] + MANY[0] - 2 and open_share["2025-06-01"] == MANY[3] + FEW[3] - 1
    assert found.current_points["label"].iloc[-1] == "2025-10-01" and found.verdict == "common cause"


def test_on_the_closed_basis_every_month_is_judged(by_place):
    found = by_place["nfa_share", None]
    assert unripe(found) == []
    assert found.chart["value"].iloc[-1] == 0 and found.verdict == "neutral low"


@pytest.mark.parametrize(
    ("key", "basis", "waiting"),
    [
        ("child_suspect_crimes", "closed", ("2025-11-01", "2025-12-01")),
        ("nfa_share", "recorded", ("2025-03-01", "2025-11-01", "2025-12-01")),
        ("nfa_share", "closed", ()),
    ],
)
def test_a_line_over_time_waits_for_the_same_months(force, key, basis, waiting):
    scope = Scope(CHIEF, start=date(2023, 1, 1), end=END)
    line = answered(connect(force), course, on_basis(METRICS[key], basis), scope, "month")
    assert (line.waiting, len(line.frame)) == (waiting, 36)


# Rebases and targets


def test_a_target_and_a_rebase_reach_the_judgement(by_place):
    found = by_place["overnight_share", None]
    assert found.setting.target == Target(0.25, date(2024, 1, 1), "the board", date(2024, 1, 1), "for a reason")
    assert found.setting.rebases == (Rebase(date(2024, 7, 1), "for a reason", "the lead", date(2024, 7, 1)),)
    assert set(found.chart["target"]) == {0.25}
    assert found.chart["rebase_group"].tolist() == [0] * 18 + [1] * 18
    assert found.chart["centre"].nunique() == 2
    assert found.current_points["label"].iloc[0] == "2024-07-01"
    assert found.current_points["centre"].iloc[0] == pytest.approx(found.current_points["value"].mean())
    assert found.assurance == "misses"


def test_a_hub_is_held_against_its_own_target(by_place):
    assert by_place["overnight_share", "EDE"].setting.target.value == 0.9
    assert by_place["overnight_share", "CAR"].setting.target.value == 0.25
    assert by_place["hours_detained", "EDE"].assurance == by_place["hours_detained", None].assurance == "misses"
    assert by_place["detentions", None].assurance == "no target"


def test_a_rebase_in_the_middle_of_a_month_begins_with_the_next(by_place):
    groups = by_place["hours_detained", "EDE"].chart.set_index("label")["rebase_group"]
    assert (groups["2024-10-01"], groups["2024-11-01"]) == (0, 1)


def test_a_hub_with_too_few_points_since_its_rebase_is_not_judged(by_place):
    found = by_place["overnight_share", "EDE"]
    assert (found.method, len(found.current_points), found.verdict) == ("quarters", 6, "not judged")


# The time of year


def test_a_summer_as_every_year_raises_no_flag(force):
    """July brings 30 where 12 are usual, but does so each year."""
    for end in (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)):
        found = judged_at(force, ["asb_incidents", "asb_incident_rate"], start=date(2025, 1, 1), end=end)
        for judgement in found.values():
            assert judgement.seasonal and judgement.verdict == "common cause", (end, judgement.key)
    chart = found["asb_incidents", None].chart.set_index("label")
    assert chart["centre"]["2025-07-01"] > 2 * chart["centre"]["2025-03-01"]
    assert chart["value"]["2025-07-01"] == 30 + MANY[54 % 5] % 3


def test_without_its_season_the_summer_would_stand_out(force):
    """Looked at over three years no season can be told: so it is, before there are four years of months."""
    found = judged_at(force, ["asb_incidents"], start=date(2023, 1, 1), end=date(2023, 8, 1))["asb_incidents", None]
    assert not found.seasonal
    assert found.verdict == "concern"


def test_counts_without_a_season_are_charted_as_they_are(by_place):
    assert by_place["asb_incidents", None].seasonal
    assert not by_place["detentions", None].seasonal
    assert not by_place["overnight_share", None].seasonal


# Chart and table


def test_a_hub_in_the_table_of_all_is_judged_as_alone(force, by_place):
    for hub in ("EDE", "CAR"):
        alone = judged_in(force, hub)
        for (key, place), judgement in by_place.items():
            if place == hub:
                assert_alike(judgement, alone[key, None])


def test_a_hub_is_judged_as_alone_where_outcomes_are_still_coming_to_it(force):
    """Carlisle has no outcome of one of three crimes of June 2025: too many there, and few in the force."""
    together = judged_at(force, ["days_to_outcome", "nfa_share", "crimes_with_outcome"], basis="recorded", hubs=True)
    for hub in ("EDE", "CAR"):
        alone = judged_in(force, hub, ["days_to_outcome", "nfa_share", "crimes_with_outcome"], basis="recorded")
        for (key, place), judgement in together.items():
            if place == hub:
                assert_alike(judgement, alone[key, None])


def judged_in(url, hub, keys=KEYS, basis="closed"):
    """As a page of that hub alone shows it."""
    metrics = [on_basis(METRICS[key], basis) for key in keys]
    found = answered(connect(url), judge, metrics, Scope(CHIEF, hubs=(hub,)))
    return {(judgement.key, judgement.hub): judgement for judgement in found}


def assert_alike(one, other):
    where = (one.key, one.hub)
    assert (one.method, one.verdict, one.assurance) == (other.method, other.verdict, other.assurance), where
    assert (one.setting, one.seasonal) == (other.setting, other.seasonal), where
    assert one.expected == pytest.approx(other.expected, nan_ok=True), where
    pd.testing.assert_frame_equal(one.chart, other.chart)


def test_a_reader_of_one_hub_sees_of_it_what_the_chief_sees(force, by_place):
    """Of every measure: with a time of year too, which is that of the whole force."""
    keys = list(KEYS)
    own = answered(connect(force), judge, [METRICS[key] for key in keys], Scope(Access("hub", ("EDE",))), hubs=True)
    theirs = {key: judgement for (key, hub), judgement in by_place.items() if hub == "EDE"}
    assert [judgement.key for judgement in own if judgement.hub == "EDE"] == list(theirs)
    assert len(theirs) > 15
    for judgement in own:
        if judgement.key in theirs:
            assert_alike(judgement, theirs[judgement.key])
