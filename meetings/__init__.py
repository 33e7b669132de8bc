"""What a meeting says of figures, kept: notes, explanations and decisions, and what became of each."""
