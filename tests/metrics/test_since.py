"""What became of a measure since a decision, counted by hand: which months are set beside which, and what is said of them."""

from datetime import date, timedelta

import pytest
from product import answered, database_of
from recount.by_hand import HUBS, child, day, numbered, residents, row, rows
from recount.test_worked_cases import disposal

from metrics.reports.since import sentence, since
from metrics.themes import METRICS
from queries.clock import add_months
from queries.engine import connect
from queries.periods import Period
from queries.scope import Access, Scope

each_engine = pytest.mark.usefixtures("on_each_engine")  # of each kind of question one is asked of both

YEAR = Period(date(2023, 1, 1), date(2024, 1, 1))  # what was seen when it was decided
SHARE, COUNT = METRICS["overnight_share"], METRICS["detentions"]


def detained(months, last, first="2022-01-01", **tables):
    """In each month so many detentions of Eden, the first so many of them overnight; and of Carlisle twice as many.

    An adult's on the first and the last day of the data count for nothing.
    """
    listed = [row(child_id="Z", authorised_on=on) for on in (first, last)]
    for month, (overnight, number) in months.items():
        for place in range(number):
            on = day(f"{month}-10")
            ends = on + timedelta(days=1) if place < overnight else on
            at = {"authorised_at": f"{on} 10:00", "released_at": f"{ends} {'08' if place < overnight else '12'}:00"}
            listed += [row(child_id="A", authorised_on=on, hub_id=hub, **at) for hub in ("EDE", "CAR", "CAR")]
    children = [child("A"), child("Z", "1980-01-01")]
    return rows(children=children, detentions=numbered("detention_id", listed), **tables)


def followed(metric, tables, seen=YEAR, value=None, **narrowed):
    """What is found of a measure in Eden since a period, and what is said of it; the figure as it stood is that of today."""
    url = database_of(tables)
    scope = Scope(Access("command"), **{"hubs": ("EDE",), **narrowed})
    found = answered(connect(url), since_of, scope, metric, seen)
    stood = found.then["value"] if value is None else value
    return found, sentence(metric, "Eden", found, seen, stood)


def since_of(connection, scope, metric, seen, until=date.max):
    return since(connection, metric, scope, seen, until)


def periods(found):
    """The first days and ends of what is compared: of now, and before."""
    both = (found.period, found.compared_with)
    return [None if each is None else (str(each.opens), str(each.closes)) for each in both]


# Twelve months since. Source of 56/70, 48/80 and 5/56, 0/29: Newcombe, Stat Med 17 (1998) 873, table II, method 10.


@pytest.mark.parametrize(
    ("before", "now", "words", "said"),
    [
        ((56, 70), (48, 80), "lower", "80.0% when decided, 60.0% in the 12 months since: 20.0 points lower (likely 5.2 to 33.4)"
         ", an improvement."),
        ((48, 80), (56, 70), "higher", "60.0% when decided, 80.0% in the 12 months since: 20.0 points higher (likely 5.2 to 33.4)"
         ", a concern."),
        ((0, 29), (5, 56), "no clear difference", "0.0% when decided, 8.9% in the 12 months since: no clear difference (anything "
         "from 3.8 points lower to 19.3 higher fits)."),
        ((9, 9), (0, 40), "too few to tell", "100.0% when decided, 0.0% in the 12 months since: too few to tell."),
        ((0, 0), (5, 40), "not available", "not available when decided, 12.5% in the 12 months since: not available."),
        ((5, 40), (0, 0), "not available", "12.5% when decided, not available in the 12 months since: not available."),
    ],
)  # fmt: skip
def test_a_share_after_twelve_months(before, now, words, said):
    found, text = followed(SHARE, detained({"2023-06": before, "2024-06": now}, "2024-12-31"))
    assert periods(found) == [("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-01")]
    assert [(row["numerator"], row["denominator"]) for row in (found.before, found.now) if row["denominator"]] == [
        each for each in (before, now) if each[1]
    ]
    assert (found.change.words, text) == (words, f"Detentions that last overnight, Eden: {said}")


