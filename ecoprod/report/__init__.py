"""Room: the office. One assessment becomes a document for machines or a report for people.

The names below are loaded when they are used: `ecoprod --version` passes through here and has no time for the rest.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ecoprod.report.document import result_document
    from ecoprod.report.json_text import to_json
    from ecoprod.report.text import report_text
    from ecoprod.report.tree import explain
    from ecoprod.report.version import VERSION

__all__ = ["VERSION", "explain", "report_text", "result_document", "to_json"]
_PLACES = {
    "VERSION": "version",
    "explain": "tree",
    "report_text": "text",
    "result_document": "document",
    "to_json": "json_text",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"ecoprod.report.{_PLACES[name]}"), name)
