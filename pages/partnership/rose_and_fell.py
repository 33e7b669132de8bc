"""What rose as another fell: entry, the ways out of court, no further action and reoffending side by side."""

import streamlit as st

from metrics.markdown import escaped
from pages.parts import board
from release.answers import summary
from release.answers.questions import BALANCE

reader = st.session_state.reader  # no page without one
release = board.opened()
st.title("Did one figure improve because another got worse?")
st.write(escaped(summary.moved(release, BALANCE)))
frame = summary.balance(release)
board.table(frame)
board.explain(frame)
