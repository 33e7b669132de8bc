"""Children assessed for adverse childhood experiences."""

from pages.parts import theme

theme.page(
    "aces",
    cards=("ace_assessed_share", "ace_assessed_children", "high_ace_share"),
    splits=("age_band", "sex", "ethnicity", "in_care"),
)
