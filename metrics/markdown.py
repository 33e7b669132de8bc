"""Text as Markdown that shows it letter by letter: a name, a link or what a reader wrote is never read as markup."""

import re
from collections.abc import Iterable

from metrics import words

# What Markdown, with the extensions that Streamlit reads, takes for markup wherever it stands in a line, and at its beginning.
_MARKUP = re.compile(r"[\\`*_\[\]<&$~|#]")
_FIRST = re.compile(r"^( ?)(?:(?=>|=+$|-(?:$|[- ])|\+(?:$| ))|(\d+)(?=[.)](?:$| )))")
_SPACE = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")  # but no-break spaces stay
# What Streamlit still looks for when Markdown is done and a backslash is gone: icons, emoji, directives (`:red[`), addresses and
# arrows. A word joiner, which is not drawn and takes no room, keeps them apart.
_JOINER = "\u2060"
_LOOKED_FOR = re.compile(
    r":(?=[^\W\d]|[-+/:]|(?:100|1234):)|(?<=[\w.+-])@(?=[\w-])|www(?=\.|$)|(?<!\S)(?:<(?=-)|-(?=[->](?!\S))|[<>~](?==(?!\S)))",
    re.IGNORECASE,
)


def escaped(text: object) -> str:
    """Text that Markdown leaves as it is, on one line: on a page, whatever is not written in the program itself."""
    kept_apart = _LOOKED_FOR.sub(rf"\g<0>{_JOINER}", _SPACE.sub(" ", words.visible(str(text))))
    return _FIRST.sub(r"\1\2\\", _MARKUP.sub(r"\\\g<0>", kept_apart))


def bold(text: object) -> str:
    """The same in bold."""
    return f"**{escaped(str(text).strip())}**"


def bullets(texts: Iterable[object]) -> str:
    """A list of such texts, a line each."""
    return "\n".join(f"- {escaped(text)}" for text in texts)


def code(text: str) -> str:
    """A key or a command, as it is typed."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
