"""Children given their first caution or conviction."""

from pages.parts import theme

theme.page(
    "first_time_entrants",
    cards=("first_time_entrants", "first_time_entrant_rate"),
    splits=("age_band", "sex", "ethnicity", "in_care", "kind", "offence_group"),
    published=("first_time_entrant_rate",),
)
