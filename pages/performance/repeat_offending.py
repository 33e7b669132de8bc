"""Children who reoffend or are suspected again."""

from pages.parts import theme

theme.page(
    "repeat_offending",
    cards=("reoffending_rate", "reoffences_per_reoffender", "repeat_suspects", "repeat_suspect_crime_share"),
    splits=("age_band", "sex", "ethnicity", "in_care", "offence_group"),
)
