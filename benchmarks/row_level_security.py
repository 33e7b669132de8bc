"""``python -m benchmarks.wall ADDRESS HUB`` times a sergeant's figures behind row-level security beside the command team's."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.markdown import print_headings, print_row
from benchmarks.questions import DifferentNumbers
from benchmarks.timing import in_turn
from metrics.measuring.measure import measure_all
from metrics.themes import METRICS
from queries.engine import DatabaseUnavailable, connect, unguarded
from queries.scope import Access, Scope

HEADINGS = ("asked", "measures", "command team, ms", "sergeant, ms", "sergeant / command team (least to most)")
ASKED: tuple[tuple[str, ...], ...] = ((), ("month",), ("in_care",))

Figures = Mapping[str, pd.DataFrame]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every question was timed, 1 with one sentence on stderr when that made no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.wall", description="Time the figures of a hub for both its readers."
    )
    parser.add_argument("database", help="the address of a PostgreSQL behind its wall, by the dashboard's login")
    parser.add_argument("hub", help="the id of a hub")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each question (default 5)")
    given = parser.parse_args(arguments)
    try:
        _report(given.database, given.hub, given.runs)
    except (DatabaseUnavailable, SQLAlchemyError, DifferentNumbers) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _report(database: str, hub: str, runs: int) -> None:
    fault = unguarded(database)
    engine = connect(database)
    if fault or engine.dialect.name != "postgresql":
        raise DatabaseUnavailable(fault or "There is no row-level security to be timed: give the address of a PostgreSQL.")
    scopes = Scope(Access("command"), hubs=(hub,)), Scope(Access("hub", (hub,)))
    measures = {by: [metric for metric in METRICS.values() if set(by) <= set(metric.splits)] for by in ASKED}
    ways = {by: [partial(measure_all, measures[by], scope, by, engine) for scope in scopes] for by in ASKED}
    for both in ways.values():
        _agree(*(way() for way in both))
    print_headings(*HEADINGS)
    for by, both in ways.items():
        timed = in_turn(both, runs)
        middle, least, most = timed.ratios(1, to=0)
        took = [f"{timed.milliseconds(way):,.0f}" for way in range(len(both))]
        ratio = f"{middle:.1f} ({least:.1f} to {most:.1f})"
        print_row(f"by {by[0]}" if by else "as a whole", str(len(measures[by])), *took, ratio)


def _agree(of_all: Figures, own: Figures) -> None:
    if not any(frame["denominator"].gt(0).any() for frame in own.values()):
        raise DifferentNumbers("Nothing is counted in that hub: give the id of one with events.")
    different = [key for key, frame in of_all.items() if not frame.equals(own[key])]
    if different:
        raise DifferentNumbers(f"Both readers should be told the same of that hub, but are not: {', '.join(different)}.")


if __name__ == "__main__":
    sys.exit(main())
