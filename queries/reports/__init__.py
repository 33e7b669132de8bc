"""What is counted across themes: what falls due, and to which children the same happens again."""
