"""What makes an event what it is: a definition of each kind, judged over a child's whole life and stored at every load."""
