"""The tables that a page shows, whether as text or as a sheet, and the links of its chips, cards and cells."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pandas as pd


class _Reader(HTMLParser):
    """Cells of every table of class ``listing``, by row, and all links with their text."""

    def __init__(self):
        super().__init__()
        self.tables, self.links, self.items, self._cell = [], [], [], None
        self._link = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "div" and (given.get("class") or "").startswith("listing"):
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self._cell = []
        elif tag == "a":
            self._link = (given, [])
        elif tag == "li":
            self.items.append("")

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)
        if self._link is not None:
            self._link[1].append(data)
        if self.items:
            self.items[-1] += data

    def handle_endtag(self, tag):
        if tag in ("th", "td") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("".join(self._cell))
            self._cell = None
        elif tag == "a":
            given, texts = self._link
            self.links.append((given, "".join(texts)))
            self._link = None


def unfolded(app):
    """The same page with all open that is drawn only once it is opened."""
    for part in app.expander:
        if part.proto.id:
            app.session_state[part.proto.id.split("-", 2)[2]] = True
    app.run()
    assert not app.exception, app.exception
    return app


def _read(app):
    reader = _Reader()
    for drawn in app.get("html"):
        reader.feed(drawn.proto.body)
    return reader


def tables(app):
    """Every table of a page as a frame of texts."""
    of_text = [pd.DataFrame(rows, columns=head) for head, *rows in _read(app).tables]
    return [*of_text, *(element.value for element in app.dataframe)]


def items(app):
    """The text of every item of a list that a page draws itself: signals, cards, chips."""
    return _read(app).items


def links(app):
    """The text of every link in what a page draws itself, with its page and what it chooses."""
    found = []
    for given, text in _read(app).links:
        address = urlsplit(given["href"])
        found.append((text, address.path, {name: values[0] for name, values in parse_qs(address.query).items()}))
    return found
