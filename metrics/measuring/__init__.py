"""How a measure is worked out: from what is asked to a table of figures, and what must be said beside it."""
