"""Counts to press: each leads to its part of the list below it, and once more to all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from pages.parts import markup
from pages.parts.markup import element, elements, text


@dataclass(frozen=True)
class Chip:
    """A count, None where it is not known, and what it is of; ``is_late`` says whether time has run out."""

    count: int | None
    name: str
    is_late: bool = False


def choice(title: str, key: str, chips: Sequence[Chip]) -> str:
    """Chips, and the name of the one that the link chooses; blank where it chooses none, or one that is not there, with a notice.

    ``key`` is what the choice is called in a link; a press chooses nothing of other chips on the page.
    """
    linked = st.query_params.get(key, "")
    names = [chip.name for chip in chips]
    if linked and linked not in names:
        st.warning(escaped(f"The link asks for {words.quoted(linked)} under “{title}”, which is not there; nothing is chosen."))
        del st.query_params[key]
        linked = ""
    drawn = [_chip(chip, key, is_chosen=chip.name == linked) for chip in chips]
    markup.show(element("ul", elements("li", drawn), class_="chips counts", aria_label=title), "chips", "hub")
    return linked


def _chip(chip: Chip, key: str, *, is_chosen: bool) -> str:
    late = element("span", "! ", class_="concern", aria_hidden="true") if chip.is_late and chip.count else ""
    number = "–" if chip.count is None else f"{chip.count:,}"
    inner = element("b", f"{late}{number}") + element("span", text(chip.name))
    if not chip.count and not is_chosen:
        return element("span", inner, class_="zero")
    choices = {} if is_chosen else {key: chip.name}
    return markup.link("", choices, inner, aria_current="true" if is_chosen else "")
