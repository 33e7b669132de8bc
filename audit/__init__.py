"""Who may read the dashboard, and a log of who saw what, in a small database of their own."""
