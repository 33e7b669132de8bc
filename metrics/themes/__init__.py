"""Every measure, by theme: what the pages, the definitions, the command line and the packs all list."""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.metric import Metric
from metrics.themes import (
    aces,
    care,
    crime,
    custody,
    engagement,
    first_time_entrants,
    missing,
    outcomes,
    plans,
    repeat_offending,
    review,
    stop_search,
)


@dataclass(frozen=True)
class Theme:
    """A subject of the strategy; ``headline`` is the measure that stands for it."""

    key: str
    title: str
    about: str
    headline: Metric
    metrics: tuple[Metric, ...]


def _theme(module: object) -> Theme:
    metrics: tuple[Metric, ...] = module.METRICS  # type: ignore[attr-defined]
    return Theme(
        key=module.__name__.rpartition(".")[2],  # type: ignore[attr-defined]
        title=module.TITLE,  # type: ignore[attr-defined]
        about=module.ABOUT,  # type: ignore[attr-defined]
        headline=next(metric for metric in metrics if metric.key == module.HEADLINE),  # type: ignore[attr-defined]
        metrics=metrics,
    )


SIX: tuple[Theme, ...] = tuple(
    _theme(module) for module in (first_time_entrants, repeat_offending, custody, stop_search, missing, outcomes)
)
WIDER: tuple[Theme, ...] = tuple(_theme(module) for module in (crime, care, review, aces, plans, engagement))
THEMES: tuple[Theme, ...] = (*SIX, *WIDER)
METRICS: Mapping[str, Metric] = {metric.key: metric for theme in THEMES for metric in theme.metrics}


def theme_of(metric: Metric) -> Theme:
    return next(theme for theme in THEMES if metric.key in {member.key for member in theme.metrics})
