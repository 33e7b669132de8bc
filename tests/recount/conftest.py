"""Every worked case is asked of DuckDB and of PostgreSQL."""

import pytest


@pytest.fixture(autouse=True)
def _on_each_engine(on_each_engine: str) -> None:
    """The dashboard's own figures are of the engine whose turn it is."""
