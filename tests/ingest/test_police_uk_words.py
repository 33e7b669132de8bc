"""Every word that data.police.uk has printed about a search means one of the contract's, and the group that it meant."""

import pytest
from sqlalchemy import String, create_engine, literal, select

from ingest.police_uk_words import OFFICER_DEFINED, WORDS
from queries.facts.child import ethnicity
from queries.permitted_values import ETHNIC_GROUPS
from queries.tables import stop_searches

PRINTED = [
    ("kind", "Person search", "person"),
    ("kind", "Vehicle search", "vehicle"),
    ("kind", "Person and Vehicle search", "person and vehicle"),
    ("sex", "Female", "F"),
    ("sex", "Male", "M"),
    ("sex", "Other", "X"),
    ("age_band", "under 10", "under 10"),
    ("age_band", "10-17", "10-17"),
    ("age_band", "18-24", "18-24"),
    ("age_band", "25-34", "25-34"),
    ("age_band", "over 34", "over 34"),
    ("ethnicity_officer_defined", "Asian", "Asian"),
    ("ethnicity_officer_defined", "Black", "Black"),
    ("ethnicity_officer_defined", "Mixed", "Mixed"),
    ("ethnicity_officer_defined", "White", "White"),
    ("ethnicity_officer_defined", "Other", "Other"),
    ("outcome", "Nothing found - no further action", "no further action"),
    ("outcome", "A no further action disposal", "no further action"),
    ("outcome", "False", "no further action"),
    ("outcome", "Suspect arrested", "arrest"),
    ("outcome", "Arrest", "arrest"),
    ("outcome", "Offender cautioned", "caution"),
    ("outcome", "Caution (simple or conditional)", "caution"),
    ("outcome", "Local resolution", "community resolution"),
    ("outcome", "Community resolution", "community resolution"),
    ("outcome", "Offender given drugs possession warning", "cannabis or khat warning"),
    ("outcome", "Khat or Cannabis warning", "cannabis or khat warning"),
    ("outcome", "Offender given penalty notice", "penalty notice"),
    ("outcome", "Penalty Notice for Disorder", "penalty notice"),
    ("outcome", "Suspect summonsed to court", "summons"),
    ("outcome", "Summons / charged by post", "summons"),
    ("outcome", "Article found - Detailed outcome unavailable", "other"),
    ("outcome", "Suspected psychoactive substances seized - No further action", "seizure"),
    ("outcome", "Details not available", ""),
]
SELF_DEFINED = [  # as printed in 2016, the code of the same group, as printed since 2017, the broad group
    ("White - White British (W1)", "W1", "White - English/Welsh/Scottish/Northern Irish/British", "White"),
    ("White - White Irish (W2)", "W2", "White - Irish", "White"),
    (None, None, "White - Gypsy or Irish Traveller", "White"),
    ("White - Any other White ethnic background (W9)", "W9", "White - Any other White background", "White"),
    ("Mixed - White and Black Caribbean (M1)", "M1", "Mixed/Multiple ethnic groups - White and Black Caribbean", "Mixed"),
    ("Mixed - White and Black African (M2)", "M2", "Mixed/Multiple ethnic groups - White and Black African", "Mixed"),
    ("Mixed - White and Asian (M3)", "M3", "Mixed/Multiple ethnic groups - White and Asian", "Mixed"),
    (
        *("Mixed - Any other Mixed ethnic background (M9)", "M9"),
        *("Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background", "Mixed"),
    ),
    ("Asian or Asian British - Indian (A1)", "A1", "Asian/Asian British - Indian", "Asian"),
    ("Asian or Asian British - Pakistani (A2)", "A2", "Asian/Asian British - Pakistani", "Asian"),
    ("Asian or Asian British - Bangladeshi (A3)", "A3", "Asian/Asian British - Bangladeshi", "Asian"),
    ("Chinese or other ethnic group - Chinese (O1)", "A4", "Asian/Asian British - Chinese", "Asian"),
    (
        *("Asian or Asian British - Any other Asian ethnic background (A9)", "A9"),
        *("Asian/Asian British - Any other Asian background", "Asian"),
    ),
    ("Black or Black British - Caribbean (B1)", "B1", "Black/African/Caribbean/Black British - Caribbean", "Black"),
    ("Black or Black British - African (B2)", "B2", "Black/African/Caribbean/Black British - African", "Black"),
    (
        *("Black or Black British - Any other Black ethnic background (B9)", "B9"),
        *("Black/African/Caribbean/Black British - Any other Black/African/Caribbean background", "Black"),
    ),
    (None, None, "Other ethnic group - Arab", "Other"),
    (
        *("Chinese or other ethnic group - Any other ethnic group (O9)", "O9"),
        *("Other ethnic group - Any other ethnic group", "Other"),
    ),
    ("Not Stated (NS)", "NS", "Other ethnic group - Not stated", None),
]


def meaning(column, printed):
    return WORDS[column][as_key(printed)]


def as_key(printed):
    return " ".join(printed.split()).casefold()


@pytest.mark.parametrize("column", WORDS)
def test_words_are_found_whatever_their_case_and_blanks(column):
    assert [word for word in WORDS[column] if word != as_key(word)] == []


@pytest.mark.parametrize("column", [column for column in WORDS if column != "ethnicity_officer_defined"])
def test_every_word_means_what_the_contract_permits_or_nothing(column):
    assert {*WORDS[column].values()} <= {*stop_searches.c[column].info["values"], ""}


def test_an_officer_sees_one_of_the_broad_groups():
    assert sorted(OFFICER_DEFINED.values()) == sorted(ETHNIC_GROUPS)


@pytest.mark.parametrize(("column", "printed", "meant"), PRINTED)
def test_words_of_all_years(column, printed, meant):
    assert meaning(column, printed) == meant


@pytest.mark.parametrize(("before", "code", "since", "group"), SELF_DEFINED)
def test_ethnic_groups_of_all_years(before, code, since, group):
    meant = [meaning("ethnicity_self_defined", since)]
    assert meant == [since]
    if before:
        meant.append(meaning("ethnicity_self_defined", before))
        assert meant[1] == code
    assert [broad_group(value) for value in meant] == [group] * len(meant)


def test_every_word_is_expected_here():
    expected = {(column, as_key(printed)) for column, printed, _ in PRINTED}
    for before, _, since, _ in SELF_DEFINED:
        expected |= {("ethnicity_self_defined", as_key(word)) for word in (before, since) if word}
    assert {(column, word) for column, words in WORDS.items() for word in words} == expected


def broad_group(self_defined):
    """What the figures make of it where the officer recorded nothing."""
    with create_engine("duckdb:///:memory:").connect() as connection:
        return connection.scalar(select(ethnicity(literal(self_defined), literal(None, String))))