@each_engine
@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        # 60 and 30: 5% and 95% limits of the ratio 0.5 by the binomial limits of 30 of 90 (24.3 to 43.6%)
        (
            60,
            30,
            "60 detentions when decided, 30 detentions in the 12 months since: 50% lower (likely 21 to 69%), an improvement.",
        ),
        (19, 60, "19 detentions when decided, 60 detentions in the 12 months since: higher, a concern."),
        (4, 5, "4 detentions when decided, 5 detentions in the 12 months since: too few to tell."),
    ],
)
def test_a_count_after_twelve_months(before, now, said):
    _, text = followed(COUNT, detained({"2023-06": (0, before), "2024-06": (0, now)}, "2024-12-31"))
    assert text == f"Detentions of children, Eden: {said}"


@pytest.mark.parametrize(
    ("until", "now", "compared"),
    [
        (date(2024, 7, 1), (12, 20), [("2024-01-01", "2024-07-01"), ("2023-01-01", "2023-07-01")]),
        (date(2024, 7, 20), (12, 20), [("2024-01-01", "2024-07-01"), ("2023-01-01", "2023-07-01")]),
        (date(2024, 1, 31), None, [None, ("2023-01-01", "2024-01-01")]),
    ],
)
def test_whoever_looks_at_an_earlier_period_is_told_what_there_was_by_its_end(until, now, compared):
    """12 of 20 by the end of June, and 30 of 40 in December, which the pack of June knows nothing of."""
    tables = detained({"2023-03": (8, 20), "2024-03": (12, 20), "2024-12": (30, 40)}, "2024-12-31")
    scope = Scope(Access("command"), hubs=("EDE",))
    found = answered(connect(database_of(tables)), since_of, scope, SHARE, YEAR, until)
    assert periods(found) == compared
    assert now is None or (found.now["numerator"], found.now["denominator"]) == now


def test_a_count_that_may_as_well_have_risen_as_fallen():
    """20 before, 18 since: by the limits of 18 of 38, from 55% lower to 79% higher."""
    found, text = followed(COUNT, detained({"2023-06": (0, 20), "2024-06": (0, 18)}, "2024-12-31"))
    assert (round(found.change.lower, 2), round(found.change.upper, 2)) == (0.45, 1.79)
    assert text == (
        "Detentions of children, Eden: 20 detentions when decided, 18 detentions in the 12 months since: no clear difference "
        "(anything from 55% lower to 79% higher fits)."
    )


# Fewer months, more months, none


@each_engine
def test_after_three_months_they_are_set_beside_the_same_months_of_the_year_before():
    """January to March 2023 had 60 of 105; the nine months from April are beside nothing."""
    months = {"2023-01": (0, 20), "2023-02": (0, 20), "2023-03": (0, 20), "2023-09": (0, 45), "2024-02": (0, 30)}
    found, text = followed(COUNT, detained(months, "2024-03-31"))
    assert periods(found) == [("2024-01-01", "2024-04-01"), ("2023-01-01", "2023-04-01")]
    assert (found.then["value"], found.now["value"], found.before["value"]) == (105, 30, 60)
    assert text == (
        "Detentions of children, Eden: 105 detentions when decided, 30 detentions in the three months since, beside 60 "
        "detentions in the same months of the year before: 50% lower (likely 21 to 69%), an improvement."
    )


def test_after_one_month():
    found, text = followed(COUNT, detained({"2023-01": (0, 12), "2024-01": (0, 30)}, "2024-02-28"))
    assert periods(found) == [("2024-01-01", "2024-02-01"), ("2023-01-01", "2023-02-01")]
    assert text == (
        "Detentions of children, Eden: 12 detentions when decided, 30 detentions in the month since, beside 12 detentions in the "
        "same months of the year before: higher, a concern."
    )


def test_after_eighteen_months_the_last_twelve_are_set_beside_the_year_before_the_decision():
    """The 500 of the six months after the decision are of neither."""
    months = {"2023-06": (0, 60), "2024-03": (0, 500), "2024-09": (0, 20), "2025-06": (0, 10)}
    found, text = followed(COUNT, detained(months, "2025-06-30"))
    assert periods(found) == [("2024-07-01", "2025-07-01"), ("2023-01-01", "2024-01-01")]
    assert (found.now["value"], found.before["value"]) == (30, 60)
    assert text == (
        "Detentions of children, Eden: 60 detentions when decided, 30 detentions in the 12 months to June 2025: "
        "50% lower (likely 21 to 69%), an improvement."
    )


