"""What is counted, a theme a file: its Events, judged over all history, and its Counts, each with its words."""
