"""The force on one screen, counted by hand: figures by hub, targets met and missed, and what is too few to tell."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, numbered, row, rows

from metrics.reports import profile
from metrics.reports.ready import headlines, headlines_by_hub
from metrics.signals.judgement import judge
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
YEAR = Scope(Access("command"), date(2025, 1, 1), date(2026, 1, 1))
KEYS = ("search_outcome_rate", "detentions")
NAMES = {"EDE": "Eden", "CAR": "Carlisle"}


def searches(hub, number, actioned):
    outcomes = ["community resolution"] * actioned + ["no further action"] * (number - actioned)
    return [
        row(child_id="A", kind="person", age=14, hub_id=hub, searched_on="2025-06-01", outcome=outcome) for outcome in outcomes
    ]


def aim(value, hub_id=None):
    said = {"set_by": "the board", "set_on": "2024-01-01", "reason": "for a reason", "applies_from_on": "2024-01-01"}
    return row(metric_key="search_outcome_rate", hub_id=hub_id, value=value, **said)


def of(*targets):
    """Eden: 6 of 20 searches lead to an outcome; Carlisle: 2 of 8; one without a hub: 0 of 1."""
    given = [*searches("EDE", 20, 6), *searches("CAR", 8, 2), *searches(None, 1, 0)]
    held = rows(children=[child("A")], stop_searches=numbered("search_id", given), targets=list(targets))
    engine, metrics = connect(database_of(held)), [METRICS[key] for key in KEYS]
    judged = answered(engine, judge, metrics, YEAR, hubs=True)
    return profile.lines(answered(engine, headlines, metrics, YEAR), answered(engine, headlines_by_hub, metrics, YEAR), judged)


def test_a_line_has_the_whole_and_every_hub():
    share, detained = of()
    assert [(cell.hub, cell.headline.now["numerator"], cell.headline.now["denominator"]) for cell in share.cells] == [
        (None, 8, 29),
        ("CAR", 2, 8),
        ("EDE", 6, 20),
    ]
    assert [cell.headline.period for cell in detained.cells] == [None, None, None], "there are no detentions"


def test_whether_a_target_is_met_is_said_of_the_whole_and_counted_over_the_hubs():
    (share, _) = of(aim(0.27))
    met = {cell.hub: cell.standing and (cell.standing.is_met, cell.standing.is_sure) for cell in share.cells}
    assert met == {None: (True, False), "CAR": None, "EDE": (True, False)}, "27.6%, 2 of 8 and 30.0%"
    said = profile.target_sentence(share, "the force")
    assert said == "Target 27% or more: met by the force, within the margin; met by 1 of 2 hubs, too few to tell in 1."


def test_a_hub_is_held_against_its_own_target():
    (share, _) = of(aim(0.27), aim(0.31, "EDE"))
    said = profile.target_sentence(share, "the force")
    assert said.endswith("; missed by 1 of 2 hubs, within the margin, too few to tell in 1.")
    (without, _) = of()
    assert profile.target_sentence(without, "the force") == ""


def test_a_share_of_fewer_than_twenty_is_of_few():
    (share, _) = of()
    assert {cell.hub: cell.is_of_few for cell in share.cells} == {None: False, "CAR": True, "EDE": False}


def test_its_table_has_numbers():
    table = profile.table(of(aim(0.27)))
    assert list(table["key"]) == ["search_outcome_rate"] * 3 + ["detentions"] * 3
    first = table.iloc[0]
    assert (first["hub"], first["numerator"], first["denominator"], first["value"]) == ("", 8, 29, 8 / 29)
    assert (first["target"], first["met"]) == (0.27, "yes")
    assert table["value"].isna().tolist() == [False] * 3 + [True] * 3
