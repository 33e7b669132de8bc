"""What people write down: who may read, and a log of who saw what; in a small database of its own."""
