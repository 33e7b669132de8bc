"""The dashboard as a force runs it, once for all that is asked of it, and who comes to it."""

import os
from collections.abc import Iterator
from contextlib import closing

import httpx
import planted as two_hubs
import pytest
from deployed import Deployed, deployed
from prepare import nginx


@pytest.fixture(scope="session")
def force(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    if not nginx():
        if os.environ.get("CI"):
            pytest.fail("There is no nginx, and on CI the tests of the proxy must run; tests/prepare.py installs one.")
        pytest.skip("skipped: there is no nginx on this machine; run make test as root, or install it")
    with deployed(two_hubs.database(), tmp_path_factory.mktemp("deployed")) as found:
        yield found


@pytest.fixture
def visitor(force: Deployed) -> Iterator[httpx.Client]:
    with force.visitor() as client:
        yield client


@pytest.fixture(scope="module")
def reader(force: Deployed) -> Iterator[httpx.Client]:
    with closing(force.reader()) as client:
        yield client
