"""Tables in Markdown, row by row as soon as each is known."""


def print_headings(*names: str) -> None:
    """The head of a table; numbers to the right."""
    print("\n| " + " | ".join(names) + " |\n|---|" + "---:|" * (len(names) - 1), flush=True)


def print_row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)
