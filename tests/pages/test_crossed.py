"""Sessions of two sergeants, interleaved: none is ever told anything of the other's hub."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest
from planted import CANARY, NEARBY
from server import opened

pytestmark = pytest.mark.xdist_group("server")

SESSIONS, AT_ONCE = 200, 30  # of the sessions every fourth without --long
# What a sergeant's messages must tell of their own hub: its name, its events in a year, and how the ids of its records begin.
HUBS = {"Near": ("3", NEARBY), "Quaygate": ("5", CANARY)}
MEASURES = {"Detentions of children": "detentions", "Missing episodes": "episodes", "Searches of children": "searches"}


def session(planted, number):
    """One sergeant's tab from opening it to a file of records: the hub, the measure, and all that was sent."""
    hub, measure = list(HUBS)[number % 2], list(MEASURES)[number % 3]
    with opened(planted, "records", urlencode({"invented_reader": f"Sergeant, {hub} hub", "measure": measure})) as tab:
        tab.fill_in({"To see these records, say why": f"briefing number {number}"}, "Show records")
        (name,) = tab.files()
        file = httpx.get(planted + tab.press(name), timeout=60).text
        return hub, measure, {figure.label: figure.body for figure in tab.elements("metric")}, tab.sent() + file


def crossings(hub, measure, figures, told):
    """What a session was told that is not of its hub, or not told that is."""
    (other,) = set(HUBS) - {hub}
    number, records = HUBS[hub]
    said = re.sub(r"Sergeant, \w+ hub", "", told)  # whoever reads the invented force may choose to be any of them
    if figures != {measure: f"{number} {MEASURES[measure]}"}:
        yield f"the figures {figures}"
    if not re.search(rf"\b{hub}\b", said) or not all(f"{records}-{n}" in said for n in range(int(number))):
        yield f"too little of {hub}"
    if re.search(rf"\b{other}\b", said) or HUBS[other][1] in said:
        yield f"{other}"


def test_interleaved_sessions_of_two_hubs_cross_nothing(planted, sampled):
    numbers = range(len(sampled(range(SESSIONS), 4)))
    with ThreadPoolExecutor(AT_ONCE) as many:
        sessions = list(many.map(lambda number: session(planted, number), numbers))
    assert [hub for hub, *_ in sessions] == ["Near", "Quaygate"] * (len(numbers) // 2)
    assert not {found for each in sessions for found in crossings(*each)}


def test_a_crossing_would_be_found(planted):
    """What one sergeant was told, held against the other's hub, is wrong in every way."""
    hub, measure, figures, told = session(planted, 1)
    assert hub == "Quaygate"
    assert list(crossings("Near", measure, figures, told)) == [f"the figures {figures}", "too little of Near", "Quaygate"]


def test_the_container_of_the_reader_before_is_emptied_however_often_the_page_begins_anew(planted):
    """The first run for the new reader may be broken off before the browser hears of it."""
    with opened(planted, "records", urlencode({"invented_reader": "Sergeant, Near hub"})) as tab:
        assert tab.containers() == ["drawn in", "emptied"]
        for reader, containers in (
            ("Chief superintendent, command team", ["emptied", "drawn in"]),
            ("Analyst", ["drawn in", "emptied"]),
        ):
            for _ in range(2):
                tab.socket.send(tab.choose("Read the invented force as", reader))
            tab.drawn()
            assert tab.containers() == containers
