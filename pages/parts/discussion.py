"""What is most worth discussing, in sentences: the clearest signals, how many chance alone would give, and recorded changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import streamlit as st

from auth import readers
from metrics import words
from metrics.markdown import escaped
from metrics.signals import discussion, sentences
from metrics.signals.judgement import Judgement
from metrics.signals.series import MONTHLY, QUARTERLY
from metrics.themes import METRICS, THEMES
from pages.parts import cache, control_chart, filters, markup, profile
from pages.parts.markup import element, elements, text
from queries.clock import add_months
from queries.scope import Scope

_CONCERNS, _OTHERS = 6, 4  # to discuss in one meeting
_MONTHS = {"months": MONTHLY.months, "quarters": QUARTERLY.months}  # of a point, by how a chart was judged
_RECENT_MONTHS = 24  # in which a recorded change is worth showing
LACKS = "Not all that was sent of that time was taken in: the analyst sees why under Data quality."
_TWO_COMPARISONS = (
    "A chart checks the latest month or quarter against those before it; the figures below compare the whole period with the "
    "same period a year before. Both can be right."
)


def judgements(scope: Scope) -> list[Judgement]:
    """Whether each measure has changed; where nothing is kept yet, counting them is what takes longest on a page."""
    found = cache.judgements(tuple(metric.key for theme in THEMES for metric in theme.metrics), scope)
    readers.check_access()
    return found


def show_signals(
    judgements: Sequence[Judgement], names: Mapping[str, str], scope: Scope, *, others: str = "", after: int = 0
) -> None:
    """The clearest signals, one for each theme and place, with the false-alarm budget before them; each leads to its chart.

    ``after`` is how many have been shown already: then all the rest are; else ``others`` says where these are.
    """
    whole = filters.place_name(scope)
    st.write(escaped(discussion.budget_sentence(discussion.budget(judgements))))
    by_subject = discussion.subjects(judgements)[after:]
    concerns, changes = ([one for one in by_subject if (one[0].verdict == "concern") is wanted] for wanted in (True, False))
    shown = by_subject if after else [*concerns[:_CONCERNS], *changes[:_OTHERS]]
    said = [_signal(clearest, more, names, whole, scope) for clearest, *more in shown]
    said += [_recorded_change(judgement, sentence, names, whole) for judgement, sentence in recorded(judgements, scope)]
    if said:
        markup.show(element("ul", elements("li", said), class_="signals"))
    left = len(by_subject) - len(shown)
    rest = f" {left} more {'is' if left == 1 else 'are'} {others}." if left else ""
    st.caption(escaped(f"{_TWO_COMPARISONS}{rest}"))


def _signal(clearest: Judgement, more: Sequence[Judgement], names: Mapping[str, str], whole: str, scope: Scope) -> str:
    """A sign with its word, the place and measure that lead to the chart, and what it says."""
    names_of_more = [f"{control_chart.sign(signal)} {words.uncapitalised(METRICS[signal.key].name)}" for signal in more]
    also = f" Also there: {words.listed(names_of_more)}." if more else ""
    lacks = f" {LACKS}" if is_lacking(clearest, scope) else ""
    sign = element("span", text(control_chart.SIGNS[clearest.verdict]), class_=profile.LOOKS.get(clearest.verdict, ""))
    sentence = sentences.verdict(METRICS[clearest.key], clearest)
    return f"{sign}. {_subject(clearest, names, whole)} {text(f'{sentence}{lacks}{also}')}"


def is_lacking(judgement: Judgement, scope: Scope) -> bool:
    """Whether something of its last month or quarter was not taken in at loading, which may be all that has changed."""
    months = _MONTHS.get(judgement.method)
    if not months:
        return False
    start = date.fromisoformat(judgement.last_point["label"])
    return bool(cache.lacking((judgement.key,), scope.over(start, add_months(start, months))))


def recorded(judgements: Sequence[Judgement], scope: Scope) -> Iterator[tuple[Judgement, str]]:
    """What was changed on purpose of late, and the usual level before and since."""
    assert scope.end
    for judgement in judgements:
        levels = sentences.level_before_and_since(METRICS[judgement.key], judgement)
        if levels and judgement.setting.rebases[-1].starts_on >= add_months(scope.end, -_RECENT_MONTHS):
            yield judgement, f"{levels} {sentences.rebased_from(judgement)}"


def _recorded_change(judgement: Judgement, sentence: str, names: Mapping[str, str], whole: str) -> str:
    return f"■ Recorded change. {_subject(judgement, names, whole)} {text(sentence)}"


def _subject(judgement: Judgement, names: Mapping[str, str], whole: str) -> str:
    """The place and the measure that a sentence is about, leading to its chart."""
    metric, place = METRICS[judgement.key], names.get(judgement.hub or "", whole)
    page, choices = profile.to_chart(metric, place if judgement.hub else "")
    return markup.link(page, choices, element("b", text(f"{place}: {words.uncapitalised(metric.name)}.")), class_="onward")
