"""``python -m benchmarks.soak`` opens pages 300 times, and links that hold far too much 40 times: what the server keeps of it."""

import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.databases import at_scale, url
from benchmarks.markdown import print_headings, print_row

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "pages")]
import server  # noqa: E402  (a real server of the dashboard, as the tests start it)

RERUNS, OF_A_SESSION = 300, 30  # sessions end as those of readers do
EVERY = 50
HOSTILE = 40
HUBS = ("Allerdale", "Barrow", "Carlisle", "Copeland", "Eden", "South Lakeland")
PAGES = ("", "custody", "stop_search", "missing", "outcomes", "definitions")
VIEWS = [(page, urlencode({"hub": hub})) for hub in HUBS for page in PAGES]
LINK = urlencode({**{f"p{number}": "x" * 1000 for number in range(400)}, "period": "y" * 50_000})


def main() -> int:
    """0 when all was measured."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        log = Path(folder) / "audit.sqlite"
        with server.serving(url(at_scale(Path(folder), 1)), AUDIT_URL=f"sqlite:///{log}") as address:
            _open(address, len(VIEWS))  # what is kept of each view is kept now
            print_headings("memory of the server", "MB")
            print_row("before", f"{_megabytes(address):,.0f}")
            for done in range(EVERY, RERUNS + 1, EVERY):
                _open(address, EVERY)
                print_row(f"after {done} reruns", f"{_megabytes(address):,.0f}")
            before = _size(log)
            for _ in range(HOSTILE):
                with server.opened(address, "definitions", LINK):
                    pass
            print_headings("the log", "kB")
            print_row(f"{HOSTILE} links of {len(LINK) / 1000:,.0f} kB each", f"{(_size(log) - before) / 1000:,.0f}")
    return 0


def _open(address: str, times: int) -> None:
    views = islice(cycle(VIEWS), times)
    while part := list(islice(views, OF_A_SESSION)):
        with server.opened(address, *part[0]) as tab:
            for page, query in part[1:]:
                tab.go(page, query)


def _megabytes(address: str) -> float:
    """What the server of an address holds in memory now."""
    port = address.rpartition(":")[2]
    (process,) = [path for path in Path("/proc").glob("[0-9]*/cmdline") if f"--server.port={port}\0" in _read(path)]
    line = next(line for line in (process.parent / "status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def _read(path: Path) -> str:
    try:
        return path.read_text() + "\0"
    except OSError:  # it has ended meanwhile
        return ""


def _size(log: Path) -> int:
    return sum(file.stat().st_size for file in log.parent.glob(f"{log.name}*"))


if __name__ == "__main__":
    sys.exit(main())
