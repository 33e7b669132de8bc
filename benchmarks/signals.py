"""``python -m benchmarks.signals`` measures how far signals and intervals can be trusted, on invented series of known truth."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.pool import Pool

import numpy as np

from benchmarks import coverage, quiet
from benchmarks.markdown import print_headings, print_row
from benchmarks.worlds import AHEAD, HISTORY, SUMMER, Kind, World, by_month, judged, noticed, world
from metrics.signals.judgement import Method

SEED = 20261124
MEANS = (0.3, 1.0, 3.0, 10.0, 30.0)
BETWEEN_THEM = (0.15, 0.5, 1.5, 2.0, 5.0)  # volumes at which methods meet
METHODS: tuple[Method, ...] = ("months", "quarters", "days between")
CHANGES = {"rise of 50%": (1.5, 1), "fall of 50%": (0.5, -1), "nothing changed": (1.0, 0)}
CLUSTERING = ("chance alone", "twice its variance", "three times", "uneven")
EXPECTED = (10, 20, 50)
WORLDS = 4000
_CHANGING = 16  # one world in so many: each is judged up to 24 times
_QUIET, _DOUBLED = 4, 16  # one world in so many: each has some 140 cells
_COMMON = 0.25  # of the worlds of a volume; the rate of a method chosen less often is mostly chance

Flags = dict[Method, tuple[int, int]]  # how often each method was chosen, and how often it flagged
Row = tuple[str, ...]


def stable(kind: Kind, worlds: int, row: int) -> tuple[Flags, int]:
    """How many series are flagged where nothing changes: by method, and if every one were charted by month."""
    chosen: Counter[Method] = Counter()
    false: Counter[Method] = Counter()
    monthly = 0
    for series in _series(kind, worlds, row):
        method, direction = judged(series)
        chosen[method] += 1
        false[method] += direction != 0
        monthly += (direction if method == "months" else by_month(series)) != 0
    return {method: (chosen[method], false[method]) for method in chosen}, monthly


def flagged(flags: Flags) -> int:
    return sum(false for _, false in flags.values())


def summers(mean: float, worlds: int, row: int) -> tuple[int, int]:
    """Months flagged in series that have a summer and nothing else: as they are, and with the time of year taken out.

    Each month of the year is the last one equally often.
    """
    plain, adjusted = 0, 0
    for number, series in enumerate(_series(Kind(mean, months=SUMMER), worlds, row)):
        end = HISTORY - number % 12
        plain += by_month(series, end) != 0
        adjusted += by_month(series, end, seasonal=True) != 0
    return plain, adjusted


def months_to_notice(mean: float, change: float, direction: int, worlds: int, row: int) -> list[int | None]:
    """After how many months each world first shows a change that way (1 or -1; 0: either)."""
    return [noticed(series, direction) for series in _series(Kind(mean), worlds, row, change)]


def trends(clustering: str, doubled: float, worlds: int, row: int) -> tuple[int, int]:
    """How many worlds show any trend at all, and how many show one in the cell that is doubled."""
    chance = np.random.default_rng([SEED, row])
    shown = [quiet.is_found(quiet.world(clustering, chance, doubled)) for _ in range(worlds)]
    return sum(bool(cells.any()) for cells in shown), sum(bool(cells[quiet.DOUBLED]) for cells in shown)


def worst(rows: Iterable[Flags]) -> dict[Method, float]:
    """The highest share of flags of each method among the volumes at which it is chosen often."""
    rates: dict[Method, float] = dict.fromkeys(METHODS, 0.0)
    for flags in rows:
        worlds = sum(chosen for chosen, _ in flags.values())
        for method, (chosen, false) in flags.items():
            if method in rates and chosen >= _COMMON * worlds:
                rates[method] = max(rates[method], false / chosen)
    return rates


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every table as it is worked out."""
    options = _parser().parse_args(arguments)
    print(f"Seed {SEED}, {options.worlds:,} worlds.", flush=True)
    _print_coverage()
    with get_context("spawn").Pool(options.processes) as pool:
        _print_stable(pool, options.worlds)
        _print_notice(pool, _one_in(_CHANGING, options.worlds))
        _print_trends(pool, options.worlds)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals", description="Measure what signals are worth.")
    parser.add_argument("--worlds", type=int, default=WORLDS, metavar="N", help=f"series of each kind (default {WORLDS})")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="at once (default 2)")
    return parser


