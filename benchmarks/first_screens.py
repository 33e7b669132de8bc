"""``python -m benchmarks.first_screens`` says what each first screen costs: statements, bytes, and time in a browser."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import streamlit as st
from playwright.sync_api import Browser
from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from benchmarks.browsers import chromium
from benchmarks.databases import at_scale, url
from benchmarks.markdown import print_headings, print_row

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "pages")]
import server  # noqa: E402  (a real server of the dashboard, as the tests start it)

COMMAND, SERGEANT, ANALYST = "Chief superintendent, command team", "Sergeant, Eden hub", "Analyst"
SCREENS = (
    (COMMAND, ""),
    (COMMAND, "custody"),
    (COMMAND, "missing"),
    (COMMAND, "outcomes"),
    (SERGEANT, "hub"),
    (SERGEANT, "custody"),
    (ANALYST, "data_quality"),
)
SCRIPTS = {"": "performance/overview", "hub": "hubs/hub", "data_quality": "about/data_quality"}
TIMES = 7


def main() -> int:
    """0 when every page was opened without an error."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        database = url(at_scale(Path(folder), 1))
        os.environ["DATABASE_URL"] = database
        print_headings("first screen", "reader", "statements, nothing kept", "again", "kB", "ms, kept", "times an empty page")
        with ExitStack() as stack:
            address, empty = (
                stack.enter_context(server.serving(database, script=script)) for script in ("app.py", "benchmarks/empty.py")
            )
            browser = stack.enter_context(chromium())
            browser.new_context(viewport={"width": 1440, "height": 900})
            for reader, page in SCREENS:
                first, again = statements(reader, page)
                took, of_empty = in_turn(browser, f"{address}/{page}?{urlencode({'invented_reader': reader})}", empty)
                size = f"{sent(address, reader, page) / 1000:,.0f}"
                print_row(page or "overview", reader, str(first), str(again), size, f"{took:,.0f}", f"{took / of_empty:.1f}")
    return 0


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """How many statements were sent to a database while this was open, under one name."""
    asked: Counter[str] = Counter()

    def note(*_: object) -> None:
        asked["statements"] += 1

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def statements(reader: str, page: str) -> tuple[int, int]:
    """How many statements a page takes with nothing kept between readers, and how many once more."""
    counts = []
    script = f"pages/{SCRIPTS.get(page, f'performance/{page}')}.py"
    for clears in (True, False):
        if clears:
            st.cache_data.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.query_params["invented_reader"] = reader
        with counting() as asked:
            app.switch_page(script).run()
        assert not app.exception, app.exception
        counts.append(asked["statements"])
    return counts[0], counts[1]


def sent(address: str, reader: str, page: str) -> int:
    """Bytes that the server sends over the websocket until the page is drawn."""
    with server.opened(address, page, urlencode({"invented_reader": reader})) as tab:
        return sum(message.ByteSize() for message in tab.messages)


def in_turn(browser: Browser, page: str, empty: str) -> tuple[float, float]:
    """Milliseconds until a page and an empty one stand still, in turn, the scripts loaded before: medians."""
    tab = browser.contexts[0].new_page()
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES + 1):
        for times, where in zip(took, (page, empty), strict=True):
            tab.goto(where)
            times.append(float(tab.wait_for_function(server.AT_REST, timeout=120_000, polling=50).json_value()))
    tab.close()
    return median(took[0][1:]), median(took[1][1:])


if __name__ == "__main__":
    sys.exit(main())
