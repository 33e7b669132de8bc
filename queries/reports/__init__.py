"""What is counted across themes: what falls due, and which children have repeat events."""
