"""Two or more designs side by side: verdict, mass, indicators, impacts by stage; differences first.

Impacts are compared per functional unit, that of the first design; unlike services are refused.
"""

from ecoprod.compare.document import compare, comparison_document, labels
from ecoprod.compare.frame import comparison_frame
from ecoprod.compare.text import compare_text

__all__ = ["compare", "compare_text", "comparison_document", "comparison_frame", "labels"]
