"""What a release says to who reads it: numbers, shares and sentences of released cells, and nothing else."""
