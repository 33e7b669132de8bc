"""What is looked up rather than counted: residents, what was loaded, targets, figures kept at earlier loads."""
