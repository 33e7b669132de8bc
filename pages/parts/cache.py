"""Measured figures, kept for whoever asks the same of the same data: every argument is part of the key."""

from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import streamlit as st

from metrics.measuring import measure, notes
from metrics.metric import Metric
from metrics.reports import disproportionality, due, emerging, few_children, headline, in_care, reconcile, repeats
from metrics.reports.disproportionality import Against, Residents
from metrics.reports.due import Due
from metrics.reports.emerging import Emerging
from metrics.reports.few_children import Concentration
from metrics.reports.headline import Headline
from metrics.reports.in_care import Compared
from metrics.reports.reconcile import Reconciled
from metrics.reports.repeats import Repeats
from metrics.reports.revisions import revisions
from metrics.signals import series
from metrics.signals.judgement import Judgement, judge
from metrics.themes import METRICS, outcomes
from metrics.themes.outcomes import Basis
from queries.engine import reading, version
from queries.lookups import population, quality
from queries.lookups.kept_figures import moments
from queries.scope import Access, Scope

_keep = st.cache_data(max_entries=500, show_spinner="Counting …")


def metric(key: str, basis: Basis = "closed") -> Metric:
    return outcomes.on_basis(METRICS[key], basis)


def frame(key: str, scope: Scope, by: tuple[str, ...], basis: Basis = "closed") -> pd.DataFrame:
    return _frame(version(), key, scope, by, basis)


def headlines(keys: tuple[str, ...], scope: Scope, basis: Basis = "closed") -> list[Headline]:
    return _headlines(version(), keys, scope, basis)


def notes_of(keys: tuple[str, ...], scope: Scope, basis: Basis = "closed") -> dict[str, tuple[str, ...]]:
    return _notes(version(), keys, scope, basis)


def not_judged_yet(key: str, scope: Scope, time: str, basis: Basis) -> tuple[str, ...]:
    """The months or quarters of the scope that may not be judged yet."""
    return _not_judged_yet(version(), key, scope, time, basis)


def judgement(key: str, scope: Scope, basis: Basis = "closed") -> Judgement:
    """Whether a measure has changed, over the scope as a whole."""
    return _judgements(version(), (key,), scope, basis, False)[0]


def judgements(keys: tuple[str, ...], scope: Scope) -> list[Judgement]:
    """Whether each measure has changed, over the scope as a whole and in each of its hubs.

    A single hub is read off those of all hubs, so that going from one to the next does not judge them again.
    """
    if scope.hubs is None or len(scope.hubs) > 1:
        return _judgements(version(), keys, scope, "closed", True)
    everywhere = _judgements(version(), keys, replace(scope, hubs=scope.access.hubs), "closed", True)
    own = scope.hubs[0]
    return [each for each in everywhere if each.hub == own or (each.hub is None and each.chart.empty)]


def emerging_trends(scope: Scope) -> Emerging:
    """What is out of line with its own past."""
    return _emerging(version(), scope)


def concentrations(scope: Scope) -> list[Concentration | None]:
    """How far few children account for many events, for each subject."""
    return _concentrations(version(), scope)


def compare(scope: Scope) -> list[Compared]:
    """The six themes, in care and not; each over the latest period whose follow-up is over."""
    return _through_lens(version(), scope)


def in_care_of_residents(scope: Scope, ages: tuple[int, int]) -> tuple[float, float]:
    """Children in care and residents of these ages."""
    return _in_care_of_residents(version(), scope, ages)


def relative_rates(scope: Scope, officer: bool, against: Against) -> tuple[pd.DataFrame, Residents]:
    """Each stage and ethnic group beside White children, and the residents behind it."""
    return _relative_rates(version(), scope, officer, against)


def reconciled(key: str, scope: Scope) -> list[Reconciled]:
    """Published figures beside the force's own."""
    return _reconciled(version(), key, scope)


def falling_due(scope: Scope) -> list[Due]:
    """How much falls due in the reader's hubs, whatever the period."""
    return _falling_due(version(), due.whatever_the_period(scope))


def happening_again(scope: Scope) -> list[Repeats]:
    """How many children there are to whom the same happened again, of each kind."""
    return _happening_again(version(), scope)


def complete(key: str, scope: Scope) -> Scope:
    """The scope in which the metric's follow-up is over."""
    return _complete(version(), key, scope)


