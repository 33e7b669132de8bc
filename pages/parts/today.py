"""What is most worth discussing today: three cards, the rest folded."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from metrics.signals.discussion import budget, budget_sentence, subjects
from metrics.signals.judgement import Judgement
from pages.parts import cards, discussion, folded
from queries.scope import Scope

_CARDS = 3


def show(judgements: Sequence[Judgement], hub_names: Mapping[str, str], whole: str, scope: Scope) -> None:
    """Three cards of what is most worth discussing, the rest folded."""
    found, counted = subjects(judgements), budget(judgements)
    if not counted.checked:
        st.write(escaped(budget_sentence(counted)))
        return
    if found:
        cards.show(found[:_CARDS], hub_names, whole, scope)
    else:
        st.write("Nothing is flagged today: no chart shows a change.")
    left, recorded = len(found) - _CARDS, any(discussion.recorded(judgements, scope))
    parts = [*([f"{left} more"] if left > 0 else []), *(["recorded changes"] if recorded else [])]
    more = f"{words.capitalised(words.listed(parts))}. " if parts else ""
    said = f"{more}Flagged: {counted.flagged} of {counted.checked:,} charts; by chance about {counted.by_chance:.0f}"
    rest = partial(discussion.show_signals, judgements, hub_names, scope, after=len(found[:_CARDS]))
    folded.show(said, "rest", rest)
