"""What is more than one figure: headlines, revisions, records, lists, and what compares measures with each other."""
