"""A browser for the tests of pages, and a server of two hubs that many of them ask."""

import os

import pytest
from planted import database
from playwright.sync_api import sync_playwright
from prepare import chromium
from server import serving

from audit import log


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if not path:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and on CI the browser tests must run; tests/prepare.py installs one.")
        pytest.skip("skipped: there is no Chromium on this machine; run make test, or set CHROMIUM to the path of one")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def planted():
    """The address of a server of two hubs, each with a child to whom everything happened."""
    with serving(database()) as address:
        yield address


@pytest.fixture
def written():
    """What the log holds since the test began, asked for as `log.entries` is."""
    before = set(log.entries()["number"])

    def since(action=None, **asked):
        found = log.entries(action=action, **asked)
        return found[~found["number"].isin(before)]

    return since
