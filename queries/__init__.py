"""What is counted: every word of SQL, through SQLAlchemy Core."""
