"""The values that an extract may hold: ethnic groups and codes, sexes, risks, outcomes, and the kinds of what happens.

The columns of `queries.tables` name them as their ``values``.
"""

ETHNIC_GROUPS = ("Asian", "Black", "Mixed", "White", "Other")
SELF_DEFINED_CODES = (
    *("W1", "W2", "W3", "W4", "W9", "M1", "M2", "M3", "M9", "A1", "A2", "A3", "A4", "A9"),
    *("B1", "B2", "B9", "O2", "O9", "NS"),
)
SELF_DEFINED_WORDS = (  # as data.police.uk prints them
    "White - English/Welsh/Scottish/Northern Irish/British",
    "White - Irish",
    "White - Gypsy or Irish Traveller",
    "White - Any other White background",
    "Mixed/Multiple ethnic groups - White and Black Caribbean",
    "Mixed/Multiple ethnic groups - White and Black African",
    "Mixed/Multiple ethnic groups - White and Asian",
    "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background",
    "Asian/Asian British - Indian",
    "Asian/Asian British - Pakistani",
    "Asian/Asian British - Bangladeshi",
    "Asian/Asian British - Chinese",
    "Asian/Asian British - Any other Asian background",
    "Black/African/Caribbean/Black British - African",
    "Black/African/Caribbean/Black British - Caribbean",
    "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background",
    "Other ethnic group - Arab",
    "Other ethnic group - Any other ethnic group",
    "Other ethnic group - Not stated",
)
SELF_DEFINED = SELF_DEFINED_CODES + SELF_DEFINED_WORDS
OFFICER_DEFINED = ("IC1", "IC2", "IC3", "IC4", "IC5", "IC6", "IC9", "White", "Black", "Asian", "Mixed", "Other")
SEXES = ("F", "M", "X")
RISKS = ("very low", "low", "medium", "high")  # in rising order; "no apparent risk" is read as "very low"
AGE_BANDS = ("under 10", "10-17", "18-24", "25-34", "over 34")
OUTCOME_GROUPS = (
    *("charged", "formal out of court", "community resolution", "diversion", "taken into consideration"),
    *("public interest", "evidential", "prevented", "other body", "no suspect", "not yet assigned"),
)
DISPOSAL_KINDS = (
    *("youth caution", "youth conditional caution", "conviction", "adult caution"),
    *("community resolution", "penalty notice"),
)
SEARCH_OUTCOMES = (
    *("no further action", "arrest", "caution", "community resolution", "penalty notice", "summons"),
    *("cannabis or khat warning", "voluntary attendance", "verbal warning", "guardian intervention", "seizure", "other"),
)
INCIDENT_CATEGORIES = ("crime", "drugs and alcohol", "weapons", "ASB", "concern", "missing", "other")
ENGAGEMENT_KINDS = (
    *("PSHE", "Mini Police", "cadets", "pupil referral unit"),
    *("scrutiny panel", "officer training", "other"),
)
CUSTODY_RESULTS = ("charged", "bailed", "released under investigation", "no further action", "out of court")
