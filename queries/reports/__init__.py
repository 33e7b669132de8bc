"""What is counted across themes: what falls due, and which children met the police again."""
