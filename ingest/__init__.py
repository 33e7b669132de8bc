"""Takes a force's extracts into the reporting database: reads, checks, sets aside what is wrong, and loads the rest."""

from ingest.load import build_facts, load
from ingest.report import FileReport, Rejection, report_text

__all__ = ["FileReport", "Rejection", "build_facts", "load", "report_text"]
