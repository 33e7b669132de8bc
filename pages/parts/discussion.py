"""What is most worth discussing, in sentences: the clearest signals, how many chance alone would give, and recorded changes."""

from collections.abc import Mapping, Sequence

import streamlit as st

from auth import readers
from metrics import words
from metrics.signals import discussion, sentences
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS, THEMES
from pages.parts import cache, control_chart, filters
from queries.clock import add_months
from queries.scope import Scope

_CONCERNS, _OTHERS = 6, 4  # to discuss in one meeting
_LATELY = 24  # months in which a recorded change is worth showing


def judged(scope: Scope) -> list[Judgement]:
    """Whether each measure has changed, theme by theme: where nothing is kept yet, all of them take long to count."""
    found: list[Judgement] = []
    for theme in THEMES:
        found += cache.judgements(tuple(metric.key for metric in theme.metrics), scope)
        readers.look()
    return found


def signals(judgements: Sequence[Judgement], names: Mapping[str, str], scope: Scope) -> int:
    """The clearest signals, one for each theme and place, the false-alarm budget before them; how many more there are."""
    st.write(discussion.budget_sentence(discussion.budget(judgements)))
    whole = filters.place_name(scope)
    worth = discussion.worth_discussing(judgements)
    concerns = [alike for alike in worth if alike[0].verdict == "concern"]
    others = [alike for alike in worth if alike[0].verdict != "concern"]
    listed = (*concerns[:_CONCERNS], *others[:_OTHERS])
    for clearest, *more in listed:
        metric = METRICS[clearest.key]
        also = [f"{control_chart.sign(each)} {METRICS[each.key].name.lower()}" for each in more]
        besides = f" There also: {words.listed(also)}." if also else ""
        where = f"**{names.get(clearest.hub or '', whole)}: {metric.name.lower()}.**"
        st.markdown(f"{control_chart.SIGNS[clearest.verdict]}. {where} {sentences.verdict(metric, clearest)}{besides}")
    _recorded(judgements, names, scope)
    return len(worth) - len(listed)


def _recorded(judgements: Sequence[Judgement], names: Mapping[str, str], scope: Scope) -> None:
    """What was changed on purpose of late, and the usual level before and since."""
    assert scope.end
    for judgement in judgements:
        metric = METRICS[judgement.key]
        levels = sentences.level_before_and_since(metric, judgement)
        if levels and judgement.setting.steps[-1].starts_on >= add_months(scope.end, -_LATELY):
            where = f"**{names.get(judgement.hub or '', filters.place_name(scope))}: {metric.name.lower()}.**"
            st.markdown(f"■ Recorded change. {where} {levels} {sentences.anew(judgement)}")
