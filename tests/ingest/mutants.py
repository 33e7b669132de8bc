"""Sound extracts, and what can become of one on its way: cut, doubled, shuffled, in odd encodings, with stray marks in it."""

import csv
import io
import random
from collections.abc import Callable

HUBS = "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n"
CHILDREN = "child_id,date_of_birth,sex,home_hub_id\n" + "".join(f"C{n},201{n}-05-04,{'FM'[n % 2]},CAR\n" for n in range(8))
CODES = "outcome_code,label,outcome_group\n21,Not in the public interest,public interest\n1,Charged,charged\n"
CRIMES = "crime_id,recorded_on,hub_id,offence,youth_produced_imagery\n"
CRIMES += "".join(f'K{n},2025-01-{n + 10},CAR,"Theft, of a ""bike""",false\n' for n in range(9))
KNOWN = {"hubs.csv": HUBS, "children.csv": CHILDREN, "outcome_codes.csv": CODES, "crimes.csv": CRIMES}
SOUND = {
    "hubs.csv": HUBS + "EDE,Eden\nALL,Allerdale\n",
    "children.csv": CHILDREN + "D1,2012-02-29,X,BAR\nD2,,,\n",
    "crimes.csv": CRIMES + 'L1,01/02/2025,BAR,"Theft\nof a bell",1\nL2,2025-02-02,,Robbery,\n',
    "suspects.csv": "crime_id,child_id,age_when_committed\n" + "".join(f"K{n},C{n % 8},1{n % 8}\n" for n in range(9)),
    "crime_outcomes.csv": "crime_id,outcome_code,outcome_on,superseded_on\n"
    + "".join(f"K{n},21,2025-02-0{n + 1},2025-03-01\nK{n},1,2025-03-01,\n" for n in range(6)),
    "care_spells.csv": "child_id,started_on,ended_on,status,placement\n"
    + "".join(f"C{n},2022-01-0{n + 1},{'2024-05-01' if n % 2 else ''},in care,foster\n" for n in range(8)),
    "detentions.csv": "detention_id,child_id,authorised_on,authorised_at,released_at,hub_id,strip_search\n"
    + "".join(f"D{n},C{n},2025-06-0{n + 1},2025-06-0{n + 1}T10:00,2025-06-0{n + 2}T09:30Z,CAR,none\n" for n in range(7)),
    "missing_episodes.csv": "episode_id,child_id,reported_on,returned_at,risk_initial,philomena_form\n"
    + "".join(f"M{n},C{n},2025-06-0{n + 1},2025-06-0{n + 3} 12:00:00,medium,yes\n" for n in range(7)),
    "population.csv": "hub_id,year,age,sex,residents\n"
    + "".join(f"CAR,2021,{n},F,10{n}\nCAR,2021,{n},,20{n}\n" for n in range(6)),
    "targets.csv": "metric_key,hub_id,value,applies_from_on,set_by,set_on,reason\n"
    + "".join(f"overnight_share,{hub},0.8,2026-0{n}-01,a board,2025-12-01,agreed\n" for n in (1, 2, 3) for hub in ("", "CAR")),
    "2019-06-cumbria-stop-and-search.csv": "Type,Date,Latitude,Gender,Age range,Outcome\n"
    + "".join(f"Person search,2019-06-0{n % 5 + 1}T10:00:00+00:00,53.3,Male,10-17,Arrest\n" for n in range(9)),
}
CELLS = ["", " ", "soon", "#N/A", "2.02401E+11", "Oct-17", "0001-01-01T00:00:00Z", "9999-12-31T23:59-12:00", "2025-02-30"]
CELLS += ["NULL", "-1", "1e309", "inf", "9" * 40, "0.8", "true", "'; DROP TABLE hubs", "%s{}\\", "\x01", "\x1f", "\u202ex", "😀é"]
CELLS += ["C1", "K1", "CAR", "C9", "2025-03-30T01:30", "26/10/2025 01:30", "a,b", 'a"b', "a\nb", "a\r\nb,c", "\ufeff"]
CELLS += ["x" * 140_000]
STRAY = [b'"', b'"', b'"', b'"', b'"', b'"', b",", b",", b"\n", b"\n", b"\r", b"\x00", b"\x81", b"\xe9", b"\xff\xfe"]

