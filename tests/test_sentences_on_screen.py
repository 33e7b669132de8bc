"""All that the pages and commands can say, in one file for reading, and free of the words that a sergeant would read twice."""

import re

import pytest

from docs.sentences import ROOT, sentences

# What is not said, and what is said instead.
BANNED = {
    "nought": "zero",
    "offenders?": "child",
    "youths": "children",
    "anew": "again, or recalculated",
    "notebook": "audit database",
    "the wall|second wall": "row-level security",
    "told of": "shown for",
    "cannot be told|not to be told": "is not known, cannot be assessed",
    "children for a year": "residents",
    "percentage points?": "points",
    "what is usual|usual range": "the normal range",
    "limits recalculated|limits are recalculated": "chart restarted",
    "of all together|outer line": "the force",
    "moved (?:together|against)": "rose, fell",
    "false finding": "likely by chance",
    "longest tenth": "1 in 10 held longer than",
    "(?:hours|days)[^.]*, typical": "median",
    "judging every": "checking every",
    "what was said before": "revised figures",
    "happens again": "repeat events",
    "one more or less": "interpret with care",
}


@pytest.fixture(scope="module")
def said():
    found = list(sentences())
    path = ROOT / "data" / "sentences.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(f"{place}:{line}  {text}" for place, line, text in found), encoding="utf-8")
    return found


def test_they_are_all_there_to_be_read(said):
    texts = [text for _, _, text in said]
    assert len(texts) > 1000
    assert not any("WHERE " in text for text in texts), "of the database"
    assert len({place.partition("/")[0] for place, _, _ in said}) == 9
    assert any(text.startswith("No clear difference from the year before ({") for text in texts), "of the pages"
    assert any("is not a measure; {" in text for text in texts), "of the commands"


@pytest.mark.parametrize("word", BANNED)
def test_no_sentence_says(said, word):
    pattern = re.compile(rf"\b(?:{word})\b", re.IGNORECASE)
    assert [f"{place}:{line}  {text}" for place, line, text in said if pattern.search(text)] == []
