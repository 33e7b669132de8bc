"""Where numbers are shown: one folder for each section of the navigation; what they share is in `parts`."""
