"""A direct link to any page of a freshly started server goes through app.py: read from the raw websocket, without a browser.

Signing in is the same whatever the data, so the server has little to count; `test_browser` opens the same links on the demo.
"""

import asyncio
from collections.abc import Iterator

import pytest
from pages_listed import ADDRESSES
from server import first_messages, serving
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

pytestmark = pytest.mark.xdist_group("server")


def texts(messages: list[ForwardMsg]) -> Iterator[str]:
    for message in messages:
        if message.HasField("delta") and message.delta.HasField("new_element"):
            element = message.delta.new_element
            for kind in ("alert", "markdown", "heading"):
                if element.HasField(kind):
                    yield getattr(element, kind).body
            if element.HasField("exception"):
                yield "EXCEPTION"


def assert_came_through_app(messages: list[ForwardMsg], page: str) -> None:
    said = list(texts(messages))
    assert not any(message.HasField("page_not_found") for message in messages)
    assert any(text.startswith("OFFICIAL-SENSITIVE. Exact figures") for text in said)
    assert ADDRESSES[page] in said
    assert "EXCEPTION" not in said


@pytest.mark.parametrize(
    "page", ["", "custody", *(pytest.param(page, marks=pytest.mark.long) for page in ("care", "balance", "revisions"))]
)
def test_the_first_link_that_a_server_answers_goes_through_app(searches_url: str, page: str) -> None:
    """One page of each section: it is the first session that could be served past app.py."""
    with serving(searches_url, local=True) as address:
        assert_came_through_app(asyncio.run(first_messages(address, page)), page)


def test_every_direct_link_goes_through_app(searches_url: str) -> None:
    with serving(searches_url, local=True) as address:
        for page in ADDRESSES:
            assert_came_through_app(asyncio.run(first_messages(address, page)), page)
        assert_came_through_app(asyncio.run(first_messages(address, "told")), "revisions")  # its address in links of before
        own_address = asyncio.run(first_messages(address, "overview"))  # of the page that opens where none is asked for
        assert not any(message.HasField("page_not_found") for message in own_address)
        assert ADDRESSES[""] in texts(own_address)
