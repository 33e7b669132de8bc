"""A restart of a chart that was recorded on a page does what one in the data does, and nothing else.

One small force: in Eden about six detentions in each month of 2023, and eight more from 2024 on; as many reports of missing
children. In Carlisle about six of each throughout. They repeat every five months, so that no time of year stands out.
"""

import csv
import io
from datetime import date, timedelta

import pandas as pd
import pytest
from product import answered, database_of
from recount.by_hand import child, numbered, row, rows

from meetings import memory
from meetings.entries import Author, Pin, Said
from metrics.__main__ import main
from metrics.signals.judgement import judge
from metrics.signals.targets import Rebase, RecordedRebase, settings
from metrics.themes import METRICS
from queries.clock import add_months
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.xdist_group("recorded restarts")

DETENTIONS, MISSING, SHARE = (METRICS[key] for key in ("detentions", "missing_episodes", "overnight_share"))
FIRST, END = date(2023, 1, 1), date(2026, 1, 1)
EDEN, CARLISLE = [6, 8, 5, 7, 6], [5, 7, 6, 8, 6]  # by turns
BEFORE, SINCE = 78 / 12, 8 + 152 / 24  # in Eden, a month: of 2023, and of the two years since
CHIEF = Access("command")
EVERYWHERE = Scope(CHIEF, start=date(2025, 1, 1), end=END)
ON = date(2025, 12, 31)
STEP = Rebase(date(2024, 1, 1), "a new form", "Dee", date(2025, 11, 10))


def world(*steps):
    """The force; ``steps`` are restarts that were loaded: the measure and hub of each."""
    detained, missed = [], []
    for place in range(36):
        on = add_months(FIRST, place) + timedelta(days=9)
        for hub, number in (("EDE", EDEN[place % 5] + (8 if place >= 12 else 0)), ("CAR", CARLISLE[place % 5])):
            detained += [row(child_id="A", authorised_on=on, hub_id=hub)] * number
            missed += [row(child_id="A", reported_on=on, hub_id=hub)] * number
    for on in (FIRST, END - timedelta(days=1)):
        detained.append(row(child_id="Z", authorised_on=on))
        missed.append(row(child_id="Z", reported_on=on))
    return database_of(
        rows(
            children=[child("A"), child("Z", "1980-01-01")],
            detentions=numbered("detention_id", detained),
            missing_episodes=numbered("episode_id", missed),
            chart_steps=[_row(metric, hub) for metric, hub in steps],
        )
    )


def _row(metric, hub):
    told = {"starts_on": STEP.starts_on, "reason": STEP.reason, "recorded_by": STEP.recorded_by, "recorded_on": STEP.recorded_on}
    return {"metric_key": metric.key, "hub_id": hub, **told}


def recorded(metric=DETENTIONS, hub=None, step=STEP):
    return RecordedRebase(metric.key, hub, step)


@pytest.fixture(scope="module")
def url(on_each_engine):
    """The force without any restart in its data."""
    return world()


@pytest.fixture(scope="module")
def with_steps(on_each_engine):
    """The same with one of the detentions of Eden, and of the reports of missing children of all hubs."""
    return world((DETENTIONS, "EDE"), (MISSING, None))


def judged(url, restarts=(), scope=EVERYWHERE):
    found = answered(connect(url), judge, [DETENTIONS, MISSING], scope, hubs=True, recorded=restarts)
    return {(judgement.key, judgement.hub): judgement for judgement in found}


def verdicts(found):
    return {place: judgement.verdict for place, judgement in found.items()}


# Judged


def test_without_a_restart_the_higher_level_is_a_concern(url):
    """Of 36 months twelve are at about 6, 24 at about 14: the last seven and more lie above the mean."""
    assert verdicts(judged(url)) == {
        ("detentions", None): "concern",
        ("detentions", "CAR"): "common cause",
        ("detentions", "EDE"): "concern",
        ("missing_episodes", None): "concern",
        ("missing_episodes", "CAR"): "common cause",
        ("missing_episodes", "EDE"): "concern",
    }


def test_a_restart_of_one_hub_is_of_its_chart_alone(url):
    before, after = judged(url), judged(url, [recorded(hub="EDE")])
    changed = {place for place, verdict in verdicts(after).items() if verdict != before[place].verdict}
    assert changed == {("detentions", "EDE")} and after["detentions", "EDE"].verdict == "common cause"
    chart = after["detentions", "EDE"].chart
    assert chart["rebase_group"].tolist() == [0] * 12 + [1] * 24
    assert chart["centre"].tolist() == pytest.approx([BEFORE] * 12 + [SINCE] * 24)
    assert after["detentions", "EDE"].setting.rebases == (STEP,)
    for place in after.keys() - changed:
        pd.testing.assert_frame_equal(before[place].chart, after[place].chart)
        assert after[place].setting == before[place].setting


def test_a_restart_of_all_hubs_is_of_the_force_and_of_each(url):
    after = judged(url, [recorded()])
    assert {hub: after["detentions", hub].verdict for hub in (None, "CAR", "EDE")} == dict.fromkeys(
        (None, "CAR", "EDE"), "common cause"
    )
    assert all(after["detentions", hub].chart["rebase_group"].tolist() == [0] * 12 + [1] * 24 for hub in (None, "CAR", "EDE"))
    assert after["missing_episodes", "EDE"].verdict == "concern"


