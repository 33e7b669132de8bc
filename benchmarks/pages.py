"""``python -m benchmarks.pages`` times whole pages on the invented force: in the server, in a browser, and with many readers."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import websockets
from playwright.sync_api import Browser, Page

from benchmarks.browsers import chromium
from benchmarks.databases import at_scale, url
from benchmarks.markdown import print_headings, print_row

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "pages"), str(ROOT / "tests" / "deploy")]
import server  # noqa: E402  (a real server of the dashboard, as the tests start it)
from deployed import READER, Deployed, deployed  # noqa: E402

EMPTY = "benchmarks/empty.py"
PERIODS = [f"Calendar year {year}" for year in (2025, 2024, 2023)]
HUBS = ("Allerdale", "Barrow", "Carlisle", "Copeland", "Eden", "South Lakeland")
THEMES = ("custody", "stop_search", "missing", "outcomes", "repeat_offending", "first_time_entrants")
THOUGHT = 20.0  # seconds between one change and the next


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every page was timed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="Time whole pages on the invented force.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the database there and use the one already built")
    parser.add_argument("--sessions", type=int, default=50, metavar="N", help="readers at once (default 50)")
    parser.add_argument("--changes", type=int, default=4, metavar="N", help="changes of each of them (default 4)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as spare:
        folder = options.keep or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        database = url(at_scale(folder, 1))
        _in_the_server(database)
        _in_a_browser(database)
        _many_readers(database, options.sessions, options.changes)
    return 0


def _seconds(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _in_the_server(database: str) -> None:
    """From the choice of a filter to the end of the run, over the websocket, nothing kept of the choice; then of it again."""
    print_headings("in the server", "runs", "first time, ms (least to most)", "again, ms")
    with server.serving(database) as address:
        for page, label, choices in (
            ("", "Period", PERIODS),
            ("custody", "Hub, area or council", HUBS),
            ("missing", "Hub, area or council", HUBS),
            ("outcomes", "Hub, area or council", HUBS),
        ):
            with server.opened(address, page) as tab:
                first, again = ([_seconds(partial(_choose, tab, label, one)) for one in choices] for _ in range(2))
            name = f"{page or 'overview'}: another {label.lower().partition(',')[0]}"
            spread = f"{1000 * median(first):,.0f} ({1000 * min(first):,.0f} to {1000 * max(first):,.0f})"
            print_row(name, str(len(first)), spread, f"{1000 * median(again):,.0f}")


def _choose(tab: "server.Tab", label: str, option: str) -> None:
    tab.socket.send(tab.choose(label, option))
    tab.drawn()


def _in_a_browser(database: str) -> None:
    """From a link, or a choice, until nothing moves, in a Chromium that has loaded the scripts before."""
    print_headings("in a browser", "runs", "ms", "times an empty page")
    with ExitStack() as stack:
        address, empty = (stack.enter_context(server.serving(database, script=script)) for script in ("app.py", EMPTY))
        browser = stack.enter_context(chromium())
        with server.opened(address, ""):  # the process is warm; of the periods asked for nothing is kept
            bare = [_opened(browser, empty) for _ in range(6)][1:]
            of_empty = median(bare)
            print_row("an empty page", str(len(bare)), f"{of_empty:,.0f}", "1.0")
            _opened(browser, address)
            fresh = [_opened(browser, f"{address}/?period={period.replace(' ', '+')}") for period in PERIODS]
            kept = [_opened(browser, f"{address}/?period={period.replace(' ', '+')}") for period in PERIODS]
            for name, took in (("overview, another period", fresh), ("the same again, kept", kept)):
                print_row(name, str(len(took)), f"{median(took):,.0f}", f"{median(took) / of_empty:.1f}")
            for theme in ("custody", "missing"):
                took = _changed(browser, f"{address}/{theme}", HUBS)
                for name, times in (("another hub", took[0]), ("the same again, kept", took[1])):
                    print_row(f"{theme}, {name}", str(len(times)), f"{median(times):,.0f}", f"{median(times) / of_empty:.1f}")
        print_headings("first view", "in all, MB", "the scripts and styles, MB", "the page itself, MB")
        print_row("without a proxy", *_megabytes(browser, address))
    with ExitStack() as stack:
        found = stack.enter_context(_recipe(database))
        browser = stack.enter_context(chromium())
        print_row("through the recipe's proxy", *_megabytes(browser, found.address, signs_in=True))


def _opened(browser: Browser, address: str) -> float:
    """Milliseconds until a link stands still, in a new tab of the same reader."""
    context = browser.contexts[0] if browser.contexts else browser.new_context(viewport={"width": 1440, "height": 1000})
    tab = context.new_page()
    tab.goto(address)
    took = _at_rest(tab)
    tab.close()
    return took


def _at_rest(tab: Page) -> float:
    return float(tab.wait_for_function(server.AT_REST, timeout=120_000, polling=50).json_value())


def _changed(browser: Browser, address: str, hubs: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds until each of these hubs is drawn, chosen for the first time, and once more."""
    tab = browser.contexts[0].new_page()
    tab.goto(address)
    _at_rest(tab)
    took: tuple[list[float], list[float]] = ([], [])
    for times in took:
        for hub in hubs:
            tab.get_by_role("combobox", name="Hub, area or council").click()
            option = tab.get_by_role("option", name=hub, exact=True)
            option.wait_for()
            tab.evaluate("() => { window.askedAt = performance.now(); window.restingSince = undefined; }")
            option.click()
            times.append(_at_rest(tab))
    tab.close()
    return took


