"""The review of incidents within 24 hours."""

from pages.parts import theme

theme.page(
    "review",
    cards=("reviewed_24h_share",),
    splits=("category", "age_band", "sex", "ethnicity", "in_care"),
)
