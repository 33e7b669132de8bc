"""The former name of ``python -m audit``: says so, and does the same."""

import sys

from audit.__main__ import main

if __name__ == "__main__":
    print("`python -m notebook` is now `python -m audit`; the old name still works.", file=sys.stderr)
    sys.exit(main())
