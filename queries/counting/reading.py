"""Asks the database a question's statement: over facts, or as they were known on an earlier day."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select

from queries import row_level_security
from queries.counting.question import Question
from queries.facts.known import parameters
from queries.facts.stored import live
from queries.scope import OutOfScope

AS_AT_IS_OF_THE_FORCE = "Figures as at an earlier day are worked out from the records of the whole force: ask the command team."


def read(connection: Connection, statement: Select[Any], question: Question) -> pd.DataFrame:
    """What is to `fetch`, as a frame."""
    return pd.read_sql_query(_over(connection, statement, question), connection, params=_parameters(question))


def fetch(connection: Connection, statement: Select[Any], question: Question) -> Sequence[Sequence[Any]]:
    """The rows of a statement over facts as of the end of the data; as at a day, over their definitions as they were known then.

    Raises OutOfScope as at a day for a reader who reads facts alone.
    """
    return connection.execute(_over(connection, statement, question), dict(_parameters(question))).all()


def _over(connection: Connection, statement: Select[Any], question: Question) -> Select[Any]:
    if question.scope.as_at is None:
        return statement
    if row_level_security.is_of_a_hub(connection):
        raise OutOfScope(AS_AT_IS_OF_THE_FORCE)
    return live(statement)


def _parameters(question: Question) -> Any:
    return parameters(question.scope.as_at, question.coverage.last, question.clock)
