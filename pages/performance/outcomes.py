"""How crimes with a child suspect end."""

from typing import cast

from metrics.outcomes import Basis
from pages.parts import filters, theme

BASES = {"By the date of the outcome": "closed", "By the date recorded": "recorded"}

chosen = filters.choice("Count crimes", "basis", list(BASES))
theme.page(
    "outcomes",
    cards=("crimes_with_outcome", "outcome_21_share", "nfa_share", "diversion_share"),
    splits=("offence_group", "outcome_group", "age_band", "sex", "ethnicity", "in_care"),
    basis=cast(Basis, BASES[chosen]),
)
