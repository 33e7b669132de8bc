"""A pack as a PDF that a screen reader reads: headings, tables with their heads, and each chart in words (PDF/UA-1)."""

import json
from dataclasses import asdict

from meetings import typeset
from meetings.slides import Chart, Pack, Slide, Table, widths
from meetings.typeset import string
from metrics.charts.picture import picture

_WIDE = 900  # pixels of a chart
_TALLEST = 420
_STYLE = """
#set page(width: 338.7mm, height: 190.5mm, margin: (x: 13mm, top: 11mm, bottom: 17mm), footer: context {
  set text(size: 9pt, fill: rgb("#505A5F"))
  grid(columns: (1fr, auto), marking, counter(page).display("1 of 1", both: true))
})
#set text(font: "Source Sans Pro", size: 12pt, lang: "en", region: "GB", fill: rgb("#0B0C0C"))
#set par(leading: 0.5em, spacing: 0.6em)
#set table(stroke: (x, y) => (bottom: 0.5pt + rgb("#B1B4B6")), inset: (x: 4pt, y: 3pt))
#show table.cell.where(y: 0): set text(weight: "bold")
#show heading.where(level: 1): it => { set text(size: 19pt, weight: "bold"); block(it.body, below: 0.7em) }
#show heading.where(level: 2): it => { set text(size: 14pt, weight: "bold"); block(it.body, below: 0.5em) }
#show link: underline
"""


def write(pack: Pack) -> bytes:
    """The file of a pack."""
    files: dict[str, str] = {}
    marking = f"{pack.marking}. {pack.handling}"
    about = json.dumps(asdict(pack.order), default=str)
    parts = [
        f"#let marking = {string(marking)}",
        f"#set document(title: {string(pack.title)}, author: {string(pack.order.made_by)}, keywords: ({string(about)},))",
        _STYLE,
        _cover(pack),
        *(_page(slide, number, files, pack) for number, slide in enumerate(pack.slides)),
        *_appendix(pack),
    ]
    return typeset.pdf("\n".join(parts), files, pack.order.made_at)


def _cover(pack: Pack) -> str:
    lines = [f"#text(size: 16pt, {string(line)})" for line in pack.cover]
    return "\n\n".join([f"#v(30mm)\n#heading(level: 1, text(size: 32pt, {string(pack.title)}))", *lines])


def _page(slide: Slide, number: int, files: dict[str, str], pack: Pack) -> str:
    parts = ["#pagebreak()", f"#heading(level: 1, {string(slide.title)})"]
    parts += [f"#par({string(line)})" for line in slide.lines if line]
    if slide.chart:
        name = f"chart-{number}.svg"
        files[name] = picture(slide.chart.figure, _WIDE, _height(slide.chart))
        how = f'width: 100%, height: 1fr, fit: "contain", alt: {string(slide.chart.alt)}'
        parts.append(f"#align(center, image({string(name)}, {how}))")
    if slide.table:
        parts.append(_table(slide.table))
    release = f"Release {pack.order.release} · " if pack.order.release else ""
    way = f"#link({string(slide.link)}, {string('Open this view')})" if slide.link else ""
    source = f"{release}{slide.reference}"
    parts.append(f"#text(size: 9pt, {string(source)}) {way}")
    return "\n".join(parts)


def _height(chart: Chart) -> int:
    return min(_TALLEST, max(300, int(chart.figure.layout.height or 300)))


def _table(table: Table, size: float = 11) -> str:
    columns = ", ".join(f"{share:.4f}fr" for share in widths(table))
    heads = ", ".join(f"[#{string(head or ' ')}]" for head in table.heads)
    cells = ",\n".join(", ".join(f"[#{string(cell)}]" for cell in row) for row in table.rows)
    return f"#text(size: {size}pt, table(columns: ({columns}), table.header({heads}),\n{cells}))"


def _appendix(pack: Pack) -> list[str]:
    """The tables behind the charts."""
    found = {slide.title: slide.behind for slide in pack.slides if slide.behind}
    parts = ["#pagebreak()", '#heading(level: 1, "The tables behind the charts")'] if found else []
    for title, table in found.items():
        parts += [f"#heading(level: 2, {string(title)})", _table(table, 9)]
    return parts
