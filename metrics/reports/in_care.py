"""Children in care beside all others: their share of each theme against their share of the children who live here."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.measuring import residents
from metrics.measuring.figures import FIGURES
from metrics.measuring.measure import measure
from metrics.measuring.notes import latest_complete
from metrics.measuring.wholeness import residents_used
from metrics.metric import Metric
from metrics.statistics.change import NOT_KNOWN, TOO_FEW, TOO_FEW_EVENTS, TOO_FEW_IN_SHARE, Change, change, difference
from metrics.statistics.intervals import CONFIDENCE, wilson
from metrics.themes import METRICS
from queries.counting.coverage import ask
from queries.lookups import population
from queries.periods import share_of_years
from queries.scope import Scope

IN_CARE = METRICS["children_in_care"]


@dataclass(frozen=True)
class CareComparison:
    """One theme: the share of it that is in care, a figure to compare in care and not, and the ages it is about."""

    title: str
    share_key: str
    compared_key: str = ""
    ages: tuple[int, int] = (10, 17)

    @property
    def share(self) -> Metric:
        """The measure of the share in care."""
        return METRICS[self.share_key]

    @property
    def compared(self) -> Metric | None:
        """The measure to compare in care and not; None where the theme has none that is not set against residents."""
        return METRICS[self.compared_key] if self.compared_key else None


CARE_COMPARISONS = (
    CareComparison("First-time entrants", "entrants_in_care_share"),
    CareComparison("Repeat offending", "reoffenders_in_care_share", "reoffending_rate"),
    CareComparison("Police custody", "detentions_in_care_share", "overnight_share"),
    CareComparison("Stop and search", "searches_in_care_share", "search_outcome_rate"),
    CareComparison("Missing children", "missing_from_care_share", "missing_repeat_share", ages=(0, 17)),
    CareComparison("Outcomes", "outcomes_in_care_share", "outcome_21_share"),
)
ALL_AGES = tuple(dict.fromkeys(comparison.ages for comparison in CARE_COMPARISONS))


@dataclass(frozen=True)
class Compared:
    """A theme compared: ``share`` is the row of `measure` of its share in care, ``of_residents`` the share of residents in care.

    ``yes`` and ``no`` are the rows of the measure that is compared, in care and not; None where there is no such row.
    """

    comparison: CareComparison
    share: "pd.Series[float]"
    of_residents: float
    yes: "pd.Series[float] | None"
    no: "pd.Series[float] | None"
    difference: Change

    @property
    def times(self) -> float:
        """How many times their share of residents children in care are; nan where that is 0, or is not known."""
        return float(self.share["value"] / self.of_residents) if self.of_residents else float("nan")

    @property
    def enough(self) -> bool:
        """Whether there are enough children in care behind the share to say that it is many or few."""
        return bool(self.share["numerator"] >= TOO_FEW_EVENTS and pd.notna(self.times))

    @property
    def times_in_words(self) -> str:
        """The multiple of the two shares as they are shown, so that a reader who divides them finds the same."""
        shown = float(words.shown(self.comparison.share, self.share["value"]).removesuffix("%")) if self.enough else 0.0
        if shown and (of_residents := float(_of_residents(self.of_residents).removesuffix("%"))):
            return f"{shown / of_residents:.0f}"
        return words.NOT_AVAILABLE if pd.isna(self.share["value"]) or pd.isna(self.times) else TOO_FEW.words

    @property
    def residents_in_words(self) -> str:
        """The share of residents who are in care."""
        return words.NOT_AVAILABLE if pd.isna(self.of_residents) else _of_residents(self.of_residents)

    @property
    def counted_in_words(self) -> str:
        """How many are in care, of how many of what: 157 of 937 searches with a person's reference."""
        fraction = words.fraction(self.comparison.share, self.share)
        return f"{fraction} {self.comparison.share.unit.removeprefix('% of ')}" if fraction else ""


def _of_residents(share: float) -> str:
    """A share of residents, which is small: with two decimals, as it is divided by."""
    return f"{share:.2%}"


def file(themes: Sequence[Compared]) -> pd.DataFrame:
    """The share of children in care in each theme for a spreadsheet: unrounded, ``times`` blank where there are too few."""
    return pd.DataFrame(
        [
            {
                "theme": theme.comparison.title,
                **{name: theme.share[name] for name in FIGURES},
                "times": theme.times if theme.enough else float("nan"),
            }
            for theme in themes
        ]
    )


def share_of_residents(connection: Connection, scope: Scope, ages: tuple[int, int]) -> tuple[float, float]:
    """Children of these ages in care on the last day of the period, and residents of these ages; nan where not known."""
    children = measure(connection, IN_CARE, scope, ("age",))
    known = children[children["age"].str.isdigit()]
    of_ages = known[known["age"].astype(int).between(*ages)]
    period = ask(connection, IN_CARE.parts, scope).period
    if period is None:
        return float("nan"), float("nan")
    estimates = population.residents(connection, scope, ages, ())
    lived = residents.person_years(estimates, population.places(connection, scope), [period], ()).years
    people = lived.get((), float("nan")) / sum(share_of_years(period).values())
    return float(of_ages["value"].sum()) if len(children) else float("nan"), people


