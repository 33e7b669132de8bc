"""The machinery of counting: what a kind of event is, what a question is, how far the data reach, and the one SELECT."""
