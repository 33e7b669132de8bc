"""``python -m benchmarks.counting`` times the dashboard's figures beside hand-written SQL, in a small force and a large one."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine

from benchmarks import questions
from benchmarks.databases import NoRoom, at_scale, url
from benchmarks.markdown import print_headings, print_row
from benchmarks.questions import PAGES, QUESTIONS, SCOPE, DifferentNumbers, Over, Question
from benchmarks.timing import in_turn
from metrics.measuring.gather import opened_with
from metrics.measuring.measure import measure, measure_all
from metrics.signals.judgement import judge
from metrics.themes import METRICS
from queries.engine import connect, reading
from queries.scope import Scope

VERSIONS = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "SQLAlchemy", "pandas"))
QUESTION_HEADINGS = (
    *("question", "scale", "events held", "by hand over facts, ms", "by hand over tables, ms", "measure, ms"),
    *("measure / by hand over facts (least to most)", "measure / by hand over tables (least to most)"),
)
JUDGING_HEADINGS = ("scale", "charts judged", "ms")
PAGE_HEADINGS = ("page", "scale", "measures", "one, ms", "together, ms", "together / one", "one by one / together")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every scale was timed, 1 with one sentence on stderr when it could not be."""
    options = _parser().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as spare:
            folder = options.keep or Path(spare)
            folder.mkdir(parents=True, exist_ok=True)
            _report(folder, options.scales, options.runs)
    except (DifferentNumbers, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.counting", description="Time the figures beside hand-written SQL."
    )
    parser.add_argument("--scales", type=scales, default=(1, 10, 100), metavar="N,N", help="times the demo (default 1,10,100)")
    parser.add_argument("--runs", type=_number, default=5, metavar="N", help="runs of each question (default 5)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there and use those already built")
    return parser


def scales(text: str) -> tuple[int, ...]:
    return tuple(_number(scale) for scale in text.split(","))


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero; give one such as 10.")
    return int(text)


def _report(folder: Path, scales: Sequence[int], runs: int) -> None:
    with ExitStack() as stack:
        connections = {scale: stack.enter_context(reading(SCOPE.access, engine)) for scale, engine in _engines(folder, scales)}
        print(f"{VERSIONS}, {os.cpu_count()} cores; medians of {runs} runs (of pages and charts, {_of_page(runs)}).")
        print_headings(*QUESTION_HEADINGS)
        for question in QUESTIONS:
            for scale, connection in connections.items():
                print_row(*_question_row(connection, question, scale, runs))
        print_headings(*PAGE_HEADINGS)
        for key in PAGES:
            for scale, connection in connections.items():
                print_row(*_page_row(connection, key, scale, runs))
        print_headings(*JUDGING_HEADINGS)
        for scale, connection in connections.items():
            print_row(*_judging_row(connection, scale, runs))


def _engines(folder: Path, scales: Sequence[int]) -> Iterator[tuple[int, Engine]]:
    """An engine for each scale that the disk has room for."""
    for scale in sorted(set(scales)):
        print(f"Building {scale}x ...", file=sys.stderr)
        try:
            yield scale, connect(url(at_scale(folder, scale)))
        except NoRoom as error:
            print(error, file=sys.stderr)


def _question_row(connection: Connection, question: Question, scale: int, runs: int) -> tuple[str, ...]:
    over: tuple[Over, ...] = ("facts", "tables")
    for each in over:
        questions.agree(connection, question, each)
    by_hand = [partial(questions.by_hand, connection, question, each) for each in over]
    timed = in_turn([*by_hand, partial(questions.by_measure, connection, question)], runs)
    return (
        str(question),
        f"{scale}x",
        f"{questions.events_of(connection, question.metric):,}",
        *(f"{timed.milliseconds(way):,.1f}" for way in range(3)),
        *("{:.2f} ({:.2f} to {:.2f})".format(*timed.ratios(2, to=way)) for way in range(2)),
    )


def _judging_row(connection: Connection, scale: int, runs: int) -> tuple[str, ...]:
    """Every chart of the force and its hubs, up to the end of the period that pages open with; nothing is kept."""
    metrics, scope = list(METRICS.values()), opened_with(connection, Scope(SCOPE.access))
    judged = judge(connection, metrics, scope, hubs=True)
    timed = in_turn([partial(judge, connection, metrics, scope, hubs=True)], _of_page(runs))
    return f"{scale}x", f"{sum(judgement.is_judged for judgement in judged):,}", f"{timed.milliseconds(0):,.0f}"


def _page_row(connection: Connection, key: str, scale: int, runs: int) -> tuple[str, ...]:
    """The theme's headline alone, all its measures in one call, and all of them in a call each; by month."""
    theme, metrics = questions.of_page(key)

    def one_by_one() -> None:
        for metric in metrics:
            measure(connection, metric, SCOPE, ["month"])

    alone = partial(measure, connection, theme.headline, SCOPE, ["month"])
    together = partial(measure_all, connection, metrics, SCOPE, ["month"])
    together()
    timed = in_turn([alone, together, one_by_one], _of_page(runs))
    return (
        f"{key} by month",
        f"{scale}x",
        str(len(metrics)),
        f"{timed.milliseconds(0):,.0f}",
        f"{timed.milliseconds(1):,.0f}",
        f"{timed.ratios(1, to=0)[0]:.1f}",
        f"{timed.ratios(2, to=1)[0]:.1f}",
    )


def _of_page(runs: int) -> int:
    """A page is many measures, so that fewer runs of it are enough."""
    return min(runs, 3)


if __name__ == "__main__":
    sys.exit(main())
