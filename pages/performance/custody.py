"""Children in police custody."""

from pages.parts import theme

theme.page(
    "custody",
    cards=("detentions", "overnight_share", "hours_detained", "voluntary_share"),
    splits=("age_band", "sex", "ethnicity", "in_care", "offence_group", "suite", "result"),
)
