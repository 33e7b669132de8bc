"""Risk management plans, open and overdue."""

from pages.parts import theme

theme.page(
    "plans",
    cards=("open_plans", "plans_overdue", "plans_overdue_share"),
    splits=("in_care",),
)