@pytest.mark.parametrize("last", ["2023-12-31", "2024-01-30"])
def test_before_a_whole_month_is_over_nothing_is_said(last):
    months = {"2023-06": (0, 60), "2024-01": (0, 9)} if last > "2024-01-10" else {"2023-06": (0, 60)}
    found, text = followed(COUNT, detained(months, last))
    assert found.period is None and found.now.isna().all() and found.change.words == "not available"
    assert text == "Detentions of children, Eden: 60 detentions when decided. No whole month has been counted since."


def test_what_was_decided_on_a_single_month_is_followed_from_its_end():
    """December 2023 had 5 of the year's 65; the twelve months before the decision are the year."""
    months = {"2023-06": (0, 60), "2023-12": (0, 5), "2024-06": (0, 30)}
    found, text = followed(COUNT, detained(months, "2024-12-31"), Period(date(2023, 12, 1), date(2024, 1, 1)))
    assert periods(found) == [("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-01")]
    assert text == (
        "Detentions of children, Eden: 5 detentions when decided, 30 detentions in the 12 months since, beside 65 detentions in "
        "the 12 months before the decision: 54% lower (likely 28 to 71%), an improvement."
    )


def test_what_was_decided_in_the_middle_of_a_month_is_followed_from_the_next():
    """The data then ended on 15 January 2024: of that month 9 were seen, and 40 more came after."""
    seen = Period(date(2023, 1, 1), date(2024, 1, 16))
    months = {"2023-03": (0, 12), "2024-01": (0, 49), "2024-02": (0, 30)}
    found, text = followed(COUNT, detained(months, "2024-03-31"), seen, value=21)
    assert periods(found) == [("2024-02-01", "2024-04-01"), ("2023-02-01", "2023-04-01")]
    assert (found.now["value"], found.before["value"], found.then["value"]) == (30, 12, 61)
    assert text.startswith(
        "Detentions of children, Eden: 21 detentions when decided (the same months now show 61 detentions), 30"
    )


def test_after_thirteen_months_december_is_in_the_twelve():
    months = {"2023-06": (0, 60), "2024-01": (0, 99), "2024-12": (0, 20), "2025-01": (0, 10)}
    found, _ = followed(COUNT, detained(months, "2025-01-31"))
    assert periods(found) == [("2024-02-01", "2025-02-01"), ("2023-01-01", "2024-01-01")]
    assert found.now["value"] == 30


# What was seen


def test_a_figure_that_was_revised_since_is_told_beside_it():
    tables = detained({"2023-06": (56, 70), "2024-06": (48, 80)}, "2024-12-31")
    _, text = followed(SHARE, tables, value=0.75)
    assert text.startswith("Detentions that last overnight, Eden: 75.0% when decided (the same months now show 80.0%), 60.0% in ")
    _, text = followed(SHARE, tables, value=0.8004)
    assert text.startswith("Detentions that last overnight, Eden: 80.0% when decided, 60.0% in "), (
        "as it is shown, it is the same"
    )


def test_what_there_was_no_figure_of_is_not_told_as_revised():
    _, text = followed(SHARE, detained({"2023-06": (56, 70), "2024-06": (48, 80)}, "2024-12-31"), value=float("nan"))
    assert text.startswith("Detentions that last overnight, Eden: not available when decided, 60.0% in the 12 months since: ")


@each_engine
def test_it_is_followed_in_the_hubs_where_it_was_decided():
    """Carlisle has twice as many as Eden: 120 and 60; with both 180 and 90."""
    tables = detained({"2023-06": (0, 60), "2024-06": (0, 30)}, "2024-12-31")
    for hubs, before, now in ((("EDE",), 60, 30), (("CAR",), 120, 60), (("CAR", "EDE"), 180, 90), (None, 180, 90)):
        found, _ = followed(COUNT, tables, hubs=hubs)
        assert (found.before["value"], found.now["value"]) == (before, now), hubs


@each_engine
def test_as_at_a_day_nothing_that_came_later_is_seen():
    """As at the end of March 2024 there are three months since, and 10 of the 30."""
    tables = detained({"2023-02": (0, 60), "2024-02": (0, 10), "2024-06": (0, 20)}, "2024-12-31")
    found, _ = followed(COUNT, tables, as_at=date(2024, 3, 31))
    assert periods(found) == [("2024-01-01", "2024-04-01"), ("2023-01-01", "2023-04-01")]
    assert (found.now["value"], found.before["value"]) == (10, 60)


