"""Children reported missing."""

from pages.parts import theme

theme.page(
    "missing",
    cards=(
        "missing_episodes",
        "children_missing",
        "missing_repeat_share",
        "return_interview_72h_share",
        "return_interview_72h_of_ended_share",
    ),
    splits=("in_care", "age_band", "sex", "ethnicity", "risk"),
    published=("care_missing_share",),
)
