"""Who is reading: the gate before the server, ways to sign in, how long that lasts, what a reader may read, what is logged."""
