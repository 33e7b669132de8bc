"""How a measure is worked out: from a question to a table of figures, and the notes that stand beside it."""
