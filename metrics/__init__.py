"""What counts mean: formula, unit, direction, caveats and interval of every measure."""