def places(access: Access) -> pd.DataFrame:
    """The reader's hubs with name, area, authority and force."""
    return _places(version(), access)


def span(access: Access) -> tuple[date, date] | None:
    """The first and last day of all events."""
    return _span(version(), access)


def freshness(access: Access) -> pd.DataFrame:
    """Each table with its rows and the days they cover."""
    return _freshness(version(), access)


def loads(access: Access) -> pd.DataFrame:
    """The files taken in, the latest first."""
    return _loads(version(), access)


def rejections(access: Access) -> pd.DataFrame:
    """The rows refused, by table, file, column and reason."""
    return _rejections(version(), access)


def told_moments(access: Access) -> list[datetime]:
    """When headline figures were kept, the latest first."""
    return _told_moments(version(), access)


def told(kept_at: datetime, scope: Scope) -> pd.DataFrame:
    """What was told then for the reader's hubs, whatever the period, beside what the same periods show now."""
    return _told(version(), kept_at, Scope(scope.access, hubs=scope.hubs))


@_keep
def _freshness(at: str, access: Access) -> pd.DataFrame:
    with reading(access) as connection:
        return quality.freshness(connection)


@_keep
def _loads(at: str, access: Access) -> pd.DataFrame:
    with reading(access) as connection:
        return quality.latest_loads(connection)


@_keep
def _rejections(at: str, access: Access) -> pd.DataFrame:
    with reading(access) as connection:
        return quality.rejections(connection)


@_keep
def _frame(at: str, key: str, scope: Scope, by: tuple[str, ...], basis: Basis) -> pd.DataFrame:
    return measure.measure(metric(key, basis), scope, by)


@_keep
def _headlines(at: str, keys: tuple[str, ...], scope: Scope, basis: Basis) -> list[Headline]:
    return headline.headlines([metric(key, basis) for key in keys], scope)


@_keep
def _notes(at: str, keys: tuple[str, ...], scope: Scope, basis: Basis) -> dict[str, tuple[str, ...]]:
    return notes.notes_of_all([metric(key, basis) for key in keys], scope)


@_keep
def _not_judged_yet(at: str, key: str, scope: Scope, time: str, basis: Basis) -> tuple[str, ...]:
    return series.not_judged_yet(metric(key, basis), scope, time)


@_keep
def _judgements(at: str, keys: tuple[str, ...], scope: Scope, basis: Basis, hubs: bool) -> list[Judgement]:
    return judge([metric(key, basis) for key in keys], scope, hubs=hubs)


@_keep
def _emerging(at: str, scope: Scope) -> Emerging:
    return emerging.emerging(scope)


@_keep
def _concentrations(at: str, scope: Scope) -> list[Concentration | None]:
    return few_children.concentrations(scope)


@_keep
def _through_lens(at: str, scope: Scope) -> list[Compared]:
    return in_care.compare({lens.share_key: notes.latest_complete(lens.share, scope) for lens in in_care.CARE_COMPARISONS})


@_keep
def _in_care_of_residents(at: str, scope: Scope, ages: tuple[int, int]) -> tuple[float, float]:
    return in_care.share_of_residents(scope, ages)


@_keep
def _relative_rates(at: str, scope: Scope, officer: bool, against: Against) -> tuple[pd.DataFrame, Residents]:
    return disproportionality.relative_rates(scope, officer=officer, against=against)


@_keep
def _reconciled(at: str, key: str, scope: Scope) -> list[Reconciled]:
    return reconcile.reconcile(METRICS[key], scope)


@_keep
def _falling_due(at: str, scope: Scope) -> list[Due]:
    return due.due(scope)


@_keep
def _happening_again(at: str, scope: Scope) -> list[Repeats]:
    return repeats.repeats(scope)


@_keep
def _complete(at: str, key: str, scope: Scope) -> Scope:
    return notes.latest_complete(METRICS[key], scope)


@_keep
def _places(at: str, access: Access) -> pd.DataFrame:
    with reading(access) as connection:
        return population.places(connection, Scope(access))


@_keep
def _span(at: str, access: Access) -> tuple[date, date] | None:
    with reading(access) as connection:
        return quality.span(connection)


@_keep
def _told_moments(at: str, access: Access) -> list[datetime]:
    with reading(access) as connection:
        return moments(connection)


@_keep
def _told(at: str, kept_at: datetime, scope: Scope) -> pd.DataFrame:
    return revisions(kept_at, scope)
