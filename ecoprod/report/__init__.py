"""Room: the office. One assessment becomes a document for machines or a report for people."""

from ecoprod.report.document import result_document, to_json
from ecoprod.report.text import report_text
from ecoprod.report.tree import explain
from ecoprod.report.version import VERSION

__all__ = ["VERSION", "explain", "report_text", "result_document", "to_json"]
