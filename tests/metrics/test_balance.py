"""What rose and what fell, in words, from figures beside the year before."""

import pandas as pd
import pytest

from metrics.reports import balance
from metrics.reports.headline import Headline
from metrics.statistics.change import change
from metrics.statistics.intervals import wilson
from metrics.themes import METRICS

SHARES = ("charged_share", "diversion_share", "outcome_21_share")


def headline(key, now, before, of=1_000):
    rows = [wilson(pd.Series([k]), pd.Series([of])).iloc[0].reindex(["value", "lower", "upper"]) for k in (now, before)]
    rows = [pd.concat([pd.Series({"numerator": k, "denominator": of}), row]) for k, row in zip((now, before), rows, strict=True)]
    return Headline(key, None, *rows, change(METRICS[key], *rows), "")


@pytest.mark.parametrize(
    ("charged", "diverted", "outcome_21", "said"),
    [
        (
            (100, 102), (200, 100), (100, 200),
            "Rose since the year before: “Diversion” (10.0% to 20.0%). "
            "Fell: “Outcome 21: not in the public interest” (20.0% to 10.0%). No clear difference: “Charged”.",
        ),
        (
            (200, 100), (200, 100), (100, 101),
            "Rose since the year before: “Charged” (10.0% to 20.0%) and “Diversion” (10.0% to 20.0%). "
            "Fell: nothing clearly. No clear difference: “Outcome 21: not in the public interest”.",
        ),
        (
            (100, 200), (100, 101), (100, 101),
            "Rose since the year before: nothing clearly. Fell: “Charged” (20.0% to 10.0%). "
            "No clear difference: “Diversion” and “Outcome 21: not in the public interest”.",
        ),
        (
            (100, 101), (100, 101), (100, 101),
            "Nothing here is clearly higher or lower than the year before. "
            "No clear difference: “Charged”, “Diversion” and “Outcome 21: not in the public interest”.",
        ),
    ],
)  # fmt: skip
def test_only_what_is_more_than_chance_has_moved(charged, diverted, outcome_21, said):
    found = [headline(key, *pair) for key, pair in zip(SHARES, (charged, diverted, outcome_21), strict=True)]
    assert balance.movements(found, METRICS) == said


def test_what_cannot_be_assessed_is_said_to_be_so():
    found = [headline("charged_share", 3, 1, of=9), headline("diversion_share", 200, 100)]
    assert balance.movements(found, METRICS).endswith("Cannot be assessed: “Charged”.")


def test_every_measure_that_must_stand_side_by_side_does():
    keys = {metric.key for metric in balance.SIDE_BY_SIDE}
    assert keys >= {"first_time_entrant_rate", "out_of_court_share", "diversion_share", "outcome_21_share", "repeat_suspects"}
    assert keys >= {"nfa_public_interest_share", "nfa_evidential_share", "nfa_prevented_share", "reoffending_rate"}


def test_the_table_side_by_side_is_in_order_of_time_wherever_a_measure_begins():
    long = pd.DataFrame({"quarter": ["2022-10-01", "2023-01-01", "2023-04-01"], "value": [0.5, 0.25, float("nan")]})
    short = pd.DataFrame({"quarter": ["2023-04-01"], "value": [0.75]})
    table = balance.side_by_side([(METRICS["charged_share"], short), (METRICS["nfa_share"], long)])
    assert list(table["Quarter"]) == ["October to December 2022", "January to March 2023", "April to June 2023"]
    assert table.iloc[:, 1:].to_numpy().tolist() == [["", "50.0%"], ["", "25.0%"], ["75.0%", ""]]
    file = balance.file([(METRICS["charged_share"], short), (METRICS["nfa_share"], long)])
    assert list(file) == list(table) and list(file["Quarter"]) == list(table["Quarter"])
    assert file.iloc[:, 1:].fillna(-1).to_numpy().tolist() == [[-1, 0.5], [-1, 0.25], [0.75, -1]]
