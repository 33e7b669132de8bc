"""Crimes with a child suspect, and antisocial behaviour involving children."""

from pages.parts import theme

theme.page(
    "crime",
    cards=("child_suspect_crimes", "child_suspect_crime_rate", "asb_incidents", "asb_incident_rate"),
    splits=("offence_group", "age_band", "sex", "ethnicity", "in_care", "at_home"),
)
