"""Gets what the tests need beyond Python packages: a Chromium, from the system or Playwright."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DEBIAN = ("apt-get", "install", "--yes", "--quiet", "--quiet", "chromium")


def chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    return found[0] if found else _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> None:
    if chromium():
        return
    print("Installing Chromium for the browser tests (once) ...", flush=True)
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "--quiet", "--quiet"], check=False)
        subprocess.run(DEBIAN, check=False, stdout=subprocess.DEVNULL)
    if not chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not chromium():
        print("skipped: the browser tests, as no Chromium could be installed; set CHROMIUM to the path of one.")


if __name__ == "__main__":
    main()
