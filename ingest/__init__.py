"""Takes a force's extracts into the reporting database: reads, checks, sets aside what is wrong, and loads the rest."""

from ingest.facts import build_facts
from ingest.load import load
from ingest.report import FileReport, Rejection, Report, report_text
from ingest.taking import Terms

__all__ = ["FileReport", "Rejection", "Report", "Terms", "build_facts", "load", "report_text"]
