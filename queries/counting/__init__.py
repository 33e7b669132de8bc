"""The machinery of counting: what a kind of event is, what is asked, how far the data reach, and the one SELECT."""
