"""DuckDB and PostgreSQL say the same of the whole invented force, to the last digit that the command line prints."""

import pytest

from metrics.__main__ import main


@pytest.fixture
def printed(capsys):
    """What the command prints of every measure, and says on stderr of those that it leaves out."""

    def ask(database, by):
        assert main(["show", "all", "--by", by, "--format", "csv", "--database", database]) == 0
        return capsys.readouterr()

    return ask


@pytest.mark.parametrize("by", ["year,hub", "in_care,age_band"])
def test_the_same_cells_intervals_and_order(printed, demo_url, demo_on_postgresql, by):
    of_duckdb = printed(demo_url, by)
    assert len(of_duckdb.out.splitlines()) > 200
    assert printed(demo_on_postgresql, by) == of_duckdb