@each_engine
def test_by_where_the_child_lives():
    tables = detained({"2023-06": (0, 60), "2024-06": (0, 30)}, "2024-12-31")
    tables["children"] = [child("A", home_hub_id="CAR"), child("Z", "1980-01-01")]
    found, _ = followed(COUNT, tables, placed_by="residence")
    assert (found.before["value"], found.now["value"]) == (0, 0)
    found, _ = followed(COUNT, tables, hubs=("CAR",), placed_by="residence")
    assert (found.before["value"], found.now["value"]) == (180, 90)


# Other kinds of measures


@each_engine
def test_a_rate_is_of_the_residents_of_each_time():
    """12 of 1,000 residents in 2023; 36 of 3,000 in 2024."""
    people = [*residents("EDE", 2023, 1000), *residents("EDE", 2024, 3000)]
    people += [*residents("CAR", 2023, 0), *residents("CAR", 2024, 0)]
    tables = detained({"2023-06": (0, 12), "2024-06": (0, 36)}, "2024-12-31", population=people)
    _, text = followed(METRICS["detention_rate"], tables)
    assert text.startswith(
        "Detentions for every 1,000 children, Eden: 12.0 for every 1,000 when decided, 12.0 for every 1,000 in the 12 months "
        "since: no clear difference (anything from "
    )


def plans(*opened_and_closed):
    """An old plan of Carlisle makes the data begin in 2020, and one that was opened and closed on their last day end them."""
    listed = [row(opened_on="2020-01-01", closed_on="2020-02-01", hub_id="CAR", child_id="A")]
    listed += [row(opened_on=opened, closed_on=closed, hub_id="EDE", child_id="A") for opened, closed in opened_and_closed]
    return rows(children=[child("A")], risk_management_plans=numbered("plan_id", listed))


def of_plans(at_first, closed, last):
    """So many open at the end of 2023, so many of them closed on 15 February 2024, and the data end on a day."""
    still = [("2023-03-01", "2024-02-15" if place < closed else None) for place in range(at_first)]
    return plans(*still, (last, last))


@each_engine
def test_a_state_is_that_of_the_end_beside_that_when_it_was_decided():
    """30 plans are open at the end of 2023, 12 at the end of March 2024."""
    found, text = followed(METRICS["open_plans"], of_plans(30, 18, "2024-03-31"))
    assert periods(found) == [("2024-01-01", "2024-04-01"), ("2023-01-01", "2024-01-01")]
    assert (found.before["value"], found.now["value"]) == (30, 12)
    assert text == "Open plans, Eden: 30 plans when decided, 12 plans at the end of the three months since: lower."


def test_a_state_that_was_seen_in_a_month_is_compared_with_itself():
    found, text = followed(METRICS["open_plans"], of_plans(30, 18, "2024-03-31"), Period(date(2023, 12, 1), date(2024, 1, 1)))
    assert (found.then["value"], found.before["value"], found.now["value"]) == (30, 30, 12)
    assert text == "Open plans, Eden: 30 plans when decided, 12 plans at the end of the three months since: lower."


def test_what_is_never_compared_says_why():
    tables = of_plans(30, 18, "2024-03-31")
    for plan in tables["risk_management_plans"]:
        plan["review_due_on"] = day("2023-06-01")
    found, text = followed(METRICS["plans_overdue"], tables)
    assert found.change.words == "not comparable"
    assert text == (
        "Plans overdue for review, Eden: 30 plans when decided, 12 plans at the end of the three months since: not compared, as "
        f"{METRICS['plans_overdue'].not_comparable}."
    )


def cautioned(last):
    """Eden's children, 20 cautioned in each quarter from 2021 to 2024: of those of 2023 and 2024 fifteen reoffend, else five."""
    given = []
    for year in (2021, 2022, 2023, 2024):
        for month in (2, 5, 8, 11):
            on = f"{year}-{month:02}-15"
            for place in range(20):
                name = f"C{on}-{place}"
                given.append(disposal(name, "youth caution", on, on, residence_hub_id="EDE"))
                if place < (15 if year in (2023, 2024) else 5):
                    again = add_months(day(on), 2).isoformat()
                    given.append(disposal(name, "adult caution", again, again, residence_hub_id="EDE", recordable=True))
    given = [each for each in given if each["decided_on"] <= day(last)]
    names = {each["child_id"] for each in given}
    ends = [disposal("Z", "penalty notice", on) for on in ("2019-01-01", last)]
    children = [child(name, "2008-01-01") for name in names]
    return rows(children=children, disposals=numbered("disposal_id", [*given, *ends]))


