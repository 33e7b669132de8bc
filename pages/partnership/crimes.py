"""Crimes with a child suspect, and antisocial behaviour that involves a child: released figures."""

import streamlit as st

from pages.parts import board
from release.answers.questions import CRIME

reader = st.session_state.reader  # no page without one
board.questions(CRIME)
