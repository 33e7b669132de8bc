"""``python -m benchmarks.release`` times a release: reading, counting, rounding, attacking, in a small force and a large one."""

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from benchmarks.counting import scales
from benchmarks.databases import NoRoom, at_scale, url
from benchmarks.markdown import print_headings, print_row
from queries.engine import connect, reading
from queries.scope import SYSTEM
from release import attack, building, key, protection, rounding, verification
from release.building import Built
from release.store import Stored

VERSIONS = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "scipy", "numpy", "pandas"))
STEPS: dict[str, tuple[ModuleType, str]] = {
    "reading": (building, "recorded"),
    "counting": (protection, "count"),
    "rounding": (rounding, "rounded"),
    "attacking": (attack, "attack"),
}
HEADINGS = (
    *("scale", "goal, s", "build, s", *(f"{step}, s (share)" for step in STEPS), "verify, s"),
    *("numbers told", "linear programs", "narrowest of a small number"),
)
GOALS = {1: "60", 10: "300"}

Seconds = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every scale was timed, 1 with one sentence on stderr when it could not be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.release", description="Time what a release takes.")
    parser.add_argument("--scales", type=scales, default=(1, 10), metavar="N,N", help="times the demo (default 1,10)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the databases there and use those already built")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as spare:
            folder = options.keep or Path(spare)
            folder.mkdir(parents=True, exist_ok=True)
            _report(folder, sorted(set(options.scales)))
    except (RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _report(folder: Path, scales: Sequence[int]) -> None:
    print(f"{VERSIONS}, {os.cpu_count()} cores; each built and verified once.")
    print_headings(*HEADINGS)
    for scale in scales:
        try:
            path = at_scale(folder, scale)
        except NoRoom as error:
            print(error, file=sys.stderr)
            continue
        with reading(SYSTEM, connect(url(path))) as connection:
            print_row(*_row(connection, scale))


def _row(connection: Connection, scale: int) -> tuple[str, ...]:
    secret = secrets.token_bytes(key.KEY_BYTES)
    of_steps: Seconds = {}
    with ExitStack() as stack:
        for step, (module, name) in STEPS.items():
            stack.enter_context(_timed(module, name, of_steps, step))
        started = perf_counter()
        built = building.build(connection, secret, [])
        whole = perf_counter() - started
    started = perf_counter()
    if not verification.verify([(_stored(built), built.cells)], connection, secret).holds:
        raise RuntimeError(f"The release of {scale}x does not hold, so there is nothing to time.")
    verified = perf_counter() - started
    proofs = built.about["proof"]["kinds"]
    narrowest = [proof["narrowest"] for proof in proofs if proof["narrowest"] is not None]
    return (
        f"{scale}x",
        GOALS.get(scale, ""),
        f"{whole:.1f}",
        *(f"{of_steps.get(step, 0.0):.1f} ({of_steps.get(step, 0.0) / whole:.0%})" for step in STEPS),
        f"{verified:.1f}",
        f"{sum(proof['cells'] for proof in proofs):,}",
        f"{sum(proof['programs'] for proof in proofs):,}",
        f"{min(narrowest):.0f}" if narrowest else "none is small",
    )


def _stored(built: Built) -> Stored:
    return Stored(1, datetime.now(UTC).replace(tzinfo=None), "", built.about, ())


@contextmanager
def _timed(module: ModuleType, name: str, seconds: Seconds, step: str) -> Iterator[None]:
    """Until the end, add up how long a function takes."""
    function: Callable[..., Any] = getattr(module, name)

    def timed(*arguments: Any, **named: Any) -> Any:
        started = perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            seconds[step] = seconds.get(step, 0.0) + perf_counter() - started

    setattr(module, name, timed)
    try:
        yield
    finally:
        setattr(module, name, function)


if __name__ == "__main__":
    sys.exit(main())
