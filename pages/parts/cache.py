"""The figures of the pages, kept for whoever asks the same question of the same data with the same access.

Each question stands here once, under ``@kept``. Pages hand over the key of a measure, never the measure.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

import pandas as pd
import streamlit as st
from sqlalchemy import Connection

from metrics.measuring import measure, notes
from metrics.metric import Metric
from metrics.reports import disproportionality, due, emerging, few_children, in_care, ready, reconcile, repeats
from metrics.reports import endings as how_they_ended
from metrics.reports import revisions as figures_kept
from metrics.reports import since as report_since
from metrics.reports.disproportionality import Against, Residents
from metrics.reports.due import DeadlineStatus
from metrics.reports.emerging import Emerging
from metrics.reports.few_children import Concentration
from metrics.reports.headline import Headline
from metrics.reports.in_care import Compared
from metrics.reports.reconcile import Reconciled
from metrics.reports.repeats import Repeats
from metrics.reports.since import Since
from metrics.signals import series, targets
from metrics.signals.judgement import Judgement
from metrics.signals.series import Course
from metrics.signals.targets import RecordedRebase, Settings
from metrics.themes import METRICS, outcomes
from metrics.themes.outcomes import Basis
from pages.parts import memory
from queries import row_level_security
from queries.engine import reading, version
from queries.facts import building
from queries.lookups import invented, kept_figures, population, quality
from queries.periods import Period
from queries.scope import SYSTEM, Access, Scope
from release import exact, store

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Restarts = tuple[RecordedRebase, ...]

_READERS = (Scope, Access)
_VALUES = (
    *_READERS,
    str,
    bool,
    int,
    date,
    datetime,
    Period,
    RecordedRebase,
)  # Streamlit takes the whole of such a value into a key


def kept(question: Callable[Concatenate[Connection, Arguments], Answer]) -> Callable[Arguments, Answer]:
    """Keep the answers to a question between readers, by all of its arguments and the version of the data.

    It is asked with a connection that reads on behalf of the reader in its scope or access. Streamlit tells questions apart by
    module, name and source. Raises TypeError, when the module is imported, for a question that could be answered with what was
    counted for somebody else.
    """
    if problem := next(_problems(question), ""):
        raise TypeError(f"{question.__qualname__} cannot be kept: {problem}.")
    asked_with = Signature(_arguments(question))

    def answer(*args: Any, data_version: str, **kwargs: Any) -> Any:
        return counted_now(question, *args, **kwargs)

    named = wraps(question)(answer)
    named.__signature__ = asked_with  # type: ignore[attr-defined]
    keep = st.cache_data(max_entries=500, show_spinner="Counting …")(named)

    @wraps(question)
    def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        bound = asked_with.bind(*args, **kwargs)
        bound.apply_defaults()  # one key, whether a default is named or not
        kept_answer: Answer = keep(*bound.args, **bound.kwargs, data_version=version())
        return kept_answer

    return ask


def is_invented() -> bool:
    """Whether all of the data are the demo's: looked at each time, and remembered where the file is."""
    with reading(SYSTEM) as connection:
        return invented.is_invented(connection)


