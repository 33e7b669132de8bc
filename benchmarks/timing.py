"""Several ways to one figure, timed in turn: a shared machine is busy by the minute, so only neighbouring runs are compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Way = Callable[[], object]


@dataclass(frozen=True)
class Timed:
    """Seconds of several ways to the same figures, run after run: ``seconds[run][way]``."""

    seconds: Sequence[Sequence[float]]

    def milliseconds(self, way: int) -> float:
        """The median of one way."""
        return 1000 * median(run[way] for run in self.seconds)

    def ratios(self, way: int, to: int) -> tuple[float, float, float]:
        """How many times as long one way took as another in the same run: the median, the smallest and the largest."""
        ratios = [run[way] / run[to] for run in self.seconds]
        return median(ratios), min(ratios), max(ratios)


def in_turn(ways: Sequence[Way], runs: int) -> Timed:
    """Time each way once a run, starting with another one each time. The file should have been read once before."""
    return Timed([_run(ways, first) for first in range(runs)])


def _run(ways: Sequence[Way], first: int) -> list[float]:
    order = [(first + position) % len(ways) for position in range(len(ways))]
    took = {way: _seconds(ways[way]) for way in order}
    return [took[way] for way in range(len(ways))]


def _seconds(way: Way) -> float:
    started = perf_counter()
    way()
    return perf_counter() - started
