"""``python -m ingest PATH...`` does what `ingest.command` says, and says so in a sentence where it is stopped."""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """As `ingest.command.run`; 1 where it is stopped, also while its many modules are loading, or where one cannot be loaded."""
    try:
        from ingest.command import run

        return run(arguments)
    except KeyboardInterrupt:
        print("Stopped: the database is as it was, or holds all of it.", file=sys.stderr)
    except ImportError as error:
        print(f"The importer cannot start: {error}; install requirements.lock, and see that memory is left.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever is told to end clears away
    sys.exit(main())
