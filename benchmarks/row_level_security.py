"""``python -m benchmarks.row_level_security ADDRESS HUB`` times a sergeant's figures beside the command team's on PostgreSQL."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.markdown import print_headings, print_row
from benchmarks.questions import DifferentNumbers
from benchmarks.timing import in_turn
from metrics.measuring.measure import measure_all
from metrics.metric import Metric
from metrics.themes import METRICS
from queries.engine import DatabaseUnavailable, connect, reading, security_problem
from queries.scope import Access, Scope

HEADINGS = ("question", "measures", "command team, ms", "sergeant, ms", "sergeant / command team (least to most)")
SPLITS: tuple[tuple[str, ...], ...] = ((), ("month",), ("in_care",))

Figures = Mapping[str, pd.DataFrame]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every question was timed, 1 with one sentence on stderr when that made no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.row_level_security", description="Time the figures of a hub for both its readers."
    )
    parser.add_argument("database", help="the address of a PostgreSQL with row-level security, by the dashboard's login")
    parser.add_argument("hub", help="the id of a hub")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each question (default 5)")
    options = parser.parse_args(arguments)
    try:
        _report(options.database, options.hub, options.runs)
    except (DatabaseUnavailable, SQLAlchemyError, DifferentNumbers) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _report(database: str, hub: str, runs: int) -> None:
    problem = security_problem(database)
    engine = connect(database)
    if problem or engine.dialect.name != "postgresql":
        raise DatabaseUnavailable(problem or "There is no row-level security to be timed: give the address of a PostgreSQL.")
    scopes = Scope(Access("command"), hubs=(hub,)), Scope(Access("hub", (hub,)))
    metrics = {by: [metric for metric in METRICS.values() if set(by) <= set(metric.splits)] for by in SPLITS}
    questions = {by: [partial(_measured, engine, metrics[by], scope, by) for scope in scopes] for by in SPLITS}
    for of_both in questions.values():
        _check_agreement(*(ask() for ask in of_both))
    print_headings(*HEADINGS)
    for by, of_both in questions.items():
        timed = in_turn(of_both, runs)
        middle, least, most = timed.ratios(1, to=0)
        milliseconds = [f"{timed.milliseconds(reader):,.0f}" for reader in range(len(of_both))]
        ratio = f"{middle:.1f} ({least:.1f} to {most:.1f})"
        print_row(f"by {by[0]}" if by else "as a whole", str(len(metrics[by])), *milliseconds, ratio)


def _measured(engine: Engine, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> Figures:
    with reading(scope.access, engine) as connection:
        return measure_all(connection, metrics, scope, by)


def _check_agreement(of_command_team: Figures, of_sergeant: Figures) -> None:
    if not any(frame["denominator"].gt(0).any() for frame in of_sergeant.values()):
        raise DifferentNumbers("Nothing is counted in that hub: give the id of one with events.")
    different = [key for key, frame in of_command_team.items() if not frame.equals(of_sergeant[key])]
    if different:
        raise DifferentNumbers(f"Both readers should be shown the same of that hub, but are not: {', '.join(different)}.")


if __name__ == "__main__":
    sys.exit(main())
