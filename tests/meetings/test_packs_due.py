"""Packs that are due: who gets what and when, and nothing is written where no figure has changed."""

import stat
from datetime import datetime

import pytest
from packed import searches
from pptx import Presentation

from meetings import due
from meetings.__main__ import main
from meetings.due import Recipient, is_due, recipients
from meetings.slides import Refused

pytestmark = pytest.mark.xdist_group("packs")

NOW = datetime.fromisoformat("2025-01-05T09:00")  # UTC, and in London
HEAD = "who,role,hub,form,day,months\n"


@pytest.fixture(scope="module")
def few():
    return searches()


@pytest.fixture(scope="module")
def corrected():
    return searches(near=1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path / 'memory' / 'meetings.sqlite'}")
    found = tmp_path / "packs"
    found.mkdir()
    return found


def listed(folder, *lines):
    (folder / "packs.csv").write_text(HEAD + "".join(f"{line}\n" for line in lines))


def packs_in(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.name != "packs.csv"}


def test_what_the_table_says(folder):
    listed(folder, "command team,command,,pptx,5,1", " Near ,hub,near,pdf,28,", "board,board,,pdf,1,3")
    assert recipients(folder) == [
        Recipient("command team", "command", "", "pptx", 5, 1),
        Recipient("Near", "hub", "near", "pdf", 28, 1),
        Recipient("board", "board", "", "pdf", 1, 3),
    ]
    (folder / "packs.csv").write_text(f"﻿{HEAD}command team,command,,pptx,5,1\n", encoding="utf-8")
    assert [one.who for one in recipients(folder)] == ["command team"], "as Excel writes it"


def test_without_a_table_an_example_is_shown_that_is_one(folder):
    with pytest.raises(Refused) as refused:
        recipients(folder)
    said, _, example = str(refused.value).partition("\n")
    assert said == f"There is no {folder / 'packs.csv'}: make one that says who gets what and when, such as"
    (folder / "packs.csv").write_text(example)
    assert [(one.who, one.role, one.day, one.months) for one in recipients(folder)] == [
        ("command team", "command", 5, 1),
        ("partnership board", "board", 1, 3),
        ("Eden", "hub", 3, 1),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("team,command,,pptx,0,1", "day is from 1 to 28, and months 1, 2, 3, 6 or 12."),
        ("team,command,,pptx,29,1", "day is from 1 to 28"),
        ("team,command,,pptx,first,1", "day is from 1 to 28"),
        ("team,command,,pptx,1,5", "months 1, 2, 3, 6 or 12"),
        ("team,audit,,pptx,1,1", "role is one of command, analyst, hub, board, and form one of pptx, pdf."),
        ("team,command,,docx,1,1", "form one of pptx, pdf"),
        ("../team,command,,pptx,1,1", "who is a name without a slash, for it names the file."),
        (",command,,pptx,1,1", "who is a name without a slash"),
        ("team,command", "hub, form, day and months is missing; its columns are who, role, hub, form, day, months."),
    ],
)
def test_a_bad_line_is_named_with_its_number(folder, few, capsys, line, said):
    listed(folder, "first,command,,pptx,5,1", line)
    assert main(["due", "--folder", str(folder), "--database", few]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"{folder / 'packs.csv'}, line 3: ") and said in told.err and told.err.count("\n") == 1
    assert not packs_in(folder)


@pytest.mark.parametrize(
    ("months", "day", "now", "expected"),
    [
        (1, 5, "2025-01-04T23:59", False),
        (1, 5, "2025-01-05T00:00", True),
        (1, 5, "2025-01-31T12:00", True),
        (3, 1, "2025-01-01T12:00", True),
        (3, 1, "2025-02-01T12:00", False),
        (3, 1, "2025-03-31T12:00", False),
        (3, 1, "2025-04-01T12:00", True),
        (12, 1, "2025-01-01T12:00", True),
        (12, 1, "2025-07-01T12:00", False),
        (1, 1, "2025-06-30T23:00", True),  # midnight of the first of July in London
        (3, 1, "2025-06-30T23:00", True),
    ],
)
def test_when_a_pack_is_due(months, day, now, expected):
    assert is_due(Recipient("team", "command", "", "pptx", day, months), datetime.fromisoformat(now)) is expected


