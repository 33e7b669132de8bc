"""How old the data are, in words, to the day; and the links that a page draws itself."""

import base64
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from pages.parts import markup, present
from pages.parts.heading import age_in_words

RECIPE = Path(__file__).parents[2] / "deploy" / "nginx.conf"


@pytest.mark.parametrize(
    ("last", "today", "said"),
    [
        (date(2026, 10, 31), date(2026, 11, 28), "data to 31 October, 28 days old"),
        (date(2025, 12, 31), date(2026, 1, 2), "data to 31 December 2025, 2 days old"),
        (date(2026, 11, 27), date(2026, 11, 28), "data to 27 November"),
        (date(2026, 11, 28), date(2026, 11, 28), "data to 28 November"),
        (date(2023, 11, 28), date(2026, 11, 28), "data to 28 November 2023, 1,096 days old"),
    ],
)
def test_the_age_of_the_data(last, today, said):
    assert age_in_words(last, today) == said


def test_what_is_drawn_is_text_whatever_it_says():
    assert markup.text('<b onclick="x">&') == "&lt;b onclick=&quot;x&quot;&gt;&amp;"
    assert markup.element("td", "1", class_="few", data_name='"Eden"') == '<td class="few" data-name="&quot;Eden&quot;">1</td>'
    assert markup.element("td", "1", title="") == "<td>1</td>"
    assert markup.text("a\u202eb") == "a\ufffdb"


def test_the_recipe_lets_the_soft_links_run_and_nothing_else():
    policy = next(line for line in RECIPE.read_text().splitlines() if "Content-Security-Policy" in line)
    for script in (markup.SCRIPT, present.SCRIPT):
        asked = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{asked}'" in policy
        assert not re.search("<[A-Za-z0-9]", script), "Streamlit drops such a script"
    assert policy.count("'sha256-") == 3, "Streamlit's own and these two"
