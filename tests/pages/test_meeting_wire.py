"""Over the raw websocket: no page tells a reader what was said of another's hub, and none can be made to write it."""

from datetime import date, datetime
from urllib.parse import urlencode

import pytest
from planted import HUBS, READERS, database
from server import asking_for, opened, serving
from streamlit.proto.BackMsg_pb2 import BackMsg

from meetings import memory
from meetings.entries import Author, Kind, Pin, Said
from queries.clock import LONDON
from queries.scope import Access

pytestmark = pytest.mark.xdist_group("meeting over the wire")

DEE = Author("https://login.force.uk", "0d", "Dee", "analyst")
DUE, DAY = date(2027, 1, 31), date(2026, 3, 2)
TODAY = datetime.now(LONDON).date()
OF_DEE = 19  # entries: five kinds of each hub and of all, four of both together
NEAR = "Sergeant, Near hub"
COUNT = {"custody-measure": "Detentions of children"}
# Where the memory is told of: the first page and the agenda of all, the chart of each hub, and another's agenda by a link.
ASKED = (("", ""), ("meeting", ""), ("custody", ""), ("custody", "Near"), ("custody", "Quaygate"), ("meeting", "Quaygate"))
RESTART = "Restart of this chart: a change that is meant to last"
KINDS: tuple[Kind, ...] = ("note", "explanation", "decision", "event", "restart")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server of two hubs of whose detentions everything was said: each text names its hubs, and no other text does."""
    url = f"sqlite:///{tmp_path_factory.mktemp('memory')}/meetings.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEETINGS_URL", url)
        for hubs, word in (
            (("near",), "wordofnear"),
            (("far",), "wordoffar"),
            (("near", "far"), "wordofboth"),
            (None, "wordofall"),
        ):
            names = {None: "All hubs"}.get(hubs) or " and ".join(hub["name"] for hub in HUBS if hub["hub_id"] in hubs)
            pin = Pin("detentions", "custody", hubs, names, date(2025, 11, 1), date(2026, 11, 1), date(2026, 10, 31), value=3.0)
            for kind in KINDS[:4] if hubs and len(hubs) > 1 else KINDS:
                said = Said(f"{kind} {word}", f"owner {word}", DUE)
                memory.write(DEE, Access("analyst"), kind, pin, said, happened_on=DAY)
        with serving(database(), MEETINGS_URL=url) as address:
            yield address


def told(served, reader, page, **link):
    """All that is sent of a page with everything open."""
    with opened(served, page, urlencode({"invented_reader": reader, **COUNT, **link})) as tab:
        tab.unfold()
        assert not tab.elements("exception") and "Traceback" not in tab.sent()
        return tab.sent()


# The analyst is told what the command team is.
@pytest.mark.parametrize("reader", [pytest.param(name, marks=pytest.mark.long if name == "Analyst" else ()) for name in READERS])
def test_each_reader_is_told_what_is_theirs_and_nothing_else(served, reader):
    """Of all hubs a sergeant is told events and restarts alone, since they are of the own hub too."""
    sent = "".join(told(served, reader, page, **({"hub": hub} if hub else {})) for page, hub in ASKED)
    role = READERS[reader]
    found = {word for word in ("wordofnear", "wordoffar", "wordofboth", "wordofall") if word in sent}
    if role in ("command", "analyst"):
        assert found == {"wordofnear", "wordoffar", "wordofboth", "wordofall"}
    elif role == "hub":
        assert found == {"wordofnear", "wordofall"}
        assert not [kind for kind in KINDS[:3] if f"{kind} wordofall" in sent]
        assert "event wordofall" in sent
    else:
        assert found == set()


def say(tab, texts=None, choices=None, pressed=""):
    """What a browser says of its widgets, all parts of the page being open: fields by label, and a button that is pressed."""
    ask = BackMsg()
    ask.ParseFromString(asking_for(tab.page, tab.query))
    states = ask.rerun_script.widget_states.widgets
    for part in {each.id for each in tab._foldable()}:
        states.add(id=part, bool_value=True)
    for kind, given in (("selectbox", choices or {}), ("text_area", texts or {}), ("text_input", texts or {})):
        for each in {element.label: element for element in tab.elements(kind)}.values():
            if each.label in given:
                states.add(id=each.id, string_value=given[each.label])
    for label, button_id in {element.label: element.id for element in tab.elements("button")}.items():
        if label == pressed:
            states.add(id=button_id, trigger_value=True)
    tab.messages = tab.messages[:1] + [message for message in tab.messages[1:] if message.HasField("delta")]
    tab.socket.send(ask.SerializeToString())
    tab.drawn()


def versions():
    return [(entry.number, entry.kind, entry.pin.hubs, len(entry.history)) for entry in memory.read(Access("analyst"))]


@pytest.mark.parametrize("kind", [RESTART, "Event: something that may move these figures", "Nothing of the kind", ""])
def test_a_browser_that_asks_for_a_kind_that_is_not_offered_writes_none_of_it(served, kind):
    before = versions()
    with opened(served, "custody", urlencode({"invented_reader": NEAR, **COUNT})) as tab:
        tab.unfold()
        for pressed in ("", "Keep it"):
            say(tab, {"In words": "From a browser that was changed"}, {"What it is": kind}, pressed=pressed)
        assert "Traceback" not in tab.sent() and not tab.elements("exception")
    more = [each for each in versions() if each not in before]
    assert all(each[1:3] == ("note", ("near",)) for each in more), "at most the first that is offered"


@pytest.mark.parametrize("number", ["①", "②", "④"])
def test_a_browser_that_asks_for_another_entry_changes_none(served, number):
    """A sergeant has the form for what they wrote alone, and so at most that is changed."""
    before = [each for each in versions() if each[0] <= OF_DEE]
    with opened(served, "custody", urlencode({"invented_reader": NEAR, **COUNT})) as tab:
        tab.unfold()
        say(tab, {"In words": "The sergeant's own"}, pressed="Keep it")
        tab.unfold()
        assert "Keep the change" in {button.label for button in tab.elements("button")}
        for pressed in ("", "Keep the change", "Withdraw it"):
            which = {"Which": f"{number} Note by Dee, {TODAY.day} {TODAY:%B %Y}"}
            say(tab, {"In words": "Changed", "Why it is withdrawn": "For no reason"}, which, pressed=pressed)
        assert "Traceback" not in tab.sent() and not tab.elements("exception")
    assert len(before) == OF_DEE and [each for each in versions() if each[0] <= OF_DEE] == before


def test_the_check_can_fail(served):
    """The same words of the same browser for what is offered are kept."""
    before = versions()
    with opened(served, "custody", urlencode({"invented_reader": NEAR, **COUNT})) as tab:
        tab.unfold()
        say(tab, {"In words": "Kept as it should be"}, {"What it is": "Explanation"})
        say(tab, {"In words": "Kept as it should be"}, {"What it is": "Explanation"}, pressed="Keep it")
    (more,) = [each for each in versions() if each not in before]
    assert more[1:] == ("explanation", ("near",), 1)
