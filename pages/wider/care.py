"""Children in care, how they come to notice, and the calls from children's homes."""

from pages.parts import theme

theme.page(
    "care",
    cards=("children_in_care", "care_missing_share", "care_offending_share", "care_home_calls"),
    splits=("age_band", "sex", "ethnicity", "category"),
    published=("care_missing_share", "care_offending_share"),
)
