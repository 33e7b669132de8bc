"""``python -m benchmarks.counting`` times the dashboard's figures beside hand-written SQL, in a small force and a large one."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from benchmarks import questions
from benchmarks.databases import NoRoom, at_scale, url
from benchmarks.markdown import print_headings, print_row
from benchmarks.questions import PAGES, QUESTIONS, SCOPE, DifferentNumbers, Question
from benchmarks.timing import in_turn
from metrics.measuring.measure import measure, measure_all
from queries.engine import connect

VERSIONS = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "SQLAlchemy", "pandas"))
QUESTION_HEADINGS = ("question", "scale", "events held", "by hand, ms", "measure, ms", "measure / by hand (least to most)")
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
    parser.add_argument("--scales", type=_scales, default=(1, 10, 100), metavar="N,N", help="times the demo (default 1,10,100)")
    parser.add_argument("--runs", type=_number, default=5, metavar="N", help="runs of each question (default 5)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there and use those already built")
    return parser


def _scales(text: str) -> tuple[int, ...]:
    return tuple(_number(scale) for scale in text.split(","))


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero; give one such as 10.")
    return int(text)


def _report(folder: Path, scales: Sequence[int], runs: int) -> None:
    engines = dict(_engines(folder, scales))
    print(f"{VERSIONS}, {os.cpu_count()} cores; medians of {runs} runs (of a page, {_of_page(runs)}).")
    print_headings(*QUESTION_HEADINGS)
    for question in QUESTIONS:
        for scale, engine in engines.items():
            print_row(*_question_row(question, scale, engine, runs))
    print_headings(*PAGE_HEADINGS)
    for key in PAGES:
        for scale, engine in engines.items():
            print_row(*_page_row(key, scale, engine, runs))


def _engines(folder: Path, scales: Sequence[int]) -> Iterator[tuple[int, Engine]]:
    """An engine for each scale that the disk has room for."""
    for scale in sorted(set(scales)):
        print(f"Building {scale}x ...", file=sys.stderr)
        try:
            yield scale, connect(url(at_scale(folder, scale)))
        except NoRoom as error:
            print(error, file=sys.stderr)


def _question_row(question: Question, scale: int, engine: Engine, runs: int) -> tuple[str, ...]:
    questions.agree(question, engine)
    timed = in_turn([partial(questions.by_hand, question, engine), partial(questions.by_measure, question, engine)], runs)
    middle, least, most = timed.ratios(1, to=0)
    return (
        str(question),
        f"{scale}x",
        f"{questions.events_of(question.metric, engine):,}",
        f"{timed.milliseconds(0):,.0f}",
        f"{timed.milliseconds(1):,.0f}",
        f"{middle:.1f} ({least:.1f} to {most:.1f})",
    )


def _page_row(key: str, scale: int, engine: Engine, runs: int) -> tuple[str, ...]:
    """The theme's headline alone, all its measures in one call, and all of them in a call each; by month."""
    theme, metrics = questions.of_page(key)

    def one_by_one() -> None:
        for metric in metrics:
            measure(metric, SCOPE, ["month"], engine)

    alone = partial(measure, theme.headline, SCOPE, ["month"], engine)
    together = partial(measure_all, metrics, SCOPE, ["month"], engine)
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
