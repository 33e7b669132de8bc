"""Databases that many tests read: the invented force, built once for all workers on each engine, and a few real searches."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import databases
import guarded
import postgresql
import pytest
from filelock import FileLock
from hypothesis import settings

import ingest
from demo.__main__ import main as build_demo

# A shared machine may be slow at any moment: properties are judged by their answers, not their time.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

FIXTURES = Path(__file__).parent / "ingest" / "fixtures"
STARTED = pytest.StashKey[bool]()
WRITTEN = pytest.StashKey[TemporaryDirectory[str]]()

Build = Callable[[str], object]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STARTED] = postgresql.prepare()
    # What the pages write down while they are tested is in nobody's notebook.
    os.environ["NOTEBOOK_URL"] = f"sqlite:///{config.stash.setdefault(WRITTEN, TemporaryDirectory()).name}/notebook.sqlite"


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash[STARTED]:
        postgresql.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name its group in the id of a test, by which xdist keeps a group in one worker.

    pytest-xdist 3.8 writes the name where pytest 9.2 no longer looks: without this every worker would build everything itself.
    """
    for item in items if hasattr(config, "workerinput") else ():
        group = item.get_closest_marker("xdist_group")
        if group and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = type(item.id).parse(f"{item.nodeid}@{group.args[0]}")


@pytest.fixture(scope="module", params=databases.ENGINES)
def on_each_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Whatever the module's tests ask is asked of DuckDB, and then of PostgreSQL."""
    with databases.on(request.param) as engine:
        yield engine


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[..., str]:
    """Make a database once, whichever worker comes first; the others wait for it. Gives its address."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, build: Build, engine: str = "duckdb") -> str:
        made = shared / f"{name}.{engine}"
        with FileLock(f"{made}.making"):
            url = postgresql.new_schema(name) if engine == "postgresql" else f"duckdb:///{made}"
            done = Path(f"{made}.done")
            if not done.exists():
                build(url)
                done.touch()
        return url

    return make


def _demo(url: str) -> int:
    """The invented force as `python -m demo` builds it, up to a fixed day."""
    return build_demo(["--database", url, "--today", "2026-11-20"])


def _searches(url: str) -> object:
    return ingest.load(sorted(FIXTURES.glob("*stop-and-search.csv")), url, progress=False)


@pytest.fixture(scope="session")
def demo_url(once: Callable[..., str]) -> str:
    """The invented force on DuckDB."""
    return once("demo", _demo, "duckdb")


@pytest.fixture(scope="session")
def demo_on_postgresql(once: Callable[..., str]) -> str:
    """The same force on PostgreSQL, with its row-level security: whatever is read of it is read as its reader may."""
    return once("demo", lambda url: (_demo(url), guarded.install(url)), "postgresql")


@pytest.fixture(scope="module")
def demo_on_each_engine(request: pytest.FixtureRequest, on_each_engine: str) -> str:
    """The invented force on the engine whose turn it is."""
    found: str = request.getfixturevalue("demo_url" if on_each_engine == "duckdb" else "demo_on_postgresql")
    return found


@pytest.fixture(scope="session")
def searches_url(once: Callable[..., str]) -> str:
    """A database with nothing but some real stop and search records of a force: five themes have no data."""
    return once("searches", _searches, "duckdb")
