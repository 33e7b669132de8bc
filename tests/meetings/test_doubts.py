"""What a writer is asked about once more, as it may tell who a child is; and the ordinary sentences that are let pass."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from meetings import doubts as module
from meetings.doubts import candidates, doubts, figures
from metrics.themes import METRICS, THEMES

TODAY = date(2026, 11, 20)
HUBS = ["Carlisle", "Barrow", "South Lakeland", "Allerdale", "Eden", "Cumberland", "Westmorland and Furness", "Quaygate"]
KNOWN = [*HUBS, *(theme.title for theme in THEMES), *(metric.name for metric in METRICS.values())]


def asked(text, references=()):
    return doubts(text, KNOWN, references, TODAY)


ORDINARY = [
    "",
    "Open the bail desk at night",
    "The figure rose in March, and again in September 2026.",
    "Carlisle and Barrow have none; South Lakeland's are two.",
    "Westmorland and Furness Council agreed on 1 April 2026.",
    "Children of 10-17 in 2025/26: 1,234 of 3,410, or 36.2%, from 09:30 to 17:30",
    "From October 2025 to 31/10/2026; and since 2026-10-31, or 2026-10",
    "Ages 10 and 17, and 9 out of 20; from 36 below 20.",
    "PACE Code C, the YJS, the CPS, CAMHS and MASH were asked.",
    "The appropriate adult came after 3.5 hours, on average 4:15",
    "Ask the Chief Superintendent, and the Police and Crime Commissioner",
    "We follow Operation Encompass, which Ofsted knows.",
    "Searches under Section 60, and under section 1 of PACE",
    "The Crown Prosecution Service and the Magistrates' Court sit on Tuesday.",
    "Liaison and Diversion is there from Monday to Friday, but at Christmas.",
    "Summer is busy. In Summer more children are out; the bank holiday is in August.",
    "Amber on the board's sheet, since the Home Office counts it so.",
    "It was £1,200 for 12 children: 14 in 2024, 11 in 2025.",
    "Open 09:30-17:30, or 9:30–17:30, 10.30am to 1430hrs: 409–494 of 1,234.5 in the 1990s, at £12.50 each",
    "What is a 'repeat'? Two or more within 12 months. (Not those of 2019.)",
    "1. Ask the Youth Justice Service\n2. Tell the Hub",
    "Detentions of children; First-time entrants: both fell by 4.2 points",
    "Outcome 22 was given 48 times, outcome 8 in 12.5% of cases",
]
ROLES = ["Custody inspector", "Hub sergeant", "Detective Chief Inspector", "Head of Youth Justice", "Superintendent, Operations"]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_is_not_asked_about(text):
    assert asked(text) == []


@pytest.mark.parametrize("owner", ROLES)
def test_neither_is_a_role_on_a_line_of_its_own(owner):
    assert asked(f"Open the bail desk at night\n{owner}") == []


NAMES = [
    ("Speak to Jayden about it", ["Jayden"]),
    ("Jayden was seen twice.", ["Jayden"]),
    ("It is Jayden's third time", ["Jayden"]),
    ("The brother (Kai Brockbank) came.", ["Brockbank"]),
    ("The family Wilkinson moved.", ["Wilkinson"]),
    ("Ask DS Harker or PC O'Brien", ["DS Harker", "Harker", "Brien"]),
    ("Mr Tyson of the home rang.", ["Mr Tyson", "Tyson"]),
    ("Anna-Maria Smith-Jones", ["Anna", "Maria", "Smith-Jones"]),
    ("The boy Łukasz, the girl Zoë", ["Zoë"]),
    ("Ryan SMITH, then RYAN again, then ryan", ["Ryan", "RYAN", "ryan"]),
    ("seen with jayden at the station", ["jayden"]),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_what_looks_like_a_name(text, names):
    found = asked(text)
    assert {f"“{name}” looks like a name." for name in names} <= set(found)


BIRTHDAYS = [
    ("Seen on 12/03/2012", "12/03/2012"),
    ("Seen on 12.3.12", "12.3.12"),
    ("12 March 2012, of Barrow", "12 March 2012"),
    ("the 12th of March 2012", "12th of March 2012"),
    ("on 1st Sept 2009", "1st Sept 2009"),
    ("2012-03-12", "2012-03-12"),
    ("a child born in the spring", "born"),
    ("DOB unknown", "DOB"),
    ("d.o.b. unknown", "d.o.b."),
    ("the date of birth is wrong", "date of birth"),
]


@pytest.mark.parametrize(("text", "quoted"), BIRTHDAYS)
def test_what_looks_like_a_date_of_birth(text, quoted):
    assert f"“{quoted}” looks like a date of birth." in asked(text)


@pytest.mark.parametrize("year", [1995, 1996, 2023, 2024])
def test_a_day_is_a_birthday_from_three_to_thirty_years_ago(year):
    """Of 2026: the years 1996 to 2023."""
    assert bool(asked(f"On 12 March {year} it began")) == (1996 <= year <= 2023)


REFERENCES = [
    ("Case 12AB/3456/26 is open", "12AB/3456/26"),
    ("NHS number 9434765919.", "9434765919"),
    ("The file (C-00123) is missing", "C-00123"),
    ("Ring 07700900123 about it", "07700900123"),
    ("see CU26YX, PNC 11/123456X", "11/123456X"),
]


@pytest.mark.parametrize(("text", "reference"), REFERENCES)
def test_what_looks_like_a_reference(text, reference):
    assert f"“{reference}” looks like a reference." in asked(text)


def test_a_reference_of_the_data_is_told_as_such_however_few_its_digits():
    text = "Speak of K7, of 2026 and of C123456 (again C123456)."
    assert asked(text, ["2026", "C123456", "K7"]) == [
        f"“{each}” is the reference of a child in the data." for each in ("2026", "C123456", "K7")
    ]
    assert asked(text) == ["“C123456” looks like a reference."]


def test_the_words_that_could_be_references_are_those_with_a_digit_each_once():
    assert candidates("K7, (K7) and “C-12”; nothing else: 9.") == ["K7", "C-12", "9"]
    assert candidates("K7's file, C1/C2, K8–K9 and child:K3") == [
        *("K7", "C1/C2", "K8–K9", "child:K3"),
        *("C1", "C2", "K8", "K9", "K3"),
    ]
    assert candidates("no digit at all") == []


@pytest.mark.parametrize(("text", "one"), [("Jayden, Jayden and Jayden", "Jayden"), ("C123456 C123456", "C123456")])
def test_each_is_asked_about_once(text, one):
    assert [sentence.partition("” ")[0] for sentence in asked(text)] == [f"“{one}"]


def test_what_is_very_long_is_cut_where_it_is_quoted():
    (found,) = asked("1" * 200)
    assert found == f"“{'1' * 59}…” looks like a reference."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Open the bail desk at night, by 1 April 2026 or 31/03/2027", []),
        ("Since 2024, and in 2025/26; in 2026.", []),
        ("From 36.2% to 20%, or 1,234 of 3,410.", ["36.2%", "20%", "1,234", "3,410"]),
        ("There were 5 in March, 5 in May, and 2026.5 of them", ["5", "2026.5"]),
        ("One in three of 12 children", ["12"]),
    ],
)
def test_what_is_for_the_board_holds_no_number_but_days_and_years(text, numbers):
    assert figures(text) == [f"“{one}” is a number, and the board sees rounded figures alone." for one in numbers]


SENTENCES = [text for text in ORDINARY if text]
ORDINARY_TEXT = st.sampled_from(SENTENCES)
AROUND = st.sampled_from(["{}", "({})", "“{}”", "{},", "{}.", "{};", "{}:", "{}?", "{}'s", "{}’s", "'{}'", "{}\n", "\t{}"])
DIGITS = st.text("0123456789", min_size=1, max_size=12)
IDS = st.builds("".join, st.tuples(st.text("ABCDEFGHKXYZ", max_size=3), st.sampled_from(["", "-", "/", "_"]), DIGITS))


@given(ORDINARY_TEXT, ORDINARY_TEXT, IDS, AROUND)
def test_a_reference_of_the_data_is_found_wherever_it_stands(before, after, reference, around):
    """As `references_among` finds it in the data: by the very words that could be one."""
    reference = reference.strip("-/_")
    assume(reference not in candidates(f"{before} {after}"))
    text = f"{before} {around.format(reference)} {after}"
    among = [one for one in candidates(text) if one == reference]
    assert f"“{reference}” is the reference of a child in the data." in asked(text, among)


WRITTEN = ["%d/%m/%Y", "%d.%m.%y", "%d-%m-%Y", "%d %B %Y", "%d %b %y", "%Y-%m-%d", "%Y/%m/%d", "%d %m %Y"]


@given(ORDINARY_TEXT, st.dates(date(1996, 1, 1), date(2023, 12, 31)), st.sampled_from(WRITTEN), AROUND)
def test_a_birthday_is_found_however_it_is_written(before, day, written, around):
    said = day.strftime(written)
    found = asked(f"{before} {around.format(said)}")
    assert any(said in sentence and sentence.endswith("looks like a date of birth.") for sentence in found)


@given(ORDINARY_TEXT, ORDINARY_TEXT, st.sampled_from(sorted(module._FIRST_NAMES)), AROUND, st.sampled_from("CUL"))
def test_a_common_first_name_is_found_wherever_it_stands_and_in_whatever_letters(before, after, name, around, letters):
    written = {"C": name.capitalize(), "U": name.upper(), "L": name}[letters]
    assert f"“{written}” looks like a name." in asked(f"{before} {around.format(written)} {after}")


@given(st.lists(ORDINARY_TEXT, min_size=2, max_size=4))
def test_ordinary_sentences_beside_each_other_are_not_asked_about(several):
    assert asked("\n".join(several)) == []


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=3))
def test_no_text_is_too_odd_to_be_looked_at(text, references):
    found = asked(text, references)
    assert len(found) == len(set(found))
    assert all(sentence.endswith(("a date of birth.", "a name.", "a reference.", "in the data.")) for sentence in found)
