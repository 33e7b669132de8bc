"""Looks over the packages that the dashboard runs on: what faults are known of them, and whether their licences are allowed.

It is no part of the tests: faults become known at any hour, and are looked up at the public index.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
LIST = ROOT / "docs" / "licences.md"
# As packages name them. A work under another licence may use all of these; LGPL and MPL ask that a changed package be given away.
ALLOWED = {
    *("0BSD", "3-Clause BSD License", "BSD License", "BSD-2-Clause", "BSD-3-Clause"),
    *("Apache License 2.0", "Apache Software License", "Apache-2.0"),
    *("MIT", "MIT License", "MIT-0", "MIT-CMU"),
    *("MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "LGPL-3.0-only"),
    *("CC0-1.0", "PSF-2.0", "Zlib"),
}
HEAD = """# Licences

Of each package that the dashboard runs on, as `requirements.lock` fixes it: written by `make audit`, which ends with an error
where one is not in `ALLOWED` of `deploy/audit.py`. None is changed, and none is part of this repository.

| package | version | licence |
|---|---|---|
"""

Package = dict[str, Any]


def locked(path: Path) -> Iterator[Requirement]:
    """Every package that a lock fixes, on whichever system."""
    for line in path.read_text().replace("\\\n", " ").splitlines():
        if line and not line.startswith(("#", "-", " ")):
            yield Requirement(line.partition("--hash")[0].strip())


def runs_here(requirement: Requirement) -> bool:
    """Whether the package is for this system and Python."""
    return requirement.marker is None or requirement.marker.evaluate()


def not_allowed(packages: Sequence[Package]) -> list[str]:
    """A sentence for each package whose licence, or a part of it, is on no list of ours."""
    return [
        f"{package['Name']} {package['Version']} is under {package['License']!r}, which is not in ALLOWED of deploy/audit.py; "
        "have it allowed there by whoever answers for licences, or do without the package."
        for package in packages
        if not set(re.split(r" AND | OR |; ", package["License"])) <= ALLOWED
    ]


def faults(report: str) -> list[str]:
    """A sentence for each known fault that pip-audit reports, and one for what it could not look up: all, if it says nothing."""
    packages = json.loads(report)["dependencies"] if report else []
    found = [_sentence(package, fault) for package in packages for fault in package.get("vulns", ())]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped or not packages:
        which = f"{len(skipped)} of {len(packages)} packages" if packages else "The packages"
        found.append(f"{which} could not be looked up, so nothing is known of them; ask again where the public index answers.")
    return found


def _sentence(package: Package, fault: Package) -> str:
    versions = ", ".join(fault["fix_versions"])
    mended = f"it is mended in {versions}: run make upgrade" if versions else "no version mends it yet"
    return f"{package['name']} {package['version']} has the known fault {fault['id']}; {mended}."


def _asked(module: str, *arguments: str) -> str:
    """What a tool prints; blank where it fails before it prints."""
    return subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False).stdout


def _licences() -> list[Package]:
    names = {canonicalize_name(requirement.name) for requirement in locked(LOCK) if runs_here(requirement)}
    every: list[Package] = json.loads(_asked("piplicenses", "--from=mixed", "--format=json"))
    return [package for package in every if canonicalize_name(package["Name"]) in names]


def main() -> int:
    """Write the list of licences, and say all that is wrong. Ends with 1 where anything is, or could not be looked up."""
    licences = _licences()
    rows = sorted(f"| {canonicalize_name(row['Name'])} | {row['Version']} | {row['License']} |\n" for row in licences)
    LIST.write_text(HEAD + "".join(rows))
    options = ("--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off")
    wrong = not_allowed(licences) + faults(_asked("pip_audit", "--requirement", str(LOCK), *options))
    print("\n".join(wrong or [f"No fault is known of {len(rows)} packages, and their licences are allowed."]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
