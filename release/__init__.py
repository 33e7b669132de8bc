"""What leaves the building: tables rounded once, attacked before they are published, and stored apart from the records."""
