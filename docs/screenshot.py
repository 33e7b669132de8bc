"""Makes the pictures in the README from the running dashboard: `make screenshot`."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests" / "pages")]

from prepare import chromium  # noqa: E402
from server import serving  # noqa: E402

from demo.__main__ import main as build_demo  # noqa: E402
from meetings import memory  # noqa: E402
from meetings.entries import Author, Pin, Said  # noqa: E402
from metrics.measuring.measure import measure  # noqa: E402
from metrics.themes import METRICS, theme_of  # noqa: E402
from queries.engine import connect, reading  # noqa: E402
from queries.scope import SYSTEM, Access, Scope  # noqa: E402
from release.__main__ import main as release  # noqa: E402

# Address and height of each.
PICTURES = {
    "overview": ("", 900),
    "hub": ("?invented_reader=Sergeant%2C+Carlisle+hub", 1650),
    "custody": ("custody", 900),
    "balance": ("balance", 900),
    "meeting": ("meeting", 1000),
    "board": ("nights?view=By+hub&invented_reader=Member+of+the+partnership+board", 720),
}
WIDTH, PATIENCE = 1280, 120_000  # pixels, milliseconds


@contextmanager
def environment(**settings: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(settings)
    yield
    os.environ.clear()
    os.environ.update(before)


def decide(url: str) -> None:
    """Two decisions of a year ago, as a meeting took them, for the picture of the agenda."""
    by = Author("invented readers", "chief", "Chief superintendent", "command")
    opens, closes = date(2024, 11, 1), date(2025, 11, 1)
    bail = Said("A bail desk at night, so that a child can go home", "Custody inspector", date(2026, 9, 30))
    plan = Said("Each home agrees a plan after the second episode", "Missing from home lead", date(2027, 1, 31))
    decided = (("overnight_share", ("carlisle",), "Carlisle", bail), ("missing_repeat_share", None, "All hubs", plan))
    for key, hubs, place, said in decided:
        scope = Scope(SYSTEM, start=opens, end=closes, hubs=hubs)
        with reading(SYSTEM, connect(url)) as connection:
            row = measure(connection, METRICS[key], scope).iloc[0]
        figures = {name: float(row[name]) for name in ("numerator", "denominator", "value", "lower", "upper")}
        pin = Pin(key, theme_of(METRICS[key]).key, hubs, place, opens, closes, date(2025, 10, 31), **figures)
        memory.write(by, Access("command"), "decision", pin, said, at=datetime(2025, 11, 10, 10))  # noqa: DTZ001 (naive UTC)


def main() -> None:
    """Take each picture of a fresh demo."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"duckdb:///{folder}/demo.duckdb"
        build_demo(["--database", url])
        released = f"duckdb:///{folder}/releases.duckdb"
        with environment(DATABASE_URL=url, RELEASE_URL=released, RELEASE_KEY_FILE=f"{folder}/release.key"):
            release(["build"])
            release(["publish", "--release", "1", "--why", "For the picture"])
        audited = {"AUDIT_URL": f"sqlite:///{folder}/audit.sqlite", "RELEASE_URL": released}
        audited["MEETINGS_URL"] = f"sqlite:///{folder}/meetings.sqlite"
        with environment(**audited):
            decide(url)
        with serving(url, **audited) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for name, (page, height) in PICTURES.items():
                tab = browser.new_page(viewport={"width": WIDTH, "height": height})
                tab.goto(f"{address}/{page}")
                tab.wait_for_selector("h1", timeout=PATIENCE)
                tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=PATIENCE)
                if name == "board":
                    tab.get_by_test_id("stTextInputField").fill("Youth offending partnership board")
                    tab.get_by_label("Who is present").fill("Police, youth justice service, both councils")
                    tab.get_by_role("button", name="Show the figures").click()
                    tab.wait_for_selector(".js-plotly-plot", timeout=PATIENCE)
                tab.wait_for_timeout(2_000)  # the charts are drawn
                tab.screenshot(path=HERE / f"{name}.png")
            browser.close()


main()
