"""The invented force, built once for all tests of it, on a day that never changes."""

import pandas as pd
import pytest

import demo
from tests.demo import counting


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    return demo.build(today=counting.TODAY)


@pytest.fixture(scope="session")
def end(frames: dict[str, pd.DataFrame]) -> pd.Timestamp:
    return frames["crimes"]["recorded_on"].max()


@pytest.fixture(scope="session")
def missing(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return counting.merged_missing(frames)


@pytest.fixture(scope="session")
def crimes(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return counting.child_crimes(frames)
