"""Room: the standards as data, picked as of a date."""

from ecoprod.standards.checks import check_specs
from ecoprod.standards.library import alias_note, find_specs, folder_or_name, indicators_needed, load_spec
from ecoprod.standards.overlays import indicator_ids, limit_words, with_sign
from ecoprod.standards.walks import condition_indicators

__all__ = [
    "alias_note", "check_specs", "condition_indicators", "find_specs", "folder_or_name", "indicator_ids",
    "indicators_needed", "limit_words", "load_spec", "with_sign",
]  # fmt: skip
