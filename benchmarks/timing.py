"""Two ways to one figure, timed in turn: machines are busy by the minute, so only neighbours are compared."""

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
        each = [run[way] / run[to] for run in self.seconds]
        return median(each), min(each), max(each)


def in_turn(ways: Sequence[Way], runs: int) -> Timed:
    """Time each way once a run, beginning with another one each time. What reads the file first was done before."""
    return Timed([_run(ways, first) for first in range(runs)])


def _run(ways: Sequence[Way], first: int) -> list[float]:
    order = [(first + place) % len(ways) for place in range(len(ways))]
    took = {way: _seconds(ways[way]) for way in order}
    return [took[way] for way in range(len(ways))]


def _seconds(way: Way) -> float:
    started = perf_counter()
    way()
    return perf_counter() - started
