"""Measured figures, kept for whoever asks the same of the same data: every argument is part of the key."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics import headline, measure, notes, outcomes
from metrics.headline import Headline
from metrics.metric import Metric
from metrics.outcomes import Basis
from metrics.themes import METRICS
from queries import population, quality
from queries.engine import connect, version
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


def complete(key: str, scope: Scope) -> Scope:
    """The scope in which the metric's follow-up is over."""
    return _complete(version(), key, scope)


def places(access: Access) -> pd.DataFrame:
    """The reader's hubs with name, area, authority and force."""
    return _places(version(), access)


def span() -> tuple[date, date] | None:
    """The first and last day of all events."""
    return _span(version())


def freshness() -> pd.DataFrame:
    """Each table with its rows and the days they cover."""
    return _freshness(version())


def loads() -> pd.DataFrame:
    """The files taken in, the latest first."""
    return _loads(version())


def rejections() -> pd.DataFrame:
    """The rows refused, by table, file, column and reason."""
    return _rejections(version())


@_keep
def _freshness(at: str) -> pd.DataFrame:
    with connect().connect() as connection:
        return quality.freshness(connection)


@_keep
def _loads(at: str) -> pd.DataFrame:
    with connect().connect() as connection:
        return quality.latest_loads(connection)


@_keep
def _rejections(at: str) -> pd.DataFrame:
    with connect().connect() as connection:
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
def _complete(at: str, key: str, scope: Scope) -> Scope:
    return notes.latest_complete(METRICS[key], scope)


@_keep
def _places(at: str, access: Access) -> pd.DataFrame:
    with connect().connect() as connection:
        return population.places(connection, Scope.within(access))


@_keep
def _span(at: str) -> tuple[date, date] | None:
    with connect().connect() as connection:
        return quality.span(connection)
