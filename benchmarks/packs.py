"""``python -m benchmarks.packs`` says what a pack of the invented force costs, also beside judging its charts."""

import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from benchmarks.databases import at_scale, url
from benchmarks.markdown import print_headings, print_row
from benchmarks.timing import in_turn
from meetings import packs
from metrics.signals.judgement import judge
from metrics.themes import METRICS
from queries.clock import add_months
from queries.engine import connect, reading
from queries.scope import Scope

LATEST, EARLIER = date(2026, 10, 1), date(2026, 6, 1)  # of the latest month most is ready before anyone asks, of another nothing
RUNS = 3
CUTS = (("command", "", LATEST), ("command", "", EARLIER), ("command", "barrow", LATEST), ("hub", "barrow", EARLIER))


def main() -> int:
    """0 when each pack was made in both forms."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        database = url(at_scale(Path(folder), 1))
        print_headings("pack", "month", "slides", "seconds, slides", "seconds, PDF", "times judging its charts")
        for role, hub, month in CUTS:
            made = _pack(database, role, hub, month, ".pptx"), _pack(database, role, hub, month, ".pdf")
            timed = in_turn((*made, _judging(database, role, hub, month)), RUNS)
            access = packs.access_of(role, hub if role == "hub" else "")
            slides = len(packs.build(access, _order(role, hub, month), database).slides) + 1
            took = [f"{timed.milliseconds(way) / 1000:.1f}" for way in (0, 1)]
            print_row(f"{role} {hub}".strip(), f"{month:%Y-%m}", str(slides), *took, f"{timed.ratios(0, to=2)[0]:.1f}")
    return 0


def _order(role: str, hub: str, month: date) -> packs.Order:
    return packs.order(role, month, hub, "the benchmark", datetime(2026, 11, 20, 9))  # noqa: DTZ001 (naive UTC)


def _pack(database: str, role: str, hub: str, month: date, form: str) -> Callable[[], object]:
    access, order = packs.access_of(role, hub if role == "hub" else ""), _order(role, hub, month)
    return lambda: packs.write(packs.build(access, order, database), form)


def _judging(database: str, role: str, hub: str, month: date) -> Callable[[], object]:
    """Judge every chart of the same cut, counted anew."""
    access, end = packs.access_of(role, hub if role == "hub" else ""), add_months(month, 1)
    scope = Scope(access, start=add_months(end, -12), end=end, hubs=(hub,) if hub else None)

    def judged() -> object:
        with reading(access, connect(database)) as connection:
            return judge(connection, list(METRICS.values()), scope, hubs=not hub)

    return judged


if __name__ == "__main__":
    sys.exit(main())