def _megabytes(browser: Browser, address: str, *, signs_in: bool = False) -> tuple[str, str, str]:
    """What a new reader's browser loads until the overview stands still: by HTTP as it came, and over the websocket."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, ignore_https_errors=True)
    tab = context.new_page()
    if signs_in:
        tab.goto(address)
        tab.locator("input[name=sub]").fill(READER.sub)
        tab.locator("[type=submit]").first.click()
        _at_rest(tab)
    loaded = {"http": 0.0, "socket": 0.0}
    network = context.new_cdp_session(tab)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    network.on("Network.loadingFinished", lambda one: loaded.update(http=loaded["http"] + one["encodedDataLength"]))
    network.on(
        "Network.webSocketFrameReceived",
        lambda one: loaded.update(socket=loaded["socket"] + len(one["response"]["payloadData"]) * 3 / 4),
    )
    tab.goto(address)
    _at_rest(tab)
    context.close()
    return tuple(f"{size / 1e6:.2f}" for size in (sum(loaded.values()), loaded["http"], loaded["socket"]))  # type: ignore[return-value]


@contextmanager
def _recipe(database: str) -> Iterator[Deployed]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, deployed(database, Path(folder)) as found:
        yield found


def _many_readers(database: str, sessions: int, changes: int) -> None:
    """Readers who choose, look for a while, and choose again; nothing is kept when they begin."""
    print_headings("readers at once", "processes", "changes", "p50, s", "p95, s", "longest, s", "errors")
    with server.serving(database) as address:
        stream = f"{address.replace('http', 'ws')}/_stcore/stream"
        print_row(str(sessions), "1", *_in_words(asyncio.run(_readers(sessions, changes, stream, {}))))
    with _recipe(database) as found:
        reader = found.reader()
        reader.get("/_stcore/health")
        said = [str(cookie.value) for cookie in reader.cookies.jar if cookie.name == "_streamlit_xsrf"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in reader.cookies.jar if cookie.name)
        how = {
            "ssl": found.trusted,
            "additional_headers": {"Cookie": cookies, "Origin": found.address},
            "subprotocols": ["streamlit", *said],
        }
        stream = f"{found.address.replace('http', 'ws')}/_stcore/stream"
        print_row(str(sessions), "2", *_in_words(asyncio.run(_readers(sessions, changes, stream, how))))


async def _readers(sessions: int, changes: int, stream: str, how: dict[str, object]) -> list[float | str]:
    chance = random.Random(20261129)
    plans = [[(chance.choice(THEMES), chance.choice(("hub", "period"))) for _ in range(changes)] for _ in range(sessions)]
    waits = [chance.uniform(0, THOUGHT) for _ in range(sessions)]
    found = await asyncio.gather(*(_reader(stream, how, plan, wait, chance) for plan, wait in zip(plans, waits, strict=True)))
    return [took for one in found for took in one]


async def _reader(
    stream: str, how: dict[str, object], plan: Sequence[tuple[str, str]], wait: float, chance: random.Random
) -> list[float | str]:
    """Seconds that each page took; what went wrong instead, in words."""
    await asyncio.sleep(wait)
    took: list[float | str] = []
    try:
        async with websockets.connect(stream, **{"subprotocols": ["streamlit"], "max_size": None, **how}) as socket:  # type: ignore[arg-type]
            for page, kind in plan:
                query = f"hub={chance.choice(HUBS)}" if kind == "hub" else f"period={chance.choice(PERIODS)}"
                started = time.perf_counter()
                await socket.send(server.asking_for(page, query.replace(" ", "+")))
                while True:
                    message = server.understood(await asyncio.wait_for(socket.recv(), timeout=120))
                    if message.HasField("delta") and message.delta.new_element.HasField("exception"):
                        took.append(message.delta.new_element.exception.message)
                    if message.HasField("script_finished") and message.script_finished == message.FINISHED_SUCCESSFULLY:
                        break
                took.append(time.perf_counter() - started)
                await asyncio.sleep(THOUGHT)
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        took.append(f"{type(error).__name__}: {error}")
    return took


def _in_words(found: Sequence[float | str]) -> tuple[str, ...]:
    times = sorted(one for one in found if isinstance(one, float))
    faults = [one for one in found if isinstance(one, str)]
    for fault in dict.fromkeys(faults):
        print(fault, file=sys.stderr)
    return str(len(times)), f"{median(times):.2f}", f"{quantiles(times, n=20)[-1]:.2f}", f"{times[-1]:.2f}", str(len(faults))


if __name__ == "__main__":
    sys.exit(main())
