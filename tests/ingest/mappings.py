"""What the tests of mappings share: small mapping files, and how they are read and used."""

from datetime import date

from ingest.load import load as load_extracts
from ingest.mapping.file import read_mapping
from ingest.mapping.translating import layout
from ingest.taking import Terms

TODAY = date(2026, 6, 30)
CRIMES = '[[crimes]]\nfile = "*.csv"\n'
COLUMNS = '[crimes.columns]\ncrime_id = "Ref"\nrecorded_on = "Recorded"\n'
DETENTIONS = '[[detentions]]\nfile = "*.csv"\n'
HELD = '[detentions.columns]\ndetention_id = "Ref"\nchild_id = "Child"\nauthorised_on = { day_of = "At" }\nauthorised_at = "At"\n'


def load(intake, folder, mapping, **options):
    """Load a folder by its mapping."""
    return load_extracts(
        [folder],
        intake.url,
        mapping=read_mapping(mapping, TODAY),
        today=TODAY,
        terms=Terms(yes=True),
        progress=False,
        **options,
    )


def written(intake, mapping):
    """A mapping file with this text."""
    return intake.file("mapping.toml", mapping)


def entry_of(tmp_path, mapping):
    """The only entry of a mapping with this text."""
    path = tmp_path / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    (entry,) = read_mapping(path, TODAY).entries
    return entry


def translated(tmp_path, mapping, **columns):
    """Columns of an extract in the contract's words."""
    return {name: list(cells) for name, cells in layout(entry_of(tmp_path, mapping), TODAY).translate(columns).items()}


def accounts_for_every_line(report):
    """Whether each line is in a header, blank, left out or of a row, and each row in one of its states."""
    further = report.lines - report.header_lines - report.blank_lines - report.filtered - report.read
    outcomes = report.new + report.updated + report.unchanged + report.superseded + report.rejected
    return further >= 0 and report.read == outcomes
