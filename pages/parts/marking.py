"""What every page says about itself: that the data are invented, or how they must be handled."""

import streamlit as st

from pages.parts import figures
from queries.scope import Scope

DEMO_FORCE = "invented demo"


def banner() -> None:
    scope: Scope = st.session_state.scope
    forces = figures.places(scope.access)["force"]
    if forces.str.contains(DEMO_FORCE, regex=False).any():
        st.info("Invented demonstration data: no child, crime or event here is real.", icon=":material/science:")
    else:
        st.warning(
            "OFFICIAL-SENSITIVE. Exact figures: a small count can identify a child. Not for sharing outside the force.",
            icon=":material/shield:",
        )
