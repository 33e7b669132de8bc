"""What the words of data.police.uk's stop and search files mean in the words of the data contract, whatever year they are from.

Source: the files themselves (November 2016 to June 2023), the site's description of its interface, and the Home Office's codes of
self-defined ethnicity, 16+1 and since the Census of 2011 18+1. Keys are case-folded, with single spaces; "" is not recorded.
"""

from collections.abc import Mapping

from queries.permitted_values import SELF_DEFINED_WORDS

KINDS = {"person search": "person", "person and vehicle search": "person and vehicle", "vehicle search": "vehicle"}
SEXES = {"female": "F", "male": "M", "other": "X"}
AGE_BANDS = {"under 10": "under 10", "10-17": "10-17", "18-24": "18-24", "25-34": "25-34", "over 34": "over 34"}
OUTCOMES = {
    "a no further action disposal": "no further action",
    "arrest": "arrest",
    "caution (simple or conditional)": "caution",
    "community resolution": "community resolution",
    "khat or cannabis warning": "cannabis or khat warning",
    "penalty notice for disorder": "penalty notice",
    "summons / charged by post": "summons",
    # The words used until about 2017; forces changed over in different months.
    "false": "no further action",  # how the site's own interface says that nothing was found
    "nothing found - no further action": "no further action",
    "suspect arrested": "arrest",
    "offender cautioned": "caution",
    "local resolution": "community resolution",
    "offender given drugs possession warning": "cannabis or khat warning",
    "offender given penalty notice": "penalty notice",
    "suspect summonsed to court": "summons",
    "article found - detailed outcome unavailable": "other",  # something was found, and what came of it is not said
    "suspected psychoactive substances seized - no further action": "seizure",  # something was found and taken
    "details not available": "",  # not recorded
}
SELF_DEFINED = {word.casefold(): word for word in SELF_DEFINED_WORDS} | {
    # The words used until about the summer of 2017.
    "white - white british (w1)": "W1",
    "white - white irish (w2)": "W2",
    "white - any other white ethnic background (w9)": "W9",
    "mixed - white and black caribbean (m1)": "M1",
    "mixed - white and black african (m2)": "M2",
    "mixed - white and asian (m3)": "M3",
    "mixed - any other mixed ethnic background (m9)": "M9",
    "asian or asian british - indian (a1)": "A1",
    "asian or asian british - pakistani (a2)": "A2",
    "asian or asian british - bangladeshi (a3)": "A3",
    "asian or asian british - any other asian ethnic background (a9)": "A9",
    "black or black british - caribbean (b1)": "B1",
    "black or black british - african (b2)": "B2",
    "black or black british - any other black ethnic background (b9)": "B9",
    "chinese or other ethnic group - chinese (o1)": "A4",  # Chinese has been among Asian since the Census of 2011
    "chinese or other ethnic group - any other ethnic group (o9)": "O9",
    "not stated (ns)": "NS",
}
OFFICER_DEFINED = {"asian": "Asian", "black": "Black", "mixed": "Mixed", "white": "White", "other": "Other"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": KINDS,
    "sex": SEXES,
    "age_band": AGE_BANDS,
    "outcome": OUTCOMES,
    "ethnicity_self_defined": SELF_DEFINED,
    "ethnicity_officer_defined": OFFICER_DEFINED,
}
