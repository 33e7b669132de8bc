"""That somebody has looked into what is wrong with the log for good, so that what goes wrong next is not told among it."""

from audit import caps, log
from audit.database import writing
from audit.grants import COMMAND_LINE, check_words


def acknowledge(by: str, reason: str) -> tuple[str, ...]:
    """Note in the log all that it finds wrong and that nothing puts right, as far as an entry holds it: gives what that was.

    Raises ValueError where there is nothing of the kind, or it is not said by whom or why; AuditUnavailable where nothing was
    kept, NotWitnessed where all was.
    """
    check_words(name_of_who_looked_into_it=by, reason=reason)
    found = log.verify()
    if not found.lasting:
        raise ValueError(f"There is nothing to acknowledge; {_instead(found.problem)}")
    told = found.lasting[: caps.MOST]
    with writing() as connection:
        log.append(connection, log.Who(COMMAND_LINE, by, by), "acknowledge", filters={"problems": list(told)}, reason=reason)
    return told


def _instead(problem: str | None) -> str:
    return f"this is to be put right: {problem}" if problem else "`verify` finds nothing that was not acknowledged already."