@pytest.mark.parametrize(
    ("last", "compared"),
    [
        ("2024-09-29", [None, ("2022-01-01", "2023-01-01")]),  # the follow-up of January to March 2023 ends on 30 September
        ("2024-09-30", [("2023-01-01", "2023-04-01"), ("2022-01-01", "2022-04-01")]),
        ("2025-06-30", [("2023-01-01", "2024-01-01"), ("2022-01-01", "2023-01-01")]),
    ],
)
def test_what_is_followed_up_is_followed_in_whole_quarters_once_that_is_over(last, compared):
    """Decided on 2022, before whose follow-up was over nobody saw it."""
    found, text = followed(METRICS["reoffending_rate"], cautioned(last), Period(date(2022, 1, 1), date(2023, 1, 1)))
    assert periods(found) == compared
    if found.period is None:
        assert text == "Reoffending rate, Eden: 25.0% when decided. No whole month has been counted since."
    else:
        assert (found.before["value"], found.now["value"], found.change.words) == (0.25, 0.75, "higher")


@each_engine
def test_what_is_followed_up_starts_with_the_quarter_after_what_was_seen():
    """Seen to the end of January 2023: from April on, beside the same quarter of the year before."""
    seen = Period(date(2022, 2, 1), date(2023, 2, 1))
    found, _ = followed(METRICS["reoffending_rate"], cautioned("2024-12-31"), seen)
    assert periods(found) == [("2023-04-01", "2023-07-01"), ("2022-04-01", "2022-07-01")]


def repeated(first, last="2024-12-31"):
    """Three children of Eden missing in each month of two years: from the second time on, every report is a repeat."""
    days = [f"{year}-{month:02}-{place:02}" for year in (2023, 2024) for month in range(1, 13) for place in (10, 11, 12)]
    listed = [row(child_id=f"C{on[-2:]}", reported_on=on, hub_id="EDE") for on in days]
    listed += [row(child_id="Z", reported_on=on) for on in (first, last)]
    return rows(children=[child(f"C{place}") for place in (10, 11, 12)], missing_episodes=numbered("episode_id", listed))


@pytest.mark.parametrize(
    ("first", "ends"),
    [
        ("2022-01-01", "no clear difference (anything from 2.7 points lower to 21.8 higher fits)."),
        ("2022-01-02", "not compared, as too little is known of the time before."),
    ],
)
def test_a_year_that_saw_less_history_is_not_judged_by(first, ends):
    """33 of 36 in 2023, 36 of 36 in 2024; whether any came back in 2023 is known from a year before it on."""
    _, text = followed(METRICS["missing_repeat_share"], repeated(first))
    assert text == f"Repeat missing episodes, Eden: 91.7% when decided, 100.0% in the 12 months since: {ends}"


def suspected(months, last):
    """In each month so many children of Eden are suspected of two crimes each; each month they are others."""
    crimes, suspects, names = [], [], []
    for month, number in months.items():
        for place in range(number if month < last else 0):
            names.append(f"C{month}-{place}")
            for again in (0, 1):
                crimes.append(row(crime_id=f"{names[-1]}-{again}", recorded_on=f"{month}-1{again}", hub_id="EDE"))
                suspects.append(row(crime_id=f"{names[-1]}-{again}", child_id=names[-1]))
    crimes += [row(crime_id=on, recorded_on=on, hub_id="EDE") for on in ("2020-01-01", last)]
    return rows(children=[child(name) for name in names], crimes=crimes, suspects=suspects)


def missing_from_care(last):
    """Twenty children in care throughout, of Eden: five are missing each February, ten more each September."""
    names = [f"C{place:02}" for place in range(20)]
    spells = [row(child_id=name, started_on="2021-01-01", ended_on=None, status="in care") for name in names]
    listed = [row(child_id="Z", reported_on=on) for on in ("2021-01-01", last)]
    for year in (2022, 2023, 2024):
        for month, among in (("02", names[:5]), ("09", names[5:15])):
            if f"{year}-{month}" < last:
                listed += [row(child_id=name, reported_on=f"{year}-{month}-10", hub_id="EDE") for name in among]
    children = [child(name, home_hub_id="EDE") for name in names]
    return rows(children=children, care_spells=spells, missing_episodes=numbered("episode_id", listed))


