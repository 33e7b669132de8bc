"""Searches of children."""

from pages.parts import theme

theme.page(
    "stop_search",
    cards=("searches", "search_outcome_rate", "search_find_rate", "search_follow_up_share"),
    splits=("ethnicity", "age_band", "sex", "object_of_search", "legislation", "outcome", "in_care", "force"),
)
