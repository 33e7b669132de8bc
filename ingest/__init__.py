"""Takes a force's extracts into the reporting database: reads, checks, sets aside what is wrong, and loads the rest."""
