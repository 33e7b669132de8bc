"""Gets what the tests need beyond Python packages: a Chromium, from the system or Playwright, and nginx from the system."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DEBIAN = ("apt-get", "install", "--yes", "--quiet", "--quiet")


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


def nginx() -> str | None:
    """The path of the nginx of this machine, or None. Debian keeps it where only an administrator's shell looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def main() -> None:
    if not nginx():
        print("Installing nginx for the tests of the proxy (once) ...", flush=True)
        _install("nginx-light", "openssl")
    if not nginx():
        print("skipped: the tests of the proxy, as nginx could not be installed.")
    if not chromium():
        print("Installing Chromium for the browser tests (once) ...", flush=True)
        _install("chromium")
    if not chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not chromium():
        print("skipped: the browser tests, as no Chromium could be installed; set CHROMIUM to the path of one.")


def _install(*packages: str) -> None:
    """By the system's own package manager, where that is Debian's and this is its administrator."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet", "--quiet"], check=False)
        subprocess.run([*DEBIAN, *packages], check=False, stdout=subprocess.DEVNULL, env=quietly)


if __name__ == "__main__":
    main()
