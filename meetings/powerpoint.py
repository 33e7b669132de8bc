"""A pack as slides that can be edited: charts of PowerPoint's own, the sentence as title, the table in the notes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PackageNotFoundError
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from meetings.slides import Chart, Pack, Refused, Series, Slide, Table, widths
from metrics import words

BLUE, BAR, GREY, TEAL, INK = "12436D", "2073BC", "505A5F", "28A197", "0B0C0C"
OWN = "Slide "  # by which slides are known again, whatever somebody puts between them
WIDE, TALL = Inches(13.333), Inches(7.5)  # where no template says otherwise
_EDGE, _TITLE_TALL, _FOOT = Inches(0.5), Inches(1.1), Inches(0.42)
_SYMBOLS = {
    "units": (XL_MARKER_STYLE.CIRCLE, 9),
    "concern": (XL_MARKER_STYLE.SQUARE, 9),  # PowerPoint has no triangle that points down
    "improvement": (XL_MARKER_STYLE.TRIANGLE, 10),
    "neither": (XL_MARKER_STYLE.DIAMOND, 10),
}
_DASHES = {"usual": MSO_LINE.DASH, "target": MSO_LINE.ROUND_DOT, "range": MSO_LINE.SQUARE_DOT, "curve": MSO_LINE.SOLID}
_COLOURS = {
    "values": GREY,
    "units": BLUE,
    "usual": GREY,
    "limit": GREY,
    "target": TEAL,
    "range": GREY,
    "curve": GREY,
    "concern": "F46A25",
    "improvement": BLUE,
    "neither": "801650",
}
# Names of neighbours go to different sides, the smallest above.
_BESIDE = (XL_LABEL_POSITION.ABOVE, XL_LABEL_POSITION.BELOW, XL_LABEL_POSITION.LEFT, XL_LABEL_POSITION.RIGHT)
_TICKS, _ROOM = 9, 1.05  # names on an axis of time; of the longest range
_TITLE_ONLY = 5  # where that layout stands among PowerPoint's own
_MOST_LETTERS = 150  # of a title, from which its type is smaller


def write(pack: Pack, template: Path | None = None) -> bytes:
    """The file of a pack, in the force's own template where one is given: its layouts, fonts and colours, without its slides.

    Raises Refused for a template that is none.
    """
    deck = _deck(template)
    _cover(deck, pack)
    for number, slide in enumerate(pack.slides, start=2):
        _slide(deck, slide, pack, f"{OWN}{number}")
    about = deck.core_properties
    about.title, about.author, about.subject = map(words.visible, (pack.title, pack.order.made_by, pack.marking))
    about.created = about.modified = pack.order.made_at
    about.comments = json.dumps(asdict(pack.order), default=str)
    made = BytesIO()
    deck.save(made)
    return made.getvalue()


def _deck(template: Path | None) -> Any:
    """A presentation without slides."""
    try:
        deck = Presentation(str(template) if template else None)
    except (PackageNotFoundError, BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, OSError) as error:
        raise Refused(f"{template} is not a PowerPoint template (.pptx); give the force's own, or none.") from error
    if template is None:
        deck.slide_width, deck.slide_height = WIDE, TALL
    listed = deck.slides._sldIdLst
    for each in list(listed):
        deck.part.drop_rel(each.rId)
        listed.remove(each)
    return deck


def _new_slide(deck: Any) -> Any:
    """A slide with nothing but its title: that layout by its usual name, else by its usual place."""
    layouts = list(deck.slide_layouts)
    named = (layout for layout in layouts if layout.name.casefold() == "title only")
    return deck.slides.add_slide(next(named, layouts[min(_TITLE_ONLY, len(layouts) - 1)]))


def _cover(deck: Any, pack: Pack) -> None:
    slide = _new_slide(deck)
    _title(deck, slide, pack.title, size=36)
    body = _box(slide, _EDGE, _EDGE + _TITLE_TALL, deck.slide_width - 2 * _EDGE, Inches(4))
    _paragraphs(body, pack.cover, 20)
    _foot(deck, slide, pack, "", "")


def _slide(deck: Any, told: Slide, pack: Pack, name: str) -> None:
    slide = _new_slide(deck)
    slide._element.cSld.set("name", name)
    _title(deck, slide, told.title)
    top, wide = _EDGE + _TITLE_TALL, deck.slide_width - 2 * _EDGE
    bottom = deck.slide_height - _FOOT - Inches(0.35)
    lines = [line for line in told.lines if line]
    if lines:
        tall = Inches(0.28) * sum(1 + len(line) // 150 for line in lines)
        _paragraphs(_box(slide, _EDGE, top, wide, tall), lines, 14)
        top += tall + Inches(0.1)
    if told.chart:
        _chart(slide, told.chart, (_EDGE, top, wide, bottom - top))
    elif told.table:
        _table(slide, told.table, (_EDGE, top, wide, bottom - top))
    _foot(deck, slide, pack, told.reference, told.link)
    notes = [told.section, told.title, *told.lines, told.reference, told.link]
    notes += _as_text(told.behind) if told.behind else []
    slide.notes_slide.notes_text_frame.text = words.visible("\n".join(filter(None, notes)))


def _title(deck: Any, slide: Any, said: str, size: int = 24) -> None:
    shape = slide.shapes.title
    if shape is None:
        shape = _box(slide, 0, 0, 0, 0)
    shape.left, shape.top, shape.width, shape.height = _EDGE, Inches(0.3), deck.slide_width - 2 * _EDGE, _TITLE_TALL
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.text = words.visible(said)
    for paragraph in frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(size if len(said) <= _MOST_LETTERS else size - 5), True
        paragraph.alignment = PP_ALIGN.LEFT


def _foot(deck: Any, slide: Any, pack: Pack, reference: str, link: str) -> None:
    """The marking, where the numbers come from, and the way to the same view."""
    top = deck.slide_height - _FOOT - Inches(0.28)
    box = _box(slide, _EDGE, top, deck.slide_width - 2 * _EDGE, _FOOT + Inches(0.2))
    said = f"{pack.marking}. {pack.handling}"
    _paragraphs(box, (said,), 10)
    second = box.text_frame.add_paragraph()
    release = f"Release {pack.order.release} · " if pack.order.release else ""
    _run(second, f"{release}{reference or f'{pack.title} · {pack.cover[0]}'}", 10)
    if link:
        way = _run(second, "   Open this view", 10)
        way.hyperlink.address = link


def _box(slide: Any, left: int, top: int, wide: int, tall: int) -> Any:
    box = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(wide), Emu(tall))
    box.text_frame.word_wrap = True
    return box


def _run(paragraph: Any, said: str, size: int) -> Any:
    run = paragraph.add_run()
    run.text, run.font.size = words.visible(said), Pt(size)
    return run


def _paragraphs(box: Any, lines: Iterable[str], size: int) -> None:
    frame = box.text_frame
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _run(paragraph, line, size)


def _table(slide: Any, table: Table, place: tuple[int, int, int, int]) -> None:
    left, top, wide, tall = place
    shape = slide.shapes.add_table(len(table.rows) + 1, len(table.heads), Emu(left), Emu(top), Emu(wide), Emu(tall // 4))
    for column, share in zip(shape.table.columns, widths(table), strict=True):
        column.width = Emu(int(wide * share))
    for place_of_row, row in enumerate([table.heads, *table.rows]):
        for place_of_cell, said in enumerate(row):
            cell = shape.table.cell(place_of_row, place_of_cell)
            cell.text = words.visible(said)
            cell.margin_top = cell.margin_bottom = Emu(20000)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(12)


def _as_text(table: Table) -> list[str]:
    return ["", *("\t".join(row) for row in (table.heads, *table.rows))]


def _chart(slide: Any, told: Chart, place: tuple[int, int, int, int]) -> None:
    """A chart that whoever opens the file can edit, named by what it shows."""
    kind, data = _data(told)
    shape = slide.shapes.add_chart(kind, *(Emu(one) for one in place), data)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", words.visible(told.alt))
    chart = shape.chart
    chart.has_title, chart.has_legend = False, told.kind == "lines" and len(told.series) > 1
    chart.font.size, chart.font.color.rgb = Pt(12), RGBColor.from_string(GREY)
    form = "0%" if told.is_share else '0"%"' if told.percent else "#,##0.###" if _has_decimals(told) else "#,##0"
    value_axis, other = chart.value_axis, chart.category_axis
    value_axis.tick_labels.number_format, value_axis.tick_labels.number_format_is_linked = form, False
    value_axis.minimum_scale = 0
    value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("DEE0E2")
    value_axis.format.line.fill.background()
    other.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    other.has_major_gridlines = False
    if chart.has_legend:
        chart.legend.include_in_layout, chart.legend.position = False, XL_LEGEND_POSITION.BOTTOM
    if told.kind == "lines":
        skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{max(1, len(told.categories) // _TICKS)}"/>')
        other._element.find(qn("c:lblOffset")).addnext(skip)
    for drawn, series in zip(chart.plots[0].series, told.series, strict=True):
        _look(drawn, series, told, form)
    if told.kind == "bars":
        chart.category_axis.reverse_order = True
        chart.plots[0].gap_width = 60
        value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        _ranges(chart.plots[0].series[0], told.series[0])
        highest = max((value for value in (*told.series[0].values, *told.series[0].high) if value is not None), default=1.0)
        value_axis.maximum_scale = min(1.0, highest * _ROOM) if told.is_share else highest * _ROOM
    if told.kind == "scatter":
        other.minimum_scale, other.maximum_scale = told.series[0].x[0], told.series[0].x[-1]
        other.tick_labels.number_format, other.tick_labels.number_format_is_linked = "#,##0", False
        other.has_title = True
        other.axis_title.text_frame.text = words.visible(told.title_of_axis)


def _data(told: Chart) -> tuple[Any, Any]:
    if told.kind == "scatter":
        of_points = XyChartData()
        for series in told.series:
            points = of_points.add_series(words.visible(series.name))
            for x, y in zip(series.x, series.values, strict=True):
                points.add_data_point(x, y)
        return XL_CHART_TYPE.XY_SCATTER, of_points
    data: Any = CategoryChartData()
    data.categories = [words.visible(name) for name in told.categories]
    for series in told.series:
        data.add_series(words.visible(series.name), series.values)
    return (XL_CHART_TYPE.LINE_MARKERS if told.kind == "lines" else XL_CHART_TYPE.BAR_CLUSTERED), data


def _has_decimals(told: Chart) -> bool:
    shown = [value for value in told.series[0].values if value is not None]
    return bool(shown) and max(shown) < 10 and any(value != int(value) for value in shown)


def _look(drawn: Any, series: Series, told: Chart, form: str) -> None:
    """The colours and shapes of the pages; a signal in colour and shape, what is only a line without points."""
    colour = RGBColor.from_string(_COLOURS[series.look])
    if told.kind == "bars":
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = RGBColor.from_string(BAR)
        labels = drawn.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, "0.0%" if told.is_share else form, False
        labels.position = XL_LABEL_POSITION.INSIDE_BASE
        labels.font.size, labels.font.color.rgb = Pt(12), RGBColor.from_string("FFFFFF")
        return
    drawn.smooth = False
    if series.look in _SYMBOLS:  # points without a line
        drawn.format.line.fill.background()
    else:
        drawn.format.line.color.rgb, drawn.format.line.width = colour, Pt(2 if series.look == "values" else 1.25)
        if series.look in _DASHES:
            drawn.format.line.dash_style = _DASHES[series.look]
    symbol, size = _SYMBOLS.get(series.look, (XL_MARKER_STYLE.CIRCLE if series.look == "values" else XL_MARKER_STYLE.NONE, 5))
    drawn.marker.style, drawn.marker.size = symbol, size
    if symbol != XL_MARKER_STYLE.NONE:
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = colour
    for place, label in series.labels.items():
        frame = drawn.points[place].data_label.text_frame
        frame.text = words.visible(label)
        frame.paragraphs[0].font.size = Pt(12)
        drawn.points[place].data_label.position = _BESIDE[
            sum(other < series.x[place] for other in series.x) % 4 if series.x else 0
        ]


def _ranges(drawn: Any, series: Series) -> None:
    """The 95% range of each bar: python-pptx has no error bars, so what PowerPoint itself writes for them is put in."""
    if not any(value is not None for value in series.high):
        return
    plus = [_apart(high, value) for high, value in zip(series.high, series.values, strict=True)]
    minus = [_apart(value, low) for low, value in zip(series.low, series.values, strict=True)]
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_literal(plus)}</c:plus><c:minus>{_literal(minus)}</c:minus>"
        f'<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    element = drawn._element
    before: Sequence[etree._Element] = [element.find(qn(f"c:{name}")) for name in ("cat", "val")]
    next(one for one in before if one is not None).addprevious(bars)


def _apart(more: float | None, less: float | None) -> float:
    return 0.0 if more is None or less is None else max(more - less, 0.0)


def _literal(values: Sequence[float]) -> str:
    points = "".join(f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>' for place, value in enumerate(values))
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'