Mutation = Callable[[random.Random, bytes], bytes]


def count_lines(text: str) -> int:
    """By their ends: what comes after the last one is a line only if there is something."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.count("\n") + (not plain.endswith("\n") and bool(plain))


def mutants(seed: int) -> list[tuple[str, bytes]]:
    """The names and contents of a file or two of one table, always the same of one seed."""
    rng = random.Random(seed)
    name = rng.choice(list(SOUND))
    names = [name, name.replace(".csv", " (1).csv")] if seed % 3 == 0 else [name]
    return [(of_file, _mutated(rng, SOUND[name].encode())) for of_file in names]


def _mutated(rng: random.Random, content: bytes) -> bytes:
    for change in rng.choices(list(MUTATIONS), list(MUTATIONS.values()), k=rng.choice((1, 2, 3, 4))):
        content = change(rng, content)
    return content


def cut(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def line_doubled(rng: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def line_dropped(rng: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    lines.pop(rng.randrange(len(lines)))
    return b"".join(lines)


def blank_lines(rng: random.Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 4)):
        lines.insert(rng.randrange(len(lines) + 1), rng.choice((b"\n", b"  \r\n", b",,,\n", b'""\n', b",\r")))
    return b"".join(lines)


def stray_bytes(rng: random.Random, content: bytes) -> bytes:
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(content) + 1)
        content = content[:place] + rng.choice(STRAY) + content[place:]
    return content


def line_ends(rng: random.Random, content: bytes) -> bytes:
    """Of one other kind, or of all kinds."""
    ends = rng.choice(((b"\r\n",), (b"\r",), (b"\n", b"\r\n", b"\r")))
    return b"".join(line + rng.choice(ends) for line in content.splitlines())


def separators(rng: random.Random, content: bytes) -> bytes:
    return content.replace(b",", rng.choice((b";", b"\t", b"|", b", ")))


def encoding(rng: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace") + "é,ñ\n"
    return text.encode(rng.choice(("utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "cp037")), "replace")


def cells(rng: random.Random, content: bytes) -> bytes:
    def change(rows: list[list[str]]) -> None:
        for _ in range(rng.randrange(1, 4)):
            row = rng.choice(rows[1:] or rows)
            if row:
                row[rng.randrange(len(row))] = rng.choice(CELLS)

    return _rewritten(content, change)


def columns(rng: random.Random, content: bytes) -> bytes:
    """In another order, one fewer, one more, or one by the name of another."""

    def change(rows: list[list[str]]) -> None:
        width = len(rows[0])
        order = list(range(width))
        match rng.randrange(4):
            case 0:
                rng.shuffle(order)
            case 1:
                order.pop(rng.randrange(width))
            case 2:
                order.append(rng.randrange(width))
            case _:
                rows[0][rng.randrange(width)] = rng.choice(("note", "", " NAME ", "child_id", "recorded_on"))
        rows[:] = [[row[place] for place in order if place < len(row)] for row in rows]

    return _rewritten(content, change)


def header_dropped(rng: random.Random, content: bytes) -> bytes:
    return content.partition(b"\n")[2]


def _rewritten(content: bytes, change: Callable[[list[list[str]]], None]) -> bytes:
    """As a program writes it again, after a change to its cells."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
    if not rows or not rows[0]:
        return content
    change(rows)
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


# How often each is made, beside the others.
MUTATIONS: dict[Mutation, int] = {
    cells: 16,
    stray_bytes: 12,
    line_doubled: 8,
    cut: 5,
    blank_lines: 4,
    line_ends: 4,
    columns: 3,
    line_dropped: 1,
    separators: 1,
    encoding: 1,
    header_dropped: 1,
}