def counted_now(
    question: Callable[Concatenate[Connection, Arguments], Answer], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Answer:
    """The answer to a question, counted on behalf of the reader in its scope or access, and not kept: of records, say."""
    reader = next(value for value in (*args, *kwargs.values()) if isinstance(value, _READERS))
    with reading(reader.access if isinstance(reader, Scope) else reader) as connection:
        return question(connection, *args, **kwargs)


def _arguments(question: Callable[..., object]) -> list[Parameter]:
    """What a question is asked with, beside its connection."""
    _, *others = signature(question).parameters.values()
    return others


def _problems(question: Callable[..., object]) -> Iterator[str]:
    """Why the answers to a question may not be kept."""
    if "<locals>" in question.__qualname__:
        yield "it stands inside another function, so Streamlit could not tell it from its like; define it in the module itself"
    types = get_type_hints(question)
    if types.get(next(iter(signature(question).parameters), "")) is not Connection:
        yield "it does not begin with a connection; annotate its first argument as one"
        return
    arguments = _arguments(question)
    for argument in arguments:
        name = argument.name
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            yield f"{argument} takes whatever it is given; name each argument"
        elif name.startswith("_"):
            yield f"Streamlit leaves {name} out of the key; give it a name without the leading underscore"
        elif name not in types:
            yield f"{name} does not say what it is; annotate it"
        elif not _is_value(types[name]):
            yield f"{name} is no plain value; hand over a scope, an access, text, a number, a day, or a tuple of these"
    if not any(types.get(argument.name) in _READERS for argument in arguments):
        yield "it does not say for whom it is asked; give it the scope or the access of its reader"


def _is_value(kind: object) -> bool:
    """Whether all of an argument of this type is part of the key."""
    if get_origin(kind) is tuple:
        return all(member is ... or _is_value(member) for member in get_args(kind))
    return get_origin(kind) is Literal or kind in _VALUES


def metric(key: str, basis: Basis = "closed") -> Metric:
    return outcomes.on_basis(METRICS[key], basis)


@kept
def frame(connection: Connection, key: str, scope: Scope, by: tuple[str, ...], basis: Basis = "closed") -> pd.DataFrame:
    """A measure by some dimensions, see `measure`."""
    return measure.measure(connection, metric(key, basis), scope, by)


@kept
def course(connection: Connection, key: str, scope: Scope, time: str, basis: Basis = "closed") -> Course:
    """A measure by month or quarter, as it is drawn."""
    return series.course(connection, metric(key, basis), scope, time)


@kept
def headlines(connection: Connection, keys: tuple[str, ...], scope: Scope, basis: Basis = "closed") -> list[Headline]:
    """Each measure beside the year before."""
    return ready.headlines(connection, [metric(key, basis) for key in keys], scope)


@kept
def headlines_by_hub(connection: Connection, keys: tuple[str, ...], scope: Scope) -> dict[str, list[Headline]]:
    """The same of each hub in the scope by itself."""
    return ready.headlines_by_hub(connection, [METRICS[key] for key in keys], scope)


@kept
def notes_of(connection: Connection, keys: tuple[str, ...], scope: Scope, basis: Basis = "closed") -> dict[str, tuple[str, ...]]:
    """What there is to say beside each measure."""
    return notes.notes_of_all(connection, [metric(key, basis) for key in keys], scope)


@kept
def lacking(connection: Connection, keys: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    """The measures of whose days something was not taken in at loading."""
    return notes.lacking(connection, [METRICS[key] for key in keys], scope)


@kept
def to_load(connection: Connection, keys: tuple[str, ...], scope: Scope) -> dict[str, str]:
    """By key what must be loaded before each measure can be counted."""
    return notes.to_load(connection, [METRICS[key] for key in keys], scope)


@kept
def notes_on_residents(connection: Connection, key: str, scope: Scope, by: tuple[str, ...]) -> tuple[str, ...]:
    """What there is to say of the residents behind a measure by some dimensions; nothing where it is not a rate."""
    return notes.on_residents(connection, METRICS[key], scope, by)


@kept
def latest_complete(connection: Connection, key: str, scope: Scope) -> Scope:
    """The scope in which the follow-up of a measure is over."""
    return notes.latest_complete(connection, METRICS[key], scope)


@kept
def _judgements(
    connection: Connection, keys: tuple[str, ...], scope: Scope, basis: Basis, hubs: bool, recorded: Restarts
) -> list[Judgement]:
    return ready.judgements(connection, [metric(key, basis) for key in keys], scope, hubs=hubs, recorded=recorded)


def judgement(key: str, scope: Scope, basis: Basis = "closed") -> Judgement:
    """Whether a measure has changed, over the scope as a whole."""
    return _judgements((key,), scope, basis, False, memory.restarts([key]))[0]


def judgements(keys: tuple[str, ...], scope: Scope) -> list[Judgement]:
    """Whether each measure has changed, over the scope as a whole and in each of its hubs.

    A single hub is read off those of all hubs, so that going from one to the next does not judge them again.
    """
    if scope.hubs is None or len(scope.hubs) > 1:
        return _judgements(keys, scope, "closed", True, memory.restarts(keys))
    (hub,) = scope.hubs
    of_all_hubs = _judgements(keys, replace(scope, hubs=scope.access.hubs), "closed", True, memory.restarts(keys))
    return [judged for judged in of_all_hubs if judged.hub == hub or (judged.hub is None and judged.chart.empty)]


@kept
def emerging_trends(connection: Connection, scope: Scope) -> Emerging:
    """What is out of line with its own past."""
    return emerging.emerging(connection, scope)


@kept
def concentrations(connection: Connection, scope: Scope) -> list[Concentration | None]:
    """How far few children account for many events, for each subject."""
    return few_children.concentrations(connection, scope)


@kept
def care_comparisons(connection: Connection, scope: Scope) -> list[Compared]:
    """The six themes, in care and not; each over the latest period whose follow-up is over."""
    return in_care.compare(connection, scope)


@kept
def in_care_of_residents(connection: Connection, scope: Scope, ages: tuple[int, int]) -> tuple[float, float]:
    """Children in care and residents of these ages."""
    return in_care.share_of_residents(connection, scope, ages)


@kept
def notes_on_residents_in_care(connection: Connection, scope: Scope, several: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """What there is to say of the residents of these ranges of ages that children in care are set against."""
    return in_care.notes_on_residents(connection, scope, several)


@kept
def relative_rates(connection: Connection, scope: Scope, officer: bool, against: Against) -> tuple[pd.DataFrame, Residents]:
    """Each stage and ethnic group beside White children, and the residents behind it."""
    return disproportionality.relative_rates(connection, scope, officer=officer, against=against)


@kept
def reconciled(connection: Connection, key: str, scope: Scope) -> list[Reconciled]:
    """Published figures beside the force's own."""
    return reconcile.reconcile(connection, METRICS[key], scope)


@kept
def endings(connection: Connection, scope: Scope) -> pd.DataFrame:
    """How crimes with a child suspect ended, year by year."""
    return how_they_ended.endings(connection, scope)


@kept
def last_told(connection: Connection, key: str, scope: Scope) -> str:
    """What was last told of a measure, beside what the same period shows now."""
    return figures_kept.last_told(connection, key, scope)


@kept
def _settings(connection: Connection, keys: tuple[str, ...], scope: Scope, recorded: Restarts) -> Settings:
    assert scope.end
    return targets.settings(connection, [METRICS[key] for key in keys], scope, scope.end - timedelta(days=1), recorded)


def settings(keys: tuple[str, ...], scope: Scope) -> Settings:
    """The targets and rebases of measures at the end of the period, of the place and of each hub."""
    return _settings(keys, scope, memory.restarts(keys))


@kept
def since(connection: Connection, key: str, scope: Scope, seen: Period, until: date) -> Since:
    """What became of a measure from the end of a period to a day."""
    return report_since.since(connection, METRICS[key], scope, seen, until)


@kept
def deadlines(connection: Connection, scope: Scope, now: datetime) -> list[DeadlineStatus]:
    """How much is late and how much is due soon in the hubs of the scope, of each kind, by a clock to the minute."""
    return due.due(connection, scope, now)


@kept
def repeat_events(connection: Connection, scope: Scope) -> list[Repeats]:
    """How many children met the police again, of each kind."""
    return repeats.repeats(connection, scope)


@kept
def places(connection: Connection, access: Access) -> pd.DataFrame:
    """The reader's hubs with name, area, authority and force."""
    return population.places(connection, Scope(access))


@kept
def hub_names(connection: Connection, access: Access) -> dict[str, str]:
    """The name of each of the reader's hubs."""
    return population.hub_names(population.places(connection, Scope(access)))


@kept
def wider_places(connection: Connection, access: Access) -> dict[str, tuple[str, ...]]:
    """The hubs of each area and council, by the name under which it can be chosen."""
    hubs = population.places(connection, Scope(access))
    named = (("area", "{} area"), ("authority", "{} council"))
    known = ((title.format(name), group) for kind, title in named for name, group in hubs[hubs[kind] != "unknown"].groupby(kind))
    return {name: tuple(group["hub"]) for name, group in known}


@kept
def reads_facts_alone(connection: Connection, access: Access) -> bool:
    """Whether this reader reads facts and none of the tables they are built from."""
    return row_level_security.is_of_a_hub(connection)


@kept
def span(connection: Connection, access: Access) -> tuple[date, date] | None:
    """The first and last day of all events."""
    return quality.span(connection)


@kept
def freshness(connection: Connection, access: Access) -> pd.DataFrame:
    """Each table with its rows and the days they cover."""
    return quality.freshness(connection)


@kept
def facts_built_at(connection: Connection, access: Access) -> datetime:
    """When the facts were built (naive UTC)."""
    return building.built_at(connection)


@kept
def loads(connection: Connection, access: Access) -> pd.DataFrame:
    """The files taken in, the latest first."""
    return quality.latest_loads(connection)


@kept
def rejections(connection: Connection, access: Access) -> pd.DataFrame:
    """Why rows were refused, load by load."""
    return quality.rejections(connection)


@kept
def refused_rows(connection: Connection, access: Access) -> pd.DataFrame:
    """Every reason of each row that was refused."""
    return quality.refused_rows(connection)


@kept
def cells_not_read(connection: Connection, access: Access) -> pd.DataFrame:
    """The cells that count as not recorded since they could not be read, load by load."""
    return quality.cells_not_read(connection)


@kept
def moments_kept(connection: Connection, access: Access) -> list[datetime]:
    """When headline figures were kept, the latest first."""
    return kept_figures.moments(connection)


@kept
def revisions(connection: Connection, kept_at: datetime, scope: Scope) -> pd.DataFrame:
    """The headline figures as they stood at that instant, beside what the same periods show now."""
    return figures_kept.revisions(connection, kept_at, scope)


@kept
def beside_exact(connection: Connection, access: Access, release: int, kind: str) -> pd.DataFrame:
    """What a release tells of one kind of event beside the exact numbers: see `release.exact.beside_exact`."""
    with store.reading() as of_releases:
        frame = store.cells_of(of_releases, release)
    return exact.beside_exact(connection, kind, frame)
