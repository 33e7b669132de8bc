"""How crimes with a child suspect end."""

from pages.parts import theme

theme.page(
    "outcomes",
    cards=("outcome_21_share", "outcome_10_share", "diversion_share", "community_resolution_share"),
    splits=("offence_group", "outcome_group", "age_band", "sex", "ethnicity", "in_care"),
    bases={"By the date of the outcome": "closed", "By the date recorded": "recorded"},
)