@each_engine
def test_a_share_of_those_in_care_during_a_period_is_set_beside_a_period_as_long():
    """Fifteen of twenty over a year, five of twenty from January to March: the longer, the more."""
    found, text = followed(METRICS["care_missing_share"], missing_from_care("2024-03-31"))
    assert periods(found) == [("2024-01-01", "2024-04-01"), ("2023-01-01", "2023-04-01")]
    assert [found.then["value"], found.before["value"], found.now["value"]] == [0.75, 0.25, 0.25]
    assert text == (
        "Children in care who go missing, Eden: 75.0% when decided, 25.0% in the three months since, beside 25.0% in the same "
        "months of the year before: no clear difference (anything from 25.9 points lower to 25.9 higher fits)."
    )


@each_engine
def test_what_counts_twelve_months_at_a_time_is_followed_once_twelve_have_passed():
    """Else most of what is counted since had happened before: here all of it."""
    months = {"2023-06": 40, "2024-06": 20}
    _, text = followed(METRICS["repeat_suspects"], suspected(months, "2024-03-31"))
    assert text == (
        "Repeat suspects, Eden: 40 children when decided. It counts 12 months at a time, which have not passed since."
    )
    found, text = followed(METRICS["repeat_suspects"], suspected(months, "2024-12-31"))
    assert periods(found) == [("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-01")]
    assert text.startswith("Repeat suspects, Eden: 40 children when decided, 20 children in the 12 months since: 50% lower (")


def test_where_nothing_of_the_kind_is_loaded_any_more_nothing_is_counted():
    other = rows(hubs=HUBS, children=[child("A")], missing_episodes=repeated("2022-01-01")["missing_episodes"])
    found, text = followed(COUNT, other, value=60)
    assert found.then.isna().all() and found.now.isna().all()
    assert text == "Detentions of children, Eden: 60 detentions when decided. No whole month has been counted since."


def test_what_is_loaded_of_other_things_makes_no_month_of_a_measure():
    """Detentions end in June 2024, reports of missing children in December: five a month before and since."""
    months = {f"{year}-{month:02}": (0, 5) for year, last in ((2023, 12), (2024, 6)) for month in range(1, last + 1)}
    tables = detained(months, "2024-06-30", missing_episodes=repeated("2022-01-01")["missing_episodes"])
    found, text = followed(COUNT, tables)
    assert periods(found) == [("2024-01-01", "2024-07-01"), ("2023-01-01", "2023-07-01")]
    assert (found.now["value"], found.before["value"], found.change.words) == (30, 30, "no clear difference")
    assert text.startswith("Detentions of children, Eden: 60 detentions when decided, 30 detentions in the six months since, ")


def test_a_time_before_of_which_a_part_is_known_is_not_compared():
    """Detentions are known from July 2023 on: 30 in half a year are not fewer than 60 in a whole one."""
    months = {f"{year}-{month:02}": (0, 5) for year, first in ((2023, 7), (2024, 1)) for month in range(first, 13)}
    found, text = followed(COUNT, detained(months, "2024-12-31", first="2023-07-01"))
    assert (found.before["value"], found.now["value"]) == (30, 60)
    assert text == (
        "Detentions of children, Eden: 30 detentions when decided, 60 detentions in the 12 months since: not compared, as too "
        "little is known of the time before."
    )


def test_a_state_of_the_middle_of_a_month_is_set_beside_that_of_its_end():
    """30 plans on 14 February 2024, of which 18 were closed on the 15th: 12 at the end of that month and of the next."""
    seen = Period(date(2023, 2, 1), date(2024, 2, 15))
    _, text = followed(METRICS["open_plans"], of_plans(30, 18, "2024-03-31"), seen)
    assert text == (
        "Open plans, Eden: 30 plans when decided, 12 plans at the end of the month since, beside 12 plans at the end of February "
        "2024: no clear difference (anything from 59% lower to 143% higher fits)."
    )
