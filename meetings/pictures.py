"""A chart as a picture that says by itself what it is: title, sentence, period, end of the data and marking are drawn into it."""

from typing import Any

from meetings import typeset
from meetings.typeset import string
from metrics.charts.picture import picture

_WIDE = 760  # pixels of the chart


def png(figure: Any, title: str, sentence: str, source: str, marking: str) -> bytes:
    """The picture of a Plotly figure."""
    page = f"""
#set page(width: 600pt, height: auto, margin: 14pt, fill: white)
#set text(font: "Source Sans Pro", size: 11pt, lang: "en", region: "GB", fill: rgb("#0B0C0C"))
#set par(leading: 0.45em, spacing: 0.6em)
#par(text(size: 15pt, weight: "bold", {string(title)}))
#par({string(sentence)})
#image("chart.svg", width: 100%, alt: {string(sentence)})
#par(text(size: 9pt, fill: rgb("#505A5F"), {string(source)}))
#par(text(size: 8pt, fill: rgb("#505A5F"), {string(marking)}))
"""
    return typeset.png(page, {"chart.svg": picture(figure, _WIDE)})
