"""The targets of the invented force are met always, never, and now and then; one place and one time has its own."""

from datetime import date

import pandas as pd
import pytest
from product import answered

from metrics.measuring.measure import measure_all
from metrics.metric import Better, Number
from metrics.signals.targets import settings
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.xdist_group("demo")  # what they build, they build once

LAST_DAY = date(2026, 10, 31)  # of the demo as loaded
SCOPE = Scope(Access("command"))


@pytest.fixture(scope="module")
def found(demo_url):
    return answered(connect(demo_url), settings, list(METRICS.values()), SCOPE, LAST_DAY)


def test_some_are_met_every_month_some_in_none_and_some_now_and_then(demo_url, found):
    metrics = [METRICS[key] for key, hub in found.targets if hub is None]
    assert len(metrics) == 10
    assert not any(isinstance(metric.formula, Number) or metric.better is Better.NEITHER for metric in metrics)
    months = answered(connect(demo_url), measure_all, metrics, SCOPE, ("month",))
    met = {metric.key: sum(reached(metric, found, months[metric.key])) for metric in metrics}
    assert {key for key, times in met.items() if times == 12} == {"reviewed_24h_share", "detention_rate"}
    assert {key for key, times in met.items() if times == 0} == {"return_interview_72h_share", "ccp_visit_share"}
    assert sum(2 <= times <= 10 for times in met.values()) == 6


def reached(metric, found, months):
    value = found.of(metric).target.value
    return months["value"] <= value if metric.better is Better.LOWER else months["value"] >= value


def test_one_hub_has_a_target_of_its_own_and_one_target_took_the_place_of_another(demo_url, found):
    overnight, reviewed = METRICS["overnight_share"], METRICS["reviewed_24h_share"]
    assert [key for key in found.targets if key[1]] == [("overnight_share", "carlisle")]
    assert found.of(overnight, "carlisle").target.value < found.of(overnight, "eden").target.value
    before = answered(connect(demo_url), settings, [reviewed], SCOPE, date(2023, 10, 31))
    assert before.of(reviewed).target.value < found.of(reviewed).target.value


def test_the_planted_diversion_in_allerdale_is_recorded_as_a_rebase(found):
    diversion = METRICS["diversion_share"]
    (rebase,) = found.of(diversion, "allerdale").rebases
    assert rebase.starts_on == date(2025, 9, 1)  # the first day of the last fourteen months
    assert found.of(diversion).rebases == found.of(diversion, "barrow").rebases == ()


def test_all_is_within_the_years_of_the_data_and_said_to_be_invented(frames, end):
    first = end + pd.Timedelta(days=1) - pd.DateOffset(years=8)
    for name in ("targets", "chart_steps"):
        for column in frames[name].select_dtypes("datetime"):
            assert frames[name][column].between(first, end).all(), column
    assert frames["targets"]["set_by"].str.endswith("(invented)").all()
    assert frames["chart_steps"]["reason"].str.endswith("(invented)").all()