def test_it_does_what_the_same_row_in_the_data_does(url, with_steps):
    of_page, of_data = judged(url, [recorded(hub="EDE"), recorded(MISSING)]), judged(with_steps)
    for place, judgement in of_data.items():
        assert of_page[place].setting == judgement.setting
        pd.testing.assert_frame_equal(of_page[place].chart, judgement.chart)
    assert set(verdicts(of_data).values()) == {"common cause", "concern"}


def test_in_a_scope_of_one_hub_its_own_and_those_of_all_count(url):
    scope = Scope(CHIEF, start=date(2025, 1, 1), end=END, hubs=("EDE",))
    assert judged(url, [recorded(hub="CAR")], scope)["detentions", None].verdict == "concern"
    assert judged(url, [recorded(hub="EDE")], scope)["detentions", None].verdict == "common cause"
    assert judged(url, [recorded()], scope)["detentions", None].verdict == "common cause"


def test_as_at_a_day_before_it_was_recorded_it_is_not_known(url):
    """Recorded on 10 November 2025: as at the 9th nobody knew of it."""
    for day, verdict in ((date(2025, 11, 9), "concern"), (date(2025, 11, 10), "common cause")):
        scope = Scope(CHIEF, start=date(2024, 11, 1), end=date(2025, 11, 1), as_at=day)
        assert judged(url, [recorded()], scope)["detentions", None].verdict == verdict, day


# Settings


def held(url, restarts, scope=EVERYWHERE, on=ON, metrics=(DETENTIONS, MISSING)):
    return answered(connect(url), settings, metrics, scope, on, restarts)


def starts(found, hub=None, metric=DETENTIONS):
    return [str(rebase.starts_on) for rebase in found.of(metric, hub).rebases]


def on_day(starts_on, hub=None, metric=DETENTIONS, recorded_on=STEP.recorded_on):
    return recorded(metric, hub, Rebase(date.fromisoformat(starts_on), "for a reason", "Dee", recorded_on))


def test_those_of_the_data_and_of_a_page_stand_in_the_order_of_their_days(with_steps):
    found = held(with_steps, [on_day("2025-06-01"), on_day("2023-06-01", "EDE"), on_day("2025-07-01", "CAR")])
    assert starts(found) == ["2025-06-01"]
    assert starts(found, "EDE") == ["2023-06-01", "2024-01-01", "2025-06-01"]
    assert starts(found, "CAR") == ["2025-06-01", "2025-07-01"]
    assert starts(found, metric=MISSING) == starts(found, "CAR", MISSING) == ["2024-01-01"]


def test_it_is_held_as_the_same_row_in_the_data_is(url, with_steps):
    assert held(url, [recorded(hub="EDE"), recorded(MISSING)]) == held(with_steps, [])


def test_what_is_of_another_measure_or_hub_or_of_a_later_day_is_left_out(url):
    several = [on_day("2025-12-31"), on_day("2026-01-01"), on_day("2025-01-01", "CAR"), on_day("2025-01-01", metric=SHARE)]
    assert held(url, several).rebases.keys() == {("detentions", None), ("detentions", "CAR")}
    assert starts(held(url, several)) == ["2025-12-31"]
    assert starts(held(url, several, on=date(2025, 12, 30))) == []
    for scope in (Scope(CHIEF, hubs=("EDE",)), Scope(Access("hub", ("EDE",)))):
        assert held(url, several, scope).rebases.keys() == {("detentions", None)}
    assert held(url, several, metrics=[MISSING]).rebases == {}


def test_what_was_recorded_after_the_day_as_at_is_not_held(url):
    for day, known in ((date(2025, 11, 9), []), (date(2025, 11, 10), ["2024-01-01"])):
        assert starts(held(url, [recorded()], Scope(CHIEF, as_at=day))) == known


# By command


def test_the_command_restarts_charts_of_the_dashboards_own_database(url, monkeypatch, tmp_path, capsys):
    """And of no other; where the memory cannot be read it says so, and judges without."""
    monkeypatch.setenv("DATABASE_URL", url)

    def told(*arguments):
        assert main(["signals", "--every", "--format", "csv", *arguments]) == 0
        printed = capsys.readouterr()
        found = {(line["key"], line["hub"]): line for line in csv.DictReader(io.StringIO(printed.out))}
        return {
            place: line["verdict"] for place, line in found.items() if place[0] in ("detentions", "missing_episodes")
        }, printed.err

    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}")
    without, said = told()
    assert without["detentions", "EDE"] == without["detentions", ""] == without["missing_episodes", "EDE"] == "concern"
    assert said.startswith(
        "Charts are judged without the restarts that were recorded on a page: The memory of meetings at sqlite"
    )

    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}/meetings.sqlite")
    pin = Pin("detentions", "custody", ("EDE",), "Eden", date(2025, 1, 1), END, ON)
    dee = Author("https://login.force.uk", "0d", "Dee", "analyst")
    memory.write(dee, Access("analyst"), "restart", pin, Said("a new form"), happened_on=STEP.starts_on)
    assert told() == ({**without, ("detentions", "EDE"): "common cause"}, "")
    assert told("--database", url) == (without, "")
