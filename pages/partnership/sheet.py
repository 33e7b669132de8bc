"""All of it on one sheet, to lay on the table."""

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from pages.parts import board
from release.answers import summary
from release.answers.questions import BALANCE, CRIME, IN_CARE, OWED

reader = st.session_state.reader  # no page without one
release = board.opened()
st.title(escaped(f"Children first: {release.force}"))
board.describe(release)
glance, hubs = summary.glance(release), summary.hubs(release)
board.table(glance)
board.table(hubs)
for _, answer in summary.answers(release, (*OWED, *CRIME, IN_CARE)):
    st.markdown(escaped(answer))
for what, frame in (("in care", summary.in_care(release)), ("not White", summary.other_groups(release))):
    st.markdown(escaped(f"Of children {what}: {words.uncapitalised(summary.shares_in_words(frame))}"))
st.markdown(escaped(f"Balance: {words.uncapitalised(summary.moved(release, BALANCE))}"))
board.explain(glance, hubs)
