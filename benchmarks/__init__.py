"""What the counting costs: how long the dashboard takes for its figures beside the shortest way to the same figures."""
