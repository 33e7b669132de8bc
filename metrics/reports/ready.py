"""Ready before anyone asks: the headlines and judgements of the period that every page opens with, worked out at each load.

Another period, other hubs, another way to place events: all that is not ready is counted when it is asked.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_origin

import msgspec
import numpy as np
import pandas as pd
from sqlalchemy import Connection

import metrics
import queries
from metrics.measuring.gather import opened_with
from metrics.metric import Metric
from metrics.reports import headline
from metrics.reports.headline import Headline
from metrics.signals.judgement import Judgement, judge
from metrics.signals.targets import RecordedRebase
from metrics.themes import METRICS, theme_of
from queries.lookups import ready_answers
from queries.lookups.population import places
from queries.lookups.ready_answers import ReadyAnswer
from queries.scope import SYSTEM, Scope

Answer = TypeVar("Answer", Headline, Judgement)


def headlines(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> list[Headline]:
    """`metrics.reports.headline.headlines`, where they are not ready."""
    ready = {found.key: found for found in _kept(connection, metrics, scope, Headline)}
    if all(metric.key in ready for metric in metrics):
        return [ready[metric.key] for metric in metrics]
    return headline.headlines(connection, metrics, scope)


def headlines_by_hub(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[str, list[Headline]]:
    """`metrics.reports.headline.headlines_by_hub`, where they are not ready."""
    ready = _kept_by_hub(connection, metrics, scope)
    hubs = list(places(connection, scope)["hub"])
    if hubs and all(metric.key in ready.get(hub, {}) for hub in hubs for metric in metrics):
        return {hub: [ready[hub][metric.key] for metric in metrics] for hub in hubs}
    return headline.headlines_by_hub(connection, metrics, scope)


def judgements(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, *, hubs: bool, recorded: Sequence[RecordedRebase] = ()
) -> list[Judgement]:
    """`metrics.signals.judgement.judge`, where they are not ready: none is of a measure that has a rebase beside the data."""
    ready: dict[str, list[Judgement]] = {}
    for found in _kept(connection, metrics, scope, Judgement):
        ready.setdefault(found.key, []).append(found)
    if not all(metric.key in ready for metric in metrics):
        return judge(connection, metrics, scope, hubs=hubs, recorded=recorded)
    rebased = [metric for metric in metrics if metric.key in {each.metric_key for each in recorded}]
    for key in (metric.key for metric in rebased):
        ready[key] = []
    for found in judge(connection, rebased, scope, hubs=hubs, recorded=recorded) if rebased else ():
        ready[found.key].append(found)
    return [found for metric in metrics for found in ready[metric.key] if hubs or found.hub is None]


def answers_to_keep(connection: Connection, opening: Mapping[str, Sequence[Headline]]) -> list[ReadyAnswer]:
    """What every page opens with, of the force and each hub: the headlines given (`opening_headlines`), and judgements."""
    scope = opened_with(connection, Scope(SYSTEM))
    if scope.start is None or scope.end is None:
        return []
    judged = judge(connection, list(METRICS.values()), scope, hubs=True)
    ready: list[ReadyAnswer] = []
    for hub, headlines in opening.items():
        of_place = list(_as_a_scope_of_its_own(judged, hub)) if hub else judged
        ready += _ready(hub or None, scope.start, scope.end, headlines)
        ready += _ready(hub or None, scope.start, scope.end, of_place)
    return ready


def _as_a_scope_of_its_own(judged: Sequence[Judgement], hub: str) -> Iterator[Judgement]:
    """What is judged of a hub where that is the whole of the scope: first as a whole, then as its one hub."""
    by_hub = {judgement.key for judgement in judged if judgement.hub == hub}
    for judgement in judged:
        if judgement.hub == hub:
            yield from (replace(judgement, hub=None), judgement)
        elif judgement.hub is None and judgement.key not in by_hub:
            yield judgement


def _ready(hub: str | None, opens: date, closes: date, found: Sequence[Headline] | Sequence[Judgement]) -> Iterator[ReadyAnswer]:
    """The answers of each theme together."""
    by_theme: dict[str, list[Any]] = {}
    for answer in found:
        by_theme.setdefault(theme_of(METRICS[answer.key]).key, []).append(answer)
    for theme, of_theme in by_theme.items():
        encoded = msgspec.msgpack.encode(of_theme, enc_hook=_plain)
        yield ReadyAnswer(hub, type(of_theme[0]).__name__, theme, opens, closes, code_version(), encoded)


def _kept(connection: Connection, metrics: Sequence[Metric], scope: Scope, kind: type[Answer]) -> list[Answer]:
    """What is ready of the themes of these metrics, unless one is counted on another basis; nothing of what cannot be read."""
    kept = ready_answers.kept(connection, scope, kind.__name__, _themes(metrics), code_version())
    return [answer for of_theme in kept for answer in _decoded(of_theme, kind)]


def _kept_by_hub(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[str, dict[str, Headline]]:
    """The headlines that are ready of each hub, by key."""
    kept = ready_answers.kept_by_hub(connection, scope, Headline.__name__, _themes(metrics), code_version())
    found: dict[str, dict[str, Headline]] = {}
    for hub, of_theme in kept:
        found.setdefault(hub, {}).update({answer.key: answer for answer in _decoded(of_theme, Headline)})
    return found


def _themes(metrics: Sequence[Metric]) -> list[str]:
    """The themes of these metrics; none where one is counted on another basis, of which nothing is ready."""
    if any(METRICS.get(metric.key) is not metric for metric in metrics):
        return []
    return list(dict.fromkeys(theme_of(metric).key for metric in metrics))


def _decoded(of_theme: bytes, kind: type[Answer]) -> list[Answer]:
    """The answers of a theme; none where they cannot be read."""
    try:
        found: list[Answer] = msgspec.msgpack.decode(of_theme, type=list[kind], dec_hook=_typed)  # type: ignore[valid-type]
    except msgspec.MsgspecError:
        return []
    return found


@cache
def code_version() -> str:
    """What tells this code from other versions of it, whose answers are not read: a hash of the rooms that count and judge."""
    sources = sorted(file for room in (metrics, queries) for file in Path(str(room.__file__)).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:16]


def _plain(value: object) -> object:
    """Arrays as lists, and the figures of a row by name."""
    match value:
        case np.ndarray() | np.generic():
            return value.tolist()
        case pd.Series():
            return dict(value)
        case _:
            raise NotImplementedError(f"Nobody has said how a {type(value).__name__} is written down.")


def _typed(kind: type, value: Any) -> object:
    if get_origin(kind) is np.ndarray:
        return np.array(value, dtype=object if value and isinstance(value[0], str) else None)
    return pd.Series(value, dtype=float)
