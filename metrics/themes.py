"""Every measure, by theme: what the pages, the definitions, the command line and the packs all list."""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics import custody, first_time_entrants, missing, outcomes, repeat_offending, stop_search
from metrics.metric import Metric


@dataclass(frozen=True)
class Theme:
    """One of the six subjects; ``headline`` is the measure that the overview shows."""

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


THEMES: tuple[Theme, ...] = tuple(
    _theme(module) for module in (first_time_entrants, repeat_offending, custody, stop_search, missing, outcomes)
)
METRICS: Mapping[str, Metric] = {metric.key: metric for theme in THEMES for metric in theme.metrics}


def theme_of(metric: Metric) -> Theme:
    return next(theme for theme in THEMES if metric.key in {own.key for own in theme.metrics})