def _one_in(many: int, worlds: int) -> int:
    return max(1, worlds // many)


def _series(kind: Kind, worlds: int, row: int, change: float = 1.0) -> Iterable[World]:
    chance = np.random.default_rng([SEED, row])
    return (world(kind, chance, change) for _ in range(worlds))


def _print_coverage() -> None:
    print_headings("of", *(f"true share {share:.0%}" for share in coverage.SHARES), "mean over 0.5% to 99%", "least", "most")
    for n in coverage.SIZES:
        exact = [coverage.of_wilson(n, share) for share in coverage.SHARES]
        print_row(str(n), *(_percent(share) for share in (*exact, *coverage.of_wilson_on_average(n))))
    print_headings("true mean", "held", "mean of means around it", "least", "most")
    for mean in coverage.MEANS:
        print_row(f"{mean:g}", *(_percent(share) for share in (coverage.of_poisson(mean), *coverage.of_poisson_on_average(mean))))


def _print_stable(pool: Pool, worlds: int) -> None:
    means = sorted((*MEANS, *BETWEEN_THEM))
    plain = pool.starmap_async(stable, [(Kind(mean), worlds, 100 + row) for row, mean in enumerate(means)], 1)
    uneven = pool.starmap_async(stable, [(Kind(mean, 2.0), worlds, 200 + row) for row, mean in enumerate(MEANS)], 1)
    summer = pool.starmap_async(summers, [(30.0, worlds, 300)], 1)
    columns = (*(f"by {method}" for method in METHODS), "too few", "flagged", "flagged if all were charted by month")
    print_headings("events a month", *columns)
    for mean, counted in zip(means, plain.get(), strict=True):
        print_row(f"{mean:g}", *_stable_row(*counted, worlds))
    print_headings("events a month, twice the variance", *columns)
    for mean, counted in zip(MEANS, uneven.get(), strict=True):
        print_row(f"{mean:g}", *_stable_row(*counted, worlds))
    print_headings("with a summer, 30 a month", "flagged")
    for name, false in zip(("as it is", "with the time of year taken out"), summer.get()[0], strict=True):
        print_row(name, _percent(false / worlds))
    print_headings("method", "flagged at its worst volume")
    for method, rate in worst(flags for flags, _ in plain.get()).items():
        print_row(method, _percent(rate, 2))


def _stable_row(flags: Flags, monthly: int, worlds: int) -> Row:
    methods: tuple[Method, ...] = (*METHODS, "too few")
    shares = (flags.get(method, (0, 0))[0] / worlds for method in methods)
    return (*(_percent(share, 0) for share in shares), _percent(flagged(flags) / worlds), _percent(monthly / worlds))


def _print_notice(pool: Pool, worlds: int) -> None:
    jobs = [(mean, *change) for change in CHANGES.values() for mean in MEANS]
    results = pool.starmap(months_to_notice, [(*job, worlds, 400 + row) for row, job in enumerate(jobs)], 1)
    print_headings("change", "events a month before", "median months", "within 12", "within 24")
    for number, months in enumerate(results):
        print_row(list(CHANGES)[number // len(MEANS)], f"{jobs[number][0]:g}", *_notice_row(months))


def _notice_row(months: list[int | None]) -> Row:
    sooner = np.array([AHEAD + 1 if month is None else month for month in months])
    middle = float(np.median(sooner))
    shown = f"{middle:.0f}" if middle <= AHEAD else f"not within {AHEAD}"
    return shown, _percent((sooner <= 12).mean(), 0), _percent((sooner <= AHEAD).mean(), 0)


def _print_trends(pool: Pool, worlds: int) -> None:
    sizes = {0.0: _one_in(_QUIET, worlds), **{float(doubled): _one_in(_DOUBLED, worlds) for doubled in EXPECTED}}
    jobs = [(kind, doubled, size) for kind in CLUSTERING for doubled, size in sizes.items()]
    results = pool.starmap(trends, [(*job, 500 + row) for row, job in enumerate(jobs)], 1)
    shares = {job[:2]: np.array(counted) / job[2] for job, counted in zip(jobs, results, strict=True)}
    print_headings(
        "counts vary by", "any trend where nothing changed", *(f"doubled cell of {expected} found" for expected in EXPECTED)
    )
    for kind in CLUSTERING:
        print_row(
            kind, _percent(shares[kind, 0.0][0]), *(_percent(shares[kind, doubled][1], 0) for doubled in map(float, EXPECTED))
        )


def _percent(share: float, places: int = 1) -> str:
    return f"{share:.{places}%}"


if __name__ == "__main__":
    sys.exit(main())
