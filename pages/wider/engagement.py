"""Sessions held with children, and how many came."""

from pages.parts import theme

theme.page(
    "engagement",
    cards=("engagement_sessions", "engagement_attendances"),
    splits=("kind",),
)
