"""What fewer readers need: folded away, and neither counted nor sent before it is opened."""

from collections.abc import Callable

import streamlit as st

from metrics.markdown import escaped

TABLE_BEHIND_CHART = "The table behind this chart"


def show(label: str, key: str, draw: Callable[[], object], *, expanded: bool = False) -> None:
    """A line that opens to what ``draw`` draws; ``key`` is its own on the page."""
    part = st.expander(escaped(label), expanded=expanded, key=f"folded-{key}", on_change="rerun")
    if part.open:
        with part:
            draw()