def notes_on_residents(connection: Connection, scope: Scope, several: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """What there is to say of the residents of these ranges of ages that children in care are set against."""
    period = ask(connection, IN_CARE.parts, scope).period
    if period is None:
        return ()
    years = residents.years_touched([period])
    return tuple(dict.fromkeys(note for ages in several for note in residents_used(connection, scope, ages, years)))


def compare(connection: Connection, scope: Scope) -> list[Compared]:
    """Each theme of `CARE_COMPARISONS`, over the latest period of a scope whose follow-up is over."""
    return [_compared(connection, comparison, scope) for comparison in CARE_COMPARISONS]


def _compared(connection: Connection, comparison: CareComparison, scope: Scope) -> Compared:
    scope = latest_complete(connection, comparison.share, scope)
    share = measure(connection, comparison.share, scope).iloc[0]
    children, people = share_of_residents(connection, scope, comparison.ages)
    of_residents = children / people if people else float("nan")
    metric = comparison.compared
    if metric is None:
        return Compared(comparison, share, of_residents, None, None, NOT_KNOWN)
    by_status = measure(connection, metric, scope, ("in_care",)).set_index("in_care")
    yes, no = (_cell(by_status, status) for status in ("yes", "no"))
    verdict = change(metric, yes, no) if yes is not None and no is not None else NOT_KNOWN
    return Compared(comparison, share, of_residents, yes, no, verdict)


def _cell(frame: pd.DataFrame, label: str) -> "pd.Series[float] | None":
    rows = frame.loc[frame.index == label]
    return None if rows.empty else rows.iloc[0]


def share_sentence(children: float, people: float, ages: tuple[int, int]) -> str:
    """How many of the children who live here are in care."""
    if pd.isna(children) or pd.isna(people):
        return "How many children who live here are in care is not known: care spells, dates of birth or residents are missing."
    residents_of = f"about {people:,.0f} residents aged {ages[0]} to {ages[1]}"
    if not children:
        return f"None of {residents_of} is in care on the last day of the period, as far as is known."
    in_care = f"{children:,.0f} of {residents_of} {'is' if children == 1 else 'are'} in care on the last day of the period"
    return f"{in_care}: {_of_residents(children / people)}, or one in {people / children:,.0f}."


def comparison_sentence(compared: Compared) -> str:
    """A theme's figure for children in care and for others, and whether they differ by more than chance; empty without both."""
    metric, yes, no = compared.comparison.compared, compared.yes, compared.no
    if metric is None:
        return ""
    if yes is None or no is None or pd.isna(yes["value"]) or pd.isna(no["value"]):
        return ""
    if compared.difference == TOO_FEW:
        return f"{metric.name}: {TOO_FEW.words}."
    figures = [f"{words.shown(metric, row['value'])} ({words.fraction(metric, row)})" for row in (yes, no)]
    both = f"{metric.name}: {figures[0]} for children in care, {figures[1]} for others"
    match compared.difference.words:
        case "higher" | "lower" as direction:
            return f"{both}. It is {direction} for children in care, by more than chance would explain."
        case verdict:
            return f"{both}: {verdict}."


def shares_of_outcomes(counted: pd.DataFrame) -> pd.DataFrame:
    """From crimes by ``at_home`` and ``outcome_group`` to the share of each group: the same, with ``value, lower, upper``.

    The ranges are wider than 95%, so that all together hold the truth that often. Empty where nothing is recorded of homes.
    """
    known = counted[counted["at_home"].isin(["yes", "no"]) & counted["numerator"].gt(0)].reset_index(drop=True)
    if "yes" not in set(known["at_home"]):
        return known.iloc[:0]
    total = known.groupby("at_home")["numerator"].transform("sum")
    comparisons = known["outcome_group"].nunique()
    return known.assign(denominator=total, **wilson(known["numerator"], total, 1 - (1 - CONFIDENCE) / comparisons))


def enough_at_homes(shares: pd.DataFrame) -> bool:
    """Whether so many crimes at homes have an outcome that their shares may be drawn."""
    return bool(shares.loc[shares["at_home"] == "yes", "denominator"].iloc[0] >= TOO_FEW_IN_SHARE)


def outcomes_sentence(shares: pd.DataFrame) -> str:
    """What differs between crimes at homes and elsewhere by more than chance would explain."""
    rows = {(row["at_home"], row["outcome_group"]): row for _, row in shares.iterrows()}
    at_homes = shares.loc[shares["at_home"] == "yes", "denominator"].iloc[0]
    if not enough_at_homes(shares):
        crimes = "1 crime at a children's home has" if at_homes == 1 else f"{at_homes:,.0f} crimes at children's homes have"
        return f"{crimes} an outcome: too few to tell whether they end differently."
    different = [
        f"{words.cell('outcome_group', group, {})} {rows['yes', group]['value']:.0%} at homes, {row['value']:.0%} elsewhere"
        for (home, group), row in rows.items()
        if home == "no" and ("yes", group) in rows and _differ(rows["yes", group], row)
    ]
    counted = f"{at_homes:,.0f} crimes at children's homes have an outcome."
    if not different:
        return f"{counted} No clear difference from crimes elsewhere."
    return f"{counted} Clear differences: {'; '.join(different)}."


def _differ(one: "pd.Series[float]", other: "pd.Series[float]") -> bool:
    _, lower, upper = difference(one, other)
    return not lower <= 0 <= upper


def named_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """The table behind the chart of `shares_of_outcomes`, in words."""
    return pd.DataFrame(
        {
            "Place of the crime": [words.cell("at_home", label, {}) for label in shares["at_home"]],
            "Outcome group": [words.cell("outcome_group", label, {}) for label in shares["outcome_group"]],
            "Crimes": shares["numerator"].astype(int),
            "Of": shares["denominator"].astype(int),
            "Share": [f"{value:.1%}" for value in shares["value"]],
        }
    )


def file_of_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """The same for a spreadsheet: the share as a fraction."""
    return named_shares(shares).assign(Share=shares["value"].tolist())
