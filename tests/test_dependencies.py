"""What is installed is fixed by version and hash, within the ranges that are meant, and its licences are listed."""

import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.audit import faults, locked, not_allowed, runs_here

ROOT = Path(__file__).parent.parent
RANGES = ("requirements", "requirements-dev", "requirements-tools")


def pins(name):
    """The versions of each package in a lock: more than one where Pythons or systems need different ones."""
    found = {}
    for requirement in locked(ROOT / f"{name}.lock"):
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


def ranges(name):
    lines = (ROOT / f"{name}.txt").read_text().splitlines()
    return [Requirement(line.partition("#")[0]) for line in lines if line.partition("#")[0].strip()]


def test_there_is_something_to_read():
    assert len(pins("requirements")) > len(ranges("requirements")) > 10
    assert "numpy" in pins("requirements")


@pytest.mark.parametrize("name", RANGES)
def test_a_lock_has_all_that_is_asked_for_within_its_range(name):
    fixed = pins(name)
    for asked in ranges(name):
        versions = fixed.get(canonicalize_name(asked.name), set())
        assert versions and all(asked.specifier.contains(one) for one in versions), (
            f"{asked} is not in {name}.lock; run make lock."
        )


def test_locks_agree_where_they_meet():
    locks = [pins(name) for name in RANGES]
    for one, other in ((locks[0], locks[1]), (locks[0], locks[2]), (locks[1], locks[2])):
        assert [name for name in one.keys() & other.keys() if one[name] != other[name]] == []


@pytest.mark.parametrize("name", RANGES)
def test_every_package_of_a_lock_has_hashes_and_none_a_place_that_it_comes_from(name):
    text = (ROOT / f"{name}.lock").read_text()
    rows = [line for line in text.replace("\\\n", " ").splitlines() if "==" in line]
    assert len(rows) == len(list(locked(ROOT / f"{name}.lock")))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", row) for row in rows)
    assert "://" not in text and "index" not in text and " @ " not in text
    assert text.startswith("--only-binary :all:\n"), "what is built from source fetches more, which no hash fixes"


@pytest.mark.parametrize("place", ["Makefile", "deploy/README.md"])
def test_nothing_is_installed_but_by_hash(place):
    installs = [line for line in (ROOT / place).read_text().splitlines() if "-m pip install" in line]
    assert installs and all("--require-hashes" in line for line in installs)


def test_these_tests_run_on_what_is_locked():
    fixed = pins("requirements") | pins("requirements-dev")
    here = [one for name in RANGES[:2] for one in locked(ROOT / f"{name}.lock") if runs_here(one)]
    other = {}
    for requirement in here:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            installed = "not installed"
        if installed not in fixed[canonicalize_name(requirement.name)]:
            other[str(requirement)] = installed
    assert not other, "run make setup"


def test_the_list_of_licences_is_of_what_is_locked():
    listed = (ROOT / "docs" / "licences.md").read_text()
    fixed = {
        f"| {canonicalize_name(one.name)} | {str(one.specifier)[2:]} |"
        for one in locked(ROOT / "requirements.lock")
        if runs_here(one)
    }
    assert {row for row in fixed if row not in listed} == set(), "run make audit"


def package(licence):
    return {"Name": "something", "Version": "1.2", "License": licence}


@pytest.mark.parametrize("licence", ["MIT", "BSD-3-Clause AND 0BSD", "Apache-2.0 OR BSD-2-Clause"])
def test_a_licence_whose_every_part_is_allowed_is_allowed(licence):
    assert not_allowed([package(licence)]) == []


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "UNKNOWN", "", "MIT AND GPL-2.0-only", "Our own"])
def test_any_other_licence_is_named(licence):
    (sentence,) = not_allowed([package("MIT"), package(licence)])
    assert sentence.startswith(f"something 1.2 is under {licence!r}, which is not in ALLOWED")


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_fault_is_said_with_the_version_that_mends_it():
    fault = {"id": "PYSEC-2026-1", "fix_versions": ["1.3"], "aliases": [], "description": ""}
    assert faults(report({"name": "something", "version": "1.2", "vulns": [fault]})) == [
        "something 1.2 has the known fault PYSEC-2026-1; it is mended in 1.3: run make upgrade."
    ]
    assert faults(report({"name": "something", "version": "1.2", "vulns": []})) == []


@pytest.mark.parametrize(
    ("found", "which"),
    [
        (report({"name": "one", "version": "1", "vulns": []}, {"name": "other", "skip_reason": "not found"}), "1 of 2 packages"),
        (report(), "The packages"),
        ("", "The packages"),  # without a network
    ],
)
def test_what_could_not_be_looked_up_is_no_clean_bill(found, which):
    (sentence,) = faults(found)
    assert sentence.startswith(f"{which} could not be looked up")
