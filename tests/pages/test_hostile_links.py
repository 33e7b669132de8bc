"""Links with hostile values for everything a link can say: a short plain notice, no traceback, no other hub, on every page."""

import ast
import random
import re
from urllib.parse import urlencode

import pytest
from hostile import EVIL, LONG, TEXTS
from planted import ADDRESSES, CANARY, READERS, SAYS_NO, address_of
from server import ROOT, opened

from metrics.themes import THEMES
from metrics.words import LONGEST_OF_LINK

pytestmark = pytest.mark.xdist_group("server")
SERGEANT, LINKS, SEED = "Sergeant, Near hub", 10_000, 1506
# Markup that nothing escaped: a link, a picture, a tag, a directive, an icon, maths, an address.
MARKUP = re.compile(r"(?<!\\)\]\(|(?<!\\)<\w|:(?!material)[a-z-]+(?<!\\)\[|:material/skull|(?<!\\)\$x|https?://|www\.|\w@\w|\*\*")


def known():
    """Every name by which pages ask a link for something, read in the code that asks."""
    found = {"as_at", "hub", "invented_reader", "log_from", "log_to"}
    for path in (*(ROOT / "pages").rglob("*.py"), *(ROOT / "auth").rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).endswith("choice") and len(call.args) > 1:
                name = ast.unparse(call.args[1]).strip("f'\"")
                found |= {name.replace("{theme.key}", theme.key) for theme in THEMES} if "{" in name else {name}
    return sorted(name for name in found if re.fullmatch(r"[a-z_]+(-[a-z]+)?", name))


KEYS = known()


def texts(tab):
    """Whatever a page draws as Markdown: notices, texts, headings, labels."""
    kinds = {"alert": "body", "markdown": "body", "heading": "body", "button": "label", "page_link": "label"}
    return [getattr(each, name) for kind, name in kinds.items() for each in tab.elements(kind)]


def is_notice(text):
    """Whether a text says what is wrong with a link, and quotes it."""
    return text.startswith("The link asks") or "is not yours to see" in text


def beside_notices(tab):
    """All that a page draws but its notices."""
    deltas = [message.delta for message in tab.messages if message.HasField("delta")]
    kept = [delta for delta in deltas if not is_notice(delta.new_element.alert.body)]
    return "\n".join(delta.SerializeToString().decode("utf-8", errors="replace") for delta in kept)


def assert_harmless(tab, reader, link):
    """No fault, nothing read as markup, notices that are short, and for a sergeant nothing of another hub."""
    sent = tab.sent()
    assert not tab.elements("exception") and "Traceback" not in sent, link
    for text in texts(tab):
        assert EVIL not in text or not MARKUP.search(text), (text, link)
        if is_notice(text):
            (said,) = re.findall("“(.*?)”", text.replace("\\", "").replace("\u2060", ""))[:1]
            assert len(said) <= LONGEST_OF_LINK, (text, link)
    assert CANARY not in sent, link
    if reader == SERGEANT:
        assert "Quaygate" not in beside_notices(tab).replace("Sergeant, Quaygate hub", ""), link


def hostile(text, **more):
    return {key: f"{number}{text}" for number, key in enumerate(KEYS) if key not in ("hub", "invented_reader")} | more


def test_there_is_something_to_ask_for():
    assert {"as_at", "custody-measure", "hub", "invented_reader", "log_reader", "period", "question", "told", "view"} <= set(KEYS)
    assert len(KEYS) > 40


@pytest.mark.parametrize("reader", READERS)
def test_a_link_that_is_hostile_in_all_it_says_gets_notices_that_are_text(planted, sampled, reader):
    """Each text that is in itself too long is cut, with an ellipsis."""
    role = READERS[reader]
    pages = [page for page, (_, roles) in ADDRESSES.items() if role in roles]
    for number, page in enumerate(sampled(pages, 4)):
        link = hostile(TEXTS[number % 4], invented_reader=reader)
        with opened(planted, address_of(page, role), urlencode(link)) as tab:
            assert_harmless(tab, reader, link)
            notices = [text for text in texts(tab) if text.startswith("The link asks for")]
            assert (len(notices) > 1) == (role in ("command", "hub", "analyst")) or role in ("audit", "board"), (page, notices)
            assert all("…”" in text for text in notices), notices


@pytest.mark.parametrize("text", [*TEXTS[:4], LONG])
def test_a_hub_that_a_link_makes_up_is_refused_in_a_sentence_that_is_text(planted, text):
    link = {"invented_reader": SERGEANT, "hub": text}
    with opened(planted, "custody", urlencode(link)) as tab:
        assert_harmless(tab, SERGEANT, link)
        assert SAYS_NO in tab.sent()
        (refusal,) = [each for each in texts(tab) if "is not yours to see; you may open Near." in each]
        assert "…”" in refusal


@pytest.mark.parametrize("text", TEXTS[:4])
def test_a_reader_that_a_link_makes_up_is_named_as_text(planted, text):
    link = {"invented_reader": text}
    with opened(planted, "", urlencode(link)) as tab:
        assert_harmless(tab, "", link)
        assert any(each.startswith("The link asks for the reader “") and "…”" in each for each in texts(tab))


PLACES = ("Quaygate", "far", "Near", "All hubs", "South area", "Westmorland council", "' OR 1=1 --", "../../etc/passwd", "%00")
EDGES = ("nan", "inf", "-1", "1e999", "0001-01-01", "9999-12-31", "2026-02-30", "2025-06-30", "", "[]", "null", '{"a": [1]}')
ODD = ("\x00", "\u202e", "\u200b", "\ufeff", "é" * 300, "\n" * 5, "\t", "💣", "A" * 5000, "\ud7ff", "\uffff")
MORE = (
    "%{x}",
    "{{x}}",
    "${x}",
    "{0.__class__}",
    "\\",
    "\\\\*",
    "``",
    "$$",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "data:text/html,<script>",
)


def made_up(chance):
    """A hostile value: pieces of markup, names of others, numbers and days at their edges, odd letters, up to four in a row."""
    return "".join(chance.choice(chance.choice((TEXTS, PLACES, EDGES, ODD, MORE))) for _ in range(chance.randint(1, 4)))


def links(chance):
    """Links without end: some of the names that pages know, or none of them, with hostile values; now and then an honest one."""
    names = (*KEYS, "x", "hub[]", "__proto__", "embed", "embed_options", "")
    while True:
        chosen = chance.sample(names, chance.randint(1, 5))
        yield {name: chance.choice(("Quaygate", "Near", "")) if chance.random() < 0.1 else made_up(chance) for name in chosen}


@pytest.mark.long
def test_ten_thousand_hostile_links_over_all_pages_and_readers(planted, capsys):
    """In sessions of twenty links each, so that what one left behind meets the next: no fault, no other hub, all text."""
    chance, asked = random.Random(SEED), 0
    given = links(chance)
    pages, readers = [*ADDRESSES, "told", "first", "nowhere"], list(READERS)
    while asked < LINKS:
        reader = chance.choice(readers)
        with opened(planted, "", urlencode({"invented_reader": reader})) as tab:
            for _ in range(20):
                link = {**next(given), "invented_reader": reader}
                tab.go(chance.choice(pages), urlencode(link))
                assert_harmless(tab, reader, link)
                asked += 1
    with capsys.disabled():
        print(f"\n{asked:,} hostile links: 0 tracebacks, 0 of another hub, 0 read as markup (seed {SEED})")
