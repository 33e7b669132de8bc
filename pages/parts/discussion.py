"""What is most worth discussing, in sentences: the clearest signals, how many chance alone would give, and recorded changes."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from auth import readers
from metrics import words
from metrics.markdown import bold, escaped
from metrics.signals import discussion, sentences
from metrics.signals.judgement import Judgement
from metrics.signals.series import MONTHLY, QUARTERLY
from metrics.themes import METRICS, THEMES
from pages.parts import cache, control_chart, filters
from queries.clock import add_months
from queries.scope import Scope

_CONCERNS, _OTHERS = 6, 4  # to discuss in one meeting
_MONTHS = {"months": MONTHLY.months, "quarters": QUARTERLY.months}  # of a point, by how a chart was judged
_RECENT_MONTHS = 24  # in which a recorded change is worth showing
_TWO_COMPARISONS = (
    "A chart checks the latest month or quarter against those before it; the figures below compare the whole period with the "
    "same period a year before. Both can be right."
)


def judgements(scope: Scope) -> list[Judgement]:
    """Whether each measure has changed; where nothing is kept yet, counting them is what takes longest on a page."""
    found = cache.judgements(tuple(metric.key for theme in THEMES for metric in theme.metrics), scope)
    readers.check_access()
    return found


def show_signals(judgements: Sequence[Judgement], names: Mapping[str, str], scope: Scope, others: str) -> None:
    """The clearest signals, one for each theme and place, with the false-alarm budget before them.

    ``others`` says where the rest of them are.
    """
    whole = filters.place_name(scope)
    st.write(escaped(discussion.budget_sentence(discussion.budget(judgements))))
    by_subject = discussion.worth_discussing(judgements)
    concerns = [signals for signals in by_subject if signals[0].verdict == "concern"]
    changes = [signals for signals in by_subject if signals[0].verdict != "concern"]
    shown = (*concerns[:_CONCERNS], *changes[:_OTHERS])
    for clearest, *more in shown:
        names_of_more = [f"{control_chart.sign(signal)} {words.uncapitalised(METRICS[signal.key].name)}" for signal in more]
        also = f" Also there: {words.listed(names_of_more)}." if more else ""
        sentence = sentences.verdict(METRICS[clearest.key], clearest)
        lacks = " Not all that was sent of that time was taken in: see Data quality." if _lacks(clearest, scope) else ""
        st.markdown(
            f"{escaped(control_chart.SIGNS[clearest.verdict])}. {bold(_subject(clearest, names, whole))} "
            f"{escaped(f'{sentence}{lacks}{also}')}"
        )
    _show_recorded_changes(judgements, names, whole, scope)
    left = len(by_subject) - len(shown)
    rest = f" {left} more {'is' if left == 1 else 'are'} {others}." if left else ""
    st.caption(escaped(f"{_TWO_COMPARISONS}{rest}"))


def _lacks(judgement: Judgement, scope: Scope) -> bool:
    """Whether something of its last month or quarter was not taken in at loading, which may be all that has changed."""
    months = _MONTHS.get(judgement.method)
    if not months:
        return False
    start = date.fromisoformat(judgement.last_point["label"])
    return bool(cache.lacking((judgement.key,), scope.over(start, add_months(start, months))))


def _show_recorded_changes(judgements: Sequence[Judgement], names: Mapping[str, str], whole: str, scope: Scope) -> None:
    """What was changed on purpose of late, and the usual level before and since."""
    assert scope.end
    for judgement in judgements:
        levels = sentences.level_before_and_since(METRICS[judgement.key], judgement)
        if levels and judgement.setting.rebases[-1].starts_on >= add_months(scope.end, -_RECENT_MONTHS):
            what_changed = f"{levels} {sentences.rebased_from(judgement)}"
            st.markdown(f"■ Recorded change. {bold(_subject(judgement, names, whole))} {escaped(what_changed)}")


def _subject(judgement: Judgement, names: Mapping[str, str], whole: str) -> str:
    """The place and the measure that a sentence is about."""
    return f"{names.get(judgement.hub or '', whole)}: {words.uncapitalised(METRICS[judgement.key].name)}."
