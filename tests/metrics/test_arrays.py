"""What charts are drawn of is what is measured: each cell of the arrays beside the same cell of `measure`."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from product import answered, database_of
from random_force import random_force

from metrics.measuring.arrays import gather_arrays
from metrics.measuring.gather import questions
from metrics.measuring.measure import measure_all
from metrics.signals.judgement import why_not_charted
from metrics.themes import METRICS
from queries.counting.question import Question
from queries.engine import connect, reading
from queries.scope import Access, Scope

YEARS = Scope(Access("command"), date(2023, 1, 1), date(2025, 1, 1))
CHARTED = [metric for metric in METRICS.values() if not why_not_charted(metric)]


@pytest.mark.parametrize("time", ["month", "quarter"])
@pytest.mark.parametrize("narrowed", [{}, {"placed_by": "residence"}, {"residents_only": True}], ids=str)
def test_each_cell_is_as_measured(on_each_engine, time, narrowed):
    assert_as_measured(connect(database_of(random_force(3))), replace(YEARS, **narrowed), time, ["EDE", "CAR"])


@pytest.mark.parametrize("time", ["month", "quarter"])
def test_each_cell_of_the_demo_is_as_measured(demo_on_each_engine, time):
    assert_as_measured(connect(demo_on_each_engine), YEARS, time, ["eden", "carlisle", "barrow"])


def assert_as_measured(engine, scope, time, hubs):
    whole, by_hub = (answered(engine, measure_all, CHARTED, scope, by) for by in ((time,), ("hub", time)))
    compared = 0
    with reading(scope.access, engine) as connection:
        for question, together in questions(connection, CHARTED, scope, (time,)).items():
            if not isinstance(question, Question):
                continue
            arrays = gather_arrays(connection, question, together, hubs)
            for metric in together:
                frames = [whole[metric.key], *(by_hub[metric.key][by_hub[metric.key]["hub"] == hub] for hub in hubs)]
                for name, found in zip(("numerator", "denominator", "value"), arrays.of(metric), strict=True):
                    measured = np.array([frame[name].to_numpy(float) for frame in frames])
                    np.testing.assert_allclose(found, measured, rtol=1e-12, err_msg=f"{metric.key}, {name}")
                compared += 1
    assert compared > len(CHARTED) * 0.6
