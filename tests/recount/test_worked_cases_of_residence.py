"""Where children live instead of where things happened, only residents, and two new ways to divide: all worked by hand."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, residents, row, rows, whole

A_LONG_TIME = ("2020-01-01", "2030-01-01")
DAYS = tuple(map(day, A_LONG_TIME))
A, B, C = child("A", home_hub_id="CAR"), child("B", home_hub_id=None), child("C", home_hub_id="EDE")
AT_HOME = {"placed_by": "residence"}


def held(*whose, children=(A, B, C), **tables):
    listed = [row(child_id=who, authorised_on=f"2025-06-{number:02d}", hub_id="EDE") for number, who in enumerate(whose, 1)]
    return rows(children=[*children], detentions=numbered("detention_id", listed), **tables)


def test_an_event_is_where_it_happened_or_where_its_child_lives():
    database = held(*"AABC")
    assert counted(database, "detentions", *DAYS, by=("hub",)) == {("EDE",): (4, None, 4), ("CAR",): (0, None, 0)}
    homes = counted(database, "detentions", *DAYS, by=("hub",), **AT_HOME)
    assert homes == {("EDE",): (1, None, 1), ("CAR",): (2, None, 2), ("unknown",): (1, None, 1)}
    assert counted(database, "children_detained", *DAYS, by=("authority",), **AT_HOME)["Cumberland",] == (1, None, 1)
    assert whole(database, "detentions", *A_LONG_TIME, **AT_HOME) == (4, None, 4)


def test_residents_only_are_children_whose_home_is_known_wherever_it_happened():
    database = held(*"AABC")
    assert whole(database, "detentions", *A_LONG_TIME, residents_only=True) == (3, None, 3)
    happened = counted(database, "detentions", *DAYS, by=("hub",), residents_only=True)
    assert happened == {("EDE",): (3, None, 3), ("CAR",): (0, None, 0)}
    homes = counted(database, "detentions", *DAYS, by=("hub",), residents_only=True, **AT_HOME)
    assert homes == {("EDE",): (1, None, 1), ("CAR",): (2, None, 2)}
    nobody_known = held("B", children=(B,))
    assert whole(nobody_known, "detentions", *A_LONG_TIME, residents_only=True) == NOT_AVAILABLE  # missing is not zero


def test_a_rate_by_residence_is_of_the_residents_of_the_same_hub():
    population = [*residents("EDE", 2025, 12_000), *residents("CAR", 2025, 6_000)]
    database = held("A", "A", *"Z" * 27, "C", population=population)  # from the 1st to the 30th of June; Z is of unknown age
    homes = counted(database, "detention_rate", day("2025-06-01"), day("2025-07-01"), by=("hub",), **AT_HOME)
    assert homes == {("EDE",): (1, 1000.0, 1.0), ("CAR",): (2, 500.0, 4.0)}


def suspected(*crimes):
    """Crimes in Eden, each with its suspects."""
    listed = numbered("crime_id", [row(recorded_on="2025-06-01", hub_id="EDE", home_id=home) for home, _ in crimes])
    links = [
        row(crime_id=crime["crime_id"], child_id=who)
        for crime, (_, suspects) in zip(listed, crimes, strict=True)
        for who in suspects
    ]
    adult = child("D", "2007-06-01", home_hub_id="CAR")
    return rows(children=[A, B, C, adult], crimes=listed, suspects=links)


def test_a_crime_with_two_suspects_is_once_in_each_hub_where_one_lives():
    database = suspected((None, "AC"), (None, "CB"), (None, "CD"))  # D is 18 that day, and lives in Carlisle too
    homes = counted(database, "child_suspect_crimes", *DAYS, by=("hub",), **AT_HOME)
    assert homes == {("EDE",): (3, None, 3), ("CAR",): (1, None, 1), ("unknown",): (1, None, 1)}
    assert counted(database, "child_suspect_crimes", *DAYS, by=("area",), **AT_HOME)["North",] == (3, None, 3)
    assert whole(database, "child_suspect_crimes", *A_LONG_TIME, **AT_HOME) == (3, None, 3)
    assert whole(database, "crimes_per_child_suspect", *A_LONG_TIME) == (5, 3, 5 / 3)
    per_child = counted(database, "crimes_per_child_suspect", *DAYS, by=("hub",), **AT_HOME)
    assert per_child == {("EDE",): (3, 1, 3.0), ("CAR",): (1, 1, 1.0), ("unknown",): (1, 1, 1.0)}


def test_of_a_crime_only_the_suspects_of_known_residence_count():
    database = suspected((None, "B"), (None, "AB"), (None, "C"))
    assert whole(database, "child_suspect_crimes", *A_LONG_TIME, residents_only=True) == (2, None, 2)
    assert whole(database, "crimes_per_child_suspect", *A_LONG_TIME, residents_only=True) == (2, 2, 1.0)
    assert whole(database, "repeat_suspects", *A_LONG_TIME) == (1, None, 1)  # B, twice
    assert whole(database, "repeat_suspects", *A_LONG_TIME, residents_only=True) == (0, None, 0)
    assert whole(database, "repeat_suspect_crime_share", *A_LONG_TIME, residents_only=True) == (0, 2, 0.0)


def test_repeat_suspects_are_counted_where_they_live_by_all_that_they_are_suspected_of():
    database = suspected((None, "AC"), (None, "A"))
    homes = counted(database, "repeat_suspect_share", *DAYS, by=("hub",), **AT_HOME)
    assert homes == {("EDE",): (0, 1, 0.0), ("CAR",): (1, 1, 1.0)}
    crimes = counted(database, "repeat_suspect_crime_share", *DAYS, by=("hub",), **AT_HOME)
    assert crimes == {("EDE",): (0, 1, 0.0), ("CAR",): (2, 2, 1.0)}


def test_a_search_without_a_child_lives_nowhere_known():
    listed = [row(kind="person", searched_on="2025-06-01", child_id=who, age=15, force="Kent") for who in ("A", None)]
    database = rows(children=[A], stop_searches=numbered("search_id", listed))
    assert counted(database, "searches", *DAYS, by=("force",))["Kent",] == (2, None, 2)
    homes = counted(database, "searches", *DAYS, by=("force",), **AT_HOME)
    assert homes == {("Cumbria",): (1, None, 1), ("unknown",): (1, None, 1)}
    assert whole(database, "searches", *A_LONG_TIME, residents_only=True) == (1, None, 1)


@pytest.mark.parametrize("way", [{}, AT_HOME])
def test_entrants_are_where_they_lived_at_the_disposal_either_way(way):
    disposals = [
        row(child_id="A", kind="conviction", decided_on="2025-06-01", residence_hub_id="EDE"),  # lives in Carlisle now
        row(child_id="C", kind="conviction", decided_on="2025-06-30", residence_hub_id=None),
    ]
    database = rows(children=[A, C], disposals=numbered("disposal_id", disposals))
    by_hub = counted(database, "first_time_entrants", *DAYS, by=("hub",), **way)
    assert by_hub == {("EDE",): (1, None, 1), ("CAR",): (0, None, 0), ("unknown",): (1, None, 1)}
    assert whole(database, "first_time_entrants", *A_LONG_TIME, residents_only=True, **way) == (1, None, 1)


def test_calls_and_sessions_stay_at_their_own_hub_and_plans_move():
    incidents = [
        row(incident_id=number, created_on="2025-06-01", hub_id="EDE", home_id="H", child_id=who)
        for number, who in (("1", "A"), ("2", None))
    ]
    sessions = [row(engagement_id="1", held_on="2025-06-01", hub_id="EDE", kind="PSHE")]
    plans = [
        row(plan_id=who, child_id=who, opened_on="2025-06-01", closed_on=closed_on, hub_id="EDE")
        for who, closed_on in (("A", None), ("B", None), ("C", "2025-06-01"))
    ]
    database = rows(children=[A, B, C], incidents=incidents, engagements=sessions, risk_management_plans=plans)
    stay = {("EDE",): (2, None, 2), ("CAR",): (0, None, 0)}
    assert counted(database, "care_home_calls", *DAYS, by=("hub",), residents_only=True, **AT_HOME) == stay
    assert counted(database, "engagement_sessions", *DAYS, by=("hub",), residents_only=True, **AT_HOME)["EDE",][2] == 1
    assert counted(database, "open_plans", *DAYS, by=("hub",)) == stay
    moved = counted(database, "open_plans", *DAYS, by=("hub",), **AT_HOME)
    assert moved == {("EDE",): (0, None, 0), ("CAR",): (1, None, 1), ("unknown",): (1, None, 1)}
    assert whole(database, "open_plans", *A_LONG_TIME, residents_only=True) == (1, None, 1)


# Two more dimensions


def test_ethnicity_as_officers_saw_it():
    seen = child("A", ethnicity_self_defined="W1", ethnicity_officer_defined="IC3")
    not_seen = child("B", ethnicity_self_defined="B1")
    database = held(*"AAB", children=(seen, not_seen))
    assert counted(database, "detentions", *DAYS, by=("officer_ethnicity",)) == {
        ("Black",): (2, None, 2),
        ("unknown",): (1, None, 1),
    }
    searched = [
        row(kind="person", searched_on="2025-06-01", child_id="A", ethnicity_self_defined="A1", ethnicity_officer_defined="IC6"),
        row(kind="person", searched_on="2025-06-01", child_id="A", ethnicity_self_defined="A1"),  # the child's
        row(kind="person", searched_on="2025-06-01", child_id="B", ethnicity_officer_defined="IC9"),
    ]
    searches = rows(children=[seen, not_seen], stop_searches=numbered("search_id", searched))
    assert counted(searches, "searches", *DAYS, by=("officer_ethnicity",)) == {
        ("Other",): (1, None, 1),
        ("Black",): (1, None, 1),
        ("unknown",): (1, None, 1),
    }


def test_crimes_at_a_childrens_home():
    database = suspected(("H", "A"), (None, "A"), (None, "C"))
    by_scene = counted(database, "child_suspect_crimes", *DAYS, by=("at_home",))
    assert by_scene == {("yes",): (1, None, 1), ("no",): (2, None, 2)}
    unsaid = counted(suspected((None, "A")), "child_suspect_crimes", *DAYS, by=("at_home",))
    assert unsaid == {("unknown",): (1, None, 1)}


def test_outcomes_of_crimes_at_a_childrens_home():
    database = suspected(("H", "A"), (None, "A"))
    outcomes = [row(crime_id=crime["crime_id"], outcome_code="8", outcome_on="2025-06-02") for crime in database["crimes"]]
    codes = [row(outcome_code="8", label="8", outcome_group="community resolution")]
    by_scene = counted(
        database | {"crime_outcomes": outcomes, "outcome_codes": codes}, "community_resolution_share", *DAYS, by=("at_home",)
    )
    assert by_scene == {("yes",): (1, 1, 1.0), ("no",): (1, 1, 1.0)}
