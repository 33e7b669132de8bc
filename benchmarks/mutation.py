"""What the tests are worth: small faults are put into the code one at a time, and the tests ought to notice each.

`python -m benchmarks.mutation PART` (or `make mutation PART=...`) works on a copy of the repository in `data/mutation/PART`:
`mutmut show NAME` there prints a fault that was not noticed. Type annotations and docstrings are left alone.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parent.parent
COPIES = ROOT / "data" / "mutation"
# What takes a second is imported once for all faults, and no rubbish is collected after each.
PYTEST = ("-n0", "--hypothesis-profile=mutation", "-p", "scipy.stats", "-p", "no:unraisableexception")
NOTICED = {"killed", "timeout", "segfault", "suspicious"}


@dataclass(frozen=True)
class Part:
    """Files that get faults, the tests that ought to notice, and how large a share of the faults they ought to."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    goal: float
    among: str = ""  # leaves out tests, as pytest's -k


def _tests(room: str, names: str) -> tuple[str, ...]:
    return tuple(f"tests/{room}/test_{name}.py" for name in names.split())


PARTS: Mapping[str, Part] = {
    "statistics": Part(
        ("metrics/statistics/*",),
        _tests("metrics", "intervals spc t_chart season funnel survival change concentration"),
        0.85,
    ),
    "measuring": Part(
        ("metrics/measuring/*",),
        _tests("metrics", "measure arrays notes refusals residents"),
        0.85,
        "not postgresql and not demo",
    ),
    "scope": Part(("queries/scope.py",), _tests("queries", "scope"), 0.95, "not postgresql"),
    "formulas": Part(
        ("metrics/export.py", "audit/spreadsheet.py"),
        (*_tests("metrics", "export"), *_tests("audit", "audit_command")),
        0.95,
        "not postgresql",
    ),
    "row-level-security": Part(
        ("queries/row_level_security/*",), _tests("queries", "row_level_security row_level_security_command"), 0.95
    ),
    "auth": Part(
        ("auth/*",),
        (
            *_tests("auth", "conversation files gate readers_of_the_list server_log signing_out trail ways_of_signing_in word"),
            *_tests("pages", "sessions"),
        ),
        0.95,
    ),
    "audit": Part(
        ("audit/*",),
        (
            *_tests("audit", "database chain decisions log verify acknowledging lists witness"),
            *_tests("audit", "grants rights sign_outs audit_command former_names"),
        ),
        0.95,
        "not postgresql and not processes_at_once and not process_of_its_own and not former_command",
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many faults were noticed, and the names of the others; 1 where these are more than the goal leaves."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description="Put faults into the code, one at a time.")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--every", type=int, choices=(1, 2, 5, 10), default=1, help="only one in so many faults (default: all)")
    parser.add_argument("--again", action="store_true", help="only those that were not noticed the last time, and what is new")
    options = parser.parse_args(arguments)
    part, copy = PARTS[options.part], COPIES / options.part
    if not options.again:
        shutil.rmtree(copy, ignore_errors=True)
    _copy(copy)
    if options.again:
        _forget_unnoticed(copy)
    _configure(copy, part)
    _run(copy, [f"*{digit}" for digit in range(10) if digit % options.every == 0] if options.every > 1 else [])
    return _report(copy, part)


def _copy(copy: Path) -> None:
    """All that is in the repository or may yet be, as it is now."""
    listed = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


def _configure(copy: Path, part: Part) -> None:
    room = part.files[0].partition("/")[0]
    settings = {
        "source_paths": sorted({file.partition("/")[0] for file in part.files}),
        "only_mutate": list(part.files),
        "also_copy": sorted(path.name for path in copy.iterdir() if path.name not in {"mutants", room}),
        "pytest_add_cli_args_test_selection": list(part.tests),
        "pytest_add_cli_args": [*PYTEST, *(["-k", part.among] if part.among else [])],
        "process_isolation": "forkserver",  # what a test keeps in its process does not outlive it
        "track_dependencies": False,
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
    (copy / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + "\n[tool.mutmut]\n" + "".join(lines))


def _run(copy: Path, patterns: Sequence[str]) -> None:
    """One fault after the other, out of the way of whoever else uses the machine, each with a PostgreSQL of its own."""
    command = ["nice", "-n", "19", sys.executable, "-m", "mutmut", "run", "--max-children", "1", *patterns]
    subprocess.run(command, cwd=copy, check=True)


def _forget_unnoticed(copy: Path) -> None:
    """Have what was not noticed tried again by the tests and with the SQL that are there now: mutmut keeps what it had."""
    (copy / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    for file in (copy / "mutants").rglob("*.sql"):
        shutil.copy2(copy / file.relative_to(copy / "mutants"), file)
    for path in (copy / "mutants").rglob("*.meta"):
        kept = json.loads(path.read_text())
        codes = kept["exit_code_by_key"]
        kept["exit_code_by_key"] = {name: code if status_by_exit_code[code] in NOTICED else None for name, code in codes.items()}
        path.write_text(json.dumps(kept))


def _outcomes(copy: Path) -> Iterator[tuple[str, str]]:
    """Each fault that was tried, and what came of it."""
    for path in sorted((copy / "mutants").rglob("*.meta")):
        for name, code in json.loads(path.read_text())["exit_code_by_key"].items():
            if code is not None:
                yield name, status_by_exit_code[code]


def _report(copy: Path, part: Part) -> int:
    outcomes = dict(_outcomes(copy))
    for name, outcome in outcomes.items():
        if outcome not in NOTICED:
            print(f"{outcome}: {name}")
    modules = Counter(name.rpartition(".")[0] for name in outcomes)
    noticed = Counter(name.rpartition(".")[0] for name, outcome in outcomes.items() if outcome in NOTICED)
    for module, number in sorted(modules.items()):
        print(f"{module}: {noticed[module]} of {number}")
    share = noticed.total() / max(modules.total(), 1)
    print(f"{noticed.total()} of {modules.total()} faults were noticed, {share:.1%}; the goal is {part.goal:.0%}.")
    return 0 if share >= part.goal else 1


if __name__ == "__main__":
    sys.exit(main())