def test_nothing_is_written_twice_and_a_changed_figure_is_told_and_written(folder, few, corrected):
    listed(folder, "team,command,,pptx,5,1", "Near,hub,near,pdf,5,1", "Far,hub,far,pptx,6,1")
    names = {"team children-first-command-2024-12.pptx", "Near children-first-hub-near-2024-12.pdf"}
    first = due.write(folder, NOW, "the tests", few)
    assert not first.failed and first.told == [
        "team: team children-first-command-2024-12.pptx is written.",
        "Near: Near children-first-hub-near-2024-12.pdf is written.",
        "Far: not due.",
    ]
    before = packs_in(folder)
    assert names == before.keys()
    second = due.write(folder, NOW.replace(day=5, hour=20), "somebody else", few)
    assert second.told[0] == "team: nothing has changed since team children-first-command-2024-12.pptx was written."
    assert second.told[2] == "Far: not due." and packs_in(folder) == before
    third = due.write(folder, NOW.replace(hour=21), "the tests", corrected)
    of_near = [line for line in third.told if line.startswith("Near: ")]
    assert any("30.0% should be 29.6%" in line for line in of_near), "71 of 240 where 72 were"
    assert of_near[-1] == "Near: Near children-first-hub-near-2024-12.pdf is written."
    after = packs_in(folder)
    assert after.keys() == before.keys() and all(after[name] != before[name] for name in names)
    assert due.write(folder, NOW.replace(hour=22), "the tests", corrected).told[0].startswith("team: nothing has changed")


def test_one_that_cannot_be_made_does_not_keep_the_others(folder, few):
    listed(folder, "nobody,hub,nowhere,pptx,1,1", "whoever,hub,,pptx,1,1", "Near,hub,near,pptx,1,1")
    done = due.write(folder, NOW, "the tests", few)
    assert len(done.failed) == 2 and all(": not written. " in line for line in done.failed)
    assert done.told == ["Near: Near children-first-hub-near-2024-12.pptx is written."]
    assert done.failed[0] == "nobody: not written. nowhere is not a hub; the hubs are far (Far), mid (Mid) and near (Near)."


def test_what_stands_there_and_is_no_pack_is_written_anew(folder, few):
    listed(folder, "Near,hub,near,pptx,1,1")
    path = folder / "Near children-first-hub-near-2024-12.pptx"
    path.write_bytes(b"torn")
    told = due.write(folder, NOW, "the tests", few).told
    assert "is not a pack that was made by this dashboard" in told[0] and told[-1].endswith("is written.")
    assert len(Presentation(path).slides) > 5


def test_where_a_file_cannot_be_put_none_is_left_half(folder, few):
    """A folder stands where the file of one should go: what was there stays, and nothing beside it."""
    listed(folder, "Near,hub,near,pptx,1,1", "Far,hub,far,pptx,1,1")
    taken = folder / "Near children-first-hub-near-2024-12.pptx"
    taken.mkdir()
    done = due.write(folder, NOW, "the tests", few)
    assert done.failed and done.failed[0].startswith("Near: not written. ")
    assert done.told == ["Far: Far children-first-hub-far-2024-12.pptx is written."]
    assert taken.is_dir() and {path.name for path in folder.iterdir()} == {
        "packs.csv",
        taken.name,
        "Far children-first-hub-far-2024-12.pptx",
    }


def test_whoever_may_read_the_folder_may_read_its_packs(folder, few):
    listed(folder, "Near,hub,near,pptx,1,1")
    due.write(folder, NOW, "the tests", few)
    own = folder / "own"
    own.touch()
    path = folder / "Near children-first-hub-near-2024-12.pptx"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(own.stat().st_mode)
